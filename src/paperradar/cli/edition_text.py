"""What ``paperradar edition`` prints: an edition's state, votes and ten, in lines, tables and plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paperradar.cli.common import many, print_table

if TYPE_CHECKING:
    from paperradar.decisions import Reached, Vote
    from paperradar.pipeline.edition_lists import ListsCompared, PickDepth
    from paperradar.pipeline.editions import Card, EditionView
    from paperradar.publishing import RowChange

_NO_NAME = "(no name)"
_AUTHORS = 3  # named before "et al."
_PARTS = {
    "entered": "entered",
    "left": "left",
    "far": "moved",
    "new_version": "have a new version",
    "withdrawn": "were withdrawn",
}


def print_view(view: EditionView, depth: PickDepth | None, *, blind: bool, disagreements: bool) -> None:
    """Print an edition. ``blind``: without authors. ``disagreements``: their table stands before the votes."""
    print(f"Edition {view.edition} is {state_words(view.state)}")
    for line in (*_state_lines(view), _list_line(view), votes_line(view)):
        print(line)
    if disagreements:
        _print_disagreements(view, blind)
    _print_approvals(view, blind)
    print()
    for line in issue_lines(view):
        print(line)
    for line in _depth_lines(depth) if depth else ():
        print(line)


def state_words(state: str) -> str:
    """A state as it follows "the edition is"."""
    return "open to votes" if state == "voting" else state


def votes_line(view: EditionView) -> str:
    """Who has voted so far: ``Ann 12 (5 pick, 7 no)``, a note without a vote not counted."""
    if not view.curators:
        return "votes:  nobody has voted yet"
    return "votes:  " + ", ".join(_curator_words(name, votes) for name, votes in _votes_of(view).items())


def issue_lines(view: EditionView) -> Iterator[str]:
    """The ten and the mentions, as decided or as composed now."""
    if not view.issue:
        yield "nothing is composed yet; begin with: " + f"paperradar edition place {view.edition} --from-votes"
        return
    said = "as decided" if view.decided is not None else "as composed now"
    for title, places in ((f"The ten, {said}:", view.ten), ("Mentions:", view.mentions)):
        if places:
            yield title
        for place in places:
            card = view.cards.get(place.identifier)
            group = f" [{place.group}]" if place.group else ""
            yield f"{place.rank or '-':>4}  {place.identifier:<17}  {card.title if card else ''}{group}"
            if place.why:
                yield f"{'':>25}{place.why}"


def diff_lines(found: ListsCompared) -> Iterator[str]:
    """What changed between two lists: a part each, of moves only those that matter."""
    yield f"Edition {found.edition}: from {found.before} to {found.after}"
    if not found.diff:
        yield "nothing changed"
    for part, words in _PARTS.items():
        changes: Sequence[RowChange] = getattr(found.diff, part)
        of_all = f" far, of {many(len(found.diff.moved), 'move')}" if part == "far" and found.diff.moved else ""
        if not (changes or of_all):
            continue
        yield f"{len(changes):,} {words}{of_all}"
        for change in changes:
            detail = f" ({change.detail})" if change.detail else ""
            yield f"{_ranks(change):>14}  {change.identifier:<12}  {change.title}{detail}"


def view_as_dict(view: EditionView, depth: PickDepth | None, *, blind: bool, disagreements: bool) -> dict[str, Any]:
    """An edition as plain values. ``cards``: what has a vote, a note or was added."""
    cards = view.disagreements() if disagreements else list(view.cards.values())
    return {
        "edition": view.edition,
        "state": view.state,
        "reached": {state: _reached(said) for state, said in view.reached.items()},
        "bundle": view.bundle_id,
        "blind": blind,
        "rows": len(view.bundle["rows"]),
        "late": sum(bool(row.get("late")) for row in view.bundle["rows"]),
        "curators": {name: dict(votes) for name, votes in _votes_of(view).items()},
        "cards": [_card(card, blind=blind) for card in cards if card.ballots or card.added],
        "approved": [card.identifier for card in view.by_approval()],
        "decided": view.decided is not None,
        "issue": [
            {
                "identifier": place.identifier,
                "role": place.role,
                "rank": place.rank,
                "group": place.group,
                "why": place.why,
                "by": place.by,
            }
            for place in view.issue
        ],
        "depth": {
            "bundle": depth.bundle,
            "ranks": dict(depth.ranks),
            "median": depth.median,
            "within": {str(rows): count for rows, count in depth.within.items()},
            "off_list": list(depth.off_list),
        }
        if depth
        else None,
        "notes": list(view.notes),
    }


def _state_lines(view: EditionView) -> Iterator[str]:
    for state, said in reversed(tuple(view.reached.items())):
        facts = {"bundle": "on bundle {}" if state == "voting" else "as bundle {}", "url": "at {}"}
        words = [text.format(said.payload[key]) for key, text in facts.items() if said.payload.get(key)]
        words += ["authors hidden"] if said.payload.get("blind") else []
        yield (
            f"  {state:<9}  {said.at:%Y-%m-%d %H:%M} UTC by {said.by or _NO_NAME}"
            f"{''.join(f', {word}' for word in words)}"
        )


def _list_line(view: EditionView) -> str:
    late = sum(bool(row.get("late")) for row in view.bundle["rows"])
    added = sum(card.added is not None and card.row is None for card in view.cards.values())
    more = [f"{late:,} late"] if late else []
    more += [f"{added:,} added from elsewhere"] if added else []
    return f"list:   {many(len(view.bundle['rows']), 'row')}, bundle {view.bundle_id}" + "".join(
        f", {text}" for text in more
    )


def _print_approvals(view: EditionView, blind: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    cards = view.by_approval()
    if not cards:
        return
    table = Table(title="By approval", title_justify="left", show_edge=False, pad_edge=False, box=None)
    for name in ("pick", "maybe", "mention", "no", "rank"):
        table.add_column(name, justify="right")
    table.add_column("identifier", no_wrap=True)
    table.add_column("title", overflow="fold")
    for card in cards:
        counts = {str(vote): str(count) for vote, count in card.tally.items()}
        numbers = [counts.get(name, "") for name in ("pick", "maybe", "mention", "no")]
        table.add_row(*numbers, str(card.rank or "-"), card.identifier, escape(_title(card, blind)))
    print()
    print_table(table)


def _print_disagreements(view: EditionView, blind: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    cards = [card for card in view.disagreements() if card.disagreement]
    print()
    if not cards:
        print("Nobody disagrees: no paper has two different votes")
        return
    table = Table(title="Disagreements", title_justify="left", show_edge=False, pad_edge=False, box=None)
    table.add_column("rank", justify="right")
    table.add_column("identifier", no_wrap=True)
    table.add_column("title", overflow="fold")
    table.add_column("votes", overflow="fold")
    for card in cards:
        votes = [f"{name or _NO_NAME}: {ballot.vote}" for name, ballot in card.ballots.items() if ballot.vote]
        table.add_row(str(card.rank or "-"), card.identifier, escape(_title(card, blind)), escape(", ".join(votes)))
    print_table(table)


def _depth_lines(depth: PickDepth) -> Iterator[str]:
    yield f"How deep the ten were found in the list {depth.bundle}:"
    ranks = ", ".join(str(rank or "-") for rank in depth.ranks.values())
    yield f"  ranks {ranks}"
    if depth.median is not None:
        within = ", ".join(f"{count} within the first {rows}" for rows, count in depth.within.items())
        yield f"  median {depth.median:g}; {within}"
    if depth.off_list:
        yield f"  not on the list: {', '.join(depth.off_list)}"


def _votes_of(view: EditionView) -> dict[str, Counter[Vote]]:
    """By curator, how many votes of each kind."""
    return {
        name: Counter(ballot.vote for card in view.cards.values() if (ballot := card.ballots.get(name)) and ballot.vote)
        for name in view.curators
    }


def _curator_words(name: str, votes: Mapping[Vote, int]) -> str:
    parts = ", ".join(f"{count} {vote}" for vote, count in sorted(votes.items(), key=lambda item: -item[1]))
    return f"{name or _NO_NAME} {sum(votes.values())}" + (f" ({parts})" if parts else "")


def _title(card: Card, blind: bool) -> str:
    if blind or not card.authors:
        return card.title
    more = " et al." if len(card.authors) > _AUTHORS else ""
    return f"{card.title} — {', '.join(card.authors[:_AUTHORS])}{more}"


def _ranks(change: RowChange) -> str:
    if change.before is None or change.after is None or change.before == change.after:
        return str(change.before if change.after is None else change.after)
    return f"{change.before} -> {change.after}"


def _reached(said: Reached) -> dict[str, Any]:
    return {"at": said.at.isoformat(), "by": said.by, **{k: v for k, v in said.payload.items() if k != "places"}}


def _card(card: Card, *, blind: bool) -> dict[str, Any]:
    return {
        "identifier": card.identifier,
        "title": card.title,
        **({} if blind else {"authors": list(card.authors)}),
        "url": card.url,
        "rank": card.rank,
        "added_by": card.added.by if card.added else "",
        "approvals": card.approvals,
        "disagreement": round(card.disagreement, 4),
        "votes": {
            name: {"vote": ballot.vote, "note": ballot.note, "at": ballot.at.isoformat()}
            for name, ballot in card.ballots.items()
        },
    }
