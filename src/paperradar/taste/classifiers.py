"""Linear classifiers on vectors or words: the one module that knows scikit-learn and scipy."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Kind = Literal["svm", "logistic"]

_STEPS = 2000


def sparse(rows: Indices, columns: Indices, values: Floats, shape: tuple[int, int]) -> Any:
    """A sparse matrix (CSR) of entries as `paperradar.ranking.words.tfidf` gives them."""
    from scipy.sparse import csr_matrix

    return csr_matrix((values, (rows, columns)), shape=shape)


def fit_linear(
    matrix: Any,
    labels: NDArray[np.bool_],
    *,
    kind: Kind = "logistic",
    c: float = 1.0,
    weights: Floats | None = None,
) -> tuple[Floats, float]:
    """Learn to tell the rows (n, v) with the label true from the others. Returns weights (v,) and bias.

    Both classes count the same (``class_weight="balanced"``), each row of one by its weight. ``c`` is the inverse
    strength of the L2 penalty. Deterministic. Raises ValueError where one of the classes is empty.
    """
    if labels.all() or not labels.any():
        raise ValueError("a classifier needs examples of both classes")
    if not matrix.shape[1]:  # of a few texts no term may stand in two
        return np.zeros(0, dtype=np.float64), 0.0
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    model = (
        LinearSVC(class_weight="balanced", C=c, random_state=0)
        if kind == "svm"
        else LogisticRegression(class_weight="balanced", C=c, max_iter=_STEPS, solver=_solver(matrix), random_state=0)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, labels, sample_weight=weights)
    return np.asarray(model.coef_[0], dtype=np.float64), float(np.ravel(model.intercept_)[0])


def _solver(matrix: Any) -> str:
    """Newton's steps for few features, coordinate descent for many: each many times faster there than the usual one."""
    return "newton-cholesky" if isinstance(matrix, np.ndarray) else "liblinear"
