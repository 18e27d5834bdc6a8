"""What curators do with an edition: vote, add, compose the ten, decide, publish.

The command line and the desk call the same functions. Everything goes to the decisions log. A decided edition takes no
vote and no change until the decision is undone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from paperradar.clock import Clock
from paperradar.decisions import (
    Added,
    DecisionLog,
    EditionLog,
    Place,
    PlaceRole,
    State,
    Vote,
    checked_identifier,
    page_identifier,
)
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.papers import abs_url, clean_text
from paperradar.papers.links import is_web_address
from paperradar.pipeline.editions import EditionView, view_edition
from paperradar.pipeline.opening import open_store
from paperradar.workspace import Workspace

_CLOSED = (State.DECIDED, State.PUBLISHED)
# The states that a person sets here, each with the one that must have been reached before. Freezing is `freezing`.
_NEEDS = {State.VOTING: State.FROZEN, State.DECIDED: State.OPEN, State.PUBLISHED: State.DECIDED}
_COMMANDS = {State.FROZEN: "freeze", State.VOTING: "vote", State.DECIDED: "decide", State.PUBLISHED: "publish"}


def edition_log(workspace: Workspace, edition: str) -> EditionLog:
    """The edition's part of the decisions log."""
    return EditionLog(workspace.decisions, edition, workspace.settings.edition)


def cast_votes(
    workspace: Workspace,
    edition: str,
    curator: str,
    votes: Mapping[str, tuple[Vote | None, str]],
    *,
    clock: Clock,
    file: str = "",
) -> int:
    """Take a curator's votes and notes, by identifier; None with "" takes a vote back. Returns how many were new.

    Raises UsageError where the edition is decided, InputError for a curator without a name.
    """
    log = edition_log(workspace, edition)
    _must_be_open(log)
    cleaned = {identifier: (vote, clean_text(note)) for identifier, (vote, note) in votes.items()}
    return log.cast(curator_name(curator), cleaned, at=clock(), file=file)


def add_paper(workspace: Workspace, edition: str, identifier: str, *, by: str, clock: Clock, title: str = "") -> Added:
    """Bring a paper of arXiv's to an edition that is not on its list. Its facts come from the store.

    Where the store lacks it, ``title`` is needed. Raises NotFoundError, InputError, StoreBusy, UsageError.
    """
    log = edition_log(workspace, edition)
    _must_be_open(log)
    key = checked_identifier(identifier)
    with open_store(workspace).reading() as session:
        found = session.papers([key])
    paper = found[0].paper if found else None
    if paper is None and not title.strip():
        raise NotFoundError(f"{key} is not in the store; import it, or give its title too")
    item = Added(
        identifier=key,
        title=clean_text(title or (paper.title if paper else "")),
        authors=tuple(clean_text(author.name) for author in paper.authors) if paper else (),
        url=abs_url(key),
        source="arXiv",
        by=curator_name(by),
    )
    log.add(item, at=clock())
    return item


def add_page(
    workspace: Workspace,
    edition: str,
    url: str,
    *,
    title: str,
    authors: Sequence[str] = (),
    source: str = "",
    by: str,
    clock: Clock,
) -> Added:
    """Bring a page that is no paper of arXiv's to an edition: a blog post, say. Raises InputError, UsageError."""
    log = edition_log(workspace, edition)
    _must_be_open(log)
    address = url.strip()
    if not is_web_address(address):
        raise InputError(f"{address[:80]!r} is not a web address; it must begin with https:// or http://")
    if not clean_text(title):
        raise InputError("give a title: what is no paper of arXiv's has none that paperradar knows")
    item = Added(
        identifier=page_identifier(address),
        title=clean_text(title),
        authors=tuple(name for author in authors if (name := clean_text(author).replace(";", ","))),
        url=address,
        source=clean_text(source),
        by=curator_name(by),
    )
    log.add(item, at=clock())
    return item


def place_papers(
    workspace: Workspace, edition: str, places: Sequence[Place], *, clock: Clock, out: Collection[str] = ()
) -> int:
    """Compose the issue: where papers stand, and which are taken out. Returns how many changed.

    Raises NotFoundError for a paper that takes no part in the edition, UsageError where it is decided.
    """
    log = edition_log(workspace, edition)
    _must_be_open(log)
    there = view_edition(workspace, edition).cards
    if missing := [place.identifier for place in places if place.identifier not in there]:
        raise NotFoundError(
            f"{', '.join(missing[:5])}: not on the list of {edition};"
            f" bring it in with: paperradar edition add {edition}"
        )
    cleaned = [replace(place, why=clean_text(place.why), group=clean_text(place.group)) for place in places]
    return log.place(cleaned, at=clock(), out=out)


def order_ten(
    workspace: Workspace, edition: str, identifiers: Sequence[str], *, by: str, clock: Clock, role: PlaceRole = "top10"
) -> int:
    """Put these papers at the ranks 1, 2, ... of a role, others of that role out. Reasons that were given stay."""
    standing = {place.identifier: place for place in edition_log(workspace, edition).places()}
    places = []
    for rank, identifier in enumerate(dict.fromkeys(identifiers), start=1):
        now = standing.get(identifier)
        places.append(
            Place(identifier, role, rank, now.why if now else "", now.group if now else "", curator_name(by), "")
        )
    out = [
        place.identifier for place in standing.values() if place.role == role and place.identifier not in identifiers
    ]
    return place_papers(workspace, edition, places, clock=clock, out=out)


def proposed_ten(view: EditionView, size: int = 10) -> tuple[list[str], list[str]]:
    """The papers that the votes put among the first ``size``, in order; and those that are tied for the last places.

    A tie is for people to break: those papers are not among the first.
    """
    cards = view.by_approval()
    keys = [(-card.approvals, card.tally[Vote.NO]) for card in cards]
    if len(cards) <= size:
        return [card.identifier for card in cards], []
    edge = keys[size - 1]
    if keys[size] != edge:
        return [card.identifier for card in cards[:size]], []
    sure = [card.identifier for card, key in zip(cards, keys, strict=True) if key < edge]
    return sure, [card.identifier for card, key in zip(cards, keys, strict=True) if key == edge]


def advance(workspace: Workspace, edition: str, state: State, *, by: str, clock: Clock, text: str = "") -> bool:
    """Open the votes on an edition, decide or publish it; False where that was so already.

    ``text``: the address of the published issue. Raises UsageError where the state before was not reached,
    InputError for a decision without a single paper.
    """
    log = edition_log(workspace, edition)
    reached = log.reached()
    needed = _NEEDS[state]
    if needed is not State.OPEN and needed not in reached:
        raise UsageError(
            f"edition {edition} is {log.state()}, not {needed};"
            f" first run: paperradar edition {_COMMANDS[needed]} {edition}"
        )
    if state is State.VOTING and any(later in reached for later in _CLOSED):
        raise UsageError(f"edition {edition} is {log.state()}; undo that first: {_undo_command(log)}")
    if state is State.VOTING:
        text = str(reached[State.FROZEN].payload["bundle"])
    return log.reach(state, at=clock(), by=curator_name(by), text=text) > 0


def take_back(workspace: Workspace, edition: str, state: State, *, by: str, clock: Clock) -> None:
    """Undo that an edition reached a state. Raises UsageError where it did not, or where a later one stands."""
    log = edition_log(workspace, edition)
    reached = log.reached()
    if state not in reached:
        raise UsageError(f"edition {edition} is {log.state()}; there is nothing to undo")
    if log.state() is not state:
        raise UsageError(f"edition {edition} is {log.state()}; undo that first: {_undo_command(log)}")
    DecisionLog(workspace.decisions, workspace.settings.edition).undo(
        reached[state].entry, at=clock(), by=curator_name(by)
    )


def curator_name(name: str) -> str:
    """A curator's name as it is kept: one line, single spaces."""
    return clean_text(name)


def _must_be_open(log: EditionLog) -> None:
    if (state := log.state()) in _CLOSED:
        raise UsageError(f"edition {log.edition} is {state}; to change it, undo that first: {_undo_command(log)}")


def _undo_command(log: EditionLog) -> str:
    return f"paperradar edition {_COMMANDS[log.state()]} {log.edition} --undo"
