"""``paperradar taste``: what it takes and prints; what it does: tests/pipeline/test_training.py."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.taste import app
from paperradar.errors import NotFoundError
from paperradar.pipeline import training
from paperradar.pipeline.training import Compared, Trained
from paperradar.ranking import Taste, View
from paperradar.taste.keeping import TasteShelf

RANKS = {"2204.00001": 10, "2204.00002": 150, "2204.00003": None}
FIGURES = {"recall@10": 0.333333, "recall@100": 0.333333, "recall@500": 0.666667, "median_rank": 150.0}
AT = dt.datetime(2022, 5, 10, 9, 30, tzinfo=dt.UTC)


def card(*, measured: bool = True) -> dict[str, Any]:
    editions = {"2022-05": {"candidates": 300, "ranks": RANKS, **FIGURES}} if measured else {}
    return {
        "picks": {"own": 40, "theirs": 1200},
        "ordinary_papers": 8000,
        "trained_until": "2022-05-05",
        "measured": {"overall": FIGURES if measured else {}, "editions": editions},
    }


def a_taste(bias: float = 0.0, **of: Any) -> Taste:
    view = View("own", "title-vector", np.ones(2, np.float32), bias, 0.0, 1.0, 1.0)
    return Taste((view,), dt.date(2022, 5, 5), "e", of or card())


COMPARED = Compared(
    "abcabcabcabc", ("2022-05",), 3, {"recall@100": 0.666667, "median_rank": 80.0},
    {"recall@100": 0.333333, "median_rank": 150.0}, True, "recall@100 went from 0.667 to 0.333",
)  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """What was asked for, while nothing is learnt; what was found fell."""
    asked: list[Mapping[str, Any]] = []

    def trained(_: object, **keys: Any) -> Trained:
        asked.append(keys)
        return Trained(a_taste(), "defdefdefdef" if keys["keep"] else "", COMPARED, adopted=keys["force"])

    monkeypatch.setattr(training, "train_taste", trained)
    return asked


def test_train_tells_what_was_learnt_and_why_it_is_not_adopted(workspace: Path, asked: list[Mapping[str, Any]]) -> None:
    result = run("train", "--source", "ours", "-s", "theirs")
    assert result.exit_code == 0
    assert asked[0]["sources"] == ["ours", "theirs"]
    assert (asked[0]["force"], asked[0]["keep"]) == (False, True)
    assert result.stdout.splitlines() == [
        "learnt from 40 picks of own, 1,200 picks of theirs and 8,000 ordinary papers; picks until 2022-05-05",
        "measured on 3 picks of 1 edition (2022-05): r@10 0.333, r@100 0.333, r@500 0.667, median rank 150",
        "  2022-05: 3 picks: r@10 0.333, r@100 0.333, r@500 0.667, median rank 150",
        "on the 3 picks that both were measured on (2022-05):",
        "  abcabcabcabc  r@100 0.667  median rank 80",
        "  new           r@100 0.333  median rank 150",
        "recall@100 went from 0.667 to 0.333",
        "taste defdefdefdef is not adopted; paperradar taste train --force adopts it all the same",
    ]


def test_force_and_compare(workspace: Path, asked: list[Mapping[str, Any]]) -> None:
    assert run("train", "--force").stdout.splitlines()[-1] == (
        "taste defdefdefdef is adopted, although the backtest fell"
    )
    assert run("compare").stdout.splitlines()[-1] == "it would not be adopted; nothing was kept"
    assert [(keys["force"], keys["keep"], keys["sources"]) for keys in asked] == [(True, True, ()), (False, False, ())]


@pytest.mark.parametrize("command", ["train", "compare"])
def test_as_json(workspace: Path, asked: list[Mapping[str, Any]], command: str) -> None:
    told = json.loads(run(command, "--json").stdout)
    assert told["name"] == ("defdefdefdef" if command == "train" else "")
    assert told["adopted"] is False
    assert told["comparison"] == COMPARED.as_dict()
    assert told["card"]["measured"]["editions"]["2022-05"]["ranks"] == RANKS


def test_train_without_picks_is_one_line(workspace: Path) -> None:
    result = run("train")
    assert isinstance(result.exception, NotFoundError)
    assert "paperradar picks import" in str(result.exception)
    assert result.exception.exit_code == 1


@pytest.fixture
def shelf(workspace: Path) -> TasteShelf:
    return TasteShelf(workspace / "data" / "taste")


def test_show(shelf: TasteShelf) -> None:
    first, second = shelf.put(a_taste(1)), shelf.put(a_taste(2, picks={"own": 9}, ordinary_papers=5))
    shelf.adopt(first, at=AT, comparison={"why": "no taste was adopted before"})
    shelf.refuse(second, at=AT, comparison={"why": "it fell"})
    lines = run("show").stdout.splitlines()
    assert lines[0] == f"taste {first}, which counts now"
    assert "  own title-vector: 100.0%" in lines
    assert lines[-2:] == [
        f"  2022-05-10 09:30 UTC  adopt     {first}  no taste was adopted before",
        f"  2022-05-10 09:30 UTC  refuse    {second}  it fell",
    ]
    other = run("show", second).stdout.splitlines()
    assert other[0] == f"taste {second}"
    assert other[2] == "not measured: the store holds no edition and no whole month with enough picks of these sources"
    told = json.loads(run("show", "--json").stdout)
    assert (told["name"], told["adopted"]) == (first, first)
    assert [item["action"] for item in told["history"]] == ["adopt", "refuse"]
    assert isinstance(run("show", "nothing").exception, NotFoundError)


def test_show_of_a_taste_measured_by_months(shelf: TasteShelf) -> None:
    days = ("2022-03-01..2022-03-31", "2022-04-01..2022-04-30")
    editions = {name: {"candidates": 300, "ranks": RANKS, **FIGURES} for name in days}
    of_months = card() | {"measured": {"pool": "days", "overall": FIGURES, "editions": editions}}
    shelf.adopt(shelf.put(a_taste(**of_months)), at=AT, comparison={})
    (line,) = (line for line in run("show").stdout.splitlines() if line.startswith("measured"))
    assert line.startswith(f"measured on 6 picks of 2 months ({days[0]} to {days[1]}): r@10 0.333")


def test_show_before_anything_was_learnt(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no taste was adopted yet, and no prior ships" in str(run("show").exception)
    monkeypatch.setattr("paperradar.taste.prior.prior", lambda: a_taste())
    result = run("show")
    assert result.stdout.splitlines()[0] == "taste prior"
    assert "the shipped prior counts alone" in result.stderr


def test_rollback(shelf: TasteShelf) -> None:
    assert isinstance(run("rollback").exception, NotFoundError)
    first, second = (shelf.put(a_taste(n)) for n in (1, 2))
    for name in (first, second):
        shelf.adopt(name, at=AT, comparison={})
    assert run("rollback").stdout == f"taste {first} counts again\n"
    assert shelf.adopted_name() == first
