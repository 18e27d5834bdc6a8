"""How many papers of each calendar month the topic profiles catch, and of which categories they are.

The match is that of the ranking and of `check_topics`. Only papers with features count: nothing is encoded here. To
hold the profiles against a paper takes milliseconds, and a store has many: so no month is counted twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paperradar import __version__
from paperradar.calendar import announcement_days, previous_edition
from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.papers import text_hash
from paperradar.pipeline.desk_facts import MonthFacts
from paperradar.pipeline.knowledge import topic_knowledge
from paperradar.pipeline.measured import digest_of
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.pooling import in_scope, month_days
from paperradar.progress import Progress, silent
from paperradar.ranking import Candidate, Pool, TopicKnowledge, topic_matches
from paperradar.store import Store, StoredPaper, StoredTitle
from paperradar.topics import profile_hash
from paperradar.workspace import Workspace

# Two years: enough to see a topic grow, and a plot that can be read.
MONTHS = 24
# Kept of each month. All of them, over the months, are more than a plot shows.
CATEGORIES = 12


@dataclass(frozen=True, slots=True)
class CountedMonths:
    """``months``: oldest first. ``topics``: by slug the profiles' names, those left out that have no vector yet."""

    months: tuple[MonthFacts, ...]
    topics: Mapping[str, str]


def count_months(
    workspace: Workspace,
    titles: Sequence[StoredTitle],
    *,
    kept: Iterable[MonthFacts] = (),
    progress: Progress = silent,
) -> CountedMonths:
    """Count the newest `MONTHS` months of the store, which holds ``titles``. ``kept``: what was counted before.

    Raises StoreBusy, ModelError.
    """
    store = open_store(workspace)
    months, topics = _months(titles), _topics(workspace, store)
    days = [item.announced_on for item in titles]
    before = {item.digest: item for item in kept}
    counted = []
    with progress("Counting topics by month", len(months), unit="months") as advance:
        for month in months:
            counted.append(_month(workspace, store, month, topics, (min(days), max(days)), before))
            advance(1)
    return CountedMonths(tuple(counted), {topic.profile.slug: topic.profile.name for topic in topics})


def _months(titles: Sequence[StoredTitle]) -> list[str]:
    """The newest `MONTHS` calendar months of the store, oldest first: from the first one that has a paper."""
    held = {f"{item.announced_on:%Y-%m}" for item in titles}
    months = [max(held)] if held else []
    while months and len(months) < MONTHS:
        months.append(previous_edition(months[-1]))
    return sorted(month for month in months if month >= min(held.intersection(months)))


def _topics(workspace: Workspace, store: Store) -> tuple[TopicKnowledge, ...]:
    """The profiles whose texts have vectors: since the last list of papers was made, one may have changed."""
    settings = workspace.settings.encoder
    with store.reading() as session:
        lacking = {
            *session.missing_vectors(
                [text_hash(profile.description) for profile in workspace.topics],
                encoder_card(settings, "query").fingerprint,
            ),
            *session.missing_vectors(
                [text_hash(seed.title, "") for profile in workspace.topics for seed in profile.seeds],
                encoder_card(settings).fingerprint,
            ),
        }
    ready = [
        profile
        for profile in workspace.topics
        if lacking.isdisjoint([text_hash(profile.description), *(text_hash(seed.title, "") for seed in profile.seeds)])
    ]
    return topic_knowledge(store, workspace.settings, ready)


def _month(
    workspace: Workspace,
    store: Store,
    month: str,
    topics: Sequence[TopicKnowledge],
    held: tuple[dt.date, dt.date],
    before: Mapping[str, MonthFacts],
) -> MonthFacts:
    settings, days = workspace.settings, month_days(month)
    with store.reading() as session:
        stored = session.papers_announced(days.first, days.last)
        scoped = [item for item in stored if in_scope(item.paper, settings.categories)]
        hashes = [item.paper.text_hash for item in scoped]
        vectors, found = session.vectors(hashes, encoder_card(settings.encoder).fingerprint)
        tokens = session.tokens(hashes, LEXICAL_FINGERPRINT)
    there = [row for row, ids in enumerate(tokens) if found[row] and ids is not None]
    listings = list(announcement_days(days))
    whole = held[0] <= listings[0] and held[1] >= listings[-1]
    digest = _digest(workspace, topics, scoped, found)
    if digest in before:
        return replace(before[digest], month=month, whole=whole)
    pool = Pool(
        candidates=tuple(Candidate(scoped[row].paper, scoped[row].announced_on, scoped[row].basis) for row in there),
        vectors=vectors[there],
        tokens=tuple(ids for row in there if (ids := tokens[row]) is not None),
    )
    counted = Counter(category for item in scoped for category in item.paper.categories)
    return MonthFacts(
        month=month,
        papers=len(scoped),
        compared=len(there),
        topics={
            topic.profile.slug: sum(
                match >= topic.profile.threshold for _, match in topic_matches(pool, topic, settings.ranking)
            )
            for topic in topics
        },
        categorised=sum(bool(item.paper.categories) for item in scoped),
        categories=dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:CATEGORIES]),
        whole=whole,
        digest=digest,
    )


def _digest(
    workspace: Workspace, topics: Sequence[TopicKnowledge], scoped: Sequence[StoredPaper], found: NDArray[np.bool_]
) -> str:
    return digest_of(
        [
            __version__,
            encoder_card(workspace.settings.encoder).fingerprint,
            LEXICAL_FINGERPRINT,
            workspace.settings.ranking.weights,
            [profile_hash(topic.profile) for topic in topics],
            [
                (item.paper.identifier, item.paper.text_hash, item.paper.categories, bool(there))
                for item, there in zip(scoped, found, strict=True)
            ],
        ]
    )
