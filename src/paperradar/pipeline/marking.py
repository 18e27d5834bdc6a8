"""Curators' marks come back: from an edition's sheets into the decisions log, before the sheets are refreshed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperradar.curation import harvest, read_marks
from paperradar.decisions import DecisionLog
from paperradar.errors import InputError
from paperradar.files import sha256_file
from paperradar.publishing import marks_of, sheets_of, written_from
from paperradar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TakenMarks:
    """``sheets``: by CSV that was read, the SHA-256 of its bytes then. ``notes`` and ``warnings`` are for people."""

    sheets: Mapping[Path, str]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def take_marks(workspace: Workspace, edition: str, *, clock: Callable[[], dt.datetime]) -> TakenMarks:
    """Append to the log what curators filled in, changed or cleared in the edition's CSVs.

    A CSV that cannot be read safely is told in ``warnings`` and not in ``sheets``; its marks are not lost, since
    `paperradar.publishing.write_edition` leaves it alone.
    """
    log = DecisionLog(workspace.decisions, workspace.settings.edition)
    sheets: dict[Path, str] = {}
    notes: list[str] = []
    warnings: list[str] = []
    for path in sheets_of(workspace.shortlists, edition):
        digest = sha256_file(path)
        try:
            marks = read_marks(path, edition=edition)
        except InputError as error:
            warnings.append(f"marks were not read: {error}")
            continue
        bundle = written_from(workspace.shortlists, edition, path)
        done = harvest(log, marks, marks_of(bundle) if bundle else {}, clock=clock, file=path.name)
        if done.marked:
            notes.append(f"took the marks of {_rows(len(done.marked))} from {path.name} into the decisions log")
        if done.cleared:
            notes.append(f"cleared the marks of {_rows(len(done.cleared))}, emptied in {path.name}")
        sheets[path] = digest
    return TakenMarks(sheets, tuple(notes), tuple(warnings))


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
