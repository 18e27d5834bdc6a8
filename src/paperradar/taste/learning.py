"""Learning a taste from past picks: one linear model for each source of picks and each view of a paper.

Why so: whose taste it is matters more than how much of it there is, and titles, abstracts, vectors and words each see
something that the others miss (figures in docs/ranking.md). The models are small, so a few dozen picks teach them
something, and a sum of them can be told in words.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paperradar.ranking import Examples, PastPick, Taste, View
from paperradar.ranking.taste import OWN_VIEWS
from paperradar.ranking.words import Documents, documents, tfidf, vocabulary_of
from paperradar.settings import TasteSettings, ViewKind
from paperradar.taste.classifiers import fit_linear, sparse

Rows = NDArray[np.int64]

# Sources with too few picks for a model of their own share one.
OTHERS_VIEW = "others"
_NOT_OURS = "own of others"
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class _Group:
    """Picks that are learnt together: rows of the examples, the weight of each, and the group's part of the taste."""

    name: str
    rows: Rows
    weights: NDArray[np.float64]
    share: float


def learn(
    examples: Examples,
    sources: Sequence[str],
    settings: TasteSettings,
    *,
    encoder: str,
    until: dt.date,
    most_terms: int | None = None,
) -> Taste | None:
    """Learn from picks (all of them decided by ``until``); None where there is nothing to learn from.

    ``sources``: whose taste it shall be; their picks count most. ``encoder``: the fingerprint of the vectors.
    ``most_terms``: a view of words keeps only so many, those that tell most (None: all).
    """
    ordinary = examples.ordinary()
    if not len(ordinary):
        return None
    groups = _groups(examples, frozenset(sources), settings, until)
    views: list[View] = []
    for kind, share in settings.views.shares().items():
        if share > 0:
            material = _material(examples, ordinary, kind)
            found = (_view(material, group, group.share * share, settings, most_terms) for group in groups)
            views += [view for view in found if view]
    views.sort(key=lambda view: [group.name for group in groups].index(view.source))
    total = sum(view.share for view in views)
    if not total:
        return None
    return Taste(
        views=tuple(replace(view, share=view.share / total) for view in views),
        trained_until=until,
        encoder=encoder,
        card=_card(examples, groups, ordinary, until, encoder),
    )


def _groups(examples: Examples, sources: frozenset[str], settings: TasteSettings, until: dt.date) -> list[_Group]:
    """The team's own picks, each big other source's, and those of all small ones together.

    A group counts by how far it is trusted. The others share ``settings.others`` by their picks' weights: a source that
    ended years ago has little left of it.
    """
    counted = Counter(name for picks in examples.picks for name in {pick.source for pick in picks})
    big = sorted(name for name, count in counted.items() if name not in sources and count >= settings.least_picks)
    small = frozenset(name for name in counted if name not in sources and name not in big)
    plan: list[tuple[str, frozenset[str]]] = [(OWN_VIEWS, sources)]
    # A source that is called like the team's own views, and is not the team's, must not be taken for them.
    plan += [(_NOT_OURS if name == OWN_VIEWS else name, frozenset({name})) for name in big]
    plan += [(OTHERS_VIEW, small)] if small else []
    groups = []
    for name, members in plan:
        rows = examples.picked_by(members)
        if len(rows):
            weights = np.asarray([_weight(examples.picks[row], members, settings, until) for row in rows])
            groups.append(_Group(name, rows, weights, _trust(float(weights.sum()), settings)))
    others = sum(float(group.weights.sum()) for group in groups if group.name != OWN_VIEWS)
    return [
        group
        if group.name == OWN_VIEWS
        else replace(group, share=group.share * settings.others * float(group.weights.sum()) / others)
        for group in groups
    ]


def _trust(count: float, settings: TasteSettings) -> float:
    """Few picks say little: count / (count + half)."""
    return count / (count + settings.half_trusted)


def _weight(picks: Sequence[PastPick], members: frozenset[str], settings: TasteSettings, until: dt.date) -> float:
    """The newest decision and the best role count; half as much after every half-life."""
    mine = [pick for pick in picks if pick.source in members]
    age = max((until - max(pick.decided_on for pick in mine)).days, 0)
    role = 1.0 if any(pick.role != "mention" for pick in mine) else settings.mention
    return float(role * 0.5 ** (age / (settings.half_life_years * _DAYS_PER_YEAR)))


@dataclass(frozen=True, slots=True)
class _Material:
    """What one view sees of all examples. ``there``: which have it at all; ``matrix``: (n, v), dense or sparse.

    ``counted`` is None for vectors, whose ``terms`` and ``idf`` are empty.
    """

    kind: ViewKind
    there: NDArray[np.bool_]
    ordinary: Rows
    matrix: Any
    terms: NDArray[np.uint64]
    idf: NDArray[np.float32]
    counted: Documents | None


def _material(examples: Examples, ordinary: Rows, kind: ViewKind) -> _Material:
    title = kind.startswith("title")
    there = np.asarray([title or bool(paper.abstract) for paper in examples.papers], dtype=np.bool_)
    ordinary = ordinary[there[ordinary]]
    if kind.endswith("vector"):
        matrix = examples.title_vectors if title else examples.vectors
        nothing = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.float32)
        return _Material(kind, there, ordinary, matrix, *nothing, None)
    counted = documents(examples.title_tokens if title else examples.tokens)
    terms, inverse = vocabulary_of(counted)
    idf = inverse.astype(np.float32)
    return _Material(kind, there, ordinary, _words_matrix(counted, terms, idf), terms, idf, counted)


def _words_matrix(counted: Documents, terms: NDArray[np.uint64], idf: NDArray[np.float32]) -> Any:
    return sparse(*tfidf(counted, terms, idf.astype(np.float64)), (len(counted), len(terms)))


def _view(
    material: _Material, group: _Group, share: float, settings: TasteSettings, most_terms: int | None
) -> View | None:
    keep = material.there[group.rows]
    picked, weights, ordinary = group.rows[keep], group.weights[keep], material.ordinary
    if len(picked) < settings.least_view or not len(ordinary):
        return None
    rows = np.concatenate([picked, ordinary])
    labels = np.arange(len(rows)) < len(picked)
    each = np.concatenate([weights / weights.mean(), np.ones(len(ordinary))])
    matrix, terms, idf = material.matrix[rows], material.terms, material.idf
    c = settings.vector_c if material.counted is None else settings.words_c
    fitted, bias = fit_linear(matrix, labels, c=c, weights=each)
    if material.counted is not None and most_terms is not None and len(terms) > most_terms:
        # Learnt anew on these alone: rows without the other terms are longer, and scores are made of such rows.
        kept = np.sort(np.argsort(-np.abs(fitted) * idf, kind="stable")[:most_terms])
        terms, idf = terms[kept], idf[kept]
        matrix = _words_matrix(material.counted, terms, idf)[rows]
        fitted, bias = fit_linear(matrix, labels, c=c, weights=each)
    kept_weights = fitted.astype(np.float32)
    scores = matrix[len(picked) :] @ kept_weights.astype(np.float64) + bias
    return View(
        source=group.name,
        kind=material.kind,
        weights=kept_weights,
        bias=bias,
        mean=float(scores.mean()),
        deviation=float(scores.std()) or 1.0,
        share=share,
        terms=terms,
        idf=idf,
    )


def _card(
    examples: Examples, groups: Sequence[_Group], ordinary: Rows, until: dt.date, encoder: str
) -> dict[str, object]:
    return {
        "trained_until": until.isoformat(),
        "encoder": encoder,
        "picks": {group.name: len(group.rows) for group in groups},
        "ordinary_papers": len(ordinary),
        "first_day": min(examples.days).isoformat(),
        "last_day": max(examples.days).isoformat(),
    }
