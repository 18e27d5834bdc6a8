"""What a category's day is worth, judged from what its sources gave: rows for the coverage ledger. Pure.

A day counts as complete only where two sources answered, both have something of that day, and one of them has
everything that either of them knows. One source alone proves nothing: feeds are silently short, stale or empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.papers import identifier_order
from paperradar.pipeline.listings import Check, Feed, NewNumbers
from paperradar.pipeline.outcomes import Outcome


def judge(
    category: str, numbers: NewNumbers, feed: Feed | None, checks: Sequence[Check], at: dt.datetime
) -> tuple[LedgerRow, ...]:
    """The ledger rows of a category's day, one a source that was asked; ``feed`` is None where none was."""
    first = {check.source: check.first(numbers) for check in checks if check.outcome is Outcome.DONE}
    if feed is not None and feed.listing is not None:
        first["rss"] = feed.first(numbers, checks)
    union = frozenset().union(*first.values())
    expected = len(union) if first else None
    rows = []
    for source, detail, state in _asked(feed, checks):
        mine = first.get(source, frozenset())
        if state is None:
            state, detail = _compared(source, mine, first, union, feed)
        rows.append(
            LedgerRow(
                day=numbers.day,
                category=category,
                source=source,
                counted_by=CountedBy.ANNOUNCED,
                state=state,
                expected=expected,
                received=len(mine),
                highest=max(mine, key=identifier_order, default=""),
                at=at,
                detail=detail,
            )
        )
    return tuple(rows)


def done_row(rows: Sequence[LedgerRow]) -> LedgerRow | None:
    """Of a category's rows of one day, the one that says that nothing is left to ask; None where there is something.

    Where the feed was asked its own row counts: a second source has the papers, but only the feed says how each of
    them was announced.
    """
    finished = (State.COMPLETE, State.HOLIDAY)
    announced = [row for row in rows if row.counted_by is CountedBy.ANNOUNCED]
    feed = [row for row in announced if row.source == "rss"]
    return next((row for row in feed or announced if row.state in finished), None)


def _asked(feed: Feed | None, checks: Sequence[Check]) -> list[tuple[str, str, State | None]]:
    """Each source with what is wrong with it; the state is None where it gave an answer that can be compared."""
    asked: list[tuple[str, str, State | None]] = []
    if feed is not None:
        asked.append(("rss", feed.detail, None if feed.listing is not None else feed.state))
    holiday = feed is not None and feed.state is State.HOLIDAY
    for check in checks:
        if check.outcome is not Outcome.DONE:
            asked.append((check.source, check.detail, State.UNKNOWN))
        else:
            asked.append((check.source, "", State.HOLIDAY if holiday else None))
    return asked


def _compared(
    source: str,
    mine: frozenset[str],
    first: dict[str, frozenset[str]],
    union: frozenset[str],
    feed: Feed | None,
) -> tuple[State, str]:
    missing = len(union) - len(mine)
    if missing:
        return State.SHORT, f"{source} lacks {missing} of {len(union)} papers that another source names"
    others = [name for name in first if name != source]
    if not others and source != "rss":
        return (State.UNKNOWN if mine else State.MISSING), f"only {source} answered, and had {len(mine)}"
    if not others:
        return State.UNKNOWN, "no second source answered"
    if union and not any(first[name] & mine for name in others):
        return State.UNKNOWN, f"{' and '.join(others)} had nothing of this day yet"
    if source == "rss" and feed is not None and feed.is_full:
        return State.UNKNOWN, "the feed is full; it may lack some that no source names yet"
    if "rss" not in first and source != "rss":
        return State.UNKNOWN, "the feed has not confirmed it"
    return State.COMPLETE, ""
