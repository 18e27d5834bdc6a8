"""Backfilling: months that nobody watched, a day of submission at a time."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.calendar import Window, submission_days
from paperradar.coverage import CountedBy, State
from paperradar.papers import DayBasis, Version
from paperradar.pipeline.backfilling import (
    BackfillReport,
    SliceReport,
    backfill,
    fetch_slice,
    plan_slices,
)
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import Outcome
from paperradar.progress import Advance, Progress, silent
from tests.pipeline.fetched import days_between, dump, first_days, morning, slices_asked, workspace_for
from tests.standin import Scenario, StandIn, World
from tests.standin.scenarios import parse_scenario

DAYS = days_between("2021-06-07", "2021-06-11")
WORLD = World.made(DAYS, new_per_day=3)
MON, TUE, WED, THU, FRI = DAYS
WEEK = Window(MON, FRI)
# Monday's listing is of Thursday's afternoon to Friday's deadline, Friday's of Wednesday's afternoon and Thursday.
SLICES = tuple(dt.date(2021, 6, day) for day in range(3, 11))
# Two weeks after the week's last listing: moderation has let go of everything.
LATER = morning(dt.date(2021, 6, 30))
FIRST = SLICES[0]


def at(time: dt.datetime) -> Callable[[], dt.datetime]:
    return lambda: time


def rule(action: str, *, times: int = -1, first: int = 0, **parameters: object) -> Scenario:
    harm = {"source": "api", "action": action, "times": times, "first": first, **parameters}
    return parse_scenario("test", {"rules": [harm]})


def submitted_on(day: dt.date) -> set[str]:
    return {name for name, record in WORLD.records.items() if record.submitted and record.submitted.date() == day}


def test_a_window_is_filled(tmp_path: Path) -> None:
    with StandIn(WORLD, now=LATER) as standin:
        workspace = workspace_for(standin, tmp_path)
        report = backfill(workspace, WEEK, clock=at(LATER))
        assert slices_asked(standin) == list(SLICES)
        assert not standin.overlaps()
    found = dump(workspace, FIRST, FRI)
    assert found.announced_on == first_days(WORLD)
    assert {stored.basis for stored in found.papers} == {DayBasis.SUBMITTED}
    assert found.announcements == frozenset()
    assert [item.day for item in report.slices] == list(SLICES)
    assert {item.day: (item.expected, item.received, item.new) for item in report.slices} == {
        day: (len(submitted_on(day)),) * 3 for day in SLICES
    }
    assert (report.outcome, report.left) == (Outcome.DONE, 0)
    assert report.line == "8 days of submission: 15 records, 15 new papers"
    told = json.loads(json.dumps(report.as_dict()))
    assert (told["first"], told["last"], told["outcome"], told["left"]) == ("2021-06-07", "2021-06-11", "done", 0)
    assert told["slices"][1] == {
        "day": "2021-06-04", "expected": 3, "received": 3, "new": 3, "state": "complete-by-submission", "broken": 0,
        "detail": "", "outcome": "done",
    }  # fmt: skip


def test_the_ledger_has_a_row_a_category_of_each_day(tmp_path: Path) -> None:
    with StandIn(WORLD, now=LATER) as standin:
        workspace = workspace_for(standin, tmp_path)
        backfill(workspace, Window(MON, MON), clock=at(LATER))
    rows = dump(workspace, FIRST, FRI).ledger
    assert [(row.day, row.category) for row in rows] == [
        (day, category) for day in submission_days(MON) for category in ("cs.CL", "cs.IR")
    ]
    assert {(row.source, row.counted_by, row.state) for row in rows} == {
        ("api", CountedBy.SUBMITTED, State.COMPLETE_BY_SUBMISSION)
    }
    papers = {name: record for name, record in WORLD.records.items() if name in submitted_on(dt.date(2021, 6, 4))}
    mine = Counter(category for record in papers.values() for category in record.categories)
    friday = {row.category: row for row in rows if row.day == dt.date(2021, 6, 4)}
    for category, row in friday.items():
        assert row.expected == row.received == mine[category]
        assert row.highest == max(name for name, record in papers.items() if category in record.categories)


def test_finished_days_are_not_asked_again_unless_they_shall_be(tmp_path: Path) -> None:
    with StandIn(WORLD, now=LATER) as standin:
        workspace = workspace_for(standin, tmp_path)
        backfill(workspace, Window(MON, WED), clock=at(LATER))
        before = dump(workspace, FIRST, FRI)
        standin.clear()
        nothing = backfill(workspace, Window(MON, WED), clock=at(LATER))
        assert standin.log == []
        assert (nothing.slices, nothing.left, nothing.outcome) == ((), 0, Outcome.DONE)
        assert dump(workspace, FIRST, FRI) == before
        assert plan_slices(workspace, WEEK, clock=at(LATER)) == SLICES[6:]
        again = backfill(workspace, Window(MON, WED), clock=at(LATER), again=True)
        assert slices_asked(standin) == list(SLICES[:6])
        assert sum(item.new for item in again.slices) == 0
    assert dump(workspace, FIRST, FRI) == before


class _Stopped(BaseException):
    """Ctrl-C, or worse."""


def stopping_after(days: int) -> Progress:
    """A progress bar whose user stops when so many days are done."""
    done = 0

    @contextmanager
    def bar(label: str, total: int | None, *, unit: str = "") -> Iterator[Advance]:
        def advance(n: int) -> None:
            nonlocal done
            done += n
            if done == days:
                raise _Stopped

        yield advance

    return bar


def stopping_clock(day: dt.date, standin: StandIn) -> Callable[[], dt.datetime]:
    """A clock that stops the process as soon as a day's slice has been asked for, before it is written."""

    def clock() -> dt.datetime:
        asked = slices_asked(standin)
        if asked and asked[-1] == day:
            raise _Stopped
        return LATER

    return clock


@pytest.mark.parametrize("where", ["between two slices", "before a slice is written"])
def test_stopped_and_run_again_it_ends_in_the_same_store(tmp_path: Path, where: str) -> None:
    with StandIn(WORLD, now=LATER) as standin:
        workspace = workspace_for(standin, tmp_path / "stopped")
        between = where == "between two slices"
        bar = stopping_after(3) if between else silent
        clock = at(LATER) if between else stopping_clock(SLICES[3], standin)
        with pytest.raises(_Stopped):
            backfill(workspace, WEEK, clock=clock, progress=bar)
        assert slices_asked(standin) == list(SLICES[: 3 if between else 4])
        assert {row.day for row in dump(workspace, FIRST, FRI).ledger} == set(SLICES[:3])
        standin.clear()
        assert [item.day for item in backfill(workspace, WEEK, clock=at(LATER)).slices] == list(SLICES[3:])
        assert slices_asked(standin) == list(SLICES[3:])
        other = workspace_for(standin, tmp_path / "whole")
        backfill(other, WEEK, clock=at(LATER))
    assert dump(workspace, FIRST, FRI) == dump(other, FIRST, FRI)


def test_days_of_which_more_may_be_announced_are_not_final(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(WED)) as standin:
        workspace = workspace_for(standin, tmp_path)
        report = backfill(workspace, WEEK, clock=at(morning(WED)))
        assert [item.day for item in report.slices] == list(SLICES[:6])
        assert {item.state for item in report.slices} == {State.UNKNOWN}
        assert report.outcome is Outcome.DONE
        assert "may still be announced" in report.slices[-1].detail
        # The listings of days before are whole by them all the same.
        covered = coverage_of_store(workspace, MON, FRI, today=WED)
        assert [(day.day, day.state) for day in covered.days[:2]] == [
            (day, State.COMPLETE_BY_SUBMISSION) for day in (MON, TUE)
        ]
        assert all(day.state is State.UNKNOWN for day in covered.days[2:])
        assert plan_slices(workspace, WEEK, clock=at(morning(WED))) == SLICES[:6]
        standin.clear()
        standin.now = LATER
        later = backfill(workspace, WEEK, clock=at(LATER))
        assert slices_asked(standin) == list(SLICES)
    assert {item.state for item in later.slices} == {State.COMPLETE_BY_SUBMISSION}
    assert sum(item.new for item in later.slices) == 6
    assert dump(workspace, FIRST, FRI).announced_on == first_days(WORLD)


def test_what_moderation_holds_back_comes_with_a_later_backfill(tmp_path: Path) -> None:
    name = max(event.identifier for event in WORLD.listed(FRI) if event.flag == "NEW")
    held = dt.datetime(2021, 6, 4, 12, tzinfo=dt.UTC)  # with Monday's listing, and out on Friday only
    records = {**WORLD.records, name: replace(WORLD.records[name], versions=(Version(1, held),))}
    with StandIn(World(records, WORLD.events), now=morning(WED)) as standin:
        workspace = workspace_for(standin, tmp_path)
        backfill(workspace, Window(MON, MON), clock=at(morning(WED)))
        standin.now = LATER
        report = backfill(workspace, Window(MON, MON), clock=at(LATER))
    assert [(item.day, item.new) for item in report.slices if item.new] == [(dt.date(2021, 6, 4), 1)]
    assert name in dump(workspace, FIRST, FRI).announced_on


@pytest.mark.parametrize("name", ["short-page", "total-changes"])
def test_passing_trouble_leaves_no_trace(tmp_path: Path, name: str) -> None:
    with StandIn(WORLD, now=LATER) as standin:
        calm, troubled = workspace_for(standin, tmp_path / "calm"), workspace_for(standin, tmp_path / name, page_size=2)
        backfill(calm, Window(TUE, TUE), clock=at(LATER))
        standin.use(name)
        report = backfill(troubled, Window(TUE, TUE), clock=at(LATER))
    assert report.outcome is Outcome.DONE
    assert dump(troubled, FIRST, FRI) == dump(calm, FIRST, FRI)


def test_a_short_day_is_kept_as_short_and_does_not_stop_the_next(tmp_path: Path) -> None:
    # Thursday is empty (asked twice), then Friday's second page stays short.
    with StandIn(WORLD, now=LATER, scenario=rule("short_page", first=3, times=2)) as standin:
        workspace = workspace_for(standin, tmp_path, page_size=2, attempts=2)
        report = backfill(workspace, Window(MON, TUE), clock=at(LATER))
        friday = report.slices[1]
        assert (friday.day, friday.expected, friday.received, friday.new) == (dt.date(2021, 6, 4), 3, 2, 2)
        assert (friday.state, friday.outcome) == (State.SHORT, Outcome.LATER)
        assert "0 of the 1 records" in friday.detail
        assert [item.outcome for item in report.slices].count(Outcome.LATER) == 1
        assert (len(report.slices), report.left, report.outcome) == (5, 0, Outcome.LATER)
        assert report.line == "5 days of submission: 5 records, 5 new papers; not complete: 2021-06-04"
        row = dump(workspace, FIRST, FRI).rows(friday.day, "cs.CL")["api"]
        assert (row.state, row.expected, row.detail) == (State.SHORT, None, friday.detail)
        standin.clear()
        again = backfill(workspace, Window(MON, TUE), clock=at(LATER))
        assert slices_asked(standin) == [friday.day]
    assert (again.slices[0].new, again.slices[0].state) == (1, State.COMPLETE_BY_SUBMISSION)


@pytest.mark.parametrize(
    ("harm", "outcome"),
    [(rule("status", first=2, status=503), Outcome.LATER), (rule("error_feed", first=2), Outcome.FAILED)],
    ids=["away", "refused"],
)
def test_it_stops_where_going_on_cannot_help(tmp_path: Path, harm: Scenario, outcome: Outcome) -> None:
    with StandIn(WORLD, now=LATER, scenario=harm) as standin:
        workspace = workspace_for(standin, tmp_path, attempts=2)
        report = backfill(workspace, WEEK, clock=at(LATER))
        assert slices_asked(standin) == list(SLICES[:2])
        assert len(standin.log) <= 4
    last = report.slices[-1]
    assert (last.day, last.expected, last.received, last.state) == (SLICES[1], None, 0, State.SHORT)
    assert (last.outcome, report.outcome, report.left) == (outcome, outcome, 6)
    assert last.detail
    assert report.line.endswith("; not complete: 2021-06-04; not tried: 6 days")


def test_a_new_category_is_asked_for_on_finished_days_too(tmp_path: Path) -> None:
    with StandIn(WORLD, now=LATER) as standin:
        workspace = workspace_for(standin, tmp_path, categories=("cs.IR",))
        backfill(workspace, Window(TUE, TUE), clock=at(LATER))
        assert all("cs.IR" in stored.paper.categories for stored in dump(workspace, FIRST, FRI).papers)
        settings = workspace.settings.model_copy(update={"categories": ("cs.IR", "cs.CL")})
        wider = replace(workspace, settings=settings)
        assert plan_slices(wider, Window(TUE, TUE), clock=at(LATER)) == submission_days(TUE)
        backfill(wider, Window(TUE, TUE), clock=at(LATER))
    assert dump(workspace, FIRST, FRI).announced_on == {
        # Friday's papers are Monday's listing; its afternoon's would be Tuesday's.
        name: day
        for name, day in first_days(WORLD).items()
        if day in (MON, TUE)
    }


def test_records_that_cannot_be_used_are_set_aside_once(tmp_path: Path) -> None:
    name = min(submitted_on(dt.date(2021, 6, 7)))
    records = {**WORLD.records, name: replace(WORLD.records[name], title="")}
    with StandIn(World(records, WORLD.events), now=LATER) as standin:
        workspace = workspace_for(standin, tmp_path)
        for _ in range(2):
            report = fetch_slice(workspace, dt.date(2021, 6, 7), clock=at(LATER))
    assert (report.expected, report.received, report.state) == (3, 3, State.COMPLETE_BY_SUBMISSION)
    with open_store(workspace).reading() as session:
        assert session.papers([name]) == []
        aside = [(item.source, item.line, item.reason) for item in session.set_aside_records()]
    assert aside == [("api submitted 2021-06-07", 1, "it has no title")]


def test_a_deleted_paper_that_the_api_has_later_is_not_withdrawn(tmp_path: Path) -> None:
    day = dt.date(2021, 6, 7)
    name = min(submitted_on(day))
    with StandIn(WORLD, now=LATER) as standin:
        workspace = workspace_for(standin, tmp_path)
        fetch_slice(workspace, day, clock=at(LATER))
        with open_store(workspace).writing() as session:
            assert session.mark_deleted([name], seen=LATER) == 1
            assert session.papers([name])[0].paper.withdrawn
        fetch_slice(workspace, day, clock=at(LATER + dt.timedelta(hours=1)))
    with open_store(workspace).reading() as session:
        assert not session.papers([name])[0].paper.withdrawn


def test_nothing_is_due_in_a_window_that_has_not_begun(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = workspace_for(standin, tmp_path)
        report = backfill(workspace, Window(TUE, FRI), clock=at(morning(MON)))
        # A week-end has no listing, and so nothing that could be asked for.
        assert plan_slices(workspace, Window(dt.date(2021, 6, 5), dt.date(2021, 6, 6)), clock=at(LATER)) == ()
        assert standin.log == []
    assert (report.slices, report.outcome) == ((), Outcome.DONE)
    assert not workspace.database.exists()


def test_the_line_names_five_days_at_most() -> None:
    bad = [SliceReport(day, 3, 2, 1, State.SHORT, "x", Outcome.LATER) for day in SLICES[:7]]
    line = BackfillReport(WEEK, tuple(bad)).line
    assert line.startswith("7 days of submission: 14 records, 7 new papers; not complete: 2021-06-03, ")
    assert line.endswith(", 2021-06-07 and 2 more")
