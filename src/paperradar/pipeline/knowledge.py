"""What a ranking may know: the one place that applies the as-of rule, for shortlists and backtests alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from paperradar.calendar import identifier_days
from paperradar.decisions import EditionLog, Pick
from paperradar.encoding import encoder_card
from paperradar.lexical import tokenise
from paperradar.papers import Paper, identifier_month
from paperradar.pipeline.embedding import document_vectors, query_vectors
from paperradar.pipeline.examples import AsOf, gather_examples, picks_as_of
from paperradar.pipeline.picking import known_picks, picked_by_any
from paperradar.pipeline.signalling import signals_until
from paperradar.progress import Progress, silent
from paperradar.ranking import Featured, Known, Pool, Taste, TopicKnowledge
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.taste import learn
from paperradar.topics import TopicProfile
from paperradar.workspace import Workspace


def known_as_of(
    workspace: Workspace,
    store: Store,
    *,
    rule: AsOf,
    extra: Sequence[Paper] = (),
    titles_only: bool = False,
    taste: Taste | Literal["learn"] | None = "learn",
    today: dt.date | None = None,
    progress: Progress = silent,
) -> Known:
    """What may be known for a pool: profiles, past picks, decisions on its edition, and what can be learnt of them.

    ``rule`` says which past that is. ``extra`` papers and ``titles_only`` as for the pool. ``taste``: learn one now
    (as a backtest does), or take this one. ``today`` as for `known_picks`.
    """
    picks = picks_as_of(known_picks(workspace, today=today), rule)
    examples = gather_examples(
        store, workspace.settings, picks, rule, extra=extra, titles_only=titles_only, progress=progress
    )
    if taste == "learn":
        encoder = encoder_card(workspace.settings.encoder).fingerprint
        until = max((pick.decided_on for pick in picks), default=rule.first)
        taste = learn(examples, rule.sources, workspace.settings.taste, encoder=encoder, until=until)
    featured = [pick for pick in picks if pick.source in workspace.settings.edition.featured_sources]
    return Known(
        as_of=rule.last,
        topics=topic_knowledge(store, workspace.settings, workspace.topics),
        featured=featured_in(featured, rule.edition),
        chosen=picked_by_any(EditionLog(workspace.decisions, rule.edition, workspace.settings.edition).ballots())
        if rule.edition
        else frozenset(),
        sources=rule.sources,
        examples=examples,
        taste=taste,
        signals=signals_until(store, rule.known_until),
    )


def featured_in(picks: Iterable[Pick], edition: str) -> dict[str, tuple[Featured, ...]]:
    """By identifier, the editions with the paper but for this one: oldest first, entries before mentions."""
    found: dict[str, dict[Featured, dt.date]] = {}
    for pick in picks:
        if pick.edition != edition:
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

    A paper is not withdrawn by a version of after the day, and comments, journal reference and DOI that changed later
    are not known. Title and abstract are the highest version's all the same: the store has no others.
    """

    def then(paper: Paper) -> Paper:
        newest = max((version.created.date() for version in paper.versions if version.created), default=None)
        paper = replace(paper, withdrawn=paper.withdrawn and not (newest and newest > as_of))
        changed = paper.updated and paper.updated > as_of
        return replace(paper, comments="", journal_ref="", doi="") if changed else paper

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
