"""``paperradar resurface``."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from paperradar.cli.resurface import resurface
from paperradar.decisions import DecisionLog
from paperradar.errors import UsageError


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(resurface)
    return CliRunner().invoke(app, list(arguments))


def test_it_is_recorded_and_an_unknown_paper_only_warned_of(workspace: Path) -> None:
    call = ("2201.00001", "--why", "code is out", "--edition", "2022-05", "--curator", "Ada")
    result = run(*call)
    assert (result.exit_code, result.stdout) == (0, "2201.00001 comes back in 2022-05\n")
    assert "not in the store" in result.stderr
    assert run(*call).stdout == "2201.00001 comes back in 2022-05 (known already)\n"
    said = DecisionLog(workspace / "data" / "decisions").resurfaced("2022-05")["2201.00001"]
    assert (said.why, said.curator) == ("code is out", "Ada")


def test_without_a_reason_it_is_a_wrong_call(workspace: Path) -> None:
    assert run("2201.00001").exit_code == 2
    assert isinstance(run("2201.00001", "--why", "").exception, UsageError)
