"""Settings, sessions and sleeps for the tests of the transport."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from paperradar.settings import FetchSettings, UrlSettings
from paperradar.transport import Document, PoliteSession, RawArchive, open_session
from tests.transport.servers import Server

MORNING = dt.datetime(2021, 6, 14, 8, 30, tzinfo=dt.UTC)


def settings(server: Server | None = None, **changes: object) -> FetchSettings:
    """Patient enough for a test: milliseconds where the defaults are seconds and minutes."""
    url = server.url if server else "http://127.0.0.1:9"
    values: dict[str, object] = {
        "urls": UrlSettings(rss=f"{url}/rss", api=f"{url}/api", oai=f"{url}/oai"),
        "interval_seconds": 0.0,
        "attempts": 3,
        "backoff_seconds": 0.02,
        "longest_backoff_seconds": 0.2,
        "retry_seconds": 0.01,
        "timeout_seconds": 5.0,
        "longest_seconds": 10.0,
    }
    return FetchSettings.model_validate(values | changes)


class Sleeps:
    """Sleeps for real, and remembers how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        time.sleep(seconds)


def session_to(
    server: Server, folder: Path, sleep: Sleeps | None = None, archive: RawArchive | None = None, **changes: object
) -> PoliteSession:
    """A session to this server, its turnstiles below ``folder``, without jitter."""
    return open_session(
        settings(server, **changes),
        archive=archive,
        clock=lambda: MORNING,
        sleep=sleep or Sleeps(),
        lock_folder=folder / "turnstiles",
        random=lambda: 0.0,
    )


def document(url: str = "http://127.0.0.1:9/rss/cs.CL", body: bytes = b"<feed/>", **changes: object) -> Document:
    """A document as if it had come in the morning."""
    values: dict[str, object] = {"url": url, "status": 200, "body": body, "fetched_at": MORNING}
    return Document(**(values | changes))  # type: ignore[arg-type]


def kept(archive: RawArchive) -> list[tuple[str, bytes]]:
    """Labels and bodies of an archive."""
    return [(label, item.body) for label, item in archive.documents()]


def gaps(spans: Iterable[tuple[float, float]]) -> list[float]:
    """The seconds between the end of each span and the start of the next; negative where they overlap."""
    ordered = sorted(spans)
    return [start - end for (_, end), (start, _) in pairwise(ordered)]
