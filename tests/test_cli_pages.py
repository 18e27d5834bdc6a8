"""``docs/cli`` says what ``--help`` says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def build(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, root / "docs" / "build_cli_pages.py", *arguments], capture_output=True, text=True, timeout=120
    )


def test_pages_are_current(root: Path) -> None:
    run = build(root, "--check")
    assert (run.returncode, run.stderr) == (0, "")


def test_check_sees_a_changed_a_missing_and_a_left_over_page_and_a_build_mends_them(root: Path, tmp_path: Path) -> None:
    pages = tmp_path / "cli"
    shutil.copytree(root / "docs" / "cli", pages)
    (pages / "shortlist.md").write_text("old", encoding="utf-8")
    (pages / "README.md").unlink()
    (pages / "gone.md").write_text("a command that is no more", encoding="utf-8")
    run = build(root, "--check", "--into", str(pages))
    assert run.returncode == 1
    assert "README.md, gone.md, shortlist.md" in run.stderr
    assert "make docs" in run.stderr
    assert build(root, "--into", str(pages)).returncode == 0
    assert {path.name for path in pages.iterdir()} == {path.name for path in (root / "docs" / "cli").iterdir()}
    assert build(root, "--check", "--into", str(pages)).returncode == 0
