"""The coverage ledger: what each source had of a category on a day. What a day is worth is not decided here."""

# ruff: noqa: S608 - the SQL put together here is made of constants of this package; values are parameters
from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.store.base import SessionBase
from paperradar.store.times import aware, naive

_COLUMNS = 'day, category, source, counted_by, state, expected, received, highest, "at", detail'


class CoverageTables(SessionBase):
    """The table ``coverage``."""

    def save_coverage(self, rows: Sequence[LedgerRow]) -> None:
        """Keep rows of the ledger. One of the same day, category, source and counting replaces the earlier one.

        Raises ValueError for a row whose time is naive.
        """
        kept = {
            (row.day, row.category, row.source, row.counted_by): (
                row.day,
                row.category,
                row.source,
                row.counted_by.value,
                row.state.value,
                row.expected,
                row.received,
                row.highest,
                naive(row.at),
                row.detail,
            )
            for row in rows
        }
        if kept:
            self._append("coverage", kept.values(), action="upsert")

    def ledger(self, first: dt.date, last: dt.date) -> list[LedgerRow]:
        """The rows of the days from ``first`` to ``last``, both included, by day, category, source and counting.

        A row counted by submission belongs to a day in UTC, one counted by announcement to a day of arXiv's.
        """
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM coverage WHERE day BETWEEN ? AND ? ORDER BY day, category, source, counted_by",
            [first, last],
        ).fetchall()
        return [
            LedgerRow(
                day,
                category,
                source,
                CountedBy(counted_by),
                State(state),
                expected,
                received,
                highest,
                aware(at),
                detail,
            )
            for day, category, source, counted_by, state, expected, received, highest, at, detail in rows
        ]

    def ledger_days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of which the ledger has a row, None where it has none."""
        row = self._one("SELECT min(day), max(day) FROM coverage")
        return (row[0], row[1]) if row and row[0] else None
