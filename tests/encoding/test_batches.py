"""Batches: every text once, in a shape that its own length decides."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.encoding.batches import STEP, plan_batches, width_of

LENGTHS = st.lists(st.integers(0, 600), max_size=80)
SIZES = st.integers(1, 40)
LIMITS = st.integers(16, 520)


@pytest.mark.parametrize(
    ("length", "limit", "width"),
    [(0, 256, 32), (1, 256, 32), (32, 256, 32), (33, 256, 64), (256, 256, 256), (999, 256, 256), (5, 16, 16),
     (97, 100, 100)],
)  # fmt: skip
def test_a_width_is_the_next_step(length: int, limit: int, width: int) -> None:
    assert width_of(length, limit) == width


@given(st.integers(0, 10_000), LIMITS)
def test_a_width_holds_the_text_and_little_more(length: int, limit: int) -> None:
    width = width_of(length, limit)
    assert min(length, limit) <= width <= limit
    assert width < max(length, 1) + STEP


@given(LENGTHS, SIZES, LIMITS)
def test_each_text_is_in_one_batch_of_its_own_width(lengths: list[int], size: int, limit: int) -> None:
    batches = list(plan_batches(lengths, size, limit))
    assert sorted(row for batch in batches for row in batch.rows) == list(range(len(lengths)))
    for batch in batches:
        assert 1 <= len(batch.rows) <= size
        assert {width_of(lengths[row], limit) for row in batch.rows} == {batch.width}


@given(LENGTHS, SIZES, LIMITS)
def test_the_longest_come_first_and_only_the_last_of_a_width_is_short(
    lengths: list[int], size: int, limit: int
) -> None:
    batches = list(plan_batches(lengths, size, limit))
    widths = [batch.width for batch in batches]
    assert widths == sorted(widths, reverse=True)
    for batch, following in pairwise(batches):
        assert len(batch.rows) == size or following.width != batch.width


@given(st.lists(st.integers(0, 300), min_size=1, max_size=20), LENGTHS)
def test_company_does_not_change_a_texts_width(lengths: list[int], company: list[int]) -> None:
    def widths(given_lengths: list[int]) -> dict[int, int]:
        return {row: batch.width for batch in plan_batches(given_lengths, 8, 256) for row in batch.rows}

    alone, together = widths(lengths), widths([*lengths, *company])
    assert {row: together[row] for row in alone} == alone
