"""Nearest neighbours by cosine: the one module that knows FAISS.

All searches are exact, over a flat index that is built for the call: 40,000 vectors of 384 numbers are 60 MB
and are indexed in hundredths of a second, so there is nothing worth keeping on disk. Beyond about a million
vectors an inverted file with exact re-ranking would be the next step; that is a later matter.

Vectors are unit rows, so that an inner product is a cosine. A zero row stands for a missing vector and is
never near to anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import faiss

Vectors = NDArray[np.float32]
Indices = NDArray[np.int64]

# Queries searched at once: bounds how many pairs FAISS holds before we thin them out.
_BLOCK = 1024
# From this cosine on two papers are of one neighbourhood; for MiniLM that is a narrow subject.
NEIGHBOUR = 0.6
# Smooths the growth of a neighbourhood: a handful of neighbours more or less is chance.
GROWTH_PRIOR = 5.0


def nearest(queries: Vectors, vectors: Vectors, k: int) -> tuple[Indices, Vectors]:
    """The ``k`` nearest of ``vectors`` (n, d) to each of ``queries`` (m, d), nearest first.

    Returns indices (m, k) and cosines (m, k). Where there are fewer than k neighbours, the rest is -1 and NaN.
    """
    indices = np.full((len(queries), k), -1, dtype=np.int64)
    cosines = np.full((len(queries), k), np.nan, dtype=np.float32)
    asked, there = _filled(queries), _filled(vectors)
    most = min(k, len(there))
    if most and len(asked):
        found, places = _index(vectors[there]).search(_contiguous(queries[asked]), most)
        indices[asked, :most] = there[places]
        cosines[asked, :most] = np.clip(found, -1.0, 1.0)
    return indices, cosines


def near_duplicates(vectors: Vectors, threshold: float) -> tuple[tuple[int, int, float], ...]:
    """All pairs (i, j, cosine) with i < j and a cosine of at least ``threshold``, sorted by i, then j."""
    there = _filled(vectors)
    if len(there) < 2:
        return ()
    rows = _contiguous(vectors[there])
    index = _index(rows)
    below = float(np.nextafter(np.float32(threshold), np.float32(-2)))  # FAISS leaves the radius itself out
    pairs: list[tuple[int, int, float]] = []
    for start in range(0, len(rows), _BLOCK):
        limits, found, places = index.range_search(rows[start : start + _BLOCK], below)
        first = np.repeat(np.arange(start, start + len(limits) - 1), np.diff(limits).astype(np.int64))
        wanted = places > first
        pairs.extend(
            zip(
                there[first[wanted]].tolist(),
                there[places[wanted]].tolist(),
                np.clip(found[wanted], -1.0, 1.0).tolist(),
                strict=True,
            )
        )
    return tuple(sorted(pairs))


def novelty(vectors: Vectors, older: Vectors) -> Vectors:
    """1 - cosine to the nearest of ``older``, for each row: (n,) float32, NaN for a zero row or an empty ``older``."""
    _, cosines = nearest(vectors, older, 1)
    result: Vectors = np.float32(1) - cosines[:, 0]
    return result


def counts_within(queries: Vectors, vectors: Vectors, threshold: float) -> Indices:
    """How many of ``vectors`` (n, d) have at least this cosine to each of ``queries`` (m, d): (m,) int64."""
    counts = np.zeros(len(queries), dtype=np.int64)
    asked, there = _filled(queries), _contiguous(vectors[_filled(vectors)])
    if not len(there):
        return counts
    for start in range(0, len(asked), _BLOCK):
        rows = asked[start : start + _BLOCK]
        # Counting needs no list of neighbours, and in a dense field that list is long: no index here.
        counts[rows] = np.count_nonzero(_contiguous(queries[rows]) @ there.T >= np.float32(threshold), axis=1)
    return counts


def growth(vectors: Vectors, older: Vectors, threshold: float = NEIGHBOUR) -> Vectors:
    """log2 of how much denser each row's neighbourhood is among ``vectors`` than among ``older``: (n,) float32.

    (neighbours now + k) / (expected now + k), where expected are the neighbours among ``older`` scaled to the size of
    ``vectors``: the shrunk ratio of observed to expected (Norén et al., Statistical Methods in Medical Research 22(1),
    2013). NaN for a zero row, or where one of the two has no other row.
    """
    filled = _filled(vectors)
    result: Vectors = np.full(len(vectors), np.nan, dtype=np.float32)
    before = len(_filled(older))
    if len(filled) < 2 or not before:
        return result
    rows = vectors[filled]
    now = np.maximum(counts_within(rows, rows, threshold) - 1, 0)  # none is its own neighbour
    expected = counts_within(rows, older, threshold) * ((len(filled) - 1) / before)
    result[filled] = np.log2((now + GROWTH_PRIOR) / (expected + GROWTH_PRIOR))
    return result


def _filled(vectors: Vectors) -> Indices:
    """The positions of the rows that are not zero."""
    return np.flatnonzero(vectors.any(axis=1)) if vectors.size else np.zeros(0, dtype=np.int64)


def _contiguous(vectors: Vectors) -> Vectors:
    return np.ascontiguousarray(vectors, dtype=np.float32)


def _index(vectors: Vectors) -> faiss.IndexFlatIP:
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(_contiguous(vectors))
    return index
