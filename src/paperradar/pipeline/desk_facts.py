"""What the desk shows of what the papers' database knows, as values kept in a file: no page waits for the database.

`paperradar.pipeline.making_facts` asks the store and makes them; who only reads them loads no store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from paperradar.calendar import parse_edition
from paperradar.coverage import State
from paperradar.files import write_atomically
from paperradar.workspace import Workspace

# Of fewer papers a share says nothing: each one is 5 per cent and more.
LEAST_PAPERS = 20
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A paper near to another one. ``cosine`` lies between -1 and 1."""

    identifier: str
    title: str
    announced_on: dt.date
    cosine: float


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A paper of the edition. ``versions``: number and day (UTC), None where it is not known; oldest first.

    ``neighbours``: nearest first; None where the paper had no vector.
    """

    identifier: str
    title: str
    announced_on: dt.date
    categories: tuple[str, ...]
    versions: tuple[tuple[int, dt.date | None], ...]
    neighbours: tuple[Neighbour, ...] | None


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """The papers in scope that were announced in a calendar month.

    ``compared``: how many have a vector and token ids. ``topics``: by profile, how many of those it catches, which is a
    match at or over its threshold. ``categorised``: how many papers have a category, ``categories``: how many are of
    each, the most frequent first, `CATEGORIES` at most. ``whole``: the store's first and last days do not lie within
    the month. ``digest``: of all that decides these counts.
    """

    month: str
    papers: int
    compared: int
    topics: Mapping[str, int]
    categorised: int
    categories: Mapping[str, int]
    whole: bool
    digest: str = ""

    def topic_share(self, topic: str) -> float | None:
        """The share of the compared papers that a topic catches; None where it was not counted, see `share_of` too."""
        return share_of(self.topics[topic], self.compared) if topic in self.topics else None


@dataclass(frozen=True, slots=True)
class DayFacts:
    """An announcement day's coverage. ``papers``: announced on it, of any category. ``words``: what it lacks."""

    day: dt.date
    state: State
    papers: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """Everything for one edition. ``bundle``: the list it was made for. ``made_on``: arXiv's day (America/New_York).

    ``papers``: by identifier. ``months`` and ``days``: oldest first. ``topics``: by slug the profiles' names, those
    left out that have no vector yet. ``coverage``: its one line for people.
    """

    edition: str
    bundle: str
    made_on: dt.date
    papers: Mapping[str, PaperFacts]
    months: tuple[MonthFacts, ...]
    topics: Mapping[str, str]
    days: tuple[DayFacts, ...]
    coverage: str
    format: int = _FORMAT


_FACTS = TypeAdapter(DeskFacts)


def neighbours_of(facts: DeskFacts | None, identifier: str) -> tuple[Neighbour, ...]:
    """The papers nearest to one, nearest first; none where nothing is known of it."""
    found = facts.papers.get(identifier) if facts else None
    return (found.neighbours or ()) if found else ()


def share_of(count: int, papers: int) -> float | None:
    """The share of a month's papers that this many are, between 0 and 1; None of fewer than `LEAST_PAPERS`."""
    return count / papers if papers >= LEAST_PAPERS else None


def load_desk_facts(workspace: Workspace, edition: str) -> DeskFacts | None:
    """The facts that are kept of an edition; None where there are none, or where they cannot be read."""
    try:
        facts = _FACTS.validate_json(facts_path(workspace, edition).read_bytes())
    except (OSError, ValidationError):
        return None
    return facts if facts.format == _FORMAT and facts.edition == edition else None


def keep_desk_facts(workspace: Workspace, facts: DeskFacts) -> None:
    """Keep the facts of an edition in the place of those that were there."""
    write_atomically(facts_path(workspace, facts.edition), _FACTS.dump_json(facts))


def facts_path(workspace: Workspace, edition: str) -> Path:
    """Where the facts of an edition lie."""
    return workspace.desk / f"{parse_edition(edition)}.facts.json"
