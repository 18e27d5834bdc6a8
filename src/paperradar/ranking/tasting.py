"""The components of taste: how a paper scores by what was learnt of past picks, and which picks it is like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from paperradar.ranking.signals import Signal
from paperradar.ranking.taste import MOST, OWN_VIEWS, View, standard_scores
from paperradar.ranking.texts import Texts
from paperradar.ranking.values import Known, PastPick, Pool

Floats = NDArray[np.float64]

# From this cosine on a past pick is worth naming; MiniLM gives unrelated abstracts of one field 0.1 to 0.3.
_LIKE = 0.45
_NAMED = 2
_TITLE_LENGTH = 60
# From so many deviations above ordinary papers on a score is worth a word.
_TOLD = 1.0


def taste(pool: Pool, texts: Texts, known: Known) -> Signal:
    """By the models of the team's own picks: the mean of their standard scores in units of `MOST`, -1 to 1.

    Each view counts by its share of the whole taste; see `paperradar.ranking.taste`.
    """
    values = _score(pool, known, lambda view: view.source == OWN_VIEWS)
    return Signal(values, tuple(_words(pool, known, values)))


def crowd(pool: Pool, texts: Texts, known: Known) -> Signal:
    """The same by the models of other sources' picks, and by the shipped prior."""
    values = _score(pool, known, lambda view: view.source != OWN_VIEWS)
    told = _TOLD / MOST
    return Signal(values, tuple("like what others picked" if value >= told else "" for value in values.tolist()))


def _score(pool: Pool, known: Known, mine: Callable[[View], bool]) -> Floats:
    total = np.zeros(len(pool.candidates))
    views = [view for view in known.taste.views if mine(view)] if known.taste else []
    for view in views:
        title = view.kind.startswith("title")
        vectors = pool.title_vectors if title else pool.vectors
        tokens = pool.title_tokens if title else pool.tokens
        if view.kind.endswith("vector"):
            if vectors.shape[1:] == view.weights.shape:
                there = vectors.any(axis=1)
                total += view.share * np.where(there, standard_scores(view, vectors=vectors, texts=()), 0.0)
        elif len(tokens) == len(total):
            total += view.share * standard_scores(view, vectors=vectors, texts=tokens)
    # What a paper's own pick has taught is no evidence for the paper.
    taught = {known.examples.papers[row].identifier for row in known.examples.picked_by()}
    total[[candidate.paper.identifier in taught for candidate in pool.candidates]] = 0.0
    return np.asarray(np.clip(total / MOST, -1.0, 1.0))


def _words(pool: Pool, known: Known, values: Floats) -> list[str]:
    """What to say: the past picks of the team that a paper is most like, where it scores above ordinary papers."""
    examples = known.examples
    rows = examples.picked_by(known.sources)
    if not len(rows) or pool.vectors.shape[1] != examples.vectors.shape[1]:
        return [""] * len(values)
    cosines = pool.vectors @ examples.vectors[rows].T
    said = []
    for position, value in enumerate(values.tolist()):
        identifier = pool.candidates[position].paper.identifier
        nearest = [
            column
            for column in _nearest(cosines[position])
            if cosines[position, column] >= _LIKE and examples.papers[rows[column]].identifier != identifier
        ][:_NAMED]
        if value <= 0 or not nearest:
            said.append("")
            continue
        named = [
            f"“{_shortened(examples.papers[rows[column]].title)}” ({_edition(examples.picks[rows[column]], known)})"
            for column in nearest
        ]
        said.append(f"like your pick{'s' if len(named) > 1 else ''} {' and '.join(named)}")
    return said


def _nearest(cosines: NDArray[np.float32]) -> list[int]:
    """The columns of the nearest, one more than are named (a paper may be among its own), nearest first."""
    most = min(_NAMED + 1, len(cosines))
    found = np.argpartition(-cosines, most - 1)[:most]
    return [int(column) for column in found[np.lexsort((found, -cosines[found]))]]


def _edition(picks: tuple[PastPick, ...], known: Known) -> str:
    """The last edition of the team's own in which the paper stood."""
    return [pick.edition for pick in picks if pick.source in known.sources][-1]


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1].rstrip() + "…"
