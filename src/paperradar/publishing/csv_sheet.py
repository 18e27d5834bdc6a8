"""The shortlist as a sheet that Excel, LibreOffice and pandas open as it is meant.

UTF-8 with a byte order mark (without it Excel guesses another encoding), commas, CRLF, quotes as in RFC 4180. No cell
is a formula, no identifier a number. ``docs/csv.md`` says what the columns mean; a test holds it to this module.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paperradar.cells import BUNDLE_COLUMN, MARK_COLUMNS, bundle_cell, cell
from paperradar.publishing.bundle import Bundle, bundle_id

Cells = Mapping[str, Any]
SEPARATOR = "; "
SCORE_PREFIX = "score_"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name and how a row of the bundle fills it: with a whole number, or with text."""

    name: str
    value: Callable[[Cells], str | int]


def columns(bundle: Bundle) -> tuple[Column, ...]:
    """The columns of a bundle's sheet, in order: the score is followed by one column per component.

    Every row names the bundle. So a row that comes back says itself what it was written with, whatever became of the
    file around it: a copy that was put back, a sheet kept open for days, rows of two sheets in one.
    """
    written_from = bundle_cell(bundle_id(bundle))
    return (
        Column("rank", lambda row: int(row["rank"])),
        Column("identifier", lambda row: f"arXiv:{row['identifier']}"),
        Column("title", lambda row: str(row["title"])),
        Column("authors", lambda row: _joined(row["authors"])),
        Column("lanes", lambda row: _joined(row["lanes"])),
        Column("score", lambda row: int(row["score"])),
        *(_component(part["name"]) for part in bundle["components"]),
        Column("topic", lambda row: str(row["topic"])),
        Column("why", lambda row: str(row["why"])),
        Column("date", lambda row: str(row["date"])),
        Column("date_basis", lambda row: str(row["date_basis"])),
        Column("submitted", lambda row: str(row["submitted"])),
        Column("categories", lambda row: _joined(row["categories"])),
        Column("abs_url", lambda row: str(row["links"]["abs"])),
        Column("pdf_url", lambda row: str(row["links"]["pdf"])),
        Column("html_url", lambda row: str(row["links"]["html"])),
        Column("code_links", lambda row: _joined(row["code_links"])),
        Column("project_links", lambda row: _joined(row["project_links"])),
        Column("story", lambda row: _joined([f"arXiv:{member['identifier']}" for member in row["story"]])),
        Column("featured_before", lambda row: _joined([featured_words(item) for item in row["featured"]])),
        Column("lifted_by", lambda row: str(row["lifted_by"])),
        Column("resurfaced", lambda row: str(row["resurfaced"])),
        Column("late", lambda row: "late" if row.get("late") else ""),
        Column("abstract", lambda row: str(row["abstract"])),
        Column("abstract_by", lambda row: str(row["abstract_by"])),
        Column(BUNDLE_COLUMN, lambda row: written_from),
        # What curators fill in stands last, where a sheet has room.
        *(_mark(name) for name in MARK_COLUMNS),
    )


def render_csv(bundle: Bundle) -> bytes:
    """The sheet's bytes."""
    made = columns(bundle)
    return sheet_bytes(
        [column.name for column in made], ([column.value(row) for column in made] for row in bundle["rows"])
    )


def sheet_bytes(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A table as the bytes of a CSV, its texts guarded."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, dialect="excel", lineterminator="\r\n")
    writer.writerow([_cell(name) for name in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def featured_words(item: Cells) -> str:
    """Where a paper was before, for instance ``entry 4 of 2022-03 (zeta-alpha)``."""
    if item["rank"]:
        where = f"entry {item['rank']} of {item['edition']}"
    elif item["role"] == "mention":
        where = f"mentioned in {item['edition']}"
    else:
        where = f"picked in {item['edition']}"
    return f"{where} ({item['source']})"


def _cell(value: str | int) -> str | int:
    return value if isinstance(value, int) else cell(value)


def _component(name: str) -> Column:
    return Column(f"{SCORE_PREFIX}{name}", lambda row: int(row["components"][name]))


def _mark(name: str) -> Column:
    return Column(name, lambda row: str(row[name]))


def _joined(parts: Sequence[str]) -> str:
    return SEPARATOR.join(parts)
