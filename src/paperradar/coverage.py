"""Coverage: which announcement days and categories are complete, and which are not. Pure; knows the calendar only.

The ledger has one row per day, category and source. What a day's state is follows from its rows, from arXiv's calendar
and from whether papers of that day are in the store.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from paperradar.calendar import ARXIV_ZONE, is_announcement_day, listing_day, submission_days


class State(StrEnum):
    """What is known of a category on a day."""

    COMPLETE = "complete"  # everything announced is in the store, and a second source agrees
    COMPLETE_BY_SUBMISSION = "complete-by-submission"  # everything submitted in its time is in the store
    HOLIDAY = "holiday"  # arXiv announced nothing, as its calendar says
    SHORT = "short"  # a source names papers that the other lacks, or its answer broke off
    STALE = "stale"  # the feed is that of an earlier day
    MISSING = "missing"  # a working day of which nothing came
    UNKNOWN = "unknown"  # imported, or no second source could be asked
    NOT_WATCHED = "not-watched"  # of the time before anybody asked for anything; `backfill` fills it


# States that a strict caller refuses.
ALARMS = frozenset({State.SHORT, State.STALE, State.MISSING})


class CountedBy(StrEnum):
    """What the day of a ledger row is."""

    ANNOUNCED = "announced"  # arXiv's announcement day (America/New_York)
    SUBMITTED = "submitted"  # the day of version 1's submission, in UTC


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What one source had of one category on one day.

    ``expected`` is how many first announcements (or submissions) there are as far as all sources know, None where
    nobody knows; ``received`` how many of them this source gave. ``highest`` is the highest identifier first announced
    on that day, empty for none. ``detail`` says in words what is wrong. ``at`` is when it was asked: aware, in UTC.
    """

    day: dt.date
    category: str
    source: str
    counted_by: CountedBy
    state: State
    expected: int | None
    received: int
    highest: str
    at: dt.datetime
    detail: str = ""


# Of several states of one day, the first one here is the day's.
_WORST_FIRST = (
    State.MISSING,
    State.STALE,
    State.SHORT,
    State.NOT_WATCHED,
    State.UNKNOWN,
    State.COMPLETE_BY_SUBMISSION,
    State.COMPLETE,
    State.HOLIDAY,
)
# Of several rows that leave a category incomplete: where something came, that is what matters.
_INCOMPLETE = (State.SHORT, State.STALE, State.MISSING, State.UNKNOWN)
_ONE_DAY = dt.timedelta(days=1)
# After so long without a row, whoever watched has given up: what came before is an old backfill, say.
WATCHED_FOR = dt.timedelta(days=60)
_SATURDAY = 5
_NAMED_DAYS = 5
_NAMED_CATEGORIES = 3


@dataclass(frozen=True, slots=True)
class CategoryCoverage:
    """A category on a day: its state, and the counts of the row that the state comes from.

    Where days of submission make it complete, both counts are the papers that the store has of the day.
    """

    category: str
    state: State
    expected: int | None = None
    received: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """An announcement day: the worst state of its categories, holidays aside."""

    day: dt.date
    state: State
    categories: tuple[CategoryCoverage, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days from ``first`` to ``last`` (both included) that are due: weekdays, and a week-end with a listing."""

    first: dt.date
    last: dt.date
    days: tuple[DayCoverage, ...]

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    @property
    def counts(self) -> dict[State, int]:
        """How many days are in each state; states without a day are left out."""
        counted = Counter(day.state for day in self.days)
        return {state: counted[state] for state in State if counted[state]}

    @property
    def alarms(self) -> tuple[DayCoverage, ...]:
        """The days that are short, stale or missing."""
        return tuple(day for day in self.days if day.state in ALARMS)

    @property
    def not_watched(self) -> tuple[DayCoverage, ...]:
        """The days before anybody watched."""
        return tuple(day for day in self.days if day.state is State.NOT_WATCHED)

    @property
    def lacking(self) -> tuple[DayCoverage, ...]:
        """What a list of these days lacks: alarms, and days before anybody watched."""
        return tuple(day for day in self.days if day.state in ALARMS or day.state is State.NOT_WATCHED)

    @property
    def line(self) -> str:
        """One line for people."""
        counts = self.counts
        working = sum(count for state, count in counts.items() if state is not State.HOLIDAY)
        if not working:
            return "coverage: no announcement day yet"
        days = f"{working} announcement day{'' if working == 1 else 's'}"
        if counts.get(State.UNKNOWN) == working:
            return f"coverage: unknown for {days} (imported, or not checked day by day)"
        complete = counts.get(State.COMPLETE, 0) + counts.get(State.COMPLETE_BY_SUBMISSION, 0)
        parts = [f"coverage: {complete} of {days} complete"]
        if by_submission := counts.get(State.COMPLETE_BY_SUBMISSION):
            parts[0] += f" ({by_submission} by submission)"
        for state in (State.SHORT, State.STALE, State.MISSING, State.UNKNOWN):
            found = [day for day in self.days if day.state is state]
            if found:
                more = f" and {len(found) - _NAMED_DAYS} more" if len(found) > _NAMED_DAYS else ""
                parts.append(f"{state}: {', '.join(_words(day) for day in found[:_NAMED_DAYS])}{more}")
        if not_watched := self.not_watched:
            first, last = not_watched[0].day, not_watched[-1].day
            span = f"{first} to {last} ({len(not_watched)} days)" if len(not_watched) > 1 else str(first)
            parts.append(f"not watched: {span}")
        return "; ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "line": self.line,
            "counts": {str(state): count for state, count in self.counts.items()},
            "days": [
                {
                    "day": day.day.isoformat(),
                    "state": str(day.state),
                    "categories": [asdict(item) | {"state": str(item.state)} for item in day.categories],
                }
                for day in self.days
            ],
        }

    def summary(self) -> dict[str, Any]:
        """The line, the counts and the gaps as plain values: what a list's bundle keeps."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "line": self.line,
            "counts": {str(state): count for state, count in self.counts.items()},
            "gaps": [{"day": day.day.isoformat(), "state": str(day.state)} for day in self.lacking],
        }


def coverage_of(
    first: dt.date,
    last: dt.date,
    categories: Sequence[str],
    rows: Iterable[LedgerRow],
    *,
    today: dt.date,
    imported: Mapping[dt.date, int],
    papers: Mapping[tuple[dt.date, str], int],
    anything: bool = True,
) -> Coverage:
    """The coverage of the days from ``first`` to the earlier of ``last`` and ``today`` (America/New_York).

    ``rows``: the ledger's rows of these days, and of the `WATCHED_FOR` before them. ``imported``: how many papers came
    by an import, by announcement day. ``papers``: how many there are, by announcement day and category; days of
    submission are not counted instead, since two listings share each of them. ``anything``: whether the ledger has any
    row at all, of whatever day; where it has none, nothing was ever asked, and days are unknown. A working day without
    a row is missing where somebody had asked for anything in the `WATCHED_FOR` before it, else not watched.

    A week-end is left out unless a listing of it came, and today as long as nothing is known of its listing.
    """
    announced: dict[tuple[dt.date, str], list[LedgerRow]] = defaultdict(list)
    submitted: dict[tuple[dt.date, str], list[LedgerRow]] = defaultdict(list)
    # Sorted: the order in which rows come decides nothing.
    known = sorted(rows, key=lambda row: (-row.received, row.source))
    for row in known:
        (announced if row.counted_by is CountedBy.ANNOUNCED else submitted)[row.day, row.category].append(row)
    asked = sorted({_watches_from(row) for row in known})
    days = []
    for offset in range((min(last, today) - first).days + 1):
        day = first + _ONE_DAY * offset
        found = [
            _category(
                category,
                day,
                announced.get((day, category), []),
                [submitted.get((other, category), []) for other in submission_days(day)],
                papers.get((day, category), 0),
            )
            for category in categories
        ]
        if day.weekday() >= _SATURDAY and not any(
            row.received for category in categories for row in announced.get((day, category), [])
        ):
            continue
        nothing = _without_rows(day, imported, asked, anything)
        if day == today and nothing in (State.MISSING, State.NOT_WATCHED) and not any(found):
            continue  # its listing was not asked for yet
        filled = tuple(
            CategoryCoverage(category, nothing) if item is None else item
            for category, item in zip(categories, found, strict=True)
        )
        days.append(DayCoverage(day, _worst(filled, nothing), filled))
    return Coverage(first, last, tuple(days))


def complete_through(coverage: Coverage) -> dt.date | None:
    """The last announcement day of the coverage's first row of good days: up to it nothing is known to lack.

    Alarms end the row, and so do days of which nothing is known. Those before the first good day are passed over: they
    are of the time before anybody watched. None where no day is good.
    """
    last = None
    for day in coverage.days:
        if day.state in ALARMS or day.state in (State.UNKNOWN, State.NOT_WATCHED):
            if last is not None:
                break
        elif day.state is not State.HOLIDAY:
            last = day.day
    return last


def _category(
    category: str,
    day: dt.date,
    announced: Sequence[LedgerRow],
    submitted: Sequence[Sequence[LedgerRow]],
    papers: int,
) -> CategoryCoverage | None:
    """A category's coverage by its rows, None where they say nothing of this day.

    Of rows of one state the first counts: a listing's before a submission day's, then the one that received most.
    """
    for state in (State.COMPLETE, State.COMPLETE_BY_SUBMISSION):
        if row := next((row for row in announced if row.state is state), None):
            return CategoryCoverage(category, state, row.expected, row.received)
    if submitted and all(any(_covers(row, day) for row in rows) for rows in submitted):
        return CategoryCoverage(category, State.COMPLETE_BY_SUBMISSION, papers, papers)
    if any(row.state is State.HOLIDAY for row in announced):
        return CategoryCoverage(category, State.HOLIDAY)
    others = [*announced, *(row for rows in submitted for row in rows if row.state is State.SHORT)]
    for state in _INCOMPLETE:
        if row := next((row for row in others if row.state is state), None):
            return CategoryCoverage(category, state, row.expected, row.received, row.detail)
    return None


def _covers(row: LedgerRow, day: dt.date) -> bool:
    """Whether a submission day's row holds all that was submitted on it and announced on a day.

    One that is not finished, because later listings will have more of it, does so once the listing of the day is out.
    """
    if row.state is State.COMPLETE_BY_SUBMISSION:
        return True
    is_whole = row.state is State.UNKNOWN and row.expected is not None and row.received >= row.expected
    return is_whole and row.at.astimezone(ARXIV_ZONE).date() > day


def _watches_from(row: LedgerRow) -> dt.date:
    """The first announcement day that a row tells somebody asked for.

    A day of submission is that of the listing after its deadline: of the one before, it has the morning only.
    """
    if row.counted_by is CountedBy.ANNOUNCED:
        return row.day
    return listing_day(dt.datetime.combine(row.day, dt.time(23, 59), tzinfo=ARXIV_ZONE))


def _without_rows(day: dt.date, imported: Mapping[dt.date, int], asked: Sequence[dt.date], anything: bool) -> State:
    if not is_announcement_day(day):
        return State.HOLIDAY
    if imported.get(day) or not anything:
        return State.UNKNOWN
    place = bisect_right(asked, day)
    return State.MISSING if place and day - asked[place - 1] <= WATCHED_FOR else State.NOT_WATCHED


def _worst(categories: Sequence[CategoryCoverage], otherwise: State) -> State:
    states = {item.state for item in categories}
    return next((state for state in _WORST_FIRST if state in states), otherwise)


def _words(day: DayCoverage) -> str:
    mine = [item for item in day.categories if item.state is day.state]
    if len(mine) == len(day.categories) and day.state is not State.SHORT:
        return day.day.isoformat()
    named = [
        item.category + (f" {item.received} of {item.expected}" if day.state is State.SHORT and item.expected else "")
        for item in mine[:_NAMED_CATEGORIES]
    ]
    more = f" and {len(mine) - _NAMED_CATEGORIES} more" if len(mine) > _NAMED_CATEGORIES else ""
    return f"{day.day} ({', '.join(named)}{more})"
