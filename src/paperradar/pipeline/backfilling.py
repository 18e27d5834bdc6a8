"""Backfilling: months that nobody watched, from the API, one slice a day of submission.

The API knows no announcements, but it can be asked for what was submitted on a day (UTC), and says how many papers
that is. A slice is one unit of work: asked with the database closed, written in one transaction with its rows of the
ledger. Finished slices are not asked again, so a backfill that was stopped goes on where it was.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict, dataclass
from typing import Any

from paperradar.calendar import Window, announcement_days, arxiv_day, listing_day, submission_days
from paperradar.clock import Clock
from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.papers import identifier_order
from paperradar.pipeline.fetching import AROUND, put_aside
from paperradar.pipeline.listings import MODERATION
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.placing import Placer
from paperradar.pipeline.slices import Slice, read_slice
from paperradar.pipeline.upstream import Sleep, upstream
from paperradar.progress import Progress, silent
from paperradar.workspace import Workspace

_API = "api"


@dataclass(frozen=True, slots=True)
class SliceReport:
    """What became of a slice. ``day`` is that of submission, in UTC; ``expected`` is None where the API never said.

    ``received`` counts records, ``broken`` those of them that could not be used and were set aside.
    """

    day: dt.date
    expected: int | None
    received: int
    new: int
    state: State
    detail: str = ""
    outcome: Outcome = Outcome.DONE
    broken: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self) | {"day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """What a backfill did. ``left`` counts the slices that were not tried, because arXiv cannot be had just now."""

    window: Window
    slices: tuple[SliceReport, ...]
    left: int = 0

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of the slices."""
        outcomes = {item.outcome for item in self.slices}
        return next((one for one in (Outcome.FAILED, Outcome.LATER) if one in outcomes), Outcome.DONE)

    @property
    def line(self) -> str:
        """What happened, in one line."""
        papers, new = sum(item.received for item in self.slices), sum(item.new for item in self.slices)
        days = "1 day" if len(self.slices) == 1 else f"{len(self.slices)} days"
        said = f"{days} of submission: {papers:,} records, {new:,} new papers"
        short = [item for item in self.slices if item.outcome is not Outcome.DONE]
        if short:
            said += f"; not complete: {', '.join(str(item.day) for item in short[:5])}"
            said += f" and {len(short) - 5} more" if len(short) > 5 else ""
        if broken := sum(item.broken for item in self.slices):
            said += f"; records set aside: {broken:,}"
        return said + (f"; not tried: {self.left} days" if self.left else "")

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "first": self.window.first.isoformat(),
            "last": self.window.last.isoformat(),
            "outcome": str(self.outcome),
            "left": self.left,
            "slices": [item.as_dict() for item in self.slices],
        }


def plan_slices(workspace: Workspace, window: Window, *, clock: Clock, again: bool = False) -> tuple[dt.date, ...]:
    """The days of submission (UTC) whose slices a window of announcement days needs and that are not finished."""
    last = min(window.last, arxiv_day(clock))
    days = sorted(
        {day for listing in announcement_days(Window(window.first, last)) for day in submission_days(listing)}
    )
    if not days or again:
        return tuple(days)
    with open_store(workspace).reading() as session:
        rows = session.ledger(days[0], days[-1])
    finished = {
        (row.day, row.category)
        for row in rows
        if row.counted_by is CountedBy.SUBMITTED and row.state is State.COMPLETE_BY_SUBMISSION
    }
    categories = workspace.settings.categories
    return tuple(day for day in days if any((day, category) not in finished for category in categories))


def backfill(
    workspace: Workspace,
    window: Window,
    *,
    clock: Clock,
    again: bool = False,
    sleep: Sleep = time.sleep,
    progress: Progress = silent,
) -> BackfillReport:
    """Fetch all papers announced in a window, by their days of submission (see `fetch_slice`)."""
    days = plan_slices(workspace, window, clock=clock, again=again)
    reports: list[SliceReport] = []
    with progress("Backfill", len(days), unit="days") as advance:
        for day in days:
            reports.append(fetch_slice(workspace, day, clock=clock, sleep=sleep))
            advance(1)
            if ends_the_rest(reports[-1]):
                break
    return BackfillReport(window, tuple(reports), len(days) - len(reports))


def ends_the_rest(report: SliceReport) -> bool:
    """Whether a slice came to nothing in a way that the next one would share."""
    return report.outcome is Outcome.FAILED or (report.outcome is Outcome.LATER and not report.received)


def fetch_slice(workspace: Workspace, day: dt.date, *, clock: Clock, sleep: Sleep = time.sleep) -> SliceReport:
    """Fetch all papers in the settings' categories that were submitted on a day (UTC), and write them.

    The slice is finished two weeks after its listing, when moderation has let go of what it held back; before that its
    state is unknown, and it is asked again. Never raises for arXiv's troubles; raises StoreBusy.
    """
    store = open_store(workspace)
    categories = workspace.settings.categories
    with store.reading() as session:
        placer = Placer(session.listings_around(day, AROUND))
    begin = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    # The next day's first minute as well: whether 23:59 means all of that minute is not written down anywhere.
    end = begin + dt.timedelta(days=1)
    with upstream(workspace, clock, sleep=sleep) as way:
        found = read_slice(way, categories, begin, end, label="api-slice")
    at = clock()
    state, detail = _judged(found, end - dt.timedelta(minutes=1), arxiv_day(clock))
    with store.writing() as session:
        rows = [(paper, *placer.day(paper)) for paper in found.papers]
        upserted = session.upsert_papers(rows, source=_API, seen=at)
        put_aside(session, f"{_API} submitted {day}", found.broken)
        session.save_coverage([_row(day, category, found, state, detail, at) for category in categories])
    return SliceReport(day, found.total, found.received, upserted.new, state, detail, found.outcome, len(found.broken))


def _judged(found: Slice, end: dt.datetime, today: dt.date) -> tuple[State, str]:
    if not found.is_complete:
        return State.SHORT, found.detail
    if today <= listing_day(end) + MODERATION:
        return State.UNKNOWN, "what moderation holds back of this day may still be announced"
    return State.COMPLETE_BY_SUBMISSION, ""


def _row(day: dt.date, category: str, found: Slice, state: State, detail: str, at: dt.datetime) -> LedgerRow:
    """A category's row. The API is asked for all categories at once, so a short slice is short for each of them."""
    mine = [paper.identifier for paper in found.papers if category in paper.categories]
    return LedgerRow(
        day=day,
        category=category,
        source=_API,
        counted_by=CountedBy.SUBMITTED,
        state=state,
        expected=len(mine) if found.is_complete else None,
        received=len(mine),
        highest=max(mine, key=identifier_order, default=""),
        at=at,
        detail=detail,
    )
