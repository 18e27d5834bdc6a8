"""The pieces of a page that change while people vote; the script asks for them again and puts them in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Request

from paperradar.decisions import PLACE_ROLES, Place
from paperradar.desk.cards import controls_view
from paperradar.desk.context import desk_of, frame, visitor_of
from paperradar.desk.eyes import Eyes
from paperradar.desk.order import blocks_of
from paperradar.pipeline.curating import TEN
from paperradar.pipeline.editions import EditionView
from paperradar.publishing.desk_page import render_desk


def pieces(request: Request, view: EditionView, identifiers: Iterable[str]) -> dict[str, Any]:
    """For JSON: the state, progress, the controls below these cards, and the issue as it is composed."""
    desk, visitor = desk_of(request), visitor_of(request)
    eyes = desk.eyes(view, visitor)
    # Where the page's forms lead back to, should its script fail later on.
    values = {**frame(request, view), "address": f"/{view.edition}"}
    controls = {
        identifier: render_desk("controls", **values, item=controls_view(view, view.cards[identifier], eyes))
        for identifier in dict.fromkeys(identifiers)
        if identifier in view.cards
    }
    return {
        "state": view.state,
        "bundle": view.bundle_id,
        "cards": len(view.cards),
        "controls": controls,
        "progress": render_desk("progress", **values, progress=progress_of(view, eyes)),
        "panel": render_desk("panel", **values, issue=issue_view(view, eyes)),
    }


def progress_of(view: EditionView, eyes: Eyes) -> dict[str, Any]:
    """How far the visitor has read, and how many votes each curator has cast."""
    votes = {
        name: sum(ballot.vote is not None for card in view.cards.values() if (ballot := card.ballots.get(name)))
        for name in view.curators
    }
    return {
        "read": sum(eyes.has_read(card) for card in view.cards.values()),
        "total": len(view.cards),
        "new": sum(eyes.is_new(card) for card in view.cards.values()),
        "votes": [{"name": name or "no name", "count": count} for name, count in votes.items() if count],
    }


def issue_view(view: EditionView, eyes: Eyes) -> dict[str, Any]:
    """The issue as it is composed (or as it was decided): blocks of the ten and of the mentions."""
    ten, mentions = ([_block(view, block, eyes) for block in blocks_of(view.issue, role)] for role in PLACE_ROLES)
    return {"ten": ten, "mentions": mentions, "count": len(ten), "size": TEN}


def _block(view: EditionView, block: list[Place], eyes: Eyes) -> dict[str, Any]:
    return {
        "rank": block[0].rank,
        "group": next((place.group for place in block if place.group), ""),
        "papers": [_placed(view, place, eyes) for place in block],
    }


def _placed(view: EditionView, place: Place, eyes: Eyes) -> dict[str, Any]:
    card = view.cards.get(place.identifier)
    seen = eyes.seen_card(card) if card else None
    return {
        "identifier": place.identifier,
        "title": (card.title if card else "") or place.identifier,
        "url": card.url if card else "",
        "authors": [] if eyes.blind or card is None else list(card.authors),
        "role": place.role,
        "why": place.why,
        "group": place.group,
        "approvals": seen.approvals if seen else 0,
        "on_list": card.rank if card else None,
    }
