"""What a ranking may know: the one place that applies the as-of rule, for shortlists and backtests alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from paperradar.calendar import identifier_days
from paperradar.decisions import DecisionLog, Mark, Pick
from paperradar.lexical import tokenise
from paperradar.papers import Paper, identifier_month
from paperradar.pipeline.embedding import document_vectors, query_vectors
from paperradar.pipeline.picking import known_picks
from paperradar.ranking import Featured, Known, Pool, TopicKnowledge
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.topics import TopicProfile
from paperradar.workspace import Workspace

# A decision that begins with one of these words chooses the paper.
CHOSEN = ("pick", "yes")


def known_as_of(workspace: Workspace, store: Store, *, edition: str, as_of: dt.date) -> Known:
    """What was known about an edition on the day ``as_of`` (included): profiles, earlier editions, decisions on it."""
    return Known(
        as_of=as_of,
        topics=topic_knowledge(store, workspace.settings, workspace.topics),
        featured=featured_before(known_picks(workspace), edition, as_of, workspace.settings.edition.featured_sources),
        chosen=chosen(DecisionLog(workspace.decisions, workspace.settings.edition).marks(edition)),
    )


def chosen(marks: Mapping[str, Mark]) -> frozenset[str]:
    """The papers whose mark chooses them."""
    return frozenset(key for key, mark in marks.items() if mark.decision.strip().casefold().startswith(CHOSEN))


def featured_before(
    picks: Iterable[Pick], edition: str, as_of: dt.date, sources: Sequence[str]
) -> dict[str, tuple[Featured, ...]]:
    """By identifier, the earlier editions of these sources with the paper: oldest first, entries before mentions.

    Earlier are those that were decided by ``as_of``, weeks and days included, but for the edition itself.
    """
    found: dict[str, dict[Featured, dt.date]] = {}
    for pick in picks:
        if pick.source in sources and pick.edition != edition and pick.decided_on <= as_of:
            item = Featured(pick.source, pick.edition, pick.role, pick.rank)
            found.setdefault(pick.identifier, {})[item] = pick.decided_on
    return {
        identifier: tuple(
            sorted(items, key=lambda f: (items[f], f.edition, f.rank is None, f.rank or 0, f.source, f.role))
        )
        for identifier, items in found.items()
    }


def topics_as_of(profiles: Sequence[TopicProfile], as_of: dt.date) -> tuple[TopicProfile, ...]:
    """The profiles without the seed papers that were announced after a day; for the backtest."""
    return tuple(
        profile.model_copy(
            update={
                "seeds": tuple(
                    seed for seed in profile.seeds if identifier_days(identifier_month(seed.identifier)).first <= as_of
                )
            }
        )
        for profile in profiles
    )


def pool_as_of(pool: Pool, as_of: dt.date) -> Pool:
    """The pool without what only later records say; for the backtest.

    A paper is not withdrawn by a version of after the day, and comments that changed after it are not known. Title and
    abstract are the highest version's all the same: the store has no others.
    """

    def then(paper: Paper) -> Paper:
        newest = max((version.created.date() for version in paper.versions if version.created), default=None)
        return replace(
            paper,
            withdrawn=paper.withdrawn and not (newest and newest > as_of),
            comments="" if paper.updated and paper.updated > as_of else paper.comments,
        )

    return replace(pool, candidates=tuple(replace(item, paper=then(item.paper)) for item in pool.candidates))


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
