"""What the parsers of this package return. Parsers are pure: bytes in, values out, no network, no clock, no store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from paperradar.papers import Announcement, Paper


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that could not be used: its place in the document (from 1), why, and how it begins (120 characters)."""

    place: int
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One category's feed of one day, as RSS or Atom told it.

    ``day`` is the feed's own date (America/New_York), None where it names none. ``items`` counts all that the feed
    holds: usable, broken and repeated ones.
    """

    category: str
    day: dt.date | None
    papers: tuple[Paper, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    broken: tuple[Broken, ...] = ()
    items: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records from the API or from OAI-PMH.

    ``total`` is how many records the whole answer has, as the page itself says (None: it does not say). ``records``
    counts what is on this page: usable, broken and deleted ones. ``resume`` is the resumption token, empty on the
    last page. ``deleted`` holds identifiers of records that were taken away.
    """

    papers: tuple[Paper, ...] = ()
    broken: tuple[Broken, ...] = ()
    deleted: tuple[str, ...] = ()
    total: int | None = None
    records: int = 0
    resume: str = ""
