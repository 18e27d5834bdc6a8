"""The order of the issue while it is composed."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import Place
from paperradar.desk.order import blocks_of, grouped, moved, put, without


def place(identifier: str, rank: int | None, group: str = "") -> Place:
    return Place(identifier, "top10", rank, f"why {identifier}", group, "Ann", f"entry {identifier}")


TEN = (place("a", 1), place("b", 2, "twins"), place("c", 2, "twins"), place("d", 3))


def said(places: Sequence[Place]) -> str:
    """``a1 b2 c2``: identifiers with their ranks."""
    return " ".join(f"{place.identifier}{place.rank}" for place in places)


def test_a_group_moves_together() -> None:
    assert said(moved(TEN, "c", "top10", -1)) == "b1 c1 a2 d3"
    assert said(moved(TEN, "a", "top10", 1)) == "b1 c1 a2 d3"
    assert said(moved(TEN, "d", "top10", -5)) == "d1 a2 b3 c3"
    assert said(moved(TEN, "a", "top10", -1)) == said(TEN)
    assert said(moved(TEN, "nobody", "top10", 1)) == said(TEN)


def test_in_and_out() -> None:
    assert said(put(TEN, place("e", None))) == "a1 b2 c2 d3 e4"
    assert said(put(TEN, place("b", None, "twins"))) == said(TEN)
    assert said(without(TEN, "a", "top10")) == "b1 c1 d2"
    assert said(without(TEN, "b", "top10")) == "a1 c2 d3"
    assert put((), place("e", None))[0].rank == 1


def test_papers_without_a_rank_get_one() -> None:
    assert said(put((place("a", 1), place("x", None), place("y", None)), place("e", None))) == "a1 x2 y3 e4"


def test_joining_and_leaving_a_group() -> None:
    assert said(grouped(TEN, "d", "top10", "twins")) == "a1 b2 c2 d2"
    assert said(grouped(TEN, "b", "top10", "")) == "a1 c2 b3 d4"
    assert said(grouped(TEN, "a", "top10", "alone")) == said(TEN)
    assert grouped(TEN, "a", "top10", "alone")[0].group == "alone"
    assert said(grouped(TEN, "c", "top10", "twins")) == said(TEN)
    assert said(grouped(TEN, "nobody", "top10", "twins")) == said(TEN)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["put", "out", "up", "down", "g", "h", ""]))))
def test_ranks_have_no_gaps_and_nothing_is_lost(steps: list[tuple[str, str]]) -> None:
    places: list[Place] = []
    names: set[str] = set()
    for identifier, act in steps:
        if act == "put":
            places = put(
                places, place(identifier, None, next((p.group for p in places if p.identifier == identifier), ""))
            )
            names.add(identifier)
        elif act == "out":
            places = without(places, identifier, "top10")
            names.discard(identifier)
        elif act in ("up", "down"):
            places = moved(places, identifier, "top10", -1 if act == "up" else 1)
        else:
            places = grouped(places, identifier, "top10", act)
        assert {p.identifier for p in places} == names
        assert len(places) == len(names)
        blocks = blocks_of(places, "top10")
        assert [block[0].rank for block in blocks] == list(range(1, len(blocks) + 1))
        for block in blocks:
            assert len(block) == 1 or len({p.group for p in block}) == 1
