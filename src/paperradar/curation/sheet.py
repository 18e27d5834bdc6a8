"""Reading curators' marks back from an edition's CSV, before it is refreshed.

A sheet is only trusted where nothing has to be guessed: a mark put on the wrong paper, or an empty cell taken for a
withdrawn decision because half of the file is missing, would be worse than no answer. See docs/decisions.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperradar.cells import cell
from paperradar.decisions import DecisionLog, Mark, checked_identifier
from paperradar.errors import InputError
from paperradar.spreadsheets import Sheet, SheetRow, cell_text, read_sheet

MARK_COLUMNS = ("decision", "note", "curator")
_IDENTIFIER = "identifier"
_EDITION = "edition"
_EXPECTED = (_IDENTIFIER, *MARK_COLUMNS, _EDITION, "title", "rank")
_EDITION_IN_NAME = re.compile(r"(?<![\d-])(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])(?!-?\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """What a sheet says: by identifier, the mark of every row that is there, empty ones included."""

    edition: str
    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Harvest:
    """By identifier, what was appended to the log: new or changed marks, and cleared rows."""

    marked: Mapping[str, Mark]
    cleared: tuple[str, ...]


def read_marks(csv_path: Path, *, edition: str) -> SheetMarks:
    """Read the ``decision``, ``note`` and ``curator`` cells of an edition's sheet.

    Takes what spreadsheets make of a CSV (see `paperradar.spreadsheets`). Raises InputError, naming file and line,
    where it cannot be read safely: a column is missing or there twice, the sheet is of another edition, the file
    breaks off, or a row with a filled cell has a damaged identifier, moved cells or contradicts another row.
    """
    sheet = read_sheet(csv_path, _EXPECTED)
    _check_columns(csv_path, sheet)
    _check_edition(csv_path, sheet, edition)
    marks: dict[str, Mark] = {}
    for row in sheet.rows:
        mark = _mark(row)
        where = f"{csv_path}:{row.line}"
        if row.cut_off:
            raise InputError(f"{where}: the file breaks off inside this row; save the sheet again")
        if row.too_long:
            raise InputError(f"{where}: the row has more cells than the header has columns, so cells may have moved")
        try:
            identifier = checked_identifier(cell_text(row.cells[_IDENTIFIER]))
        except InputError as error:
            if not mark:
                continue
            raise InputError(f"{where}: the row is marked, but {error}; mend its identifier") from error
        known = marks.get(identifier)
        if known and mark and known != mark:
            raise InputError(f"{where}: {identifier} is marked twice and differently; keep one of the rows")
        marks[identifier] = known or mark
    return SheetMarks(edition, marks)


def harvest(
    log: DecisionLog,
    marks: SheetMarks,
    previous_marks: Mapping[str, Mark],
    *,
    clock: Callable[[], dt.datetime],
    file: str,
) -> Harvest:
    """Append to the log what curators changed in a sheet. ``file`` is its name; ``clock`` gives an aware time.

    ``previous_marks`` are the marks with which the sheet was written. Cell by cell: what is still as it was written
    leaves the log's own value (somebody else may have changed it since), what differs is taken. A row that was
    filled and is empty now is cleared; a row that is gone says nothing.
    """
    current = log.marks(marks.edition)
    wanted = {}
    for identifier, mark in marks.marks.items():
        known = current.get(identifier, Mark())
        merged = _merge(mark, previous_marks.get(identifier, Mark()), known)
        if merged != known:
            wanted[identifier] = merged
    log.record_marks(marks.edition, wanted, at=clock(), file=file)
    return Harvest(
        marked={identifier: mark for identifier, mark in wanted.items() if mark},
        cleared=tuple(identifier for identifier, mark in wanted.items() if not mark),
    )


def _merge(sheet: Mark, written: Mark, known: Mark) -> Mark:
    def merged(now: str, before: str, log: str) -> str:
        # Compared as they go into a sheet, which folds lines: a long note is not changed by having been shown.
        unchanged = cell(now) == cell(before) or cell(now) == cell(log)
        return log if unchanged else now

    return Mark(
        merged(sheet.decision, written.decision, known.decision),
        merged(sheet.note, written.note, known.note),
        merged(sheet.curator, written.curator, known.curator),
    )


def _mark(row: SheetRow) -> Mark:
    decision, note, curator = (cell_text(row.cells[name]) for name in MARK_COLUMNS)
    return Mark(decision, note, curator)


def _check_columns(path: Path, sheet: Sheet) -> None:
    if missing := [name for name in (_IDENTIFIER, *MARK_COLUMNS) if name not in sheet.columns]:
        raise InputError(
            f"{path}: the column {missing[0]} is missing, so marks cannot be read back;"
            " give the first line its columns again, or save the sheet as CSV"
        )


def _check_edition(path: Path, sheet: Sheet, edition: str) -> None:
    """An edition is told by a column ``edition``, else by a month in the file's name, else not at all."""
    if _EDITION in sheet.columns:
        named = {cell_text(row.cells[_EDITION]) for row in sheet.rows} - {""}
    else:
        named = set(_EDITION_IN_NAME.findall(path.stem))
        named = set() if edition in named else named
    if other := sorted(named - {edition}):
        raise InputError(f"{path}: this is a sheet of edition {other[0]}, not of {edition}")
