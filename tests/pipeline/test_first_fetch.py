"""A window that nobody ever fetched nor imported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from paperradar.calendar import Window
from paperradar.coverage import State
from paperradar.papers import DayBasis, Paper
from paperradar.pipeline.backfilling import backfill
from paperradar.pipeline.coverage_view import coverage_of_store, never_fetched
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.first_fetch import fetch_window
from paperradar.pipeline.opening import open_store
from tests.pipeline.fetched import days_between, dump, first_days, morning, slices_asked, workspace_for
from tests.standin import StandIn, World
from tests.standin.scenarios import parse_scenario

DAYS = days_between("2021-06-07", "2021-06-11")
MON, TUE, WED, THU, FRI = DAYS
SATURDAY, SUNDAY = dt.date(2021, 6, 12), dt.date(2021, 6, 13)
WEEK = Window(MON, FRI)
WORLD = World.made(DAYS, new_per_day=3)


def at(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: morning(day)


def test_what_was_never_fetched(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(WED)) as standin:
        workspace = workspace_for(standin, tmp_path)
        assert never_fetched(workspace, WEEK, clock=at(MON))
        assert never_fetched(workspace, WEEK, clock=at(SATURDAY))
        assert not never_fetched(workspace, Window(TUE, FRI), clock=at(MON))  # not begun
        assert not never_fetched(workspace, Window(SATURDAY, SUNDAY), clock=at(SUNDAY))  # nothing in it
        assert not never_fetched(workspace, Window(FRI, MON), clock=at(SATURDAY))  # no window
        assert standin.log == []
        fetch(workspace, day=WED, clock=at(WED))
    assert not never_fetched(workspace, WEEK, clock=at(WED))
    assert not never_fetched(workspace, Window(WED, WED), clock=at(FRI))


@pytest.mark.parametrize(
    "window",
    [
        Window(dt.date(2021, 5, 3), dt.date(2021, 5, 7)),
        Window(MON, TUE),
        Window(THU, FRI),
    ],
    ids=["long before", "before", "after"],
)
def test_one_days_listing_is_no_other_windows(tmp_path: Path, window: Window) -> None:
    with StandIn(WORLD, now=morning(WED)) as standin:
        workspace = workspace_for(standin, tmp_path)
        # Papers of Monday and Tuesday are in it, replaced.
        fetch(workspace, day=WED, clock=at(WED))
    assert never_fetched(workspace, window, clock=at(FRI))


def test_papers_of_a_window_count_as_imported(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(WED)) as standin:
        workspace = workspace_for(standin, tmp_path)
    with open_store(workspace).writing() as session:
        session.upsert_papers([(Paper("2106.00001", "A", "B"), TUE, DayBasis.SUBMITTED)], source="snapshot")
    assert not never_fetched(workspace, WEEK, clock=at(WED))
    assert never_fetched(workspace, Window(WED, FRI), clock=at(WED))


def test_an_empty_answer_is_an_answer(tmp_path: Path) -> None:
    with StandIn(World.made([MON], new_per_day=0), now=morning(FRI)) as standin:
        workspace = workspace_for(standin, tmp_path)
        backfill(workspace, Window(TUE, TUE), clock=at(FRI))
    assert dump(workspace, MON, FRI).papers == ()
    assert not never_fetched(workspace, Window(TUE, TUE), clock=at(FRI))


def test_a_running_window_with_todays_listing(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(THU)) as standin:
        workspace = workspace_for(standin, tmp_path)
        assert fetch_window(workspace, WEEK, clock=at(THU)) == ()
        assert not standin.overlaps()
        assert slices_asked(standin, "api")[-1] == WED
        assert [hit.path for hit in standin.log if hit.source == "rss"] == ["/rss/cs.CL", "/rss/cs.IR"]
        standin.clear()
        assert not never_fetched(workspace, WEEK, clock=at(THU))
    found = dump(workspace, MON, FRI)
    assert found.announced_on == {name: day for name, day in first_days(WORLD).items() if day <= THU}
    assert found.announcements == frozenset(WORLD.announcements(THU, THU))
    covered = coverage_of_store(workspace, MON, FRI, today=THU)
    assert not covered.alarms
    assert covered.days[-1].state is State.COMPLETE


@pytest.mark.parametrize(("today", "window"), [(SATURDAY, WEEK), (FRI, Window(MON, THU))], ids=["week-end", "over"])
def test_without_todays_listing(tmp_path: Path, today: dt.date, window: Window) -> None:
    with StandIn(WORLD, now=morning(today)) as standin:
        workspace = workspace_for(standin, tmp_path)
        assert fetch_window(workspace, window, clock=at(today)) == ()
        assert {hit.source for hit in standin.log} == {"api"}
    found = dump(workspace, MON, FRI).announced_on
    assert {name for name, day in found.items() if day in window} == {
        name for name, day in first_days(WORLD).items() if day in window
    }


def test_arxiv_is_away(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(THU), scenario="throttled-for-ever") as standin:
        workspace = workspace_for(standin, tmp_path, attempts=2)
        (said,) = fetch_window(workspace, WEEK, clock=at(THU))
        assert len(standin.log) == 2  # the feeds would fare no better
        assert said.startswith("not all of the window could be fetched: http")
        assert "asks to slow down" in said
        assert said.endswith("paperradar backfill goes on where it stopped")
        standin.use(None)
        backfill(workspace, WEEK, clock=at(THU))
    assert len(dump(workspace, MON, FRI).papers) == 12


def test_todays_listing_has_trouble(tmp_path: Path) -> None:
    harm = parse_scenario(
        "test", {"rules": [{"source": "rss", "action": "status", "status": 503, "times": -1, "category": "cs.IR"}]}
    )
    with StandIn(WORLD, now=morning(THU), scenario=harm) as standin:
        workspace = workspace_for(standin, tmp_path, attempts=2)
        (said,) = fetch_window(workspace, WEEK, clock=at(THU))
    assert said.startswith("today's listing is not complete (cs.IR: the feed could not be had")
    assert said.endswith("run paperradar fetch")
    assert len(dump(workspace, MON, FRI).papers) == 12
