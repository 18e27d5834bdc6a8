"""Coverage as the store has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.calendar import Window
from paperradar.coverage import Coverage, State
from paperradar.papers import DayBasis, Paper
from paperradar.pipeline.backfilling import backfill
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.repairing import gaps
from paperradar.workspace import Workspace
from tests.pipeline.fetched import days_between, morning, workspace_for
from tests.standin import StandIn, World

DAYS = days_between("2021-06-07", "2021-06-10")
MON, TUE, WED, THU = DAYS
WORLD = World.made(DAYS, new_per_day=3)
FRIDAY_BEFORE = dt.date(2021, 6, 4)


def at(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: morning(day)


def states(covered: Coverage) -> dict[dt.date, State]:
    return {day.day: day.state for day in covered.days}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Monday and Tuesday were fetched."""
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = workspace_for(standin, tmp_path_factory.mktemp("watched"))
        for day in (MON, TUE):
            standin.now = morning(day)
            fetch(workspace, day=day, clock=at(day))
    return workspace


def test_fetched_days_are_complete_and_today_is_not_due_before_it_is_asked_for(watched: Workspace) -> None:
    assert states(coverage_of_store(watched, MON, THU, today=TUE)) == {MON: State.COMPLETE, TUE: State.COMPLETE}
    assert states(coverage_of_store(watched, MON, THU, today=WED)) == {MON: State.COMPLETE, TUE: State.COMPLETE}
    found = coverage_of_store(watched, MON, THU, today=THU)
    assert states(found) == {MON: State.COMPLETE, TUE: State.COMPLETE, WED: State.MISSING}
    assert found.line == "coverage: 2 of 3 announcement days complete; missing: 2021-06-09"
    assert [(item.category, item.expected, item.received) for item in found.days[0].categories] == [
        ("cs.CL", 3, 3), ("cs.IR", 1, 1)
    ]  # fmt: skip


def test_the_categories_are_those_of_the_settings(watched: Workspace) -> None:
    settings = watched.settings.model_copy(update={"categories": ("cs.CL",)})
    found = coverage_of_store(replace(watched, settings=settings), MON, MON, today=WED)
    assert [item.category for item in found.days[0].categories] == ["cs.CL"]
    more = watched.settings.model_copy(update={"categories": ("cs.CL", "cs.LG")})
    (day,) = coverage_of_store(replace(watched, settings=more), MON, MON, today=WED).days
    assert [(item.category, item.state is State.COMPLETE) for item in day.categories] == [
        ("cs.CL", True), ("cs.LG", False)
    ]  # fmt: skip


def test_a_listing_is_complete_by_the_days_of_submission_before_it(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(THU)) as standin:
        workspace = workspace_for(standin, tmp_path)
        backfill(workspace, Window(MON, MON), clock=at(THU))
    # The ledger's rows are of Thursday and Friday, before the first day that is looked at.
    (day,) = coverage_of_store(workspace, MON, MON, today=THU).days
    assert day.state is State.COMPLETE_BY_SUBMISSION
    assert {item.category: (item.expected, item.received) for item in day.categories} == {
        "cs.CL": (3, 3), "cs.IR": (2, 2)  # one of the second was cross-listed on Tuesday
    }  # fmt: skip


def test_an_imported_month_is_unknown_until_somebody_watches(tmp_path: Path) -> None:
    with StandIn(World.made([THU], new_per_day=3), now=morning(THU)) as standin:
        workspace = workspace_for(standin, tmp_path)
        assert states(coverage_of_store(workspace, MON, WED, today=THU)) == dict.fromkeys(
            (MON, TUE, WED), State.UNKNOWN
        )
        with open_store(workspace).writing() as session:
            papers = [(Paper("2106.00001", "A title", "Text."), TUE, DayBasis.SUBMITTED)]
            session.upsert_papers(papers, source="snapshot")
        assert not coverage_of_store(workspace, MON, WED, today=THU).alarms
        fetch(workspace, day=THU, clock=at(THU))
    found = states(coverage_of_store(workspace, MON, THU, today=THU))
    assert found == {MON: State.NOT_WATCHED, TUE: State.UNKNOWN, WED: State.NOT_WATCHED, THU: State.COMPLETE}


def test_days_before_the_first_fetch_are_not_watched_and_no_gaps(watched: Workspace) -> None:
    found = coverage_of_store(watched, dt.date(2021, 6, 3), WED, today=THU)
    assert states(found) == {
        dt.date(2021, 6, 3): State.NOT_WATCHED, FRIDAY_BEFORE: State.NOT_WATCHED,
        MON: State.COMPLETE, TUE: State.COMPLETE, WED: State.MISSING,
    }  # fmt: skip
    assert gaps(watched, dt.date(2021, 6, 3), WED, clock=at(THU)) == (WED,)
    asked = gaps(watched, FRIDAY_BEFORE, WED, clock=at(THU), not_watched=True)
    assert asked == (FRIDAY_BEFORE, WED)


def test_holidays_and_week_ends(watched: Workspace) -> None:
    # arXiv mailed nothing on 2021-10-20, a Wednesday.
    found = states(
        coverage_of_store(watched, dt.date(2021, 10, 15), dt.date(2021, 10, 21), today=dt.date(2021, 10, 25))
    )
    assert found.pop(dt.date(2021, 10, 21)) is State.HOLIDAY
    assert [day.day for day in found] == [15, 18, 19, 20]
    # Months after anybody asked last.
    assert set(found.values()) == {State.NOT_WATCHED}
