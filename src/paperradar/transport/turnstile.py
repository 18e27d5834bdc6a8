"""One request at a time, and not too soon after the last one, over all threads and processes of this user.

arXiv asks for at most one request in three seconds over a single connection, for all its services together
(https://info.arxiv.org/help/api/tou.html). So all its hosts are one group; any other host and port is its own.
Two small files a group, in a folder of the user: a lock, which the kernel takes back from a process that dies,
and what the next one needs to know. Knows nothing of HTTP.

Nobody sleeps while holding the lock: whoever is too early lets go, sleeps, and comes back. Else the process that
asks most often would hold the lock nearly always, and the others would starve.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from paperradar.errors import UpstreamError, UsageError
from paperradar.files import write_atomically
from paperradar.transport.backoff import GaveUp

ARXIV_GROUP = "arxiv.org"
ARXIV_INTERVAL = 3.0
"""Seconds between two requests to arXiv, whatever the settings say."""
PATIENCE = 3600.0
"""Seconds to wait for other processes' requests before giving up."""

_PORTS = {"http": 80, "https": 443}
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.-]+")
# No server's Retry-After locks this user out for longer than that: a feed has no past, and silence loses listings.
_LONGEST_HOLD_OFF = 7_200.0
# How far, in seconds, a clock may be set back without the time of the last request becoming unbelievable.
_SLACK = 60.0

Sleep = Callable[[float], object]


def is_arxiv_host(host: str) -> bool:
    """Whether a host name is arXiv's: arxiv.org or one below it."""
    name = host.lower().rstrip(".")
    return name == ARXIV_GROUP or name.endswith(f".{ARXIV_GROUP}")


def host_group(url: str) -> str:
    """The group that takes turns: ``arxiv.org`` for all of arXiv's hosts, else ``host:port``. Raises UpstreamError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in _PORTS:
        raise UpstreamError(f"{url[:200]!r} is no web address that can be asked")
    return ARXIV_GROUP if is_arxiv_host(host) else f"{host.lower().rstrip('.')}:{port or _PORTS[parts.scheme]}"


def default_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this user's turnstiles lie: below $XDG_CACHE_HOME, else ``~/.cache``. Raises UsageError without a home."""
    named = Path(environ.get("XDG_CACHE_HOME", ""))
    if not named.is_absolute():  # the XDG specification: a relative one is to be ignored
        try:
            named = Path.home() / ".cache"
        except RuntimeError as error:
            raise UsageError("there is no home folder; set XDG_CACHE_HOME to a folder of yours") from error
    return named / "paperradar" / "turnstiles"


class Passage:
    """One request's time in the turnstile."""

    def __init__(self) -> None:
        self.hold_off_seconds = 0.0

    def hold_off(self, seconds: float) -> None:
        """Nobody of this user goes through for so long after this request; two hours at most."""
        self.hold_off_seconds = min(max(seconds, 0.0), _LONGEST_HOLD_OFF)


@dataclass(frozen=True, slots=True)
class _Last:
    """The last request: when it began or ended, in seconds since 1970, and how long to hold off after it."""

    time: float
    hold_off: float


class Turnstile:
    """The turnstile of one host group, in ``folder`` (one folder a user; made if missing).

    ``interval`` seconds lie between the end of a request and the start of the next. A hold-off longer than
    ``longest_wait`` seconds is not waited for. ``sleep`` sleeps, ``now`` is the wall clock in seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        group: str,
        *,
        interval: float,
        longest_wait: float,
        patience: float = PATIENCE,
        sleep: Sleep = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.group = group
        self.interval = max(interval, ARXIV_INTERVAL) if group == ARXIV_GROUP else interval
        name = _NOT_IN_NAMES.sub("_", group)[:100]  # two groups of one name would only be more polite
        self._lock_path, self._state_path = folder / f"{name}.lock", folder / f"{name}.json"
        self._longest_wait, self._patience = longest_wait, patience
        self._sleep, self._now = sleep, now
        # What this object wrote last, and when by a clock that nobody sets.
        self._written: tuple[bytes, float] | None = None

    @contextmanager
    def pass_through(self) -> Iterator[Passage]:
        """Wait for one's turn and hold it: the whole request, with its body, belongs inside.

        Raises GaveUp where others are in the way for longer than ``patience``, or where the server was promised
        more rest than ``longest_wait``; UsageError where the folder cannot be used.
        """
        lock = self._wait_for_turn()
        try:
            passage = Passage()
            # Also at the start: a process that is killed has asked all the same.
            self._write(0.0)
            try:
                yield passage
            finally:
                self._write(passage.hold_off_seconds)
        finally:
            lock.release()

    def _wait_for_turn(self) -> FileLock:
        slept_for: bytes | None = None
        give_up_at = time.monotonic() + self._patience
        while True:
            lock = self._lock(give_up_at - time.monotonic())
            try:
                state = self._read()
                # Unchanged since the sleep: it has been waited for, whatever the clocks say.
                wait = 0.0 if state is None or state == slept_for else self._due(state)
            except BaseException:
                lock.release()
                raise
            if wait <= 0:
                return lock
            lock.release()
            self._sleep(wait)
            slept_for = state
            give_up_at += wait

    def _lock(self, seconds: float) -> FileLock:
        # A new object each time: flock keeps threads apart as well then, as each has its own descriptor.
        with self._usable():
            self._lock_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._lock_path, mode=0o600)
            try:
                lock.acquire(timeout=max(seconds, 0.0))
            except Timeout as error:
                raise GaveUp(
                    f"other requests of yours to {self.group} were in the way for {self._patience:.0f} s (they take "
                    f"turns by {self._lock_path}); run again when the other processes are done"
                ) from error
        return lock

    def _read(self) -> bytes | None:
        with self._usable():
            try:
                return self._state_path.read_bytes()
            except FileNotFoundError:
                return None

    def _write(self, hold_off: float) -> None:
        state = json.dumps({"last": self._now(), "hold_off": hold_off}).encode()
        with self._usable():
            write_atomically(self._state_path, state)
        self._written = state, time.monotonic()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(
                f"requests cannot take turns: {error.filename or self._lock_path}: {reason}; "
                "set XDG_CACHE_HOME to a folder that you can write to"
            ) from error

    def _due(self, state: bytes) -> float:
        """Seconds until the next request may start. Raises GaveUp."""
        last = _parsed(state) or _Last(self._now(), 0.0)  # who knows when the last one was: a moment ago, to be safe
        since = self._now() - last.time
        if self._written and self._written[0] == state:
            since = time.monotonic() - self._written[1]
        resting = last.hold_off - max(since, 0.0)
        # With a clock set back far, the time of the last request says nothing, and must not lock anybody out.
        if resting > self._longest_wait and since > -_SLACK:
            until = dt.datetime.fromtimestamp(self._now() + resting, dt.UTC)
            raise GaveUp(f"{self.group} asked for a rest until {until:%Y-%m-%d %H:%M} UTC; run again after that")
        return max(min(resting, self._longest_wait), self.interval - max(since, 0.0))


def _parsed(state: bytes) -> _Last | None:
    """What a state file says; None for garbage."""
    try:
        values = json.loads(state)
        last, hold_off = float(values["last"]), float(values["hold_off"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if not math.isfinite(last) or not math.isfinite(hold_off):
        return None
    return _Last(last, min(max(hold_off, 0.0), _LONGEST_HOLD_OFF))
