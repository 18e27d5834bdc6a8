"""Recall by depth and the median rank of the papers that people picked.

A row can hold several papers (a story), so a depth counts rows and not papers. ir-measures counts documents: each
picked paper is therefore a query of its own whose one right document is the paper's row, and the mean of R@k over
these queries is the share of picks within the first k rows. Without stories that is the usual recall. It also gives
one value for each pick, which a paired bootstrap needs.
"""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

DEPTHS = (50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Case:
    """An order and the papers to look for in it. ``run``: rows, each an identifier or a row's identifiers."""

    run: Sequence[str | tuple[str, ...]]
    relevant: Collection[str]


@dataclass(frozen=True, slots=True)
class Metrics:
    """``recall`` by depth, and ``median_rank``; None where there was nothing to find.

    A paper that the order left out ranks one below its last row in the median.
    """

    recall: Mapping[int, float | None]
    median_rank: float | None


def evaluate(cases: Sequence[Case], depths: Sequence[int] = DEPTHS) -> Metrics:
    """Measure one or more orders together: each picked paper counts the same, whichever edition it is of."""
    ranks = [
        len(case.run) + 1 if rank is None else rank
        for case in cases
        for rank in ranks_of(case.run, case.relevant).values()
    ]
    return Metrics(
        recall=_recall(cases, depths),
        median_rank=float(statistics.median(ranks)) if ranks else None,
    )


def ranks_of(run: Sequence[str | tuple[str, ...]], relevant: Collection[str]) -> dict[str, int | None]:
    """The row, from 1, of each paper looked for, best first; None where the order left it out."""
    found: dict[str, int] = {}
    for rank, row in enumerate(run, start=1):
        for identifier in (row,) if isinstance(row, str) else row:
            if identifier in relevant:
                found.setdefault(identifier, rank)
    left_out: dict[str, int | None] = dict.fromkeys(sorted(set(relevant) - found.keys()))
    return {**found, **left_out}


def _recall(cases: Sequence[Case], depths: Sequence[int]) -> dict[int, float | None]:
    qrels: dict[str, dict[str, int]] = {}
    runs: dict[str, dict[str, float]] = {}
    deepest = max(depths)
    for number, case in enumerate(cases):
        # Rows below the deepest cut change nothing. Scores are all different, so that ties cannot matter.
        rows = {f"row {rank}": float(-rank) for rank in range(1, min(len(case.run), deepest) + 1)}
        for identifier, rank in ranks_of(case.run, case.relevant).items():
            query = f"{number} {identifier}"
            qrels[query] = {"left out" if rank is None else f"row {rank}": 1}
            runs[query] = rows
    if not qrels:
        return dict.fromkeys(depths)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ir_measures

        measures = {depth: ir_measures.R @ depth for depth in depths}
        values = ir_measures.pytrec_eval.calc_aggregate(list(measures.values()), qrels, runs)
    return {depth: float(values[measure]) for depth, measure in measures.items()}
