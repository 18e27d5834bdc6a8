"""Neighbours against brute force: exact, aligned, and zero rows near to nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from paperradar.neighbours import GROWTH_PRIOR, counts_within, growth, near_duplicates, nearest, novelty

Vectors = NDArray[np.float32]
TOLERANCE = 1e-6


def random_rows(count: int, dimension: int, seed: int, zeros: int = 0) -> Vectors:
    """Unit rows, some of them twice or nearly, and some that are zero."""
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(count, dimension))
    for row in range(2, count, 5):
        rows[row] = rows[row - 1] + draw.choice([0.0, 0.05]) * rows[row]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[draw.choice(count, size=min(zeros, count), replace=False)] = 0
    return rows.astype(np.float32)


def brute(queries: Vectors, vectors: Vectors) -> NDArray[np.float64]:
    """All cosines in double precision; of zero rows -inf."""
    cosines: NDArray[np.float64] = queries.astype(np.float64) @ vectors.astype(np.float64).T
    cosines[~queries.any(axis=1)] = -np.inf
    cosines[:, ~vectors.any(axis=1)] = -np.inf
    return cosines


@st.composite
def rows(draw: st.DrawFn, dimension: int) -> Vectors:
    return random_rows(draw(st.integers(0, 30)), dimension, draw(st.integers(0, 10**6)), draw(st.integers(0, 5)))


@st.composite
def two_sets(draw: st.DrawFn) -> tuple[Vectors, Vectors]:
    dimension = draw(st.integers(1, 6))
    return draw(rows(dimension)), draw(rows(dimension))


@settings(deadline=None)
@given(two_sets(), st.integers(1, 12))
def test_the_nearest_are_those_of_brute_force(sets: tuple[Vectors, Vectors], k: int) -> None:
    queries, vectors = sets
    indices, cosines = nearest(queries, vectors, k)
    assert indices.shape == cosines.shape == (len(queries), k)
    assert indices.dtype == np.int64
    assert cosines.dtype == np.float32
    expected = brute(queries, vectors)
    for row in range(len(queries)):
        best = np.sort(expected[row][np.isfinite(expected[row])])[::-1][:k]
        filled = len(best)
        assert len(set(indices[row, :filled].tolist())) == filled
        assert np.all(indices[row, filled:] == -1)
        assert np.isnan(cosines[row, filled:]).all()
        # Equal ones may come in any order, so it is their cosines that are compared.
        np.testing.assert_allclose(cosines[row, :filled], best, atol=TOLERANCE)
        np.testing.assert_allclose(expected[row, indices[row, :filled]], best, atol=TOLERANCE)


@settings(deadline=None)
@given(st.integers(1, 6).flatmap(rows), st.floats(0.1, 1.0))
def test_near_duplicates_are_those_of_brute_force(vectors: Vectors, threshold: float) -> None:
    check_duplicates(vectors, threshold)


def check_duplicates(vectors: Vectors, threshold: float) -> int:
    """Compare with brute force, but for pairs at the threshold to the last bits. Returns how many there are."""
    pairs = near_duplicates(vectors, threshold)
    assert list(pairs) == sorted(pairs)
    found = {(i, j): cosine for i, j, cosine in pairs}
    assert len(found) == len(pairs)
    expected = np.triu(brute(vectors, vectors), 1) if len(vectors) else np.zeros((0, 0))
    expected[np.tril_indices(len(vectors))] = -np.inf
    surely = set(zip(*map(np.ndarray.tolist, np.nonzero(expected >= threshold + TOLERANCE)), strict=True))
    possibly = set(zip(*map(np.ndarray.tolist, np.nonzero(expected >= threshold - TOLERANCE)), strict=True))
    assert surely <= set(found) <= possibly
    for (i, j), cosine in found.items():
        assert cosine == pytest.approx(expected[i, j], abs=TOLERANCE)
        assert -1 <= cosine <= 1
    return len(pairs)


def test_more_vectors_than_one_block() -> None:
    vectors = random_rows(2500, 16, seed=1, zeros=20)
    assert check_duplicates(vectors, 0.9) > 450  # every fifth row is another's copy, or nearly


def test_the_threshold_itself_counts() -> None:
    exact = np.eye(4, dtype=np.float32)[[0, 1, 0, 3]]  # cosines that no rounding touches
    assert near_duplicates(exact, 1.0) == ((0, 2, 1.0),)
    half = np.full((1, 4), 0.5, dtype=np.float32)
    assert near_duplicates(np.concatenate([exact[:1], half]), 0.5) == ((0, 1, 0.5),)
    assert near_duplicates(np.concatenate([exact[:1], half]), 0.5001) == ()


@settings(deadline=None)
@given(two_sets())
def test_novelty_is_the_distance_to_the_nearest(sets: tuple[Vectors, Vectors]) -> None:
    vectors, older = sets
    result = novelty(vectors, older)
    assert result.shape == (len(vectors),)
    assert result.dtype == np.float32
    best = brute(vectors, older).max(axis=1, initial=-np.inf)
    expected = np.where(np.isfinite(best), 1 - best, np.nan)
    np.testing.assert_allclose(result, expected, atol=TOLERANCE)
    assert not np.any(result < 0)


@pytest.mark.parametrize(
    ("queries", "vectors"), [((0, 0), (0, 0)), ((2, 0), (3, 0)), ((0, 4), (3, 4)), ((2, 4), (0, 0)), ((2, 4), (0, 4))]
)
def test_nothing_is_near_to_nothing(queries: tuple[int, int], vectors: tuple[int, int]) -> None:
    indices, cosines = nearest(np.ones(queries, np.float32), np.ones(vectors, np.float32), 3)
    assert indices.tolist() == [[-1] * 3] * queries[0]
    assert np.isnan(cosines).all()
    assert np.isnan(novelty(np.ones(queries, np.float32), np.ones(vectors, np.float32))).all()
    assert near_duplicates(np.zeros(vectors, np.float32), 0.5) == ()


def test_rows_of_a_view_and_of_halves_are_understood() -> None:
    vectors = random_rows(12, 8, seed=2)
    view = np.asfortranarray(vectors)[::2]
    np.testing.assert_array_equal(nearest(view, vectors, 1)[0][:, 0], np.arange(0, 12, 2))
    assert near_duplicates(np.asfortranarray(vectors), 0.9) == near_duplicates(vectors, 0.9)


@settings(deadline=None)
@given(two_sets(), st.sampled_from([0.3, 0.6, 0.9]))
def test_counts_are_those_of_brute_force(sets: tuple[Vectors, Vectors], threshold: float) -> None:
    queries, vectors = sets
    counts = counts_within(queries, vectors, threshold)
    assert counts.shape == (len(queries),)
    assert counts.dtype == np.int64
    cosines = brute(queries, vectors)
    # A cosine right at the threshold may round to either side.
    assert np.all(counts >= np.count_nonzero(cosines >= threshold + TOLERANCE, axis=1))
    assert np.all(counts <= np.count_nonzero(cosines >= threshold - TOLERANCE, axis=1))


def test_more_rows_than_a_block_are_all_counted() -> None:
    vectors = np.tile(np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32), (700, 1))
    assert counts_within(vectors, vectors, 0.9).tolist() == [700] * 1400


def test_growth_compares_with_what_the_older_papers_would_give() -> None:
    vectors = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=np.float32)
    older = np.array([[0, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
    # Two neighbours where none is expected, none where two of three times the three other papers are.
    expected = np.log2([(2 + GROWTH_PRIOR) / GROWTH_PRIOR] * 3 + [GROWTH_PRIOR / (2 + GROWTH_PRIOR)])
    np.testing.assert_allclose(growth(vectors, older)[:4], expected, rtol=1e-6)
    assert np.isnan(growth(vectors, older)[4])


def test_growth_is_unknown_without_anything_to_compare_with() -> None:
    one, none = np.array([[1.0, 0.0]], dtype=np.float32), np.zeros((0, 0), dtype=np.float32)
    assert np.isnan(growth(one, one)).all()
    assert np.isnan(growth(np.vstack([one, one]), none)).all()
    assert growth(none, one).shape == (0,)


@settings(deadline=None)
@given(rows(4), rows(4), st.randoms(use_true_random=False))
def test_growth_does_not_depend_on_the_order(vectors: Vectors, older: Vectors, random: object) -> None:
    order = list(range(len(vectors)))
    random.shuffle(order)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(growth(vectors, older)[order], growth(vectors[order], older))
