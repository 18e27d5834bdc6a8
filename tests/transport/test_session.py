"""Sessions: several at once, their replay from kept documents, and patience with what parsers call incomplete."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from itertools import count
from pathlib import Path

import arxiv
import pytest

from paperradar import __version__
from paperradar.errors import InputError, NotFoundError, Unavailable, UpstreamError, UsageError
from paperradar.settings import FetchSettings
from paperradar.transport import GaveUp, RawArchive, open_session, patiently, replay_session, user_agent
from tests.transport.builders import MORNING, document, gaps, kept, session_to, settings
from tests.transport.servers import answer, serving, slowly

ASK = """
import datetime as dt, sys
from pathlib import Path
from paperradar.settings import FetchSettings, UrlSettings
from paperradar.transport import GaveUp, open_session

url, folder, interval, times = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
settings = FetchSettings(
    urls=UrlSettings(rss=url, api=url, oai=url), interval_seconds=interval, backoff_seconds=0.3,
    longest_backoff_seconds=1.0, attempts=2,
)
with open_session(settings, archive=None, clock=lambda: dt.datetime.now(dt.UTC), lock_folder=folder) as session:
    for _ in range(times):
        try:
            print(session.get(url, label="a").status)
        except GaveUp as error:
            print(error)
"""
ATOM = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<title>q</title><id>http://arxiv.org/api/x</id><updated>2021-06-14T00:00:00-04:00</updated>
<opensearch:totalResults>1</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
<opensearch:itemsPerPage>1</opensearch:itemsPerPage>
<entry><id>http://arxiv.org/abs/2106.00001v1</id><updated>2021-06-01T00:00:00Z</updated>
<published>2021-06-01T00:00:00Z</published><title>An invented title</title><summary>Nothing.</summary>
<author><name>Ada Ahn</name></author><link href="http://arxiv.org/abs/2106.00001v1" rel="alternate" type="text/html"/>
<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL"/><category term="cs.CL"/></entry>
</feed>"""


def test_four_processes_ask_one_at_a_time_and_not_too_soon(tmp_path: Path) -> None:
    interval = 0.05
    with serving(slowly(b"<feed/>", seconds=0.01)) as server:
        command = [sys.executable, "-c", ASK, f"{server.url}/rss", str(tmp_path), str(interval), "4"]
        processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        for process in processes:
            assert process.communicate(timeout=60)[0].split() == ["200"] * 4
            assert process.returncode == 0
        assert len(server.seen) == 16
        arrivals = sorted(seen.began for seen in server.seen)
        assert min(gaps((began, began) for began in arrivals)) >= interval
        assert min(gaps((seen.began, seen.ended) for seen in server.seen)) > 0


def test_slow_down_holds_the_other_processes_off_too(tmp_path: Path) -> None:
    with serving(answer(503), answer()) as server:
        command = [sys.executable, "-c", ASK, f"{server.url}/rss", str(tmp_path), "0", "1"]
        processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
        for process in processes:
            assert process.communicate(timeout=60)[0] == "200\n"
        arrivals = sorted(seen.began for seen in server.seen)
    assert len(arrivals) == 4
    assert arrivals[1] - arrivals[0] >= 0.3
    assert arrivals[3] - arrivals[1] < 5


def test_the_arxiv_package_asks_through_the_session(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path / "raw")
    with serving(answer(429), answer(body=ATOM)) as server:
        with session_to(server, tmp_path, archive=archive) as session:
            client = arxiv.Client(delay_seconds=0, num_retries=0)
            client.query_url_format = f"{server.url}/api?{{}}"
            client._session = session.requests
            session.label = "api"
            (result,) = client.results(arxiv.Search(id_list=["2106.00001"]))
            assert result.title == "An invented title"
            assert session.last is not None
            assert session.last.body == ATOM
        assert all(seen.headers["user-agent"] == f"paperradar/{__version__}" for seen in server.seen)
        assert len(server.seen) == 2
        assert gaps((seen.began, seen.began) for seen in server.seen)[0] >= 0.02
    assert kept(archive) == [("api", ATOM)]


def test_an_answer_is_kept_before_it_is_parsed(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path / "raw")
    with serving(answer(body=b"no feed")) as server, session_to(server, tmp_path, archive=archive) as session:
        item = session.get(f"{server.url}/rss", label="rss cs.CL")
        with pytest.raises(InputError, match="no feed"):
            raise InputError(item.body.decode())
    assert kept(archive) == [("rss_cs.CL", b"no feed")]
    ((_, item),) = archive.documents()
    assert (item.url, item.fetched_at) == (f"{server.url}/rss", MORNING)


def test_a_replay_serves_what_was_kept(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path / "raw")
    url = "/rss/cs.CL+cs.LG?a=b c"
    script = answer(301, b"", {"Location": "/rss/new"}), answer(body=b"one \xff"), answer(body=b"two")
    times = count()
    with (
        serving(*script) as server,
        open_session(
            settings(server),
            archive=archive,
            clock=lambda: MORNING + dt.timedelta(microseconds=next(times)),
            lock_folder=tmp_path,
        ) as session,
    ):
        live = [session.get(f"{server.url}{url}", label="a") for _ in range(2)]
    with replay_session(item for _, item in archive.documents()) as replay:
        again = [replay.get(f"{server.url}{url}", label="b") for _ in range(3)]
        assert [(item.url, item.body, item.fetched_at) for item in again] == [
            (item.url, item.body, item.fetched_at) for item in (*live, live[1])
        ]
        assert replay.requests.get(f"{server.url}{url}").content == b"two"
        assert replay.last == again[2]


def test_a_replay_of_what_was_not_kept(tmp_path: Path) -> None:
    kept_ones = [document("http://127.0.0.1:9/rss"), document("http://127.0.0.1:9/api", b"bad id", status=400)]
    with replay_session(kept_ones) as replay:
        with pytest.raises(NotFoundError, match=r"no answer of http://127\.0\.0\.1:9/oai was kept"):
            replay.get("http://127.0.0.1:9/oai", label="a")
        assert replay.last is None
        with pytest.raises(UpstreamError, match="answered 400: bad id"):
            replay.get("http://127.0.0.1:9/api", label="a")
        assert replay.last == kept_ones[1]


def test_a_replay_takes_no_compression_off_twice(tmp_path: Path) -> None:
    headers = {"content-encoding": "gzip", "content-length": "3", "transfer-encoding": "chunked"}
    with replay_session([document("http://127.0.0.1:9/rss", b"plain text", headers=headers)]) as replay:
        assert replay.requests.get("http://127.0.0.1:9/rss").content == b"plain text"


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("", ""),
        ("  ", ""),
        ("radar@lab.example", " (+radar@lab.example)"),
        ("a\r\nX-Evil: 1", " (+aX-Evil: 1)"),
        ("(é) x", " (+x)"),
    ],
)
def test_the_user_agent(contact: str, told: str) -> None:
    assert user_agent(contact) == f"paperradar/{__version__}{told}"


def test_the_turnstiles_lie_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serving(answer()) as server:
        with open_session(settings(server), archive=None, clock=lambda: MORNING) as session:
            session.get(f"{server.url}/rss", label="a")
        assert (tmp_path / "cache" / "paperradar" / "turnstiles" / f"127.0.0.1_{server.port}.json").exists()


def test_without_a_place_for_the_turnstiles_nothing_is_asked(tmp_path: Path) -> None:
    (tmp_path / "turnstiles").write_bytes(b"")
    with serving(answer()) as server, session_to(server, tmp_path) as session:
        with pytest.raises(UsageError):
            session.get(f"{server.url}/rss", label="a")
        assert server.seen == []


class Fetching:
    """Fails with these errors, one each time, then returns."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "whole"


PATIENT = FetchSettings(attempts=3, retry_seconds=10, longest_backoff_seconds=900)


def test_what_a_parser_calls_incomplete_is_fetched_again() -> None:
    slept: list[float] = []
    fetching = Fetching(Unavailable("half"), Unavailable("half"))
    assert patiently(fetching, PATIENT, slept.append, lambda: 0.4) == "whole"
    assert slept == [11, 22]


def test_patience_with_a_parser_ends() -> None:
    slept: list[float] = []
    fetching = Fetching(*[Unavailable(f"half {number}") for number in range(5)])
    with pytest.raises(Unavailable, match="half 2"):
        patiently(fetching, PATIENT, slept.append, lambda: 0.0)
    assert slept == [10, 20]


@pytest.mark.parametrize("error", [GaveUp("tried already"), UpstreamError("no"), InputError("no")])
def test_what_was_tried_already_or_cannot_help_is_not_tried_again(error: Exception) -> None:
    slept: list[float] = []
    fetching = Fetching(error)
    with pytest.raises(type(error)):
        patiently(fetching, PATIENT, slept.append, lambda: 0.0)
    assert (fetching.calls, slept) == (1, [])
