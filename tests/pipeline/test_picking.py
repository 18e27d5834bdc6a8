"""Importing picks, and what a workspace knows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.decisions import Added, DecisionLog, EditionLog, Mark, Place, PlaceRole, State, Vote
from paperradar.errors import InputError
from paperradar.pipeline.picking import chosen, import_picks, known_picks
from paperradar.settings import Settings
from paperradar.workspace import Workspace
from tests.decisions.builders import at

HEADER = "source,edition,rank,role,arxiv_id,title\n"


def clock() -> dt.datetime:
    return at(0)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "mine", Settings(), ())


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_twice_imported_is_once_known(workspace: Workspace, tmp_path: Path) -> None:
    path = write(
        tmp_path / "lists.csv", HEADER + "a,2022-05,1,top10,2204.03458,x\nb,2022-W18,,pick,2204.00598,\n,?,,,,\n"
    )
    first = import_picks(workspace, path, clock=clock)
    assert first.as_dict() == {
        "file": "lists.csv",
        "new": 2,
        "known": 0,
        "by_source": {"a": 1, "b": 1},
        "set_aside": [{"line": 4, "reason": first.set_aside[0].reason, "excerpt": "?"}],
    }
    again = import_picks(workspace, path, clock=clock)
    assert (again.new, again.known) == (0, 2)
    assert [item.source for item in known_picks(workspace)] == ["a", "b"]


def test_a_file_that_is_none_of_picks_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"bad\.csv"):
        import_picks(workspace, write(tmp_path / "bad.csv", "a,b\n1,2\n"), clock=clock)
    assert not workspace.decisions.exists()


def test_published_editions_are_known_and_the_log_stands_over_them(workspace: Workspace, tmp_path: Path) -> None:
    write(
        workspace.editions / "2022-05.csv",
        HEADER + "own,2022-05,1,top10,2204.03458,x\nown,2022-05,2,top10,2204.00598,y\n",
    )
    import_picks(workspace, write(tmp_path / "fix.csv", HEADER + "own,2022-05,3,top10,2204.00598,y\n"), clock=clock)
    picks = known_picks(workspace, source="own", edition="2022-05")
    assert [(item.identifier, item.rank) for item in picks] == [("2204.03458", 1), ("2204.00598", 3)]
    assert known_picks(workspace, edition="2022-04") == ()
    assert known_picks(workspace, source="other") == ()


def test_chosen_on_a_sheet_is_an_own_pick_once_the_edition_has_closed(workspace: Workspace) -> None:
    log = DecisionLog(workspace.decisions)
    marks = {"2204.00002": Mark("pick"), "2204.00001": Mark("Yes, third"), "2204.00003": Mark("no")}
    log.record_marks("2022-05", marks, at=at(0))
    found = known_picks(workspace, today=dt.date(2022, 5, 6))
    assert [(item.source, item.edition, item.rank, item.role, item.identifier) for item in found] == [
        ("own", "2022-05", None, "pick", "2204.00001"),
        ("own", "2022-05", None, "pick", "2204.00002"),
    ]
    assert {item.decided_on for item in found} == {dt.date(2022, 5, 5)}
    assert known_picks(workspace, today=dt.date(2022, 5, 5)) == (), "its closing day is not over"
    assert known_picks(workspace) == found
    assert known_picks(workspace, source="zeta-alpha") == known_picks(workspace, edition="2022-04") == ()


def test_a_change_of_mind_and_other_files_of_the_log(workspace: Workspace, tmp_path: Path) -> None:
    log = DecisionLog(workspace.decisions)
    log.record_marks("2022-05", {"2204.00001": Mark("pick")}, at=at(0))
    log.record_marks("2022-05", {"2204.00001": Mark("no")}, at=at(1))
    log.resurface("2203.00001", edition="2022-05", why="it is good", at=at(0))
    log.freeze("2022-04", "abc", at=at(0))
    import_picks(workspace, write(tmp_path / "lists.csv", HEADER + "a,2022-W18,,pick,2204.00598,\n"), clock=clock)
    assert log.editions() == ("2022-04", "2022-05")
    assert [item.source for item in known_picks(workspace)] == ["a"]


@pytest.mark.parametrize("source", ["own", "zeta-alpha"])
@pytest.mark.parametrize("how", ["published", "imported"])
def test_a_published_list_stands_over_the_marks(workspace: Workspace, tmp_path: Path, source: str, how: str) -> None:
    DecisionLog(workspace.decisions).record_marks("2022-05", {"2204.00001": Mark("pick")}, at=at(0))
    row = HEADER + f"{source},2022-05,1,top10,2204.03458,x\n"
    if how == "published":
        write(workspace.editions / "2022-05.csv", row)
    else:
        import_picks(workspace, write(tmp_path / "list.csv", row), clock=clock)
    assert [item.identifier for item in known_picks(workspace)] == ["2204.03458"]


def test_another_teams_list_of_that_month_does_not(workspace: Workspace, tmp_path: Path) -> None:
    DecisionLog(workspace.decisions).record_marks("2022-05", {"2204.00001": Mark("pick")}, at=at(0))
    row = HEADER + "theirs,2022-05,1,top10,2204.03458,x\n"
    import_picks(workspace, write(tmp_path / "list.csv", row), clock=clock)
    assert [item.source for item in known_picks(workspace)] == ["own", "theirs"]


def test_what_a_curator_picked_is_an_own_pick_whatever_others_say(workspace: Workspace) -> None:
    log = EditionLog(workspace.decisions, "2022-05")
    log.cast("Ann", {"2204.00001": (Vote.PICK, ""), "2204.00002": (Vote.MAYBE, "")}, at=at(0))
    log.cast("Ben", {"2204.00001": (Vote.NO, ""), "2204.00003": (Vote.PICK, "")}, at=at(1))
    log.cast("Ben", {PAGE.identifier: (Vote.PICK, "")}, at=at(1))
    picks = known_picks(workspace, today=dt.date(2022, 5, 6))
    assert [(item.source, item.role, item.identifier) for item in picks] == [
        ("own", "pick", "2204.00001"),
        ("own", "pick", "2204.00003"),
    ]
    assert known_picks(workspace, today=dt.date(2022, 5, 5)) == ()


def decided(workspace: Workspace) -> EditionLog:
    """An edition with a group, a page, a mention and votes, decided two days before it closes."""
    log = EditionLog(workspace.decisions, "2022-05")
    log.cast("Ann", {"2204.00009": (Vote.PICK, "")}, at=at(0))
    log.add(PAGE, at=at(0))
    log.place(
        [
            placed("2204.00001", 1),
            placed(PAGE.identifier, 2),
            placed("2204.00002", 3, "Models"),
            placed("2204.00003", 3, "Models"),
            placed("2204.00004", None, role="mention"),
        ],
        at=at(1),
    )
    log.reach(State.DECIDED, at=at(2), by="Ann")
    return log


def placed(identifier: str, rank: int | None, group: str = "", role: PlaceRole = "top10") -> Place:
    return Place(identifier, role, rank, "", group, "Ann", "")


PAGE = Added("page:0123456789ab", "A post", (), "https://a.example", "", "Ann")


def test_what_was_decided_is_picked_and_nothing_else(workspace: Workspace) -> None:
    log = decided(workspace)
    DecisionLog(workspace.decisions).record_marks("2022-05", {"2204.00008": Mark("pick")}, at=at(3))
    found = known_picks(workspace, today=dt.date(2022, 5, 3))
    assert [(item.source, item.role, item.rank, item.identifier) for item in found] == [
        ("own", "top10", 1, "2204.00001"),
        ("own", "top10", 3, "2204.00002"),
        ("own", "top10", 3, "2204.00003"),
        ("own", "mention", None, "2204.00004"),
    ]
    assert {item.decided_on for item in found} == {dt.date(2022, 5, 5)}, "the closing day, and not that of the decision"
    # Undone, it is votes and marks that count again.
    DecisionLog(workspace.decisions).undo(log.reached()[State.DECIDED].entry, at=at(4))
    picks = known_picks(workspace, today=dt.date(2022, 5, 6))
    assert [item.identifier for item in picks] == ["2204.00008", "2204.00009"]


def test_a_decision_made_long_after_has_the_closing_day_too(workspace: Workspace) -> None:
    log = EditionLog(workspace.decisions, "2022-05")
    log.place([placed("2204.00001", 1)], at=at(0))
    log.reach(State.DECIDED, at=at(60 * 24 * 90), by="Ann")
    (found,) = known_picks(workspace)
    assert found.decided_on == dt.date(2022, 5, 5)


def test_a_decision_stands_over_an_own_list_of_the_edition_and_not_over_another_teams(
    workspace: Workspace, tmp_path: Path
) -> None:
    decided(workspace)
    write(workspace.editions / "2022-05.csv", HEADER + "own,2022-05,1,top10,2204.00007,x\n")
    rows = (
        HEADER
        + "own,2022-05,1,top10,2204.00006,x\nzeta-alpha,2022-05,1,top10,2204.00005,x\nown,2022-04,1,,2203.00001,x\n"
    )
    import_picks(workspace, write(tmp_path / "list.csv", rows), clock=clock)
    assert len(known_picks(workspace, source="own", edition="2022-05")) == 4
    assert [item.identifier for item in known_picks(workspace, source="zeta-alpha")] == ["2204.00005"]
    assert [item.identifier for item in known_picks(workspace, edition="2022-04")] == ["2203.00001"]


def test_what_chooses() -> None:
    marks = {"a": Mark("pick"), "b": Mark(" YES "), "c": Mark("maybe"), "d": Mark("", "pick it"), "e": Mark("Pick 3")}
    marks |= {"f": Mark("👍"), "g": Mark("picky"), "h": Mark("no, yes")}
    assert chosen(marks) == {"a", "b", "e", "f"}
