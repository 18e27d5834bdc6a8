"""``paperradar import``."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from paperradar.cli.importing import import_files
from paperradar.errors import InputError, StoreBusy, WorkspaceError
from paperradar.store import Store
from paperradar.workspace import init_workspace
from tests.sources.builders import record, write


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(import_files)
    return CliRunner().invoke(app, list(arguments))


def without_seconds(output: str) -> list[str]:
    return re.sub(r" in \d+\.\d s", "", output).splitlines()


def answer(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_it_tells_what_it_did_and_where_it_was(workspace: Path) -> None:
    write(workspace / "a.jsonl.gz", [record(1), record(2)])
    result = run("a.jsonl.gz")
    assert (result.exit_code, result.stderr) == (0, "")
    assert without_seconds(result.stdout) == ["a.jsonl.gz: 2 records: 2 new", "the store holds 2 papers"]
    assert without_seconds(run("a.jsonl.gz").stdout) == [
        "a.jsonl.gz: 2 records imported before (--again reads them anew)",
        "the store holds 2 papers",
    ]
    assert without_seconds(run("a.jsonl.gz", "--again").stdout)[0] == "a.jsonl.gz: 2 records: 2 unchanged"
    write(workspace / "a.jsonl.gz", [record(1), record(2), record(1, title="Changed", update_date="2022-06-01"), b"{}"])
    assert without_seconds(run("a.jsonl.gz").stdout)[0] == (
        "a.jsonl.gz: 2 records: 1 updated, 1 set aside, 2 imported before"
    )


def test_what_was_set_aside_is_noted_with_line_and_reason_and_is_no_failure(workspace: Path) -> None:
    write(workspace / "a.jsonl", [record(1), b"{}", record(3, title="")])
    result = run("a.jsonl")
    assert result.exit_code == 0
    assert without_seconds(result.stdout)[0] == "a.jsonl: 3 records: 1 new, 2 set aside"
    assert result.stderr.splitlines() == [
        "a.jsonl, line 2: set aside: no id",
        "a.jsonl, line 3: set aside: 2205.00003 has no title",
    ]


def test_many_are_counted_and_a_file_without_one_good_record_is_doubted(workspace: Path) -> None:
    write(workspace / "a.jsonl", [b"[]"] * 12)
    result = run("a.jsonl")
    assert result.exit_code == 0
    *shown, more, doubt = result.stderr.splitlines()
    assert shown == [f"a.jsonl, line {number}: set aside: not a JSON object" for number in range(1, 6)]
    assert more == "a.jsonl: 7 more were set aside; --json names them all"
    assert "none of its records could be used; is it arXiv's metadata snapshot" in doubt


def test_as_json(workspace: Path) -> None:
    write(workspace / "a.jsonl", [record(1), b"{}"])
    write(workspace / "b.jsonl", [record(1), record(2)])
    result = run("a.jsonl", "b.jsonl", "--json")
    assert result.exit_code == 0
    assert result.stderr == "a.jsonl, line 2: set aside: no id\n"
    found = answer(result)
    assert found["papers"] == 2
    assert found["problems"] == []
    for report in found["files"]:
        assert report.pop("seconds") >= 0
    counts = {"updated": 0, "older": 0, "skipped_as_done": 0}
    assert [report.pop("set_aside_records") for report in found["files"]] == [
        [{"line": 2, "reason": "no id", "excerpt": "{}", "source": "a.jsonl"}],
        [],
    ]
    assert found["files"] == [
        {"file": "a.jsonl", "read": 2, "new": 1, "unchanged": 0, "set_aside": 1, **counts},
        {"file": "b.jsonl", "read": 2, "new": 1, "unchanged": 1, "set_aside": 0, **counts},
    ]


def test_a_file_that_cannot_be_read_does_not_stop_the_others_but_fails_at_the_end(workspace: Path) -> None:
    write(workspace / "a.jsonl", [record(1)])
    (workspace / "b.zip").write_bytes(b"PK\x03\x04")
    result = run("nowhere.jsonl", "b.zip", "a.jsonl")
    assert isinstance(result.exception, InputError)
    assert "b.zip is a zip archive" in str(result.exception)
    assert result.stderr == "paperradar: there is no file nowhere.jsonl\n"
    assert without_seconds(result.stdout) == ["a.jsonl: 1 record: 1 new", "the store holds 1 paper"]
    result = run("b.zip", "nowhere.jsonl", "--json")
    assert isinstance(result.exception, InputError)
    found = answer(result)
    assert (found["files"], found["papers"]) == ([], 1)
    assert [problem.split(";")[0] for problem in found["problems"]] == [
        "b.zip is a zip archive",
        "there is no file nowhere.jsonl",
    ]


def test_a_file_that_breaks_off_fails_and_what_came_before_is_kept(workspace: Path) -> None:
    path = write(workspace / "a.jsonl.gz", [record(number) for number in range(1, 301)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    result = run("a.jsonl.gz", "--json")
    assert isinstance(result.exception, InputError)
    assert result.exception.exit_code == 1
    assert "run the same command again" in str(result.exception)
    found = answer(result)
    kept = found["papers"]
    assert 0 < kept < 300
    assert (found["files"][0]["new"], len(found["problems"])) == (kept, 1)
    path.write_bytes(whole)
    result = run("a.jsonl.gz")
    assert (result.exit_code, result.stderr) == (0, "")
    assert without_seconds(result.stdout) == [
        f"a.jsonl.gz: {300 - kept} records: {300 - kept} new, {kept} imported before",
        "the store holds 300 papers",
    ]


def test_it_takes_files_from_elsewhere_into_the_workspace_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    init_workspace(tmp_path / "mine")
    path = write(tmp_path / "a.jsonl", [record(1)])
    assert isinstance(run(str(path)).exception, WorkspaceError)
    assert run(str(path), "--workspace", "mine").exit_code == 0
    with Store(tmp_path / "mine" / "data" / "paperradar.duckdb").reading() as session:
        assert session.sources_of("2205.00001") == ["a.jsonl"]


def test_no_file_is_a_wrong_call(workspace: Path) -> None:
    assert run().exit_code == 2


def test_a_store_that_is_busy_can_be_tried_again(workspace: Path) -> None:
    settings = workspace / "config" / "paperradar.toml"
    changed = re.sub(r"(?m)^#? *wait_seconds *=.*$", "wait_seconds = 0", settings.read_text(encoding="utf-8"))
    settings.write_text(changed, encoding="utf-8")
    write(workspace / "a.jsonl", [record(1)])
    results = list[Result]()
    with Store(workspace / "data" / "paperradar.duckdb").reading():
        thread = threading.Thread(target=lambda: results.append(run("a.jsonl")))
        thread.start()
        thread.join()
    assert isinstance(results[0].exception, StoreBusy)
    assert results[0].exception.exit_code == 75
    assert run("a.jsonl").exit_code == 0
