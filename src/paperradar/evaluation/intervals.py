"""How sure a figure is: the bootstrap over picks (Efron and Tibshirani 1993, chapter 13, percentile intervals)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2_000
SEED = 0
# Percent of the resampled means that lie in the interval.
CONFIDENCE = 95.0
# Resamples drawn at a time, which bounds memory.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the 95 % interval around it."""

    mean: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Rounded to six decimals, for JSON."""
        return {"mean": round(self.mean, 6), "low": round(self.low, 6), "high": round(self.high, 6)}


def bootstrap(values: Sequence[float], *, resamples: int = RESAMPLES, seed: int = SEED) -> Interval | None:
    """The mean of the values, one for each pick, and its interval; None without values. Deterministic.

    With one order's hits the values give the interval of its recall; see `paired`.
    """
    if not values:
        return None
    numbers = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(seed)
    means = [
        numbers[generator.integers(0, len(numbers), size=(min(_AT_ONCE, resamples - begin), len(numbers)))].mean(axis=1)
        for begin in range(0, resamples, _AT_ONCE)
    ]
    tail = (100.0 - CONFIDENCE) / 2
    low, high = np.percentile(np.concatenate(means), [tail, 100.0 - tail])
    return Interval(float(numbers.mean()), float(low), float(high))


def paired(ours: Sequence[float], theirs: Sequence[float]) -> Interval | None:
    """How much higher our mean is: picks are drawn together with what both orders made of them.

    Raises ValueError where the two are not of the same picks.
    """
    return bootstrap([a - b for a, b in zip(ours, theirs, strict=True)])
