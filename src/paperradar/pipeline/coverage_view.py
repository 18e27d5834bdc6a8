"""Coverage as the store has it: the ledger, the calendar and the papers that are there, put together."""

from __future__ import annotations

import datetime as dt

from paperradar.calendar import Window, announcement_days, arxiv_day, submission_days
from paperradar.clock import Clock
from paperradar.coverage import ALARMS, WATCHED_FOR, CountedBy, Coverage, coverage_of
from paperradar.pipeline.opening import open_store
from paperradar.workspace import Workspace


def coverage_of_store(workspace: Workspace, first: dt.date, last: dt.date, *, today: dt.date) -> Coverage:
    """The coverage of the days from ``first`` to ``last``, both included, as of a day (America/New_York)."""
    with open_store(workspace).reading() as session:
        # Listings' days of submission, which reach back over week-ends and holidays, are among them.
        rows = session.ledger(first - WATCHED_FOR, last)
        imported = session.imported_per_day(first, last)
        papers = session.papers_per_day(first, last)
        anything = session.ledger_days() is not None
    categories = workspace.settings.categories
    return coverage_of(first, last, categories, rows, today=today, imported=imported, papers=papers, anything=anything)


def never_fetched(workspace: Workspace, window: Window, *, clock: Clock) -> bool:
    """Whether a window that has begun was neither fetched, on any of its days, nor imported.

    A backfill of it that was stopped half-way counts as not fetched.
    """
    last = min(window.last, arxiv_day(clock))
    listings = list(announcement_days(Window(window.first, last)))
    if not listings:
        return False
    with open_store(workspace).reading() as session:
        if session.imported_per_day(window.first, window.last):
            return False
        rows = session.ledger(min(submission_days(listings[0])), window.last)
    # A request that came to nothing is no fetch, and a backfill that was stopped goes on.
    came = [row for row in rows if row.received or row.state not in ALARMS]
    if any(row.counted_by is CountedBy.ANNOUNCED and row.day in window for row in came):
        return False
    asked = {row.day for row in came if row.counted_by is CountedBy.SUBMITTED}
    return any(day not in asked for listing in listings for day in submission_days(listing))
