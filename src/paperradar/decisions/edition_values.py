"""What the log can say of one edition: states, places in the issue, what was brought to it. See docs/curating.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from paperradar.decisions.entries import PayloadValue
from paperradar.papers import text_hash

PlaceRole = Literal["top10", "mention"]
PLACE_ROLES: tuple[PlaceRole, ...] = ("top10", "mention")
# What the identifier of an added page begins with; the rest is a hash of its address.
_PAGE_PREFIX = "page:"


class State(StrEnum):
    """How far an edition is. Each state may be undone, and the edition is in the one before again."""

    OPEN = "open"
    FROZEN = "frozen"
    VOTING = "voting"
    DECIDED = "decided"
    PUBLISHED = "published"


# The state that must stand for another one to count. A decision needs none: a small team may never freeze or vote.
NEEDS: Mapping[State, State] = {
    State.FROZEN: State.OPEN,
    State.VOTING: State.FROZEN,
    State.DECIDED: State.OPEN,
    State.PUBLISHED: State.DECIDED,
}


# What takes no vote and no change any more, until that is undone.
CLOSED = (State.DECIDED, State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Added:
    """A paper or page that somebody brought to an edition. ``authors`` in order; ``source``: whose page it is.

    ``entry`` is the id of the log's entry, for an undo.
    """

    identifier: str
    title: str
    authors: tuple[str, ...]
    url: str
    source: str
    by: str
    entry: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper stands in an issue. Several with one ``rank`` are a group, which has a name.

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


def page_identifier(url: str) -> str:
    """The identifier of a page that is no paper of arXiv's: ``page:`` and 12 hex digits made from its address."""
    return _PAGE_PREFIX + text_hash(url)[:12]


def is_page(identifier: str) -> bool:
    """Whether an identifier is a page's and not a paper's."""
    return identifier.startswith(_PAGE_PREFIX)
