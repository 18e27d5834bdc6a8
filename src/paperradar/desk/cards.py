"""From a card of an edition to what the templates show of it, for one curator's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from paperradar.decisions import Ballot, Vote
from paperradar.desk.context import Desk
from paperradar.desk.eyes import Eyes
from paperradar.papers import abs_url
from paperradar.pipeline.desk_facts import DeskFacts, neighbours_of
from paperradar.pipeline.editions import Card, EditionView, bundle_of
from paperradar.publishing import edition_paths
from paperradar.publishing.page import Look, look_of, row_view

VOTES = {Vote.PICK: "Pick", Vote.MAYBE: "Maybe", Vote.NO: "No", Vote.MENTION: "Mention"}


def look_at(desk: Desk, view: EditionView) -> Look:
    """What the rows of the edition's list share."""
    return _look(edition_paths(desk.workspace.shortlists, view.edition).bundle(view.bundle_id))


def card_views(desk: Desk, view: EditionView, cards: Sequence[Card], eyes: Eyes) -> list[dict[str, Any]]:
    """What the templates show of these cards."""
    look = look_at(desk, view)
    return [_card_view(desk, view, card, eyes, look) for card in cards]


def controls_view(view: EditionView, card: Card, eyes: Eyes) -> dict[str, Any]:
    """What stands below a card and changes while people vote."""
    mine, others = eyes.mine(card), eyes.others(card)
    return {
        "identifier": card.identifier,
        "vote": mine.vote.value if mine and mine.vote else "",
        "note": mine.note if mine else "",
        "read": eyes.has_read(card),
        "is_new": eyes.is_new(card),
        "others": [_said(name, ballot) for name, ballot in others.items()],
        "hidden": eyes.hidden(card),
        "place": place_words(card),
        "role": card.place.role if card.place else "",
    }


def place_words(card: Card) -> str:
    """Where a card stands in the issue, "" where it is not in it."""
    if card.place is None:
        return ""
    if card.place.role == "mention":
        return "Mentioned"
    return f"No. {card.place.rank}" if card.place.rank else "In the ten"


def _card_view(desk: Desk, view: EditionView, card: Card, eyes: Eyes, look: Look) -> dict[str, Any]:
    shown = {
        **controls_view(view, card, eyes),
        "title": card.title or card.identifier,
        "url": card.url,
        "authors": [] if eyes.blind else list(card.authors),
        "by": card.added.by if card.added else "",
        "source": card.added.source if card.added and not eyes.blind else "",
        "row": None,
        "similar": similar_papers(desk.facts(view.edition), card.identifier),
    }
    if card.row is not None:
        row = {
            **card.row,
            # Ballots show what the sheet's cells say, under the rule of who sees which.
            "decision": "", "note": "", "curator": "",
            "authors": shown["authors"],
            "why": eyes.why(card.row["why"]),
        }  # fmt: skip
        shown["row"] = row_view(row, look)
    return shown


def similar_papers(facts: DeskFacts | None, identifier: str) -> list[dict[str, Any]]:
    """The papers nearest to one, nearest first: ``identifier``, ``title``, ``url``, ``day`` and ``cosine`` of each."""
    return [
        {
            "identifier": near.identifier,
            "title": near.title,
            "url": abs_url(near.identifier),
            "day": near.announced_on.isoformat(),
            "cosine": near.cosine,
        }
        for near in neighbours_of(facts, identifier)
    ]


def _said(name: str, ballot: Ballot) -> dict[str, str]:
    return {
        "name": name or "no name",
        "vote": VOTES[ballot.vote] if ballot.vote else "",
        "kind": ballot.vote.value if ballot.vote else "",
        "note": ballot.note,
    }


@lru_cache(maxsize=8)
def _look(path: Path) -> Look:
    return look_of(bundle_of(path))
