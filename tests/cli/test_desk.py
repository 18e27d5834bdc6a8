"""``paperradar desk``: what it refuses, and what it hands to the server."""

from __future__ import annotations

import socket
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from paperradar.cli.app import app
from paperradar.errors import NotFoundError, UsageError
from paperradar.workspace import read_workspace, sample_workspace
from tests.pipeline.curated import write_list

PASSWORD = "correct horse"


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["desk", "--port", "0", *words])


@pytest.fixture
def begun(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A workspace with a list; what would be served is noted instead."""
    write_list(read_workspace(workspace))
    made: list[dict[str, Any]] = []

    def serve(served: Any, listening: socket.socket, *, started: Any) -> None:
        made.append({"desk": served.state.desk, "address": listening.getsockname()})
        listening.close()
        started()

    monkeypatch.setattr("paperradar.desk.serving.serve", serve)
    monkeypatch.setattr("paperradar.desk.preparing.preparing", lambda *_: nullcontext())
    return made


def test_it_begins_with_the_newest_list_and_prints_its_address(begun: list[dict[str, Any]]) -> None:
    result = run()
    (one,) = begun
    assert result.exit_code == 0
    assert result.stdout == f"http://127.0.0.1:{one['address'][1]}/\n"
    assert one["desk"].default_edition() == "2022-05"
    assert not one["desk"].guard.has_password


def test_beyond_this_machine_a_password_is_needed(
    begun: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "desk.lan"):
        result = run("--host", host)
        assert isinstance(result.exception, UsageError)
        assert "password" in str(result.exception)
    assert "--name desk.example lets others in" in str(run("--name", "desk.example").exception)
    assert begun == []
    monkeypatch.setenv("PAPERRADAR_DESK_PASSWORD", "short")
    assert "it needs 8 at least" in str(run("--host", "0.0.0.0").exception)
    monkeypatch.setenv("PAPERRADAR_DESK_PASSWORD", PASSWORD)
    assert run("--host", "0.0.0.0").exit_code == 0
    assert run("--name", "desk.example").exit_code == 0
    assert begun[-1]["desk"].guard.knows_host("desk.example")
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD} of the file\n", encoding="utf-8")
    assert run("--password-file", str(file)).exit_code == 0
    assert [one["desk"].guard.has_password for one in begun] == [True, True, True]


def test_an_empty_or_missing_password_file_is_refused(begun: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    assert isinstance(run("--password-file", str(tmp_path / "empty")).exception, UsageError)
    assert isinstance(run("--password-file", str(tmp_path / "missing")).exception, UsageError)
    assert begun == []


def test_an_edition_without_a_list_is_refused(begun: list[dict[str, Any]]) -> None:
    assert isinstance(run("--month", "2022-06").exception, NotFoundError)
    assert isinstance(run("--month", "June").exception, UsageError)
    assert begun == []


def test_without_any_list_it_starts_and_says_so(
    workspace: Path, begun: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "data" / "shortlists" / "2022-05.manifest.json").unlink()
    result = run()
    assert result.exit_code == 0
    assert "no list of any edition was made yet" in result.stderr


def test_the_sample_has_a_desk_too(
    begun: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERRADAR_SAMPLE_DIR", str(tmp_path / "sample"))
    assert "paperradar shortlist --month 2022-05 --sample" in run("--sample").stderr
    write_list(sample_workspace({"PAPERRADAR_SAMPLE_DIR": str(tmp_path / "sample")}))
    assert "note:" not in run("--sample", "--month", "2022-05").stderr
    assert begun[-1]["desk"].workspace.root == tmp_path / "sample"
    assert isinstance(run("--sample", "--workspace", str(tmp_path)).exception, UsageError)
