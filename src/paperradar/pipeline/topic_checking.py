"""What a topic profile catches in the store, and what it nearly catches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from paperradar.calendar import Window
from paperradar.errors import NotFoundError
from paperradar.pipeline.knowledge import topic_knowledge
from paperradar.pipeline.opening import NO_PAPERS, open_store
from paperradar.pipeline.pooling import build_pool
from paperradar.progress import Progress, silent
from paperradar.ranking import Pool, TopicKnowledge, topic_matches
from paperradar.topics import find_topic
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


def check_topics(
    workspace: Workspace,
    slug: str | None = None,
    *,
    limit: int = 10,
    window: Window | None = None,
    progress: Progress = silent,
) -> list[TopicCheck]:
    """Hold one profile, or each, against the papers of a window (default: the newest 31 days in the store).

    Raises NotFoundError for an unknown profile, no profile at all, or a window without papers.
    """
    profiles = [find_topic(workspace.topics, slug)] if slug is not None else list(workspace.topics)
    if not profiles:
        raise NotFoundError("there are no topic profiles; start one with: paperradar topics new SLUG")
    store = open_store(workspace)
    with store.reading() as session:
        days = session.announced_days()
    if days is None:
        raise NotFoundError(NO_PAPERS)
    window = window or Window(days[1] - dt.timedelta(days=DAYS - 1), days[1])
    pool = build_pool(store, workspace.settings, window=window, compared=False, title_view=False, progress=progress)
    if not pool.candidates:
        raise NotFoundError(
            f"the store holds no paper in scope announced from {window.first} to {window.last}"
            f" (it holds {days[0]} to {days[1]}); choose another time with --month"
        )
    return [
        _check(item, pool, workspace, limit, window) for item in topic_knowledge(store, workspace.settings, profiles)
    ]


def _check(topic: TopicKnowledge, pool: Pool, workspace: Workspace, limit: int, window: Window) -> TopicCheck:
    matches = [
        Match(candidate.paper.identifier, candidate.paper.title, value)
        for candidate, value in topic_matches(pool, topic, workspace.settings.ranking)
    ]
    caught = [match for match in matches if match.match >= topic.profile.threshold]
    return TopicCheck(
        slug=topic.profile.slug,
        threshold=topic.profile.threshold,
        window=window,
        papers=len(matches),
        total_caught=len(caught),
        caught=tuple(caught[:limit]),
        nearly=tuple(matches[len(caught) : len(caught) + limit]),
    )
