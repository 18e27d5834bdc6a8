"""What a curator has read, and since when news are news to them. No decision, so never in the decisions log.

One small file for each curator and edition, ``data/desk/reading/EDITION/HASH.json``, written atomically; two spellings
of a name share it, as they share their votes. One that cannot be read counts as none: all that is lost is which rows
were read.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from paperradar.decisions import same_curator
from paperradar.files import write_atomically
from paperradar.papers import text_hash

# So long nobody looked, and the next look is a new one.
_PAUSE = dt.timedelta(minutes=30)
# Two looks within this time are written down as one.
_SOON = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one curator has read of an edition.

    ``read``: identifiers. ``seen``: what was there at the last look, ``seen_at`` when that was. ``before`` and
    ``before_at``: the same of the look before this one, which "new since I last looked" is measured against; None where
    this is the first look. ``through``: they are through with voting and see everybody's votes. Times are in UTC.
    """

    read: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    seen_at: dt.datetime | None = None
    before: frozenset[str] = frozenset()
    before_at: dt.datetime | None = None
    through: bool = False


class ReadingFiles:
    """The files below ``folder``. Threads of this process take turns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "reading"
        self._turn = threading.Lock()

    def of(self, edition: str, curator: str) -> Reading:
        """What a curator has read; nothing where nothing is kept."""
        try:
            return _from_json(json.loads(self._path(edition, curator).read_bytes()))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Reading()

    def look(self, edition: str, curator: str, there: Collection[str], now: dt.datetime) -> Reading:
        """Note that a curator looks at an edition and what is there. A look soon after another belongs to it."""
        with self._turn:
            reading = self.of(edition, curator)
            if reading.seen_at is not None and now - reading.seen_at > _PAUSE:
                reading = replace(reading, before=reading.seen, before_at=reading.seen_at)
            elif reading.seen_at is not None and reading.seen.issuperset(there) and now - reading.seen_at < _SOON:
                return reading
            return self._keep(edition, curator, replace(reading, seen=frozenset(there), seen_at=now))

    def mark(self, edition: str, curator: str, identifiers: Collection[str], *, read: bool = True) -> Reading:
        """Note that these are read, or not read after all."""
        with self._turn:
            reading = self.of(edition, curator)
            now_read = reading.read | set(identifiers) if read else reading.read - set(identifiers)
            if now_read == reading.read:
                return reading
            return self._keep(edition, curator, replace(reading, read=frozenset(now_read)))

    def be_through(self, edition: str, curator: str, through: bool) -> Reading:
        """Note that a curator is through with voting, or is not after all."""
        with self._turn:
            return self._keep(edition, curator, replace(self.of(edition, curator), through=through))

    def _keep(self, edition: str, curator: str, reading: Reading) -> Reading:
        value = {
            "curator": curator,
            "read": sorted(reading.read),
            "seen": sorted(reading.seen),
            "seen_at": _iso(reading.seen_at),
            "before": sorted(reading.before),
            "before_at": _iso(reading.before_at),
            "through": reading.through,
        }
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
        write_atomically(self._path(edition, curator), data.encode())
        return reading

    def _path(self, edition: str, curator: str) -> Path:
        return self._folder / edition / f"{text_hash(same_curator(curator))}.json"


def _iso(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC) if text else None


def _from_json(value: dict[str, Any]) -> Reading:
    return Reading(
        read=frozenset(map(str, value["read"])),
        seen=frozenset(map(str, value["seen"])),
        seen_at=_time(value["seen_at"]),
        before=frozenset(map(str, value["before"])),
        before_at=_time(value["before_at"]),
        through=bool(value["through"]),
    )
