"""How high an order has the papers that people picked: labels, metrics, baselines. Knows no store and no files."""

from paperradar.evaluation.baselines import BASELINES
from paperradar.evaluation.intervals import RESAMPLES, Interval, bootstrap, paired
from paperradar.evaluation.metrics import DEPTHS, NDCG_DEPTH, Case, Metrics, evaluate, hits, ranks_of
from paperradar.evaluation.orders import Baseline, Ordered
from paperradar.evaluation.qrels import Judged, Labels, judge, run_of, unite
from paperradar.evaluation.report import COMPARED, METHOD, BacktestReport, FoundPick, MeasuredEdition

__all__ = [
    "BASELINES",
    "COMPARED",
    "DEPTHS",
    "METHOD",
    "NDCG_DEPTH",
    "RESAMPLES",
    "BacktestReport",
    "Baseline",
    "Case",
    "FoundPick",
    "Interval",
    "Judged",
    "Labels",
    "MeasuredEdition",
    "Metrics",
    "Ordered",
    "bootstrap",
    "evaluate",
    "hits",
    "judge",
    "paired",
    "ranks_of",
    "run_of",
    "unite",
]
