"""What a day is worth, whatever the ledger holds."""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from paperradar.calendar import is_announcement_day
from paperradar.coverage import (
    ALARMS,
    CountedBy,
    LedgerRow,
    State,
    coverage_of,
)

CATEGORIES = ("cs.CL", "cs.LG")
AT = dt.datetime(2022, 5, 9, 12, tzinfo=dt.UTC)
LATER = dt.date(2022, 6, 1)

DAYS = st.dates(dt.date(2021, 11, 15), dt.date(2021, 12, 15))  # with a holiday
ROWS = st.lists(
    st.builds(
        LedgerRow,
        day=DAYS,
        category=st.sampled_from([*CATEGORIES, "math.AG"]),
        source=st.sampled_from(["rss", "oai", "api"]),
        counted_by=st.sampled_from(CountedBy),
        state=st.sampled_from(State),
        expected=st.none() | st.integers(0, 3),
        received=st.integers(0, 3),
        highest=st.just(""),
        at=st.just(AT),
        detail=st.sampled_from(["", "a", "b"]),
    ),
    max_size=60,
    unique_by=lambda item: (item.day, item.category, item.source, item.counted_by),
)
PAPERS = st.dictionaries(DAYS, st.integers(0, 2), max_size=5)


@given(ROWS, PAPERS, DAYS, DAYS, DAYS, st.randoms(use_true_random=False))
def test_rows_in_any_order_give_the_same(
    rows: list[LedgerRow],
    imported: dict[dt.date, int],
    first: dt.date,
    last: dt.date,
    today: dt.date,
    random: Random,
) -> None:
    found = coverage_of(first, last, CATEGORIES, rows, today=today, imported=imported, papers={})
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert coverage_of(first, last, CATEGORIES, shuffled, today=today, imported=imported, papers={}) == found
    assert len(found.line.splitlines()) == 1
    assert found.as_dict()["line"] == found.line


@given(ROWS, PAPERS, DAYS, DAYS, DAYS)
def test_every_weekday_appears_once(
    rows: list[LedgerRow], imported: dict[dt.date, int], first: dt.date, last: dt.date, today: dt.date
) -> None:
    found = coverage_of(first, last, CATEGORIES, rows, today=today, imported=imported, papers={})
    days = [day.day for day in found.days]
    assert days == sorted(set(days))
    span = [first + dt.timedelta(n) for n in range((min(last, today) - first).days + 1)]
    weekdays = {day for day in span if day.weekday() < 5}
    assert weekdays - set(days) <= {today}
    assert set(days) <= set(span)
    assert all([item.category for item in day.categories] == list(CATEGORIES) for day in found.days)
    assert sum(found.counts.values()) == len(days)
    assert {day.day for day in found.alarms} == {day.day for day in found.days if day.state in ALARMS}
    assert all(is_announcement_day(day.day) for day in found.days if day.state is State.MISSING and not rows)


@given(ROWS, PAPERS, DAYS)
def test_a_complete_row_for_every_category_removes_a_days_alarm(
    rows: list[LedgerRow], imported: dict[dt.date, int], day: dt.date
) -> None:
    first, last = day - dt.timedelta(7), day + dt.timedelta(7)
    before = coverage_of(first, last, CATEGORIES, rows, today=LATER, imported=imported, papers={})
    more = [
        LedgerRow(day, category, "zzz", CountedBy.ANNOUNCED, State.COMPLETE, None, 1, "", AT, "")
        for category in CATEGORIES
    ]
    after = coverage_of(first, last, CATEGORIES, [*rows, *more], today=LATER, imported=imported, papers={})
    assert {item.day: item.state for item in after.days}[day] is State.COMPLETE
    # Others stay as they were; but who asked for this day watches from it on.
    for old, new in zip(
        [item for item in before.days if item.day != day], [item for item in after.days if item.day != day], strict=True
    ):
        for one_before, one_after in zip(old.categories, new.categories, strict=True):
            assert one_after == one_before or (
                (one_before.state, one_after.state) == (State.NOT_WATCHED, State.MISSING) and new.day > day
            )
