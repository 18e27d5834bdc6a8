"""``paperradar embed``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paperradar.cli.app import app
from paperradar.workspace import init_workspace
from tests.pipeline.builders import Placed, filled, paper


def test_it_counts_what_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init_workspace(tmp_path)
    monkeypatch.chdir(tmp_path)
    empty = CliRunner().invoke(app, ["embed"])
    assert empty.stdout.startswith("0 texts: 0 encoded")
    assert "paperradar import" in empty.stderr
    filled(tmp_path, [Placed(paper(1)), Placed(paper(2))])
    assert CliRunner().invoke(app, ["embed"]).stdout.startswith("2 texts: 0 encoded, 2 had a vector; 0 got lexical")
    report = json.loads(CliRunner().invoke(app, ["embed", "--json"]).stdout)
    assert (report["texts"], report["encoded"], report["already"]) == (2, 0, 2)
