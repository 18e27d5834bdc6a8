"""What ships is found alike from a wheel, an editable install and a clone."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.bundled import bundled_root
from paperradar.errors import NotFoundError


def test_here(root: Path) -> None:
    assert bundled_root() == root
    assert (bundled_root() / "config" / "paperradar.toml").is_file()


def test_a_wheel(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "paperradar"
    (package / "_bundled" / "config").mkdir(parents=True)
    assert bundled_root(package) == package / "_bundled"


def test_a_clone_reached_by_a_link(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    (clone / "data" / "sample").mkdir(parents=True)
    (clone / "src" / "paperradar").mkdir(parents=True)
    (clone / "pyproject.toml").write_text("", encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to(clone / "src" / "paperradar")
    assert bundled_root(link) == clone.resolve()


def test_a_broken_installation_says_so(tmp_path: Path) -> None:
    # A pyproject.toml alone is some other project's.
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    with pytest.raises(NotFoundError, match="install it again"):
        bundled_root(tmp_path / "paperradar")
