"""How far to read: which share of a team's picks the first so many rows held in its backtests, and how sure that is.

The interval is Wilson's score interval (Wilson 1927, JASA 22:209-212), which holds for few picks and near 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# With fewer picks than this the intervals are too wide to go by.
LEAST_PICKS = 20
DEPTHS_READ = (100, 500)
# Two-sided 95 % of the normal distribution.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading the first ``depth`` rows found: ``found`` of ``picks``, and the 95 % interval of that share."""

    depth: int
    found: int
    picks: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share of the picks that was found."""
        return self.found / self.picks


def readings(ranks: Sequence[int | None], depths: Sequence[int] = DEPTHS_READ) -> tuple[Reading, ...]:
    """By depth, how many of the picks (their rows, from 1; None: left out) stood so high; none for too few picks."""
    if len(ranks) < LEAST_PICKS:
        return ()
    made = []
    for depth in depths:
        found = sum(rank is not None and rank <= depth for rank in ranks)
        made.append(Reading(depth, found, len(ranks), *wilson(found, len(ranks))))
    return tuple(made)


def wilson(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of the share ``found / of``. Raises ValueError where that is no share."""
    if not 0 <= found <= of or not of:
        raise ValueError(f"{found} of {of} is no share")
    share, z2 = found / of, _Z**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    # Rounding must not lead past the share itself, at 0 and 1.
    return max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0)


def advice(made: Sequence[Reading]) -> str:
    """``Reading the first 100 rows finds about 4 of 10 picks (2 to 6), the first 500 about 7 (5 to 8)``."""
    parts = []
    for number, item in enumerate(made):
        about = f"about {_tenths(item.share)}{' of 10 picks' if not number else ''}"
        span = f"({_tenths(item.low)} to {_tenths(item.high)})"
        parts.append(
            f"Reading the first {item.depth} rows finds {about} {span}"
            if not number
            else f"the first {item.depth} {about} {span}"
        )
    return ", ".join(parts)


def _tenths(share: float) -> int:
    return math.floor(share * 10 + 0.5)
