"""Real processes: four that fetch at once stay polite, and one that is killed anywhere ends in the same store."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paperradar.workspace import Workspace
from tests.pipeline.fetched import days_between, dump, morning, workspace_for
from tests.standin import StandIn, World

DAYS = days_between("2021-06-07", "2021-06-08")
FIRST, LAST = DAYS
INTERVAL = 0.05  # seconds
PATIENCE = 240.0


@pytest.fixture(scope="module")
def world() -> World:
    return World.made(DAYS, new_per_day=4)


def start(workspace: Workspace, *words: str, now: dt.datetime) -> subprocess.Popen[str]:
    """A process of the command line, in a workspace, at a time."""
    environ = {**os.environ, "PAPERRADAR_CLOCK": now.isoformat()}
    command = [sys.executable, "-m", "paperradar", *words, "--workspace", str(workspace.root)]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err, err
    return process.returncode, out, err


def test_four_processes_at_once_are_one_polite_client(world: World, tmp_path: Path) -> None:
    with StandIn(world, now=morning(FIRST)) as standin:
        own = [workspace_for(standin, tmp_path / name, interval_seconds=INTERVAL) for name in ("one", "two", "three")]
        # Two of the four share a workspace as well.
        workspaces = [*own, own[0]]
        processes = [start(workspace, "fetch", now=morning(FIRST)) for workspace in workspaces]
        results = [finished(process) for process in processes]
        assert {code for code, _, _ in results} == {0}, results
        assert len(standin.log) >= 3 * 4
        assert not standin.overlaps()
        assert min(standin.gaps()) >= INTERVAL * 0.9  # the server's clock starts a little later than ours ends
        assert {hit.headers["user-agent"].split("/")[0] for hit in standin.log} == {"paperradar"}
        assert all("tests@example.org" in hit.headers["user-agent"] for hit in standin.log)
        stores = [dump(workspace, FIRST, LAST) for workspace in own]
    assert stores[0] == stores[1] == stores[2]
    assert stores[0].announcements == world.announcements(FIRST, FIRST)


def test_a_daily_run_that_is_killed_in_any_stage_ends_in_the_same_store_and_list(world: World, tmp_path: Path) -> None:
    with StandIn(world, now=morning(FIRST)) as standin:
        untouched = workspace_for(standin, tmp_path / "untouched")
        killed = workspace_for(standin, tmp_path / "killed")
        for workspace in (untouched, killed):
            assert finished(start(workspace, "run", "daily", now=morning(FIRST)))[0] == 0
        standin.now = morning(LAST)
        standin.clear()
        assert finished(start(untouched, "run", "daily", now=morning(LAST)))[0] == 0
        asked = len(standin.log)
        wanted = dump(untouched, FIRST, LAST), _list(untouched)

        # Each process is killed at its own point, and the next one goes on from what it left.
        # That the request of a point was answered is known; what comes behind it is reached by waiting a little.
        for requests, seconds in ((1, 0.0), (2, 0.0), (3, 0.05), (asked, 0.3), (0, 1.0), (0, 2.5), (0, 4.0)):
            standin.clear()
            _kill(start(killed, "run", "daily", now=morning(LAST)), standin, requests, seconds)
        code, _, err = finished(start(killed, "run", "daily", now=morning(LAST)))
        assert code == 0, err
        assert dump(killed, FIRST, LAST) == wanted[0]
        assert _list(killed) == wanted[1]
        assert wanted[0].announcements == world.announcements(FIRST, LAST)


def _kill(process: subprocess.Popen[str], standin: StandIn, requests: int, seconds: float) -> None:
    """Kill a process so many seconds after so many requests of its came."""
    until = time.monotonic() + 60
    while len(standin.log) < requests and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def _list(workspace: Workspace) -> dict[str, bytes]:
    """The edition's files; which states came between is a matter of when the run was killed."""
    names = ("2021-07.csv", "2021-07.html", "2021-07.manifest.json")
    return {name: (workspace.shortlists / name).read_bytes() for name in names}
