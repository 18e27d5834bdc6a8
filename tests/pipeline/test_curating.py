"""Voting, composing, deciding, publishing, and taking such a state back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import Place, State, page_identifier
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.pipeline.adding import add_page, add_paper
from paperradar.pipeline.curating import (
    advance,
    edition_log,
    faults_of,
    identifier_of,
    order_ten,
    place_at,
    place_papers,
    proposed_ten,
    take_back,
)
from paperradar.pipeline.undoing import undo_last_step, undo_last_vote
from paperradar.workspace import Workspace
from tests.pipeline.curated import EDITION, at_rank, cast, clock, freeze, listed, view

URL = "https://a.example/post"
BY: dict[str, Any] = {"by": "Ann", "clock": clock}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path)


def ten(workspace: Workspace) -> list[tuple[str, int | None, str]]:
    return [(place.identifier, place.rank, place.role) for place in view(workspace).places]


def order(workspace: Workspace, *ranks: int, **keys: Any) -> int:
    return order_ten(workspace, EDITION, [at_rank(rank) for rank in ranks], **BY, **keys)


def place(identifier: str, rank: int | None, group: str = "", role: str = "top10") -> Place:
    return Place(identifier, role, rank, "", group, "Ann", "")  # type: ignore[arg-type]


def test_what_a_person_names() -> None:
    assert identifier_of("arXiv:2204.00001v3") == identifier_of("'2204.00001") == "2204.00001"
    assert identifier_of("https://arxiv.org/pdf/2204.00001") == "2204.00001"
    assert identifier_of(URL) == identifier_of(page_identifier(URL)) == page_identifier(URL)
    with pytest.raises(InputError):
        identifier_of("the one about cats")


def test_a_place_changes_only_in_what_is_said(workspace: Workspace) -> None:
    one = [at_rank(1)]
    place_at(workspace, EDITION, one, **BY)
    assert ten(workspace) == [(at_rank(1), None, "top10")]
    place_at(workspace, EDITION, one, rank=3, why=" it  is clear ", group="Models", **BY)
    place_at(workspace, EDITION, one, rank=2, **BY)
    (now,) = view(workspace).places
    assert (now.rank, now.why, now.group, now.by) == (2, "it is clear", "Models", "Ann")
    place_at(workspace, EDITION, one, role="mention", **BY)
    (now,) = view(workspace).places
    assert (now.role, now.rank, now.why, now.group) == ("mention", None, "it is clear", "")
    assert place_at(workspace, EDITION, one, role="mention", **BY) == 0
    with pytest.raises(InputError, match="from 1"):
        place_at(workspace, EDITION, one, rank=0, **BY)
    with pytest.raises(NotFoundError, match="paperradar edition add 2022-05"):
        place_at(workspace, EDITION, ["2201.00001"], **BY)
    with pytest.raises(NotFoundError):
        place_papers(workspace, EDITION, [], out=["2201.00001"], **BY)


def test_the_whole_order_at_once(workspace: Workspace) -> None:
    place_at(workspace, EDITION, [at_rank(9)], role="mention", **BY)
    place_at(workspace, EDITION, [at_rank(3)], why="because", **BY)
    assert order(workspace, 3, 1, 2, 3) == 3
    assert ten(workspace)[:3] == [(at_rank(n), rank, "top10") for rank, n in enumerate((3, 1, 2), start=1)]
    assert view(workspace).places[0].why == "because"
    assert order(workspace, 2, 3) == 3
    assert ten(workspace) == [(at_rank(2), 1, "top10"), (at_rank(3), 2, "top10"), (at_rank(9), None, "mention")]
    order(workspace, 2, role="mention")
    assert ten(workspace) == [(at_rank(3), 2, "top10"), (at_rank(2), 1, "mention")]


def test_a_group_that_stays_together_shares_its_rank(workspace: Workspace) -> None:
    place_at(workspace, EDITION, [at_rank(1), at_rank(2)], rank=1, group="Models", **BY)
    order(workspace, 5, 1, 2, 6)
    assert [rank for _, rank, _ in ten(workspace)] == [1, 2, 2, 3]
    order(workspace, 1, 5, 2, 6)
    assert [rank for _, rank, _ in ten(workspace)] == [1, 2, 3, 4]
    assert faults_of(view(workspace).places) == ["the group 'Models' stands at the ranks 1, 3"]


@pytest.mark.parametrize(
    ("places", "faults"),
    [
        ([place("a", 1), place("b", 2)], []),
        ([place("a", 1), place("b", 2, "G"), place("c", 2, "G"), place("m", None, role="mention")], []),
        ([], ["nothing is chosen for the ten"]),
        ([place("m", 1, role="mention")], ["nothing is chosen for the ten"]),
        ([place("a", 2), place("b", 4)], ["nothing stands at rank 1", "nothing stands at rank 3"]),
        ([place("a", None)], ["a has no rank"]),
        ([place("a", 1), place("b", 1)], ["rank 1 has 2 papers that are not one named group (a, b)"]),
        ([place("a", 1, "G"), place("b", 1)], ["rank 1 has 2 papers that are not one named group (a, b)"]),
    ],
)
def test_what_keeps_an_issue_from_being_decided(places: Sequence[Place], faults: list[str]) -> None:
    assert faults_of(places) == faults


def test_an_issue_has_ten_ranks_unless_more_are_asked_for() -> None:
    eleven = [place(f"p{rank}", rank) for rank in range(1, 12)]
    assert faults_of(eleven) == ["there are 11 ranks, more than 10; if that is meant, give --size"]
    assert faults_of(eleven, size=11) == []
    assert faults_of([*eleven[:9], place("a", 10, "G"), place("b", 10, "G")]) == []


def test_the_ten_that_the_votes_say(workspace: Workspace) -> None:
    assert proposed_ten(view(workspace)) == ([], [])
    cast(workspace, "Ann", **{f"r{n}": "pick" for n in range(1, 13)})
    cast(workspace, "Ben", r12="pick", r5="pick", r1="no")
    # Two have two approvals, nine have one, and of these the refused one is last.
    assert proposed_ten(view(workspace), 2) == ([at_rank(5), at_rank(12)], [])
    sure, tied = proposed_ten(view(workspace))
    assert (sure, tied) == ([at_rank(5), at_rank(12)], [at_rank(n) for n in (2, 3, 4, 6, 7, 8, 9, 10, 11)])
    sure, tied = proposed_ten(view(workspace), 11)
    assert (sure[:3], len(sure), tied) == ([at_rank(5), at_rank(12), at_rank(2)], 11, [])
    assert proposed_ten(view(workspace), 50)[0][-1] == at_rank(1)


@given(approvals=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=14), size=st.integers(1, 12))
def test_no_tie_is_broken_by_a_machine(approvals: list[tuple[int, int]], size: int) -> None:
    keys = {f"p{number}": (-picks, refusals) for number, (picks, refusals) in enumerate(approvals)}

    class Cards:
        """Stands for a view: only its order by approval is asked for."""

        def by_approval(self) -> list[Any]:
            def card(name: str) -> Any:
                return type("Card", (), {"identifier": name, "approval_order": keys[name]})()

            return [card(name) for name in sorted(keys, key=keys.__getitem__)]

    sure, tied = proposed_ten(Cards(), size)  # type: ignore[arg-type]
    assert len(sure) <= size
    assert not set(sure) & set(tied)
    assert len({keys[name] for name in tied}) <= 1
    if tied:
        assert len(sure) + len(tied) > size
        assert all(keys[name] < keys[tied[0]] for name in sure)
    else:
        assert len(sure) == min(size, len(keys))


def test_an_edition_goes_through_its_states_and_back(workspace: Workspace) -> None:
    def go(state: State, **keys: Any) -> bool:
        return advance(workspace, EDITION, state, **BY, **keys)

    with pytest.raises(UsageError, match="paperradar edition freeze 2022-05"):
        go(State.VOTING)
    name = freeze(workspace)
    assert (go(State.VOTING, blind=True), go(State.VOTING)) == (True, False)
    assert edition_log(workspace, EDITION).reached()[State.VOTING].payload == {"bundle": name, "blind": 1}
    assert go(State.VOTING, blind=False)
    with pytest.raises(UsageError, match="paperradar edition decide 2022-05"):
        go(State.PUBLISHED)
    with pytest.raises(InputError, match="nothing is chosen"):
        go(State.DECIDED)
    order(workspace, 1, 2)
    with pytest.raises(InputError, match="--size"):
        go(State.DECIDED, size=1)
    assert (go(State.DECIDED), go(State.DECIDED, size=1)) == (True, False)
    with pytest.raises(UsageError, match="paperradar edition decide 2022-05 --undo"):
        go(State.VOTING)
    with pytest.raises(InputError, match="web address"):
        go(State.PUBLISHED, text="here")
    assert (go(State.PUBLISHED, text=URL), go(State.PUBLISHED), go(State.PUBLISHED, text=URL)) == (True, False, False)
    with pytest.raises(UsageError, match="paperradar edition publish 2022-05 --undo"):
        take_back(workspace, EDITION, State.DECIDED, **BY)
    came_to = [
        take_back(workspace, EDITION, state, **BY)
        for state in (State.PUBLISHED, State.DECIDED, State.VOTING, State.VOTING, State.FROZEN)
    ]
    # Voting was opened twice, blind at first: the undo of the second brings that back.
    assert came_to == [State.DECIDED, State.VOTING, State.VOTING, State.FROZEN, State.OPEN]
    with pytest.raises(UsageError, match="nothing to undo"):
        take_back(workspace, EDITION, State.FROZEN, **BY)


def test_a_small_team_decides_at_once(workspace: Workspace) -> None:
    order(workspace, 1)
    assert advance(workspace, EDITION, State.DECIDED, **BY)
    assert view(workspace).state is State.DECIDED


def test_a_decided_edition_takes_no_change(workspace: Workspace) -> None:
    order(workspace, 1)
    advance(workspace, EDITION, State.DECIDED, **BY)
    before = edition_log(workspace, EDITION).entries()
    calls: list[Callable[[], object]] = [
        lambda: cast(workspace, "Ann", r1="no"),
        lambda: undo_last_vote(workspace, EDITION, "Ann", clock=clock),
        lambda: add_page(workspace, EDITION, URL, title="A post", **BY),
        lambda: add_paper(workspace, EDITION, "2203.00001", title="A paper", **BY),
        lambda: order(workspace, 2),
        lambda: undo_last_step(workspace, EDITION, "Ann", clock=clock),
    ]
    for call in calls:
        with pytest.raises(UsageError, match="paperradar edition decide 2022-05 --undo"):
            call()
    assert edition_log(workspace, EDITION).entries() == before
    take_back(workspace, EDITION, State.DECIDED, **BY)
    assert order(workspace, 2) == 2


def test_a_curator_needs_a_name(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="curator"):
        cast(workspace, "  ", r1="pick")
