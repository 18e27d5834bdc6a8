"""Importing picks, and what a workspace knows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.errors import InputError
from paperradar.pipeline.picking import import_picks, known_picks
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
