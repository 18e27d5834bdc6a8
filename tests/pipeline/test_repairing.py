"""Repairing: days whose feed is gone, closed with what another source still has."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.coverage import State
from paperradar.papers import Version
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.repairing import GapReport, gaps, repair
from paperradar.workspace import Workspace, read_workspace
from tests.pipeline.fetched import (
    days_between,
    dump,
    first_days,
    morning,
    slices_asked,
    workspace_for,
    write_settings,
)
from tests.standin import Event, Scenario, StandIn, World
from tests.standin.scenarios import parse_scenario

DAYS = days_between("2021-06-07", "2021-06-11")
MON, TUE, WED, THU, FRI = DAYS
SATURDAY = dt.date(2021, 6, 12)
# Two weeks after: OAI-PMH is not asked for days so old unless it must be.
LATE = dt.date(2021, 6, 25)


def moderated(world: World, day: dt.date) -> tuple[World, str]:
    """The world in which the last paper of a day was held back by moderators for nine days."""
    name = max(new_on(day, world))
    submitted = dt.datetime.combine(day - dt.timedelta(days=9), dt.time(12), tzinfo=dt.UTC)
    records = {**world.records, name: replace(world.records[name], versions=(Version(1, submitted),))}
    return World(records, world.events), name


def new_on(day: dt.date, world: World | None = None) -> list[str]:
    """The papers that were new on a day, in the order of their numbers."""
    return sorted({event.identifier for event in (world or WORLD).listed(day) if event.flag == "NEW"})


# In this world no later listing of the week has a paper that was new on Wednesday or Thursday.
WORLD, MODERATED = moderated(World.made(DAYS, new_per_day=3), WED)


Watched = Callable[..., Workspace]


def at(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: morning(day)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Makes workspaces that fetched every day of the week but some; what was made once is copied."""
    made: dict[tuple[World, tuple[dt.date, ...]], Path] = {}

    def watch(standin: StandIn, folder: Path, *skipped: dt.date, **overrides: object) -> Workspace:
        key = (standin.world, skipped)
        if key not in made:
            made[key] = tmp_path_factory.mktemp("watched")
            workspace = workspace_for(standin, made[key])
            for day in DAYS:
                if day not in skipped:
                    standin.now = morning(day)
                    assert {item.outcome for item in fetch(workspace, day=day, clock=at(day))} == {Outcome.DONE}
            standin.clear()
        standin.now = morning(FRI)
        shutil.copytree(made[key], folder, dirs_exist_ok=True)
        write_settings(standin, folder, **overrides)
        return read_workspace(folder)

    return watch


def states(workspace: Workspace, today: dt.date = LATE) -> list[State]:
    return [day.state for day in coverage_of_store(workspace, MON, FRI, today=today).days]


def rules(*rules: dict[str, object]) -> Scenario:
    return parse_scenario("test", {"rules": list(rules)})


def away(source: str = "any", category: str = "") -> dict[str, object]:
    return {"source": source, "action": "status", "status": 503, "times": -1, "category": category}


def test_the_world_is_the_one_that_these_tests_want() -> None:
    for skipped, later in ((WED, (THU, FRI)), (THU, (FRI,))):
        assert not {event.identifier for day in later for event in WORLD.listed(day)} & set(new_on(skipped))
    record = WORLD.records[MODERATED]
    assert record.submitted
    assert record.submitted.date() == dt.date(2021, 5, 31)


@pytest.mark.parametrize(
    ("source", "today", "asked"),
    [(None, FRI, "oai"), (None, LATE, "api"), ("oai", LATE, "oai")],
    ids=["recent", "old", "old by OAI-PMH"],
)
def test_a_skipped_day_is_repaired(
    watched: Watched, tmp_path: Path, source: str | None, today: dt.date, asked: str
) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED)
        standin.now = morning(today)
        assert states(workspace, today) == [
            State.COMPLETE, State.COMPLETE, State.MISSING, State.COMPLETE, State.COMPLETE
        ]  # fmt: skip
        assert gaps(workspace, MON, LATE, clock=at(today))[0] == WED
        before = dump(workspace, MON, FRI)
        (report,) = repair(workspace, [WED], clock=at(today), source=source)  # type: ignore[arg-type]
        assert {hit.source for hit in standin.log} == {asked}
        assert not standin.overlaps()
    assert report == GapReport(WED, asked, State.MISSING, State.COMPLETE_BY_SUBMISSION, 3)
    assert json.loads(json.dumps(report.as_dict())) == {
        "day": "2021-06-09", "source": asked, "before": "missing", "after": "complete-by-submission", "new": 3,
        "detail": "", "outcome": "done",
    }  # fmt: skip
    after = dump(workspace, MON, FRI)
    # The moderated paper was submitted in May; its number says that it was new on Wednesday.
    assert after.announced_on == first_days(WORLD)
    # What was announced, and as what, only a listing knows.
    assert after.announcements == before.announcements
    assert states(workspace, today) == [
        State.COMPLETE, State.COMPLETE, State.COMPLETE_BY_SUBMISSION, State.COMPLETE, State.COMPLETE
    ]  # fmt: skip
    assert gaps(workspace, MON, FRI, clock=at(today)) == ()


def test_the_count_of_a_repaired_day_is_that_of_its_first_announcements(watched: Watched, tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED)
        repair(workspace, [WED], clock=at(FRI))
    rows = dump(workspace, WED, WED).ledger
    new = [event for event in WORLD.listed(WED) if event.flag == "NEW"]
    assert {row.category: (row.source, row.expected, row.received, row.highest) for row in rows} == {
        feed: ("oai", len(mine), len(mine), max(mine))
        for feed in ("cs.CL", "cs.IR")
        if (mine := [event.identifier for event in new if event.feed == feed])
    }


def test_today_is_no_gap_and_neither_is_a_week_end(watched: Watched, tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, THU, FRI)
    assert gaps(workspace, MON, FRI, clock=at(WED)) == ()
    assert gaps(workspace, MON, FRI, clock=at(THU)) == (WED,)
    assert gaps(workspace, MON, FRI, clock=at(SATURDAY)) == (WED, THU, FRI)
    assert gaps(workspace, SATURDAY, SATURDAY, clock=at(LATE)) == ()
    assert gaps(workspace, FRI, MON, clock=at(LATE)) == ()


# A paper of the skipped day that shows up on the next


def seen_again(flag: str) -> World:
    """The world in which Thursday's listing has a paper that was new on Wednesday: replaced, or cross-listed."""
    name = next(name for name in new_on(WED) if len(WORLD.records[name].categories) == 1)
    record = WORLD.records[name]
    (feed,) = record.categories
    if flag == "UPDATED":
        return World(WORLD.records, [*WORLD.events, Event(name, 2, feed, flag, THU)])
    other = "cs.IR" if feed == "cs.CL" else "cs.CL"
    records = {**WORLD.records, name: replace(record, categories=(feed, other))}
    return World(records, [*WORLD.events, Event(name, 1, other, flag, THU)])


REPLACED = seen_again("UPDATED")


def test_a_skipped_day_is_a_gap_although_a_paper_of_it_came_later(watched: Watched, tmp_path: Path) -> None:
    with StandIn(REPLACED, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, FRI)
    assert gaps(workspace, MON, FRI, clock=at(FRI)) == (WED,)


@pytest.mark.parametrize(
    ("world", "source"),
    [
        (REPLACED, "oai"),
        (REPLACED, "api"),
    ],
    ids=["oai", "api"],
)
def test_its_papers_have_its_day_all_the_same(watched: Watched, tmp_path: Path, world: World, source: str) -> None:
    with StandIn(world, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, FRI)
        (report,) = repair(workspace, [WED], clock=at(FRI), source=source)  # type: ignore[arg-type]
    assert (report.after, report.outcome) == (State.COMPLETE_BY_SUBMISSION, Outcome.DONE)
    found = dump(workspace, MON, FRI).announced_on
    assert found == {name: day for name, day in first_days(world).items() if name in found}
    assert set(new_on(WED)) <= set(found)


def test_the_day_after_a_skipped_one_counts_its_own_papers_only(watched: Watched, tmp_path: Path) -> None:
    with StandIn(REPLACED, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, FRI)
    for category in ("cs.CL", "cs.IR"):
        mine = [event for event in WORLD.listed(THU) if event.flag == "NEW" and event.feed == category]
        assert {row.expected for row in dump(workspace, THU, THU).rows(THU, category).values()} == {len(mine)}


# Several days


@pytest.mark.parametrize("source", ["oai", "api"])
def test_two_days_in_a_row(watched: Watched, tmp_path: Path, source: str) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, THU)
        standin.now = morning(LATE)
        reports = repair(workspace, [WED, THU], clock=at(LATE), source=source)  # type: ignore[arg-type]
        if source == "api":  # days of submission that both need are asked once
            assert len(slices_asked(standin)) == len(set(slices_asked(standin))) == 17
    assert [(item.day, item.before, item.after) for item in reports] == [
        (WED, State.MISSING, State.COMPLETE_BY_SUBMISSION),
        (THU, State.MISSING, State.COMPLETE_BY_SUBMISSION),
    ]
    assert sum(item.new for item in reports) == 6
    assert dump(workspace, MON, FRI).announced_on == first_days(WORLD)
    assert State.MISSING not in states(workspace)


def test_two_days_in_a_row_have_their_own_counts(watched: Watched, tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, THU)
        repair(workspace, [WED, THU], clock=at(FRI))
    for day in (WED, THU):
        mine = [event for event in WORLD.listed(day) if event.flag == "NEW" and event.feed == "cs.CL"]
        assert dump(workspace, day, day).rows(day, "cs.CL")["oai"].expected == len(mine)


def test_a_stale_day_is_repaired(watched: Watched, tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, THU, FRI, attempts=2)
        standin.now = morning(WED)
        standin.use(rules({"source": "rss", "action": "stale", "times": -1}, away("oai")))
        assert {item.state for item in fetch(workspace, day=WED, clock=at(WED))} == {State.STALE}
        standin.use(None)
        standin.now = morning(THU)
        (report,) = repair(workspace, gaps(workspace, MON, FRI, clock=at(THU)), clock=at(THU))
    assert (report.day, report.before, report.after) == (WED, State.STALE, State.COMPLETE_BY_SUBMISSION)
    assert set(new_on(WED)) <= set(dump(workspace, MON, FRI).announced_on)


# Trouble


@pytest.mark.parametrize("source", ["oai", "api"])
def test_it_stops_where_arxiv_is_away(watched: Watched, tmp_path: Path, source: str) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, THU, attempts=2)
        before = dump(workspace, MON, FRI)
        standin.use(rules(away()))
        reports = repair(workspace, [WED, THU], clock=at(LATE), source=source)  # type: ignore[arg-type]
        assert len(standin.log) == 2
        assert [(item.day, item.new, item.outcome) for item in reports] == [(WED, 0, Outcome.LATER)]
        assert "asks to slow down" in reports[0].detail
        after = dump(workspace, MON, FRI)
        assert (after.papers, after.announcements) == (before.papers, before.announcements)
        # Nothing is claimed: the days wait for the next try.
        assert gaps(workspace, MON, FRI, clock=at(LATE)) == (WED, THU)
        standin.use(None)
        standin.now = morning(LATE)
        again = repair(workspace, [WED, THU], clock=at(LATE), source="oai")
    assert [item.after for item in again] == [State.COMPLETE_BY_SUBMISSION] * 2
    assert dump(workspace, MON, FRI).announced_on == first_days(WORLD)


def test_one_category_of_a_day_fails(watched: Watched, tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, attempts=2)
        standin.now = morning(FRI)
        standin.use(rules(away("oai", "cs.IR")))
        (report,) = repair(workspace, [WED], clock=at(FRI))
    # cs.CL has all three papers; whether cs.IR has another nobody knows.
    assert (report.new, report.outcome) == (3, Outcome.LATER)
    assert report.detail.startswith("cs.IR: oai could not be had")
    covered = {
        item.category: item.state for item in coverage_of_store(workspace, WED, WED, today=FRI).days[0].categories
    }
    assert covered["cs.CL"] is State.COMPLETE_BY_SUBMISSION
    assert covered["cs.IR"] is not State.COMPLETE_BY_SUBMISSION


@pytest.mark.parametrize("status", [404, 503])
def test_a_gap_stays_a_gap_where_a_source_could_not_be_had(watched: Watched, tmp_path: Path, status: int) -> None:
    refused = {"source": "oai", "action": "status", "status": status, "times": -1, "category": "cs.IR"}
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, attempts=2)
        standin.use(rules(refused))
        repair(workspace, [WED], clock=at(FRI), source="oai")
    assert gaps(workspace, MON, FRI, clock=at(FRI)) == (WED,)


def test_where_oai_pmh_cannot_help_the_api_does(watched: Watched, tmp_path: Path) -> None:
    refused = {"source": "oai", "action": "status", "status": 404, "times": -1, "category": "cs.IR"}
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, attempts=2)
        standin.use(rules(refused))
        (report,) = repair(workspace, [WED], clock=at(FRI))
    assert (report.after, report.outcome, report.source) == (State.COMPLETE_BY_SUBMISSION, Outcome.DONE, "api")
    assert dump(workspace, MON, FRI).announced_on == first_days(WORLD)
    assert (report.before, report.new) == (State.MISSING, 3)


def test_what_cannot_be_helped_is_the_days_outcome(watched: Watched, tmp_path: Path) -> None:
    refused = {"source": "oai", "action": "status", "status": 404, "times": -1, "category": "cs.CL"}
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED, attempts=2)
        standin.use(rules(refused, away("oai", "cs.IR")))
        (report,) = repair(workspace, [WED], clock=at(FRI), source="oai")
    assert "404" in report.detail
    assert report.outcome is Outcome.FAILED


@pytest.mark.parametrize("source", ["oai", "api"])
def test_a_day_without_a_listing_needs_nothing(watched: Watched, tmp_path: Path, source: str) -> None:
    with StandIn(WORLD, now=morning(LATE)) as standin:
        workspace = workspace_for(standin, tmp_path)
        (report,) = repair(workspace, [SATURDAY], clock=at(LATE), source=source)  # type: ignore[arg-type]
    assert (report.before, report.after, report.new, report.outcome) == (
        State.HOLIDAY, State.HOLIDAY, 0, Outcome.DONE
    )  # fmt: skip


def test_an_empty_answer_of_oai_pmh_closes_no_gap(watched: Watched, tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = watched(standin, tmp_path, WED)
        standin.now = morning(FRI)
        with StandIn(World({}, []), now=morning(FRI)) as empty:
            write_settings(empty, workspace.root)
            (report,) = repair(read_workspace(workspace.root), [WED], clock=at(FRI), source="oai")
    assert (report.before, report.after, report.outcome) == (State.MISSING, State.MISSING, Outcome.LATER)
    assert "nothing of this day" in report.detail
