"""What a log's lines come to: which entries still count, and which of them nothing replaced. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

from paperradar.decisions.entries import Entry, Kind, PayloadValue


def whole_second(at: dt.datetime) -> dt.datetime:
    """The moment in UTC, whole seconds, as entries have it. Raises ValueError for one without a time zone."""
    if at.tzinfo is None:
        raise ValueError("the time of a decision must carry its time zone")
    return at.astimezone(dt.UTC).replace(microsecond=0)


def still_alive(entries: Sequence[Entry]) -> list[Entry]:
    """The entries that no entry alive undoes."""
    undos: dict[PayloadValue, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind is Kind.UNDO:
            undos[entry.payload["undoes"]].append(entry)

    def lives(entry: Entry) -> bool:
        return not any(lives(undo) for undo in undos.get(entry.id, ()))

    return [entry for entry in entries if lives(entry)] if undos else list(entries)


def heads_by(
    entries: Sequence[Entry], kinds: Collection[Kind], key: Callable[[Entry], Hashable]
) -> dict[Hashable, list[Entry]]:
    """By key, the entries alive that no other one replaces. Two mean that two people decided without each other."""
    alive = [entry for entry in still_alive(entries) if entry.kind in kinds]
    replaced = {name for entry in alive for name in entry.after}
    heads: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in alive:
        if entry.id not in replaced:
            heads[key(entry)].append(entry)
    return dict(heads)


def last_word(entries: Iterable[Entry]) -> Entry:
    """The last word. Not by place in the file, which depends on who merged whom."""
    return max(entries, key=lambda entry: (entry.at, entry.id))
