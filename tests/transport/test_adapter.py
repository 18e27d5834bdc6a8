"""The adapter against servers that misbehave: it slows down, tries again, gives up, and never hands out half a body."""

from __future__ import annotations

import datetime as dt
import time
from email.utils import format_datetime
from pathlib import Path

import pytest

from paperradar.errors import UpstreamError
from paperradar.settings import UrlSettings
from paperradar.transport import GaveUp, PoliteSession, RawArchive
from tests.transport.builders import MORNING, Sleeps, gaps, kept, session_to
from tests.transport.servers import (
    Reply,
    Server,
    answer,
    gzipped,
    kept_alive,
    only_with,
    raw,
    reset_midway,
    serving,
)

BODY = b"<feed>\xe2\x88\x85 " + b"x" * 5000 + b"</feed>"
GOOD = answer(body=BODY, headers={"Content-Type": "application/xml"})


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(GOOD, id="plain"),
        pytest.param(gzipped(BODY), id="gzip"),
        pytest.param(raw(chunked(BODY[:9], BODY[9:])), id="chunked"),
        pytest.param(raw(b"HTTP/1.0 200 OK\r\n\r\n" + BODY), id="until the connection ends"),
        pytest.param(raw(chunked(BODY[:9], BODY[9:]), piece=500, pause=0.002), id="in pieces"),
    ],
)
def test_a_good_answer(tmp_path: Path, reply: Reply) -> None:
    with serving(reply) as server, session_to(server, tmp_path) as session:
        item = session.get(f"{server.url}/rss/cs.CL", label="rss")
        assert (item.status, item.body, item.fetched_at) == (200, BODY, MORNING)
        assert item.url == f"{server.url}/rss/cs.CL"
        assert session.requests.get(f"{server.url}/rss/cs.CL").content == BODY


def test_the_request_says_who_asks_and_what_for(tmp_path: Path) -> None:
    with serving(GOOD) as server, session_to(server, tmp_path, contact="mailto:radar@lab.example") as session:
        session.requests.get(
            f"{server.url}/api", headers={"user-agent": "arxiv.py/4", "accept": "image/png"}, timeout=1
        )
        (seen,) = server.seen
    assert seen.headers["user-agent"].startswith("paperradar/")
    assert seen.headers["user-agent"].endswith(" (+mailto:radar@lab.example)")
    assert "application/atom+xml" in seen.headers["accept"]
    assert seen.headers["accept-encoding"] == "gzip"
    assert seen.headers["connection"] == "close"


def test_a_server_that_wants_an_accept_header_gets_one(tmp_path: Path) -> None:
    with serving(only_with("Accept", GOOD, answer(406))) as server, session_to(server, tmp_path) as session:
        assert session.get(f"{server.url}/api", label="api").body == BODY


@pytest.mark.parametrize(("status", "value"), [(403, None), (406, "soon"), (429, "0"), (503, "-5"), (503, None)])
def test_slow_down_without_a_believable_retry_after(tmp_path: Path, status: int, value: str | None) -> None:
    sleeps, headers = Sleeps(), {"Retry-After": value} if value is not None else {}
    with serving(answer(status, headers=headers), answer(status), GOOD) as server:
        with session_to(server, tmp_path, sleeps) as session:
            assert session.get(f"{server.url}/rss", label="a").body == BODY
        first, second = gaps((seen.began, seen.began) for seen in server.seen)
    assert first >= 0.02
    assert second >= 0.04
    assert sum(sleeps.seconds) <= 0.06


def test_slow_down_with_a_retry_after_in_seconds_or_as_a_date(tmp_path: Path) -> None:
    sleeps, noon = Sleeps(), dt.datetime(2031, 6, 14, 12, tzinfo=dt.UTC)
    # The server's clock is years ahead of this machine's.
    dates = {"Date": format_datetime(noon, usegmt=True)}
    dates["Retry-After"] = format_datetime(noon + dt.timedelta(seconds=1), usegmt=True)

    def in_words(handler: object) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in dates.items())
        raw(f"HTTP/1.1 503 Slow\r\n{lines}Content-Length: 0\r\n\r\n".encode())(handler)  # type: ignore[arg-type]

    script = answer(429, headers={"Retry-After": "0.3"}), in_words, GOOD
    with serving(*script) as server, session_to(server, tmp_path, sleeps, longest_backoff_seconds=1.5) as session:
        assert session.get(f"{server.url}/rss", label="a").body == BODY
        first, second = gaps((seen.began, seen.began) for seen in server.seen)
    assert first >= 0.3
    assert second >= 1
    assert sum(sleeps.seconds) <= 1.3


@pytest.mark.parametrize("status", [429, 503])
def test_an_absurd_retry_after_ends_it_at_once_and_for_everybody(tmp_path: Path, status: int) -> None:
    sleeps = Sleeps()
    with serving(answer(status, headers={"Retry-After": "7200"})) as server:
        with session_to(server, tmp_path, sleeps) as session, pytest.raises(GaveUp) as caught:
            session.get(f"{server.url}/rss", label="a")
        with session_to(server, tmp_path, sleeps) as session, pytest.raises(GaveUp, match="asked for a rest until"):
            session.get(f"{server.url}/rss", label="a")
        assert len(server.seen) == 1
    assert sleeps.seconds == []
    assert f"{server.url}/rss answered {status}, tried once: it asks to slow down; run again after" in str(caught.value)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    assert any(f"{until - dt.timedelta(minutes=ago):%Y-%m-%d %H:%M} UTC" in str(caught.value) for ago in (0, 1))
    assert caught.value.exit_code == 75


def test_who_is_asked_to_slow_down_to_the_end_gives_up_and_leaves_word(tmp_path: Path) -> None:
    with serving(answer(503)) as server:
        with session_to(server, tmp_path) as session, pytest.raises(GaveUp, match="answered 503, tried 3 times"):
            session.get(f"{server.url}/rss", label="a")
        assert len(server.seen) == 3
        with session_to(server, tmp_path, attempts=1) as session, pytest.raises(GaveUp, match="tried once"):
            session.get(f"{server.url}/rss", label="a")
        waits = gaps((seen.began, seen.began) for seen in server.seen)
    assert [wait >= least for wait, least in zip(waits, (0.02, 0.04, 0.08), strict=True)] == [True] * 3


BROKEN = [
    pytest.param(answer(500), id="500"),
    pytest.param(answer(502), id="502"),
    pytest.param(answer(504), id="504"),
    pytest.param(reset_midway(), id="reset midway"),
    pytest.param(reset_midway(b"HTTP/1.1 200"), id="reset in the first line"),
    pytest.param(answer(body=BODY, length=len(BODY) + 1), id="shorter than its length"),
    pytest.param(gzipped(BODY, cut=9), id="half a gzip stream"),
    pytest.param(gzipped(BODY, garbled=True), id="garbled gzip stream"),
    pytest.param(answer(body=BODY, headers={"Content-Encoding": "gzip"}), id="no gzip stream"),
    pytest.param(answer(body=BODY, headers={"Content-Encoding": "br"}), id="a compression not asked for"),
    pytest.param(raw(chunked(BODY, end=b"")), id="chunked without an end"),
    pytest.param(raw(chunked(BODY, end=b"zz\r\n")), id="chunked with a broken size"),
    pytest.param(raw(chunked(BODY)[:-3000]), id="half a chunk"),
    pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n12345"), id="two lengths"),
    pytest.param(raw(b"\x16\x03\x01 no HTTP at all\r\n\r\n"), id="no HTTP"),
    pytest.param(raw(b""), id="nothing"),
]


@pytest.mark.parametrize("reply", BROKEN)
def test_passing_trouble_passes(tmp_path: Path, reply: Reply) -> None:
    sleeps, archive = Sleeps(), RawArchive(tmp_path / "raw")
    with serving(reply, reply, GOOD) as server, session_to(server, tmp_path, sleeps, archive) as session:
        assert session.get(f"{server.url}/rss", label="a").body == BODY
        assert len(server.seen) == 3
    assert sleeps.seconds == [0.01, 0.02]
    assert kept(archive) == [("a", BODY)]


@pytest.mark.parametrize("reply", BROKEN[::3])
def test_passing_trouble_that_stays_is_given_up(tmp_path: Path, reply: Reply) -> None:
    sleeps, archive = Sleeps(), RawArchive(tmp_path / "raw")
    with serving(reply) as server, session_to(server, tmp_path, sleeps, archive) as session:
        with pytest.raises(GaveUp) as caught:
            session.get(f"{server.url}/rss", label="a")
        assert len(server.seen) == 3
        assert session.last is None
    assert sleeps.seconds == [0.01, 0.02]
    assert str(caught.value).startswith(f"{server.url}/rss ")
    assert "tried 3 times; run again later" in str(caught.value)
    assert kept(archive) == []


def test_nobody_at_home(tmp_path: Path) -> None:
    with serving(GOOD) as server:
        pass
    words = "cannot be reached: Connection refused, tried 3 times"
    with session_to(server, tmp_path) as session, pytest.raises(GaveUp, match=words):
        session.get(f"{server.url}/rss", label="a")


def hurried(server: Server, folder: Path) -> PoliteSession:
    return session_to(server, folder, attempts=1, longest_seconds=0.4, timeout_seconds=0.3)


TRICKLES = [
    pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 500, id="body with its length"),
    pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 500, id="body without one"),
    pytest.param(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 500 + b"\r\n\r\n", id="header"),
    pytest.param(b"HTTP/1.1 200 " + b"x" * 500 + b"\r\n\r\n", id="status line"),
    pytest.param(chunked(b"x" * 500), id="chunk"),
    pytest.param(chunked(b"x", end=b"5;" + b"x" * 500), id="chunk size"),
]


@pytest.mark.parametrize("data", TRICKLES)
def test_a_server_that_trickles_is_cut_off_at_the_deadline(tmp_path: Path, data: bytes) -> None:
    began = time.monotonic()
    with serving(raw(data, piece=1, pause=0.01)) as server, hurried(server, tmp_path) as session:
        with pytest.raises(GaveUp, match=r"0\.4 s"):
            session.get(f"{server.url}/rss", label="a")
        assert time.monotonic() - began < 2


def test_silence_is_cut_off_by_the_timeout(tmp_path: Path) -> None:
    silent = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", pause=0.6)
    with serving(silent) as server:
        session, words = session_to(server, tmp_path, attempts=1, timeout_seconds=0.1), r"after 1 bytes \(timed out\)"
        with session, pytest.raises(GaveUp, match=words):
            session.get(f"{server.url}/rss", label="a")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer(body=b"x" * 20_001), id="plain"),
        pytest.param(gzipped(b"x" * 20_001), id="bomb"),
        pytest.param(raw(chunked(*[b"x" * 1000] * 100)), id="chunked"),
    ],
)
def test_a_body_that_is_too_large_is_not_asked_for_again(tmp_path: Path, reply: Reply) -> None:
    archive = RawArchive(tmp_path / "raw")
    with serving(reply) as server, session_to(server, tmp_path, archive=archive, largest_megabytes=0.02) as session:
        with pytest.raises(UpstreamError, match=r"larger than 0\.02 MB; .*fetch\.largest_megabytes"):
            session.get(f"{server.url}/rss", label="a")
        assert len(server.seen) == 1
    assert kept(archive) == []


def test_a_body_of_the_largest_size_is_taken(tmp_path: Path) -> None:
    with serving(gzipped(b"x" * 20_000)) as server, session_to(server, tmp_path, largest_megabytes=0.02) as session:
        assert len(session.get(f"{server.url}/rss", label="a").body) == 20_000


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_refusal_is_kept_quoted_and_not_asked_for_again(tmp_path: Path, status: int) -> None:
    archive = RawArchive(tmp_path / "raw")
    body = (
        b"<feed>\n<entry><title>Error</title><summary>incorrect id\x1b[31m format\xe2\x80\xae for x</summary></entry>"
    )
    with serving(answer(status, body + b"y" * 500)) as server, session_to(server, tmp_path, archive=archive) as session:
        with pytest.raises(UpstreamError) as caught:
            session.get(f"{server.url}/api?id_list=x", label="api")
        assert len(server.seen) == 1
        assert session.last is not None
        assert (session.last.status, session.last.body) == (status, body + b"y" * 500)
    assert f"{server.url}/api?id_list=x answered {status}: Error incorrect id [31m format for x yyy" in str(
        caught.value
    )
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 350
    assert kept(archive) == [("api", body + b"y" * 500)]


def test_a_redirect_to_the_same_host_is_followed_and_waits_its_turn(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path / "raw")
    script = answer(301, b"moved", {"Location": "/rss/new?a=b"}), answer(302, b"", {"Location": "newer"}), GOOD
    with serving(*script) as server, session_to(server, tmp_path, archive=archive, interval_seconds=0.05) as session:
        item = session.get(f"{server.url}/rss", label="a")
        assert [seen.path for seen in server.seen] == ["/rss", "/rss/new?a=b", "/rss/newer"]
        assert min(gaps((seen.began, seen.began) for seen in server.seen)) >= 0.05
        assert all(seen.headers["user-agent"].startswith("paperradar/") for seen in server.seen)
    assert (item.url, item.status, item.body) == (f"{server.url}/rss", 200, BODY)
    assert kept(archive) == [("a", BODY)]


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    with serving(GOOD) as other:
        target = f"localhost:{other.port}"
        script = answer(302, headers={"Location": f"http://user:secret@{target}/rss"})
        with serving(script) as server, session_to(server, tmp_path) as session:
            with pytest.raises(UpstreamError) as caught:
                session.get(f"{server.url}/rss", label="a")
            assert len(server.seen) == 1
        assert other.seen == []
    assert f"{server.url}/rss redirects to {target}, which is not followed; check fetch.urls" in str(caught.value)


def test_a_host_that_is_not_in_the_settings_is_not_asked(tmp_path: Path) -> None:
    with serving(GOOD) as other, serving(GOOD) as server, session_to(server, tmp_path) as session:
        with pytest.raises(UpstreamError, match=r"is none of the hosts of fetch\.urls"):
            session.get(f"{other.url}/rss", label="a")
        assert other.seen == []


def test_nothing_is_asked_without_tls_that_should_be_asked_with_it(tmp_path: Path) -> None:
    arxiv_itself = UrlSettings().model_dump()
    with serving(GOOD) as server, session_to(server, tmp_path, urls=arxiv_itself) as session:
        url = "http://export.arxiv.org/api/query"
        with pytest.raises(UpstreamError, match=f"{url} is not asked without TLS"):
            session.get(url, label="a")


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (302, {"Location": "/again"}, "redirects more than 5 times"),
        (302, {"Location": "ftp://127.0.0.1/"}, "no web address"),
        (302, {"Location": "http://[broken/"}, "no web address"),
        (302, {"Location": "/\xff"}, "no web address"),
        (301, {}, "does not say where"),
        (304, {}, "does not say where"),
        (300, {"Location": "/b"}, "does not say where"),
    ],
)
def test_redirects_that_lead_nowhere(tmp_path: Path, status: int, headers: dict[str, str], words: str) -> None:
    with serving(answer(status, b"", headers)) as server, session_to(server, tmp_path) as session:
        with pytest.raises(UpstreamError, match=words):
            session.get(f"{server.url}/rss", label="a")
        assert len(server.seen) <= 6


@pytest.mark.parametrize("reply", [GOOD, kept_alive(GOOD)], ids=["polite", "stubborn"])
def test_one_connection_at_a_time_and_none_is_kept_open(tmp_path: Path, reply: Reply) -> None:
    with serving(reply) as server, session_to(server, tmp_path) as one, session_to(server, tmp_path) as two:
        for session in (one, two, one):
            session.get(f"{server.url}/rss", label="a")
            late = time.monotonic() + 5
            while server.open_connections and time.monotonic() < late:
                time.sleep(0.005)
            assert server.open_connections == 0
