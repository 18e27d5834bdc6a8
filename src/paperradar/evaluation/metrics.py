"""Recall by depth, nDCG, reciprocal rank and the median rank of the papers that people picked.

A row can hold several papers (a story), so a depth counts rows and not papers. ir-measures counts documents. For
recall each picked paper is therefore a query of its own whose one right document is the paper's row, and the mean of
R@k over these queries is the share of picks within the first k rows. Without stories that is the usual recall. It
also gives one value for each pick, which a paired bootstrap needs. For nDCG and the reciprocal rank an order is one
query, as usual, and its right documents are the rows that hold a pick.
"""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

DEPTHS = (10, 50, 100, 200, 500)
NDCG_DEPTH = 100

_Qrels = dict[str, dict[str, int]]
_Runs = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Case:
    """An order and the papers to look for in it. ``run``: rows, each an identifier or a row's identifiers."""

    run: Sequence[str | tuple[str, ...]]
    relevant: Collection[str]


@dataclass(frozen=True, slots=True)
class Metrics:
    """``recall`` by depth, ``median_rank``, ``ndcg`` at NDCG_DEPTH and ``mrr``; None where there was nothing to find.

    A paper that the order left out is missed at every depth and ranks one below its last row in the median.
    """

    recall: Mapping[int, float | None]
    median_rank: float | None
    ndcg: float | None
    mrr: float | None

    def figures(self) -> dict[str, float | None]:
        """By name, rounded to six decimals: ``recall@10``, ..., ``nDCG@100``, ``MRR``, ``median_rank``."""
        named: dict[str, float | None] = {f"recall@{depth}": value for depth, value in self.recall.items()}
        named |= {f"nDCG@{NDCG_DEPTH}": self.ndcg, "MRR": self.mrr, "median_rank": self.median_rank}
        return {name: None if value is None else round(value, 6) for name, value in named.items()}


def evaluate(cases: Sequence[Case], depths: Sequence[int] = DEPTHS) -> Metrics:
    """Measure one or more orders together.

    In recall and median each picked paper counts the same, whichever order it is of. nDCG and MRR are means over the
    orders in which there is something to find.
    """
    ranks = [
        len(case.run) + 1 if rank is None else rank
        for case in cases
        for rank in ranks_of(case.run, case.relevant).values()
    ]
    found = hits(cases, depths)
    ndcg, mrr = _means_over_orders(cases)
    return Metrics(
        recall={depth: statistics.fmean(found[depth]) if found[depth] else None for depth in depths},
        median_rank=float(statistics.median(ranks)) if ranks else None,
        ndcg=ndcg,
        mrr=mrr,
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


def hits(cases: Sequence[Case], depths: Sequence[int] = DEPTHS) -> dict[int, tuple[float, ...]]:
    """By depth, for each picked paper 1.0 where one of the first rows holds it, else 0.0.

    The papers stand in order of the cases and, within one, of their identifiers: two orders of the same papers line up.
    """
    qrels: _Qrels = {}
    runs: _Runs = {}
    deepest = max(depths)
    for number, case in enumerate(cases):
        rows = _rows(min(len(case.run), deepest))  # what is below the deepest cut changes nothing
        ranks = ranks_of(case.run, case.relevant)
        for identifier in sorted(ranks):
            rank = ranks[identifier]
            query = f"{number} {identifier}"
            qrels[query] = {"left out" if rank is None else f"row {rank}": 1}
            runs[query] = rows
    with _library() as ir_measures:
        measures = {ir_measures.R @ depth: depth for depth in depths}
        values: dict[int, dict[str, float]] = {depth: {} for depth in depths}
        for item in _calculated(ir_measures, measures, qrels, runs):
            values[measures[item.measure]][item.query_id] = float(item.value)
    return {depth: tuple(values[depth][query] for query in qrels) for depth in depths}


def _means_over_orders(cases: Sequence[Case]) -> tuple[float | None, float | None]:
    """Mean nDCG and mean reciprocal rank of the first pick, over the orders with something to find."""
    qrels: _Qrels = {}
    runs: _Runs = {}
    for number, case in enumerate(cases):
        ranks = ranks_of(case.run, case.relevant)
        if not ranks:
            continue
        first = next(iter(ranks.values())) or 0
        # Papers that the order left out are documents that it does not have: the ideal order would have them.
        qrels[str(number)] = {
            f"left out {identifier}" if rank is None else f"row {rank}": 1 for identifier, rank in ranks.items()
        }
        runs[str(number)] = _rows(min(len(case.run), max(NDCG_DEPTH, first)))
    if not qrels:
        return None, None
    with _library() as ir_measures:
        measures = (ir_measures.nDCG @ NDCG_DEPTH, ir_measures.RR)
        sums = dict.fromkeys(measures, 0.0)
        for item in _calculated(ir_measures, measures, qrels, runs):
            sums[item.measure] += float(item.value)
    ndcg, mrr = (sums[measure] / len(qrels) for measure in measures)
    return ndcg, mrr


def _rows(count: int) -> dict[str, float]:
    """The first rows as a run. Scores are all different, so that ties cannot matter."""
    return {f"row {rank}": float(-rank) for rank in range(1, count + 1)}


@contextmanager
def _library() -> Iterator[Any]:
    """ir-measures, imported where it is needed; it and what it imports warn of nothing that concerns us."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ir_measures

        yield ir_measures


def _calculated(ir_measures: Any, measures: Collection[Any], qrels: _Qrels, runs: _Runs) -> Iterator[Any]:
    """One value for each query and measure."""
    return iter(ir_measures.pytrec_eval.iter_calc(list(measures), qrels, runs)) if qrels else iter(())
