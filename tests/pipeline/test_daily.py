"""The working day's run."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from paperradar.coverage import State
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.daily import DailyPlan, DailyReport, finish_daily, run_daily, start_daily
from paperradar.pipeline.fetching import CategoryReport
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import Outcome
from paperradar.store import Run
from paperradar.workspace import Workspace, read_workspace
from tests.pipeline.fetched import Dump, days_between, dump, encoded, first_days, morning, workspace_for
from tests.standin import Scenario, StandIn, World
from tests.standin.scenarios import parse_scenario

DAYS = days_between("2021-06-07", "2021-06-11")
MON, TUE, WED, THU, FRI = DAYS
SATURDAY = dt.date(2021, 6, 12)
# No later listing of this week has a paper that was new on Wednesday.
WORLD = World.made(DAYS, new_per_day=3)


def at(day: dt.date) -> Callable[[], dt.datetime]:
    return lambda: morning(day)


def harm(category: str, status: int, source: str = "rss") -> Scenario:
    rule = {"source": source, "action": "status", "status": status, "times": -1, "category": category}
    return parse_scenario("test", {"rules": [rule]})


def files(workspace: Workspace) -> dict[str, bytes]:
    folder = workspace.shortlists
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def runs(workspace: Workspace) -> list[Run]:
    with open_store(workspace).reading() as session:
        return session.runs()[::-1]


@dataclass(frozen=True, slots=True)
class Step:
    """A run, and how things were after it."""

    report: DailyReport
    asked: tuple[str, ...]
    stored: Dump
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Story:
    """A week in which the machine was off on Wednesday."""

    workspace: Workspace
    steps: dict[str, Step]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Story:
    steps: dict[str, Step] = {}
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = workspace_for(standin, tmp_path_factory.mktemp("week"))
        encoded(workspace, WORLD)
        for name, day in (
            ("monday", MON), ("again", MON), ("tuesday", TUE), ("thursday", THU), ("saturday", SATURDAY)
        ):  # fmt: skip
            standin.now = morning(day)
            standin.clear()
            report = run_daily(workspace, clock=at(day), started_by="hand")
            asked = tuple(hit.path for hit in standin.log)
            steps[name] = Step(report, asked, dump(workspace, MON, SATURDAY), files(workspace))
            assert not standin.overlaps()
    return Story(workspace, steps)


def test_the_first_run(week: Story) -> None:
    report = week.steps["monday"].report
    assert (report.outcome, report.exit_code) == (Outcome.DONE, 0)
    assert report.line == "2021-06-07: 2 of 2 categories done, 3 new papers; edition 2021-07: 3 rows"
    assert (report.plan.day, report.plan.gaps) == (MON, ())
    refreshed = report.refreshed
    assert refreshed
    assert (refreshed.edition, refreshed.rows, refreshed.note) == ("2021-07", 3, "")
    assert [row.rank for row in refreshed.top] == [1, 2, 3]
    assert {row.identifier for row in refreshed.top} == set(week.steps["monday"].stored.announced_on)
    assert set(refreshed.changed) == {Path(name).name for name in week.steps["monday"].files}
    assert Path(refreshed.csv).read_bytes().startswith(b"\xef\xbb\xbfrank,")
    assert Path(refreshed.page).name == "2021-07.html"
    assert refreshed.coverage.startswith("coverage: 1 of ")


def test_the_second_run_asks_nothing_and_changes_nothing(week: Story) -> None:
    first, second = week.steps["monday"], week.steps["again"]
    assert second.asked == ()
    assert second.stored == first.stored
    assert second.files == first.files
    assert second.report.outcome is Outcome.DONE
    assert not any(item.asked or item.new for item in second.report.fetched)
    assert second.report.refreshed
    assert second.report.refreshed.changed == ()
    assert second.report.line == "2021-06-07: 2 of 2 categories done, 0 new papers; edition 2021-07: 3 rows"


def test_a_day_on_which_the_machine_was_off_is_caught_up_with(week: Story) -> None:
    report, stored = week.steps["thursday"].report, week.steps["thursday"].stored
    assert report.plan.gaps == (WED,)
    (gap,) = report.repaired
    assert (gap.day, gap.before, gap.after, gap.new) == (WED, State.MISSING, State.COMPLETE_BY_SUBMISSION, 3)
    assert stored.announced_on == {name: day for name, day in first_days(WORLD).items() if day <= THU}
    assert (report.outcome, report.exit_code) == (Outcome.DONE, 0)
    assert "; repaired: 2021-06-09 (complete-by-submission); edition 2021-07: " in report.line
    covered = coverage_of_store(week.workspace, MON, THU, today=THU)
    assert [day.state for day in covered.days] == [
        State.COMPLETE, State.COMPLETE, State.COMPLETE_BY_SUBMISSION, State.COMPLETE
    ]  # fmt: skip


def test_what_was_announced_is_what_arxiv_announced(week: Story) -> None:
    truth = WORLD.announcements(MON, TUE) | WORLD.announcements(THU, THU)
    assert week.steps["saturday"].stored.announcements == frozenset(truth)


def test_a_week_end(week: Story) -> None:
    step = week.steps["saturday"]
    # Friday was missed; nothing else is asked for.
    assert step.report.plan.day is None
    assert step.report.fetched == ()
    assert [(gap.day, gap.after) for gap in step.report.repaired] == [(FRI, State.COMPLETE_BY_SUBMISSION)]
    assert all(path.startswith("/oai") for path in step.asked)
    assert step.report.line.startswith("arXiv announces nothing at week-ends; repaired: 2021-06-11 (")
    assert (step.report.outcome, step.report.exit_code) == (Outcome.DONE, 0)
    assert step.stored.announced_on == first_days(WORLD)
    assert step.report.refreshed
    assert step.report.refreshed.rows == len(first_days(WORLD)) - sum(
        # Withdrawn papers are in no list.
        stored.paper.withdrawn
        for stored in step.stored.papers
    )


def test_every_run_is_written_down(week: Story) -> None:
    found = runs(week.workspace)
    assert [(run.kind, run.started_by, run.outcome) for run in found] == [("daily", "hand", "done")] * 5
    assert all(run.ended and run.started <= run.ended for run in found)
    assert [run.summary["line"] for run in found] == [step.report.line for step in week.steps.values()]
    assert [(run.summary["day"], run.summary["new"]) for run in found] == [
        ("2021-06-07", 3), ("2021-06-07", 0), ("2021-06-08", 3), ("2021-06-10", 3), (None, 0)
    ]  # fmt: skip


def test_as_json(week: Story) -> None:
    told = json.loads(json.dumps(week.steps["thursday"].report.as_dict()))
    assert list(told) == ["outcome", "line", "day", "edition", "fetched", "repaired", "refreshed"]
    assert (told["outcome"], told["day"], told["edition"]) == ("done", "2021-06-10", "2021-07")
    assert [(item["category"], item["state"]) for item in told["fetched"]] == [
        ("cs.CL", "complete"), ("cs.IR", "complete")
    ]  # fmt: skip
    assert told["repaired"][0]["after"] == "complete-by-submission"
    assert (told["refreshed"]["rows"], len(told["refreshed"]["top"])) == (11, 10)
    assert list(told["refreshed"]["top"][0]) == ["rank", "score", "identifier", "title", "why"]
    assert json.loads(json.dumps(week.steps["saturday"].report.as_dict()))["day"] is None


# Plans


def test_a_long_pause_is_caught_up_with_for_two_weeks(week: Story, tmp_path: Path) -> None:
    shutil.copytree(week.workspace.root, tmp_path, dirs_exist_ok=True)
    plan = start_daily(read_workspace(tmp_path), clock=at(dt.date(2021, 6, 29)), started_by="cron")
    assert plan.gaps[:1] == (dt.date(2021, 6, 15),)
    assert plan.gaps[-1:] == (dt.date(2021, 6, 28),)


def test_a_run_that_made_no_list_has_failed(week: Story, tmp_path: Path) -> None:
    shutil.copytree(week.workspace.root, tmp_path, dirs_exist_ok=True)
    workspace = read_workspace(tmp_path)
    plan = start_daily(workspace, clock=at(SATURDAY), started_by="prefect")
    report = finish_daily(workspace, plan, (), (), None, clock=at(SATURDAY))
    assert (report.outcome, report.exit_code) == (Outcome.FAILED, 1)
    assert (runs(workspace)[-1].outcome, runs(workspace)[-1].started_by) == ("failed", "prefect")


def test_before_the_first_day_nothing_is_caught_up_with(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(FRI)) as standin:
        plan = start_daily(workspace_for(standin, tmp_path), clock=at(FRI), started_by="prefect")
        assert standin.log == []
    assert plan == DailyPlan(1, FRI, "2021-07", ())


# Trouble


@pytest.mark.parametrize(
    ("status", "outcome", "exit_code"), [(404, Outcome.FAILED, 1), (503, Outcome.LATER, 75)], ids=["refused", "away"]
)
def test_one_category_has_trouble(tmp_path: Path, status: int, outcome: Outcome, exit_code: int) -> None:
    with StandIn(WORLD, now=morning(MON), scenario=harm("cs.IR", status)) as standin:
        workspace = workspace_for(standin, tmp_path, attempts=2)
        encoded(workspace, WORLD)
        report = run_daily(workspace, clock=at(MON), started_by="cron")
        assert [(item.category, item.outcome) for item in report.fetched] == [
            ("cs.CL", Outcome.DONE), ("cs.IR", outcome)
        ]  # fmt: skip
        assert (report.outcome, report.exit_code) == (outcome, exit_code)
        assert "2021-06-07: 1 of 2 categories done, 3 new papers; not done: cs.IR missing (the feed" in report.line
        assert str(status) in report.line
        assert report.line.endswith("; edition 2021-07: 3 rows")  # what came is ranked all the same
        assert [run.outcome for run in runs(workspace)] == [str(outcome)]
        standin.use(None)
        standin.clear()
        again = run_daily(workspace, clock=at(MON), started_by="cron")
        assert {hit.path.rpartition("/")[2] for hit in standin.log if hit.source == "rss"} == {"cs.IR"}
    assert again.outcome is Outcome.DONE
    assert dump(workspace, MON, MON).announcements == frozenset(WORLD.announcements(MON, MON))


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON), scenario="throttled-for-ever") as standin:
        workspace = workspace_for(standin, tmp_path, attempts=2, categories=("cs.IR",))
        report = run_daily(workspace, clock=at(MON), started_by="cron")
    assert (report.outcome, report.exit_code) == (Outcome.LATER, 75)
    assert report.refreshed
    assert report.refreshed.note.startswith("no list: the store holds no papers yet")
    assert (report.refreshed.csv, report.refreshed.top, report.refreshed.rows) == ("", (), 0)
    assert "0 of 1 categories done" in report.line
    assert files(workspace) == {}


def test_a_holiday_is_done(tmp_path: Path) -> None:
    # arXiv mailed nothing on 2021-10-20, a Wednesday.
    holiday = dt.date(2021, 10, 21)
    with StandIn(WORLD, now=morning(holiday)) as standin:
        workspace = workspace_for(standin, tmp_path)
        report = run_daily(workspace, clock=at(holiday), started_by="cron")
        again = run_daily(workspace, clock=at(holiday), started_by="cron")
    assert [item.state for item in report.fetched] == [State.HOLIDAY, State.HOLIDAY]
    assert (report.outcome, report.exit_code) == (Outcome.DONE, 0)
    assert not any(item.asked for item in again.fetched)


def test_a_run_that_dies_did_not_end(tmp_path: Path) -> None:
    calls = 0

    def dying() -> dt.datetime:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise KeyboardInterrupt
        return morning(MON)

    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = workspace_for(standin, tmp_path)
        with pytest.raises(KeyboardInterrupt):
            run_daily(workspace, clock=dying, started_by="cron")
    assert [(run.ended, run.outcome) for run in runs(workspace)] == [(None, "")]


def test_new_papers_are_encoded_by_the_bundled_model(tmp_path: Path) -> None:
    with StandIn(WORLD, now=morning(MON)) as standin:
        workspace = workspace_for(standin, tmp_path)
        report = run_daily(workspace, clock=at(MON), started_by="cron")
    assert report.refreshed
    assert (report.refreshed.encoded, report.refreshed.rows, report.outcome) == (3, 3, Outcome.DONE)


def test_the_line_names_three_categories_at_most() -> None:
    bad = [CategoryReport(f"cs.A{n}", MON, State.SHORT, detail=f"d{n}", outcome=Outcome.LATER) for n in range(5)]
    plan = DailyPlan(1, MON, "2021-07", ())
    line = DailyReport(plan, tuple(bad), (), None, Outcome.LATER).line
    assert line == (
        "2021-06-07: 0 of 5 categories done, 0 new papers; not done: cs.A0 short (d0); cs.A1 short (d1);"
        " cs.A2 short (d2) and 2 more"
    )
