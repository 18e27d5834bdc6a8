"""``paperradar doctor``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paperradar.cli.app import app
from paperradar.workspace import init_workspace


def test_a_line_a_finding_and_exit_1_where_something_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init_workspace(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split()[:2] == ["ok", "paperradar"]
    assert any(line.split()[:2] == ["note", "database"] for line in lines)
    assert any(line.strip() == "-> paperradar import FILE" for line in lines)

    (tmp_path / "data" / "paperradar.duckdb").write_bytes(b"not a database")
    broken = CliRunner().invoke(app, ["doctor", "--json"])
    assert broken.exit_code == 1
    by_name = {finding["name"]: finding for finding in json.loads(broken.stdout)}
    assert by_name["database"]["status"] == "problem"
    assert by_name["model"]["status"] == "ok"
