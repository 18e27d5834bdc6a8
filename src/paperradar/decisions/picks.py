"""Picks: what a source chose for an edition, when that was decided, and the files that picks come in."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paperradar.calendar import EditionBounds
from paperradar.errors import InputError
from paperradar.papers import clean_text, identifier_order, parse_identifier
from paperradar.settings import EditionSettings
from paperradar.spreadsheets import SheetRow, cell_text, read_sheet

_log = logging.getLogger(__name__)

Role = Literal["top10", "pick", "mention"]
# Best first.
ROLES: tuple[Role, ...] = ("top10", "pick", "mention")
# The source of a workspace's own editions.
OWN = "own"

_IDENTIFIER_COLUMNS = ("arxiv_id", "identifier", "id")
_EDITION_COLUMNS = ("edition", "date")
_COLUMNS = ("source", *_EDITION_COLUMNS, "rank", "role", *_IDENTIFIER_COLUMNS, "title")
_YEAR = re.compile(r"(?:19|20|21)\d\d", re.ASCII)
_MONTH = re.compile(r"((?:19|20|21)\d\d)-(0[1-9]|1[0-2])", re.ASCII)
_WEEK = re.compile(r"((?:19|20|21)\d\d)-[Ww](0[1-9]|[1-4]\d|5[0-3])", re.ASCII)
_DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
_RANK = re.compile(r"([1-9]\d{0,5})(?:[.,]0+)?", re.ASCII)
_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper that a source chose for an edition.

    ``role``: ``top10`` and ``pick`` are main entries (ranked and not), a ``mention`` is linked beside them.
    ``decided_on`` is the day on which the choice was public at the latest (see `decided_on`).
    """

    source: str
    edition: str
    rank: int | None
    role: Role
    identifier: str
    title: str
    decided_on: dt.date

    @property
    def is_entry(self) -> bool:
        """Whether it is a main entry."""
        return self.role != "mention"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not a pick: where it begins in its file, why, and how it starts."""

    line: int
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class PicksFile:
    """What a file of picks holds."""

    path: Path
    picks: tuple[Pick, ...]
    set_aside: tuple[BadRow, ...]


def decided_on(edition: str, bounds: EditionBounds) -> dt.date:
    """The day by which an edition's picks were decided.

    A day itself; the last day (Sunday) of an ISO week such as 2025-W20; the closing day of a month; 31 December of
    a year. Raises InputError for anything else, a month 13 included.
    """
    try:
        if match := _MONTH.fullmatch(edition):
            return dt.date(int(match[1]), int(match[2]), bounds.closes_on_day)
        if match := _WEEK.fullmatch(edition):
            return dt.date.fromisocalendar(int(match[1]), int(match[2]), 7)
        if _DAY.fullmatch(edition):
            return dt.date.fromisoformat(edition)
        if _YEAR.fullmatch(edition):
            return dt.date(int(edition), 12, 31)
    except ValueError as error:
        raise InputError(f"{edition!r} is not on the calendar") from error
    raise InputError(
        f"{edition[:40]!r} is not an edition; write a month 2022-05, a week 2022-W18, a day 2022-05-03 or a year 2022"
    )


def checked_identifier(text: str) -> str:
    """The identifier (without version) in a cell. Raises InputError.

    An apostrophe before it, typed to keep a spreadsheet from taking it for a number, is no harm.
    """
    return parse_identifier(text.strip().lstrip("'"))[0]


def pick_order(pick: Pick) -> tuple[object, ...]:
    """Sorts picks by source, edition, rank (unranked last), role, identifier."""
    return (
        pick.source,
        pick.decided_on,
        pick.edition,
        pick.rank is None,
        pick.rank or 0,
        ROLES.index(pick.role),
        identifier_order(pick.identifier),
    )


def read_picks(path: Path, bounds: EditionBounds, *, source: str | None = None) -> PicksFile:
    """Read a file of picks: columns edition (or date), arxiv_id, and where there are any source, rank, role, title.

    A row without a source is of ``source``, by default the file's name without its suffix. A row without a role is
    a ``pick``. Bad rows are set aside. Raises InputError where the file cannot be read or lacks a column.
    """
    sheet = read_sheet(path, _COLUMNS)
    identifier_column = next((name for name in _IDENTIFIER_COLUMNS if name in sheet.columns), None)
    edition_column = next((name for name in _EDITION_COLUMNS if name in sheet.columns), None)
    if identifier_column is None or edition_column is None:
        lacking = "arxiv_id" if identifier_column is None else "edition or date"
        shown = ", ".join(sheet.columns)[:_EXCERPT] or "nothing"
        raise InputError(f"{path}: not a file of picks, the column {lacking} is missing; its first line holds {shown}")
    default = clean_text(source) if source is not None else path.stem
    picks, set_aside = [], []
    for row in sheet.rows:
        try:
            picks.append(_pick(row, identifier_column, edition_column, default, bounds))
        except InputError as error:
            excerpt = clean_text(" ".join(cell for cell in row.cells.values() if cell))[:_EXCERPT]
            set_aside.append(BadRow(row.line, str(error), excerpt))
    return PicksFile(path, tuple(picks), tuple(set_aside))


def load_edition_files(folder: Path, bounds: EditionBounds | None = None) -> tuple[Pick, ...]:
    """The picks of a workspace's published editions, ``data/editions/*.csv``; a missing folder has none.

    A row without a source is ``own``. A bad row is told by a warning and left out. Raises InputError for a file
    that is not one of picks.
    """
    picks: list[Pick] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name.startswith("."):
            continue
        read = read_picks(path, bounds or EditionSettings(), source=OWN)
        for bad in read.set_aside:
            _log.warning("%s:%d: row left out: %s", path, bad.line, bad.reason)
        picks += read.picks
    return unite_picks(picks)


def unite_picks(picks: Iterable[Pick]) -> tuple[Pick, ...]:
    """One pick for each source, edition and identifier (the last one given), sorted by `pick_order`."""
    found = {(pick.source, pick.edition, pick.identifier): pick for pick in picks}
    return tuple(sorted(found.values(), key=pick_order))


def _pick(row: SheetRow, identifier_column: str, edition_column: str, source: str, bounds: EditionBounds) -> Pick:
    if row.too_long:
        raise InputError("the row has more cells than the header has columns")
    cells = {name: cell_text(text) for name, text in row.cells.items()}
    edition = cells[edition_column].upper()
    role = cells.get("role", "").casefold() or "pick"
    if role not in ROLES:
        raise InputError(f"the role {role[:40]!r} is none of {', '.join(ROLES)}")
    rank = cells.get("rank", "")
    number = _RANK.fullmatch(rank)
    if rank and number is None:
        raise InputError(f"the rank {rank[:40]!r} is not a number from 1")
    named = clean_text(cells.get("source", "")) or source
    if not named:
        raise InputError("the row names no source")
    return Pick(
        source=named,
        edition=edition,
        rank=int(number[1]) if number else None,
        role=role,
        identifier=checked_identifier(cells[identifier_column]),
        title=clean_text(cells.get("title", "")),
        decided_on=decided_on(edition, bounds),
    )
