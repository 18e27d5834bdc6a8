"""Curators' marks come back: from an edition's sheets into the decisions log, before the sheets are refreshed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperradar.curation import Harvest, harvest, read_marks
from paperradar.decisions import DecisionLog, Mark
from paperradar.errors import InputError
from paperradar.files import sha256_file
from paperradar.papers import clean_text
from paperradar.publishing import edition_paths, marks_of, read_bundle, sheets_of
from paperradar.workspace import Workspace

_NAMED = 5  # papers told one by one
_LONGEST_WORD = 40  # of a decision or a name in a note; somebody may have written a page into that cell


@dataclass(frozen=True, slots=True)
class TakenMarks:
    """What an edition's CSVs say, held against the log.

    ``marks``: by identifier, the log's marks with these changes. ``changes``: by file name, what is not in the log yet.
    ``sheets``: by CSV that was read, the SHA-256 of its bytes then. ``notes`` and ``warnings`` are for people.
    """

    marks: Mapping[str, Mark]
    changes: Mapping[str, Mapping[str, Mark]]
    sheets: Mapping[Path, str]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def take_marks(workspace: Workspace, edition: str) -> TakenMarks:
    """Read what curators filled in, changed or cleared in the edition's CSVs. Writes nothing: see `keep_marks`.

    A CSV that cannot be read safely is told in ``warnings`` and not in ``sheets``; its marks are not lost, since
    `paperradar.publishing.write_edition` leaves it alone.
    """
    log = DecisionLog(workspace.decisions, workspace.settings.edition)
    current, heard_of = log.marks(edition), log.heard_of(edition)
    changes: dict[str, Mapping[str, Mark]] = {}
    sheets: dict[Path, str] = {}
    notes: list[str] = []
    warnings: list[str] = []
    for path in sheets_of(workspace.shortlists, edition):
        try:
            digest = sha256_file(path)
            marks = read_marks(path, edition=edition)
        except InputError as error:
            warnings.append(f"marks were not read: {error}")
            continue
        except OSError as error:
            warnings.append(f"marks were not read: {path}: cannot be read: {error.strerror or error}")
            continue
        found = harvest(marks, current, heard_of, _written(workspace, edition, marks.named))
        notes += _told(found, path.name)
        sheets[path] = digest
        if found.wanted:
            changes[path.name] = found.wanted
        heard_of.update(found.wanted)
        current = {key: mark for key, mark in (current | dict(found.wanted)).items() if mark}
    return TakenMarks(current, changes, sheets, tuple(notes), tuple(warnings))


def keep_marks(workspace: Workspace, edition: str, taken: TakenMarks, *, at: dt.datetime) -> None:
    """Append to the log what `take_marks` found. To be called right before the CSVs are written anew.

    In between a curator could change a cell back, and it would look untouched.
    """
    log = DecisionLog(workspace.decisions, workspace.settings.edition)
    for file, marks in taken.changes.items():
        log.record_marks(edition, marks, at=at, file=file)


def _written(workspace: Workspace, edition: str, names: Collection[str]) -> dict[str, dict[str, Mark]]:
    """By bundle, the marks that it was written with; bundles that are not there or damaged are left out."""
    paths, found = edition_paths(workspace.shortlists, edition), {}
    for name in names:
        try:
            found[name] = marks_of(read_bundle(paths.bundle(name)))
        except InputError:
            continue
    return found


def _told(done: Harvest, file: str) -> Iterator[str]:
    """What was done, for people. A mark that took another one's place is told by name: it may have been a mistake."""
    if done.marked:
        yield f"took the marks of {_rows(len(done.marked))} from {file} into the decisions log"
    if done.cleared:
        yield f"cleared the marks of {_rows(len(done.cleared))}, emptied in {file}"
    if done.restored:
        more = f" and {len(done.restored) - _NAMED:,} more" if len(done.restored) > _NAMED else ""
        yield (
            f"the decisions log had lost marks that {file} still has, and has them again:"
            f" {', '.join(done.restored[:_NAMED])}{more}"
        )
    changes = [
        _change(identifier, before, done.marked.get(identifier, Mark())) for identifier, before in done.before.items()
    ]
    yield from changes[:_NAMED]
    if len(changes) > _NAMED:
        yield f"and {len(changes) - _NAMED:,} more that were marked before"
    if done.kept:
        more = f" and {len(done.kept) - _NAMED:,} more" if len(done.kept) > _NAMED else ""
        yield (
            f"kept marks whose cells are empty in {file}, since these rows name no bundle that is there:"
            f" {', '.join(done.kept[:_NAMED])}{more}"
        )


def _change(identifier: str, before: Mark, after: Mark) -> str:
    if not after:
        return f"{identifier}: {_said(before)} was cleared"
    if (before.decision, before.curator) == (after.decision, after.curator):
        return f"{identifier}: the note of {_said(after)} was changed"
    return f"{identifier}: {_said(before)} became {_said(after)}"


def _said(mark: Mark) -> str:
    decision = _short(mark.decision) or "no decision"
    return f"{decision} ({_short(mark.curator)})" if mark.curator else decision


def _short(text: str) -> str:
    line = clean_text(text)
    return line if len(line) <= _LONGEST_WORD else f"{line[: _LONGEST_WORD - 1]}…"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
