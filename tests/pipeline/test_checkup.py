"""What the doctor finds, and what it says to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from paperradar.calendar import holidays_known_until
from paperradar.decisions import DecisionLog, Mark
from paperradar.pipeline.checkup import Finding, Status, examine
from paperradar.workspace import init_workspace
from tests.decisions.builders import at
from tests.pipeline.builders import Placed, filled, paper, put

TODAY = dt.date(2026, 6, 1)


def findings(folder: Path, environ: Mapping[str, str] | None = None, today: dt.date = TODAY) -> dict[str, Finding]:
    found = list(examine(None, environ or {}, folder, today=today))
    assert len({item.name for item in found}) == len(found)
    assert all(item.remedy for item in found if item.status is not Status.OK)
    return {item.name: item for item in found}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init_workspace(tmp_path)
    return tmp_path


def test_a_new_workspace_is_sound_and_wants_papers(workspace: Path) -> None:
    found = findings(workspace)
    assert [item.name for item in found.values() if item.status is Status.PROBLEM] == []
    assert "torch" in found["libraries"].detail
    assert "53aa5117" in found["model"].detail
    assert "device" in found["torch"].detail
    assert (found["database"].status, found["database"].remedy) == (Status.NOTE, "paperradar import FILE")
    assert found["workspace"].detail == str(workspace)
    assert not list((workspace / "data").iterdir()), "looking makes no file"


def test_without_a_workspace_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert (found["workspace"].status, found["workspace"].remedy) == (Status.NOTE, "paperradar init DIR")
    assert {"paperradar", "libraries", "model", "torch", "calendar"} <= set(found)
    named = findings(tmp_path, {"PAPERRADAR_WORKSPACE": str(tmp_path / "none")})
    assert named["workspace"].status is Status.PROBLEM


def test_wrong_settings_are_a_problem_that_names_the_file(workspace: Path) -> None:
    (workspace / "config" / "paperradar.toml").write_text("colour = 1\n", encoding="utf-8")
    found = findings(workspace)["workspace"]
    assert found.status is Status.PROBLEM
    assert "paperradar.toml" in found.detail


def test_a_model_that_is_not_there(workspace: Path) -> None:
    (workspace / "config" / "paperradar.toml").write_text('[encoder]\nmodel = "nobody/nothing"\n', encoding="utf-8")
    assert findings(workspace)["model"].status is Status.PROBLEM


def test_papers_and_missing_vectors_are_counted(workspace: Path) -> None:
    place = filled(workspace, [Placed(paper(1))])
    found = findings(workspace)["database"]
    assert found.status is Status.OK
    assert "papers: 1, announced from 2022-04-20 to 2022-04-20" in found.detail
    put(place, [Placed(paper(2), angle=None)])
    found = findings(workspace)["database"]
    assert (found.status, found.remedy) == (Status.NOTE, "paperradar embed")
    assert "texts without features: 1" in found.detail


def test_a_database_that_is_none(workspace: Path) -> None:
    (workspace / "data" / "paperradar.duckdb").write_bytes(b"not a database")
    assert findings(workspace)["database"].status is Status.PROBLEM


def test_damage_in_the_decisions_log(workspace: Path) -> None:
    log = DecisionLog(workspace / "data" / "decisions")
    log.record_marks("2022-05", {"2204.00001": Mark("pick")}, at=at(0))
    assert findings(workspace)["decisions"].status is Status.OK
    path = workspace / "data" / "decisions" / "2022-05.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"pick"', b'"drop"'))
    found = findings(workspace)["decisions"]
    assert found.status is Status.PROBLEM
    assert "2022-05.jsonl:1" in found.detail


def test_years_whose_holidays_nobody_knows(workspace: Path) -> None:
    assert findings(workspace)["calendar"].status is Status.OK
    for day in (holidays_known_until() - dt.timedelta(days=59), dt.date(2040, 1, 2)):
        found = findings(workspace, today=day)["calendar"]
        assert found.status is Status.NOTE
        assert f"known until {holidays_known_until()} only" in found.detail
        assert found.remedy.startswith("upgrade paperradar, or add next year's days")


def test_a_file_where_a_folder_is_needed(workspace: Path) -> None:
    (workspace / "data" / "decisions").write_bytes(b"")
    assert findings(workspace)["paths.decisions"].status is Status.PROBLEM
