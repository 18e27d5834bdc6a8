"""Reading a table that a person saved from a spreadsheet. Knows nothing of what the columns mean.

Excel, LibreOffice, Numbers and text editors write the same table in many ways: with or without a byte order mark,
in UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs, columns moved and added. All of them are read;
what cannot be read without guessing is an error.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from paperradar.cells import unguard
from paperradar.errors import InputError

# How files begin that are workbooks: xlsx and ods (zip archives), xls.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITERS = (",", ";", "\t", "|")
# The first line with which a file tells Excel its delimiter.
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?(?:\r\n|\n|\r)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. ``line`` is where it begins in the file, from 1. ``cells`` by column name, empty where missing.

    ``too_long``: there are filled cells beyond the last column, so cells may have moved. ``cut_off``: the file ends
    inside this row.
    """

    line: int
    cells: Mapping[str, str]
    too_long: bool = False
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. ``columns`` are the header's names, folded to lower case."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(path: Path, expected: Collection[str]) -> Sheet:
    """Read a file; ``expected`` column names tell the delimiter. Rows without any filled cell are dropped.

    Raises InputError where the file is missing, is not text, breaks off inside a quoted cell, or names one of the
    expected columns twice. Whether the columns one needs are there is the caller's to check.
    """
    try:
        data = path.read_bytes()
        if data.startswith(_WORKBOOKS):
            raise InputError(f"{path}: is a workbook, not a CSV; save it as CSV in UTF-8 and take that file")
        text = decode(data)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is neither UTF-8, UTF-16 nor Windows-1252 text; save it as CSV in UTF-8") from error
    first_line = 1
    delimiters: tuple[str, ...] = _DELIMITERS
    if said := _SEPARATOR_LINE.match(text):
        text, first_line, delimiters = text[said.end() :], 2, (said.group(1),)
    delimiter = max(delimiters, key=lambda delimiter: len(_found(text, delimiter, expected)))
    try:
        rows = list(_numbered(text, delimiter))
    except csv.Error as error:
        raise InputError(f"{path}: is not a CSV that can be read safely: {error}; save it again as CSV") from error
    columns = _header(rows)
    for name in expected:
        if columns.count(name) > 1:
            raise InputError(f"{path}: the column {name} is there twice; delete one of them")
    ends_open = not text.endswith(("\n", "\r"))
    last = len(rows) - 1
    return Sheet(
        columns,
        tuple(
            SheetRow(
                line=line + first_line - 1,
                cells=dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=False)),
                too_long=any(cell.strip() for cell in cells[len(columns) :]),
                cut_off=ends_open and number == last and len(cells) < len(columns),
            )
            for number, (line, cells) in enumerate(rows)
            if number and any(cell.strip() for cell in cells)
        ),
    )


def decode(data: bytes) -> str:
    """A text file's bytes as text: by its byte order mark, else UTF-8, else Windows-1252. Raises UnicodeDecodeError."""
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    # ASCII in UTF-16 has a zero in every other byte; the header of a table is ASCII.
    if data[1:2] == b"\0":
        return data.decode("utf-16-le")
    if data[:1] == b"\0":
        return data.decode("utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def cell_text(cell: str) -> str:
    """What a person wrote in a cell: outer white space, the guard of a formula-like text and CRs are taken off."""
    return unguard(cell.replace("\r\n", "\n").replace("\r", "\n").strip()).strip()


def _found(text: str, delimiter: str, expected: Collection[str]) -> set[str]:
    """The expected columns in the first line, if this is the delimiter; a wrong one can make the line an error."""
    try:
        return set(_header(list(islice(_numbered(text, delimiter), 1)))).intersection(expected)
    except csv.Error:
        return set()


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _header(rows: list[tuple[int, list[str]]]) -> tuple[str, ...]:
    return tuple(cell_text(cell).casefold() for cell in rows[0][1]) if rows else ()
