"""What the table groups of a session share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import duckdb


class SessionBase:
    """Holds the connection. Sessions come from `Store.reading` and `Store.writing` only."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def _wanted(self, keys: Iterable[str]) -> None:
        """Fill the temporary table ``wanted(position, key)``: a join on it is how many rows are read at once."""
        self._connection.execute("CREATE OR REPLACE TEMP TABLE wanted (position INTEGER, key VARCHAR)")
        self._append("wanted", enumerate(keys))

    def _append(
        self, table: str, rows: Iterable[Sequence[object]], *, action: Literal["insert", "upsert"] = "insert"
    ) -> None:
        """Write rows through an appender. ``upsert`` replaces rows of the same primary key."""
        with self._connection.appender(table, action=action) as appender:
            appender.append_rows(rows)

    def _one(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> tuple[Any, ...] | None:
        """The first row. All are fetched: DuckDB 2 refuses other work while a result is unfinished."""
        rows = self._connection.execute(sql, values).fetchall()
        return rows[0] if rows else None
