"""Workspaces with a list and decisions, made without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paperradar.decisions import EditionLog, Place, State
from paperradar.publishing import Bundle, write_edition
from paperradar.settings import PublishingSettings, Settings
from paperradar.workspace import Workspace
from tests.publishing.builders import bundle, candidate, paper, row

NOW = dt.datetime(2022, 5, 4, 9, 30, tzinfo=dt.UTC)
# The running edition of this day is 2022-05.
TODAY = dt.date(2022, 5, 4)


def clock() -> dt.datetime:
    return NOW


def workspace(folder: Path, **publishing: Any) -> Workspace:
    """An empty workspace with these settings of [publishing]."""
    return Workspace(folder, Settings(publishing=PublishingSettings(**publishing)), ())


def days_list(*days: str, edition: str = "2022-05", first: int = 1) -> Bundle:
    """A list with one paper a day, in this order; the identifiers count from ``first``."""
    rows = []
    for rank, day in enumerate(days, start=1):
        number = first + rank - 1
        of = paper(f"2204.{number:05}", f"Paper {number}")
        rows.append(row(rank, candidate=candidate(of, dt.date.fromisoformat(day))))
    return bundle(rows, edition=edition)


def listed(place: Workspace, made: Bundle) -> Workspace:
    """The workspace with this list as its edition's present one."""
    write_edition(place.shortlists, made)
    return place


def decided(
    place: Workspace,
    ten: Sequence[str],
    mentions: Sequence[str] = (),
    *,
    edition: str = "2022-05",
    at: dt.datetime = NOW,
    url: str | None = None,
    why: str = "",
) -> Workspace:
    """The workspace with this issue decided, and published where an address is given."""
    log = EditionLog(place.decisions, edition)
    places = [Place(name, "top10", rank, why, "", "Ann", "") for rank, name in enumerate(ten, start=1)]
    places += [Place(name, "mention", None, why, "", "Ann", "") for name in mentions]
    log.place(places, at=at)
    log.reach(State.DECIDED, at=at, by="Ann")
    if url is not None:
        log.reach(State.PUBLISHED, at=at + dt.timedelta(days=1), by="Ann", text=url)
    return place
