"""One edition in the decisions log: votes of each curator, the ten as they are composed, and how far the edition is.

The shared sheet's marks (see `paperradar.decisions.DecisionLog.marks`) say one thing a paper; here every curator has a
word of their own, and nobody's takes another one's place. Nothing is changed or deleted. See docs/curating.md.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, cast

from paperradar.calendar import EditionBounds
from paperradar.decisions.entries import Entry, Kind, PayloadValue
from paperradar.decisions.journal import Journal, tell_problems
from paperradar.decisions.picks import decided_on
from paperradar.decisions.replay import heads_by, last_word, still_alive, whole_second
from paperradar.decisions.votes import Vote, vote_of
from paperradar.errors import InputError
from paperradar.papers import text_hash
from paperradar.settings import EditionSettings

PlaceRole = Literal["top10", "mention"]
PLACE_ROLES: tuple[PlaceRole, ...] = ("top10", "mention")
# What the identifier of an added page begins with; the rest is a hash of its address.
PAGE_PREFIX = "page:"


class State(StrEnum):
    """How far an edition is. Each state may be undone, and the edition is in the one before again."""

    OPEN = "open"
    FROZEN = "frozen"
    VOTING = "voting"
    DECIDED = "decided"
    PUBLISHED = "published"


# By the kind of entry that reaches a state, furthest first.
_REACHES = {
    Kind.PUBLISH: State.PUBLISHED,
    Kind.DECIDE: State.DECIDED,
    Kind.VOTING: State.VOTING,
    Kind.FREEZE: State.FROZEN,
}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A curator's word on a paper. ``vote`` is None where only a note was written. ``at`` is aware, in UTC.

    ``entry`` is the id of the log's entry, for an undo; ``file`` the name of the file that it came from.
    """

    vote: Vote | None
    note: str
    at: dt.datetime
    file: str
    entry: str


@dataclass(frozen=True, slots=True)
class Added:
    """A paper or page that somebody brought to an edition. ``authors`` in order; ``source``: whose page it is."""

    identifier: str
    title: str
    authors: tuple[str, ...]
    url: str
    source: str
    by: str

    @property
    def is_page(self) -> bool:
        """Whether it is no paper of arXiv's."""
        return self.identifier.startswith(PAGE_PREFIX)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper stands in an issue. Several with one ``rank`` are a group, which may have a name.

    ``rank`` counts from 1; None: not yet in order. ``why``: the curators' reason, printed in the issue.
    """

    identifier: str
    role: PlaceRole
    rank: int | None
    why: str
    group: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class Reached:
    """That an edition reached a state: when (aware, in UTC), by whom, and what its entry says."""

    state: State
    at: dt.datetime
    by: str
    payload: Mapping[str, PayloadValue]
    entry: str


class EditionLog:
    """What the log says of one edition. Each call reads the edition's file anew.

    Raises InputError for a wrong edition.
    """

    def __init__(self, folder: Path, edition: str, bounds: EditionBounds | None = None) -> None:
        decided_on(edition, bounds or EditionSettings())  # for its check: the name becomes a file's
        self.edition = edition
        self._journal = Journal(folder / f"{edition}.jsonl")

    # Reading

    def entries(self) -> tuple[Entry, ...]:
        """Every good entry about the edition, undos and undone ones included, in the file's order."""
        reading = self._journal.read()
        tell_problems(reading.problems)
        return tuple(entry for entry in reading.entries if entry.edition == self.edition or entry.kind is Kind.UNDO)

    def ballots(self) -> dict[str, dict[str, Ballot]]:
        """By curator and identifier, the votes and notes that stand.

        A mark on the shared sheet is its curator's vote too, also after somebody else marked the row; of a curator's
        ballot and mark the later counts. The curator of a mark without a name is "".
        """
        entries = self.entries()
        said = [
            last_word(of_one) for of_one in heads_by(entries, {Kind.BALLOT}, lambda e: (e.identifier, e.by)).values()
        ]
        latest: dict[tuple[str, str], Entry] = {}
        for entry in sorted([*_marks(entries), *said], key=lambda e: (e.at, e.kind is Kind.BALLOT, e.id)):
            latest[entry.by, entry.identifier] = entry
        found: dict[str, dict[str, Ballot]] = defaultdict(dict)
        for (curator, identifier), entry in sorted(latest.items()):
            ballot = _ballot(entry)
            if ballot.vote or ballot.note:
                found[curator][identifier] = ballot
        return dict(found)

    def added(self) -> dict[str, Added]:
        """By identifier, what was brought to the edition."""
        latest = (last_word(of_one) for of_one in self._heads(Kind.ADD).values())
        return {
            entry.identifier: Added(
                entry.identifier,
                str(entry.payload["title"]),
                tuple(name for name in str(entry.payload["authors"]).split("; ") if name),
                str(entry.payload["url"]),
                str(entry.payload["source"]),
                entry.by,
            )
            for entry in sorted(latest, key=lambda e: (e.at, e.id))
        }

    def places(self) -> tuple[Place, ...]:
        """The issue as it is composed now, in its order: the ten before the mentions, unranked ones last."""
        return _in_order(last_word(of_one) for of_one in self._heads(Kind.PLACE).values())

    def decided(self) -> tuple[Place, ...] | None:
        """The issue as it was decided, whatever was placed since; None where the edition is not decided."""
        entries = self.entries()
        heads = heads_by(entries, {Kind.DECIDE}, lambda e: e.edition)
        if not heads:
            return None
        named = str(last_word(heads[self.edition]).payload["places"]).split()
        by_id = {entry.id: entry for entry in entries}
        return _in_order(by_id[name] for name in named if name in by_id)

    def reached(self) -> dict[State, Reached]:
        """By state, the last word that stands; of an edition that is only open nothing."""
        entries = self.entries()
        found = {}
        for kind, state in _REACHES.items():
            if heads := heads_by(entries, {kind}, lambda e: e.edition):
                entry = last_word(heads[self.edition])
                found[state] = Reached(state, entry.at, entry.by, entry.payload, entry.id)
        return found

    def state(self) -> State:
        """The furthest state that was reached and not undone."""
        return next(iter(self.reached()), State.OPEN)

    # Appending. Each returns how many entries were new.

    def cast(
        self,
        curator: str,
        votes: Mapping[str, tuple[Vote | None, str]],
        *,
        at: dt.datetime,
        file: str = "",
    ) -> int:
        """Append a curator's votes and notes, by identifier, where they differ from what stands; None and "" take back.

        All or nothing. Raises InputError for a curator without a name.
        """
        if not curator.strip():
            raise InputError("say whose votes these are: a ballot needs a curator")
        standing = self.ballots().get(curator, {})
        heads = heads_by(self.entries(), {Kind.BALLOT}, lambda e: (e.identifier, e.by))
        new = []
        for identifier, (vote, note) in votes.items():
            now = standing.get(identifier)
            if (now.vote, now.note) == (vote, note) if now else not (vote or note):
                continue
            payload: dict[str, PayloadValue] = {"vote": vote or "", "note": note}
            after = tuple(head.id for head in heads.get((identifier, curator), ()))
            new.append(self._entry(Kind.BALLOT, identifier, at, curator, payload, file=file, after=after))
        return self._append(new)

    def add(self, item: Added, *, at: dt.datetime) -> int:
        """Append that a paper or page takes part. Raises InputError without a title or an address."""
        if not item.title.strip() or not item.url.strip():
            raise InputError("what is added needs a title and an address")
        if self.added().get(item.identifier) == item:
            return 0
        payload: dict[str, PayloadValue] = {
            "title": item.title,
            "authors": "; ".join(item.authors),
            "url": item.url,
            "source": item.source,
        }
        after = tuple(head.id for head in self._heads(Kind.ADD).get(item.identifier, ()))
        return self._append([self._entry(Kind.ADD, item.identifier, at, item.by, payload, after=after)])

    def place(self, places: Iterable[Place], *, at: dt.datetime, out: Collection[str] = ()) -> int:
        """Append where papers stand now (``entry`` is not looked at), and which ones are ``out``."""
        places = tuple(places)
        standing = {place.identifier: place for place in self.places()}
        heads = self._heads(Kind.PLACE)
        new = []
        for place in places:
            now = standing.get(place.identifier)
            if now and _said(now) == _said(place):
                continue
            new.append(self._placing(place.identifier, _said(place), at, place.by, heads))
        by = places[0].by if places else ""
        for identifier in out:
            if identifier in standing:
                nothing: dict[str, PayloadValue] = {"role": "", "rank": None, "why": "", "group": ""}
                new.append(self._placing(identifier, nothing, at, by, heads))
        return self._append(new)

    def reach(self, state: State, *, at: dt.datetime, by: str, text: str = "") -> int:
        """Append that the edition is voted on, decided (as it is composed now) or published.

        ``text``: the bundle that is voted on, or the address where the issue was published. Freezing is
        `DecisionLog.freeze`. Raises InputError for a decision without any place.
        """
        kind = next(kind for kind, reached in _REACHES.items() if reached is state)
        if kind is Kind.DECIDE:
            if not (places := self.places()):
                raise InputError(f"nothing is chosen for edition {self.edition}; compose the ten before deciding")
            payload: dict[str, PayloadValue] = {"places": " ".join(place.entry for place in places)}
        else:
            payload = {"bundle": text} if kind is Kind.VOTING else {"url": text}
        heads = heads_by(self.entries(), {kind}, lambda e: e.edition).get(self.edition, [])
        if any(head.payload == payload for head in heads):
            return 0
        # All of them, undone ones as well: so the same word after an undo is a new entry.
        after = tuple(entry.id for entry in self.entries() if entry.kind is kind)
        return self._append([self._entry(kind, "", at, by, payload, after=after)])

    # Inside

    def _heads(self, kind: Kind) -> dict[str, list[Entry]]:
        return {str(key): found for key, found in heads_by(self.entries(), {kind}, lambda e: e.identifier).items()}

    def _placing(
        self,
        identifier: str,
        payload: Mapping[str, PayloadValue],
        at: dt.datetime,
        by: str,
        heads: Mapping[str, list[Entry]],
    ) -> Entry:
        after = tuple(head.id for head in heads.get(identifier, ()))
        return self._entry(Kind.PLACE, identifier, at, by, payload, after=after)

    def _entry(
        self,
        kind: Kind,
        identifier: str,
        at: dt.datetime,
        by: str,
        payload: Mapping[str, PayloadValue],
        *,
        file: str = "",
        after: tuple[str, ...] = (),
    ) -> Entry:
        return Entry(kind, self.edition, identifier, whole_second(at), by, file, payload, tuple(sorted(after)))

    def _append(self, entries: list[Entry]) -> int:
        if not entries:
            return 0
        appended = self._journal.append(entries)
        tell_problems(appended.problems)
        return len(appended.entries)


def page_identifier(url: str) -> str:
    """The identifier of a page that is no paper of arXiv's: ``page:`` and 12 hex digits made from its address."""
    return PAGE_PREFIX + text_hash(url)[:12]


def _marks(entries: Iterable[Entry]) -> list[Entry]:
    """The marks of the shared sheet that no later word of the same curator, and no clearing, took back."""
    entries = tuple(entries)
    alive = [entry for entry in still_alive(entries) if entry.kind in (Kind.MARK, Kind.CLEAR)]
    by_id = {entry.id: entry for entry in alive}
    gone: set[str] = set()
    for entry in alive:
        for name in entry.after:
            before = by_id.get(name)
            # Another curator's mark on the same row says nothing about this one's vote.
            if before and (entry.kind is Kind.CLEAR or entry.by == before.by):
                gone.add(name)
    return [entry for entry in alive if entry.kind is Kind.MARK and entry.id not in gone]


def _ballot(entry: Entry) -> Ballot:
    if entry.kind is Kind.MARK:
        vote = vote_of(str(entry.payload["decision"]))
    else:
        vote = Vote(said) if (said := str(entry.payload["vote"])) in set(Vote) else None
    return Ballot(vote, str(entry.payload["note"]), entry.at, entry.file, entry.id)


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


def _said(place: Place) -> dict[str, PayloadValue]:
    return {"role": place.role, "rank": place.rank, "why": place.why, "group": place.group}
