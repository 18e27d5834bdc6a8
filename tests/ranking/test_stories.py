"""Folding near-duplicates."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paperradar.ranking.stories import fold

PAIRS = st.sets(st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(lambda pair: pair[0] < pair[1]))


@given(st.permutations(range(12)), PAIRS)
def test_everyone_comes_out_once_and_members_are_near_a_better_leader(
    order: list[int], pairs: set[tuple[int, int]]
) -> None:
    stories = fold(order, [(i, j, 0.9) for i, j in pairs])
    members = [member for story in stories.values() for member, _ in story]
    assert sorted([*stories, *members]) == sorted(order)
    assert list(stories) == sorted(stories, key=order.index)
    for leader, story in stories.items():
        for member, _ in story:
            assert (min(leader, member), max(leader, member)) in pairs
            assert order.index(leader) < order.index(member)


def test_a_chain_is_not_one_story() -> None:
    stories = fold([0, 1, 2], [(0, 1, 0.95), (1, 2, 0.95)])
    assert stories == {0: [(1, 0.95)], 2: []}


def test_the_best_of_a_story_leads_it() -> None:
    assert fold([5, 3], [(3, 5, 0.99)]) == {5: [(3, 0.99)]}
