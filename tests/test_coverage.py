"""What a day is worth, by the ledger, the calendar and the imported that are there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping

import pytest

from paperradar.calendar import submission_days
from paperradar.coverage import (
    WATCHED_FOR,
    CategoryCoverage,
    CountedBy,
    Coverage,
    DayCoverage,
    LedgerRow,
    State,
    complete_through,
    coverage_of,
)

CATEGORIES = ("cs.CL", "cs.LG")
FRIDAY, MONDAY, TUESDAY = dt.date(2022, 4, 29), dt.date(2022, 5, 2), dt.date(2022, 5, 3)
WEDNESDAY, SATURDAY = dt.date(2022, 5, 4), dt.date(2022, 5, 7)
LATER = dt.date(2022, 6, 1)
AT = dt.datetime(2022, 5, 9, 12, tzinfo=dt.UTC)
A_HOLIDAY = dt.date(2021, 11, 26)  # no listing on the day after Thanksgiving


def row(
    day: dt.date,
    state: State,
    category: str = "cs.CL",
    *,
    source: str = "rss",
    by: CountedBy = CountedBy.ANNOUNCED,
    expected: int | None = None,
    received: int = 0,
    detail: str = "",
) -> LedgerRow:
    return LedgerRow(day, category, source, by, state, expected, received, "", AT, detail)


def sent(day: dt.date, state: State = State.COMPLETE_BY_SUBMISSION, received: int = 2, **more: str) -> LedgerRow:
    expected = received if state is State.COMPLETE_BY_SUBMISSION else None
    return row(day, state, source="api", by=CountedBy.SUBMITTED, received=received, expected=expected, **more)


def one(
    day: dt.date,
    rows: Iterable[LedgerRow],
    *,
    today: dt.date = LATER,
    imported: Mapping[dt.date, int] | None = None,
    papers: Mapping[tuple[dt.date, str], int] | None = None,
    anything: bool = True,
    categories: tuple[str, ...] = ("cs.CL",),
) -> DayCoverage | None:
    found = coverage_of(
        day, day, categories, rows, today=today, imported=imported or {}, papers=papers or {}, anything=anything
    ).days
    assert len(found) <= 1
    return found[0] if found else None


def state(day: dt.date, rows: Iterable[LedgerRow], *, anything: bool = True) -> State:
    found = one(day, rows, anything=anything)
    assert found is not None
    return found.state


# A category on a day


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([State.SHORT, State.COMPLETE], State.COMPLETE),
        ([State.COMPLETE_BY_SUBMISSION, State.COMPLETE], State.COMPLETE),
        ([State.MISSING, State.COMPLETE_BY_SUBMISSION], State.COMPLETE_BY_SUBMISSION),
        ([State.MISSING, State.HOLIDAY], State.HOLIDAY),
        ([State.UNKNOWN, State.MISSING, State.STALE, State.SHORT], State.SHORT),
        ([State.UNKNOWN, State.MISSING, State.STALE], State.STALE),
        ([State.UNKNOWN, State.MISSING], State.MISSING),
        ([State.UNKNOWN], State.UNKNOWN),
    ],
    ids=lambda value: str(value) if isinstance(value, State) else "-".join(value),
)
def test_of_several_sources_the_best_counts_and_else_the_worst(states: list[State], expected: State) -> None:
    rows = [row(TUESDAY, item, source=f"s{n}") for n, item in enumerate(states)]
    assert state(TUESDAY, rows) is expected
    assert state(TUESDAY, rows[::-1]) is expected


def test_counts_are_those_of_the_row_that_decides() -> None:
    rows = [
        row(TUESDAY, State.SHORT, expected=52, received=40, detail="rss lacks 12", source="oai"),
        row(TUESDAY, State.SHORT, expected=52, received=48, detail="rss lacks 4"),
        row(TUESDAY, State.UNKNOWN, received=52, source="api"),
    ]
    found = one(TUESDAY, rows)
    assert found == DayCoverage(TUESDAY, State.SHORT, (CategoryCoverage("cs.CL", State.SHORT, 52, 48, "rss lacks 4"),))


def test_a_day_is_complete_once_all_its_days_of_submission_are() -> None:
    days = submission_days(TUESDAY)
    assert len(days) == 4
    found = one(
        TUESDAY, [*map(sent, days), row(TUESDAY, State.STALE)], papers={(TUESDAY, "cs.CL"): 5, (MONDAY, "cs.CL"): 9}
    )
    assert found is not None
    assert found.categories == (CategoryCoverage("cs.CL", State.COMPLETE_BY_SUBMISSION, 5, 5),)
    for left_out in days:
        some = [sent(day) for day in days if day != left_out]
        assert state(TUESDAY, some) is State.MISSING
        assert state(TUESDAY, [*some, sent(left_out, State.SHORT)]) is State.SHORT
        assert state(TUESDAY, [*some, sent(left_out, State.UNKNOWN)]) is State.MISSING
        found = one(TUESDAY, [*some, sent(left_out, State.UNKNOWN)], imported={TUESDAY: 3})
        assert found is not None
        assert found.state is State.UNKNOWN


def test_a_listing_says_more_than_a_short_day_of_submission() -> None:
    rows = [
        sent(MONDAY, State.SHORT, received=90, detail="the API broke off"),
        row(TUESDAY, State.SHORT, expected=52, received=48),
    ]
    found = one(TUESDAY, rows)
    assert found is not None
    assert (found.categories[0].received, found.categories[0].detail) == (48, "")


def test_days_of_submission_say_nothing_of_a_holiday() -> None:
    assert submission_days(A_HOLIDAY) == ()
    assert state(A_HOLIDAY, [sent(A_HOLIDAY), sent(A_HOLIDAY - dt.timedelta(1))]) is State.HOLIDAY


# Days without rows


def test_a_day_without_rows() -> None:
    other = [row(MONDAY, State.COMPLETE)]
    assert state(A_HOLIDAY, []) is State.HOLIDAY
    assert state(TUESDAY, other) is State.MISSING
    assert state(TUESDAY, []) is State.NOT_WATCHED
    assert state(TUESDAY, [], anything=False) is State.UNKNOWN, "nothing was ever fetched"
    found = one(TUESDAY, other, imported={TUESDAY: 1})
    assert found is not None
    assert found.state is State.UNKNOWN, "its imported were imported"


def test_days_before_anybody_asked_are_not_watched() -> None:
    rows = [row(WEDNESDAY, State.MISSING, "cs.LG", detail="the feed could not be had")]
    found = coverage_of(FRIDAY, dt.date(2022, 5, 5), CATEGORIES, rows, today=LATER, imported={MONDAY: 1}, papers={})
    assert [day.state for day in found.days] == [
        State.NOT_WATCHED, State.UNKNOWN, State.NOT_WATCHED, State.MISSING, State.MISSING
    ]  # fmt: skip
    assert [day.day for day in found.alarms] == [WEDNESDAY, dt.date(2022, 5, 5)]
    assert [day.day for day in found.not_watched] == [FRIDAY, TUESDAY]
    assert [day.day for day in found.lacking] == [FRIDAY, TUESDAY, WEDNESDAY, dt.date(2022, 5, 5)]
    assert found.line == (
        "coverage: 0 of 5 announcement days complete; missing: 2022-05-04, 2022-05-05; unknown: 2022-05-02;"
        " not watched: 2022-04-29 to 2022-05-03 (2 days)"
    )


def test_a_day_of_submission_watches_from_the_listing_after_its_deadline() -> None:
    # Thursday's afternoon is in Monday's listing, its morning in Friday's.
    rows = [sent(day) for day in submission_days(MONDAY)]
    assert state(FRIDAY, rows) is State.NOT_WATCHED
    assert state(MONDAY, rows) is State.COMPLETE_BY_SUBMISSION
    assert state(WEDNESDAY, rows) is State.MISSING


def test_an_old_backfill_is_no_beginning() -> None:
    last, after = TUESDAY, WEDNESDAY
    old = [row(last - WATCHED_FOR, State.COMPLETE)]
    assert state(last, old) is State.MISSING
    assert state(after, old) is State.NOT_WATCHED


def test_today_is_left_out_until_its_listing_was_asked_for() -> None:
    other = row(MONDAY, State.COMPLETE)
    assert one(TUESDAY, [other], today=TUESDAY) is None
    assert one(TUESDAY, [], today=TUESDAY) is None
    found = one(TUESDAY, [other, row(TUESDAY, State.MISSING)], today=TUESDAY)
    assert found is not None
    assert found.state is State.MISSING
    found = one(TUESDAY, [other, row(TUESDAY, State.COMPLETE)], today=TUESDAY, categories=CATEGORIES)
    assert found is not None
    assert [item.state for item in found.categories] == [State.COMPLETE, State.MISSING]
    found = one(A_HOLIDAY, [other], today=A_HOLIDAY)
    assert found is not None
    assert found.state is State.HOLIDAY
    assert coverage_of(TUESDAY, LATER, CATEGORIES, [other], today=MONDAY, imported={}, papers={}).days == ()


def test_a_week_end_counts_only_where_something_was_announced() -> None:
    assert one(SATURDAY, []) is None
    assert one(SATURDAY, [row(SATURDAY, State.COMPLETE)]) is None
    assert one(SATURDAY, [sent(SATURDAY)]) is None
    assert one(SATURDAY, [row(SATURDAY, State.COMPLETE, "math.AG", received=1)]) is None
    found = one(SATURDAY, [row(SATURDAY, State.SHORT, received=1, expected=2)], categories=CATEGORIES)
    assert found is not None
    assert [item.state for item in found.categories] == [State.SHORT, State.HOLIDAY]
    assert found.state is State.SHORT


# A day


ORDER = [
    State.MISSING,
    State.STALE,
    State.SHORT,
    State.UNKNOWN,
    State.COMPLETE_BY_SUBMISSION,
    State.COMPLETE,
    State.HOLIDAY,
]


@pytest.mark.parametrize("first", ORDER, ids=str)
@pytest.mark.parametrize("second", ORDER, ids=str)
def test_a_day_is_as_bad_as_its_worst_category(first: State, second: State) -> None:
    found = one(TUESDAY, [row(TUESDAY, first), row(TUESDAY, second, "cs.LG")], categories=CATEGORIES)
    assert found is not None
    assert [item.state for item in found.categories] == [first, second]
    assert found.state is min(first, second, key=ORDER.index)


# The whole


def covered(*states: State) -> Coverage:
    """Days from Tuesday on with these states, of one category."""
    days = tuple(
        DayCoverage(TUESDAY + dt.timedelta(n), item, (CategoryCoverage("cs.CL", item),))
        for n, item in enumerate(states)
    )
    return Coverage(TUESDAY, TUESDAY + dt.timedelta(len(states)), days)


def test_the_line_of_the_design() -> None:
    rows = [
        row(TUESDAY, State.SHORT, expected=52, received=48),
        row(TUESDAY, State.COMPLETE, "cs.LG"),
        row(WEDNESDAY, State.STALE, "cs.LG"),
        row(WEDNESDAY, State.COMPLETE),
        row(MONDAY, State.COMPLETE),
        row(MONDAY, State.COMPLETE, "cs.LG"),
    ]
    found = coverage_of(
        MONDAY, dt.date(2022, 5, 6), CATEGORIES, rows, today=LATER, imported={dt.date(2022, 5, 6): 1}, papers={}
    )
    assert found.line == (
        "coverage: 1 of 5 announcement days complete; short: 2022-05-03 (cs.CL 48 of 52); stale: 2022-05-04 (cs.LG);"
        " missing: 2022-05-05; unknown: 2022-05-06"
    )
    assert [day.day.day for day in found.alarms] == [3, 4, 5]
    assert found.counts == {
        State.COMPLETE: 1,
        State.SHORT: 1,
        State.STALE: 1,
        State.MISSING: 1,
        State.UNKNOWN: 1,
    }
    assert MONDAY in found
    assert FRIDAY not in found


@pytest.mark.parametrize(
    ("states", "line"),
    [
        ([], "coverage: no announcement day yet"),
        ([State.HOLIDAY], "coverage: no announcement day yet"),
        ([State.COMPLETE, State.HOLIDAY], "coverage: 1 of 1 announcement day complete"),
        (
            [State.COMPLETE, State.COMPLETE_BY_SUBMISSION],
            "coverage: 2 of 2 announcement days complete (1 by submission)",
        ),
        ([State.UNKNOWN] * 3, "coverage: unknown for 3 announcement days (imported, or not checked day by day)"),
        (
            [State.MISSING] * 7,
            "coverage: 0 of 7 announcement days complete; missing: 2022-05-03, 2022-05-04, 2022-05-05, 2022-05-06,"
            " 2022-05-07 and 2 more",
        ),
        ([State.SHORT], "coverage: 0 of 1 announcement day complete; short: 2022-05-03 (cs.CL)"),
        (
            [State.NOT_WATCHED, State.COMPLETE],
            "coverage: 1 of 2 announcement days complete; not watched: 2022-05-03",
        ),
    ],
    ids=["none", "holiday", "complete", "submission", "unknown", "many", "short-of-unknown", "not-watched"],
)
def test_lines(states: list[State], line: str) -> None:
    assert covered(*states).line == line


def test_many_short_categories_are_abbreviated() -> None:
    names = [f"cs.{letter}{letter}" for letter in "ABCDE"]
    rows = [row(TUESDAY, State.SHORT, name, expected=2, received=1) for name in names]
    line = coverage_of(TUESDAY, TUESDAY, names, rows, today=LATER, imported={}, papers={}).line
    assert line.endswith("short: 2022-05-03 (cs.AA 1 of 2, cs.BB 1 of 2, cs.CC 1 of 2 and 2 more)")


def test_plain_values_go_through_json() -> None:
    rows = [row(TUESDAY, State.SHORT, expected=52, received=48, detail="why")]
    found = coverage_of(TUESDAY, TUESDAY, ["cs.CL"], rows, today=LATER, imported={}, papers={})
    assert json.loads(json.dumps(found.as_dict())) == {
        "first": "2022-05-03",
        "last": "2022-05-03",
        "line": found.line,
        "counts": {"short": 1},
        "days": [
            {
                "day": "2022-05-03",
                "state": "short",
                "categories": [
                    {"category": "cs.CL", "state": "short", "expected": 52, "received": 48, "detail": "why"}
                ],
            }
        ],
    }
    summary = json.loads(json.dumps(found.summary()))
    assert summary["gaps"] == [{"day": "2022-05-03", "state": "short"}]
    assert summary["line"] == found.line


@pytest.mark.parametrize(
    ("states", "through"),
    [
        ([], None),
        ([State.UNKNOWN, State.SHORT, State.HOLIDAY], None),
        ([State.COMPLETE, State.HOLIDAY, State.COMPLETE_BY_SUBMISSION, State.HOLIDAY], 2),
        ([State.COMPLETE, State.UNKNOWN, State.COMPLETE], 0),
        ([State.COMPLETE, State.MISSING, State.COMPLETE], 0),
        ([State.UNKNOWN, State.COMPLETE, State.COMPLETE, State.STALE], 2),
        ([State.NOT_WATCHED, State.COMPLETE], 1),
        ([State.COMPLETE, State.NOT_WATCHED, State.COMPLETE], 0),
    ],
    ids=["none", "no good day", "holidays", "unknown", "gap", "unknown first", "not watched", "given up"],
)
def test_complete_through(states: list[State], through: int | None) -> None:
    assert complete_through(covered(*states)) == (None if through is None else TUESDAY + dt.timedelta(through))
