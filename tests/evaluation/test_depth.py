"""What reading a list buys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.evaluation.depth import LEAST_PICKS, advice, readings, wilson


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(8, 20, 0.2188, 0.6134), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(found: int, of: int, low: float, high: float) -> None:
    """The last one is the example of Newcombe (1998), Statistics in Medicine 17:857-872, table I."""
    assert wilson(found, of) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share(case: tuple[int, int]) -> None:
    found, of = case
    low, high = wilson(found, of)
    assert 0 <= low <= found / of <= high <= 1
    assert low < high


@pytest.mark.parametrize(("found", "of"), [(1, 0), (0, 0), (2, 1), (-1, 5)])
def test_what_is_no_share(found: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(found, of)


def test_depths_count_rows_from_one() -> None:
    ranks = [1, 100, 101, 500, 501, None, *[900] * 14]
    assert [(item.depth, item.found, item.picks) for item in readings(ranks)] == [(100, 2, 20), (500, 4, 20)]


def test_too_few_picks_tell_nothing() -> None:
    assert readings([1] * (LEAST_PICKS - 1)) == ()
    assert readings([1] * LEAST_PICKS)
    assert advice(()) == ""


def test_words_are_in_tenths() -> None:
    ranks = [50] * 8 + [300] * 6 + [None] * 6
    assert advice(readings(ranks)) == (
        "Reading the first 100 rows finds about 4 of 10 picks (2 to 6), the first 500 about 7 (5 to 9)"
    )
