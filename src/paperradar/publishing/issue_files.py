"""An issue's files: the draft as Markdown and HTML, the Markdown's plots, and a manifest of what was written.

    2022-05.md   2022-05.html   2022-05/papers-by-topic.svg   2022-05.manifest.json

A draft is there to be edited. So a file is written over only where it is as paperradar last wrote it, which the
manifest knows by its checksum; else the new one goes beside it (``2022-05.new.md``), and a note says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

from paperradar.files import may_replace, sha256_bytes, write_if_changed
from paperradar.publishing.issue_templates import draw, plot_file, render_html, render_markdown
from paperradar.publishing.issue_values import Issue
from paperradar.publishing.plots import standalone

IssueFormat = Literal["md", "html"]
FORMATS: tuple[IssueFormat, ...] = ("md", "html")


@dataclass(frozen=True, slots=True)
class WrittenIssue:
    """Where the drafts lie now, in the order of `FORMATS`, and their plots. ``notes``: what the user must be told."""

    drafts: tuple[Path, ...]
    plots: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def render_issue(issue: Issue, kind: IssueFormat, templates: Path) -> bytes:
    """The issue as Markdown or HTML, UTF-8. ``templates``: the user's folder; SettingsError for a mistake in it."""
    return render_markdown(issue, templates) if kind == "md" else render_html(issue, templates)


def write_issue(folder: Path, issue: Issue, kinds: tuple[IssueFormat, ...], templates: Path) -> WrittenIssue:
    """Write an issue's files. Everything is rendered before anything is written.

    Raises SettingsError for a mistake in a template, TryAgainLater where a file is held by another program.
    """
    rendered = {
        f"{issue.edition}.{kind}": render_issue(issue, kind, templates) for kind in FORMATS if kind in set(kinds)
    }
    pictures = {plot_file(issue.edition, plot): standalone(draw(plot)) for plot in issue.plots if "md" in kinds}
    files = _Files(folder, f"{issue.edition}.manifest.json")
    plots = tuple(files.put(name, data) for name, data in pictures.items())
    drafts = tuple(files.put(name, data) for name, data in rendered.items())
    files.keep_manifest()
    return WrittenIssue(drafts, plots, tuple(files.notes))


class _Files:
    """A folder's files by name (with ``/``), and the checksums under which paperradar last wrote them."""

    def __init__(self, folder: Path, manifest: str) -> None:
        self.notes: list[str] = []
        self._folder = folder
        self._manifest = folder / manifest
        self._written = _read_manifest(self._manifest)

    def put(self, name: str, data: bytes) -> Path:
        """Write a file to its place, or beside it where somebody wrote in it; returns where it is."""
        digest = sha256_bytes(data)
        taken = next(place for place in _places(name) if self._may_replace(place, digest))
        write_if_changed(self._folder / taken, data)
        stem, _, suffix = name.rpartition(".")
        beside = re.compile(rf"{re.escape(stem)}\.new\d*\.{re.escape(suffix)}")
        for other in [other for other in self._written if beside.fullmatch(other) and other != taken]:
            # Superseded, unless somebody wrote in it.
            if self._may_replace(other):
                (self._folder / other).unlink(missing_ok=True)
                del self._written[other]
        self._written[taken] = digest
        if taken != name:
            self.notes.append(
                f"{self._folder / name} was changed since paperradar wrote it, so it stays;"
                f" the new one is beside it: {self._folder / taken}"
            )
        return self._folder / taken

    def keep_manifest(self) -> None:
        """Write down what was written."""
        write_if_changed(
            self._manifest, (json.dumps({"files": self._written}, sort_keys=True, indent=2) + "\n").encode()
        )

    def _may_replace(self, name: str, digest: str = "") -> bool:
        """Whether nothing of anybody's is lost there: no file, our own, or one with the same bytes."""
        return may_replace(self._folder / name, {digest, self._written.get(name)})


def _places(name: str) -> Iterator[str]:
    """The file's own place, then those beside it."""
    yield name
    stem, _, suffix = name.rpartition(".")
    yield f"{stem}.new.{suffix}"
    yield from (f"{stem}.new{number}.{suffix}" for number in count(2))


def _read_manifest(path: Path) -> dict[str, str]:
    """By name the checksums of what was written last; none where that cannot be read, and then all files stay."""
    try:
        files: Any = json.loads(path.read_bytes())["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
