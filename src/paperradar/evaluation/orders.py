"""What a baseline returns, and how scores become an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paperradar.papers import identifier_order
from paperradar.ranking import Known, Pool

# Scores are rounded, because the last bits of a sum of floats depend on the machine.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Ordered:
    """All papers of a pool, best first. ``setting``: what the baseline chose, or ``note``, why it could not; plain."""

    identifiers: tuple[str, ...]
    setting: Mapping[str, object] = field(default_factory=dict)


Baseline = Callable[[Pool, Known], Ordered]


def identifiers_of(pool: Pool) -> list[str]:
    """The candidates' identifiers, aligned with the pool's arrays."""
    return [candidate.paper.identifier for candidate in pool.candidates]


def by_score(identifiers: Sequence[str], scores: NDArray[np.float64]) -> tuple[str, ...]:
    """The highest score first; equal ones in identifier order. NaN and -inf stand last."""
    rounded = np.round(np.where(np.isnan(scores), -np.inf, scores), _DECIMALS)
    order = sorted(range(len(identifiers)), key=lambda i: (-rounded[i], identifier_order(identifiers[i])))
    return tuple(identifiers[i] for i in order)
