"""The server itself: its log, its clock, threads, and the command line."""

from __future__ import annotations

import datetime as dt
import http.client
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from paperradar.settings import UrlSettings
from tests.standin import StandIn, World
from tests.standin.__main__ import main
from tests.standin.asking import DAYS, MONDAY, get, morning

WORLD = World.made(DAYS)


def test_the_log_tells_what_was_asked() -> None:
    with StandIn(WORLD, now=morning(MONDAY)) as standin:
        headers = {"User-Agent": "paperradar (ada@example.org)"}
        requests.get(f"{standin.urls['api']}?id_list=2106.00001", headers=headers, timeout=30)
        get(standin, "/rss/cs.CL")
        get(standin, "/nothing/here")
        get(standin, "/oai", verb="Identify")
        log = standin.log
        assert [(hit.source, hit.status) for hit in log] == [("api", 200), ("rss", 200), ("other", 404), ("oai", 200)]
        assert (log[0].method, log[0].path) == ("GET", "/api/query?id_list=2106.00001")
        assert log[0].headers["user-agent"] == "paperradar (ada@example.org)"
        assert all(hit.arrived <= hit.ended for hit in log)
        assert len(standin.gaps()) == 3
        assert min(standin.gaps()) > 0
        assert not standin.overlaps()
        standin.clear()
        assert standin.log == []


def test_requests_in_parallel_overlap() -> None:
    with StandIn(WORLD, now=morning(MONDAY), scenario="slow") as standin:
        with ThreadPoolExecutor(4) as pool:
            statuses = [pool.submit(get, standin, "/rss/cs.CL") for _ in range(4)]
        assert {status.result().status_code for status in statuses} == {200}
        assert standin.overlaps()
        assert len(standin.log) == 4


def test_connections_are_kept_and_do_not_hold_up_the_end() -> None:
    with StandIn(WORLD, now=morning(MONDAY)) as standin:
        connection = http.client.HTTPConnection("127.0.0.1", int(standin.url.rpartition(":")[2]), timeout=30)
        lengths = []
        for method in ("GET", "HEAD", "GET"):
            connection.request(method, "/rss/cs.CL")
            kept = connection.sock
            answer = connection.getresponse()
            lengths.append((len(answer.read()), answer.headers["Content-Length"]))
            assert connection.sock is kept
        assert lengths[0] == lengths[2]
        assert lengths[1] == (0, lengths[0][1])
        assert lengths[0][0] == int(lengths[0][1])
    connection.close()
    assert "stand-in" not in {thread.name for thread in threading.enumerate()}


def test_urls_suit_the_settings() -> None:
    with StandIn(WORLD, now=morning(MONDAY)) as standin:
        urls = UrlSettings(**standin.urls)
        assert urls.model_dump() == standin.urls
        assert requests.get(f"{urls.rss}/cs.CL", timeout=30).ok
        assert requests.get(f"{urls.oai}?verb=Identify", timeout=30).ok


def test_the_clock_can_be_set() -> None:
    with StandIn(WORLD, now=morning(DAYS[0])) as standin:
        first = get(standin, "/rss/cs.CL").text
        standin.now += dt.timedelta(days=1)
        assert get(standin, "/rss/cs.CL").text != first
        assert standin.now == morning(DAYS[1])
        with pytest.raises(ValueError, match="time zone"):
            standin.now = dt.datetime(2021, 6, 16)  # noqa: DTZ001


def test_a_fault_of_its_own_is_raised_at_the_end_and_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    name = next(iter(WORLD.records))
    broken = World(WORLD.records, WORLD.events)
    broken.records[name] = replace(broken.records[name], versions=())
    standin = StandIn(broken, now=morning(MONDAY))
    standin.__enter__()
    with pytest.raises(requests.exceptions.ConnectionError):
        get(standin, "/oai", verb="ListRecords", metadataPrefix="arXiv")
    assert get(standin, "/rss/cs.SE").ok
    with pytest.raises(RuntimeError, match="could not answer"):
        standin.__exit__(None, None, None)
    assert capfd.readouterr() == ("", "")


class Stop(threading.Event):
    """Set by its waiter, after a look at what is served."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__()
        self.capsys = capsys
        self.seen: list[str] = []

    def wait(self, timeout: float | None = None) -> bool:
        urls = tomllib.loads(self.capsys.readouterr().out)["fetch"]["urls"]
        self.seen.append(requests.get(f"{urls['rss']}/cs.CL", timeout=30).text)
        return True


def test_the_command_line_serves_and_prints_the_addresses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    when = ["--first", "2021-06-14", "--last", "2021-06-17", "--now", "2021-06-16T04:30:00-04:00"]
    stop = Stop(capsys)
    main(["--made", *when], stop)
    with StandIn(WORLD, now=morning(DAYS[2])) as standin:
        assert stop.seen == [get(standin, "/rss/cs.CL").text]
    log = tmp_path / "log.jsonl"
    log.write_text('{"id":"2106.00001","version":"v1","feed":"cs.CL","flag":"NEW","seen":"2021-06-16T01:00:00Z"}\n')
    main(["--log", str(log), *when, "--scenario", "html"], stop)
    assert "looked after" in stop.seen[1]
    with pytest.raises(SystemExit):
        main(["--made", *when[:4], "--now", "2021-06-16T04:30:00"], stop)
    assert "lacks its offset" in capsys.readouterr().err
