"""Orders to compare with. They rank every paper of the pool, fold no stories and leave nothing out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import numpy as np

from paperradar.papers import identifier_order
from paperradar.ranking import Candidate, Known, Pool

Baseline = Callable[[Pool, Known], list[str]]

SEED = 0
# Similarities are rounded, because the last bits of a sum of floats depend on the machine.
_DECIMALS = 6


def random_order(pool: Pool, known: Known, *, seed: int = SEED) -> list[str]:
    """Chance: by a hash of (seed, identifier), so a paper's place does not depend on who else is in the pool."""
    del known

    def key(identifier: str) -> bytes:
        return hashlib.blake2b(f"{seed} {identifier}".encode(), digest_size=16).digest()

    return sorted(_identifiers(pool), key=key)


def newest_first(pool: Pool, known: Known) -> list[str]:
    """By announcement day, the latest first; within a day the highest identifier first."""
    del known

    def key(candidate: Candidate) -> tuple[object, ...]:
        return candidate.announced_on, identifier_order(candidate.paper.identifier)

    return [candidate.paper.identifier for candidate in sorted(pool.candidates, key=key, reverse=True)]


def topic_similarity(pool: Pool, known: Known) -> list[str]:
    """By the highest cosine to any profile's description; papers without a vector last, ties in identifier order."""
    count = len(pool.candidates)
    best = np.full(count, -np.inf)
    has_vector = np.any(pool.vectors != 0, axis=1) if pool.vectors.size else np.zeros(count, dtype=np.bool_)
    for topic in known.topics:
        if has_vector.any() and topic.description.size:
            cosines = np.round((pool.vectors @ topic.description).astype(np.float64), _DECIMALS)
            best = np.where(has_vector, np.maximum(best, cosines), best)
    identifiers = _identifiers(pool)
    order = sorted(range(count), key=lambda i: (-best[i], identifier_order(identifiers[i])))
    return [identifiers[i] for i in order]


BASELINES: Mapping[str, Baseline] = {
    "random": random_order,
    "newest": newest_first,
    "topics": topic_similarity,
}


def _identifiers(pool: Pool) -> list[str]:
    return [candidate.paper.identifier for candidate in pool.candidates]
