"""``paperradar similar`` and ``paperradar search``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.app import app
from paperradar.errors import NotFoundError
from paperradar.papers import Paper
from tests.pipeline.builders import Placed, filled, paper, put


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """With three papers in it."""
    filled(workspace, [Placed(paper(1), angle=0.0), Placed(paper(2), angle=0.01), Placed(paper(3), angle=1.0)])
    return workspace


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_similar(workspace: Path) -> None:
    result = run("similar", "2204.00001")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "2204.00001  2022-04-20  Title 1  (no earlier paper to compare with)"
    assert lines[2].split() == ["1.000", "=", "2204.00002", "2022-04-20", "Title", "2"]
    assert lines[3].split() == ["0.540", "2204.00003", "2022-04-20", "Title", "3"]
    assert json.loads(run("similar", "2204.00001", "--limit", "1", "--json").stdout)["hits"][0]["near_duplicate"]
    assert isinstance(run("similar", "2204.99999").exception, NotFoundError)
    assert run("similar").exit_code == 2


def test_search(workspace: Path) -> None:
    place = filled(workspace, [Placed(Paper("2204.00004", "Sparse experts", ""))])
    result = run("search", "sparse experts", "--mode", "lexical")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split()[2:] == ["2204.00004", "2022-04-20", "Sparse", "experts"]
    assert json.loads(run("search", "sparse", "--mode", "lexical", "--json").stdout)["papers"] == 4
    nothing = run("search", "zebra", "--mode", "lexical")
    assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "nothing was found\n")
    put(place, [Placed(paper(9), angle=None)])
    assert "paperradar embed" in run("similar", "2204.00001").stderr
