"""One edition as its entries in the log leave it: a snapshot, so that all that is asked of it fits together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from paperradar.decisions.ballots import Ballot, ballots_of, same_curator
from paperradar.decisions.edition_values import NEEDS, PLACE_ROLES, Added, Place, Reached, State
from paperradar.decisions.entries import Entry, Kind
from paperradar.decisions.replay import heads_by, last_word, still_alive, to_replace

# By the kind of entry that reaches a state, furthest first.
REACHED_BY = {
    Kind.PUBLISH: State.PUBLISHED,
    Kind.DECIDE: State.DECIDED,
    Kind.VOTING: State.VOTING,
    Kind.FREEZE: State.FROZEN,
}


@dataclass(frozen=True, slots=True)
class EditionReplay:
    """What the log said of an edition when it was read. ``entries``: undos and undone ones included, in any order."""

    edition: str
    entries: tuple[Entry, ...]

    def ballots(self, *, marks: bool = True) -> dict[str, dict[str, Ballot]]:
        """By curator and identifier, the votes and notes that stand. See `paperradar.decisions.ballots.ballots_of`."""
        return ballots_of(self.entries, marks=marks)

    def added(self) -> dict[str, Added]:
        """By identifier, what was brought to the edition, oldest first."""
        latest = (last_word(heads) for heads in self._heads(Kind.ADD).values())
        return {
            entry.identifier: Added(
                entry.identifier,
                str(entry.payload["title"]),
                tuple(name for name in str(entry.payload["authors"]).split("; ") if name),
                str(entry.payload["url"]),
                str(entry.payload["source"]),
                entry.by,
                entry.id,
            )
            for entry in sorted(latest, key=lambda e: (e.at, e.id))
        }

    def places(self) -> tuple[Place, ...]:
        """The issue as it is composed now, in its order: the ten before the mentions, unranked ones last."""
        return _in_order(last_word(heads) for heads in self._heads(Kind.PLACE).values())

    def last_step(self, curator: str) -> tuple[Entry, ...]:
        """What a curator changed in the issue by one step, the last one that nobody undid; empty where there is none.

        Of one second's steps it is the one further down in the file.
        """
        who = same_curator(curator)
        mine = [e for e in still_alive(self.entries) if e.kind is Kind.PLACE and same_curator(e.by) == who]
        if not mine:
            return ()
        last = max(enumerate(mine), key=lambda numbered: (numbered[1].at, numbered[0]))[1]
        return tuple(e for e in mine if (e.at, e.payload.get("step")) == (last.at, last.payload.get("step")))

    def stands(self, entries: Iterable[Entry]) -> bool:
        """Whether all these places are the last word on their papers."""
        latest = {last_word(heads).id for heads in self._heads(Kind.PLACE).values()}
        return all(entry.id in latest for entry in entries)

    def decided(self) -> tuple[Place, ...] | None:
        """The issue as it was decided, whatever was placed since; None where the edition is not decided."""
        reached = self.reached().get(State.DECIDED)
        if reached is None:
            return None
        by_id = {entry.id: entry for entry in self.entries}
        return _in_order(by_id[name] for name in str(reached.payload["places"]).split() if name in by_id)

    def reached(self) -> dict[State, Reached]:
        """By state, furthest first, the last word that stands; of an edition that is only open nothing.

        A state whose ground was taken away (two clones may have decided apart) does not count, see `NEEDS`.
        """
        found = {}
        for kind, state in reversed(REACHED_BY.items()):
            heads = self._heads(kind).get("")
            if heads and (NEEDS[state] is State.OPEN or NEEDS[state] in found):
                entry = last_word(heads)
                found[state] = Reached(state, entry.at, entry.by, entry.payload, entry.id)
        return dict(reversed(found.items()))

    def state(self) -> State:
        """The furthest state that was reached and not undone."""
        return next(iter(self.reached()), State.OPEN)

    def freezings(self) -> tuple[str, ...]:
        """The bundles that the list was ever frozen as, undone freezings included, oldest first and each once."""
        said = sorted((entry for entry in self.entries if entry.kind is Kind.FREEZE), key=lambda e: (e.at, e.id))
        return tuple(dict.fromkeys(str(entry.payload["bundle"]) for entry in said))

    def to_replace(self, kind: Kind) -> dict[str, tuple[str, ...]]:
        """By identifier, the ids that a new entry of a kind has to name."""
        return to_replace(self.entries, {kind}, lambda entry: entry.identifier)

    def _heads(self, kind: Kind) -> dict[str, list[Entry]]:
        return heads_by(self.entries, {kind}, lambda entry: entry.identifier)


def _in_order(entries: Iterable[Entry]) -> tuple[Place, ...]:
    places = [
        Place(
            entry.identifier,
            role,
            cast("int | None", entry.payload["rank"]),
            str(entry.payload["why"]),
            str(entry.payload["group"]),
            entry.by,
            entry.id,
        )
        for entry in entries
        for role in PLACE_ROLES
        if entry.payload["role"] == role
    ]
    return tuple(sorted(places, key=lambda p: (PLACE_ROLES.index(p.role), p.rank is None, p.rank or 0, p.identifier)))
