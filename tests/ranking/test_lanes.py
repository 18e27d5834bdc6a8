"""Floors of lanes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paperradar.ranking.lanes import lift

LANES = ("a", "b", "c")


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[int], dict[int, tuple[str, ...]], dict[str, int], int]:
    count = draw(st.integers(0, 40))
    lanes = {row: tuple(sorted(draw(st.sets(st.sampled_from(LANES), max_size=2)))) for row in range(count)}
    floors = {lane: draw(st.integers(0, 4)) for lane in LANES}
    return draw(st.permutations(range(count))), lanes, floors, draw(st.integers(12, 30))


@given(cases())
def test_floors_hold_nothing_is_lost_and_the_others_keep_their_order(
    case: tuple[list[int], dict[int, tuple[str, ...]], dict[str, int], int],
) -> None:
    order, lanes, floors, depth = case
    lifted = lift(order, lanes, floors, depth)
    assert sorted(lifted.order) == sorted(order)
    top = lifted.order[:depth]
    for lane, floor in floors.items():  # the depth is at least the sum of all floors here
        there_are = sum(lane in lanes[row] for row in order)
        assert sum(lane in lanes[row] for row in top) >= min(floor, there_are)
    not_lifted = [row for row in lifted.order[:depth] if row not in lifted.lifted_by]
    assert not_lifted == sorted(not_lifted, key=order.index)
    assert list(lifted.order[depth:]) == sorted(lifted.order[depth:], key=order.index)
    for row, lane in lifted.lifted_by.items():
        assert lane in lanes[row]
        assert order.index(row) >= depth, "only rows from below are lifted"


def test_a_lifted_row_takes_the_last_place_and_the_lowest_row_goes() -> None:
    lifted = lift([0, 1, 2, 3], {0: (), 1: (), 2: (), 3: ("a",)}, {"a": 1}, depth=3)
    assert lifted.order == (0, 1, 3, 2)
    assert lifted.lifted_by == {3: "a"}


def test_a_row_that_another_floor_needs_stays() -> None:
    lifted = lift([0, 1, 2, 3], {0: (), 1: (), 2: ("b",), 3: ("a",)}, {"a": 1, "b": 1}, depth=3)
    assert lifted.order == (0, 2, 3, 1)


def test_no_floor_no_change() -> None:
    lifted = lift([2, 0, 1], {0: (), 1: ("a",), 2: ()}, {"a": 0}, depth=1)
    assert lifted.order == (2, 0, 1)
    assert not lifted.lifted_by


def test_more_floors_than_places_serves_the_first_lanes() -> None:
    lifted = lift([0, 1, 2], {0: (), 1: ("a",), 2: ("b",)}, {"a": 1, "b": 1}, depth=1)
    assert lifted.order[0] == 1
    assert lifted.lifted_by == {1: "a"}
