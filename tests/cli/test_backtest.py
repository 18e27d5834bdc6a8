"""``paperradar backtest``: what it prints. What it measures is tested in tests/pipeline/test_backtesting.py."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from paperradar.cli.backtest import backtest
from paperradar.errors import NotFoundError
from paperradar.evaluation import Judged
from paperradar.pipeline import backtesting
from paperradar.pipeline.backtesting import BacktestReport, MeasuredEdition

RUN = [f"2204.{number:05}" for number in range(1, 201)]


def edition(name: str) -> MeasuredEdition:
    return MeasuredEdition(
        edition=name,
        first=dt.date(2022, 3, 25),
        last=dt.date(2022, 5, 5),
        as_of=dt.date(2022, 5, 5),
        candidates=1200,
        entries=Judged(("2204.00010", "2204.00150"), ("2112.00001",)),
        mentions=Judged(("2204.00060",), ()),
        runs={"method": RUN, "random": RUN[::-1], "newest": RUN[::-1], "topics": RUN},
    )


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(backtest)
    return CliRunner().invoke(app, list(arguments))


def test_the_table_and_the_json(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def measured(_: object, **keys: object) -> BacktestReport:
        asked.append(keys)
        return BacktestReport((edition("2022-05"),), {"pool": "window"})

    monkeypatch.setattr(backtesting, "backtest", measured)
    result = run("--source", "ours", "-s", "theirs", "--edition", "2022-05")
    assert result.exit_code == 0
    assert asked[0]["sources"] == ["ours", "theirs"]
    assert (asked[0]["editions"], asked[0]["pool"]) == (["2022-05"], "window")
    lines = result.stdout.splitlines()
    assert lines[0] == "2022-05: 1,200 candidates, 3 picks, 2 in the pool"
    assert lines[1].split() == ["r@50", "r@100", "r@200", "r@500", "median", "rank"]
    assert lines[2].split() == ["method", "0.500", "0.500", "1.000", "1.000", "80.0"]
    assert lines[3].split() == ["random", "0.000", "0.500", "1.000", "1.000", "121.0"]
    assert "overall: 1 edition, 2 picks in the pools" in lines
    assert "mentions: 1 in the pools" in lines
    assert result.stderr == "note: 2022-05: not in the pool: 2112.00001\n"
    as_json = json.loads(run("--source", "a", "--edition", "2022-05", "--pool", "id-month", "--json").stdout)
    assert asked[1]["pool"] == "id-month"
    assert as_json["method"]["overall"]["recall@200"] == 1.0
    assert as_json["method"]["editions"]["2022-05"]["ranks"] == {"2204.00010": 10, "2204.00150": 150}


def test_without_picks_it_says_how_to_get_them(workspace: Path) -> None:
    result = run("--source", "ours", "--edition", "2022-05")
    assert isinstance(result.exception, NotFoundError)
    assert "paperradar picks import" in str(result.exception)


@pytest.mark.parametrize(
    "call", [(), ("--source", "a"), ("--edition", "2022-05"), ("-s", "a", "-e", "2022-05", "--pool", "x")]
)
def test_a_wrong_call(workspace: Path, call: tuple[str, ...]) -> None:
    assert run(*call).exit_code == 2
