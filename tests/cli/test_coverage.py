"""``paperradar audit`` and ``paperradar status``."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from paperradar.cli.coverage import calendar_lines, gap_lines
from paperradar.coverage import CategoryCoverage, Coverage, DayCoverage, State
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.opening import open_store
from paperradar.workspace import read_workspace
from tests.pipeline.fetched import Ran, calm, command, days_between, encoded, morning, workspace_for
from tests.standin import StandIn, World

DAYS = days_between("2021-06-01", "2021-06-04")
TUE, WED, THU, FRI = DAYS
WORLD = calm(World.made(DAYS, new_per_day=3))
# The window of 2021-07 begins on the first of June.
EDITION = {"opens_days_before": 0, "closes_on_day": 1}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tuesday, Thursday and Friday were fetched; the runs of Thursday and of Friday are written down."""
    folder = tmp_path_factory.mktemp("watched")
    with StandIn(WORLD, now=morning(TUE)) as standin:
        workspace = workspace_for(standin, folder, edition=EDITION)
        for day in (TUE, THU, FRI):
            standin.now = morning(day)
            fetch(workspace, day=day, clock=lambda: standin.now)
        assert not standin.overlaps()
    with open_store(workspace).writing() as session:
        run = session.start_run("daily", "cron", morning(THU, 4))
        session.finish_run(run, "done", morning(THU), {"line": "2021-06-03: 2 of 2 categories done"})
        session.start_run("daily", "hand", morning(FRI))
    return folder


@pytest.fixture
def place(watched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the watched workspace, which is the present folder. Nothing can be asked: the server is gone."""
    shutil.copytree(watched, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace, which is the present folder."""
    with StandIn(WORLD, now=morning(TUE)) as standin:
        workspace_for(standin, tmp_path, edition=EDITION)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def at(time: dt.datetime, *arguments: str) -> Ran:
    """What a command says at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERRADAR_CLOCK", time.isoformat())
        return command(*arguments)


# audit


@pytest.mark.usefixtures("place")
def test_a_gap_is_drawn_named_and_exit_status_1() -> None:
    found = at(morning(FRI), "audit")
    assert (found.code, found.err) == (1, "")
    assert found.out == (
        "Edition 2021-07: 2021-06-01 to 2021-07-01\n"
        "\n"
        "            Mon Tue Wed Thu Fri\n"
        "2021-05-31       #   M   #   #\n"
        "2021-06-07   .   .   .   .   .\n"
        "2021-06-14   .   .   .   .   .\n"
        "2021-06-21   .   .   .   .   .\n"
        "2021-06-28   .   .   .   .\n"
        "\n"
        "# complete   M missing   . not yet\n"
        "\n"
        "coverage: 3 of 4 announcement days complete; missing: 2021-06-02\n"
        "2021-06-02 missing\n"
        "close them with: paperradar repair --month 2021-07\n"
    )


@pytest.mark.usefixtures("place")
def test_an_audit_without_gaps_is_exit_status_0() -> None:
    found = at(morning(TUE), "audit", "--month", "2021-07")
    assert (found.code, found.err) == (0, "")
    assert found.out.endswith("\n\ncoverage: 1 of 1 announcement day complete\n")
    later = at(morning(FRI), "audit", "--month", "2021-08")
    assert (later.code, later.err) == (0, "")
    assert later.out.endswith("coverage: no announcement day yet\n")


@pytest.mark.usefixtures("place")
def test_audit_as_json() -> None:
    found = at(morning(FRI), "audit", "--json")
    assert (found.code, found.err) == (1, "")
    told = json.loads(found.out)
    assert list(told) == ["edition", "first", "last", "line", "counts", "days"]
    assert (told["edition"], told["first"], told["last"]) == ("2021-07", "2021-06-01", "2021-07-01")
    assert told["counts"] == {"complete": 3, "missing": 1}
    assert told["days"][0]["categories"][0] == {
        "category": "cs.CL", "state": "complete", "expected": 3, "received": 3, "detail": "",
    }  # fmt: skip
    assert [day["state"] for day in told["days"]] == ["complete", "missing", "complete", "complete"]
    # The same state without an alarm.
    assert at(morning(TUE), "audit", "--month", "2021-07", "--json").code == 0


@pytest.mark.usefixtures("place")
def test_holidays_that_are_not_known_are_a_warning() -> None:
    found = at(dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC), "audit", "--month", "2021-07")
    assert found.err.startswith("warning: arXiv's holidays are known until 2026-12-31 only")
    assert found.err.count("\n") == 1


@pytest.mark.usefixtures("empty")
def test_a_new_workspace_has_no_gaps() -> None:
    found = at(morning(FRI), "audit")
    assert (found.code, found.err) == (0, "")
    assert "coverage: unknown for 4 announcement days" in found.out


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (("audit", "--month", "June"), "not an edition"),
        (("audit", "--workspace", "nowhere"), "not a workspace"),
        (("status", "--workspace", "nowhere"), "not a workspace"),
        (("status", "--fail-after", "soon"), "--fail-after"),
    ],
    ids=["month", "audit workspace", "status workspace", "hours"],
)
@pytest.mark.usefixtures("empty")
def test_a_wrong_call(call: tuple[str, ...], word: str) -> None:
    found = at(morning(FRI), *call)
    assert (found.code, found.out) == (2, "")
    assert word in found.err


# The lines of a calendar


def covered(states: Iterable[State], first: dt.date = TUE, last: dt.date | None = None) -> Coverage:
    """Days in a row from ``first`` on, week-ends included, each of one category."""
    days = tuple(
        DayCoverage(first + dt.timedelta(days=n), state, (CategoryCoverage("cs.CL", state),))
        for n, state in enumerate(states)
    )
    return Coverage(first, last or days[-1].day, days)


def test_every_state_has_a_sign_of_its_own_and_its_word() -> None:
    lines = calendar_lines(covered(State, first=dt.date(2021, 6, 7)))
    assert lines[1].split()[1:] == ["#", "+", "-", "S", "O", "2021-06-12:", "missing", "2021-06-13:", "unknown"]
    assert lines[2].split()[1:] == ["n"]
    assert lines[-1] == (
        "# complete   + complete-by-submission   ? unknown   - holiday   S short   O stale   M missing"
        "   n not-watched   . not yet"
    )


def test_days_outside_the_window_are_blank() -> None:
    lines = calendar_lines(covered([State.COMPLETE], first=WED, last=dt.date(2021, 6, 8)))
    assert lines[1:3] == ["2021-05-31           #   .   .", "2021-06-07   .   ."]
    assert lines[3] == ""


def test_a_gap_says_of_which_category_and_why() -> None:
    bad = [CategoryCoverage(f"cs.A{n}", State.SHORT, 7, n, f"reason {n}") for n in range(5)]
    good = CategoryCoverage("cs.CL", State.COMPLETE, 3, 3)
    day = DayCoverage(TUE, State.SHORT, (good, *bad))
    assert gap_lines(Coverage(TUE, TUE, (day,)), "2021-07", WED) == [
        "2021-06-01 short: cs.A0 0 of 7 (reason 0); cs.A1 1 of 7 (reason 1); cs.A2 2 of 7 (reason 2) and 2 more",
        "close them with: paperradar repair --month 2021-07",
    ]


def test_what_closes_gaps() -> None:
    today = covered([State.STALE])
    assert gap_lines(today, "2021-07", TUE)[1:] == ["today's listing: paperradar fetch"]
    both = covered([State.MISSING, State.MISSING])
    assert gap_lines(both, "2021-07", WED)[2:] == [
        "close them with: paperradar repair --month 2021-07", "today's listing: paperradar fetch"
    ]  # fmt: skip
    many = covered([State.MISSING] * 11)
    assert gap_lines(many, "2021-07", dt.date(2021, 7, 1))[11:] == [
        "close them with: paperradar backfill --month 2021-07"
    ]
    assert gap_lines(covered([State.COMPLETE, State.UNKNOWN]), "2021-07", WED) == []
    before = covered([State.NOT_WATCHED, State.NOT_WATCHED, State.COMPLETE])
    assert gap_lines(before, "2021-07", FRI) == [
        "2 days before anybody watched; fill with: paperradar backfill --month 2021-07"
    ]


@pytest.mark.usefixtures("place")
def test_days_before_anybody_watched_are_told_without_an_alarm() -> None:
    found = at(morning(TUE), "audit", "--month", "2021-06")
    assert (found.code, found.err) == (0, "")
    assert "n not-watched" in found.out
    assert " missing" not in found.out
    assert found.out.endswith(" days before anybody watched; fill with: paperradar backfill --month 2021-06\n")


# status


@pytest.mark.usefixtures("place")
def test_where_things_stand() -> None:
    found = at(morning(FRI, 6), "status")
    assert found == Ran(
        0,
        "papers        9\n"
        "complete to   2021-06-01\n"
        "gaps          2021-06-02\n"
        "vectors       9 texts without one\n"
        "next edition  2021-07, announced 2021-06-01 to 2021-07-01\n"
        "last success  2021-06-03 09:00 UTC\n"
        "run 2         2021-06-04 09:00 UTC, daily by hand: did not end, or is running\n"
        "run 1         2021-06-03 08:00 UTC, daily by cron: done 09:00; 2021-06-03: 2 of 2 categories done\n",
        "",
    )


def test_all_vectors_are_there(place: Path) -> None:
    encoded(read_workspace(place), WORLD)
    assert "vectors       all there\n" in at(morning(FRI), "status").out


@pytest.mark.usefixtures("empty")
def test_the_status_of_a_new_workspace() -> None:
    found = at(morning(FRI), "status")
    assert (found.code, found.err) == (0, "")
    assert found.out == (
        "papers        0\n"
        "complete to   not known; paperradar audit shows why\n"
        "gaps          none\n"
        "vectors       all there\n"
        "next edition  2021-07, announced 2021-06-01 to 2021-07-01\n"
        "last success  never\n"
        "next step     paperradar run daily, or paperradar backfill --month YYYY-MM\n"
    )


@pytest.mark.usefixtures("place")
def test_status_as_json() -> None:
    found = at(morning(FRI), "status", "--json")
    assert (found.code, found.err) == (0, "")
    told = json.loads(found.out)
    assert (told["papers"], told["gaps"], told["complete_through"]) == (9, ["2021-06-02"], "2021-06-01")
    assert told["edition"] == {"name": "2021-07", "first": "2021-06-01", "last": "2021-07-01"}
    assert [run["id"] for run in told["runs"]] == [2, 1]
    assert told["at"].startswith("2021-06-04T09:00:0")


def test_the_troubles_of_a_run_are_one_line_and_whole_as_json(place: Path) -> None:
    troubles = "\n".join(f"cs.{name}: arXiv cannot be reached" for name in ("AI", "CL", "CV", "IR", "LG", "MA"))
    with open_store(read_workspace(place)).writing() as session:
        run = session.start_run("daily", "cron", morning(FRI))
        session.finish_run(run, "later", morning(FRI), {"line": troubles})
    (line,) = [line for line in at(morning(FRI, 6), "status").out.splitlines() if line.startswith(f"run {run} ")]
    assert "later 09:00; cs.AI: arXiv cannot be reached cs.CL: arXiv cannot" in line
    assert (len(line), line[-1]) == (160, "…")
    assert json.loads(at(morning(FRI, 6), "status", "--json").out)["runs"][0]["summary"]["line"] == troubles


@pytest.mark.usefixtures("place")
def test_more_than_five_gaps_are_counted() -> None:
    found = at(morning(dt.date(2021, 6, 15)), "status")
    assert "gaps          2021-06-02, 2021-06-07, 2021-06-08, 2021-06-09, 2021-06-10 and 2 more\n" in found.out


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_an_alarm_where_no_run_ended_well_in_time(as_json: bool) -> None:
    more = ("--json",) if as_json else ()
    assert at(morning(FRI), "status", "--fail-after", "25", *more).code == 0
    late = at(morning(FRI, 7), "status", "--fail-after", "25", *more)
    assert late.code == 1
    assert late.out  # all that status says otherwise
    assert late.err == (
        "paperradar: no daily run ended well within 25 hours (the last one ended 2021-06-03 09:00 UTC);"
        " see the runs above and try: paperradar run daily\n"
    )


@pytest.mark.usefixtures("place")
def test_week_ends_do_not_count() -> None:
    # From Thursday 05:00 to Monday 04:00 in New York there are 19 + 24 + 4 hours that count.
    monday = dt.date(2021, 6, 7)
    assert at(morning(monday, 3), "status", "--fail-after", "48").code == 0
    assert at(morning(monday, 4), "status", "--fail-after", "46").code == 1


@pytest.mark.usefixtures("empty")
def test_an_alarm_where_there_never_was_a_run() -> None:
    found = at(morning(FRI), "status", "--fail-after", "1000")
    assert found.code == 1
    assert "(there never was one)" in found.err
