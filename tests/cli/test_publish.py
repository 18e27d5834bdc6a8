"""``paperradar publish draft`` and ``templates``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.publish import app
from paperradar.errors import NotFoundError, SettingsError, UsageError
from paperradar.workspace import read_workspace
from tests.pipeline.listed import days_list, decided, listed

DAYS = ("2022-04-05", "2022-04-06", "2022-04-07")


@pytest.fixture
def edition(workspace: Path) -> Path:
    """A workspace with a decided edition: two of its three papers are chosen."""
    place = listed(read_workspace(workspace), days_list(*DAYS))
    decided(place, ["2204.00002"], ["2204.00003"], why="It is new.")
    return workspace


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_draft_prints_what_it_wrote(edition: Path) -> None:
    result = run("draft", "2022-05")
    assert result.exit_code == 0
    issues = edition / "data" / "issues"
    lines = result.stdout.splitlines()
    assert lines[:3] == [str(issues / name) for name in ("2022-05.md", "2022-05.html", "2022-05/papers-by-topic.svg")]
    assert all(Path(line).is_file() for line in lines)
    assert "search the draft for TODO" in result.stderr
    assert "1 entry;" in result.stderr
    assert "It is new." in (issues / "2022-05.md").read_text(encoding="utf-8")


def test_draft_as_json(edition: Path) -> None:
    result = run("draft", "2022-05", "--json", "--format", "html", "--output", "out")
    value = json.loads(result.stdout)
    assert value["drafts"] == [str(Path("out") / "2022-05.html")]
    assert (value["entries"], value["mentions"], value["decided"], value["plots"]) == (1, 1, True, [])
    assert (edition / "out" / "2022-05.html").is_file()
    assert not (edition / "data" / "issues").exists()


@pytest.mark.parametrize(
    ("kind", "begin"), [("both", "# Trends in AI"), ("md", "# Trends in AI"), ("html", "<!doctype html>")]
)
def test_draft_to_stdout_writes_no_file(edition: Path, kind: str, begin: str) -> None:
    result = run("draft", "2022-05", "--stdout", "--format", kind)
    assert result.exit_code == 0
    assert result.stdout.lstrip().startswith(begin)
    assert not (edition / "data" / "issues").exists()
    assert ("plots that the text names are files" in result.stderr) == (kind != "html")


def test_a_draft_that_somebody_edited_stays_and_that_is_told(edition: Path) -> None:
    run("draft", "2022-05")
    mine = edition / "data" / "issues" / "2022-05.md"
    mine.write_text("My own words.\n", encoding="utf-8")
    result = run("draft", "2022-05")
    assert f"{mine} was changed since paperradar wrote it" in result.stderr
    assert str(mine.with_name("2022-05.new.md")) in result.stdout
    assert mine.read_text(encoding="utf-8") == "My own words.\n"


def test_an_undecided_edition_is_told_and_an_empty_one_refused(workspace: Path) -> None:
    from paperradar.decisions import EditionLog, Place
    from tests.pipeline.listed import NOW

    place = listed(read_workspace(workspace), days_list(*DAYS))
    empty = run("draft", "2022-05")
    assert isinstance(empty.exception, NotFoundError)
    assert empty.exception.exit_code == 1
    EditionLog(place.decisions, "2022-05").place([Place("2204.00001", "top10", 1, "", "", "Ann", "")], at=NOW)
    result = run("draft", "2022-05")
    assert result.stderr.startswith("note: DRAFT: edition 2022-05 is open and not decided")
    assert "> DRAFT: edition 2022-05" in (place.issues / "2022-05.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [("--stdout", "--json"), ("--stdout", "--output", "x"), ("--output", "config/paperradar.toml")],
    ids=" ".join,
)
def test_options_that_contradict_each_other(edition: Path, arguments: tuple[str, ...]) -> None:
    result = run("draft", "2022-05", *arguments)
    assert isinstance(result.exception, UsageError)
    assert result.stdout == ""


def test_wrong_calls(edition: Path) -> None:
    assert isinstance(run("draft", "2022-5").exception, UsageError)
    assert run("draft", "2022-05", "--format", "pdf").exit_code == 2
    assert run("draft").exit_code == 2


def test_templates_are_copied_and_a_mistake_in_one_is_told(edition: Path) -> None:
    folder = edition / "config" / "templates"
    result = run("templates")
    assert result.stdout.splitlines() == [str(folder / name) for name in ("issue.md.j2", "issue.html.j2", "issue.css")]
    again = run("templates")
    assert again.stdout == ""
    assert again.stderr.count("is there already and stays as it is") == 3
    (folder / "issue.md.j2").write_text("one\n{{ issue.nothing }}\n", encoding="utf-8")
    mistake = run("draft", "2022-05")
    assert isinstance(mistake.exception, SettingsError)
    assert str(mistake.exception).startswith(f"{folder / 'issue.md.j2'}:2: ")
    assert not (edition / "data" / "issues").exists()
