"""Fetching a day's listing: what is asked and written, when a day is settled, and what is not asked twice."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from paperradar import __version__
from paperradar.coverage import State
from paperradar.papers import DayBasis
from paperradar.pipeline.fetching import CategoryReport, fetch, fetch_category, settle_day
from paperradar.pipeline.listings import EMPTY_FEED
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import Outcome
from paperradar.transport import RawArchive
from paperradar.workspace import Workspace, read_workspace
from tests.pipeline.fetched import (
    CATEGORIES,
    calm,
    days_between,
    dump,
    first_days,
    morning,
    workspace_for,
    write_settings,
)
from tests.standin import Scenario, StandIn, World
from tests.standin.scenarios import parse_scenario

DAYS = days_between("2021-06-07", "2021-06-10")
FIRST, DAY, NEXT, LAST = DAYS
WORLD = World.made(DAYS, new_per_day=4)
TRUTH = first_days(WORLD)
QUIET = (*CATEGORIES, "cs.MM")  # nothing is ever announced in the last one
ONE_DAY = dt.timedelta(days=1)


def scenario(*rules: dict[str, object]) -> Scenario:
    return parse_scenario("test", {"rules": list(rules)})


def rule(source: str, action: str, times: int = -1, **parameters: object) -> dict[str, object]:
    return {"source": source, "action": action, "times": times, **parameters}


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(WORLD, now=morning(DAY)) as found:
        yield found


def fetched(
    standin: StandIn, workspace: Workspace, day: dt.date = DAY, *, now: dt.date | None = None, **options: object
) -> dict[str, CategoryReport]:
    """Fetch a day on its morning, or on another day's."""
    standin.now = morning(now or day)
    standin.clear()
    reports = fetch(workspace, day=day, clock=lambda: standin.now, **options)  # type: ignore[arg-type]
    assert json.loads(json.dumps([report.as_dict() for report in reports]))
    return {report.category: report for report in reports}


def asked(standin: StandIn) -> Counter[str]:
    return Counter(hit.source for hit in standin.log)


def new_on(day: dt.date, category: str) -> int:
    """How many papers with this category were first announced on a day."""
    return sum(TRUTH[name] == day and category in paper.categories for name, paper in WORLD.on(day).items())


def test_a_day_is_written_with_its_counts(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path)
    reports = fetched(standin, workspace)
    for category, report in reports.items():
        count = new_on(DAY, category)
        assert (report.day, report.expected, report.received, report.broken) == (DAY, count, count, 0)
        assert (report.state, report.outcome, report.detail, report.asked) == (State.COMPLETE, Outcome.DONE, "", True)
    assert asked(standin) == {"rss": 2, "oai": 2}
    there = dump(workspace, DAY, DAY)
    assert sum(report.new for report in reports.values()) == len(there.papers)
    assert sum(report.announcements for report in reports.values()) == len(there.announcements)
    assert there.announcements == WORLD.announcements(DAY, DAY)
    assert {stored.basis for stored in there.papers if stored.announced_on == DAY} == {DayBasis.ANNOUNCED}


# Settling a day


def test_a_quiet_category_is_complete_when_others_had_something(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=QUIET)
    reports = fetched(standin, workspace)
    quiet = reports["cs.MM"]
    assert (quiet.state, quiet.outcome, quiet.detail) == (State.COMPLETE, Outcome.DONE, "")
    assert (quiet.expected, quiet.received) == (0, 0)
    row = dump(workspace, DAY, DAY).rows(DAY, "cs.MM")["rss"]
    assert (row.state, row.detail) == (State.COMPLETE, "nothing was announced in this category")
    assert settle_day(workspace, DAY) == frozenset()
    assert not any(report.asked for report in fetched(standin, workspace).values())
    assert asked(standin) == {}


def test_an_empty_category_is_an_alarm_until_the_day_is_settled(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=QUIET)
    report = fetch_category(workspace, "cs.MM", day=DAY, clock=lambda: standin.now)
    assert (report.state, report.outcome) == (State.MISSING, Outcome.LATER)
    assert EMPTY_FEED in report.detail
    assert settle_day(workspace, DAY) == frozenset()
    fetch_category(workspace, "cs.CL", day=DAY, clock=lambda: standin.now)
    assert settle_day(workspace, DAY) == {"cs.MM"}


def test_a_day_on_which_arxiv_announced_nothing_at_all_stays_an_alarm(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=QUIET)
    silent = LAST + ONE_DAY
    reports = fetched(standin, workspace, silent)
    assert {(report.state, report.outcome) for report in reports.values()} == {(State.MISSING, Outcome.LATER)}
    assert {row.state for row in dump(workspace, silent, silent).ledger if row.source == "rss"} == {State.MISSING}
    assert settle_day(workspace, silent) == frozenset()


_CANNOT_BE_SETTLED = {
    "the feed fails": (rule("rss", "status", status=500, category="cs.MM"), Outcome.LATER),
    "the feed is wrong": (rule("rss", "error_feed", category="cs.MM"), Outcome.FAILED),
    "the second fails": (rule("oai", "status", status=500, category="cs.MM"), Outcome.LATER),
}


@pytest.mark.parametrize("case", _CANNOT_BE_SETTLED)
def test_silence_is_no_trouble_and_trouble_no_silence(standin: StandIn, tmp_path: Path, case: str) -> None:
    harm, outcome = _CANNOT_BE_SETTLED[case]
    standin.use(scenario(harm))
    workspace = workspace_for(standin, tmp_path, categories=QUIET, attempts=2)
    reports = fetched(standin, workspace)
    assert {reports[category].outcome for category in CATEGORIES} == {Outcome.DONE}
    assert (reports["cs.MM"].state, reports["cs.MM"].outcome) == (State.MISSING, outcome)
    assert reports["cs.MM"].detail


def test_an_empty_feed_of_papers_that_a_second_source_has_is_not_settled(standin: StandIn, tmp_path: Path) -> None:
    standin.use(scenario(rule("rss", "short_feed", missing=1000, category="cs.IR")))
    reports = fetched(standin, workspace_for(standin, tmp_path))
    assert reports["cs.CL"].state is State.COMPLETE
    assert (reports["cs.IR"].state, reports["cs.IR"].expected) == (State.MISSING, new_on(DAY, "cs.IR"))


@pytest.mark.parametrize("day", [dt.date(2021, 6, 12), dt.date(2021, 11, 26)], ids=str)
def test_a_day_without_a_listing_is_a_holiday_and_done(standin: StandIn, tmp_path: Path, day: dt.date) -> None:
    workspace = workspace_for(standin, tmp_path)
    reports = fetched(standin, workspace, day)
    assert {(report.state, report.outcome) for report in reports.values()} == {(State.HOLIDAY, Outcome.DONE)}
    assert asked(standin) == {"rss": 2}
    assert not any(report.asked for report in fetched(standin, workspace, day).values())


# What is asked


def test_what_is_done_is_not_asked_again_unless_told_so(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path)
    first = fetched(standin, workspace)
    before = dump(workspace, DAY, DAY)
    second = fetched(standin, workspace)
    assert asked(standin) == {}
    for category, report in second.items():
        assert not report.asked
        assert (report.state, report.expected, report.received) == (
            first[category].state,
            first[category].expected,
            first[category].received,
        )
        assert (report.new, report.announcements) == (0, 0)
    again = fetched(standin, workspace, again=True)
    assert asked(standin) == {"rss": 2, "oai": 2}
    assert all((report.asked, report.new, report.announcements) == (True, 0, 0) for report in again.values())
    assert dump(workspace, DAY, DAY) == before


def test_a_category_that_is_added_later_is_fetched_alone(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=("cs.CL",))
    fetched(standin, workspace)
    write_settings(standin, tmp_path, categories=CATEGORIES)
    reports = fetched(standin, read_workspace(tmp_path))
    assert {category: report.asked for category, report in reports.items()} == {"cs.CL": False, "cs.IR": True}
    assert [hit.path.rpartition("/")[2] for hit in standin.log if hit.source == "rss"] == ["cs.IR"]
    assert dump(workspace, DAY, DAY).announcements == WORLD.announcements(DAY, DAY)


@pytest.mark.parametrize(
    ("sources", "by_settings", "states"),
    [
        (("rss",), False, {"rss": State.UNKNOWN}),
        (("oai",), False, {"oai": State.UNKNOWN}),
        (("oai", "api"), False, {"oai": State.UNKNOWN, "api": State.UNKNOWN}),
        (("api", "rss"), True, {"rss": State.COMPLETE, "api": State.COMPLETE}),
        (("rss", "oai", "api"), False, dict.fromkeys(("rss", "oai", "api"), State.COMPLETE)),
    ],
    ids=["rss", "oai", "oai-api", "api-rss", "all"],
)
def test_only_the_sources_that_are_wanted(
    standin: StandIn, tmp_path: Path, sources: tuple[str, ...], by_settings: bool, states: dict[str, State]
) -> None:
    settings = sources if by_settings else ("rss", "oai")
    workspace = workspace_for(standin, tmp_path, categories=("cs.CL",), page_size=100, sources=settings)
    (report,) = fetched(standin, workspace, sources=None if by_settings else sources).values()
    assert asked(standin).keys() == set(sources)
    assert {source: row.state for source, row in dump(workspace, DAY, DAY).rows(DAY).items()} == states
    is_done = State.COMPLETE in states.values()
    assert report.outcome is (Outcome.DONE if is_done else Outcome.LATER)
    assert bool(report.detail) != is_done
    assert report.received == new_on(DAY, "cs.CL")


def test_a_feed_that_lacks_something_is_asked_for_once_more(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=("cs.CL",), retry_seconds=70.0)
    fetched(standin, workspace, FIRST)
    announced = [item for item in WORLD.announcements(DAY, DAY) if item.category == "cs.CL"]
    harms: list[str | Scenario] = ["stale-once"]
    harms += [scenario(rule("rss", "short_feed", 1, missing=len(announced) - left)) for left in (0, 1)]
    for harm in harms:
        waits: list[float] = []
        standin.use(harm)
        (report,) = fetched(standin, workspace, again=True, sleep=waits.append).values()
        assert (report.state, report.outcome) == (State.COMPLETE, Outcome.DONE)
        assert [hit.source for hit in standin.log] == ["rss", "oai", "rss"]
        assert [wait for wait in waits if wait > 10] == [70.0]  # the others are the turnstile's


def test_a_second_look_that_fails_loses_nothing(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=("cs.CL",), attempts=1)
    rules = (rule("rss", "short_feed", 1, missing=3), rule("rss", "status", status=500, first=1))
    standin.use(scenario(*rules))
    (report,) = fetched(standin, workspace).values()
    assert asked(standin)["rss"] == 2
    assert report.announcements == len([item for item in WORLD.announcements(DAY, DAY) if item.category == "cs.CL"]) - 3
    assert dump(workspace, DAY, DAY).rows(DAY)["rss"].state in (State.SHORT, State.COMPLETE)


def test_a_feed_that_does_not_exist_is_not_asked_for_twice(standin: StandIn, tmp_path: Path) -> None:
    standin.use(scenario(rule("rss", "error_feed")))
    (report,) = fetched(standin, workspace_for(standin, tmp_path, categories=("cs.CL",))).values()
    assert (report.state, report.outcome) == (State.MISSING, Outcome.FAILED)
    assert asked(standin)["rss"] == 1


# What is written


def test_broken_records_are_counted_and_named(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=("cs.CL",))
    standin.use("broken-item")
    for _ in range(2):  # the same ones again take the place of the earlier
        (report,) = fetched(standin, workspace, again=True).values()
        assert report.broken == 1
        with open_store(workspace).reading() as session:
            (record,) = session.set_aside_records()
        assert (record.source, record.line) == (f"rss cs.CL {DAY}", 1)
        assert record.reason
    standin.use(None)
    assert fetched(standin, workspace, again=True)["cs.CL"].broken == 0
    with open_store(workspace).reading() as session:
        assert session.set_aside_records() == []


def test_a_deleted_record_marks_a_paper_as_withdrawn(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path)
    fetched(standin, workspace, FIRST)
    gone = min(name for name, day in TRUTH.items() if day == FIRST and not WORLD.on(DAY)[name].withdrawn)
    standin.use(scenario(rule("oai", "deleted_record", identifier=gone)))
    reports = fetched(standin, workspace)
    assert {report.state for report in reports.values()} == {State.COMPLETE}
    papers = {stored.paper.identifier: stored.paper for stored in dump(workspace, DAY, DAY).papers}
    truly = {name for name, paper in WORLD.on(DAY).items() if paper.withdrawn}
    assert {name for name, paper in papers.items() if paper.withdrawn} == truly | {gone}
    assert papers[gone].title


def test_a_deleted_paper_that_a_source_has_again_is_not_withdrawn(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path)
    fetched(standin, workspace, FIRST)
    then, later = WORLD.on(DAY), WORLD.on(NEXT)
    # A higher version would take the mark away by itself.
    gone = next(name for name, day in TRUTH.items() if day == FIRST and then[name].version == later[name].version == 1)
    standin.use(scenario(rule("oai", "deleted_record", identifier=gone)))
    fetched(standin, workspace)
    standin.use(None)
    fetched(standin, workspace, NEXT, sources=("api",))
    truly = {name for name, paper in later.items() if paper.withdrawn}
    there = [stored.paper for stored in dump(workspace, DAY, NEXT).papers]
    assert {paper.identifier for paper in there if paper.withdrawn} == truly


def test_answers_are_kept_before_they_are_read_and_for_their_time(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, categories=("cs.CL",), sources=("rss", "oai", "api"), keep_days=2,
                              page_size=100, attempts=1, contact="someone@example.org")  # fmt: skip
    standin.use(scenario(rule("rss", "html")))
    fetched(standin, workspace, FIRST)
    archive = RawArchive(workspace.raw)
    kept = dict(archive.documents())
    assert kept.keys() == {"rss-cs.CL", "oai-cs.CL", "api-cs.CL"}
    assert b"being looked after" in kept["rss-cs.CL"].body
    assert b"ListRecords" in kept["oai-cs.CL"].body
    assert {document.fetched_at for document in kept.values()} == {morning(FIRST)}
    assert {hit.headers["user-agent"] for hit in standin.log} == {f"paperradar/{__version__} (+someone@example.org)"}
    standin.use(None)
    for day in (DAY, NEXT, LAST):
        fetched(standin, workspace, day)
    days = {document.fetched_at.date() for _, document in archive.documents()}
    assert days == {DAY, NEXT, LAST}
    assert archive.damaged == []


# Days that are over


@pytest.mark.parametrize("next_is_known", [True, False])
def test_an_earlier_days_numbers_end_where_the_next_day_begins(tmp_path: Path, next_is_known: bool) -> None:
    world = calm(WORLD)
    truth = {name: day for name, day in first_days(world).items() if day <= NEXT}
    with StandIn(world, now=morning(FIRST)) as standin:
        workspace = workspace_for(standin, tmp_path)
        for day in (FIRST, NEXT)[: 1 + next_is_known]:
            fetched(standin, workspace, day)
        reports = fetched(standin, workspace, DAY, now=NEXT)
    there = dump(workspace, FIRST, NEXT)
    assert there.announced_on == truth
    for category, report in reports.items():
        mine = [name for name, day in truth.items() if day == DAY and category in world.records[name].categories]
        row = there.rows(DAY, category)["oai"]
        assert (row.state, row.expected, row.received, row.highest) == (State.UNKNOWN, len(mine), len(mine), max(mine))
        assert (report.state, report.outcome, report.expected) == (State.STALE, Outcome.LATER, len(mine))


def test_a_paper_that_changed_since_is_of_no_day_for_sure(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path)
    fetched(standin, workspace, FIRST)
    reports = fetched(standin, workspace, DAY, now=LAST)
    for category, report in reports.items():
        mine = [paper for name, paper in WORLD.on(LAST).items() if TRUTH[name] == DAY and category in paper.categories]
        assert sum(paper.updated == DAY for paper in mine) <= (report.expected or 0) <= len(mine)


# The API has what was submitted lately, so not all of its papers are of the day that is asked about.
@pytest.mark.parametrize(
    "day", [pytest.param(NEXT, id="the day before was skipped"), pytest.param(DAY, id="a day late")]
)
def test_what_the_api_has_of_other_days_stays_there(tmp_path: Path, day: dt.date) -> None:
    world = calm(WORLD)
    with StandIn(world, now=morning(FIRST)) as standin:
        workspace = workspace_for(standin, tmp_path, sources=("rss", "api"))
        fetched(standin, workspace, FIRST)
        fetched(standin, workspace, day, now=NEXT)
    found = dump(workspace, FIRST, NEXT).announced_on
    assert found == {name: there for name, there in first_days(world).items() if there <= NEXT}


@pytest.mark.parametrize("category", ["cs.CL", "cs.IR"])
def test_papers_of_a_category_whose_feed_failed_are_of_the_day(tmp_path: Path, category: str) -> None:
    world = calm(WORLD)
    with StandIn(world, now=morning(DAY)) as standin:
        workspace = workspace_for(standin, tmp_path, attempts=1)
        fetched(standin, workspace, FIRST)
        standin.use(scenario(rule("rss", "status", status=500, category=category)))
        fetched(standin, workspace, DAY)
    found = dump(workspace, FIRST, DAY).announced_on
    assert found == {name: day for name, day in first_days(world).items() if day <= DAY}
