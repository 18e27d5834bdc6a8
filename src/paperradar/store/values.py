"""The values that cross the store's border beside papers and announcements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paperradar.papers import DayBasis, Paper


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper and the day arXiv announced it (America/New_York), known or estimated as ``basis`` says."""

    paper: Paper
    announced_on: dt.date
    basis: DayBasis


@dataclass(frozen=True, slots=True)
class StoredTitle:
    """What a list of many papers needs of each: much quicker to read than the paper."""

    identifier: str
    title: str
    text_hash: str
    announced_on: dt.date


@dataclass(frozen=True, slots=True)
class StoredText:
    """A paper's text by its hash, and what decides whether the paper is in scope."""

    identifier: str
    text_hash: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of the records handed in; the four counts sum to their number.

    ``older`` counts records of a version lower than the one stored: they only add their version's date.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0

    def __add__(self, other: Upserted) -> Upserted:
        return Upserted(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.older + other.older,
        )


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that could not be used: its line (from 1), why, and how it begins."""

    line: int
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class SetAsideRecord(SetAside):
    """A record that was set aside, with the file it came from."""

    source: str = ""


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far a file came.

    ``position`` counts decompressed bytes and always lies behind a line break, ``lines`` the lines before it.
    ``records`` counts the records read so far, set aside or not. ``prefix_sha256`` is of the bytes before
    ``position``, ``file_sha256`` of the file as it lies on disk.
    """

    source: str
    position: int
    lines: int
    records: int
    prefix_sha256: str
    file_sha256: str
    done: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the program. Times are aware, in UTC.

    ``ended`` is None and ``outcome`` empty while it runs, and where it was killed. ``summary`` is what JSON can hold.
    """

    id: int
    kind: str
    started_by: str
    started: dt.datetime
    ended: dt.datetime | None
    outcome: str
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignalSummary:
    """What there is of an imported signal: how many values, of how many papers, from which day to which."""

    name: str
    values: int
    papers: int
    first: dt.date
    last: dt.date
