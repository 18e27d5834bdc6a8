"""Taste: what has been learnt of past picks, as plain numbers, and how a paper scores by it.

A taste is a sum of linear views. Each belongs to one source of picks and one kind of evidence: the vector of the
title, that of title and abstract, or their words. A view's score is brought to one scale by the mean and the
deviation that it had among ordinary papers when it was learnt. So it does not depend on who else is in a pool,
and scores of two months can be laid side by side.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paperradar.ranking.words import Tokens, documents, tfidf
from paperradar.settings import ViewKind

# The models of the team's own picks; the other sources' are called by their names.
OWN_VIEWS = "own"
# No single view may carry a paper further than this many deviations.
MOST = 6.0


@dataclass(frozen=True, slots=True)
class View:
    """One linear model. ``weights``: (d,) for vectors, (v,) for words, whose ``terms`` (v,) ascend, with their ``idf``.

    ``mean`` and ``deviation``: of the raw scores of ordinary papers. ``share``: its part of the taste's score.
    """

    source: str
    kind: ViewKind
    weights: NDArray[np.float32]
    bias: float
    mean: float
    deviation: float
    share: float
    terms: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    idf: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Taste:
    """All views, and the day until which the picks it was learnt from were decided.

    ``encoder``: the fingerprint of the vectors; another encoder needs another taste. ``card``: on what it was learnt
    and how it was measured, for people; plain values.
    """

    views: tuple[View, ...]
    trained_until: dt.date
    encoder: str
    card: Mapping[str, object] = field(default_factory=dict)


def raw_scores(view: View, *, vectors: NDArray[np.float32], texts: Sequence[Tokens]) -> NDArray[np.float64]:
    """The view's linear scores: (n,). ``vectors`` (n, d) for views of vectors, ``texts`` (token ids) for words."""
    if view.kind.endswith("vector"):
        return vectors.astype(np.float64) @ view.weights.astype(np.float64) + view.bias
    rows, columns, values = tfidf(documents(texts), view.terms, view.idf.astype(np.float64))
    sums = np.bincount(rows, weights=values * view.weights[columns], minlength=len(texts))
    return np.asarray(sums + view.bias, dtype=np.float64)


def standard_scores(view: View, *, vectors: NDArray[np.float32], texts: Sequence[Tokens]) -> NDArray[np.float64]:
    """Deviations above the mean of ordinary papers, within +-`MOST`: (n,)."""
    raw = raw_scores(view, vectors=vectors, texts=texts)
    return np.asarray(np.clip((raw - view.mean) / view.deviation, -MOST, MOST))
