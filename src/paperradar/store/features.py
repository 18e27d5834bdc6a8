"""Vectors and lexical features, keyed by (text hash, encoder fingerprint) and never mixed between encoders."""

# ruff: noqa: S608 - the SQL put together here is made of constants of this package; values are parameters
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paperradar.store.base import SessionBase

# Stored little-endian on every machine.
_DTYPES: dict[str, np.dtype[Any]] = {"float16": np.dtype("<f2"), "float32": np.dtype("<f4")}
_TOKEN = np.dtype("<u4")


class FeatureTables(SessionBase):
    """The tables ``encoders``, ``vectors`` and ``tokens``."""

    def register_encoder(self, fingerprint: str, description: Mapping[str, object]) -> None:
        """Remember what a fingerprint stands for. Idempotent; an empty description never replaces a filled one."""
        text = json.dumps(dict(description), ensure_ascii=False, sort_keys=True)
        if self._encoder(fingerprint) is None:
            self._connection.execute(
                "INSERT INTO encoders SELECT coalesce(max(id), 0) + 1, ?, ?, NULL FROM encoders", [fingerprint, text]
            )
        elif description:
            # id and fingerprint are indexed; a change of another column leaves the indexes alone
            self._connection.execute("UPDATE encoders SET description = ? WHERE fingerprint = ?", [text, fingerprint])

    def encoders(self) -> dict[str, dict[str, object]]:
        """The known fingerprints, in the order of their first use, and what they stand for."""
        rows = self._connection.execute("SELECT fingerprint, description FROM encoders ORDER BY id").fetchall()
        return {fingerprint: json.loads(description) for fingerprint, description in rows}

    # vectors

    def missing_vectors(self, hashes: Sequence[str], fingerprint: str) -> list[str]:
        """The hashes that have no vector of this encoder: in the given order, none twice."""
        return self._missing("vectors", hashes, fingerprint)

    def put_vectors(
        self, fingerprint: str, hashes: Sequence[str], vectors: NDArray[np.float32], *, dtype: str = "float16"
    ) -> None:
        """Keep vectors (n, d) aligned to ``hashes``; one that is already there is replaced.

        Raises ValueError for a shape that does not fit the hashes or the encoder's other vectors, and for
        numbers that are not finite in ``dtype`` (``float16`` or ``float32``).
        """
        if dtype not in _DTYPES:
            raise ValueError(f"dtype {dtype!r} is not one of {', '.join(_DTYPES)}")
        if vectors.ndim != 2 or len(vectors) != len(hashes):
            raise ValueError(f"{len(hashes)} hashes do not fit vectors of shape {vectors.shape}")
        if not len(hashes):
            return
        with np.errstate(over="ignore"):
            stored = np.ascontiguousarray(vectors, dtype=_DTYPES[dtype])
        if not np.isfinite(stored).all():
            raise ValueError(f"a vector holds a number that is not finite in {dtype}")
        encoder = self._dimensioned(fingerprint, dim := stored.shape[1])
        rows = {key: (encoder, key, dtype, dim, row.tobytes()) for key, row in zip(hashes, stored, strict=True)}
        self._append("vectors", rows.values(), action="upsert")

    def vectors(self, hashes: Sequence[str], fingerprint: str) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Vectors (n, d) aligned to ``hashes``, and which were there; a missing one is a zero row.

        (n, 0) where the encoder has no vector at all.
        """
        found = np.zeros(len(hashes), dtype=np.bool_)
        known = self._encoder(fingerprint)
        if known is None or known[1] is None:
            return np.zeros((len(hashes), 0), dtype=np.float32), found
        encoder, dim = known[0], known[1]
        result = np.zeros((len(hashes), dim), dtype=np.float32)
        self._wanted(hashes)
        for dtype, numpy_dtype in _DTYPES.items():
            rows = self._connection.execute(
                "SELECT position, vector FROM wanted JOIN vectors ON text_hash = key "
                "WHERE encoder = ? AND dtype = ? ORDER BY position",
                [encoder, dtype],
            ).fetchall()
            if rows:
                positions = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
                values = np.frombuffer(b"".join(row[1] for row in rows), dtype=numpy_dtype).reshape(len(rows), dim)
                result[positions] = values
                found[positions] = True
        return result, found

    def count_vectors(self, fingerprint: str) -> int:
        """How many texts have a vector of this encoder."""
        return self._count("vectors", fingerprint)

    # lexical features

    def missing_tokens(self, hashes: Sequence[str], fingerprint: str) -> list[str]:
        """The hashes that have no token ids of this tokeniser: in the given order, none twice."""
        return self._missing("tokens", hashes, fingerprint)

    def put_tokens(self, fingerprint: str, hashes: Sequence[str], tokens: Sequence[NDArray[np.uint32]]) -> None:
        """Keep token ids, one array a hash (it may be empty); one that is already there is replaced."""
        if len(tokens) != len(hashes):
            raise ValueError(f"{len(hashes)} hashes do not fit {len(tokens)} lists of tokens")
        if not hashes:
            return
        self.register_encoder(fingerprint, {})
        known = self._encoder(fingerprint)
        assert known is not None
        rows = {
            key: (known[0], key, np.ascontiguousarray(ids, dtype=_TOKEN).tobytes())
            for key, ids in zip(hashes, tokens, strict=True)
        }
        self._append("tokens", rows.values(), action="upsert")

    def tokens(self, hashes: Sequence[str], fingerprint: str) -> list[NDArray[np.uint32] | None]:
        """Token ids aligned to ``hashes``; None where they are missing. The arrays cannot be written to."""
        result: list[NDArray[np.uint32] | None] = [None] * len(hashes)
        known = self._encoder(fingerprint)
        if known is None:
            return result
        self._wanted(hashes)
        for position, blob in self._connection.execute(
            "SELECT position, tokens FROM wanted JOIN tokens ON text_hash = key WHERE encoder = ? ORDER BY position",
            [known[0]],
        ).fetchall():
            result[position] = np.frombuffer(blob, dtype=_TOKEN)
        return result

    def count_tokens(self, fingerprint: str) -> int:
        """How many texts have token ids of this tokeniser."""
        return self._count("tokens", fingerprint)

    # shared

    def _encoder(self, fingerprint: str) -> tuple[int, int | None] | None:
        """The number and the dimension of an encoder, None where it was never registered."""
        row = self._one("SELECT id, dim FROM encoders WHERE fingerprint = ?", [fingerprint])
        return (row[0], row[1]) if row else None

    def _dimensioned(self, fingerprint: str, dim: int) -> int:
        """The number of an encoder, whose vectors all have ``dim`` numbers."""
        self.register_encoder(fingerprint, {})
        known = self._encoder(fingerprint)
        assert known is not None
        if known[1] is None:
            self._connection.execute("UPDATE encoders SET dim = ? WHERE id = ?", [dim, known[0]])
        elif known[1] != dim:
            raise ValueError(f"the encoder {fingerprint} has vectors of {known[1]} numbers, not of {dim}")
        return known[0]

    def _missing(self, table: str, hashes: Sequence[str], fingerprint: str) -> list[str]:
        wanted = list(dict.fromkeys(hashes))
        known = self._encoder(fingerprint)
        if known is None or not wanted:
            return wanted
        self._wanted(wanted)
        rows = self._connection.execute(
            f"SELECT key FROM wanted ANTI JOIN (SELECT text_hash FROM {table} WHERE encoder = ?) ON text_hash = key "
            "ORDER BY position",
            [known[0]],
        ).fetchall()
        return [key for (key,) in rows]

    def _count(self, table: str, fingerprint: str) -> int:
        row = self._one(
            f"SELECT count(*) FROM {table} JOIN encoders ON id = encoder WHERE fingerprint = ?", [fingerprint]
        )
        return int(row[0]) if row else 0
