"""Numbers about papers that were imported from outside, each with the day on which it was known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from paperradar.store.base import SessionBase
from paperradar.store.values import SignalSummary

# Name, identifier, day, value.
SignalRow = tuple[str, str, dt.date, float]


class SignalTables(SessionBase):
    """The table ``signals``."""

    def put_signals(self, rows: Iterable[SignalRow]) -> int:
        """Keep values; one of the same name, paper and day replaces the earlier one. How many are new or differ."""
        kept = {row[:3]: row for row in rows}
        if not kept:
            return 0
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE coming (name VARCHAR, identifier VARCHAR, day DATE, value DOUBLE)"
        )
        self._append("coming", kept.values())
        counted = self._one(
            "SELECT count(*) FROM (FROM coming EXCEPT SELECT name, identifier, day, value FROM signals)"
        )
        self._append("signals", kept.values(), action="upsert")
        return int(counted[0]) if counted else 0

    def signals_until(self, day: dt.date) -> dict[str, dict[str, tuple[float, dt.date]]]:
        """What was known at the end of a day: by name and identifier the newest value and its day, both sorted."""
        rows = self._connection.execute(
            "SELECT name, identifier, arg_max(value, day), max(day) FROM signals WHERE day <= ?"
            " GROUP BY name, identifier ORDER BY name, identifier",
            [day],
        ).fetchall()
        found: dict[str, dict[str, tuple[float, dt.date]]] = {}
        for name, identifier, value, known_on in rows:
            found.setdefault(name, {})[identifier] = (value, known_on)
        return found

    def signal_summaries(self) -> list[SignalSummary]:
        """What is there, by name."""
        rows = self._connection.execute(
            "SELECT name, count(*), count(DISTINCT identifier), min(day), max(day) FROM signals"
            " GROUP BY name ORDER BY name"
        ).fetchall()
        return [SignalSummary(*row) for row in rows]

    def forget_signals(self, name: str) -> int:
        """Remove all values of a name; how many there were."""
        counted = self._one("SELECT count(*) FROM signals WHERE name = ?", [name])
        self._connection.execute("DELETE FROM signals WHERE name = ?", [name])
        return int(counted[0]) if counted else 0
