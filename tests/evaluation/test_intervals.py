"""The bootstrap over picks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.evaluation import bootstrap, paired

HITS = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=40)


def test_the_interval_of_a_share_is_about_what_the_binomial_says() -> None:
    interval = bootstrap([1.0] * 40 + [0.0] * 60)
    assert interval is not None
    assert interval.mean == 0.4
    deviation = math.sqrt(0.4 * 0.6 / 100)
    assert math.isclose(interval.low, 0.4 - 1.96 * deviation, abs_tol=0.015)
    assert math.isclose(interval.high, 0.4 + 1.96 * deviation, abs_tol=0.015)


def test_pairs_are_drawn_together() -> None:
    # One pick more among a hundred: apart, the two shares overlap widely; together they never differ the other way.
    ours, theirs = [1.0] * 50 + [0.0] * 50, [1.0] * 49 + [0.0] * 51
    difference = paired(ours, theirs)
    assert difference is not None
    assert math.isclose(difference.mean, 0.01)
    assert difference.low == 0.0
    assert difference.high <= 0.04
    with pytest.raises(ValueError, match="shorter"):
        paired(ours, theirs[1:])


def test_nothing_to_draw_from() -> None:
    assert bootstrap([]) is None
    assert paired([], []) is None


@settings(deadline=None)
@given(HITS)
def test_the_mean_lies_in_the_interval_and_it_is_the_same_twice(values: list[float]) -> None:
    interval = bootstrap(values, resamples=250)
    assert interval is not None
    assert interval == bootstrap(values, resamples=250)
    assert 0.0 <= interval.low <= interval.high <= 1.0
    assert interval.low - 1e-9 <= interval.mean <= interval.high + 1e-9
    nothing = paired(values, values)
    assert nothing is not None
    assert (nothing.mean, nothing.low, nothing.high) == (0.0, 0.0, 0.0)
