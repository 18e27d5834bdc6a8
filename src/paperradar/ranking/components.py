"""The components of a score: named numbers that sum to it exactly, in integer thousandths.

A component's value lies between 0 and 1, or from -1 where it may speak against a paper; its weight
(``ranking.weights`` in the settings) says how many thousandths a value of 1 adds. The first six come from the topic
profile that gives the paper most, scaled by the profile's own weight; the others are the paper's own (see
`paperradar.ranking.signals`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paperradar.ranking.bm25 import bm25_scores
from paperradar.ranking.phrases import matched, saturated
from paperradar.ranking.signals import SIGNALS
from paperradar.ranking.tasting import crowd, taste
from paperradar.ranking.texts import Texts
from paperradar.ranking.values import Known, Pool, TopicKnowledge
from paperradar.settings import WeightSettings

Floats = NDArray[np.float64]
Thousandths = NDArray[np.int64]

# BM25 has no upper end; s / (s + BM25_HALF) maps it to 0..1. At this score the component gives half of its weight.
BM25_HALF = 12.0
# How many of a profile's seed papers a paper is compared with: two, so that one odd seed does not decide.
SEEDS_COUNTED = 2
# A phrase in the title counts as this many in the abstract.
TITLE_COUNTS = 2


@dataclass(frozen=True, slots=True)
class Component:
    """A component's name (as in settings and columns), its label for people, and what it means."""

    name: str
    label: str
    description: str


COMPONENTS = (
    Component("taste", "Taste", "Like the team's own past picks, unlike ordinary papers; may take away."),
    Component("crowd", "Others", "Like what other sources picked, or the shipped prior; may take away."),
    Component("description", "Topic", "Similarity of title and abstract to the profile's description (cosine)."),
    Component("seeds", "Seed papers", "Mean similarity to the profile's two nearest seed papers (cosine)."),
    Component("bm25", "Words", "Words shared with the profile's description and phrases (BM25)."),
    Component("phrases", "Phrases", "The profile's include phrases in title and abstract."),
    Component("excluded", "Excluded", "The profile's exclude phrases in title and abstract; takes away."),
    Component("category", "Category", "One of the paper's categories is one of the profile's."),
    Component("release", "Release", "Code, data or weights are linked or said to be public."),
    Component("novelty", "Novelty", "Distance to the nearest paper announced before the window (1 - cosine)."),
    Component("story", "Story", "Near-duplicates and concurrent work in the same window."),
    Component("authors", "Authors", "How often earlier papers of these authors were picked, of those they published."),
    Component(
        "growth", "Growth", "How much denser the paper's neighbourhood is than in the months before; may take away."
    ),
    Component("survey", "Survey", "A survey, review, overview or tutorial."),
    Component("dataset", "Dataset", "A dataset or benchmark is published."),
    Component("report", "Report", "A technical report, or a whole family of models."),
    Component(
        "accepted",
        "Accepted",
        "Comments or journal reference tell of a venue; an oral, spotlight or award counts twice.",
    ),
    Component("team", "Team", "How many authors there are."),
    Component(
        "home", "Field", "How much more often papers of this primary category were picked than others; may take away."
    ),
    Component(
        "attention", "Attention", "The paper's rank by numbers imported from outside (paperradar signals import)."
    ),
)
TASTE_COMPONENTS = ("taste", "crowd")
OWN_COMPONENTS = {"taste": taste, "crowd": crowd, **SIGNALS}
TOPIC_COMPONENTS = ("description", "seeds", "bm25", "phrases", "excluded", "category")


@dataclass(frozen=True, slots=True)
class TopicEvidence:
    """How each candidate fits one profile; arrays are aligned with the pool.

    ``parts``: by component, (n,) int64 thousandths, before the profile's own weight. ``match``: their sum.
    ``nearest_seed``: (n,) index of the nearest seed paper, -1 for none; ``seed_cosine``: (n,).
    ``phrases``: per candidate the include phrases found.
    """

    topic: TopicKnowledge
    parts: dict[str, Thousandths]
    match: Thousandths
    nearest_seed: NDArray[np.int64]
    seed_cosine: Floats
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class OwnEvidence:
    """What each candidate has of its own. ``parts``: by component, (n,) int64 thousandths. ``words``: by component."""

    parts: Mapping[str, Thousandths]
    words: Mapping[str, tuple[str, ...]]

    def said(self, position: int, *, of_taste: bool) -> tuple[str, ...]:
        """What to say of a candidate: the words of the components that count for it, in the order of `COMPONENTS`.

        Those of taste, or all the others.
        """
        return tuple(
            self.words[item.name][position]
            for item in COMPONENTS
            if (item.name in TASTE_COMPONENTS) == of_taste
            and item.name in self.words
            and self.parts[item.name][position]
            and self.words[item.name][position]
        )


def topic_evidence(topic: TopicKnowledge, pool: Pool, texts: Texts, weights: WeightSettings) -> TopicEvidence:
    """Compare every candidate of the pool with one profile."""
    count = len(pool.candidates)
    profile = topic.profile
    seed_value, nearest, seed_cosine = _seed_similarity(topic, pool)
    found = [
        (matched(profile.include, title), matched(profile.include, abstract))
        for title, abstract in zip(texts.titles, texts.abstracts, strict=True)
    ]
    barred = [
        len(matched(profile.exclude, title)) * TITLE_COUNTS + len(matched(profile.exclude, abstract))
        for title, abstract in zip(texts.titles, texts.abstracts, strict=True)
    ]
    bm25 = np.asarray(bm25_scores(topic.tokens, pool.tokens), dtype=np.float64).reshape(count)
    at_home = set(profile.categories)
    values: dict[str, Floats] = {
        "description": np.maximum(_cosines(pool, topic.description[None, :])[:, 0], 0.0),
        "seeds": np.maximum(seed_value, 0.0),
        "bm25": bm25 / (bm25 + BM25_HALF),
        "phrases": _floats(saturated(len(title) * TITLE_COUNTS + len(text)) for title, text in found),
        "excluded": _floats(saturated(n) for n in barred),
        "category": _floats(float(not at_home.isdisjoint(c.paper.categories)) for c in pool.candidates),
    }
    parts = {name: thousandths(values[name], getattr(weights, name)) for name in TOPIC_COMPONENTS}
    return TopicEvidence(
        topic=topic,
        parts=parts,
        match=np.sum([parts[name] for name in TOPIC_COMPONENTS], axis=0, dtype=np.int64).reshape(count),
        nearest_seed=nearest,
        seed_cosine=seed_cosine,
        phrases=tuple(tuple(dict.fromkeys((*title, *text))) for title, text in found),
    )


def own_evidence(pool: Pool, texts: Texts, known: Known, weights: WeightSettings) -> OwnEvidence:
    """The components that come neither from a profile nor from who takes part; one of weight 0 is not worked out."""
    parts: dict[str, Thousandths] = {}
    words: dict[str, tuple[str, ...]] = {}
    for name, signal in OWN_COMPONENTS.items():
        if weight := getattr(weights, name):
            found = signal(pool, texts, known)
            parts[name], words[name] = thousandths(found.values, weight), found.words
        else:
            parts[name] = np.zeros(len(pool.candidates), dtype=np.int64)
    return OwnEvidence(parts, words)


def near_counts(pool: Pool, kept: Collection[int]) -> NDArray[np.int64]:
    """(n,) how many near-duplicates each candidate has among those that take part; 0 for the others."""
    near = np.zeros(len(pool.candidates), dtype=np.int64)
    there = set(kept)
    for i, j, _ in pool.duplicates:
        if i in there and j in there:
            near[i] += 1
            near[j] += 1
    return near


def story_part(near: NDArray[np.int64], weights: WeightSettings) -> Thousandths:
    """The component that rewards concurrent work: (n,) int64 thousandths, from `near_counts`."""
    return thousandths(_floats(saturated(int(n)) for n in near), weights.story)


def thousandths(values: Floats, weight: float) -> Thousandths:
    """``values`` times ``weight``, rounded to whole thousandths (half to even)."""
    rounded: Thousandths = np.rint(values * weight).astype(np.int64)
    return rounded


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _cosines(pool: Pool, queries: NDArray[np.float32]) -> Floats:
    if pool.vectors.shape[1] != queries.shape[1]:  # no candidate has a vector yet
        return np.zeros((len(pool.candidates), len(queries)))
    return (pool.vectors @ queries.T).astype(np.float64)


def _seed_similarity(topic: TopicKnowledge, pool: Pool) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Mean cosine to the nearest seeds, the nearest seed's index and its cosine; a paper is no seed of itself."""
    count, seeds = len(pool.candidates), topic.profile.seeds
    if not seeds or not count:
        return np.zeros(count), np.full(count, -1, dtype=np.int64), np.zeros(count)
    cosines = _cosines(pool, topic.seeds)
    rows = {candidate.paper.identifier: row for row, candidate in enumerate(pool.candidates)}
    for column, seed in enumerate(seeds):
        if (row := rows.get(seed.identifier)) is not None:
            cosines[row, column] = -np.inf
    best = np.sort(cosines, axis=1)[:, ::-1][:, :SEEDS_COUNTED]
    there = np.isfinite(best)
    mean = np.where(there, best, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    nearest = np.where(there[:, 0], np.argmax(cosines, axis=1), -1).astype(np.int64)
    return mean, nearest, np.where(there[:, 0], best[:, 0], 0.0)


def best_topic(evidence: Sequence[TopicEvidence], count: int) -> NDArray[np.int64]:
    """(n,) index of the profile that adds most to each candidate's score (the first of equals), -1 without profiles."""
    if not evidence:
        return np.full(count, -1, dtype=np.int64)
    totals = np.stack([weighted_match(item) for item in evidence])
    best: NDArray[np.int64] = np.argmax(totals, axis=0).astype(np.int64)
    return best


def weighted_parts(evidence: TopicEvidence) -> dict[str, Thousandths]:
    """The parts scaled by the profile's own weight, in whole thousandths."""
    weight = evidence.topic.profile.weight
    return {name: thousandths(part.astype(np.float64), weight) for name, part in evidence.parts.items()}


def weighted_match(evidence: TopicEvidence) -> Thousandths:
    """The sum of `weighted_parts`: what the profile adds to each candidate's score."""
    total: Thousandths = np.sum(list(weighted_parts(evidence).values()), axis=0, dtype=np.int64)
    return total
