"""Repairing: closing gaps of days whose feed is gone, with what another source still has.

OAI-PMH gives all that changed since a day, so what was first announced on it is among that: it serves days of the
last week. The API gives what was submitted in a time: it serves any day. Numbers tell which papers belong to the day.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from paperradar.calendar import arxiv_day, submission_days
from paperradar.clock import Clock
from paperradar.coverage import ALARMS, CountedBy, LedgerRow, State
from paperradar.pipeline.backfilling import SliceReport, fetch_slice
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.fetching import fetch_category
from paperradar.pipeline.listings import MODERATION
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.upstream import Sleep
from paperradar.progress import Progress, silent
from paperradar.workspace import Workspace

Source = Literal["oai", "api"]

# Asked for more days than these, OAI-PMH gives too much that is not of the day.
_RECENT = dt.timedelta(days=7)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GapReport:
    """What became of a day's gap: its state before and after, the papers that were new, and what is still wrong."""

    day: dt.date
    source: str
    before: State
    after: State
    new: int = 0
    detail: str = ""
    outcome: Outcome = Outcome.DONE

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self) | {"day": self.day.isoformat()}


def gaps(
    workspace: Workspace, first: dt.date, last: dt.date, *, clock: Clock, not_watched: bool = False
) -> tuple[dt.date, ...]:
    """The days from ``first`` to ``last`` with something to repair. Today is not among them: it is fetched.

    They are short, stale or missing; or they were fetched, and no second source has confirmed them yet.
    ``not_watched``: also days before anybody watched, which else are for `backfill`.
    """
    today = arxiv_day(clock)
    last = min(last, today - _ONE_DAY)
    if last < first:
        return ()
    with open_store(workspace).reading() as session:
        fetched = {row.day for row in session.ledger(first, last) if row.counted_by is CountedBy.ANNOUNCED}
    wanted = ALARMS | {State.NOT_WATCHED} if not_watched else ALARMS
    return tuple(
        day.day
        for day in coverage_of_store(workspace, first, last, today=today).days
        if day.state in wanted or (day.state is State.UNKNOWN and day.day in fetched)
    )


def repair(
    workspace: Workspace,
    days: Sequence[dt.date],
    *,
    clock: Clock,
    source: Source | None = None,
    sleep: Sleep = time.sleep,
    progress: Progress = silent,
) -> tuple[GapReport, ...]:
    """Close the gaps of days, oldest first: where one day's numbers end, the next one's begin.

    Default source: ``oai`` within a week, ``api`` for older days. Never raises for arXiv's troubles: the reports tell.
    Stops at a day where arXiv cannot be had at all.
    """
    asked: dict[dt.date, SliceReport] = {}
    reports: list[GapReport] = []
    with progress("Repairing", len(days), unit="days") as advance:
        for day in sorted(days):
            chosen = source or ("oai" if arxiv_day(clock) - day <= _RECENT else "api")
            report = _repair_day(workspace, day, chosen, asked, clock, sleep)
            if source is None and chosen == "oai" and report.outcome is Outcome.FAILED:
                second = _repair_day(workspace, day, "api", asked, clock, sleep)  # it knows every category
                report = replace(second, before=report.before, new=report.new + second.new)
            reports.append(report)
            advance(1)
            if reports[-1].outcome is Outcome.LATER and not reports[-1].new:
                break
    return tuple(reports)


def _repair_day(
    workspace: Workspace,
    day: dt.date,
    source: Source,
    asked: dict[dt.date, SliceReport],
    clock: Clock,
    sleep: Sleep,
) -> GapReport:
    before = _state(workspace, day, clock)
    if not submission_days(day):
        return GapReport(day, source, before, before, detail="arXiv announces nothing on this day")
    if source == "oai":
        new, detail, outcome = _by_oai(workspace, day, clock, sleep)
    else:
        new, detail, outcome = _by_api(workspace, day, asked, clock, sleep)
    return GapReport(day, source, before, _state(workspace, day, clock), new, detail, outcome)


def _state(workspace: Workspace, day: dt.date, clock: Clock) -> State:
    found = coverage_of_store(workspace, day, day, today=arxiv_day(clock))
    return found.days[0].state if found.days else State.HOLIDAY


def _by_oai(workspace: Workspace, day: dt.date, clock: Clock, sleep: Sleep) -> tuple[int, str, Outcome]:
    new, details = 0, list[str]()
    outcomes = {Outcome.DONE}
    whole: list[LedgerRow] = []
    store = open_store(workspace)
    asked = False
    for category in workspace.settings.categories:
        report = fetch_category(workspace, category, day=day, clock=clock, sources=("oai",), sleep=sleep)
        new += report.new
        if not report.asked:
            continue
        asked = True
        with store.reading() as session:
            rows = [row for row in session.ledger(day, day) if (row.category, row.source) == (category, "oai")]
        # All that was first announced on the day has changed since: what OAI-PMH has is all there is.
        if rows and rows[0].expected is not None and rows[0].expected == rows[0].received:
            whole.append(replace(rows[0], state=State.COMPLETE_BY_SUBMISSION, detail="by OAI-PMH alone"))
            continue
        details.append(f"{category}: {report.detail}")
        outcomes.add(report.outcome)
        if report.outcome is Outcome.LATER and not report.new:
            break
    if any(row.received for row in whole):
        with store.writing() as session:
            session.save_coverage(whole)
    elif asked and not details:
        # Nothing at all on a working day is no answer.
        details.append("OAI-PMH has nothing of this day")
        outcomes.add(Outcome.LATER)
    worst = next((one for one in (Outcome.FAILED, Outcome.LATER) if one in outcomes), Outcome.DONE)
    return new, "; ".join(details[:3]), worst


def _by_api(
    workspace: Workspace, day: dt.date, asked: dict[dt.date, SliceReport], clock: Clock, sleep: Sleep
) -> tuple[int, str, Outcome]:
    needed = submission_days(day)
    # Moderation holds some papers back for days: they were submitted before the others of their listing.
    first = needed[0] - MODERATION
    new = 0
    for submitted in (first + _ONE_DAY * n for n in range((needed[-1] - first).days + 1)):
        if submitted in asked:
            continue
        report = fetch_slice(workspace, submitted, clock=clock, sleep=sleep)
        new += report.new
        if report.outcome is not Outcome.DONE:
            return new, report.detail, report.outcome
        asked[submitted] = report
    return new, "", Outcome.DONE
