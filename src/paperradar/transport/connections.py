"""Connections that end when a request's time is up, and the reading of bodies to their true end.

A socket's timeout bounds the silence between two bytes only, so a server that sends one byte a second is never
late. A `Deadline` shuts the socket down from outside: that ends status line, headers, chunk sizes and bodies alike.
Knows urllib3, and nothing of politeness.
"""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import ClassVar

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_PIECE = 65_536


class Broken(Exception):
    """The answer broke off or makes no sense as HTTP: passing trouble. The text says what happened."""


class TooBig(Exception):
    """The body is larger than anything that is expected."""


class Deadline:
    """A context: connections opened in it by this thread are shut down after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._socket: socket.socket | None = None
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._shut_down)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._token = _deadline.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
        self._socket = None
        _deadline.reset(self._token)

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def watch(self, sock: socket.socket) -> None:
        """Shut this socket down at the end."""
        self._socket = sock
        if self.passed:
            self._shut_down()

    def _shut_down(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # closed meanwhile
                self._socket.shutdown(socket.SHUT_RDWR)


_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class _TimedConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _watch(self.sock)


class _TimedTlsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _watch(self.sock)


def _watch(sock: socket.socket | None) -> None:
    deadline = _deadline.get()
    if deadline is not None and sock is not None:
        deadline.watch(sock)


class TimedPool(HTTPConnectionPool):
    """A pool whose connections heed the `Deadline`."""

    ConnectionCls: ClassVar[type[HTTPConnection]] = _TimedConnection  # type: ignore[misc]


class TimedTlsPool(HTTPSConnectionPool):
    """The same with TLS."""

    ConnectionCls: ClassVar[type[HTTPSConnection]] = _TimedTlsConnection  # type: ignore[misc]


POOLS: Mapping[str, type[HTTPConnectionPool]] = {"http": TimedPool, "https": TimedTlsPool}


def read_body(answer: urllib3.BaseHTTPResponse, deadline: Deadline, most: int) -> bytes:
    """The body, without the transfer's compression, of at most ``most`` bytes.

    ``answer`` is fresh (nothing read, nothing decoded). Raises Broken where it comes incompletely, breaks, cannot be
    decompressed or takes longer than the deadline; TooBig.
    """
    body = bytearray()
    try:
        # A large read blocks until it is full; read1 returns what is there.
        while piece := answer.read1(_PIECE, decode_content=False):
            body += piece
            if len(body) > most:
                raise TooBig
            if deadline.passed:
                break
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        if not deadline.passed:
            raise Broken(f"the answer broke off after {len(body)} bytes ({innermost(error)})") from error
    if deadline.passed:  # without a length, a connection that was shut down looks like one that was done
        raise Broken(f"the answer was not complete after {deadline.seconds:g} s ({len(body)} bytes)")
    return decompressed(bytes(body), answer.headers.get("Content-Encoding", ""), most)


def decompressed(body: bytes, encoding: str, most: int) -> bytes:
    """A body without its Content-Encoding: gzip or none. Raises Broken (also for half a gzip stream), TooBig.

    Not left to urllib3, which takes half a gzip stream for a whole one.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in ("gzip", "x-gzip"):
        raise Broken(f"the answer is compressed as {name[:40]!r}, though only gzip was asked for")
    plain = bytearray()
    while True:
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            plain += stream.decompress(body, most + 1 - len(plain))
        except zlib.error as error:
            raise Broken(f"the answer's gzip stream is broken ({error})") from error
        if len(plain) > most:
            raise TooBig
        if not stream.eof:
            raise Broken("the answer's gzip stream breaks off")
        body = stream.unused_data
        if not body.startswith(b"\x1f\x8b"):  # not another member: padding
            return bytes(plain)


def innermost(error: BaseException) -> str:
    """What an error of requests or urllib3 is about, in one short line: the words of the one at its bottom."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        candidates = (getattr(error, "reason", None), error.__cause__, *error.args)
        error = next((inner for inner in candidates if isinstance(inner, BaseException)), error)
    text = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return " ".join(text.split())[:160]
