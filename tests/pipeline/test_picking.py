"""Importing picks, and what a workspace knows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.decisions import DecisionLog, Mark
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


def test_what_chooses() -> None:
    marks = {"a": Mark("pick"), "b": Mark(" YES "), "c": Mark("maybe"), "d": Mark("", "pick it"), "e": Mark("Pick 3")}
    assert chosen(marks) == {"a", "b", "e"}
