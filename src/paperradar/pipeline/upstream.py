"""The way to arXiv: a polite session that keeps every answer as it came, and the patience to ask again."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from paperradar.clock import Clock
from paperradar.settings import FetchSettings
from paperradar.transport import PoliteSession, RawArchive, open_session, patiently
from paperradar.workspace import Workspace

Sleep = Callable[[float], object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Upstream:
    """What asks arXiv (or what stands in its place), and how patiently."""

    session: PoliteSession
    settings: FetchSettings
    sleep: Sleep = time.sleep

    def get(self, url: str, *, label: str) -> bytes:
        """The body of the document at an address; ``label`` names it among the kept ones."""
        return self.session.get(url, label=label).body

    def patiently(self, ask: Callable[[], T]) -> T:
        """What ``ask`` gives; asked again while a parser says that the answer is unusable for now."""
        return patiently(ask, self.settings, self.sleep)


@contextmanager
def upstream(workspace: Workspace, clock: Clock, *, sleep: Sleep = time.sleep) -> Iterator[Upstream]:
    """The way to arXiv for one job. Answers go to the workspace's ``data/raw``; those past their time are removed."""
    archive = RawArchive(workspace.raw)
    settings = workspace.settings.fetch
    if settings.keep_days:
        archive.prune(clock().date() - dt.timedelta(days=settings.keep_days))
    with open_session(settings, archive=archive, clock=clock, sleep=sleep) as session:
        yield Upstream(session, settings, sleep)
