"""``paperradar review``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.review import app
from paperradar.decisions import Vote
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.workspace import Workspace
from tests.pipeline.reviewed import EDITION, FIRST, LIST, THIRD, clock, listed, log_of, read_cells, refill, votes


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with a list, which is the present folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERRADAR_CLOCK", "2022-05-03T14:00:00+02:00")
    return listed(tmp_path)


@pytest.fixture
def shared(workspace: Workspace) -> bytes:
    return (workspace.shortlists / f"{EDITION}.csv").read_bytes()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_import_shows_what_is_new_changed_and_taken_back(workspace: Workspace, shared: bytes) -> None:
    refill(shared, Path("ada.csv"), {FIRST: ("pick", "", ""), THIRD: ("no", "x", "")})
    result = run("import", "ada.csv", "--curator", "Ada")
    assert result.exit_code == 0, result.exception
    assert result.stdout.splitlines() == [
        f"new: {FIRST} pick (Ada)",
        f"new: {THIRD} no (Ada)",
        "edition 2022-05: 2 new, 0 changed, 0 taken back, 0 unchanged",
    ]
    refill(shared, Path("ada.csv"), {FIRST: ("maybe", "", ""), THIRD: ("no", "y", "")})
    assert run("import", "ada.csv", "--curator", "Ada").stdout.splitlines()[:2] == [
        f"changed: {FIRST} pick -> maybe (Ada)",
        f"changed: {THIRD} no, with another note (Ada)",
    ]
    assert run("import", "ada.csv", "--curator", "Ada").stdout == (
        "edition 2022-05: 0 new, 0 changed, 0 taken back, 2 unchanged\n"
    )


def test_a_dry_run_only_shows(workspace: Workspace, shared: bytes) -> None:
    refill(shared, Path("ada.csv"), {FIRST: ("pick", "", "Ada")})
    result = run("import", "ada.csv", "--dry-run")
    assert "1 new" in result.stdout
    assert "nothing was written" in result.stderr
    assert votes(workspace) == {}


def test_all_problems_are_told_and_nothing_is_written(workspace: Workspace, shared: bytes) -> None:
    refill(shared, Path("ada.csv"), dict.fromkeys(LIST, ("wow", "", "Ada")))
    Path("many.csv").write_text("identifier,decision,curator\n" + "2204.1,pick,Ada\n" * 60, encoding="utf-8")
    result = run("import", "ada.csv", "many.csv", "--month", EDITION)
    assert isinstance(result.exception, InputError)
    assert result.exception.exit_code == 1
    assert str(result.exception) == (
        "nothing was written: 65 problems and 0 conflicts in 2 files; mend them and import again"
    )
    told = result.stderr.splitlines()
    assert told[0].startswith("note: words for a decision are, pick: pick, picked")
    assert told[1].startswith("ada.csv:2: the decision 'wow' is no vote")
    assert told[-1] == "and 25 more (all with --json)"
    assert len(told) == 42
    assert votes(workspace) == {}


def test_conflicts_are_told_and_can_be_overruled(workspace: Workspace, shared: bytes) -> None:
    log_of(workspace).cast("Ada", {FIRST: (Vote.NO, "")}, at=clock())
    refill(shared, Path("ada.csv"), {FIRST: ("pick", "", "Ada")})
    result = run("import", "ada.csv")
    assert isinstance(result.exception, InputError)
    assert "1 in conflict" in result.stdout
    assert result.stderr.startswith("conflict: ada.csv:2: Ada says pick")
    assert run("import", "ada.csv", "--overwrite").exit_code == 0
    assert votes(workspace) == {"Ada": {FIRST: "pick"}}


def test_import_as_json(workspace: Workspace, shared: bytes) -> None:
    refill(shared, Path("ada.csv"), {FIRST: ("pick", "why", "Ada"), THIRD: ("wow", "", "Ada")})
    done = json.loads(run("import", "ada.csv", "--json").stdout)
    assert (done["edition"], done["written"], done["conflicts"]) == (EDITION, 0, [])
    assert done["changes"] == [
        {
            "kind": "new",
            "curator": "Ada",
            "identifier": FIRST,
            "before": {"vote": None, "note": ""},
            "after": {"vote": "pick", "note": "why"},
            "where": "ada.csv:2",
        }
    ]
    assert [text[:10] for text in done["problems"]] == ["ada.csv:4:"]


def test_list_and_undo(workspace: Workspace, shared: bytes) -> None:
    empty = run("list", "--month", EDITION)
    assert (empty.stdout, "review import" in empty.stderr) == ("", True)
    refill(shared, Path("ada.csv"), {FIRST: ("pick", "", "Ada"), THIRD: ("no", "", "Ben")})
    run("import", "ada.csv")
    assert run("list", "--month", EDITION).stdout == "2022-05-03 12:00:00 UTC  ada.csv: Ada 1, Ben 1\n"
    assert isinstance(run("undo", "--month", EDITION).exception, UsageError)
    assert isinstance(run("undo", "--last", "ada.csv", "--month", EDITION).exception, UsageError)
    assert isinstance(run("undo", "ben.csv", "--month", EDITION).exception, NotFoundError)
    assert run("undo", "ada.csv", "--month", EDITION, "--by", "Ann").stdout.startswith(
        "undone: 2022-05-03 12:00:00 UTC"
    )
    assert votes(workspace) == {}
    (told,) = json.loads(run("list", "--month", EDITION, "--json").stdout)
    assert told == {
        "file": "ada.csv",
        "at": "2022-05-03T12:00:00+00:00",
        "counts": {"Ada": 1, "Ben": 1},
        "undone": True,
    }
    assert "(undone)" in run("list", "--month", EDITION).stdout
    assert isinstance(run("undo", "--last", "--month", EDITION).exception, NotFoundError)


def test_undoing_what_the_shared_sheet_said_warns(workspace: Workspace, shared: bytes) -> None:
    sheet = workspace.shortlists / f"{EDITION}.csv"
    refill(shared, sheet, {FIRST: ("pick", "", "Ada")})
    assert run("import", str(sheet)).exit_code == 0
    assert "takes it again" in run("undo", "--last", "--month", EDITION).stderr


def test_export(workspace: Workspace) -> None:
    log_of(workspace).cast("Ada", {THIRD: (Vote.PICK, ""), FIRST: (Vote.NO, "")}, at=clock())
    log_of(workspace).cast("Ben", {THIRD: (Vote.NO, "")}, at=clock())
    merged = run("export", "--month", EDITION, "--disagreements", "--blind")
    cells = read_cells(merged.stdout_bytes)
    assert (cells[0]["identifier"], cells[0]["vote_Ada"], cells[0]["authors"]) == (f"arXiv:{THIRD}", "pick", "")
    assert (
        run("export", "--month", EDITION, "--curator", "ada", "-o", "sheets/ada.csv").stdout == "CSV: sheets/ada.csv\n"
    )
    again = run("import", "sheets/ada.csv")
    assert again.stdout == "edition 2022-05: 0 new, 0 changed, 0 taken back, 2 unchanged\n"
    refused = run("export", "--month", EDITION, "-o", str(workspace.shortlists / "x.csv"))
    assert isinstance(refused.exception, UsageError)
    assert isinstance(run("export", "--month", "2022-06").exception, NotFoundError)


def test_a_sheet_with_votes_that_were_not_taken_in_is_not_written_over(workspace: Workspace) -> None:
    export = ("export", "--month", EDITION, "--curator", "Ada", "-o", "ada.csv")
    assert (run(*export).exit_code, run(*export).exit_code) == (0, 0)
    refill(Path("ada.csv").read_bytes(), Path("ada.csv"), {FIRST: ("pick", "mine", "Ada")})
    filled = Path("ada.csv").read_bytes()
    for again in (export, ("export", "--month", EDITION, "-o", "ada.csv")):
        refused = run(*again)
        assert isinstance(refused.exception, InputError)
        assert "paperradar review import ada.csv" in str(refused.exception)
        assert Path("ada.csv").read_bytes() == filled
    assert run("import", "ada.csv").exit_code == 0
    assert run(*export).exit_code == 0
    assert read_cells(Path("ada.csv").read_bytes())[0]["note"] == "mine"
    assert run("export", "--month", EDITION, "-o", "all.csv").exit_code == 0
    log_of(workspace).cast("Ada", {FIRST: (Vote.NO, "")}, at=clock())
    assert (run(*export).exit_code, run("export", "--month", EDITION, "-o", "all.csv").exit_code) == (0, 0)


def test_a_file_that_is_no_sheet_is_not_written_over(workspace: Workspace) -> None:
    Path("letter.csv").write_text("Dear Ada,\n", encoding="utf-8")
    assert isinstance(run("export", "--month", EDITION, "-o", "letter.csv").exception, InputError)
    assert Path("letter.csv").read_text(encoding="utf-8") == "Dear Ada,\n"
