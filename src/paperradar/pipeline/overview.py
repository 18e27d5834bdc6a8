"""Where things stand: the last runs, the last complete day, what is missing, the edition that comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from paperradar.calendar import ARXIV_ZONE, Window, arxiv_day, edition_window, holidays_warning, running_edition
from paperradar.clock import Clock
from paperradar.coverage import complete_through
from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import DAILY, Outcome
from paperradar.store import Run
from paperradar.workspace import Workspace

_RUNS = 5
_LOOKED_AT = dt.timedelta(days=60)
_HOUR = dt.timedelta(hours=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """Where a workspace stands at a time.

    ``runs``: the last ones, newest first. ``last_success``: when a daily run last ended with everything done.
    ``complete_through``: the last announcement day up to which nothing is known to lack, None where that is not known.
    ``gaps``: days of the last two months that are short, stale or missing. ``unencoded``: texts without a vector.
    ``edition``: the one in preparation, with its window.
    """

    at: dt.datetime
    papers: int
    runs: tuple[Run, ...]
    last_success: dt.datetime | None
    complete_through: dt.date | None
    gaps: tuple[dt.date, ...]
    coverage: str
    unencoded: int
    edition: str
    window: Window
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "papers": self.papers,
            "runs": [
                {
                    "id": run.id,
                    "kind": run.kind,
                    "started_by": run.started_by,
                    "started": run.started.isoformat(timespec="seconds"),
                    "ended": run.ended.isoformat(timespec="seconds") if run.ended else None,
                    "outcome": run.outcome,
                    "summary": dict(run.summary),
                }
                for run in self.runs
            ],
            "last_success": self.last_success.isoformat(timespec="seconds") if self.last_success else None,
            "complete_through": self.complete_through.isoformat() if self.complete_through else None,
            "gaps": [day.isoformat() for day in self.gaps],
            "coverage": self.coverage,
            "unencoded": self.unencoded,
            "edition": {
                "name": self.edition,
                "first": self.window.first.isoformat(),
                "last": self.window.last.isoformat(),
            },
            "warnings": list(self.warnings),
        }


def overview(workspace: Workspace, *, clock: Clock) -> Overview:
    """Look at the store and the calendar; asks arXiv nothing."""
    now, today = clock(), arxiv_day(clock)
    edition = running_edition(today, workspace.settings.edition)
    window = edition_window(edition, workspace.settings.edition)
    covered = coverage_of_store(workspace, today - _LOOKED_AT, today, today=today)
    card = encoder_card(workspace.settings.encoder)
    with open_store(workspace).reading() as session:
        runs = session.runs(limit=_RUNS)
        success = session.last_run_with(DAILY, Outcome.DONE)
        papers = session.count_papers()
        unencoded = len(session.texts_without(card.fingerprint, LEXICAL_FINGERPRINT))
    return Overview(
        at=now,
        papers=papers,
        runs=tuple(runs),
        last_success=success.ended if success else None,
        complete_through=complete_through(covered),
        gaps=tuple(day.day for day in covered.alarms),
        coverage=covered.line,
        unencoded=unencoded,
        edition=edition,
        window=window,
        warnings=tuple(text for text in (holidays_warning(today),) if text),
    )


def working_hours(since: dt.datetime, until: dt.datetime) -> float:
    """Hours between two times (aware) without New York's week-ends, on which arXiv announces nothing."""
    # Added up as whole microseconds: a sum of floats would be off in its last digits.
    worked, at = dt.timedelta(), since
    while at < until:
        if at.astimezone(ARXIV_ZONE).weekday() < _SATURDAY:
            worked += min(_HOUR, until - at)
        at += _HOUR
    return worked / _HOUR
