"""Each curator's word on each paper, by replay of an edition's entries. Nobody's takes another one's place. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from paperradar.decisions.entries import Entry, Kind
from paperradar.decisions.replay import came_before, last_word, still_alive, to_replace
from paperradar.decisions.votes import Vote, vote_of
from paperradar.papers import clean_text

# The kinds of entry in which a curator says something of a paper.
WORD_KINDS = frozenset({Kind.BALLOT, Kind.MARK, Kind.CLEAR})
# A curator (see `same_curator`) and a paper.
_Key = tuple[str, str]


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


def curator_name(name: str) -> str:
    """A curator's name as it is kept: one line, single spaces."""
    return clean_text(name)


def same_curator(name: str) -> str:
    """What two spellings of a curator's name have in common: case and white space do not matter."""
    return curator_name(name).casefold()


def ballots_of(entries: Sequence[Entry], *, marks: bool = True) -> dict[str, dict[str, Ballot]]:
    """By curator and identifier, the votes and notes that stand; curators in the order of their names.

    A mark on the shared sheet is its curator's vote too, also after somebody else marked the row; an emptied row takes
    back the mark that stood in it. Of a curator's ballot and mark the later counts. Without ``marks`` only ballots do.
    A curator is known by the first spelling of their name; the one of a mark without a name is "".
    """
    kinds = WORD_KINDS if marks else {Kind.BALLOT}
    heads = _heads(entries, kinds)
    names: dict[str, Entry] = {}
    for entry in still_alive(entries):
        who = same_curator(entry.by)
        if entry.kind in kinds - {Kind.CLEAR} and (who not in names or _moment(entry) < _moment(names[who])):
            names[who] = entry
    found: dict[str, dict[str, Ballot]] = defaultdict(dict)
    for (who, identifier), said in sorted(heads.items()):
        ballot = _ballot(max(said, key=lambda e: (e.at, e.kind is Kind.BALLOT, e.id)))
        if ballot.vote or ballot.note:
            found[curator_name(names[who].by)][identifier] = ballot
    return dict(found)


def words_of(entries: Sequence[Entry]) -> dict[str, tuple[str, Ballot]]:
    """By entry, whose word it was and what; undone and replaced ones too, as a sheet may have been filled from any."""
    return {entry.id: (entry.by, _ballot(entry)) for entry in entries if entry.kind in WORD_KINDS - {Kind.CLEAR}}


def ballots_to_replace(entries: Sequence[Entry]) -> dict[_Key, set[str]]:
    """By curator (see `same_curator`) and identifier, the ids that a new ballot has to name."""
    found: dict[_Key, set[str]] = defaultdict(set)
    for key, heads in _heads(entries, WORD_KINDS).items():
        found[key].update(entry.id for entry in heads)
    for key, ids in to_replace(entries, {Kind.BALLOT}, _key).items():
        found[key].update(ids)
    return found


def last_cast(entries: Sequence[Entry], curator: str) -> Entry | None:
    """The last ballot that a curator cast by hand, not by a file, and that nobody undid; the later of one second is the
    one further down in the file.
    """
    who = same_curator(curator)
    cast = [e for e in still_alive(entries) if e.kind is Kind.BALLOT and not e.file and same_curator(e.by) == who]
    return max(enumerate(cast), key=lambda numbered: (numbered[1].at, numbered[0]))[1] if cast else None


def _heads(entries: Sequence[Entry], kinds: Collection[Kind]) -> dict[_Key, list[Entry]]:
    """By curator and paper, the marks and ballots alive that no later word of the same curator took back."""
    by_id = {entry.id: entry for entry in entries if entry.kind in kinds}
    alive = {entry.id: entry for entry in still_alive(entries) if entry.kind in kinds}
    gone: set[str] = set()
    for entry in alive.values():
        who = _whose(entry, by_id, alive)
        gone |= {
            name for name in came_before(entry.after, by_id) if name in by_id and same_curator(by_id[name].by) == who
        }
    heads: dict[_Key, list[Entry]] = defaultdict(list)
    for entry in alive.values():
        if entry.kind is not Kind.CLEAR and entry.id not in gone:
            heads[_key(entry)].append(entry)
    return heads


def _whose(entry: Entry, by_id: Mapping[str, Entry], alive: Mapping[str, Entry]) -> str | None:
    """Whose word an entry is. Emptying a row is the word of the curator whose mark stood in it; None: of nobody."""
    if entry.kind is not Kind.CLEAR:
        return same_curator(entry.by)
    emptied = [by_id[name] for name in entry.after if name in by_id and by_id[name].kind is Kind.MARK]
    standing = [mark for mark in emptied if mark.id in alive] or emptied
    return same_curator(last_word(standing).by) if standing else None


def _ballot(entry: Entry) -> Ballot:
    if entry.kind is Kind.MARK:
        vote = vote_of(str(entry.payload["decision"]))
    else:
        vote = Vote(said) if (said := str(entry.payload["vote"])) in set(Vote) else None
    return Ballot(vote, str(entry.payload["note"]), entry.at, entry.file, entry.id)


def _key(entry: Entry) -> _Key:
    return same_curator(entry.by), entry.identifier


def _moment(entry: Entry) -> tuple[dt.datetime, str]:
    return entry.at, entry.id
