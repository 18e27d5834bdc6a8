"""An issue's files: what is written, what stays where somebody edited, and what is told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from paperradar.errors import SettingsError, TryAgainLater
from paperradar.publishing.issue_files import FORMATS, WrittenIssue, write_issue
from paperradar.publishing.issue_values import Issue
from tests.publishing.issues import made_issue

PLOTS = ["papers-by-category", "papers-by-month", "papers-by-topic", "topics-by-month", "votes"]


def write(folder: Path, issue: Issue | None = None) -> WrittenIssue:
    return write_issue(folder, issue or made_issue(), FORMATS, folder / "templates")


def later() -> Issue:
    return made_issue(news=())


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_drafts_plots_and_a_manifest(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert written.drafts == (tmp_path / "2022-05.md", tmp_path / "2022-05.html")
    assert [path.name for path in written.plots] == [f"{name}.svg" for name in (
        "papers-by-topic", "papers-by-category", "papers-by-month", "topics-by-month", "votes",
    )]  # fmt: skip
    assert written.notes == ()
    assert names(tmp_path) == [
        "2022-05.html", "2022-05.manifest.json", "2022-05.md", *(f"2022-05/{name}.svg" for name in PLOTS),
    ]  # fmt: skip
    assert (tmp_path / "2022-05" / "votes.svg").read_bytes().startswith(b"<?xml")
    for name in PLOTS:
        assert f"(2022-05/{name}.svg)" in (tmp_path / "2022-05.md").read_text(encoding="utf-8")


def test_one_format_writes_only_that(tmp_path: Path) -> None:
    write_issue(tmp_path, made_issue(), ("html",), tmp_path)
    assert names(tmp_path) == ["2022-05.html", "2022-05.manifest.json"]


def test_the_same_issue_gives_the_same_bytes_and_touches_nothing(tmp_path: Path) -> None:
    written = write(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write(tmp_path) == written
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_draft_that_nobody_edited_is_written_over(tmp_path: Path) -> None:
    write(tmp_path)
    written = write(tmp_path, later())
    assert written.notes == ()
    assert "TODO: news" in (tmp_path / "2022-05.md").read_text(encoding="utf-8")
    assert "2022-05.new.md" not in names(tmp_path)


def test_a_draft_that_somebody_edited_stays(tmp_path: Path) -> None:
    write(tmp_path)
    mine = tmp_path / "2022-05.md"
    mine.write_text("My own words.\n", encoding="utf-8")
    written = write(tmp_path, later())
    assert mine.read_text(encoding="utf-8") == "My own words.\n"
    assert written.drafts == (tmp_path / "2022-05.new.md", tmp_path / "2022-05.html")
    assert written.notes == (
        f"{mine} was changed since paperradar wrote it, so it stays; the new one is beside it: {written.drafts[0]}",
    )
    assert "TODO: news" in written.drafts[0].read_text(encoding="utf-8")
    # Nobody wrote in the one beside it, so it is taken again.
    assert write(tmp_path).drafts[0] == tmp_path / "2022-05.new.md"
    written.drafts[0].write_text("More of mine.\n", encoding="utf-8")
    assert write(tmp_path, later()).drafts[0] == tmp_path / "2022-05.new2.md"
    # With the first one moved away, its place is free again, and what was beside it and ours is superseded.
    mine.unlink()
    assert write(tmp_path, later()).drafts[0] == mine
    assert [name for name in names(tmp_path) if name.endswith(".md")] == ["2022-05.md", "2022-05.new.md"]
    assert written.drafts[0].read_text(encoding="utf-8") == "More of mine.\n"


def test_a_draft_of_somebody_elses_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "2022-05.md").write_text("Not of paperradar.", encoding="utf-8")
    assert write(tmp_path).drafts[0].name == "2022-05.new.md"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": {"../x": "y"}}'])
def test_without_a_manifest_nothing_is_taken_for_ours(tmp_path: Path, text: str) -> None:
    write(tmp_path)
    (tmp_path / "2022-05.manifest.json").write_text(text, encoding="utf-8")
    assert write(tmp_path).notes == ()  # the same bytes lose nothing
    (tmp_path / "2022-05.manifest.json").write_text(text, encoding="utf-8")
    assert write(tmp_path, later()).drafts[0].name == "2022-05.new.md"
    assert "2022-05.new.md" in json.loads((tmp_path / "2022-05.manifest.json").read_bytes())["files"]


def test_a_mistake_in_a_template_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "issue.html.j2").write_text("{{ issue.nothing }}", encoding="utf-8")
    with pytest.raises(SettingsError):
        write(tmp_path)
    assert names(tmp_path) == ["templates/issue.html.j2"]


def test_a_folder_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "2022-05.md").mkdir()
    assert write(tmp_path).drafts[0].name == "2022-05.new.md"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "issues"
    folder.mkdir(mode=0o500)
    with pytest.raises(TryAgainLater, match=r"cannot be written"):
        write_issue(folder, made_issue(), ("html",), tmp_path)
