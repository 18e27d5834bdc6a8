"""The server: loopback, HTTP/1.1, one thread a connection, a clock that stands still, and a log of what was asked.

It puts together what `feeds`, `api` and `oai` write with what a scenario does to it. It writes nothing to stderr; a
fault of its own is raised when it is closed.
"""

from __future__ import annotations

import datetime as dt
import re
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from tests.standin import api, feeds, oai
from tests.standin.answers import Answer, hostile, page
from tests.standin.categories import of_set
from tests.standin.scenarios import Play, Rule, Scenario, load_scenario
from tests.standin.world import World

_ELSEWHERE = "http://elsewhere.invalid"


@dataclass(frozen=True, slots=True)
class Hit:
    """One request. Times are monotonic seconds: when it was read, and when the last byte of the answer went out.

    ``path`` has its query with it; ``headers`` are the request's, names in lower case; ``source`` is rss, api, oai or
    other.
    """

    arrived: float
    ended: float
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    source: str


class StandIn:
    """arXiv on loopback, as a context manager.

    ``now`` (aware) is its clock: it can be set and does not go on by itself. The listing shown is that of New York's
    date. ``oai_page`` is how many records a page of OAI-PMH has; ``port`` 0 takes a free one; ``elsewhere`` is the
    address that the action ``redirect`` sends to.
    Raises ScenarioError for an unknown scenario, ValueError for a naive time.
    """

    def __init__(
        self,
        world: World,
        *,
        now: dt.datetime,
        scenario: str | Scenario | None = None,
        oai_page: int = 200,
        port: int = 0,
        elsewhere: str = _ELSEWHERE,
    ) -> None:
        self.world = world
        self.elsewhere = elsewhere.rstrip("/")
        self.now = now
        self._oai_page = oai_page
        self._lock = threading.Lock()
        self._hits: dict[int, Hit] = {}
        self._number = 0
        self.use(scenario)
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="stand-in")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        self._thread.join()
        if self._server.faults and error is None:
            raise RuntimeError("the stand-in could not answer a request") from self._server.faults[0]

    @property
    def now(self) -> dt.datetime:
        """What time it is here."""
        return self._now

    @now.setter
    def now(self, value: dt.datetime) -> None:
        if value.tzinfo is None:
            raise ValueError("the stand-in's time must carry its time zone")
        self._now = value

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def urls(self) -> dict[str, str]:
        """The three addresses, as `paperradar.settings.UrlSettings` takes them."""
        return {"rss": f"{self.url}/rss", "api": f"{self.url}/api/query", "oai": f"{self.url}/oai"}

    @property
    def log(self) -> list[Hit]:
        """The requests so far, in the order of their arrival. One that is being answered ends now."""
        with self._lock:
            return sorted(self._hits.values(), key=lambda hit: hit.arrived)

    def clear(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._hits.clear()

    def use(self, scenario: str | Scenario | None) -> None:
        """Play a scenario from its beginning; None: behave."""
        self._play = Play(load_scenario(scenario) if isinstance(scenario, str) else scenario)

    def overlaps(self) -> list[tuple[Hit, Hit]]:
        """Requests that arrived while an earlier one was being answered. A polite client makes none."""
        hits = self.log
        return [
            (one, other) for place, one in enumerate(hits) for other in hits[place + 1 :] if other.arrived < one.ended
        ]

    def gaps(self) -> list[float]:
        """Seconds between the arrivals of two requests that follow each other."""
        hits = self.log
        return [after.arrived - before.arrived for before, after in pairwise(hits)]

    # For the handler

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[str, Answer, Rule | None]:
        """Source, answer and the rule that harms it."""
        parts = urlsplit(path)
        source = _source(parts.path)
        resumed = source == "oai" and "resumptionToken=" in parts.query
        harm = self._play.harm(source, _categories(source, parts.path, parts.query), resumed=resumed)
        instead = self._instead(path, headers, harm)
        if instead is not None:
            return source, instead, harm
        if source == "rss":
            answer = feeds.respond(self.world, self.now, parts.path, harm)
        elif source == "api":
            answer = api.respond(self.world, self.now, parts.query, harm)
        elif source == "oai":
            answer = oai.respond(self.world, self.now, parts.query, self._oai_page, harm)
        else:
            answer = page(404, "404 Not Found")
        if harm and harm.action == "hostile":
            answer = replace(answer, body=hostile(answer.body))
        return source, answer, harm

    def note(self, hit: Hit) -> int:
        """Enter a request into the log; returns its number there."""
        with self._lock:
            self._number += 1
            self._hits[self._number] = hit
            return self._number

    def ended(self, number: int) -> None:
        """Set the end of a request to the present."""
        with self._lock:
            if number in self._hits:
                self._hits[number] = replace(self._hits[number], ended=time.monotonic())

    def _instead(self, path: str, headers: Mapping[str, str], harm: Rule | None) -> Answer | None:
        if harm is None:
            return None
        if harm.action == "status":
            after = harm.text("retry_after")
            return page(harm.number("status"), "Rate exceeded.", (("Retry-After", after),) if after else ())
        if harm.action == "need_accept" and "xml" not in headers.get("accept", ""):
            return page(406, "406 Not Acceptable")
        if harm.action == "html":
            return page(200, "arXiv is being looked after")
        if harm.action == "redirect":
            return page(302, "302 Found", (("Location", harm.text("location") or f"{self.elsewhere}{path}"),))
        return None


def _source(path: str) -> str:
    if path.startswith(("/rss/", "/atom/")):
        return "rss"
    return {"/api/query": "api", "/oai": "oai"}.get(path, "other")


def _categories(source: str, path: str, query: str) -> Iterable[str]:
    """The categories that a request names."""
    plain = unquote(unquote(query))
    if source == "rss":
        return unquote(path).rpartition("/")[2].split("+")
    if source == "api":
        return re.findall(r'cat:"?([\w.*-]+)', plain)
    return [of_set(spec) for spec in re.findall(r"\bset=([\w:.-]+)", plain)]


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], owner: StandIn) -> None:
        self.owner = owner
        self.closing = threading.Event()
        self.faults: list[BaseException] = []
        self.to_reset: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Without http.server's look-up of the host's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Remember the connection, so that closing the server closes it."""
        if isinstance(request, socket.socket):
            with self._guard:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """End a connection: with a reset where the scenario says so."""
        if not isinstance(request, socket.socket):
            return
        with self._guard:
            self._open.discard(request)
            reset = request in self.to_reset
            self.to_reset.discard(request)
        if reset:
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.close()
        else:
            super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is none of our faults; anything else is kept for `StandIn.__exit__`."""
        error = sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1]
        if error is not None and not isinstance(error, (ConnectionError, TimeoutError)):
            self.faults.append(error)

    def close(self) -> None:
        """Stop, end all connections, and wait for their threads."""
        self.closing.set()
        self.shutdown()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was faster
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "stand-in", ""
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer a request."""
        arrived, owner = time.monotonic(), self.server.owner
        headers = {name.lower(): value for name, value in self.headers.items()}
        source, answer, harm = owner.answer(self.path, headers)
        number = owner.note(Hit(arrived, arrived, self.command, self.path, answer.status, headers, source))
        body = answer.body if self.command == "GET" else b""
        action = harm.action if harm else ""
        promised = len(answer.body)
        if action in ("truncate", "reset"):
            body = body[: len(body) // 2]
            if harm and action == "truncate" and not harm.parameters["promise_all"]:
                promised = len(body)
            else:
                self.close_connection = True
        if harm and action == "slow":
            self.server.closing.wait(harm.seconds("seconds"))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(promised))
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        # The end is noted before the last byte goes out: afterwards a quick client may already be back.
        if harm and action == "trickle":
            self.end_headers()
            self._trickle(body, harm.seconds("seconds"), number)
            return
        if action == "reset":
            self.server.to_reset.add(self.connection)
        owner.ended(number)
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        """Answer a request without the body."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _trickle(self, body: bytes, seconds: float, number: int) -> None:
        for place in range(len(body)):
            self.server.owner.ended(number)
            self.wfile.write(body[place : place + 1])
            if self.server.closing.wait(seconds):
                self.close_connection = True
                return
