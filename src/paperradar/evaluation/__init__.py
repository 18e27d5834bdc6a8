"""How high an order has the papers that people picked: labels, metrics, baselines. Knows no store and no files."""

from paperradar.evaluation.baselines import BASELINES, Baseline
from paperradar.evaluation.metrics import DEPTHS, Case, Metrics, evaluate, ranks_of
from paperradar.evaluation.qrels import Judged, Labels, judge, run_of, unite

__all__ = [
    "BASELINES",
    "DEPTHS",
    "Baseline",
    "Case",
    "Judged",
    "Labels",
    "Metrics",
    "evaluate",
    "judge",
    "ranks_of",
    "run_of",
    "unite",
]
