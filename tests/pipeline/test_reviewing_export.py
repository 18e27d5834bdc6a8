"""Sheets for reviewing go out with what the log has, and come back as nothing new."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.decisions import Added, DecisionLog, Place, State, Vote, page_identifier
from paperradar.pipeline.editions import view_edition
from paperradar.pipeline.marking import take_marks
from paperradar.pipeline.reviewing import review_sheet
from paperradar.workspace import Workspace
from tests.pipeline.reviewed import (
    EDITION,
    FIRST,
    FOURTH,
    LIST,
    THIRD,
    clock,
    listed,
    log_of,
    read_cells,
    refill,
    take,
    votes,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path / "workspace")


def test_the_merged_sheet(workspace: Workspace) -> None:
    log = log_of(workspace)
    log.cast("Ada L.", {FIRST: (Vote.PICK, "=1+1"), THIRD: (Vote.PICK, "")}, at=clock())
    log.cast("Ben", {FIRST: (Vote.PICK, ""), THIRD: (Vote.NO, "weak")}, at=clock())
    log.place([Place(FIRST, "top10", 3, "", "", "Ada", "")], at=clock())
    log.add(Added("2204.12345", "Brought", ("A B",), "https://arxiv.org/abs/2204.12345", "arXiv", "Ada"), at=clock())
    cells = read_cells(review_sheet(workspace, EDITION))
    assert [row["identifier"] for row in cells] == [f"arXiv:{name}" for name in (*LIST, "2204.12345")]
    assert list(cells[0])[-6:] == ["approvals", "place", "vote_Ada_L", "note_Ada_L", "vote_Ben", "note_Ben"]
    assert list(cells[0].values())[-6:] == ["2", "top10 3", "pick", "'=1+1", "pick", ""]
    assert (cells[-1]["title"], cells[-1]["authors"], cells[-1]["rank"]) == ("Brought", "A B", "")
    blind = read_cells(review_sheet(workspace, EDITION, blind=True))
    assert {row["authors"] for row in blind} == {""}
    first = read_cells(review_sheet(workspace, EDITION, disagreements=True))[0]
    assert (first["identifier"], first["vote_Ben"], first["note_Ben"]) == (f"arXiv:{THIRD}", "no", "weak")


def test_while_a_blind_vote_is_open_no_sheet_names_authors(workspace: Workspace) -> None:
    DecisionLog(workspace.decisions).freeze(EDITION, view_edition(workspace, EDITION).bundle_id, at=clock())
    log_of(workspace).reach(State.VOTING, at=clock(1), by="Ada", blind=True)
    for curator in ("", "Ada"):
        assert {row["authors"] for row in read_cells(review_sheet(workspace, EDITION, curator=curator))} == {""}


def test_the_merged_sheet_says_nothing_when_it_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    log_of(workspace).cast("Ada", {FIRST: (Vote.PICK, "n")}, at=clock())
    path = tmp_path / "merged.csv"
    path.write_bytes(review_sheet(workspace, EDITION))
    assert take(workspace, path, curator="Ben", minute=1).review.changes == ()


def test_a_curators_own_sheet_goes_there_and_back(workspace: Workspace, tmp_path: Path) -> None:
    url = "https://a.example/post"
    log = log_of(workspace)
    log.add(Added(page_identifier(url), "A post", (), url, "", "Ada"), at=clock())
    log.cast("Ada", {FIRST: (Vote.PICK, "=1"), THIRD: (None, "note"), page_identifier(url): (Vote.NO, "")}, at=clock())
    log.cast("Ben", {FOURTH: (Vote.NO, "secret")}, at=clock())
    data = review_sheet(workspace, EDITION, curator="ada")
    assert b"secret" not in data
    path = tmp_path / "ada.csv"
    path.write_bytes(data)
    done = take(workspace, path, minute=1)
    assert (done.review.changes, done.review.problems, done.review.unchanged) == ((), (), 3)
    # Filled in, changed and emptied.
    filled = {FOURTH: ("maybe", "", "Ada"), THIRD: ("pick", "note", "Ada"), FIRST: ("", "", "Ada")}
    done = take(workspace, refill(data, path, filled), minute=2)
    assert sorted((one.kind, one.identifier) for one in done.review.changes) == [
        ("changed", THIRD),
        ("new", FOURTH),
        ("taken back", FIRST),
    ]
    assert votes(workspace)["Ada"] == {THIRD: "pick", FOURTH: "maybe", page_identifier(url): "no"}


def test_an_own_sheet_knows_what_it_was_filled_from(workspace: Workspace, tmp_path: Path) -> None:
    log = log_of(workspace)
    log.cast("Ada", {FIRST: (Vote.PICK, ""), THIRD: (Vote.NO, "")}, at=clock())
    data = review_sheet(workspace, EDITION, curator="Ada")
    log.cast("Ada", {FIRST: (Vote.NO, ""), THIRD: (Vote.MAYBE, "")}, at=clock(1))
    path = refill(data, tmp_path / "ada.csv", {THIRD: ("mention", "", "Ada")})
    # The first row is as it was written and says nothing; the other was changed here and there.
    done = take(workspace, path, minute=2)
    assert done.review.changes == ()
    (conflict,) = done.review.conflicts
    assert f"Ada says mention of {THIRD}, but the log has maybe" in conflict


def test_another_curator_who_fills_in_her_sheet_says_it_for_himself(workspace: Workspace, tmp_path: Path) -> None:
    log_of(workspace).cast("Ada", {FIRST: (Vote.PICK, "")}, at=clock())
    data = review_sheet(workspace, EDITION, curator="Ada")
    take(workspace, refill(data, tmp_path / "b.csv", {FIRST: ("no", "", "Ben"), THIRD: ("", "", "")}), minute=1)
    assert votes(workspace) == {"Ada": {FIRST: "pick"}, "Ben": {FIRST: "no"}}


def test_an_own_sheet_is_not_taken_for_the_shared_one(workspace: Workspace) -> None:
    (workspace.shortlists / f"{EDITION}.csv").write_bytes(review_sheet(workspace, EDITION, curator="Ada"))
    (warning,) = take_marks(workspace, EDITION).warnings
    assert "paperradar review import" in warning
