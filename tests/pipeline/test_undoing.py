"""The last vote, and the last step of composing, are undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paperradar.decisions import Vote
from paperradar.errors import NotFoundError, UsageError
from paperradar.pipeline.curating import cast_votes, order_ten, place_at
from paperradar.pipeline.undoing import undo_last_step, undo_last_vote
from paperradar.workspace import Workspace
from tests.pipeline.curated import EDITION, at_rank, cast, clock, listed, view

BY: dict[str, Any] = {"by": "Ann", "clock": clock}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path)


def order(workspace: Workspace, *ranks: int) -> int:
    return order_ten(workspace, EDITION, [at_rank(rank) for rank in ranks], **BY)


def test_votes_come_in_and_are_undone_one_by_one(workspace: Workspace) -> None:
    assert cast(workspace, "Ann", r1="pick") == 1
    assert cast(workspace, "Ann", r1="no") == 1
    assert cast_votes(workspace, EDITION, "Ann", {at_rank(2): (Vote.PICK, " a  note ")}, clock=clock, file="a.csv") == 1
    assert view(workspace).cards[at_rank(2)].ballots["Ann"].note == "a note"
    assert undo_last_vote(workspace, EDITION, "ann", clock=clock) == at_rank(1)
    assert view(workspace).cards[at_rank(1)].ballots["Ann"].vote is Vote.PICK
    assert undo_last_vote(workspace, EDITION, "Ann", clock=clock) == at_rank(1)
    with pytest.raises(NotFoundError, match="no vote of Ann"):  # what a file said is not undone one by one
        undo_last_vote(workspace, EDITION, "Ann", clock=clock)


def test_steps_of_composing_are_undone_one_by_one_whoever_else_voted(workspace: Workspace) -> None:
    def ten() -> list[tuple[str, int | None, str]]:
        return [(place.identifier, place.rank, place.why) for place in view(workspace).places]

    order(workspace, 1, 2)
    place_at(workspace, EDITION, [at_rank(1)], why="a reason", **BY)
    composed = ten()
    order(workspace, 2)  # one step: a rank moves, and a paper with its reason goes out
    cast(workspace, "Ben", r1="pick")
    assert set(undo_last_step(workspace, EDITION, "ann", clock=clock)) == {at_rank(1), at_rank(2)}
    assert ten() == composed
    undo_last_step(workspace, EDITION, "Ann", clock=clock)
    undo_last_step(workspace, EDITION, "Ann", clock=clock)
    assert ten() == []
    with pytest.raises(NotFoundError, match="Ann changed nothing"):
        undo_last_step(workspace, EDITION, "Ann", clock=clock)
    assert order(workspace, 2) == 1, "the same step may be taken again"
    assert len(ten()) == 1


def test_a_step_that_somebody_built_upon_is_not_undone(workspace: Workspace) -> None:
    order(workspace, 1, 2)
    order_ten(workspace, EDITION, [at_rank(2), at_rank(1)], by="Ben", clock=clock)
    before = view(workspace).places
    with pytest.raises(UsageError, match="somebody has moved these papers since"):
        undo_last_step(workspace, EDITION, "Ann", clock=clock)
    assert view(workspace).places == before
    undo_last_step(workspace, EDITION, "Ben", clock=clock)
    undo_last_step(workspace, EDITION, "Ann", clock=clock)
    assert view(workspace).places == ()
