"""Sheets for reviewing: the list's columns with what curators say, of all of them or of one.

The merged sheet shows everybody's votes beside each other. A curator's own sheet has their ballot in the cells that
they fill in, and names for each row the entry of the log that it was filled from; `paperradar review import` takes it
back.
``docs/csv.md`` says what the columns mean; a test holds it to this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paperradar.cells import BALLOT_COLUMN, BUNDLE_COLUMN, MARK_COLUMNS, ballot_cell
from paperradar.decisions import is_page
from paperradar.publishing.bundle import Bundle
from paperradar.publishing.csv_sheet import SEPARATOR, Column, columns, sheet_bytes

APPROVALS_COLUMN = "approvals"
PLACE_COLUMN = "place"
VOTE_PREFIX = "vote_"
NOTE_PREFIX = "note_"
_AUTHORS = "authors"
_NOT_A_NAME = re.compile(r"\W+")
_NOBODY = "unnamed"


@dataclass(frozen=True, slots=True)
class CuratorCells:
    """One curator's word on a row; ``entry``: the id of the log's entry that says so, empty for none."""

    vote: str = ""
    note: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row of a review sheet. ``row``: the bundle's row, None for what is not on the list. ``place``: where it stands
    in the issue, such as ``top10 3``, empty where it does not. ``said``: by curator.
    """

    identifier: str
    title: str
    authors: Sequence[str]
    url: str
    row: Mapping[str, Any] | None
    approvals: int = 0
    place: str = ""
    said: Mapping[str, CuratorCells] = field(default_factory=dict)


def merged_sheet(bundle: Bundle, rows: Sequence[ReviewRow], curators: Sequence[str], *, blind: bool = False) -> bytes:
    """Everybody's votes beside each other; ``blind`` leaves the authors out."""
    listed = columns(bundle)
    names = column_names(curators)
    header = [*(column.name for column in listed), APPROVALS_COLUMN, PLACE_COLUMN]
    header += [prefix + names[curator] for curator in curators for prefix in (VOTE_PREFIX, NOTE_PREFIX)]
    values = []
    for row in rows:
        said = [row.said.get(curator, CuratorCells()) for curator in curators]
        votes = [text for one in said for text in (one.vote, one.note)]
        values.append([*_cells(listed, row, blind=blind).values(), row.approvals, row.place, *votes])
    return sheet_bytes(header, values)


def own_sheet(bundle: Bundle, rows: Sequence[ReviewRow], curator: str, *, blind: bool = False) -> bytes:
    """A curator's own sheet, for filling in and taking back; nobody else's word is in it."""
    listed = [column for column in columns(bundle) if column.name not in MARK_COLUMNS]
    header = [*(column.name for column in listed), BALLOT_COLUMN, *MARK_COLUMNS]
    values = []
    for row in rows:
        said = row.said.get(curator, CuratorCells())
        own = (ballot_cell(said.entry), said.vote, said.note, curator)
        values.append([*_cells(listed, row, blind=blind).values(), *own])
    return sheet_bytes(header, values)


def column_names(curators: Sequence[str]) -> dict[str, str]:
    """By curator, a name that is one word in a sheet's header, and no other curator's."""
    found: dict[str, str] = {}
    for curator in curators:
        word = _NOT_A_NAME.sub("_", curator).strip("_") or _NOBODY
        name, number = word, 1
        while name.casefold() in {other.casefold() for other in found.values()}:
            number += 1
            name = f"{word}_{number}"
        found[curator] = name
    return found


def _cells(listed: Sequence[Column], row: ReviewRow, *, blind: bool) -> dict[str, str | int]:
    """The list's columns in their order; of what has no row those that are known."""
    if row.row is not None:
        cells = {column.name: column.value(row.row) for column in listed}
    else:
        known: dict[str, str | int] = {
            "identifier": row.identifier if is_page(row.identifier) else f"arXiv:{row.identifier}",
            "title": row.title,
            _AUTHORS: SEPARATOR.join(row.authors),
            "abs_url": row.url,
        }
        # Which bundle it is does not depend on the row.
        named = {column.name: column.value({}) for column in listed if column.name == BUNDLE_COLUMN}
        cells = {column.name: "" for column in listed} | known | named
    return cells | {_AUTHORS: ""} if blind else cells
