"""Every trouble that the stand-in can make, in the middle of a week: afterwards nothing is missing, nothing twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from paperradar.coverage import State
from paperradar.papers import Announcement
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.fetching import CategoryReport, fetch
from paperradar.pipeline.outcomes import Outcome
from paperradar.workspace import Workspace
from tests.pipeline.fetched import Dump, days_between, dump, morning, workspace_for
from tests.standin import StandIn, World, scenario_names

DAYS = days_between("2021-06-07", "2021-06-09")
BEFORE, TROUBLED, AFTER = DAYS
SOURCES = ("rss", "oai", "api")
# Pads a feed with papers that are not of the world; `cut-feed` plays the rest of it.
ADDS_MADE_UP_PAPERS = {"full-feed"}
# A client that gives up: the same call goes on later, when the trouble is over.
GIVES_UP = {
    "throttled-429-absurd", "unavailable-503-absurd", "throttled-for-ever", "stale", "empty-feed", "error-feed",
    "redirect",
}  # fmt: skip
# The feed lacks replacements and late crosses, which no other source names, so only asking again finds them.
GOES_UNNOTICED = {"broken-item", "cut-feed", "short-feed"}


@pytest.fixture(scope="module")
def world() -> World:
    return World.made(DAYS, new_per_day=4)


@pytest.fixture(scope="module")
def first_day(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database after the day before the trouble."""
    with StandIn(world, now=morning(BEFORE)) as standin:
        workspace = workspace_for(standin, tmp_path_factory.mktemp("before"), sources=SOURCES)
        _fetch(standin, workspace, BEFORE)
    return workspace.database


@pytest.fixture(scope="module")
def untroubled(world: World, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    with StandIn(world, now=morning(BEFORE)) as standin:
        workspace = workspace_for(standin, tmp_path_factory.mktemp("untroubled"), sources=SOURCES)
        for day in DAYS:
            assert {report.outcome for report in _fetch(standin, workspace, day)} == {Outcome.DONE}
        return dump(workspace, BEFORE, AFTER)


def test_without_trouble_the_store_equals_the_truth(world: World, untroubled: Dump) -> None:
    assert untroubled.announcements == world.announcements(BEFORE, AFTER)
    assert {item.paper.identifier: item.paper.version for item in untroubled.papers} == {
        identifier: paper.version for identifier, paper in world.on(AFTER).items()
    }
    assert {row.state for row in untroubled.ledger} == {State.COMPLETE}


@pytest.mark.parametrize("scenario", sorted(set(scenario_names()) - ADDS_MADE_UP_PAPERS))
def test_after_the_trouble_all_is_as_without_it(
    world: World,
    first_day: Path,
    untroubled: Dump,
    scenario: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with (
        StandIn(world, now=morning(BEFORE)) as elsewhere,
        StandIn(world, now=morning(BEFORE), elsewhere=elsewhere.url) as standin,
    ):
        workspace = workspace_for(
            standin, tmp_path / "workspace", sources=SOURCES, longest_seconds=1.5, timeout_seconds=1.0
        )
        shutil.copy(first_day, workspace.database)
        standin.use(scenario)
        troubled = _fetch(standin, workspace, TROUBLED)
        covered = coverage_of_store(workspace, BEFORE, TROUBLED, today=TROUBLED)
        if scenario in GIVES_UP:
            assert {report.outcome for report in troubled} - {Outcome.DONE}
            assert [day.day for day in covered.alarms] == [TROUBLED]
            assert all(report.detail for report in troubled if report.outcome is not Outcome.DONE)
        else:
            assert {report.outcome for report in troubled} == {Outcome.DONE}
        assert not elsewhere.log  # a redirect to another host is not followed
        # What came is true, also where more should have come.
        assert _true(dump(workspace, BEFORE, AFTER).announcements, world)

        standin.use(None)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "later"))  # the time to hold off is over
        again = _fetch(standin, workspace, TROUBLED, again=scenario in GOES_UNNOTICED)
        assert {report.outcome for report in again} == {Outcome.DONE}
        _fetch(standin, workspace, AFTER)
        now = dump(workspace, BEFORE, AFTER)
        assert now.papers == untroubled.papers
        assert now.announcements == untroubled.announcements
        # A second source may have been asked in vain while the first two agreed.
        assert {(row.day, row.category) for row in now.ledger if row.state is State.COMPLETE} == {
            (row.day, row.category) for row in untroubled.ledger
        }
        # A server that is cut off in the middle goes on for a while.
        assert scenario == "trickle" or not standin.overlaps()


def test_a_feed_that_is_full_is_not_called_complete(world: World, tmp_path: Path) -> None:
    with StandIn(world, now=morning(BEFORE)) as standin:
        workspace = workspace_for(standin, tmp_path, categories=("cs.CL",), retry_seconds=0.0)
        _fetch(standin, workspace, BEFORE)
        standin.use("full-feed")
        (report,) = _fetch(standin, workspace, TROUBLED)
        assert (report.state, report.outcome) == (State.SHORT, Outcome.LATER)
        # Numbers that only a feed has, and that nobody confirmed, spoil no later day.
        standin.use(None)
        (after,) = _fetch(standin, workspace, AFTER)
        assert (after.state, after.outcome) == (State.COMPLETE, Outcome.DONE)


def _fetch(standin: StandIn, workspace: Workspace, day: object, *, again: bool = False) -> tuple[CategoryReport, ...]:
    (wanted,) = [other for other in DAYS if other == day]
    standin.now = morning(wanted)
    return fetch(workspace, day=wanted, clock=lambda: standin.now, again=again)


def _true(announcements: frozenset[Announcement], world: World) -> bool:
    return announcements <= world.announcements(BEFORE, AFTER)


def test_an_evening_spoils_neither_its_own_day_nor_the_next(world: World, untroubled: Dump, tmp_path: Path) -> None:
    # From 20:00 in New York on, OAI-PMH and the API have the next day's papers; the feed is still this day's.
    with StandIn(world, now=morning(BEFORE)) as standin:
        workspace = workspace_for(standin, tmp_path, sources=SOURCES)
        for day in DAYS:
            standin.now = morning(day, hour=21)
            reports = fetch(workspace, day=day, clock=lambda: standin.now)
            assert {report.outcome for report in reports} == {Outcome.DONE}, reports
        now = dump(workspace, BEFORE, AFTER)
    assert now.announcements == untroubled.announcements
    assert {item.paper.identifier: item.announced_on for item in now.papers} == {
        item.paper.identifier: item.announced_on for item in untroubled.papers
    }
    complete = {(row.day, row.category) for row in now.ledger if row.state is State.COMPLETE}
    assert complete == {(row.day, row.category) for row in untroubled.ledger}
