"""What a topic profile catches in the store, and what it nearly catches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from paperradar.calendar import Window
from paperradar.errors import NotFoundError
from paperradar.pipeline.knowledge import topic_knowledge
from paperradar.pipeline.pooling import build_pool
from paperradar.progress import Progress, silent
from paperradar.ranking import topic_matches
from paperradar.store import Store
from paperradar.workspace import Workspace

# Without an edition, a profile is held against the newest papers of this many days.
DAYS = 31


@dataclass(frozen=True, slots=True)
class Match:
    """One paper and its match with the profile, in thousandths."""

    identifier: str
    title: str
    match: int


@dataclass(frozen=True, slots=True)
class TopicCheck:
    """``caught``: at or over the threshold, best first. ``nearly``: the next ones. ``papers``: all in the window."""

    slug: str
    threshold: int
    window: Window
    papers: int
    total_caught: int
    caught: tuple[Match, ...]
    nearly: tuple[Match, ...]


def check_topic(
    workspace: Workspace, slug: str, *, limit: int = 10, window: Window | None = None, progress: Progress = silent
) -> TopicCheck:
    """Hold one profile against the papers of a window (default: the newest 31 days in the store).

    Raises NotFoundError for an unknown profile or an empty store.
    """
    profile = next((profile for profile in workspace.topics if profile.slug == slug), None)
    if profile is None:
        names = ", ".join(profile.slug for profile in workspace.topics) or "none"
        raise NotFoundError(f"no topic profile {slug!r}; there are: {names}")
    store = Store(workspace.database, wait_seconds=workspace.settings.store.wait_seconds)
    if window is None:
        with store.reading() as session:
            days = session.announced_days()
        if days is None:
            raise NotFoundError("the store holds no papers yet; import some with: paperradar import FILE")
        window = Window(days[1] - dt.timedelta(days=DAYS - 1), days[1])
    pool = build_pool(store, workspace.settings, window=window, progress=progress)
    (knowledge,) = topic_knowledge(store, workspace.settings, [profile])
    matches = [
        Match(candidate.paper.identifier, candidate.paper.title, value)
        for candidate, value in topic_matches(pool, knowledge, workspace.settings.ranking)
    ]
    caught = [match for match in matches if match.match >= profile.threshold]
    return TopicCheck(
        slug=slug,
        threshold=profile.threshold,
        window=window,
        papers=len(matches),
        total_caught=len(caught),
        caught=tuple(caught[:limit]),
        nearly=tuple(matches[len(caught) : len(caught) + limit]),
    )
