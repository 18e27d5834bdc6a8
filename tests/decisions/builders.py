"""Small decisions for the tests."""

from __future__ import annotations

import datetime as dt

from paperradar.decisions import Entry, Kind, Mark, Pick, decided_on
from paperradar.settings import EditionSettings

BOUNDS = EditionSettings()
NOON = dt.datetime(2022, 5, 3, 12, tzinfo=dt.UTC)
EDITION = "2022-05"


def at(minutes: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def entry(number: int, text: str = "yes", minutes: int = 0) -> Entry:
    return Entry(Kind.MARK, EDITION, f"2204.{number:05}", at(minutes), by="ada", payload={"decision": text, "note": ""})


def mark(decision: str = "yes", note: str = "", curator: str = "ada") -> Mark:
    return Mark(decision, note, curator)


def pick(identifier: str = "2204.00598", source: str = "ours", edition: str = EDITION, **keys: object) -> Pick:
    values: dict[str, object] = {"rank": None, "role": "pick", "title": "A title", **keys}
    return Pick(source=source, edition=edition, identifier=identifier, decided_on=decided_on(edition, BOUNDS), **values)  # type: ignore[arg-type]
