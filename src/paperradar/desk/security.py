"""Who may ask the desk, and whose forms it takes. Knows no editions.

A page elsewhere must not be able to vote (a same-origin token, and what browsers say of a request's origin), nor to
read along under a name of its own that leads here (the Host header is checked). Beyond this machine a password is
needed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from paperradar.errors import PaperradarError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# A name or an address, and perhaps a port. Anything more would stand in the addresses that are made of it.
_HOST_HEADER = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d*)?", re.ASCII)
_EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})
# After a wrong password: so long until the next one is looked at, doubled each time.
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 8.0
_FORGOTTEN_AFTER = 300.0
_MOST_WAITING = 4


class Refused(PaperradarError):
    """A request that the desk does not take. ``status`` is HTTP's."""

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.status = status


def is_loopback(host: str) -> bool:
    """Whether an address or name to listen on is this machine's own, unreachable from others."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session. ``known``: it may see the desk; otherwise only the page that asks for the password."""

    name: str
    known: bool


class Guard:
    """The rules of one desk. Its secret lives as long as the process: after a restart everybody begins anew."""

    def __init__(self, host: str, *, names: Collection[str] = (), password: str | None = None) -> None:
        self._secret = secrets.token_bytes(32)
        self._password = password
        self._names = LOOPBACK_NAMES | {name.lower().strip("[]") for name in (host, *names)}
        # On every address of the machine: its addresses are not known, but no foreign name is an address.
        self._any_address = host in _EVERY_ADDRESS
        self._asking = asyncio.Lock()
        self._waiting = 0
        self._wrong = 0
        self._last_wrong = 0.0

    @property
    def has_password(self) -> bool:
        """Whether a password is asked for."""
        return self._password is not None

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this desk. Another name may be one that an attacker had lead here."""
        if not _HOST_HEADER.fullmatch(header):
            return False
        try:
            host = urlsplit(f"//{header}").hostname or ""
        except ValueError:
            return False
        if host in self._names:
            return True
        if not self._any_address:
            return False
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True

    def session(self, cookie: str) -> Session | None:
        """The session of a cookie that this desk made, else None."""
        name, _, rest = cookie.partition(".")
        kind, _, signature = rest.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(f"{name}.{kind}").encode()):
            return None
        return Session(name, kind == "known")

    def new_session(self, *, known: bool) -> tuple[Session, str]:
        """A new session and its cookie."""
        session = Session(secrets.token_urlsafe(18), known)
        said = f"{session.name}.{'known' if known else 'guest'}"
        return session, f"{said}.{self._sign(said)}"

    def token(self, session: Session) -> str:
        """What a form must send along, made from the session: a page elsewhere cannot know it."""
        return self._sign(f"form.{session.name}")

    def check_write(self, headers: Mapping[str, str], session: Session, token: str) -> None:
        """Let only our own pages write. Raises Refused."""
        site = headers.get("sec-fetch-site", "same-origin")
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
        if site != "same-origin" or foreign:
            raise Refused("this came from another page than the desk's own, so nothing was changed")
        if not hmac.compare_digest(token.encode(), self.token(session).encode()):
            raise Refused(
                "this page is from before the desk was started, so nothing was changed; load it again and repeat"
            )

    async def is_right(self, password: str) -> bool:
        """Compare a password, one at a time; each wrong one makes the next wait longer. Raises Refused (429)."""
        if self._waiting >= _MOST_WAITING:
            raise Refused("too many wrong passwords; wait a minute", 429)
        self._waiting += 1
        try:
            async with self._asking:
                if self._wrong and time.monotonic() - self._last_wrong < _FORGOTTEN_AFTER:
                    await asyncio.sleep(min(_FIRST_WAIT * 2 ** (self._wrong - 1), _LONGEST_WAIT))
                else:
                    self._wrong = 0
                # Compared as hashes: so neither the time nor an early end tells how long the right one is.
                given, right = (hashlib.sha256(text.encode()).digest() for text in (password, self._password or ""))
                if hmac.compare_digest(given, right) and self._password:
                    self._wrong = 0
                    return True
                self._wrong, self._last_wrong = self._wrong + 1, time.monotonic()
                return False
        finally:
            self._waiting -= 1

    def _sign(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
