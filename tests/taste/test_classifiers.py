"""Linear classifiers."""

from __future__ import annotations

import numpy as np
import pytest

from paperradar.taste.classifiers import fit_linear, sparse

ROWS = np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 30)
LABELS = np.arange(33) < 3


@pytest.mark.parametrize("kind", ["svm", "logistic"])
def test_it_tells_the_classes_apart_though_one_is_rare(kind: str) -> None:
    weights, bias = fit_linear(ROWS, LABELS, kind=kind)  # type: ignore[arg-type]
    assert weights.shape == (2,)
    scores = ROWS @ weights + bias
    assert (scores[LABELS] > 0).all()
    assert (scores[~LABELS] < 0).all()


@pytest.mark.parametrize("kind", ["svm", "logistic"])
def test_the_same_rows_give_the_same_numbers(kind: str) -> None:
    first, second = (fit_linear(ROWS, LABELS, kind=kind) for _ in range(2))  # type: ignore[arg-type]
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1] == second[1]


def test_a_row_of_more_weight_counts_more() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    labels = np.array([True, True, False])
    (first, second), _ = fit_linear(rows, labels, weights=np.array([1.9, 0.1, 1.0]))
    assert first > second


def test_sparse_rows_learn_as_dense_ones() -> None:
    where = ROWS.nonzero()
    entries = sparse(where[0], where[1], ROWS[where], ROWS.shape)
    assert fit_linear(entries, LABELS)[0] == pytest.approx(fit_linear(ROWS, LABELS)[0], rel=1e-3)


@pytest.mark.parametrize("labels", [np.zeros(33, dtype=bool), np.ones(33, dtype=bool)])
def test_one_class_alone_is_refused(labels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="both classes"):
        fit_linear(ROWS, labels)


def test_without_columns_there_is_nothing_to_learn() -> None:
    weights, bias = fit_linear(np.zeros((33, 0)), LABELS)
    assert (len(weights), bias) == (0, 0.0)
