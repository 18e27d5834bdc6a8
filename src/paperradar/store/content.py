"""Whether the database still says what it said: one checksum of all that a ranking reads of it."""

# ruff: noqa: S608 - the SQL put together here is made of constants of this package; values are parameters
from __future__ import annotations

import hashlib

from paperradar.store.base import SessionBase

# Vectors and token ids are left out: they follow from the texts and the encoder's fingerprint, and are made on demand.
_TABLES = ("announcements", "deleted", "papers", "signals", "versions")


class ContentTables(SessionBase):
    """What the tables of papers, announcements and signals hold together."""

    def content_digest(self) -> str:
        """The checksum of papers, their versions, announcements and signals, in hex; the order of rows has no part.

        Which papers count as deleted has a part, when that was told has none. The same content gives the same in every
        process, but maybe not under another version of DuckDB.
        """
        # The outer hash matters: by the inner one alone, two rows that swap their last values leave the xor as it was.
        rows = [
            self._one(f"SELECT count(*), bit_xor(hash(hash({table}))), sum(hash(hash({table}))) FROM {table}")
            for table in _TABLES
        ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()
