"""Ten announcement days of June 2021 as they were, replayed day by day against the stand-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from paperradar.calendar import Window, announcement_days
from paperradar.coverage import State
from paperradar.papers import AnnouncementKind
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import Outcome
from paperradar.workspace import Workspace
from tests.pipeline.fetched import dump, workspace_for
from tests.standin import StandIn, World

FIRST, LAST = dt.date(2021, 6, 7), dt.date(2021, 6, 18)
DAYS = list(announcement_days(Window(FIRST, LAST)))
FEEDS = ("cs.CL", "cs.CV", "cs.LG", "cs.IR", "cs.MM")


@pytest.fixture(scope="module")
def world(shared: Path) -> World:
    data = shared / "data"
    return World.from_files(
        [data / "snapshot" / "arxiv-2021-05_08.jsonl.gz"],
        data / "announcements-2021-05-22_2021-08-25.jsonl.gz",
        FIRST,
        LAST,
    )


@pytest.fixture(scope="module")
def replayed(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StandIn, Workspace]]:
    assert len(DAYS) == 10
    with StandIn(world, now=_morning(FIRST)) as standin:
        workspace = workspace_for(standin, tmp_path_factory.mktemp("replay"), categories=FEEDS)
        for day in DAYS:
            standin.now = _morning(day)
            reports = fetch(workspace, day=day, clock=lambda: standin.now)
            assert {report.outcome for report in reports} == {Outcome.DONE}, reports
        yield standin, workspace


def test_announcements_equal_the_log(world: World, replayed: tuple[StandIn, Workspace]) -> None:
    _, workspace = replayed
    with open_store(workspace).reading() as session:
        assert set(session.announcements(FIRST, LAST)) == world.announcements(FIRST, LAST)


def test_every_new_identifier_is_one_paper_with_its_day(world: World, replayed: tuple[StandIn, Workspace]) -> None:
    _, workspace = replayed
    truth = world.announcements(FIRST, LAST)
    new = {item.identifier: item.day for item in sorted(truth, key=lambda item: item.day, reverse=True)
           if item.kind is AnnouncementKind.NEW}  # fmt: skip
    with open_store(workspace).reading() as session:
        papers = {item.paper.identifier: item for item in session.papers()}
    assert len(new) > 1500
    assert {key: papers[key].announced_on for key in new} == new
    assert set(papers) == {item.identifier for item in truth}


def test_versions_are_those_announced_last(world: World, replayed: tuple[StandIn, Workspace]) -> None:
    _, workspace = replayed
    with open_store(workspace).reading() as session:
        versions = {item.paper.identifier: item.paper.version for item in session.papers()}
    assert versions == {identifier: paper.version for identifier, paper in world.on(LAST).items()}


def test_coverage_is_complete_for_ten_of_ten(replayed: tuple[StandIn, Workspace]) -> None:
    _, workspace = replayed
    covered = coverage_of_store(workspace, FIRST, LAST, today=LAST)
    assert [day.state for day in covered.days] == [State.COMPLETE] * 10
    assert covered.line == "coverage: 10 of 10 announcement days complete"


def test_a_second_pass_asks_only_where_a_feed_lacked_something_and_adds_nothing(
    replayed: tuple[StandIn, Workspace],
) -> None:
    standin, workspace = replayed
    before = dump(workspace, FIRST, LAST)
    lacking = {(row.day, row.category) for row in before.ledger if (row.source, row.state) == ("rss", State.SHORT)}
    assert len(lacking) < 3  # the log itself lacks an entry here and there
    asked = set()
    for day in DAYS:
        standin.now = _morning(day)
        reports = fetch(workspace, day=day, clock=lambda: standin.now)
        asked |= {(day, report.category) for report in reports if report.asked}
    assert asked == lacking
    assert dump(workspace, FIRST, LAST) == before


def test_asking_again_changes_nothing(replayed: tuple[StandIn, Workspace]) -> None:
    standin, workspace = replayed
    before = dump(workspace, FIRST, LAST)
    standin.now = _morning(LAST)
    fetch(workspace, day=LAST, clock=lambda: standin.now, again=True)
    assert dump(workspace, FIRST, LAST) == before


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8, 30), tzinfo=dt.UTC)
