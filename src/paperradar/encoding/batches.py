"""Batches of fixed shapes, so that a text's vector does not depend on its neighbours.

How a matrix product rounds depends on its shape. Padded to the longest of its batch, a text would get other
low bits in other company, and an interrupted run that goes on would end in another store. So each batch has
exactly ``size`` rows (a short one is filled up) and one of a few widths; a text's width follows from its
own length alone. Measured: equal to the last bit, for a few per cent of the speed (docs/encoding.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Widths are multiples of this many tokens. Finer steps pad less and fill up more batches.
STEP = 32


@dataclass(frozen=True, slots=True)
class Batch:
    """Positions of texts that are encoded together, and the width in tokens that all are padded to.

    ``rows`` holds ``size`` positions at most; the caller fills the batch up.
    """

    rows: tuple[int, ...]
    width: int


def width_of(length: int, limit: int) -> int:
    """The width of a text of ``length`` tokens: the next multiple of STEP, ``limit`` at most."""
    return min(-(-max(length, 1) // STEP) * STEP, limit)


def plan_batches(lengths: Sequence[int], size: int, limit: int) -> Iterator[Batch]:
    """Sort texts by width, longest first, and cut each width into batches of at most ``size``."""
    by_width: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        by_width.setdefault(width_of(length, limit), []).append(row)
    for width in sorted(by_width, reverse=True):
        rows = by_width[width]
        for start in range(0, len(rows), size):
            yield Batch(tuple(rows[start : start + size]), width)
