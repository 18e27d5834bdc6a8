"""Composing the issue over HTTP, and the page of the ten."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.pipeline.curating import place_papers
from paperradar.workspace import Workspace
from tests.desk.visiting import JSON, LIST, Visitor, desk
from tests.pipeline.curated import EDITION, at_rank, cast, clock, listed, view


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path)


def act(visitor: Visitor, rank: int, what: str, **fields: str) -> int:
    return int(visitor.post(f"{LIST}/place", JSON, id=at_rank(rank), act=what, **fields).status_code)


def issue(workspace: Workspace) -> list[tuple[str, int | None, int]]:
    """Role, rank in the issue, and rank on the list of each place."""
    return [(place.role, place.rank, int(place.identifier[-5:])) for place in view(workspace).places]


def test_in_up_down_to_the_mentions_and_out(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    for rank in (5, 2, 9):
        assert act(ann, rank, "put") == 200
    assert issue(workspace) == [("top10", 1, 5), ("top10", 2, 2), ("top10", 3, 9)]
    act(ann, 9, "up")
    act(ann, 5, "down")
    assert issue(workspace) == [("top10", 1, 9), ("top10", 2, 5), ("top10", 3, 2)]
    act(ann, 9, "mention")
    assert issue(workspace) == [("top10", 1, 5), ("top10", 2, 2), ("mention", 1, 9)]
    act(ann, 5, "out")
    assert issue(workspace) == [("top10", 1, 2), ("mention", 1, 9)]
    act(ann, 9, "top10")
    assert issue(workspace) == [("top10", 1, 2), ("top10", 2, 9)]
    act(ann, 2, "put")  # where it is already
    assert issue(workspace) == [("top10", 1, 2), ("top10", 2, 9)]


def test_reasons_groups_and_whose_change_it_was(workspace: Workspace) -> None:
    app = desk(workspace)
    ann, bo = Visitor(app, "Ann"), Visitor(app, "Bo")
    for rank in (1, 2, 3):
        act(ann, rank, "put")
    act(bo, 2, "words", why="  It is\nnew ", group="Twins")
    act(bo, 3, "words", why="", group="Twins")
    assert issue(workspace) == [("top10", 1, 1), ("top10", 2, 2), ("top10", 2, 3)]
    by = {place.identifier: (place.why, place.group, place.by) for place in view(workspace).places}
    assert by[at_rank(1)] == ("", "", "Ann")
    assert by[at_rank(2)] == ("It is new", "Twins", "Bo")
    act(ann, 2, "up")
    assert issue(workspace) == [("top10", 1, 2), ("top10", 1, 3), ("top10", 2, 1)]
    page = ann.text(f"{LIST}/ten")
    assert page.count("Group: <bdi>Twins</bdi>") == 2
    assert "It is new" in page


def test_what_cannot_be_done_says_so(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    assert act(ann, 1, "up") == 404
    assert act(ann, 77, "put") == 404
    assert act(ann, 1, "best") == 404
    act(ann, 1, "put")
    assert act(ann, 1, "fly") == 400
    assert act(Visitor(desk(workspace)), 2, "put") == 400
    assert issue(workspace) == [("top10", 1, 1)]


def test_a_change_at_the_command_line_is_not_undone_by_a_step(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    for rank in (1, 2):
        act(ann, rank, "put")
    ann.text(f"{LIST}/ten")
    place_papers(workspace, EDITION, (), clock=clock, out=[at_rank(1)], by="Bo")
    act(ann, 3, "put")
    assert [rank for _, _, rank in issue(workspace)] == [2, 3]


def test_the_page_shows_what_votes_propose(workspace: Workspace) -> None:
    for name in ("Ann", "Bo"):
        cast(workspace, name, **{f"r{rank}": "pick" for rank in range(1, 10)})
    cast(workspace, "Cy", r10="pick", r11="pick")
    ann = Visitor(desk(workspace), "Ann")
    act(ann, 1, "put")
    page = ann.text(f"{LIST}/ten")
    proposal = page[page.index("What the votes propose") : page.index("The mix beside")]
    assert proposal.count("2 pick") == 9
    assert proposal.count("1 pick") == 2
    assert "Tied for the last places" in proposal
    assert proposal.count("in the issue") == 1
    assert "When everybody agrees" not in page


def test_a_full_issue_says_how_it_is_decided(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    for rank in range(1, 11):
        act(ann, rank, "put")
    assert "paperradar edition decide 2022-05" in ann.text(f"{LIST}/ten")
    act(ann, 11, "put")
    assert "there are 11 ranks, more than 10" in ann.text(f"{LIST}/ten")
    assert "11 of 10" in ann.text()
