"""What a log's lines come to: which entries still count, and which of them nothing replaced. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from paperradar.decisions.entries import Entry, Kind, PayloadValue

Key = TypeVar("Key", bound=Hashable)


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


def heads_by(entries: Sequence[Entry], kinds: Collection[Kind], key: Callable[[Entry], Key]) -> dict[Key, list[Entry]]:
    """By key, the entries alive that no other one replaces. Two mean that two people decided without each other."""
    by_id = {entry.id: entry for entry in entries if entry.kind in kinds}
    alive = [entry for entry in still_alive(entries) if entry.kind in kinds]
    replaced = came_before((name for entry in alive for name in entry.after), by_id)
    heads: dict[Key, list[Entry]] = defaultdict(list)
    for entry in alive:
        if entry.id not in replaced:
            heads[key(entry)].append(entry)
    return dict(heads)


def came_before(names: Iterable[str], by_id: Mapping[str, Entry]) -> set[str]:
    """The ids that are named, those that their entries name, and so on.

    Also through an entry that was undone: what came after it came after what it had replaced as well.
    """
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += by_id[name].after if name in by_id else ()
    return found


def to_replace(
    entries: Sequence[Entry], kinds: Collection[Kind], key: Callable[[Entry], Key]
) -> dict[Key, tuple[str, ...]]:
    """By key, the ids that a new entry has to name: those that stand, and undone ones that nothing came after.

    Without the undone ones the same word, said again after an undo, would be the same entry and not count.
    """
    found = {one: [entry.id for entry in heads] for one, heads in heads_by(entries, kinds, key).items()}
    alive = {entry.id for entry in still_alive(entries)}
    named = {name for entry in entries if entry.kind in kinds for name in entry.after}
    for entry in entries:
        if entry.kind in kinds and entry.id not in alive and entry.id not in named:
            found.setdefault(key(entry), []).append(entry.id)
    return {one: tuple(sorted(ids)) for one, ids in found.items()}


def last_word(entries: Iterable[Entry]) -> Entry:
    """The last word. Not by place in the file, which depends on who merged whom."""
    return max(entries, key=lambda entry: (entry.at, entry.id))
