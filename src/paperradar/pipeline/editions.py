"""An edition as curators see it: its list, everybody's votes, what was added, and the ten as they are composed.

Read from the edition's immutable bundle and the decisions log, never from the papers' database: so a page that people
wait for works while an import holds the database.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from paperradar.calendar import parse_edition
from paperradar.decisions import (
    Added,
    Ballot,
    DecisionLog,
    EditionLog,
    Place,
    Reached,
    State,
    Vote,
    curator_name,
    is_page,
    same_curator,
)
from paperradar.errors import NotFoundError
from paperradar.papers import abs_url
from paperradar.publishing import Bundle, edition_paths, present_bundle, read_bundle
from paperradar.workspace import Workspace

# How much a vote says for a paper; only used to sort disagreements.
_WORTH = {Vote.PICK: 1.0, Vote.MAYBE: 0.5, Vote.MENTION: 0.25, Vote.NO: 0.0}


@dataclass(frozen=True, slots=True)
class Card:
    """What takes part in an edition: a row of its list, or something that was added.

    ``row``: the bundle's row, None for what has none. ``ballots``: by curator. ``rank``: on the list, None without a
    row.
    """

    identifier: str
    title: str
    authors: tuple[str, ...]
    url: str
    row: Mapping[str, Any] | None
    added: Added | None
    ballots: Mapping[str, Ballot]
    place: Place | None

    @property
    def rank(self) -> int | None:
        """The rank on the list."""
        return int(self.row["rank"]) if self.row else None

    @property
    def tally(self) -> Counter[Vote]:
        """How many curators voted what."""
        return Counter(ballot.vote for ballot in self.ballots.values() if ballot.vote)

    @property
    def approvals(self) -> int:
        """How many curators pick it."""
        return self.tally[Vote.PICK]

    @property
    def disagreement(self) -> float:
        """How far the votes lie apart: the variance of what they say for the paper, 0 where fewer than two voted."""
        worth = [_WORTH[ballot.vote] for ballot in self.ballots.values() if ballot.vote]
        return statistics.pvariance(worth) if len(worth) > 1 else 0.0

    @property
    def approval_order(self) -> tuple[int, int]:
        """Sorts cards: most approvals first, then fewest refusals. Two that are equal are tied."""
        return -self.approvals, self.tally[Vote.NO]

    @property
    def disagreement_order(self) -> tuple[float, int]:
        """Sorts cards: those first on which the votes lie furthest apart, then more approvals."""
        return -self.disagreement, -self.approvals


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition at a moment. ``cards``: by identifier; the list's rows in its order, then what was added, then others
    that somebody voted on. ``curators``: who voted, by name. ``decided``: the issue as decided, None before.
    """

    edition: str
    state: State
    reached: Mapping[State, Reached]
    bundle: Bundle
    bundle_id: str
    cards: Mapping[str, Card]
    curators: tuple[str, ...]
    places: tuple[Place, ...]
    decided: tuple[Place, ...] | None
    notes: tuple[str, ...] = ()

    @property
    def blind(self) -> bool:
        """Whether authors are to be hidden: the edition is voted on, and that was asked for."""
        return self.state is State.VOTING and bool(self.reached[State.VOTING].payload.get("blind"))

    @property
    def frozen_id(self) -> str:
        """The id of the bundle that the list stands as, empty where it is not frozen."""
        frozen = self.reached.get(State.FROZEN)
        return str(frozen.payload["bundle"]) if frozen else ""

    @property
    def issue(self) -> tuple[Place, ...]:
        """The issue as it was decided, or as it is composed now where it is not decided."""
        return self.places if self.decided is None else self.decided

    @property
    def ten(self) -> tuple[Place, ...]:
        """The ten of `issue`, in its order."""
        return tuple(place for place in self.issue if place.role == "top10")

    @property
    def mentions(self) -> tuple[Place, ...]:
        """The mentions of `issue`, in its order."""
        return tuple(place for place in self.issue if place.role == "mention")

    def name_of(self, curator: str) -> str:
        """The spelling of a curator's name under which their votes stand; the name itself for somebody new."""
        who = same_curator(curator)
        return next((name for name in self.curators if same_curator(name) == who), curator_name(curator))

    def by_approval(self) -> list[Card]:
        """Cards that anybody picked: most approvals first, then fewest refusals, then the list's order."""
        return sorted((card for card in self.cards.values() if card.approvals), key=lambda card: card.approval_order)

    def disagreements(self) -> list[Card]:
        """All cards, those first on which the votes lie furthest apart; then more approvals, then the list's order."""
        return sorted(self.cards.values(), key=lambda card: card.disagreement_order)

    def on_list(self) -> list[Card]:
        """The cards that have a row, in the list's order."""
        return [card for card in self.cards.values() if card.row]


def view_edition(workspace: Workspace, edition: str) -> EditionView:
    """Read an edition. Raises UsageError for a wrong name, NotFoundError where no list of it was made yet."""
    edition = parse_edition(edition)
    said = EditionLog(workspace.decisions, edition, workspace.settings.edition).replay()
    name, notes = _present(workspace, edition)
    bundle = bundle_of(edition_paths(workspace.shortlists, edition).bundle(name))
    reached, ballots, places, decided = said.reached(), said.ballots(), said.places(), said.decided()
    return EditionView(
        edition=edition,
        state=next(iter(reached), State.OPEN),
        reached=reached,
        bundle=bundle,
        bundle_id=name,
        cards=_cards(bundle, ballots, said.added(), places, decided or ()),
        curators=tuple(sorted(ballots)),
        places=places,
        decided=decided,
        notes=notes,
    )


def editions_with_list(workspace: Workspace) -> tuple[str, ...]:
    """The editions of which a list was made, newest first."""
    names = (path.name.removesuffix(".manifest.json") for path in workspace.shortlists.glob("*.manifest.json"))
    return tuple(sorted((name for name in names if present_bundle(workspace.shortlists, name)), reverse=True))


@lru_cache(maxsize=8)
def bundle_of(path: Path) -> Bundle:
    """A bundle, kept in memory: it is immutable, and its name says its contents. Raises InputError."""
    return read_bundle(path)


def _present(workspace: Workspace, edition: str) -> tuple[str, tuple[str, ...]]:
    """The id of the bundle to show: the one that the files were made from, else the frozen one."""
    if name := present_bundle(workspace.shortlists, edition):
        return name, ()
    frozen = DecisionLog(workspace.decisions, workspace.settings.edition).frozen(edition)
    if frozen and edition_paths(workspace.shortlists, edition).bundle(frozen.bundle).exists():
        return frozen.bundle, (f"the files of {edition} are gone; this is its list as it was frozen",)
    raise NotFoundError(
        f"no list of edition {edition} was made yet; make it with: paperradar shortlist --month {edition}"
    )


def _cards(
    bundle: Bundle,
    ballots: Mapping[str, Mapping[str, Ballot]],
    added: Mapping[str, Added],
    places: Sequence[Place],
    decided: Sequence[Place],
) -> dict[str, Card]:
    placed = {place.identifier: place for place in places}
    in_issue = dict.fromkeys(place.identifier for place in (*places, *decided))
    rows = {row["identifier"]: row for row in bundle["rows"]}
    voted = dict.fromkeys(identifier for votes in ballots.values() for identifier in votes)
    # A near-duplicate has no row of its own, and somebody may have voted on it all the same.
    folded = {member["identifier"]: member for row in bundle["rows"] for member in row["story"]}
    cards = {}
    for identifier in dict.fromkeys((*rows, *added, *voted, *in_issue)):
        row, item, member = rows.get(identifier), added.get(identifier), folded.get(identifier)
        if is_page(identifier) and item is None and identifier not in in_issue:
            continue  # it was added, voted on, and taken back
        known = row or member
        cards[identifier] = Card(
            identifier=identifier,
            title=known["title"] if known else item.title if item else "",
            authors=tuple(known["authors"]) if known else item.authors if item else (),
            url=item.url if item and not known else _address(identifier),
            row=row,
            added=item,
            ballots={curator: votes[identifier] for curator, votes in ballots.items() if identifier in votes},
            place=placed.get(identifier),
        )
    return cards


def _address(identifier: str) -> str:
    return "" if is_page(identifier) else abs_url(identifier)
