"""``paperradar run``."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from paperradar.pipeline.opening import open_store
from paperradar.workspace import Workspace
from tests.pipeline.fetched import Ran, calm, command, days_between, encoded, morning, workspace_for, write_settings
from tests.receivers import webhook
from tests.standin import StandIn, World
from tests.standin.scenarios import parse_scenario

DAYS = days_between("2021-06-07", "2021-06-09")
MON, TUE, WED = DAYS
WORLD = calm(World.made(DAYS, new_per_day=3))
SATURDAY = dt.date(2021, 6, 12)


@dataclass(frozen=True, slots=True)
class Monday:
    """A workspace after Monday's run, and what the run said."""

    folder: Path
    ran: Ran


@pytest.fixture
def arxiv() -> Iterator[StandIn]:
    with StandIn(WORLD, now=morning(MON)) as standin:
        yield standin


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Monday:
    folder = tmp_path_factory.mktemp("monday")
    with StandIn(WORLD, now=morning(MON)) as standin:
        encoded(workspace_for(standin, folder), WORLD)
        return Monday(folder, on(MON, standin, "run", "daily", "--started-by", "hand", "--workspace", str(folder)))


@pytest.fixture(autouse=True)
def place(arxiv: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A new workspace, which is the present folder."""
    monkeypatch.chdir(tmp_path)
    return workspace_for(arxiv, tmp_path, attempts=2, late_minutes=0)


@pytest.fixture
def after_monday(arxiv: StandIn, place: Workspace, monday: Monday) -> Workspace:
    """The same with what Monday's run left in it."""
    shutil.copytree(monday.folder / "data", place.root / "data", dirs_exist_ok=True)
    return place


def on(day: dt.date, arxiv: StandIn, *arguments: str) -> Ran:
    """What a command says on a day."""
    arxiv.now = morning(day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERRADAR_CLOCK", arxiv.now.isoformat())
        return command(*arguments)


def test_the_first_run(monday: Monday) -> None:
    lists = monday.folder / "data" / "shortlists"
    assert (monday.ran.code, monday.ran.err) == (0, "")
    lines = monday.ran.out.splitlines()
    assert lines[0] == "2021-06-07: 2 of 2 categories done, 3 new papers; edition 2021-07: 3 rows"
    assert lines[1].startswith("coverage: 1 of ")
    assert lines[2:] == [f"CSV:  {lists / '2021-07.csv'}", f"Page: {lists / '2021-07.html'}"]
    assert (lists / "2021-07.csv").read_bytes().startswith(b"\xef\xbb\xbfrank,")


def test_it_asks_for_a_contact_as_fetch_does(arxiv: StandIn, after_monday: Workspace) -> None:
    write_settings(arxiv, after_monday.root, contact="", late_minutes=0)
    found = on(MON, arxiv, "run", "daily")
    assert (found.code, found.err) == (
        0, "note: set fetch.contact in config/paperradar.toml, so that arXiv knows whom to write to\n"
    )  # fmt: skip


def test_the_second_run_asks_nothing_and_changes_no_file(
    arxiv: StandIn, after_monday: Workspace, monday: Monday
) -> None:
    lists = after_monday.shortlists
    before = {path: path.read_bytes() for path in lists.rglob("*") if path.is_file()}
    again = on(MON, arxiv, "run", "daily")
    assert arxiv.log == []
    assert again.code == 0
    first, second = monday.ran.out.splitlines(), again.out.splitlines()
    assert second[0] == first[0].replace("3 new papers", "0 new papers")
    assert second[1] == first[1]
    assert {path: path.read_bytes() for path in lists.rglob("*") if path.is_file()} == before
    with open_store(after_monday).reading() as session:
        assert [(run.started_by, run.outcome) for run in session.runs()] == [("cron", "done"), ("hand", "done")]


@pytest.mark.usefixtures("after_monday")
def test_as_json(arxiv: StandIn) -> None:
    found = on(WED, arxiv, "run", "daily", "--json")
    assert (found.code, found.err) == (0, "")
    told = json.loads(found.out)
    assert list(told) == ["outcome", "line", "day", "edition", "fetched", "repaired", "refreshed"]
    assert (told["outcome"], told["day"]) == ("done", "2021-06-09")
    assert [(item["day"], item["after"]) for item in told["repaired"]] == [("2021-06-08", "complete-by-submission")]
    assert list(told["refreshed"]) == [
        "edition", "rows", "encoded", "changed", "coverage", "top", "csv", "page", "note"
    ]  # fmt: skip
    assert (told["refreshed"]["rows"], told["refreshed"]["encoded"]) == (9, 0)


def test_it_sends_the_daily_digest_and_trouble_with_that_is_no_failure(arxiv: StandIn, after_monday: Workspace) -> None:
    with webhook(500) as hook:
        after_monday.channels.write_text(f'[[channel]]\nname = "chat"\nurl = "{hook.url}"\n', encoding="utf-8")
        failed = on(MON, arxiv, "run", "daily")
        hook.status = 200
        sent = on(MON, arxiv, "run", "daily", "--json")
        again = on(MON, arxiv, "run", "daily")
    assert (failed.code, failed.err) == (0, "")
    assert failed.out.splitlines()[-1] == "daily digest: chat: failed (the server answered 500)"
    assert json.loads(sent.out)["digest"]["sendings"][0]["ending"] == "sent"
    assert again.out.splitlines()[-1] == "daily digest: chat: nothing new"
    assert len(hook.posts) == 2


def test_a_week_end(arxiv: StandIn) -> None:
    found = on(SATURDAY, arxiv, "run", "daily")
    assert found.code == 0
    assert found.out.startswith("arXiv announces nothing at week-ends; no list: the store holds no papers yet")
    assert found.out.count("\n") == 1  # there are no files to name
    assert arxiv.log == []


@pytest.mark.parametrize(("status", "code"), [(503, 75), (404, 1)], ids=["later", "failed"])
def test_one_category_has_trouble(arxiv: StandIn, place: Workspace, status: int, code: int) -> None:
    encoded(place, WORLD)
    rule = {"source": "rss", "action": "status", "status": status, "times": -1, "category": "cs.IR"}
    arxiv.use(parse_scenario("test", {"rules": [rule]}))
    found = on(MON, arxiv, "run", "daily")
    assert (found.code, found.err) == (code, "")
    lines = found.out.splitlines()
    assert lines[0].startswith("2021-06-07: 1 of 2 categories done, 3 new papers; not done: cs.IR missing (")
    assert lines[2].endswith("2021-07.csv")  # what came is ranked all the same


def test_another_process_and_arxiv_away(arxiv: StandIn, place: Workspace) -> None:
    arxiv.use("throttled-for-ever")
    environment = {**os.environ, "PAPERRADAR_CLOCK": morning(MON).isoformat()}
    ran = subprocess.run(
        [sys.executable, "-m", "paperradar", "run", "daily"],
        cwd=place.root, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (75, "")
    assert ran.stdout.startswith("2021-06-07: 0 of 2 categories done, 0 new papers; not done: cs.CL missing (")
    assert "; no list: the store holds no papers yet" in ran.stdout
    assert "2021-06-07 09:00 UTC, daily by cron: later 09:0" in on(MON, arxiv, "status").out


def test_it_waits_a_random_time_only_if_asked_to(
    arxiv: StandIn, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        asked.append((low, high))
        return 0.01

    monkeypatch.setattr(random, "uniform", uniform)
    # No minutes, no wait.
    assert on(SATURDAY, arxiv, "run", "daily", "--wait").err == ""
    write_settings(arxiv, place.root, late_minutes=3)
    assert on(SATURDAY, arxiv, "run", "daily").err == ""
    assert asked == []
    assert on(SATURDAY, arxiv, "run", "daily", "--wait").err == "waiting 0 s first\n"
    assert asked == [(0, 180)]


def test_a_busy_store_is_try_again_later(arxiv: StandIn, place: Workspace) -> None:
    on(SATURDAY, arxiv, "run", "daily")  # so that there is a database
    write_settings(arxiv, place.root, store={"wait_seconds": 0.1})
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(place.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "held\n"
        found = on(MON, arxiv, "run", "daily")
        process.stdin.close()
    assert (found.code, found.out) == (75, "")
    assert found.err.startswith("paperradar: ")
    assert found.err.count("\n") == 1
    assert arxiv.log == []


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (("run", "weekly"), "weekly"),
        (("run", "daily", "--workspace", "nowhere"), "not a workspace"),
        (("run", "daily", "--since", "2021-06-07"), "--since"),
    ],
    ids=["job", "workspace", "option"],
)
def test_a_wrong_call(arxiv: StandIn, call: tuple[str, ...], word: str) -> None:
    found = on(MON, arxiv, *call)
    assert (found.code, found.out) == (2, "")
    assert word in found.err
    assert arxiv.log == []


def test_without_a_job_it_shows_what_there_is(arxiv: StandIn) -> None:
    found = on(MON, arxiv, "run")
    assert "daily" in found.out + found.err
    assert found.code in (0, 2)
