"""Choosing a baseline's setting by cross-validation inside what it may learn from, never by the result measured.

The picks of the tested sources are dealt into five folds. Those of one fold are ranked among the ordinary papers of the
same fold by what is learnt from the other four. A setting's value is the mean of 1 / log2(1 + rank) over all these
picks: the discount of nDCG (Järvelin and Kekäläinen 2002), so that high places count most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paperradar.papers import identifier_order
from paperradar.ranking import ENTRY_ROLES, Known, PastPick, Pool

Rows = NDArray[np.int64]
Setting = dict[str, object]
# Scores of the rows asked for (third), by what is learnt from the first (picks) and the second (ordinary papers).
Learner = Callable[[Rows, Rows, Rows], NDArray[np.float64]]

FOLDS = 5
# More ordinary papers than these only cost time where settings are compared.
_NEGATIVES_COMPARED = 4_000
# Settings are judged by so many of the latest picks: older ones differ from today's papers in ways that help nobody.
_TARGETS = 100
# With fewer papers in the pool than these, ordinary ones of before are negatives too.
_FEW_NEGATIVES = 1_000
# Which past picks to learn from; the first of each is the one to begin with.
PICKS_AXES: Mapping[str, tuple[object, ...]] = {
    "sources": ("tested", "all"),
    "roles": ("all", "entries"),
    "months": (None, 12),
}


@dataclass(frozen=True, slots=True)
class Material:
    """What a baseline may learn from, and what it ranks: rows of one table, the examples before the pool's candidates.

    ``negatives``: rows of the pool's own papers that nobody is known to have picked, as in arxiv-sanity-lite, and where
    they are few of other ordinary papers.
    ``targets``: rows of the papers that settings are judged by, the latest main entries of the tested sources.
    ``abstracts``: (rows,) whether the paper's abstract is known. ``views``: what can be looked at, the first to begin
    with. The view ``text`` learns from papers with abstracts alone, else it would learn to tell abstracts from titles:
    old picks are often known by nothing but their titles.
    """

    identifiers: tuple[str, ...]
    picks: tuple[tuple[PastPick, ...], ...]
    sources: frozenset[str]
    candidates: Rows
    negatives: Rows
    targets: Rows
    abstracts: NDArray[np.bool_]
    views: tuple[str, ...]

    def positives(self, setting: Mapping[str, object]) -> Rows:
        """The rows of the past picks that a setting takes (see PICKS_AXES), the latest decision first."""
        newest = max((pick.decided_on for picks in self.picks for pick in picks), default=dt.date.min)
        months = setting["months"]
        since = newest - dt.timedelta(days=round(365.25 / 12 * months)) if isinstance(months, int) else dt.date.min

        def takes(row: int, pick: PastPick) -> bool:
            return (
                (setting["sources"] == "all" or pick.source in self.sources)
                and (setting["roles"] == "all" or pick.role in ENTRY_ROLES)
                and pick.decided_on >= since
                and (setting["view"] == "title" or bool(self.abstracts[row]))
            )

        return _latest_first(self.picks, takes)


def material(pool: Pool, known: Known) -> Material:
    """Line up the examples and the pool's candidates."""
    examples = known.examples
    papers = [*examples.papers, *(candidate.paper for candidate in pool.candidates)]
    count = len(examples.papers)
    sources = frozenset(known.sources)
    abstracts = np.asarray([bool(paper.abstract) for paper in papers], dtype=np.bool_)
    # What most of the pool is known by decides what can be learnt for it.
    whole = 2 * int(abstracts[count:].sum()) > len(papers) - count
    targets, views = _targets(examples.picks, sources, abstracts, whole=whole)
    inside = {paper.identifier for paper in papers[count:]}
    picked = {paper.identifier for paper, picks in zip(papers, examples.picks, strict=False) if picks}
    ordinary = [row for row in range(count) if not examples.picks[row] and papers[row].identifier not in inside]
    own = [row for row in range(count, len(papers)) if papers[row].identifier not in picked]
    negatives = np.asarray(own if len(own) >= _FEW_NEGATIVES else ordinary + own, dtype=np.int64)
    return Material(
        identifiers=tuple(paper.identifier for paper in papers),
        picks=examples.picks,
        sources=sources,
        candidates=np.arange(count, len(papers), dtype=np.int64),
        negatives=negatives[abstracts[negatives]] if "text" in views else negatives,
        targets=targets,
        abstracts=abstracts,
        views=views,
    )


def _targets(
    picks: Sequence[Sequence[PastPick]], sources: frozenset[str], abstracts: NDArray[np.bool_], *, whole: bool
) -> tuple[Rows, tuple[str, ...]]:
    """The papers to judge settings by, and the views in which they can be seen.

    Main entries of the tested sources, else any pick; with abstracts where the pool has them (``whole``), else titles.
    """

    def mine(_: int, pick: PastPick) -> bool:
        return pick.source in sources and pick.role in ENTRY_ROLES

    for takes in (mine, lambda _row, _pick: True):
        rows = _latest_first(picks, takes)
        if whole and len(seen := rows[abstracts[rows]]) >= FOLDS:
            return seen[:_TARGETS], ("text", "title")
        if len(rows):
            return rows[:_TARGETS], ("title",)
    return np.zeros(0, dtype=np.int64), ("title",)


def _latest_first(picks: Sequence[Sequence[PastPick]], takes: Callable[[int, PastPick], bool]) -> Rows:
    """The rows with a pick that is taken, by the day of the latest such; within a day in the rows' own order."""
    days = {row: [pick.decided_on for pick in mine if takes(row, pick)] for row, mine in enumerate(picks)}
    latest = {row: max(taken) for row, taken in days.items() if taken}
    return np.asarray(sorted(latest, key=lambda row: (-latest[row].toordinal(), row)), dtype=np.int64)


def choose(
    given: Material,
    axes: Mapping[str, Sequence[object]],
    learner: Callable[[Setting], Learner],
) -> Setting:
    """The setting with the best value, looked for along one axis after the other; the first of equals.

    ``axes``: those of the baseline beside the views and PICKS_AXES; a ``learner`` is made of a setting. The result also
    tells the number of ``positives`` and of ``negatives``, and as ``held_out`` its value, None where there are too few
    picks to compare settings: the first of each axis is taken then, and all sources where the tested ones have no pick.
    """
    axes = {"view": given.views, **PICKS_AXES, **axes}
    best: Setting = {name: values[0] for name, values in axes.items()}
    if not len(given.positives(best)):
        best["sources"] = "all"
    value = None
    if len(given.targets) >= FOLDS and len(given.negatives) >= FOLDS:
        value = _held_out(given, best, learner(best))
        tried = {_key(given, best)}
        for name, values in axes.items():
            for other in values:
                setting = best | {name: other}
                key = _key(given, setting)
                if key in tried:
                    continue
                tried.add(key)
                if (result := _held_out(given, setting, learner(setting))) > value:
                    best, value = setting, result
    counts = {"positives": len(given.positives(best)), "negatives": len(given.negatives)}
    return {**best, **counts, "held_out": value}


def _key(given: Material, setting: Setting) -> tuple[object, ...]:
    """Equal for settings that come to the same."""
    others = tuple(value for name, value in setting.items() if name not in PICKS_AXES)
    return tuple(given.positives(setting).tolist()), *others


def _held_out(given: Material, setting: Setting, learn: Learner) -> float:
    """A setting's value, see the module's text."""
    folds = np.full(len(given.identifiers), -1, dtype=np.int64)
    step = max(1, -(-len(given.negatives) // _NEGATIVES_COMPARED))
    negatives = _sorted(given, given.negatives)[::step]
    positives = given.positives(setting)
    # Targets are dealt alone, so that their folds are the same in all settings.
    for rows in (_sorted(given, np.setdiff1d(positives, given.targets)), _sorted(given, given.targets), negatives):
        folds[rows] = np.arange(len(rows)) % FOLDS
    total = 0.0
    for fold in range(FOLDS):
        asked, among = given.targets[folds[given.targets] == fold], negatives[folds[negatives] == fold]
        learnt = positives[folds[positives] != fold]
        if not len(learnt):
            continue
        scores = np.round(learn(learnt, negatives[folds[negatives] != fold], np.concatenate([asked, among])), 6)
        # An ordinary paper with the same score stands before the pick.
        ranks = 1 + (scores[None, len(asked) :] >= scores[: len(asked), None]).sum(axis=1)
        total += float((1.0 / np.log2(1.0 + ranks)).sum())
    return round(total / len(given.targets), 6)


def _sorted(given: Material, rows: Rows) -> Rows:
    order = sorted(rows.tolist(), key=lambda row: identifier_order(given.identifiers[row]))
    return np.asarray(order, dtype=np.int64)
