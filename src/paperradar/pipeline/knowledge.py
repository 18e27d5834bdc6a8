"""What a ranking may know: the one place that applies the as-of rule, for shortlists and backtests alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np

from paperradar.decisions import DecisionLog, Pick, load_edition_files
from paperradar.lexical import tokenise
from paperradar.pipeline.embedding import document_vectors, query_vectors
from paperradar.ranking import Featured, Known, TopicKnowledge
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.topics import TopicProfile
from paperradar.workspace import Workspace

# A decision that begins with one of these words chooses the paper.
CHOSEN = ("pick", "yes")


def known_as_of(workspace: Workspace, store: Store, *, edition: str, as_of: dt.date) -> Known:
    """What was known about an edition on the day ``as_of`` (included): profiles, earlier editions, decisions on it.

    Only editions named before ``edition`` and decided by ``as_of`` count as earlier.
    """
    log = DecisionLog(workspace.decisions)
    picks = [*load_edition_files(workspace.editions, workspace.settings.edition), *log.picks()]
    return Known(
        as_of=as_of,
        topics=topic_knowledge(store, workspace.settings, workspace.topics),
        featured=featured_before(picks, edition, as_of, workspace.settings.edition.featured_sources),
        chosen=frozenset(
            identifier
            for identifier, mark in log.marks(edition).items()
            if mark.decision.strip().casefold().startswith(CHOSEN)
        ),
    )


def featured_before(
    picks: Iterable[Pick], edition: str, as_of: dt.date, sources: Sequence[str]
) -> dict[str, tuple[Featured, ...]]:
    """By identifier, the earlier editions of these sources with the paper: oldest first, entries before mentions."""
    found: dict[str, set[Featured]] = {}
    for pick in picks:
        if pick.source in sources and pick.edition < edition and pick.decided_on <= as_of:
            found.setdefault(pick.identifier, set()).add(Featured(pick.source, pick.edition, pick.role, pick.rank))
    return {
        identifier: tuple(sorted(items, key=lambda f: (f.edition, f.rank is None, f.rank or 0, f.source, f.role)))
        for identifier, items in found.items()
    }


def topic_knowledge(store: Store, settings: Settings, profiles: Sequence[TopicProfile]) -> tuple[TopicKnowledge, ...]:
    """The profiles with their texts as vectors and token ids; what the store lacks is encoded."""
    if not profiles:
        return ()
    descriptions = query_vectors(store, settings.encoder, [profile.description for profile in profiles])
    titles = [seed.title for profile in profiles for seed in profile.seeds]
    seeds = document_vectors(store, settings.encoder, [(title, "") for title in titles])
    knowledge = []
    start = 0
    for row, profile in enumerate(profiles):
        end = start + len(profile.seeds)
        words = " ".join((profile.name, profile.description, *profile.include))
        knowledge.append(TopicKnowledge(profile, descriptions[row], seeds[start:end], np.unique(tokenise(words))))
        start = end
    return tuple(knowledge)
