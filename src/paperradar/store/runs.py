"""Runs: when the program did its work, who started it and what came of it."""

# ruff: noqa: S608 - the SQL put together here is made of constants of this package; values are parameters
from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from paperradar.errors import NotFoundError
from paperradar.store.base import SessionBase
from paperradar.store.times import aware, naive
from paperradar.store.values import Run

_COLUMNS = "id, kind, started_by, started, ended, outcome, summary"


class RunTables(SessionBase):
    """The table ``runs``."""

    def start_run(self, kind: str, started_by: str, at: dt.datetime) -> int:
        """Write down that a run began, at an aware time; return its number. Raises ValueError for a naive time."""
        row = self._one("SELECT coalesce(max(id), 0) + 1 FROM runs")
        assert row is not None
        number = int(row[0])
        self._connection.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, NULL, '', '{}')", [number, kind, started_by, naive(at)]
        )
        return number

    def finish_run(self, number: int, outcome: str, at: dt.datetime, summary: Mapping[str, object]) -> None:
        """Write down how a run ended, at an aware time. ``summary`` holds what JSON can hold.

        Raises NotFoundError where the store has no such run, ValueError for a naive time.
        """
        changed = self._connection.execute(
            "UPDATE runs SET ended = ?, outcome = ?, summary = ? WHERE id = ? RETURNING id",
            [naive(at), outcome, json.dumps(dict(summary), ensure_ascii=False, sort_keys=True), number],
        ).fetchall()
        if not changed:
            raise NotFoundError(
                f"the store has no run {number}; the database was replaced while it ran, so start the run again"
            )

    def runs(self, limit: int = 20) -> list[Run]:
        """The last runs, newest first."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY id DESC LIMIT ?", [limit]).fetchall()
        return [_run(*row) for row in rows]

    def last_run_with(self, kind: str, outcome: str) -> Run | None:
        """The newest run of a kind that ended with an outcome, None where there is none."""
        row = self._one(
            f"SELECT {_COLUMNS} FROM runs WHERE kind = ? AND outcome = ? ORDER BY id DESC LIMIT 1", [kind, outcome]
        )
        return _run(*row) if row else None


def _run(
    number: int,
    kind: str,
    started_by: str,
    started: dt.datetime,
    ended: dt.datetime | None,
    outcome: str,
    summary: str,
) -> Run:
    return Run(number, kind, started_by, aware(started), aware(ended) if ended else None, outcome, json.loads(summary))
