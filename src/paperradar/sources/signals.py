"""Numbers about papers from outside: CSV files of attention counts, votes and the like. Pure but for reading the file.

Two shapes. Long: identifier, name, value, day, one number a row. Wide: one paper a row and several columns of numbers,
each of which becomes a signal of the column's name. A blank cell is no number, and never a zero.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paperradar.errors import InputError
from paperradar.papers import clean_text, parse_identifier
from paperradar.spreadsheets import Sheet, SheetRow, cell_text, read_sheet

_IDENTIFIER_COLUMNS = ("identifier", "arxiv_id", "id")
_DAY_COLUMNS = ("day", "date")
_VALUE, _NAME = "value", "name"
_DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NAME = 40
_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class SignalValue:
    """A number about a paper. ``name`` says what was counted, in lower case; ``day``: when the number was known."""

    name: str
    identifier: str
    day: dt.date
    value: float


@dataclass(frozen=True, slots=True)
class BadSignal:
    """A row that could not be used: where it begins in its file, why, and how it starts."""

    line: int
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file to read; what is empty is looked for under its usual names.

    ``values``: columns of numbers, each a signal of its own. ``name``: the signal of rows that name none, or of the
    one column in ``values``.
    ``days_later``: a number was known so many days after the day that its row names.
    """

    identifier: str = ""
    day: str = ""
    values: tuple[str, ...] = ()
    name: str = ""
    days_later: int = 0


@dataclass(frozen=True, slots=True)
class SignalsFile:
    """What a file holds. ``blank`` counts the cells without a number."""

    path: Path
    values: tuple[SignalValue, ...]
    blank: int
    set_aside: tuple[BadSignal, ...]


@dataclass(slots=True)
class _Reading:
    values: dict[tuple[str, str, dt.date], SignalValue] = field(default_factory=dict)
    blank: int = 0
    set_aside: list[BadSignal] = field(default_factory=list)


def read_signals(path: Path, columns: Columns | None = None) -> SignalsFile:
    """Read a file of numbers. Of several for one name, paper and day the last one counts; bad rows are set aside.

    Columns: identifier (or arxiv_id, id), day (or date), value, and if there is one name; else the signal is called
    ``columns.name``, by default the file's name without its suffix. Raises InputError where the file cannot be read or
    a column is missing.
    """
    wanted = columns or Columns()
    asked = [name.casefold() for name in (wanted.identifier, wanted.day, *wanted.values) if name]
    sheet = read_sheet(path, {*_IDENTIFIER_COLUMNS, *_DAY_COLUMNS, _VALUE, _NAME, *asked})
    identifier = _column(path, sheet, wanted.identifier, _IDENTIFIER_COLUMNS, "identifier")
    day = _column(path, sheet, wanted.day, _DAY_COLUMNS, "day")
    values = [_column(path, sheet, name, (), "") for name in wanted.values] or [
        _column(path, sheet, "", (_VALUE,), "value")
    ]
    wide = bool(wanted.values) and not (wanted.name and len(values) == 1)
    default = signal_name(wanted.name or path.stem)
    found = _Reading()
    for row in sheet.rows:
        try:
            key, known_on = _paper_and_day(row, identifier, day, wanted.days_later)
            for name, number in _numbers(row, values, wide=wide, default=default):
                if number is None:
                    found.blank += 1
                else:
                    found.values[name, key, known_on] = SignalValue(name, key, known_on, number)
        except InputError as error:
            excerpt = clean_text(" ".join(cell for cell in row.cells.values() if cell))[:_EXCERPT]
            found.set_aside.append(BadSignal(row.line, str(error), excerpt))
    return SignalsFile(path, tuple(found.values.values()), found.blank, tuple(found.set_aside))


def signal_name(text: str) -> str:
    """A signal's name as it is kept: one line, lower case. Raises InputError for none and for a long one."""
    name = clean_text(text).casefold()
    if not name or len(name) > _LONGEST_NAME:
        raise InputError(f"{text[:_LONGEST_NAME]!r} is no name for a signal; write 1 to {_LONGEST_NAME} characters")
    return name


def _column(path: Path, sheet: Sheet, asked: str, usual: Sequence[str], what: str) -> str:
    """The column asked for, else the first of its usual names that is there."""
    names = (asked.casefold(),) if asked else tuple(usual)
    for name in names:
        if name in sheet.columns:
            return name
    shown = ", ".join(sheet.columns)[:_EXCERPT] or "nothing"
    remedy = f"; name it with --{what}-column" if what and not asked else ""
    raise InputError(f"{path}: the column {' or '.join(names)} is missing; its first line holds {shown}{remedy}")


def _paper_and_day(row: SheetRow, identifier: str, day: str, days_later: int) -> tuple[str, dt.date]:
    if row.too_long:
        raise InputError("the row has more cells than the header has columns")
    if row.cut_off:
        raise InputError("the file breaks off inside this row")
    key, _ = parse_identifier(cell_text(row.cells[identifier]).lstrip("'"))
    text = cell_text(row.cells[day])
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return key, dt.date.fromisoformat(text) + dt.timedelta(days=days_later)
    except (ValueError, OverflowError):
        raise InputError(f"{text[:40]!r} is not a day; write it as 2022-04-30") from None


def _numbers(row: SheetRow, columns: Sequence[str], *, wide: bool, default: str) -> Iterator[tuple[str, float | None]]:
    """Every number of a row with its signal's name, None for a blank cell. All are checked before one counts."""
    found: list[tuple[str, float | None]] = []
    for column in columns:
        name = signal_name(column) if wide else signal_name(cell_text(row.cells.get(_NAME, "")) or default)
        text = cell_text(row.cells[column])
        if not text:
            found.append((name, None))
            continue
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(number):
            raise InputError(f"{text[:40]!r} in the column {column} is not a number; write it as 1719 or 0.5")
        found.append((name, number))
    yield from found
