"""Pool files: papers known by identifier, title and day of submission alone, as CSV or CSV compressed with gzip."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from paperradar.errors import InputError
from paperradar.papers import Paper, Version, clean_text, parse_identifier
from paperradar.sources.values import Broken
from paperradar.spreadsheets import decode

_COLUMNS = ("id", "title", "submitted")
_GZIP = b"\x1f\x8b"
_EXCERPT = 120
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class TitlesFile:
    """What a pool file holds: each paper once (its first row), in the file's order, and the rows that are none."""

    papers: tuple[Paper, ...]
    broken: tuple[Broken, ...]


def read_titles(path: Path) -> TitlesFile:
    """Read a file with the columns id, title and submitted (a day, may be empty); others are passed over.

    A paper has the day as the submission of its version 1, and no abstract. Rows that cannot be used are set aside with
    their line. Raises InputError where the file cannot be read or lacks a column.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    papers: dict[str, Paper] = {}
    broken: list[Broken] = []
    try:
        header = [clean_text(cell).casefold() for cell in next(reader, [])]
        places = _places(path, header)
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                try:
                    paper = _paper(cells, places)
                    papers.setdefault(paper.identifier, paper)
                except InputError as error:
                    broken.append(Broken(begins, str(error), clean_text(" ".join(cells))[:_EXCERPT]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}: is not a CSV that can be read safely: {error} (line {reader.line_num})") from error
    return TitlesFile(tuple(papers.values()), tuple(broken))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return decode(gzip.decompress(data) if data.startswith(_GZIP) else data)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{path}: its compressed data are damaged or break off: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not text; a pool file is a CSV of id, title, submitted") from error


def _places(path: Path, header: list[str]) -> tuple[int, int, int]:
    for name in _COLUMNS:
        if name not in header:
            shown = ", ".join(header)[:_EXCERPT] or "nothing"
            raise InputError(f"{path}: not a pool file, the column {name} is missing; its first line holds {shown}")
        if header.count(name) > 1:
            raise InputError(f"{path}: the column {name} is there twice; delete one of them")
    identifier, title, submitted = (header.index(name) for name in _COLUMNS)
    return identifier, title, submitted


def _paper(cells: list[str], places: tuple[int, int, int]) -> Paper:
    """A row as a paper. Raises InputError with the reason."""
    if len(cells) <= max(places):
        raise InputError("the row has fewer cells than the header has columns")
    named, title, submitted = (cells[place] for place in places)
    identifier, _ = parse_identifier(named.strip().lstrip("'"))
    if not (title := clean_text(title)):
        raise InputError(f"{identifier} has no title")
    versions = (Version(1, _midnight(submitted.strip())),) if submitted.strip() else ()
    return Paper(identifier, title, versions=versions)


def _midnight(text: str) -> dt.datetime:
    """The day as a time: midnight in UTC means that only the day is known."""
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError(text)
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
    except ValueError as error:
        raise InputError(f"{text[:40]!r} is not a day; write it as 2022-04-30") from error
