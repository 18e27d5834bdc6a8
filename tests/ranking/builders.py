"""Small pools for the ranking's tests: made-up papers whose vectors are chosen, not encoded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from paperradar.papers import DayBasis, Paper
from paperradar.ranking import Candidate, Known, Pool, TopicKnowledge
from paperradar.topics import SeedPaper, TopicProfile

DAY = dt.date(2022, 4, 20)
DIMENSION = 8


def tokens(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.uint32)


def unit(*values: float) -> np.ndarray:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[: len(values)] = values
    norm = np.linalg.norm(vector)
    return vector / norm if norm else vector


def candidate(
    identifier: str,
    title: str = "A title",
    abstract: str = "An abstract.",
    *,
    resurfaced: str = "",
    by_curator: str = "",
    withdrawn: bool = False,
    categories: tuple[str, ...] = (),
) -> Candidate:
    paper = Paper(identifier, title, abstract, categories=categories, withdrawn=withdrawn)
    return Candidate(paper, DAY, DayBasis.SUBMITTED, resurfaced, by_curator)


def pool(
    candidates: Sequence[Candidate],
    vectors: Sequence[np.ndarray] | None = None,
    duplicates: Sequence[tuple[int, int, float]] = (),
    novelty: Sequence[float] | None = None,
) -> Pool:
    matrix = np.zeros((len(candidates), DIMENSION), dtype=np.float32)
    if vectors is not None:
        for row, vector in enumerate(vectors):
            matrix[row] = vector
    return Pool(
        tuple(candidates),
        matrix,
        tuple(tokens(1, 2) for _ in candidates),
        tuple(duplicates),
        None if novelty is None else np.array(novelty, dtype=np.float32),
    )


def topic(slug: str, description: np.ndarray, **keys: object) -> TopicKnowledge:
    profile = TopicProfile.model_validate({"slug": slug, "name": slug.title(), "description": f"About {slug}.", **keys})
    seeds = np.stack([unit(0, 1) for _ in profile.seeds]) if profile.seeds else np.zeros((0, DIMENSION), np.float32)
    return TopicKnowledge(profile, description, seeds.astype(np.float32), tokens(1))


def seed(identifier: str, title: str = "A seed") -> SeedPaper:
    return SeedPaper(identifier=identifier, title=title)


def known(*topics: TopicKnowledge, **keys: object) -> Known:
    return Known(as_of=DAY, topics=topics, **keys)  # type: ignore[arg-type]
