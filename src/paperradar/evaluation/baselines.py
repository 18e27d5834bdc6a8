"""Orders to compare with. They rank every paper of the pool, fold no stories and leave nothing out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from paperradar.evaluation.learned import centroid, tfidf_svm
from paperradar.evaluation.orders import Baseline, Ordered, by_score, identifiers_of
from paperradar.papers import identifier_order
from paperradar.ranking import Candidate, Known, Pool

SEED = 0


def random_order(pool: Pool, known: Known, *, seed: int = SEED) -> Ordered:
    """Chance: by a hash of (seed, identifier), so a paper's place does not depend on who else is in the pool."""
    del known

    def key(identifier: str) -> bytes:
        return hashlib.blake2b(f"{seed} {identifier}".encode(), digest_size=16).digest()

    return Ordered(tuple(sorted(identifiers_of(pool), key=key)))


def newest_first(pool: Pool, known: Known) -> Ordered:
    """By announcement day, the latest first; within a day the highest identifier first."""
    del known

    def key(candidate: Candidate) -> tuple[object, ...]:
        return candidate.announced_on, identifier_order(candidate.paper.identifier)

    return Ordered(tuple(item.paper.identifier for item in sorted(pool.candidates, key=key, reverse=True)))


def topic_similarity(pool: Pool, known: Known) -> Ordered:
    """By the highest cosine to any profile's description; papers without a vector last, ties in identifier order."""
    count = len(pool.candidates)
    best = np.full(count, -np.inf)
    has_vector = np.any(pool.vectors != 0, axis=1) if pool.vectors.size else np.zeros(count, dtype=np.bool_)
    for topic in known.topics:
        if has_vector.any() and topic.description.size:
            cosines = (pool.vectors @ topic.description).astype(np.float64)
            best = np.where(has_vector, np.maximum(best, cosines), best)
    return Ordered(by_score(identifiers_of(pool), best))


BASELINES: Mapping[str, Baseline] = {
    "random": random_order,
    "newest": newest_first,
    "topics": topic_similarity,
    "centroid": centroid,
    "tfidf-svm": tfidf_svm,
}
