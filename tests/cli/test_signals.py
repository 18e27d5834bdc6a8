"""``paperradar signals``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.signals import app
from paperradar.errors import InputError, NotFoundError, UsageError

WIDE = (
    "post_date,arxiv_id,retweets,favorites\n2021-05-04,2105.00335,1719,194\n2021-05-05,2105.00572,,163\nnever,x,1,1\n"
)


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """With a file of numbers in it."""
    (workspace / "attention.csv").write_text(WIDE, encoding="utf-8")
    return workspace


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


IMPORT = ("import", "attention.csv", "--day-column", "post_date", "--value-column", "retweets")
BOTH = (*IMPORT, "--value-column", "favorites")


def test_import_tells_what_it_did_and_what_it_set_aside(workspace: Path) -> None:
    result = run(*BOTH)
    assert result.exit_code == 0
    assert result.stdout == "attention.csv: 3 new, 0 known, 1 blank, 1 set aside (favorites 2, retweets 1)\n"
    assert result.stderr.startswith("attention.csv:4: set aside: 'x' is not an arXiv identifier")
    assert run(*BOTH).stdout.startswith("attention.csv: 0 new, 3 known")


def test_import_as_json_under_a_name(workspace: Path) -> None:
    told = json.loads(run(*IMPORT, "--name", "shared", "--days-later", "1", "--json").stdout)
    assert told["problems"] == []
    assert told["files"][0]["by_name"] == {"shared": 1}
    assert json.loads(run("list", "--json").stdout) == [
        {"name": "shared", "values": 1, "papers": 1, "first": "2021-05-05", "last": "2021-05-05"}
    ]


def test_list(workspace: Path) -> None:
    empty = run("list")
    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "paperradar signals import" in empty.stderr
    run(*BOTH)
    assert run("list").stdout.splitlines() == [
        "favorites: 2 values of 2 papers, 2021-05-04 to 2021-05-05",
        "retweets: 1 value of 1 paper, 2021-05-04 to 2021-05-04",
    ]


def test_forget(workspace: Path) -> None:
    run(*BOTH)
    assert run("forget", "favorites").stdout == "favorites: 2 values removed\n"
    assert isinstance(run("forget", "favorites").exception, NotFoundError)
    assert len(run("list").stdout.splitlines()) == 1


def test_one_name_for_several_columns_is_refused(workspace: Path) -> None:
    assert isinstance(run(*BOTH, "--name", "x").exception, UsageError)


def test_a_bad_file_does_not_keep_the_good_ones_out(workspace: Path) -> None:
    (workspace / "good.csv").write_text("id,value,day\n2105.00335,1,2021-05-04\n", encoding="utf-8")
    result = run("import", "attention.csv", "good.csv", "missing.csv")
    assert isinstance(result.exception, InputError)
    assert "missing.csv" in str(result.exception)
    assert "--day-column" in result.stderr
    assert result.stdout.startswith("good.csv: 1 new")
    told = json.loads(run("import", "attention.csv", "good.csv", "--json").stdout)
    assert (len(told["files"]), len(told["problems"])) == (1, 1)


def test_many_bad_rows_are_counted(workspace: Path) -> None:
    (workspace / "bad.csv").write_text("day,id,value\n" + "never,x,1\n" * 25, encoding="utf-8")
    lines = run("import", "bad.csv").stderr.splitlines()
    assert len(lines) == 11
    assert "15 more" in lines[-1]
