"""The decisions log: what people decided, by replaying the lines under ``data/decisions/``.

It is kept apart from the papers' database because it is the one thing that cannot be fetched again. Nothing is ever
changed or deleted: a change of mind, and an undo, are new lines. See docs/decisions.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from paperradar.calendar import EditionBounds
from paperradar.decisions.entries import Entry, Kind, PayloadValue
from paperradar.decisions.journal import Journal, Problem, tell_problems
from paperradar.decisions.picks import ROLES, Pick, decided_on, unite_picks
from paperradar.decisions.replay import heads_by, last_word, still_alive, to_replace, whole_second
from paperradar.errors import InputError, NotFoundError
from paperradar.papers import text_hash
from paperradar.settings import EditionSettings

_RESURFACED = "resurfaced"
_MARKING = frozenset({Kind.MARK, Kind.CLEAR})
_SAFE_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", re.ASCII)
_NOT_SAFE = re.compile(r"[^a-z0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mark:
    """What curators wrote in a row's ``decision``, ``note`` and ``curator`` cells, verbatim."""

    decision: str = ""
    note: str = ""
    curator: str = ""

    def __bool__(self) -> bool:
        return bool(self.decision or self.note or self.curator)


@dataclass(frozen=True, slots=True)
class Resurfacing:
    """A curator's word that an older paper shall come back in an edition. ``at`` is aware, in UTC."""

    edition: str
    why: str
    curator: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Frozen:
    """That an edition's list is frozen: as which bundle, when (aware, in UTC) and by whom.

    ``entry`` is the id of the log's entry, for an undo.
    """

    bundle: str
    at: dt.datetime
    by: str
    entry: str


class DecisionLog:
    """The log in a folder, which need not be there yet. ``bounds`` tells on which day a month's edition closes.

    Each call reads the files it needs anew. A damaged line is skipped and told once by a logged warning;
    `problems` lists them all.
    """

    def __init__(self, folder: Path, bounds: EditionBounds | None = None) -> None:
        self.folder = folder
        self._bounds = bounds or EditionSettings()

    # Reading

    def picks(self, source: str | None = None, edition: str | None = None) -> tuple[Pick, ...]:
        """Imported picks, of one source or edition if asked; one for each source, edition and identifier.

        Where files disagreed, the later import stands; within one import the better role, then the better rank.
        """
        paths = sorted(self.folder.glob("picks-*.jsonl")) if source is None else [self._path(_stream_of(source))]
        entries = [
            entry
            for path in paths
            for entry in still_alive(self._read(Journal(path)))
            if entry.kind is Kind.PICK
            and source in (None, entry.payload["source"])
            and edition in (None, entry.edition)
        ]
        picks = []
        for entry in sorted(entries, key=_standing):
            try:
                picks.append(self._pick(entry))
            except InputError as error:
                tell_problems([Problem(self.folder, 0, f"the pick {entry.id} is left out: {error}")])
        return unite_picks(picks)

    def marks(self, edition: str) -> dict[str, Mark]:
        """By identifier, what curators last marked on an edition's sheet; cleared rows are not there."""
        return {
            identifier: Mark(str(entry.payload["decision"]), str(entry.payload["note"]), entry.by)
            for identifier, heads in self._mark_heads(edition).items()
            if (entry := last_word(heads)).kind is Kind.MARK
        }

    def editions(self) -> tuple[str, ...]:
        """The editions that have a file of their own: somebody decided something of them."""
        found = []
        for path in self._paths():
            try:
                decided_on(path.stem, self._bounds)
            except InputError:  # picks of a source, resurfaced papers
                continue
            found.append(path.stem)
        return tuple(found)

    def heard_of(self, edition: str) -> set[str]:
        """The papers that an edition's file has any mark or clearing of, undone ones included."""
        entries = self._read(Journal(self._path(self._edition_stream(edition))))
        return {entry.identifier for entry in entries if entry.edition == edition and entry.kind in _MARKING}

    def resurfaced(self, edition: str | None = None) -> dict[str, Resurfacing]:
        """By identifier, the papers that curators asked back: for one edition, or the last word for any."""
        entries = self._read(Journal(self._path(_RESURFACED)))
        heads = heads_by(entries, {Kind.RESURFACE}, lambda entry: (entry.identifier, entry.edition))
        latest = [last_word(of_one) for of_one in heads.values()]
        return {
            entry.identifier: Resurfacing(entry.edition, str(entry.payload["why"]), entry.by, entry.at)
            for entry in sorted(latest, key=lambda entry: (entry.at, entry.id))
            if edition in (None, entry.edition)
        }

    def frozen(self, edition: str) -> Frozen | None:
        """As what an edition's list is frozen: the last word that stands, None without one.

        Raises InputError for a wrong edition.
        """
        heads = heads_by(self._edition_entries(edition), {Kind.FREEZE}, lambda entry: entry.edition)
        if not heads:
            return None
        said = last_word(heads[edition])
        return Frozen(str(said.payload["bundle"]), said.at, said.by, said.id)

    def entries(self) -> list[Entry]:
        """Every good entry of every file, undone ones included, by time."""
        found = [entry for path in self._paths() for entry in self._read(Journal(path))]
        return sorted(found, key=lambda entry: (entry.at, entry.id))

    def problems(self) -> list[Problem]:
        """The damaged lines of all files."""
        return [problem for path in self._paths() for problem in Journal(path).read().problems]

    # Appending. Each returns how many entries were new; a fact that the log has already is not written again.

    def add_picks(self, picks: Iterable[Pick], *, at: dt.datetime, file: str = "") -> int:
        """Append picks, each to its source's file. The source itself counts as who decided."""
        streams: dict[str, list[Entry]] = defaultdict(list)
        for pick in picks:
            payload: dict[str, PayloadValue] = {
                "source": pick.source,
                "role": pick.role,
                "rank": pick.rank,
                "title": pick.title,
            }
            entry = Entry(Kind.PICK, pick.edition, pick.identifier, whole_second(at), pick.source, file, payload)
            streams[_stream_of(pick.source)].append(entry)
        return sum(self._append(stream, entries) for stream, entries in sorted(streams.items()))

    def record_marks(self, edition: str, marks: Mapping[str, Mark], *, at: dt.datetime, file: str = "") -> int:
        """Append what differs from the log's marks; an empty mark clears. Raises InputError for a wrong edition."""
        replaced = to_replace(self._edition_entries(edition), _MARKING, lambda entry: entry.identifier)
        current = self.marks(edition)
        new = []
        for identifier, mark in marks.items():
            if mark == current.get(identifier, Mark()):
                continue
            kind = Kind.MARK if mark else Kind.CLEAR
            payload: dict[str, PayloadValue] = {"decision": mark.decision, "note": mark.note} if mark else {}
            after = replaced.get(identifier, ())
            new.append(Entry(kind, edition, identifier, whole_second(at), mark.curator, file, payload, after))
        return self._append(self._edition_stream(edition), new)

    def resurface(self, identifier: str, *, edition: str, why: str, curator: str = "", at: dt.datetime) -> int:
        """Append that an older paper shall come back in an edition. Raises InputError for an empty ``why``."""
        if not why.strip():
            raise InputError("say why the paper shall come back; curators will read it")
        if (said := self.resurfaced(edition).get(identifier)) and (said.why, said.curator) == (why, curator):
            return 0
        entries = self._read(Journal(self._path(_RESURFACED)))
        replaced = to_replace(entries, {Kind.RESURFACE}, lambda entry: (entry.identifier, entry.edition))
        after = replaced.get((identifier, edition), ())
        entry = Entry(Kind.RESURFACE, edition, identifier, whole_second(at), curator, payload={"why": why}, after=after)
        return self._append(_RESURFACED, [entry])

    def freeze(self, edition: str, bundle: str, *, at: dt.datetime, by: str = "") -> int:
        """Append that an edition's list stands as the bundle of this id has it; a later word replaces an earlier one.

        Raises InputError for a wrong edition.
        """
        said = self.frozen(edition)
        if said is not None and said.bundle == bundle:
            return 0
        after = to_replace(self._edition_entries(edition), {Kind.FREEZE}, lambda entry: entry.edition).get(edition, ())
        entry = Entry(Kind.FREEZE, edition, "", whole_second(at), by, payload={"bundle": bundle}, after=after)
        return self._append(self._edition_stream(edition), [entry])

    def undo(self, entry_id: str, *, at: dt.datetime, by: str = "") -> int:
        """Append that an entry no longer counts; what it replaced counts again. An undo can be undone.

        Raises NotFoundError where no entry has this id.
        """
        for path in self._paths():
            entries = self._read(Journal(path))
            if any(entry.id == entry_id for entry in entries):
                return self._append(path.stem, _undos(entries, {entry_id}, at=at, by=by))
        raise NotFoundError(f"no decision has the id {entry_id!r}; ids are in the lines under {self.folder}")

    def undo_all(self, edition: str, entry_ids: Collection[str], *, at: dt.datetime, by: str = "") -> int:
        """`undo` of several entries of an edition's file, all or nothing; ids that are not there are left out."""
        stream = self._edition_stream(edition)
        return self._append(stream, _undos(self._read(Journal(self._path(stream))), entry_ids, at=at, by=by))

    # Inside

    def _mark_heads(self, edition: str) -> dict[str, list[Entry]]:
        return heads_by(self._edition_entries(edition), _MARKING, lambda entry: entry.identifier)

    def _edition_entries(self, edition: str) -> list[Entry]:
        """What an edition's file says of it, undos included."""
        entries = self._read(Journal(self._path(self._edition_stream(edition))))
        return [entry for entry in entries if entry.edition == edition or entry.kind is Kind.UNDO]

    def _edition_stream(self, edition: str) -> str:
        decided_on(edition, self._bounds)  # for its check: the name becomes a file's
        return edition

    def _pick(self, entry: Entry) -> Pick:
        payload = entry.payload
        if payload["role"] not in ROLES:
            raise InputError(f"its role {payload['role']!r} is none of {', '.join(ROLES)}")
        return Pick(
            source=str(payload["source"]),
            edition=entry.edition,
            rank=cast("int | None", payload["rank"]),
            role=payload["role"],
            identifier=entry.identifier,
            title=str(payload["title"]),
            decided_on=decided_on(entry.edition, self._bounds),
        )

    def _path(self, stream: str) -> Path:
        return self.folder / f"{stream}.jsonl"

    def _paths(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.jsonl") if not path.name.startswith("."))

    def _read(self, journal: Journal) -> tuple[Entry, ...]:
        reading = journal.read()
        tell_problems(reading.problems)
        return reading.entries

    def _append(self, stream: str, entries: Sequence[Entry]) -> int:
        if not entries:
            return 0
        appended = Journal(self._path(stream)).append(entries)
        tell_problems(appended.problems)
        return len(appended.entries)


def _undos(entries: Sequence[Entry], ids: Collection[str], *, at: dt.datetime, by: str) -> list[Entry]:
    """Entries that undo those of ``ids`` that still count."""
    return [
        Entry(
            Kind.UNDO,
            target.edition,
            target.identifier,
            whole_second(at),
            by,
            payload={"undoes": target.id},
            # Naming the undos before it gives a second undo, after the first was undone, an id of its own.
            after=tuple(sorted(entry.id for entry in entries if entry.payload.get("undoes") == target.id)),
        )
        for target in still_alive(entries)
        if target.id in ids
    ]


def _stream_of(source: str) -> str:
    """The file name of a source's picks. A name that no file system takes as it is gets a hash, so none collide."""
    if _SAFE_NAME.fullmatch(source) and len(source) <= 80:
        return f"picks-{source}"
    words = _NOT_SAFE.sub("-", source.casefold()).strip("-")[:60]
    return f"picks-{words or 'source'}-{text_hash(source)[:8]}"


def _standing(entry: Entry) -> tuple[object, ...]:
    """Sorts picks so that of two for the same paper the one that stands comes last."""
    role, rank = entry.payload["role"], entry.payload["rank"]
    worst = len(ROLES)
    better_role = worst - ROLES.index(role) if role in ROLES else 0
    return entry.at, better_role, -(rank if isinstance(rank, int) else 10**9), entry.id
