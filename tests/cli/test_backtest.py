"""``paperradar backtest``: what it takes and prints; what it measures: tests/pipeline/test_backtesting.py."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from paperradar.calendar import Window
from paperradar.cli.backtest import backtest
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.evaluation import BASELINES, METHOD, BacktestReport, Judged, MeasuredEdition
from paperradar.pipeline import backtesting

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
        runs={METHOD: RUN} | dict.fromkeys(BASELINES, RUN[::-1]),
        settings={"centroid": {"note": "nothing to learn from"}, "tfidf-svm": {"c": 0.01}},
        seconds={METHOD: 0.5},
    )


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(backtest)
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What was asked for, while nothing is measured."""
    asked: list[dict[str, object]] = []

    def measured(_: object, **keys: object) -> BacktestReport:
        asked.append(keys)
        return BacktestReport((edition("2022-05"),), {"pool": "window", "sources": ["ours"]})

    monkeypatch.setattr(backtesting, "backtest", measured)
    return asked


def test_the_table_and_the_json(workspace: Path, asked: list[dict[str, object]]) -> None:
    result = run("--source", "ours", "-s", "theirs", "--edition", "2022-05")
    assert result.exit_code == 0
    assert asked[0]["sources"] == ["ours", "theirs"]
    assert (asked[0]["editions"], asked[0]["pool"], asked[0]["titles_only"]) == (["2022-05"], "window", False)
    lines = result.stdout.splitlines()
    assert lines[0] == "2022-05: 1,200 candidates, 3 picks, 2 in the pool"
    assert lines[1].split() == ["r@10", "r@50", "r@100", "r@200", "r@500", "nDCG@100", "MRR", "median", "rank"]
    assert lines[2].split() == ["method", "0.500", "0.500", "0.500", "1.000", "1.000", "0.177", "0.100", "80.0"]
    assert lines[3].split()[:4] == ["random", "0.000", "0.000", "0.500"]
    assert [line.split()[0] for line in lines[2:8]] == [METHOD, *BASELINES]
    assert "overall: 1 edition, 2 picks in the pools" in lines
    assert "mentions: 1 in the pools" in lines
    start = lines.index("method's recall above each baseline's, with the 95 % interval over picks")
    assert lines[start + 2].split()[:3] == ["random", "+0.000", "[-1.000,"]
    assert result.stderr.splitlines() == [
        "note: 2022-05: not in the pool: 2112.00001",
        "note: 2022-05: centroid: nothing to learn from",
        "note: 2022-05: seconds: method 0.50",
    ]
    as_json = json.loads(run("--source", "a", "--edition", "2022-05", "--pool", "id-month", "--json").stdout)
    assert asked[1]["pool"] == "id-month"
    assert as_json["method"]["overall"]["recall@200"] == 1.0
    assert as_json["method"]["editions"]["2022-05"]["ranks"] == {"2204.00010": 10, "2204.00150": 150}
    assert as_json["baselines"]["tfidf-svm"]["difference"]["recall@500"]["mean"] == 0.0


@pytest.mark.parametrize(
    ("reused", "words"),
    [
        (1, ["note: 1 of 2 pools was measured before and nothing it depends on has changed; --fresh measures again"]),
        (2, ["note: 2 of 2 pools were measured before and nothing they depend on has changed; --fresh measures again"]),
        (0, []),
    ],
)
def test_what_was_measured_before_is_told(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, reused: int, words: list[str]
) -> None:
    asked: list[object] = []

    def measured(_: object, **keys: object) -> BacktestReport:
        asked.append(keys["fresh"])
        return BacktestReport((edition("2022-05"), edition("2022-06")), {}, reused)

    monkeypatch.setattr(backtesting, "backtest", measured)
    result = run("-s", "ours", "-e", "2022-05", "--json")
    assert result.stderr.splitlines() == words
    assert "reused" not in result.stdout
    run("-s", "ours", "-e", "2022-05", "--fresh")
    assert asked == [False, True]


def test_days_titles_and_pool_files(workspace: Path, asked: list[dict[str, object]]) -> None:
    for name, identifier in (("a.csv", "2107.00001"), ("b.csv", "2107.00002")):
        Path(name).write_text(f"id,title,submitted\n{identifier},One,2021-07-01\nnone,Two,\n", encoding="utf-8")
    result = run(
        "-s", "ours", "--pool", "days:2021-07-12..2021-07-18", "--pool", "days:2021-07-19..2021-07-25", "--titles-only",
        "--pool-file", "a.csv", "--pool-file", "b.csv",
    )  # fmt: skip
    assert result.exit_code == 0
    (keys,) = asked
    assert (keys["pool"], keys["editions"], keys["titles_only"]) == ("days", (), True)
    assert keys["days"] == [
        Window(dt.date(2021, 7, 12), dt.date(2021, 7, 18)),
        Window(dt.date(2021, 7, 19), dt.date(2021, 7, 25)),
    ]
    assert [paper.identifier for paper in keys["extra"]] == ["2107.00001", "2107.00002"]  # type: ignore[attr-defined]
    assert "a.csv, line 3: set aside: 'none' is not an arXiv identifier" in result.stderr


def test_the_page(workspace: Path, asked: list[dict[str, object]]) -> None:
    result = run("-s", "ours", "-e", "2022-05", "--json", "--html", "out/report.html")
    assert result.exit_code == 0
    json.loads(result.stdout)
    assert result.stderr == "note: the report is in out/report.html\n"
    page = Path("out/report.html").read_bytes()
    assert b"Backtest on the picks of ours" in page
    run("-s", "ours", "-e", "2022-05", "--html", "out/again.html")
    assert Path("out/again.html").read_bytes() == page


def test_without_picks_it_says_how_to_get_them(workspace: Path) -> None:
    result = run("--source", "ours", "--edition", "2022-05")
    assert isinstance(result.exception, NotFoundError)
    assert "paperradar picks import" in str(result.exception)


@pytest.mark.parametrize("call", [(), ("--edition", "2022-05")])
def test_a_call_without_a_source(workspace: Path, call: tuple[str, ...]) -> None:
    assert run(*call).exit_code == 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ((), "needs an edition"),
        (("--pool", "id-month"), "needs an edition"),
        (("-e", "2022-05", "--pool", "x"), "none of window, id-month, days"),
        (("-e", "2022-05", "--pool", "window", "--pool", "id-month"), "give one kind"),
        (("--pool", "window", "--pool", "days:2022-05-01..2022-05-02"), "give one kind"),
        (("--pool", "days:2022-05-01"), "is not a day"),
        (("--pool", "days:2022-05-01..2022-02-30"), "2022-02-30"),
        (("--pool", "days:2022-05-02..2022-05-01"), "before the first"),
        (("-e", "2022-05", "--html", "."), "is a folder"),
    ],
)
def test_a_wrong_call_is_one_line(workspace: Path, call: tuple[str, ...], words: str) -> None:
    result = run("-s", "ours", *call)
    assert isinstance(result.exception, UsageError)
    assert words in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_pool_file_that_is_none(workspace: Path) -> None:
    Path("wrong.csv").write_text("a,b\n", encoding="utf-8")
    result = run("-s", "ours", "-e", "2022-05", "--pool-file", "wrong.csv")
    assert isinstance(result.exception, InputError)
    assert "not a pool file" in str(result.exception)
