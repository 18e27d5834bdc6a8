"""What digests are sent to in tests: a real SMTP server and a real webhook, both on loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(slots=True)
class Mailbox:
    """What came in. ``refusals``: by recipient, the answer that refuses them."""

    refusals: Mapping[str, str]
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)

    def url(self, to: str = "ann@example.org") -> str:
        """The address of a channel that mails to this recipient."""
        return f"mailto://127.0.0.1:{self.port}/{to}?from=radar@example.org"

    async def handle_RCPT(  # noqa: N802 - its name in aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(cast("bytes", envelope.content), policy=policy.default))
        return "250 OK"


class _Controller(Controller):
    """On a port that the system chose."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(**refusals: str) -> Iterator[Mailbox]:
    """An SMTP server. ``refusals``: by the recipient's name before @example.org, an answer such as ``550 no``."""
    box = Mailbox({f"{name}@example.org": said for name, said in refusals.items()})
    controller = _Controller(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
        controller.loop.close()


@dataclass(slots=True)
class Webhook:
    """What came in. ``status``: what is answered; ``hanging``: nothing is, until the server ends."""

    status: int = 200
    hanging: bool = False
    port: int = 0
    posts: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The address of a channel that posts here, with a secret in it."""
        return f"json://user:s3cret@127.0.0.1:{self.port}/t0ken"


@contextmanager
def webhook(status: int = 200, *, hanging: bool = False) -> Iterator[Webhook]:
    """A server that takes JSON."""
    hook = Webhook(status, hanging)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posts.append(json.loads(body))
            if hook.hanging:
                hook.over.wait()
                return
            self.send_response(hook.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            """Say nothing on stderr."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hook
    finally:
        hook.over.set()
        http.shutdown()
        http.server_close()
        thread.join()
