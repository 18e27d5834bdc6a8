"""Serving the desk until somebody stops it. uvicorn is known here only."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from paperradar.errors import UsageError

_BACKLOG = 128


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on a host's port; port 0 takes a free one. Raises UsageError where that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"--host {host} is no address of this machine ({error.strerror}); leave it out") from error
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise UsageError(_why_not(host, port, error)) from error
    return made


def serve(app: FastAPI, listening: socket.socket, *, started: Callable[[], None]) -> None:
    """Answer until Ctrl-C or a SIGTERM, then end what is being answered. ``started`` is called when it answers."""
    server = _Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=3,
        ),
        started,
    )
    # After it has shut down, uvicorn passes on the signal that ended it. To stop a server is no failure.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_started()


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken, perhaps by another desk; stop that one, or choose another: --port {port + 1}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} may not be used ({error.strerror}); choose one from 1024 on, such as --port 8017"
    return f"the desk cannot listen on {host}, port {port}: {error.strerror}; choose another --host or --port"
