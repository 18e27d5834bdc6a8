"""``paperradar init``."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from paperradar.cli.init import init

app = typer.Typer()
app.command()(init)


def test_says_what_it_wrote(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path / "w")])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == str(tmp_path / "w" / "config" / "paperradar.toml")
    assert len(result.stdout.splitlines()) == 5
    assert "is a workspace now" in result.stderr
    again = CliRunner().invoke(app, [str(tmp_path / "w")])
    assert (again.exit_code, again.stdout) == (0, "")
    assert "nothing was written" in again.stderr


def test_the_present_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, []).exit_code == 0
    assert (tmp_path / "config" / "topics" / "diffusion.toml").is_file()
