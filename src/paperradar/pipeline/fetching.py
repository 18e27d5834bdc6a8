"""Fetching the listing of a day: one category at a time, its feed first, then a second source to check it.

The unit of work is (day, category): asked with the database closed, then written in one transaction together with its
rows of the coverage ledger. So a process killed at any moment and run again ends in the same store. arXiv's troubles
are told in the report and in the ledger, and never raised: one category does not stop the others.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from paperradar.calendar import next_announcement_day
from paperradar.clock import Clock
from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.errors import TryAgainLater
from paperradar.papers import DayBasis, Paper
from paperradar.pipeline.judging import done_row, judge
from paperradar.pipeline.listings import EMPTY_FEED, Check, Feed, NewNumbers, ask_feed, ask_second
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.placing import Placer
from paperradar.pipeline.upstream import Sleep, upstream
from paperradar.progress import Progress, silent
from paperradar.sources.values import Broken
from paperradar.store import Session, SetAside, Store, Upserted
from paperradar.workspace import Workspace

# Listings of so many days around a day tell which numbers are new on it.
AROUND = dt.timedelta(days=45)
_ONE_DAY = dt.timedelta(days=1)
_GOOD = (State.COMPLETE, State.COMPLETE_BY_SUBMISSION, State.HOLIDAY)


@dataclass(frozen=True, slots=True)
class CategoryReport:
    """What fetching a category's listing did.

    ``expected`` counts first announcements as far as all sources together know them (None: nobody does), ``received``
    those of them that came, from whichever source. ``new`` counts papers and ``announcements`` announcements that were
    not known, ``broken`` records that were set aside. ``asked`` is False where the day was complete already.
    """

    category: str
    day: dt.date
    state: State
    expected: int | None = None
    received: int = 0
    new: int = 0
    announcements: int = 0
    broken: int = 0
    detail: str = ""
    outcome: Outcome = Outcome.DONE
    asked: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self) | {"day": self.day.isoformat()}


def fetch(
    workspace: Workspace,
    *,
    day: dt.date,
    clock: Clock,
    sources: Sequence[str] | None = None,
    again: bool = False,
    sleep: Sleep = time.sleep,
    progress: Progress = silent,
) -> tuple[CategoryReport, ...]:
    """Fetch a day's listing of every category of the settings (see `fetch_category`), then settle the day."""
    categories = workspace.settings.categories
    reports = []
    with progress(f"Listing of {day}", len(categories), unit="categories") as advance:
        for category in categories:
            reports.append(
                fetch_category(workspace, category, day=day, clock=clock, sources=sources, again=again, sleep=sleep)
            )
            advance(1)
    return settled(reports, settle_day(workspace, day))


def fetch_category(
    workspace: Workspace,
    category: str,
    *,
    day: dt.date,
    clock: Clock,
    sources: Sequence[str] | None = None,
    again: bool = False,
    sleep: Sleep = time.sleep,
) -> CategoryReport:
    """Fetch what arXiv announced in a category on a day (America/New_York), and write it.

    ``sources`` (default: the setting ``fetch.sources``): ``rss`` gives the listing, ``oai`` and ``api`` check it and
    fill in what a feed lacks. A category that is complete is not asked again, unless ``again``. Passing trouble, of
    arXiv's or of a busy store, is in the report and is not raised.
    """
    try:
        return _fetch_category(workspace, category, day, clock, sources, again, sleep)
    except TryAgainLater as error:
        return CategoryReport(category, day, State.UNKNOWN, detail=str(error), outcome=Outcome.LATER)


def _fetch_category(
    workspace: Workspace,
    category: str,
    day: dt.date,
    clock: Clock,
    sources: Sequence[str] | None,
    again: bool,
    sleep: Sleep,
) -> CategoryReport:
    store = open_store(workspace)
    with store.reading() as session:
        known = [row for row in session.ledger(day, day) if row.category == category]
        around = session.listings_around(day, AROUND)
        numbers = NewNumbers(day, session.highest_before(day), session.lowest_after(day))
    placer = Placer(around)
    # Only where the listing before is known do all new numbers belong to this day.
    follows = any(next_announcement_day(listed + _ONE_DAY) == day for listed, _, _ in around)
    done = done_row(known)
    if done is not None and not again:
        return CategoryReport(category, day, done.state, done.expected, done.received, asked=False)

    def announced(identifiers: Sequence[str]) -> set[tuple[str, int]]:
        with store.reading() as session:
            return session.announced_before(category, day, identifiers)

    wanted = tuple(sources or workspace.settings.fetch.sources)
    feed: Feed | None = None
    checks: list[Check] = []
    with upstream(workspace, clock, sleep=sleep) as way:
        if "rss" in wanted:
            feed = ask_feed(way, category, numbers, announced)
        if feed is None or feed.state is not State.HOLIDAY:
            checks = [ask_second(way, name, category, day, clock()) for name in wanted if name != "rss"]
            if "api" not in wanted and any(check.outcome is Outcome.FAILED for check in checks):
                # OAI-PMH may have no set of this name; the API knows every category.
                checks.append(ask_second(way, "api", category, day, clock()))
        if feed is not None and _lacks_something(feed, checks, numbers):
            # Feeds are put together around midnight, and a stale or short one is often whole a little later.
            sleep(workspace.settings.fetch.retry_seconds)
            second = ask_feed(way, category, numbers, announced)
            feed = second if second.listing is not None or feed.listing is None else feed
    seen = clock()
    rows = judge(category, numbers, feed, checks, seen)
    report = CategoryReport(category, day, State.UNKNOWN)
    return _write(store, report, feed, checks, rows, placer, numbers if follows else None, seen)


def _lacks_something(feed: Feed, checks: Sequence[Check], numbers: NewNumbers) -> bool:
    """Whether a second source has papers of the day that the feed, as it came, does not name."""
    if feed.outcome is Outcome.FAILED or feed.state is State.HOLIDAY:
        return False
    first = feed.first(numbers, checks)
    return any(check.first(numbers) - first for check in checks) or feed.state is State.STALE


def _write(
    store: Store,
    report: CategoryReport,
    feed: Feed | None,
    checks: Sequence[Check],
    rows: Sequence[LedgerRow],
    placer: Placer,
    numbers: NewNumbers | None,
    seen: dt.datetime,
) -> CategoryReport:
    """One short transaction: papers, announcements, what was set aside, and the ledger's rows."""
    day, category = report.day, report.category
    upserted, announcements, broken = Upserted(), 0, 0
    with store.writing() as session:
        if feed is not None and feed.listing is not None:
            # First, so that papers take their day from what was announced.
            announcements = session.add_announcements(feed.listing.announcements)
            upserted += _upsert(session, feed.listing.papers, placer, "rss", seen)
            broken += put_aside(session, f"rss {category} {day}", feed.listing.broken)
        for check in checks:
            first = check.first(numbers) if numbers else frozenset()
            days = {item.identifier: (day, placer.day(item)[1]) for item in check.papers if item.identifier in first}
            upserted += _upsert(session, check.papers, placer, check.source, seen, days)
            session.mark_deleted(check.deleted, seen=seen)
            broken += put_aside(session, f"{check.source} {category} {day}", check.broken)
        known = {row.source: row for row in session.ledger(day, day) if row.category == category}
        session.save_coverage([row for row in rows if not _is_worse(row, known.get(row.source))])
    best = next((row for row in rows if row.state in _GOOD), None)
    failed = any(item.outcome is Outcome.FAILED for item in (feed, *checks) if item is not None)
    worst = min(rows, key=lambda row: _SEVERITY.index(row.state))
    row = best or worst
    return replace(
        report,
        state=row.state,
        expected=row.expected,
        received=max(item.received for item in rows) if best is None else best.received,
        new=upserted.new,
        announcements=announcements,
        broken=broken,
        # What cannot be had at all is told also where another source stepped in.
        detail="; ".join(
            item.detail for item in (checks if best else rows) if item.detail and (not best or _is_failed(item))
        ),
        outcome=Outcome.DONE if best else Outcome.FAILED if failed else Outcome.LATER,
    )


def _is_failed(item: Check | LedgerRow) -> bool:
    return isinstance(item, Check) and item.outcome is Outcome.FAILED


def _is_worse(row: LedgerRow, known: LedgerRow | None) -> bool:
    """Whether a row knows less than the one that is there: a request that failed takes back no answer."""
    if known is None or known.counted_by is not CountedBy.ANNOUNCED or known.state not in _GOOD:
        return False
    return row.state not in _GOOD and row.received <= known.received


_SEVERITY = (State.SHORT, State.STALE, State.MISSING, State.UNKNOWN, *_GOOD)


def _upsert(
    session: Session,
    papers: Sequence[Paper],
    placer: Placer,
    source: str,
    seen: dt.datetime,
    days: Mapping[str, tuple[dt.date, DayBasis]] | None = None,
) -> Upserted:
    """Write papers, each with the day that is given for it, else the one that its number allows."""
    known = days or {}
    rows = [(paper, *(known.get(paper.identifier) or placer.day(paper))) for paper in papers]
    return session.upsert_papers(rows, source=source, seen=seen)


def put_aside(session: Session, source: str, broken: Sequence[Broken]) -> int:
    """Remember broken records of a document under a source's name, in place of those of an earlier time."""
    session.forget_set_aside(source, 0)
    session.set_aside(source, [SetAside(item.place, item.reason, item.excerpt) for item in broken])
    return len(broken)


def settle_day(workspace: Workspace, day: dt.date) -> frozenset[str]:
    """Find the categories that had nothing on a day on which others had something, and call them complete.

    An empty feed alone is an alarm: arXiv may not have announced yet. Returns the categories that were settled.
    """
    with open_store(workspace).writing() as session:
        rows = [row for row in session.ledger(day, day) if row.counted_by is CountedBy.ANNOUNCED]
        if not any(row.state is State.COMPLETE and row.received for row in rows):
            return frozenset()
        quiet = [
            row
            for row in rows
            if row.state is State.MISSING
            and row.detail == EMPTY_FEED
            # A second source answered, and had nothing of the day either.
            and any(
                other.category == row.category and other.source != row.source and other.expected == 0 for other in rows
            )
        ]
        session.save_coverage(
            [replace(row, state=State.COMPLETE, detail="nothing was announced in this category") for row in quiet]
        )
    return frozenset(row.category for row in quiet)


def settled(reports: Sequence[CategoryReport], categories: frozenset[str]) -> tuple[CategoryReport, ...]:
    """The reports after their day was settled."""
    return tuple(
        replace(report, state=State.COMPLETE, expected=0, detail="", outcome=Outcome.DONE)
        if report.category in categories
        else report
        for report in reports
    )
