"""How far imports came, and what they set aside."""

# ruff: noqa: S608 - the SQL put together here is made of constants of this package; values are parameters
from __future__ import annotations

from collections.abc import Sequence

from paperradar.store.base import SessionBase
from paperradar.store.values import ImportState, SetAside, SetAsideRecord

_STATE = "source, position, lines, records, prefix_sha256, file_sha256, done"


class ImportTables(SessionBase):
    """The tables ``imports`` and ``set_aside``."""

    def import_state(self, source: str) -> ImportState | None:
        """How far the file of this name came, or None."""
        row = self._one(f"SELECT {_STATE} FROM imports WHERE source = ?", [source])
        return ImportState(*row) if row else None

    def finished_import(self, file_sha256: str) -> ImportState | None:
        """The finished import of a file with exactly these bytes, under whatever name, or None."""
        row = self._one(
            f"SELECT {_STATE} FROM imports WHERE done AND file_sha256 = ? ORDER BY source LIMIT 1", [file_sha256]
        )
        return ImportState(*row) if row else None

    def save_import_state(self, state: ImportState) -> None:
        """Remember how far a file came, replacing what was known of it."""
        row = (
            state.source,
            state.position,
            state.lines,
            state.records,
            state.prefix_sha256,
            state.file_sha256,
            state.done,
        )
        self._append("imports", [row], action="upsert")

    def set_aside(self, source: str, records: Sequence[SetAside]) -> None:
        """Remember records that could not be used. The same line of the same source is kept once, the last one."""
        rows = {record.line: (source, record.line, record.reason, record.excerpt) for record in records}
        if rows:
            self._append("set_aside", rows.values(), action="upsert")

    def forget_set_aside(self, source: str, after: int, through: int | None = None) -> None:
        """Forget what was set aside on the lines above ``after``, up to ``through``: they are read anew."""
        self._connection.execute(
            "DELETE FROM set_aside WHERE source = ? AND line > ? AND (? IS NULL OR line <= ?)",
            [source, after, through, through],
        )

    def set_aside_records(self, source: str | None = None) -> list[SetAsideRecord]:
        """What was set aside, of one source or of all, by source and line."""
        rows = self._connection.execute(
            "SELECT line, reason, excerpt, source FROM set_aside WHERE ? IS NULL OR source = ? ORDER BY source, line",
            [source, source],
        ).fetchall()
        return [SetAsideRecord(*row) for row in rows]
