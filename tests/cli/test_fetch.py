"""``paperradar fetch``, ``backfill`` and ``repair``."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paperradar.cli.fetch import estimate
from paperradar.settings import FetchSettings, UrlSettings
from paperradar.workspace import init_workspace, read_workspace
from tests.pipeline.fetched import (
    Ran,
    calm,
    command,
    days_between,
    dump,
    first_days,
    morning,
    workspace_for,
    write_settings,
)
from tests.standin import Scenario, StandIn, World
from tests.standin.scenarios import parse_scenario

DAYS = days_between("2021-06-01", "2021-06-04")
TUE, WED, THU, FRI = DAYS
WORLD = calm(World.made(DAYS, new_per_day=3))
SATURDAY = dt.date(2021, 6, 5)
# The window of 2021-07 begins on the first of June.
EDITION = {"opens_days_before": 0, "closes_on_day": 1}


@pytest.fixture
def arxiv() -> Iterator[StandIn]:
    with StandIn(WORLD, now=morning(TUE)) as standin:
        yield standin


@pytest.fixture(autouse=True)
def place(arxiv: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace, which is the present folder; it is Tuesday."""
    workspace_for(arxiv, tmp_path, attempts=2, edition=EDITION)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERRADAR_CLOCK", morning(TUE).isoformat())
    return tmp_path


def on(day: dt.date, arxiv: StandIn, *arguments: str) -> Ran:
    """What a command says on a day."""
    arxiv.now = morning(day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERRADAR_CLOCK", arxiv.now.isoformat())
        return command(*arguments)


def harm(source: str, status: int, category: str = "") -> Scenario:
    rule = {"source": source, "action": "status", "status": status, "times": -1, "category": category}
    return parse_scenario("test", {"rules": [rule]})


# fetch


def test_a_line_a_category(arxiv: StandIn, place: Path) -> None:
    first = command("fetch")
    assert first == Ran(
        0,
        "cs.CL        complete   3 of 3 announced, 3 new papers\n"
        "cs.IR        complete   1 of 1 announced, 0 new papers\n",
        "",
    )
    assert dump(read_workspace(place), TUE, TUE).announcements == frozenset(WORLD.announcements(TUE, TUE))
    arxiv.clear()
    assert command("fetch").out == (
        "cs.CL        complete   3 of 3 announced, complete before\n"
        "cs.IR        complete   1 of 1 announced, complete before\n"
    )
    assert arxiv.log == []
    assert command("fetch", "--again").out.count("0 new papers") == 2
    assert {hit.source for hit in arxiv.log} == {"rss", "oai"}


def test_as_json() -> None:
    found = command("fetch", "--json")
    assert (found.code, found.err) == (0, "")
    told = json.loads(found.out)
    assert list(told) == ["day", "categories", "repaired"]
    assert (told["day"], told["repaired"]) == ("2021-06-01", [])
    assert told["categories"][1] == {
        "category": "cs.IR", "day": "2021-06-01", "state": "complete", "expected": 1, "received": 1, "new": 0,
        "announcements": 1, "broken": 0, "detail": "", "outcome": "done", "asked": True,
    }  # fmt: skip


def test_sources_can_be_chosen(arxiv: StandIn) -> None:
    assert command("fetch", "--source", "rss", "-s", "api").code == 0
    assert {hit.source for hit in arxiv.log} == {"rss", "api"}
    refused = command("fetch", "--source", "snapshot")
    assert refused.code == 2
    assert "'snapshot' is not one of" in refused.err


def test_one_source_alone_proves_nothing() -> None:
    found = command("fetch", "--source", "rss")
    assert found.code == 75
    assert "cs.CL        unknown    3 of 3 announced, 3 new papers; no second source answered\n" in found.out


def test_a_record_that_was_set_aside_is_counted(arxiv: StandIn) -> None:
    arxiv.use("broken-item")
    assert ", 1 record set aside" in command("fetch").out.splitlines()[1]


def test_a_week_end(arxiv: StandIn) -> None:
    found = on(SATURDAY, arxiv, "fetch")
    assert (found.code, found.out) == (0, "")
    assert found.err == "arXiv announces nothing at week-ends; paperradar repair closes the gaps of earlier days\n"
    told = on(SATURDAY, arxiv, "fetch", "--json")
    assert json.loads(told.out) == {"day": "2021-06-05", "categories": [], "repaired": []}
    assert arxiv.log == []


def test_since_closes_gaps_as_well(arxiv: StandIn, place: Path) -> None:
    command("fetch")
    found = on(FRI, arxiv, "fetch", "--since", "2021-06-02")
    assert (found.code, found.err) == (0, "")
    assert found.out.splitlines()[2:] == [
        # What changed since Wednesday has Thursday's papers in it.
        "2021-06-02 missing -> complete-by-submission, by oai: 6 new papers",
        "2021-06-03 missing -> complete-by-submission, by oai: 0 new papers",
    ]
    assert dump(read_workspace(place), TUE, FRI).announced_on == first_days(WORLD)


def test_since_on_a_week_end(arxiv: StandIn) -> None:
    on(FRI, arxiv, "fetch")
    found = on(SATURDAY, arxiv, "fetch", "--since", "2021-06-03", "--json")
    assert (found.code, found.err) == (0, "")
    told = json.loads(found.out)
    assert told["categories"] == []
    assert [(item["day"], item["before"], item["after"], item["outcome"]) for item in told["repaired"]] == [
        ("2021-06-03", "not-watched", "complete-by-submission", "done")
    ]


def test_arxiv_is_away(arxiv: StandIn) -> None:
    arxiv.use("throttled-for-ever")
    found = command("fetch")
    assert found.code == 75
    lines = found.out.splitlines()
    assert [line.split()[:2] for line in lines] == [["cs.CL", "missing"], ["cs.IR", "missing"]]
    assert all("0 of ? announced" in line and "it asks to slow down; run again after" in line for line in lines)
    assert found.err == (
        "paperradar: the listing of 2021-06-01 is not complete (2 of 2 not done); paperradar audit shows what lacks;"
        " run the same command again later\n"
    )


def test_what_cannot_be_helped_is_exit_status_1(arxiv: StandIn) -> None:
    arxiv.use(harm("rss", 404, "cs.IR"))
    found = command("fetch")
    assert found.code == 1
    assert found.err.startswith("paperradar: the listing of 2021-06-01 is not complete (1 of 2 not done)")
    assert found.err.endswith("see the messages above\n")
    assert "answered 404" in found.out
    told = json.loads(command("fetch", "--json").out)
    assert [item["outcome"] for item in told["categories"]] == ["done", "failed"]


def test_another_process_says_so_without_a_traceback(arxiv: StandIn, place: Path) -> None:
    arxiv.use("throttled-for-ever")
    ran = subprocess.run(
        [sys.executable, "-m", "paperradar", "fetch", "--json"],
        cwd=place,
        capture_output=True,
        text=True,
        env=os.environ,
    )
    assert ran.returncode == 75
    assert [item["outcome"] for item in json.loads(ran.stdout)["categories"]] == ["later", "later"]
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("paperradar: ")


def test_ctrl_c_is_one_line_and_exit_status_130(tmp_path: Path) -> None:
    folder = tmp_path / "issue"
    init_workspace(folder)
    # It takes the request, and never answers.
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/api"
        (folder / "config" / "paperradar.toml").write_text(
            f'[fetch]\ncontact = "tests@example.org"\n[fetch.urls]\napi = "{url}"\n', encoding="utf-8"
        )
        call = [sys.executable, "-m", "paperradar", "backfill", "--month", "2021-07", "--workspace", str(folder)]
        # A shell starts what runs in its background with Ctrl-C switched off, and children inherit that.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            signal.signal(signal.SIGINT, before)
            server.settimeout(120)
            try:
                with server.accept()[0]:
                    process.send_signal(signal.SIGINT)
                    out, err = process.communicate(timeout=60)
            finally:
                process.kill()
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    # Before it, how long the backfill takes.
    assert err.splitlines()[1:] == ["paperradar: interrupted; run it again to go on"]


def test_it_asks_for_a_contact(arxiv: StandIn, place: Path) -> None:
    write_settings(arxiv, place, contact="", attempts=2)
    for call in (("fetch",), ("backfill", "--month", "2022-01"), ("repair", "--month", "2022-01")):
        found = command(*call)
        assert found.code == 0
        assert "note: set fetch.contact in config/paperradar.toml" in found.err


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (("fetch", "--since", "yesterday"), "--since"),
        (("fetch", "--source", ""), "--source"),
        (("backfill",), "--month"),
        (("backfill", "--month", "June"), "not an edition"),
        (("repair", "--month", "June"), "not an edition"),
        (("repair", "--day", "2021-13-01"), "--day"),
        (("repair", "--source", "rss"), "--source"),
        (("fetch", "--workspace", "nowhere"), "not a workspace"),
    ],
    ids=["since", "source", "no month", "month", "repair month", "day", "feeds have no past", "workspace"],
)  # fmt: skip
def test_a_wrong_call(arxiv: StandIn, call: tuple[str, ...], word: str) -> None:
    found = command(*call)
    assert (found.code, found.out) == (2, "")
    assert word in found.err
    assert arxiv.log == []


def test_a_wrong_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERRADAR_CLOCK", "noon")
    for name in ("fetch", "repair", "audit", "status"):
        found = command(name)
        assert (found.code, found.out) == (2, "")
        assert "'noon' is not a time" in found.err


# backfill


def test_backfill_says_how_long_it_takes_and_what_came(arxiv: StandIn, place: Path) -> None:
    found = on(THU, arxiv, "backfill", "--month", "2021-07")
    assert found == Ran(
        0,
        "6 days of submission: 9 records, 9 new papers\n",
        "6 days of submission to ask for, one request or more each: 0 seconds at least\n",
    )
    # Nothing is final before moderation has let go of it.
    again = on(FRI, arxiv, "backfill", "-m", "2021-07")
    assert again.err.startswith("7 days of submission to ask for, ")
    assert again.out == "7 days of submission: 12 records, 3 new papers\n"
    assert dump(read_workspace(place), TUE, FRI).announced_on == first_days(WORLD)


def test_backfill_as_json(arxiv: StandIn) -> None:
    found = on(WED, arxiv, "backfill", "--month", "2021-07", "--json")
    assert found.code == 0
    told = json.loads(found.out)
    assert list(told) == ["first", "last", "outcome", "left", "slices"]
    assert (told["first"], told["last"], told["outcome"], told["left"]) == ("2021-06-01", "2021-07-01", "done", 0)
    assert [item["day"] for item in told["slices"]] == [f"2021-05-{day}" for day in (28, 29, 30, 31)] + ["2021-06-01"]
    assert list(told["slices"][0]) == ["day", "expected", "received", "new", "state", "detail", "outcome", "broken"]


def test_backfill_with_nothing_to_do(arxiv: StandIn) -> None:
    found = command("backfill", "--month", "2021-08")
    assert (found.code, found.out) == (0, "0 days of submission: 0 records, 0 new papers\n")
    assert found.err == "nothing to do yet: the window of 2021-08 begins on 2021-07-01\n"
    assert arxiv.log == []


@pytest.mark.parametrize(("status", "code", "ends"), [(503, 75, "again later\n"), (404, 1, "see the messages above\n")])
def test_backfill_that_breaks_off(arxiv: StandIn, status: int, code: int, ends: str) -> None:
    arxiv.use(harm("api", status))
    found = on(THU, arxiv, "backfill", "--month", "2021-07")
    assert found.code == code
    assert found.out.endswith("; not complete: 2021-05-28; not tried: 5 days\n")
    assert "paperradar: the window of 2021-07 is not complete (1 of 1 not done)" in found.err
    assert found.err.endswith(ends)


@pytest.mark.parametrize(
    ("days", "interval", "host", "said"),
    [
        (1, 0.001, "export.arxiv.org", "1 day of submission to ask for, one request or more each: 3 seconds at least"),
        (
            29,
            3.0,
            "export.arxiv.org",
            "29 days of submission to ask for, one request or more each: 87 seconds at least",
        ),
        (45, 4.0, "export.arxiv.org", "45 days of submission to ask for, one request or more each: 3 minutes at least"),
        # Another host is not arXiv's: what the settings say is enough.
        (20, 0.5, "localhost", "20 days of submission to ask for, one request or more each: 10 seconds at least"),
    ],
)
def test_the_estimate(days: int, interval: float, host: str, said: str) -> None:
    urls = UrlSettings(api=f"https://{host}/api/query")
    assert estimate(days, FetchSettings(interval_seconds=interval, urls=urls)) == said


# repair


def test_repair_of_the_running_edition(arxiv: StandIn, place: Path) -> None:
    command("fetch")
    assert on(WED, arxiv, "repair") == Ran(0, "no gaps\n", "")
    on(THU, arxiv, "fetch")
    found = on(FRI, arxiv, "repair")
    # Friday's papers came as well, and stand on Friday.
    assert found == Ran(0, "2021-06-02 missing -> complete-by-submission, by oai: 6 new papers\n", "")
    assert on(FRI, arxiv, "repair").out == "no gaps\n"
    assert dump(read_workspace(place), TUE, FRI).announced_on == first_days(WORLD)


def test_repair_of_days_by_the_api(arxiv: StandIn) -> None:
    found = on(
        dt.date(2021, 6, 14), arxiv, "repair", "--day", "2021-06-02", "--day", "2021-06-03", "-s", "api", "--json"
    )
    assert (found.code, found.err) == (0, "")
    told = json.loads(found.out)
    assert [(item["day"], item["source"], item["after"]) for item in told] == [
        ("2021-06-02", "api", "complete-by-submission"), ("2021-06-03", "api", "complete-by-submission")
    ]  # fmt: skip
    assert list(told[0]) == ["day", "source", "before", "after", "new", "detail", "outcome"]


def test_repair_with_nothing_as_json() -> None:
    assert command("repair", "--json") == Ran(0, "[]\n", "")


@pytest.mark.parametrize(("status", "code"), [(503, 75), (404, 1)])
def test_repair_that_fails(arxiv: StandIn, status: int, code: int) -> None:
    command("fetch")
    arxiv.use(harm("any", status))
    found = on(THU, arxiv, "repair")
    assert found.code == code
    assert found.out.startswith("2021-06-02 ")
    assert ": 0 new papers; " in found.out
    assert f" {status}" in found.out
    assert found.out.count("\n") == 1
    assert found.err.startswith("paperradar: the repair is not complete (1 of 1 not done)")


@pytest.mark.parametrize("day", ["2021-05-22", "2021-05-09", "2021-06-01", "2021-06-02", "2031-06-02"])
def test_a_day_that_cannot_be_repaired(arxiv: StandIn, day: str) -> None:
    """Week-ends, today (which is fetched), and days to come."""
    found = command("repair", "--day", "2021-05-28", "--day", day)
    assert (found.code, found.out) == (2, "")
    assert day in found.err
    assert found.err.count("\n") == 1
    assert arxiv.log == []
