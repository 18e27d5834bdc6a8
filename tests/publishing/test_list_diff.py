"""What changed between two lists of an edition."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paperradar.publishing import Bundle, RowChange, diff_lists
from paperradar.ranking import LeftOut, StoryMember
from tests.publishing.builders import bundle, candidate, paper, row

# A list: papers in its order, each with its version and whether it is withdrawn.
LISTS = st.lists(
    st.tuples(st.integers(1, 15), st.integers(1, 3), st.booleans()), max_size=12, unique_by=lambda item: item[0]
)


def a_list(papers: list[tuple[int, int, bool]]) -> Bundle:
    rows = [
        {
            "identifier": f"2204.{number:05}",
            "title": f"Title {number}",
            "rank": rank,
            "version": version,
            "story": [],
            **({"withdrawn": True} if withdrawn else {}),
        }
        for rank, (number, version, withdrawn) in enumerate(papers, start=1)
    ]
    return {"rows": rows, "left_out": []}


def ids(changes: tuple[RowChange, ...]) -> set[str]:
    return {change.identifier for change in changes}


@given(LISTS)
def test_a_list_does_not_differ_from_itself(papers: list[tuple[int, int, bool]]) -> None:
    assert not diff_lists(a_list(papers), a_list(papers))


@given(LISTS, LISTS)
def test_the_older_list_and_the_difference_make_the_newer_one(
    old: list[tuple[int, int, bool]], new: list[tuple[int, int, bool]]
) -> None:
    before, after = a_list(old), a_list(new)
    diff = diff_lists(before, after)
    ranks = {entry["identifier"]: entry["rank"] for entry in before["rows"]}
    for change in diff.left:
        assert ranks.pop(change.identifier) == change.before
    for change in (*diff.moved, *diff.entered):
        assert ranks.get(change.identifier) == change.before
        ranks[change.identifier] = change.after
    assert ranks == {entry["identifier"]: entry["rank"] for entry in after["rows"]}
    assert set(diff.far) <= set(diff.moved)
    json.dumps(diff.as_dict())


@given(LISTS, LISTS)
def test_swapped_who_entered_has_left(old: list[tuple[int, int, bool]], new: list[tuple[int, int, bool]]) -> None:
    there, back = diff_lists(a_list(old), a_list(new)), diff_lists(a_list(new), a_list(old))
    assert ids(there.entered) == ids(back.left)
    assert {(c.identifier, c.before, c.after) for c in there.moved} == {
        (c.identifier, c.after, c.before) for c in back.moved
    }
    assert ids(there.new_version) == ids(back.new_version)


def test_real_bundles_tell_why_a_paper_left() -> None:
    gone, folded, withdrawn = paper("2204.00902"), paper("2204.00903"), paper("2204.00904")
    before = bundle([row(1), row(2, gone), row(3, folded), row(4, withdrawn)])
    story = (StoryMember(candidate(folded), 0.95, 200),)
    after = bundle([row(1, story=story), row(5)], left_out=[LeftOut(candidate(withdrawn), "withdrawn", loud=True)])
    diff = diff_lists(before, after)
    assert [(change.identifier, change.before, change.detail) for change in diff.left] == [
        ("2204.00902", 2, ""),
        ("2204.00903", 3, "folded into the row of 2204.00001"),
        ("2204.00904", 4, "withdrawn"),
    ]
    assert diff.entered == (RowChange("2204.00005", "Paper 5 about captions", None, 5),)


def test_versions_and_withdrawals() -> None:
    diff = diff_lists(a_list([(1, 1, False), (2, 1, True)]), a_list([(1, 3, True), (2, 1, True)]))
    assert diff.new_version == (RowChange("2204.00001", "Title 1", 1, 1, "v1 to v3"),)
    assert ids(diff.withdrawn) == {"2204.00001"}


def test_a_move_matters_if_it_is_long_and_high_on_the_list() -> None:
    def moved(*pairs: tuple[int, int]) -> list[tuple[int | None, int | None]]:
        def rows(side: int) -> Bundle:
            found: list[dict[str, Any]] = [
                {"identifier": str(n), "title": "", "rank": pair[side], "version": 1, "story": []}
                for n, pair in enumerate(pairs)
            ]
            return {"rows": found, "left_out": []}

        return [(change.before, change.after) for change in diff_lists(rows(0), rows(1)).far]

    assert moved((1, 10), (300, 200)) == []
    assert moved((1, 11), (200, 100), (100, 111), (101, 120)) == [(200, 100), (100, 111), (1, 11)]
