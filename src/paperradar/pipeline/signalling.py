"""Numbers from outside: importing them, and what was known of them on a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paperradar.errors import NotFoundError
from paperradar.sources.signals import BadSignal, Columns, read_signals, signal_name
from paperradar.store import Store


@dataclass(frozen=True, slots=True)
class SignalsImported:
    """What became of a file. ``new`` counts numbers that were not there or differed, ``known`` the others.

    ``blank`` counts cells without a number, ``by_name`` the numbers of each signal.
    """

    path: Path
    new: int
    known: int
    blank: int
    by_name: dict[str, int]
    set_aside: tuple[BadSignal, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON; the file by its name only."""
        return {
            "file": self.path.name,
            "new": self.new,
            "known": self.known,
            "blank": self.blank,
            "by_name": self.by_name,
            "set_aside": [
                {"line": row.line, "reason": row.reason, "excerpt": row.excerpt} for row in self.set_aside
            ],
        }  # fmt: skip


def import_signals(store: Store, path: Path, columns: Columns | None = None) -> SignalsImported:
    """Take a file's numbers into the store, in one transaction; the same file twice changes nothing.

    Raises InputError for a file that holds no such numbers.
    """
    file = read_signals(path, columns)
    with store.writing() as session:
        new = session.put_signals((item.name, item.identifier, item.day, item.value) for item in file.values)
    by_name = dict(sorted(Counter(item.name for item in file.values).items()))
    return SignalsImported(path, new, len(file.values) - new, file.blank, by_name, file.set_aside)


def signals_until(store: Store, day: dt.date) -> Mapping[str, Mapping[str, tuple[float, dt.date]]]:
    """What was known at the end of ``day``: by name and identifier the newest value and its day (`Known.signals`)."""
    with store.reading() as session:
        return session.signals_until(day)


def forget_signals(store: Store, name: str) -> int:
    """Remove a signal from the store; how many numbers it had. Raises NotFoundError where there are none."""
    with store.writing() as session:
        count = session.forget_signals(signal_name(name))
        there = [item.name for item in session.signal_summaries()]
    if not count:
        known = f"there are {', '.join(there)}" if there else "none was imported yet"
        raise NotFoundError(f"no signal is called {name}; {known}")
    return count
