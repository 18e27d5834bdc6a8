"""Reading curators' marks back from an edition's CSV, before it is refreshed.

A sheet is only trusted where nothing has to be guessed: a mark put on the wrong paper, or an empty cell taken for a
withdrawn decision because half of the file is missing, would be worse than no answer. See docs/decisions.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path

from paperradar.cells import BALLOT_COLUMN, BUNDLE_COLUMN, MARK_COLUMNS, ballot_in, bundle_in, cell
from paperradar.decisions import Mark, checked_identifier
from paperradar.errors import InputError
from paperradar.spreadsheets import SheetRow, cell_text, read_sheet

IDENTIFIER_COLUMN = "identifier"
DECISION_COLUMN = MARK_COLUMNS[0]
_EDITION = "edition"
_TITLE = "title"
_EXPECTED = (IDENTIFIER_COLUMN, *MARK_COLUMNS, BUNDLE_COLUMN, BALLOT_COLUMN, _EDITION, _TITLE, "rank")
_EDITION_IN_NAME = re.compile(r"(?<![\d-])(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])(?!-?\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row of an edition's sheet, filled in or not. Texts are as a person wrote them, not checked.

    ``where``: file and line. ``damage``: why its cells cannot be trusted, empty where they can. ``bundle``: the id of
    the bundle that it names, empty for none. ``ballot``: the id of the log's entry that it was filled from, empty for
    none, None where it does not say.
    """

    where: str
    identifier: str
    title: str
    mark: Mark
    bundle: str
    ballot: str | None
    damage: str


@dataclass(frozen=True, slots=True)
class EditionSheet:
    """A sheet as it came back.

    ``editions``: those that its column ``edition`` names, or, where it is ``told_by_name``, the file's name.
    ``has_notes``: the column ``note`` is there.
    """

    path: Path
    rows: tuple[MarkedRow, ...]
    editions: frozenset[str]
    told_by_name: bool
    has_notes: bool

    def must_be_of(self, edition: str) -> None:
        """Raise InputError where the sheet says that it is another edition's."""
        if self.told_by_name and edition in self.editions:
            return
        if other := sorted(self.editions - {edition}):
            raise InputError(f"{self.path}: this is a sheet of edition {other[0]}, not of {edition}")


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """What a sheet says: by identifier, the mark of every row that is there, empty ones included.

    ``bundles``: by identifier, the ids of the bundles that the rows with this mark name; not there where they name
    none. Rows of one sheet may name different ones.
    """

    edition: str
    marks: Mapping[str, Mark]
    bundles: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def named(self) -> set[str]:
        """All bundles that are named."""
        return {name for names in self.bundles.values() for name in names}


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a sheet changes in the log: by identifier the new mark, an empty one for a row that was cleared.

    ``before``: the log's mark that is replaced or cleared, where it had one. ``kept``: rows with an empty cell where
    the log has something, of which nobody can say whether somebody emptied it; the log's value stands. ``restored``:
    rows still as they were written, of which the log knows nothing any more.
    """

    wanted: Mapping[str, Mark]
    before: Mapping[str, Mark] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()

    @property
    def marked(self) -> dict[str, Mark]:
        """New or changed marks."""
        return {identifier: mark for identifier, mark in self.wanted.items() if mark}

    @property
    def cleared(self) -> tuple[str, ...]:
        """Rows that were emptied."""
        return tuple(identifier for identifier, mark in self.wanted.items() if not mark)


def read_marks(csv_path: Path, *, edition: str) -> SheetMarks:
    """Read the ``decision``, ``note`` and ``curator`` cells of an edition's sheet, and which bundles its rows name.

    Takes what spreadsheets make of a CSV (see `paperradar.spreadsheets`). Raises InputError, naming file and line,
    where it cannot be read safely: a column is missing or there twice, the sheet is of another edition, the file
    breaks off, or a row with a filled cell has a damaged identifier, moved cells or contradicts another row.
    """
    sheet = read_rows(csv_path, (IDENTIFIER_COLUMN, *MARK_COLUMNS))
    sheet.must_be_of(edition)
    if any(row.ballot is not None for row in sheet.rows):
        raise InputError(
            f"{csv_path}: this is a curator's own sheet; take it with: paperradar review import {csv_path}"
        )
    marks: dict[str, Mark] = {}
    bundles: dict[str, set[str]] = defaultdict(set)
    for row in sheet.rows:
        mark = row.mark
        if row.damage:
            raise InputError(f"{row.where}: {row.damage}")
        try:
            identifier = checked_identifier(row.identifier)
        except InputError as error:
            if not mark:
                continue
            raise InputError(f"{row.where}: the row is marked, but {error}; mend its identifier") from error
        known = marks.get(identifier)
        if known and mark and known != mark:
            raise InputError(f"{row.where}: {identifier} is marked twice and differently; keep one of the rows")
        if known is None or (mark and not known):
            # An empty copy of a filled row says nothing, wherever it stands.
            marks[identifier] = mark
            bundles.pop(identifier, None)
        if mark == marks[identifier] and row.bundle:
            bundles[identifier].add(row.bundle)
    return SheetMarks(edition, marks, dict(bundles))


def read_rows(csv_path: Path, needed: Collection[str]) -> EditionSheet:
    """Read a sheet's rows, damaged ones included; ``needed``: the columns that must be there, others may be missing.

    Raises InputError where the file cannot be read at all, or lacks such a column.
    """
    sheet = read_sheet(csv_path, _EXPECTED)
    if missing := [name for name in needed if name not in sheet.columns]:
        raise InputError(
            f"{csv_path}: the column {missing[0]} is missing, so marks cannot be read back;"
            " give the first line its columns again, or save the sheet as CSV"
        )
    in_column = _EDITION in sheet.columns
    named = (cell_text(row.cells[_EDITION]) for row in sheet.rows) if in_column else _in_name(csv_path)
    return EditionSheet(
        path=csv_path,
        rows=tuple(_row(csv_path, row) for row in sheet.rows),
        editions=frozenset(named) - {""},
        told_by_name=not in_column,
        has_notes=MARK_COLUMNS[1] in sheet.columns,
    )


def harvest(
    marks: SheetMarks,
    current: Mapping[str, Mark],
    heard_of: Collection[str],
    written: Mapping[str, Mapping[str, Mark]],
) -> Harvest:
    """What curators changed in a sheet, against the log's ``current`` marks of its edition. Pure.

    ``written``: by bundle, the marks with which its rows were written. Cell by cell: what is still as the bundle that
    the row names has it leaves the log's own value (somebody else may have changed it since), what differs is taken.
    A row that was filled and is empty now is cleared; a row that is gone says nothing. Where the bundle is not named
    or not in ``written``, a filled cell is taken and an empty one says nothing. ``heard_of``: the papers that the log
    has any entry of. Of the others the sheet is the only witness, a log that was lost or damaged included: it stands.
    """
    wanted, kept, restored = {}, [], []
    for identifier, mark in marks.marks.items():
        known = current.get(identifier, Mark())
        bundles = [written[name] for name in marks.bundles.get(identifier, ()) if name in written]
        before = [bundle.get(identifier, Mark()) for bundle in bundles] or [Mark()]
        if identifier not in heard_of:
            merged = mark
            if mark and mark in before:
                restored.append(identifier)
        else:
            merged = _merge(mark, before, known)
        if merged != known:
            wanted[identifier] = merged
        if not bundles and _lacks(mark, known):
            kept.append(identifier)
    return Harvest(
        wanted=wanted,
        before={identifier: current[identifier] for identifier in wanted if identifier in current},
        kept=tuple(kept),
        restored=tuple(restored),
    )


def _merge(sheet: Mark, written: Collection[Mark], known: Mark) -> Mark:
    def merged(now: str, before: Collection[str], log: str) -> str:
        # Compared as they go into a sheet, which folds lines: a long note is not changed by having been shown.
        unchanged = cell(now) == cell(log) or all(cell(now) == cell(text) for text in before)
        return log if unchanged else now

    return Mark(
        merged(sheet.decision, [mark.decision for mark in written], known.decision),
        merged(sheet.note, [mark.note for mark in written], known.note),
        merged(sheet.curator, [mark.curator for mark in written], known.curator),
    )


def _lacks(mark: Mark, known: Mark) -> bool:
    """Whether a cell is empty where the log has something."""
    return any(was and not now for now, was in zip(astuple(mark), astuple(known), strict=True))


def _row(path: Path, row: SheetRow) -> MarkedRow:
    cells = {name: cell_text(row.cells.get(name, "")) for name in _EXPECTED}
    damage = ""
    if row.cut_off:
        damage = "the file breaks off inside this row; save the sheet again"
    elif row.too_long:
        damage = "the row has more cells than the header has columns, so cells may have moved"
    return MarkedRow(
        where=f"{path}:{row.line}",
        identifier=cells[IDENTIFIER_COLUMN],
        title=cells[_TITLE],
        mark=Mark(*(cells[name] for name in MARK_COLUMNS)),
        bundle=bundle_in(cells[BUNDLE_COLUMN]),
        ballot=ballot_in(cells[BALLOT_COLUMN]),
        damage=damage,
    )


def _in_name(path: Path) -> list[str]:
    return _EDITION_IN_NAME.findall(path.stem)
