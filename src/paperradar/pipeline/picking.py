"""Importing picks into the decisions log, and those that a workspace knows: imported, published, decided, voted for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperradar.calendar import is_edition
from paperradar.decisions import (
    OWN,
    BadRow,
    Ballot,
    DecisionLog,
    EditionLog,
    Mark,
    Pick,
    Place,
    Vote,
    decided_on,
    is_page,
    load_edition_files,
    read_picks,
    unite_picks,
    vote_of,
)
from paperradar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PicksImported:
    """What became of a file of picks. ``new`` and ``known`` count rows, ``by_source`` the good ones of each source."""

    path: Path
    new: int
    known: int
    by_source: dict[str, int]
    set_aside: tuple[BadRow, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON; the file by its name only."""
        return {
            "file": self.path.name,
            "new": self.new,
            "known": self.known,
            "by_source": self.by_source,
            "set_aside": [
                {"line": row.line, "reason": row.reason, "excerpt": row.excerpt} for row in self.set_aside
            ],
        }  # fmt: skip


def import_picks(
    workspace: Workspace, path: Path, *, source: str | None = None, clock: Callable[[], dt.datetime]
) -> PicksImported:
    """Append the picks of a file to the decisions log; what is there already is not written again.

    ``source`` is for rows that name none, by default the file's name without suffix. Raises InputError for a file
    that is not one of picks.
    """
    bounds = workspace.settings.edition
    file = read_picks(path, bounds, source=source)
    new = DecisionLog(workspace.decisions, bounds).add_picks(file.picks, at=clock(), file=path.name)
    by_source = Counter(pick.source for pick in file.picks)
    return PicksImported(path, new, len(file.picks) - new, dict(sorted(by_source.items())), file.set_aside)


def known_picks(
    workspace: Workspace, *, source: str | None = None, edition: str | None = None, today: dt.date | None = None
) -> tuple[Pick, ...]:
    """Every pick that a workspace knows: of its published editions, of the decisions log, and of its curators.

    Where published editions (``data/editions``) and the log have a paper for a source's edition, the log's pick stands.
    What was decided of an edition is all that the source ``own`` has of it. Of an edition that is neither decided nor
    known by a list of the team's (``edition.featured_sources``), the papers that a curator picked are picks of ``own``
    once it has closed; by ``today`` (America/New_York; None: it has).
    """
    bounds = workspace.settings.edition
    log = DecisionLog(workspace.decisions, bounds)
    stated = unite_picks([*load_edition_files(workspace.editions, bounds), *log.picks()])
    listed = {pick.edition for pick in stated if pick.source in (OWN, *bounds.featured_sources)}
    decided: list[Pick] = []
    picked: list[Pick] = []
    settled: set[str] = set()
    for name in log.editions():
        said = EditionLog(workspace.decisions, name, bounds).replay()
        # The closing day, whenever the word was given: see docs/decisions.md.
        day = decided_on(name, bounds)
        if (places := said.decided()) is not None:
            settled.add(name)
            decided += _decided(name, places, {key: item.title for key, item in said.added().items()}, day)
        elif name not in listed and (today is None or day < today):
            picked += [Pick(OWN, name, None, "pick", key, "", day) for key in sorted(picked_by_any(said.ballots()))]
    stated = tuple(pick for pick in stated if pick.source != OWN or pick.edition not in settled)
    return tuple(
        pick
        for pick in unite_picks([*picked, *stated, *decided])
        if source in (None, pick.source) and edition in (None, pick.edition)
    )


def issues_before(workspace: Workspace, edition: str, count: int = 3) -> dict[str, tuple[str, ...]]:
    """The entries of the last monthly issues before an edition, by edition, newest first.

    Those of the team's own issues: of the source ``own`` and of ``edition.featured_sources``.
    """
    sources = {OWN, *workspace.settings.edition.featured_sources}
    found: dict[str, dict[str, None]] = {}
    for pick in known_picks(workspace):
        if pick.is_entry and pick.source in sources and is_edition(pick.edition) and pick.edition < edition:
            found.setdefault(pick.edition, {})[pick.identifier] = None
    return {name: tuple(found[name]) for name in sorted(found, reverse=True)[:count]}


def chosen(marks: Mapping[str, Mark]) -> frozenset[str]:
    """The papers whose mark chooses them."""
    return frozenset(key for key, mark in marks.items() if vote_of(mark.decision) is Vote.PICK)


def picked_by_any(ballots: Mapping[str, Mapping[str, Ballot]]) -> frozenset[str]:
    """The papers that at least one curator picks; pages are none. ``ballots``: by curator and identifier."""
    return frozenset(
        identifier
        for votes in ballots.values()
        for identifier, ballot in votes.items()
        if ballot.vote is Vote.PICK and not is_page(identifier)
    )


def _decided(edition: str, places: Iterable[Place], titles: Mapping[str, str], day: dt.date) -> Iterator[Pick]:
    """The picks of a decided edition, without its pages."""
    for place in places:
        if not is_page(place.identifier):
            title = titles.get(place.identifier, "")
            yield Pick(OWN, edition, place.rank, place.role, place.identifier, title, day)
