"""What curators do with an edition: vote, compose the ten, decide, publish.

The command line and the desk call the same functions. Everything goes to the decisions log, and nothing asks the store
(`pipeline.adding` does). A decided edition takes no vote and no change until the decision is undone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from paperradar.calendar import parse_edition
from paperradar.clock import Clock
from paperradar.decisions import (
    CLOSED,
    NEEDS,
    DecisionLog,
    EditionLog,
    Place,
    PlaceRole,
    State,
    Vote,
    checked_identifier,
    curator_name,
    is_page,
    page_identifier,
)
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.papers import clean_text, is_identifier
from paperradar.papers.links import is_web_address
from paperradar.pipeline.editions import EditionView, view_edition
from paperradar.workspace import Workspace

# How many ranks an issue has, if nothing else is asked for.
TEN = 10

_COMMANDS = {State.FROZEN: "freeze", State.VOTING: "vote", State.DECIDED: "decide", State.PUBLISHED: "publish"}


def edition_log(workspace: Workspace, edition: str) -> EditionLog:
    """The edition's part of the decisions log. Raises UsageError for a wrong edition."""
    return EditionLog(workspace.decisions, parse_edition(edition), workspace.settings.edition)


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
    log = open_log(workspace, edition)
    cleaned = {identifier: (vote, clean_text(note)) for identifier, (vote, note) in votes.items()}
    return log.cast(curator_name(curator), cleaned, at=clock(), file=file)


def place_papers(
    workspace: Workspace,
    edition: str,
    places: Sequence[Place],
    *,
    clock: Clock,
    out: Collection[str] = (),
    by: str = "",
) -> int:
    """Compose the issue: where papers stand, and which are taken out, ``by`` whom. Returns how many changed.

    Raises NotFoundError for a paper that takes no part in the edition, InputError for a rank below 1, UsageError
    where the edition is decided.
    """
    log = open_log(workspace, edition)
    if any(place.rank is not None and place.rank < 1 for place in places):
        raise InputError("ranks count from 1")
    there = view_edition(workspace, edition).cards
    if missing := [name for name in (*(place.identifier for place in places), *out) if name not in there]:
        first = "ADDRESS --title TEXT" if is_page(missing[0]) else missing[0]
        raise NotFoundError(
            f"{', '.join(missing[:5])}: not on the list of {edition};"
            f" bring it in with: paperradar edition add {edition} {first}"
        )
    cleaned = [
        replace(place, why=clean_text(place.why), group=clean_text(place.group), by=curator_name(place.by))
        for place in places
    ]
    return log.place(cleaned, at=clock(), out=out, by=curator_name(by))


def place_at(
    workspace: Workspace,
    edition: str,
    identifiers: Sequence[str],
    *,
    by: str,
    clock: Clock,
    role: PlaceRole | None = None,
    rank: int | None = None,
    why: str | None = None,
    group: str | None = None,
) -> int:
    """Give these papers a place, or change the one they have; what is None stays as it is.

    A paper without a place comes to the ten. One that changes its role loses its rank there, and its group. Raises what
    `place_papers` raises.
    """
    standing = {place.identifier: place for place in edition_log(workspace, edition).places()}
    places = []
    for identifier in identifiers:
        now = standing.get(identifier, Place(identifier, role or "top10", None, "", "", "", ""))
        if role and role != now.role:
            now = replace(now, role=role, rank=None, group="")
        places.append(
            replace(
                now,
                rank=now.rank if rank is None else rank,
                why=now.why if why is None else why,
                group=now.group if group is None else group,
                by=by,
            )
        )
    return place_papers(workspace, edition, places, clock=clock)


def order_ten(
    workspace: Workspace, edition: str, identifiers: Sequence[str], *, by: str, clock: Clock, role: PlaceRole = "top10"
) -> int:
    """Put these papers at the ranks 1, 2, ... of a role, others of that role out. Reasons that were given stay.

    Papers of one group that follow each other share their rank. Raises what `place_papers` raises.
    """
    standing = {place.identifier: place for place in edition_log(workspace, edition).places()}
    ordered: list[Place] = []
    for identifier in dict.fromkeys(identifiers):
        now = standing.get(identifier)
        group = now.group if now else ""
        last = ordered[-1] if ordered else None
        rank = (last.rank or 0) + (not (group and group == last.group)) if last else 1
        ordered.append(Place(identifier, role, rank, now.why if now else "", group, by, ""))
    named = set(identifiers)
    out = [place.identifier for place in standing.values() if place.role == role and place.identifier not in named]
    return place_papers(workspace, edition, ordered, clock=clock, out=out, by=by)


def faults_of(places: Sequence[Place], size: int = TEN) -> list[str]:
    """What keeps an issue from being decided, a sentence each: places without a rank, gaps, two papers at one rank.

    Several papers at one rank are fine as a group with a name. The order of the mentions does not matter.
    """
    ten = [place for place in places if place.role == "top10"]
    if not ten:
        return ["nothing is chosen for the ten"]
    faults = [f"{place.identifier} has no rank" for place in ten if place.rank is None]
    at_rank: dict[int, list[Place]] = {}
    ranks_of: dict[str, set[int]] = {}
    for place in ten:
        if place.rank is not None:
            at_rank.setdefault(place.rank, []).append(place)
            if place.group:
                ranks_of.setdefault(place.group, set()).add(place.rank)
    for rank, found in sorted(at_rank.items()):
        if len(found) > 1 and (len({place.group for place in found}) > 1 or not found[0].group):
            names = ", ".join(place.identifier for place in found)
            faults.append(f"rank {rank} has {len(found)} papers that are not one named group ({names})")
    faults += [f"nothing stands at rank {rank}" for rank in range(1, max(at_rank, default=0)) if rank not in at_rank]
    faults += [
        f"the group {group!r} stands at the ranks {', '.join(map(str, sorted(ranks)))}"
        for group, ranks in ranks_of.items()
        if len(ranks) > 1
    ]
    if len(at_rank) > size:
        faults.append(f"there are {len(at_rank)} ranks, more than {size}; if that is meant, give --size")
    return faults


def proposed_ten(view: EditionView, size: int = TEN) -> tuple[list[str], list[str]]:
    """The papers that the votes put among the first ``size``, in order; and those that are tied for the last places.

    A tie is for people to break: those papers are not among the first.
    """
    cards = view.by_approval()
    keys = [card.approval_order for card in cards]
    if len(cards) <= size or keys[size] != keys[size - 1]:
        return [card.identifier for card in cards[:size]], []
    edge = keys[size - 1]
    sure = [card.identifier for card, key in zip(cards, keys, strict=True) if key < edge]
    return sure, [card.identifier for card, key in zip(cards, keys, strict=True) if key == edge]


def advance(
    workspace: Workspace,
    edition: str,
    state: State,
    *,
    by: str,
    clock: Clock,
    text: str = "",
    blind: bool | None = None,
    size: int = TEN,
) -> bool:
    """Open the votes on an edition, decide or publish it; False where that was so already.

    ``text``: the address of the published issue. ``blind``: whether authors are hidden while it is voted on; None
    leaves that as it is. ``size``: how many ranks a decision may have. Raises UsageError where the state before was not
    reached, InputError where what is composed cannot be decided (see `faults_of`) or the address is none.
    """
    log = edition_log(workspace, edition)
    reached, now = log.reached(), log.state()
    needed = NEEDS[state]
    if needed is not State.OPEN and needed not in reached:
        raise UsageError(
            f"edition {edition} is {now}, not {needed}; first run: paperradar edition {_COMMANDS[needed]} {edition}"
        )
    if state is State.VOTING:
        if now in CLOSED:
            raise UsageError(f"edition {edition} is {now}; undo that first: {_undo_command(log)}")
        text = str(reached[State.FROZEN].payload["bundle"])
        if blind is None:
            blind = State.VOTING in reached and bool(reached[State.VOTING].payload.get("blind"))
    elif state is State.DECIDED:
        if state in reached:
            return False
        if faults := faults_of(log.places(), size):
            raise InputError(f"edition {edition} cannot be decided: {'; '.join(faults)}")
    elif state is State.PUBLISHED:
        text = text.strip()
        if text and not is_web_address(text):
            raise InputError(f"{text[:80]!r} is not a web address; it must begin with https:// or http://")
        if not text and state in reached:
            return False
    return log.reach(state, at=clock(), by=curator_name(by), text=text, blind=bool(blind)) > 0


def take_back(workspace: Workspace, edition: str, state: State, *, by: str, clock: Clock) -> State:
    """Undo that an edition reached a state; returns the one it is in then.

    Raises UsageError where it did not, or where a later one stands.
    """
    log = edition_log(workspace, edition)
    reached, now = log.reached(), log.state()
    if state not in reached:
        raise UsageError(f"edition {edition} is {now}; there is nothing to undo")
    if now is not state:
        raise UsageError(f"edition {edition} is {now}; undo that first: {_undo_command(log)}")
    decisions = DecisionLog(workspace.decisions, workspace.settings.edition)
    decisions.undo(reached[state].entry, at=clock(), by=curator_name(by))
    return log.state()


def identifier_of(what: str) -> str:
    """The identifier of what a person names: a paper by its identifier or address, a page by its address or identifier.

    Raises InputError for anything else.
    """
    text = what.strip()
    if is_page(text):
        return text
    if is_identifier(text) or not is_web_address(text):
        return checked_identifier(text)
    return page_identifier(text)


def open_log(workspace: Workspace, edition: str) -> EditionLog:
    """The edition's log. Raises UsageError where the edition takes no change any more."""
    log = edition_log(workspace, edition)
    if (state := log.state()) in CLOSED:
        raise UsageError(f"edition {log.edition} is {state}; to change it, undo that first: {_undo_command(log)}")
    return log


def undo_command(edition: str, state: State) -> str:
    """The command that takes an edition back out of a state that it has reached."""
    return f"paperradar edition {_COMMANDS[state]} {edition} --undo"


def _undo_command(log: EditionLog) -> str:
    return undo_command(log.edition, log.state())
