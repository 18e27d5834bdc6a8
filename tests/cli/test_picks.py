"""``paperradar picks``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.picks import app
from paperradar.errors import InputError

LISTS = (
    "source,edition,rank,role,arxiv_id,title\r\n"
    "a,2022-05,1,top10,2204.03458,Video\r\n"
    "a,2022-13,1,top10,2204.03458,Video\r\n"
    "b,2022-W18,,mention,2204.00598,Socratic\r\n"
)


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """With a file of picks in it."""
    (workspace / "lists.csv").write_bytes(LISTS.encode("utf-8-sig"))
    return workspace


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_import_tells_what_it_did_and_what_it_set_aside(workspace: Path) -> None:
    result = run("import", "lists.csv")
    assert result.exit_code == 0
    assert result.stdout == "lists.csv: 2 new, 0 known, 1 set aside (a 1, b 1)\n"
    assert result.stderr.startswith("lists.csv:3: set aside: '2022-13'")
    assert run("import", "lists.csv").stdout == "lists.csv: 0 new, 2 known, 1 set aside (a 1, b 1)\n"


def test_import_as_json_and_with_a_named_source(workspace: Path) -> None:
    (workspace / "daily.csv").write_text("date,arxiv_id\n2021-05-04,2105.00171\n", encoding="utf-8")
    reports = json.loads(run("import", "lists.csv", "daily.csv", "--source", "me", "--json").stdout)["files"]
    assert [report["file"] for report in reports] == ["lists.csv", "daily.csv"]
    assert reports[0]["set_aside"][0]["line"] == 3
    assert reports[1]["by_source"] == {"me": 1}


def test_many_bad_rows_are_counted(workspace: Path) -> None:
    (workspace / "bad.csv").write_text("date,arxiv_id\n" + "never,x\n" * 25, encoding="utf-8")
    lines = run("import", "bad.csv").stderr.splitlines()
    assert len(lines) == 11
    assert "15 more" in lines[-1]
    assert len(json.loads(run("import", "bad.csv", "--json").stdout)["files"][0]["set_aside"]) == 25


def test_list(workspace: Path) -> None:
    empty = run("list")
    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "paperradar picks import" in empty.stderr
    run("import", "lists.csv")
    assert run("list").stdout.splitlines() == [
        "a: 1 entry, 0 mentions, 1 edition (2022-05 to 2022-05)",
        "b: 0 entries, 1 mention, 1 edition (2022-W18 to 2022-W18)",
    ]
    (line,) = run("list", "--source", "a").stdout.splitlines()
    assert line.split() == ["a", "2022-05", "1", "top10", "2204.03458", "Video"]
    assert json.loads(run("list", "--edition", "2022-W18", "--json").stdout) == [
        {
            "source": "b",
            "edition": "2022-W18",
            "rank": None,
            "role": "mention",
            "identifier": "2204.00598",
            "title": "Socratic",
            "decided_on": "2022-05-08",
        }
    ]


def test_a_missing_file_is_an_expected_error(workspace: Path) -> None:
    result = run("import", "nowhere.csv")
    assert isinstance(result.exception, InputError)
    assert "nowhere.csv" in str(result.exception)


def test_a_bad_file_does_not_keep_the_good_ones_out(workspace: Path) -> None:
    (workspace / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = run("import", "other.csv", "lists.csv")
    assert isinstance(result.exception, InputError)
    assert "other.csv" in str(result.exception)
    assert result.stdout.startswith("lists.csv: 2 new")
    told = json.loads(run("import", "other.csv", "lists.csv", "--json").stdout)
    assert (len(told["files"]), len(told["problems"])) == (1, 1)
