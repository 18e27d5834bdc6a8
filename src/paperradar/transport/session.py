"""The one way to ask arXiv: a session that waits its turn, backs off, and keeps what came. And its replay.

The session's ``requests`` can be handed to a library that does its own asking, such as ``arxiv``: all of it goes
through the same adapter. Knows HTTP, and nothing of papers.
"""

from __future__ import annotations

import datetime as dt
import random as random_module
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import requests

from paperradar import __version__
from paperradar.errors import Unavailable, UpstreamError
from paperradar.settings import FetchSettings
from paperradar.transport.adapter import PoliteAdapter, ReplayAdapter
from paperradar.transport.archive import RawArchive
from paperradar.transport.backoff import GaveUp, Trouble, wait_before
from paperradar.transport.connections import innermost
from paperradar.transport.documents import Document
from paperradar.transport.turnstile import Sleep, default_folder

MOST_REDIRECTS = 5

T = TypeVar("T")


class _Requests(requests.Session):
    """A session that remembers what was asked before any redirect, and raises paperradar's errors."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = MOST_REDIRECTS
        self.asked = ""
        # The sessions' own adapters never send anything.
        self.adapters.clear()

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        # requests comes back here for each hop of a redirect.
        first, self.asked = not self.asked, self.asked or request.url or ""
        try:
            return super().send(request, **kwargs)
        except requests.TooManyRedirects as error:
            raise UpstreamError(
                f"{self.asked} redirects more than {MOST_REDIRECTS} times; check fetch.urls in config/paperradar.toml"
            ) from error
        except requests.RequestException as error:
            raise UpstreamError(f"{request.url} cannot be asked: {innermost(error)}; check fetch.urls") from error
        finally:
            if first:
                self.asked = ""


class PoliteSession:
    """Asks for documents. One thread's; several sessions, in threads or processes, wait for each other.

    ``requests`` is the session underneath, ``label`` goes into the archive with the next documents, ``last`` is the
    document that came last, a refusal's too. A document's URL is the one that was asked, before any redirect.
    """

    def __init__(self, archive: RawArchive | None = None) -> None:
        self.label = "answer"
        self.last: Document | None = None
        self._archive = archive
        self._requests = _Requests()
        self.requests: requests.Session = self._requests

    def get(self, url: str, *, label: str) -> Document:
        """The document at ``url``. Raises GaveUp (do not try again now) and UpstreamError (it cannot help)."""
        self.label, self.last = label, None
        self.requests.get(url).close()
        if self.last is None:
            raise UpstreamError(f"{url} gave no document")
        return self.last

    def keep(self, document: Document) -> None:
        """Take in a document, before it is parsed: for the adapter."""
        self.last = replace(document, url=self._requests.asked or document.url)
        if self._archive is not None:
            self._archive.keep(self.last, self.label)

    def close(self) -> None:
        """Let go of all connections."""
        self.requests.close()

    def __enter__(self) -> PoliteSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_session(
    settings: FetchSettings,
    *,
    archive: RawArchive | None,
    clock: Callable[[], dt.datetime],
    sleep: Sleep = time.sleep,
    lock_folder: Path | None = None,
    random: Callable[[], float] = random_module.random,
) -> PoliteSession:
    """A session to the hosts of ``settings.urls``; close it.

    ``clock`` dates the documents (aware, UTC). ``lock_folder`` holds the turnstiles (default: the user's cache).
    Raises UsageError where there is no place for them.
    """
    session = PoliteSession(archive)
    adapter = PoliteAdapter(
        settings,
        user_agent=user_agent(settings.contact),
        keep=session.keep,
        clock=clock,
        sleep=sleep,
        lock_folder=lock_folder or default_folder(),
        random=random,
    )
    for scheme in ("http://", "https://"):
        session.requests.mount(scheme, adapter)
    return session


def replay_session(documents: Iterable[Document]) -> PoliteSession:
    """The same interface, served from kept documents; a URL that was not kept is a NotFoundError."""
    session = PoliteSession()
    adapter = ReplayAdapter(documents, keep=session.keep)
    for scheme in ("http://", "https://"):
        session.requests.mount(scheme, adapter)
    return session


def patiently(
    fetch: Callable[[], T],
    settings: FetchSettings,
    sleep: Sleep = time.sleep,
    random: Callable[[], float] = random_module.random,
) -> T:
    """What ``fetch`` returns, tried again while a parser calls the content Unavailable (half a page, an empty one).

    Waits as after passing trouble, up to ``settings.attempts`` attempts. GaveUp, after which the transport itself has
    tried long enough, is raised at once.
    """
    attempt = 0
    while True:
        try:
            return fetch()
        except GaveUp:
            raise
        except Unavailable:
            if attempt + 1 >= settings.attempts:
                raise
        sleep(wait_before(attempt, Trouble.PASSING, None, settings, random))
        attempt += 1


def user_agent(contact: str) -> str:
    """What paperradar calls itself, with a contact for arXiv's administrators where there is one."""
    name = f"paperradar/{__version__}"
    told = " ".join("".join(letter for letter in contact if " " <= letter <= "~" and letter not in "()\\").split())
    return f"{name} (+{told})" if told else name
