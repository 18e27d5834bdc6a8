"""Where things stand."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.calendar import ARXIV_ZONE, Window, holidays_known_until
from paperradar.pipeline.backfilling import backfill
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.overview import overview, working_hours
from paperradar.workspace import Workspace
from tests.pipeline.fetched import days_between, encoded, morning, workspace_for
from tests.standin import StandIn, World

DAYS = days_between("2021-06-07", "2021-06-11")
MON, TUE, WED, THU, FRI = DAYS
WORLD = World.made(DAYS, new_per_day=3)


def at(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: morning(day)


@pytest.fixture(scope="module")
def standin() -> Iterator[StandIn]:
    with StandIn(WORLD, now=morning(MON)) as found:
        yield found


@pytest.fixture(scope="module")
def watched(standin: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Monday and Wednesday were fetched; seven runs, of which the last two went wrong."""
    workspace = workspace_for(standin, tmp_path_factory.mktemp("watched"))
    for day in (MON, WED):
        standin.now = morning(day)
        fetch(workspace, day=day, clock=at(day))
    ended = [("daily", "done")] * 4 + [("backfill", "done"), ("daily", "later")]
    with open_store(workspace).writing() as session:
        for number, (kind, outcome) in enumerate(ended, 1):
            run = session.start_run(kind, "cron", morning(MON, number))
            session.finish_run(run, outcome, morning(MON, number + 1), {"line": f"run {number}"})
        session.start_run("daily", "hand", morning(WED))
    standin.clear()
    return workspace


def test_a_new_workspace(standin: StandIn, tmp_path: Path) -> None:
    found = overview(workspace_for(standin, tmp_path), clock=at(WED))
    assert (found.papers, found.runs, found.last_success, found.complete_through) == (0, (), None, None)
    assert (found.gaps, found.unencoded, found.warnings) == ((), 0, ())
    assert (found.edition, found.window) == ("2021-07", Window(dt.date(2021, 5, 25), dt.date(2021, 7, 5)))
    assert found.at == morning(WED)
    assert found.coverage.startswith("coverage: unknown for")


def test_a_watched_one(standin: StandIn, watched: Workspace) -> None:
    found = overview(watched, clock=at(FRI))
    assert standin.log == []
    shown = {event.identifier for day in (MON, WED) for event in WORLD.listed(day)}
    assert found.papers == found.unencoded == len(shown)
    assert found.complete_through == MON
    # What was before Monday is no gap: nobody watched. Today is none either.
    assert found.gaps == (TUE, THU)
    assert [(run.id, run.kind, run.outcome) for run in found.runs] == [
        (7, "daily", ""), (6, "daily", "later"), (5, "backfill", "done"), (4, "daily", "done"), (3, "daily", "done")
    ]  # fmt: skip
    assert found.last_success == morning(MON, 5)


def test_as_json(watched: Workspace) -> None:
    told = json.loads(json.dumps(overview(watched, clock=at(FRI)).as_dict()))
    assert list(told) == [
        "at", "papers", "runs", "last_success", "complete_through", "gaps", "coverage", "unencoded", "edition",
        "warnings",
    ]  # fmt: skip
    assert told["at"] == "2021-06-11T09:00:00+00:00"
    assert (told["complete_through"], told["gaps"]) == ("2021-06-07", ["2021-06-08", "2021-06-10"])
    assert told["edition"] == {"name": "2021-07", "first": "2021-05-25", "last": "2021-07-05"}
    assert told["last_success"] == "2021-06-07T09:00:00+00:00"
    assert told["runs"][0] == {
        "id": 7, "kind": "daily", "started_by": "hand", "started": "2021-06-09T09:00:00+00:00", "ended": None,
        "outcome": "", "summary": {},
    }  # fmt: skip
    assert told["runs"][1]["ended"] == "2021-06-07T11:00:00+00:00"
    assert told["runs"][1]["summary"] == {"line": "run 6"}


def test_texts_with_vectors_are_not_counted(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path)
    encoded(workspace, WORLD)
    standin.now = morning(MON)
    fetch(workspace, day=MON, clock=at(MON))
    found = overview(workspace, clock=at(MON))
    assert (found.papers, found.unencoded) == (3, 0)


def test_the_days_before_a_backfilled_window_are_no_gaps(standin: StandIn, tmp_path: Path) -> None:
    standin.now = morning(FRI)
    workspace = workspace_for(standin, tmp_path)
    backfill(workspace, Window(MON, WED), clock=at(FRI))
    found = overview(workspace, clock=at(FRI))
    assert found.complete_through == WED
    assert found.gaps == (THU,)


def test_the_edition_follows_the_day(watched: Workspace) -> None:
    assert overview(watched, clock=at(dt.date(2021, 7, 5))).edition == "2021-07"
    # 22:00 in New York on the 5th is the 6th in UTC.
    assert overview(watched, clock=lambda: dt.datetime(2021, 7, 6, 2, tzinfo=dt.UTC)).edition == "2021-07"
    assert overview(watched, clock=at(dt.date(2021, 7, 6))).edition == "2021-08"


def test_it_warns_before_the_known_holidays_end(watched: Workspace) -> None:
    soon = holidays_known_until() - dt.timedelta(days=30)
    assert "holidays are known until" in overview(watched, clock=at(soon)).warnings[0]


# Hours that count

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
TIMES = st.integers(0, 15 * 365 * 24 * 60).map(lambda n: dt.datetime(2015, 1, 1, tzinfo=dt.UTC) + n * MINUTE)
HOURS = st.integers(0, 400)


def friday(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2021, 6, 11, hour, minute, tzinfo=ARXIV_ZONE)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (friday(9), friday(17), 8),
        (friday(9), dt.datetime(2021, 6, 14, 9, tzinfo=ARXIV_ZONE), 24),
        (friday(23), dt.datetime(2021, 6, 14, tzinfo=ARXIV_ZONE), 1),
        (dt.datetime(2021, 6, 12, tzinfo=ARXIV_ZONE), dt.datetime(2021, 6, 14, tzinfo=ARXIV_ZONE), 0),
        (friday(17), friday(9), 0),
        (friday(9), friday(9), 0),
    ],
    ids=["a day", "over a week-end", "until midnight", "a week-end", "backwards", "at once"],
)
def test_working_hours(since: dt.datetime, until: dt.datetime, hours: float) -> None:
    assert working_hours(since, until) == hours
    assert working_hours(since.astimezone(dt.UTC), until.astimezone(dt.UTC)) == hours


@given(TIMES, HOURS, HOURS)
def test_working_hours_add_up(begin: dt.datetime, one: int, other: int) -> None:
    middle, end = begin + one * HOUR, begin + (one + other) * HOUR
    assert working_hours(begin, end) == working_hours(begin, middle) + working_hours(middle, end)
    assert 0 <= working_hours(begin, end) <= one + other


# The division by an hour rounds, with an hour more in another digit.
ROUNDING = 1e-9


@given(TIMES, st.timedeltas(dt.timedelta(), dt.timedelta(days=20)))
def test_working_hours_are_never_more_than_the_hours_begun(begin: dt.datetime, length: dt.timedelta) -> None:
    hours = working_hours(begin, begin + length)
    assert 0 <= hours <= math.ceil(length / HOUR)
    assert hours <= working_hours(begin, begin + length + HOUR) <= hours + 1 + ROUNDING


@given(TIMES)
def test_a_week_has_five_working_days(begin: dt.datetime) -> None:
    # A week-end on which clocks are set has an hour more or less.
    assert abs(working_hours(begin, begin + dt.timedelta(days=7)) - 120) <= 1


@given(TIMES, st.integers(0, 47))
def test_week_ends_do_not_count(time: dt.datetime, hours: int) -> None:
    local = time.astimezone(ARXIV_ZONE)
    monday = dt.datetime.combine(local.date() + dt.timedelta(days=7 - local.weekday()), dt.time(), ARXIV_ZONE)
    assert working_hours(monday.astimezone(dt.UTC) - hours * HOUR, monday.astimezone(dt.UTC)) == max(0, hours - 48)
