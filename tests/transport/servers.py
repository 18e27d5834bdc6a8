"""A real server on the loopback that misbehaves by script, and logs what it was asked and when."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOTHING: Mapping[str, str] = {}


@dataclass(slots=True)
class Seen:
    """One request: its path, its headers (names in lower case), when it came, and when it was about to be done."""

    path: str
    headers: Mapping[str, str]
    began: float
    ended: float = 0.0


Reply = Callable[["_Handler"], None]


@dataclass(slots=True)
class Server:
    """What the test needs to know of the server. ``script`` is answered one by one, the last reply for ever."""

    script: list[Reply]
    scheme: str = "http"
    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    open_connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def next_reply(self) -> Reply:
        with self.lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def serving(*script: Reply, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server with this script, in a thread; with TLS where a context for it is given."""
    server = Server(list(script), scheme="https" if tls else "http")
    http = _Http(("127.0.0.1", 0), type("Handler", (_Handler,), {"server_state": server}))
    server.port = http.server_address[1]
    if tls:
        http.socket = tls.wrap_socket(http.socket, server_side=True)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 50

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients of a misbehaving server hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: Server
    seen: Seen

    def setup(self) -> None:
        super().setup()
        state = self.server_state
        with state.lock:
            state.open_connections += 1

    def finish(self) -> None:
        with self.server_state.lock:
            self.server_state.open_connections -= 1
        super().finish()

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen = Seen(self.path, headers, time.monotonic())
        self.server_state.seen.append(self.seen)
        try:
            self.server_state.next_reply()(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Say nothing on stderr."""


def answer(
    status: int = 200, body: bytes = b"<feed/>", headers: Mapping[str, str] = NOTHING, *, length: int | None = None
) -> Reply:
    """A whole answer; ``length`` is what Content-Length claims, where that is a lie."""

    def reply(handler: _Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.seen.ended = time.monotonic()  # before the client can know
        handler.wfile.write(body)
        if length is not None:
            handler.close_connection = True

    return reply


def gzipped(body: bytes, *, cut: int = 0, garbled: bool = False) -> Reply:
    """A gzip answer, ``cut`` bytes shorter than it should be (with an honest Content-Length), or garbled."""
    data = gzip.compress(body, mtime=0)
    data = data[: len(data) - cut]
    if garbled:
        data = data[:12] + bytes(255 - byte for byte in data[12:])
    return answer(body=data, headers={"Content-Encoding": "gzip"})


def raw(data: bytes, *, pause: float = 0.0, piece: int = 0) -> Reply:
    """Bytes as they are, status line and all, ``piece`` bytes at a time with pauses; then the connection ends."""

    def reply(handler: _Handler) -> None:
        handler.close_connection = True
        step = piece or len(data)
        for at in range(0, len(data), step):
            handler.wfile.write(data[at : at + step])
            handler.wfile.flush()
            time.sleep(pause)

    return reply


def slowly(body: bytes, *, seconds: float) -> Reply:
    """A good answer that takes its time."""
    good = answer(body=body)

    def reply(handler: _Handler) -> None:
        time.sleep(seconds)
        good(handler)

    return reply


def kept_alive(good: Reply) -> Reply:
    """An answer after which the server keeps the connection open, though it was asked to close it."""

    def reply(handler: _Handler) -> None:
        good(handler)
        handler.close_connection = False

    return reply


def reset_midway(sent: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<feed>") -> Reply:
    """Some bytes, then a reset connection."""

    def reply(handler: _Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(sent)
        handler.wfile.flush()
        time.sleep(0.02)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(handler.connection.detach())

    return reply


def only_with(header: str, good: Reply, bad: Reply) -> Reply:
    """``good`` for a request that has the header with a value other than requests' own ``*/*``, else ``bad``."""

    def reply(handler: _Handler) -> None:
        (good if handler.headers.get(header, "*/*") != "*/*" else bad)(handler)

    return reply
