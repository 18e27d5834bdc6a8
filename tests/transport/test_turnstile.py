"""One request at a time and not too soon, across threads and processes, dead ones and set clocks included."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.errors import UpstreamError, UsageError
from paperradar.transport import GaveUp, Turnstile, default_folder, host_group, is_arxiv_host
from tests.transport.builders import gaps

HOUR = 3600.0
# Goes through, says so, and stays inside until it is killed.
HOLDER = """
import sys, time
from pathlib import Path
from paperradar.transport import Turnstile

with Turnstile(Path(sys.argv[1]), "a:80", interval=float(sys.argv[2]), longest_wait=1.0).pass_through():
    print("inside", flush=True)
    time.sleep(60)
"""
# Goes through a few times and tells when.
PASSER = """
import sys, time
from pathlib import Path
from paperradar.transport import Turnstile

turnstile = Turnstile(Path(sys.argv[1]), "a:80", interval=float(sys.argv[2]), longest_wait=5.0)
for _ in range(int(sys.argv[3])):
    with turnstile.pass_through():
        began = time.monotonic()
        time.sleep(0.005)
        print(began, time.monotonic(), flush=True)
"""


class Clock:
    """A wall clock that goes on by sleeping, and that can be set."""

    def __init__(self) -> None:
        self.time = 1_623_659_400.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def turnstile(folder: Path, clock: Clock, *, interval: float = 10.0, longest_wait: float = 100.0) -> Turnstile:
    """Always a new one, as in another process."""
    return Turnstile(
        folder, "a:80", interval=interval, longest_wait=longest_wait, patience=2, sleep=clock.sleep, now=clock.now
    )


def pass_once(through: Turnstile, *, hold_off: float = 0.0) -> None:
    with through.pass_through() as passage:
        passage.hold_off(hold_off)


@pytest.mark.parametrize(
    ("url", "group"),
    [
        ("https://rss.arxiv.org/rss", "arxiv.org"),
        ("https://export.arxiv.org/api/query?a=b", "arxiv.org"),
        ("http://ARXIV.org.:8080/", "arxiv.org"),
        ("https://notarxiv.org/", "notarxiv.org:443"),
        ("https://arxiv.org.example/", "arxiv.org.example:443"),
        ("http://127.0.0.1:8000/rss", "127.0.0.1:8000"),
        ("http://Localhost/", "localhost:80"),
        ("http://[::1]:8/", "::1:8"),
    ],
)
def test_groups_of_hosts(url: str, group: str) -> None:
    assert host_group(url) == group


@pytest.mark.parametrize("url", ["ftp://arxiv.org/", "http:///x", "nothing", "http://a:b/", "http://[::1/", ""])
def test_what_is_no_address_has_no_group(url: str) -> None:
    with pytest.raises(UpstreamError, match="no web address"):
        host_group(url)


def test_arxivs_own_hosts_are_never_asked_sooner_than_after_three_seconds(tmp_path: Path) -> None:
    def interval(group: str, asked: float) -> float:
        return Turnstile(tmp_path, group, interval=asked, longest_wait=1.0).interval

    assert is_arxiv_host("oaipmh.arxiv.org")
    assert not is_arxiv_host("arxiv.org.example")
    assert interval("arxiv.org", 0.0) == 3.0
    assert interval("arxiv.org", 5.0) == 5.0
    assert interval("a:80", 0.0) == 0.0


def test_the_folder_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    home = tmp_path / ".cache" / "paperradar" / "turnstiles"
    assert default_folder({"XDG_CACHE_HOME": "/caches"}) == Path("/caches/paperradar/turnstiles")
    assert default_folder({}) == default_folder({"XDG_CACHE_HOME": "relative"}) == home
    pass_once(turnstile(home, Clock()))
    if os.name == "posix":
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "a_80.lock").stat().st_mode) == 0o600


def test_the_interval_lies_between_an_end_and_the_next_start(tmp_path: Path) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == []
    clock.time += 4
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [6]
    clock.time += 11
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [6]


def test_another_group_does_not_wait(tmp_path: Path) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock))
    pass_once(Turnstile(tmp_path, "b:80", interval=10, longest_wait=1, sleep=clock.sleep, now=clock.now))
    assert clock.slept == []


def test_a_hold_off_is_waited_for_once_by_everybody(tmp_path: Path) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock), hold_off=60)
    clock.time += 15
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [45]
    clock.time += 15
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [45]


def test_a_hold_off_beyond_the_longest_wait_is_not_waited_for(tmp_path: Path) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock), hold_off=HOUR)
    with pytest.raises(GaveUp, match=r"a:80 asked for a rest until 2021-06-14 09:30 UTC; run again after that"):
        pass_once(turnstile(tmp_path, clock))
    clock.time += HOUR - 100
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [100]


def test_nobody_is_locked_out_for_more_than_two_hours(tmp_path: Path) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock), hold_off=1e10)
    clock.time += 2 * HOUR - 50
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [50]


def test_a_request_that_failed_counts_as_one(tmp_path: Path) -> None:
    clock = Clock()

    def fail() -> None:
        with turnstile(tmp_path, clock).pass_through() as passage:
            passage.hold_off(30)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [30]


@pytest.mark.parametrize("back", [5.0, HOUR, 1e9])
def test_a_clock_set_back_costs_no_more_than_the_interval(tmp_path: Path, back: float) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock))
    clock.time -= back
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [10]


def test_a_clock_set_back_costs_no_more_than_the_longest_wait(tmp_path: Path) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock), hold_off=2 * HOUR)
    clock.time -= 1e8
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [100]


def test_a_clock_set_forward_does_not_shorten_the_interval_of_one_process(tmp_path: Path) -> None:
    clock = Clock()
    through = turnstile(tmp_path, clock)
    pass_once(through)
    clock.time += 1e6
    pass_once(through)
    assert clock.slept == [pytest.approx(10, abs=1)]


GARBAGE = [
    b"",
    b"\x00\xff",
    b"{",
    b"[]",
    b"7",
    b"null",
    b"{}",
    b'{"last": "x", "hold_off": 0}',
    b'{"last": NaN, "hold_off": 1}',
    b'{"last": 1' + b"0" * 400 + b', "hold_off": 1}',
    b"[" * 100_000,
    b'{"last": 1623659400, "hold_off": null}',
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_counts_as_a_request_a_moment_ago(tmp_path: Path, garbage: bytes) -> None:
    clock = Clock()
    pass_once(turnstile(tmp_path, clock))
    (tmp_path / "a_80.json").write_bytes(garbage)
    pass_once(turnstile(tmp_path, clock))
    assert clock.slept == [10]
    assert json.loads((tmp_path / "a_80.json").read_bytes())["last"] == clock.time


@given(st.floats(), st.floats())
@settings(max_examples=50, deadline=None)
def test_no_state_makes_anybody_wait_longer_than_the_longest(
    tmp_path_factory: pytest.TempPathFactory, last: float, hold_off: float
) -> None:
    clock, folder = Clock(), tmp_path_factory.mktemp("turnstiles")
    (folder / "a_80.json").write_text(json.dumps({"last": last, "hold_off": hold_off}), encoding="utf-8")
    try:
        pass_once(turnstile(folder, clock))
    except GaveUp:
        assert hold_off > 100
    assert sum(clock.slept) <= 100


def test_sleeping_that_does_not_sleep_ends_all_the_same(tmp_path: Path) -> None:
    slept: list[float] = []
    through = Turnstile(tmp_path, "a:80", interval=10, longest_wait=100, sleep=slept.append)
    for _ in range(3):
        pass_once(through, hold_off=20)
    assert slept == [pytest.approx(20, abs=1), pytest.approx(20, abs=1)]


def test_nobody_holds_the_lock_while_sleeping(tmp_path: Path) -> None:
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if len(clock.slept) == 1:  # meanwhile, somebody else went through and was told to slow down
            pass_once(turnstile(tmp_path, clock), hold_off=40)

    pass_once(turnstile(tmp_path, clock))
    pass_once(Turnstile(tmp_path, "a:80", interval=10, longest_wait=100, patience=2, sleep=sleep, now=clock.now))
    assert clock.slept == [10, 40]


def test_patience_ends(tmp_path: Path) -> None:
    waiting = Turnstile(tmp_path, "a:80", interval=0, longest_wait=1, patience=0.1)
    words = r"other requests of yours to a:80 were in the way for 0 s .*a_80\.lock"
    with turnstile(tmp_path, Clock()).pass_through(), pytest.raises(GaveUp, match=words):
        pass_once(waiting)
    pass_once(waiting)


def test_a_folder_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match=r"file.*set XDG_CACHE_HOME"):
        pass_once(turnstile(tmp_path / "file" / "turnstiles", Clock()))
    (tmp_path / "a_80.json").mkdir()
    with pytest.raises(UsageError, match=r"a_80\.json"):
        pass_once(turnstile(tmp_path, Clock()))
    (tmp_path / "a_80.json").rmdir()
    pass_once(turnstile(tmp_path, Clock()))  # and the lock was let go


def test_threads_take_turns(tmp_path: Path) -> None:
    spans: list[tuple[float, float]] = []

    def ask() -> None:
        through = Turnstile(tmp_path, "a:80", interval=0.02, longest_wait=5)
        for _ in range(3):
            with through.pass_through():
                began = time.monotonic()
                time.sleep(0.002)
                spans.append((began, time.monotonic()))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spans) == 12
    assert min(gaps(spans)) >= 0.02


def test_processes_take_turns(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", PASSER, str(tmp_path), "0.03", "4"], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    spans: list[tuple[float, float]] = []
    for process in processes:
        out, _ = process.communicate(timeout=60)
        spans += [(float(began), float(ended)) for began, ended in (line.split() for line in out.splitlines())]
    assert len(spans) == 12
    assert min(gaps(spans)) >= 0.03


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
def test_a_killed_process_releases_the_turnstile_and_its_request_counts(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path), "0.5"], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"
        with pytest.raises(GaveUp):
            pass_once(Turnstile(tmp_path, "a:80", interval=0.5, longest_wait=1, patience=0.05))
        process.send_signal(signal.SIGKILL)
    slept: list[float] = []
    pass_once(Turnstile(tmp_path, "a:80", interval=60, longest_wait=1, patience=5, sleep=slept.append))
    assert len(slept) == 1
    assert 30 < slept[0] <= 60
