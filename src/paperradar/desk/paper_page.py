"""One paper: its row, versions and neighbours, and all that was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from paperradar.desk.cards import card_views, look_at
from paperradar.desk.context import Desk, Visitor, desk_of, page, visitor_of
from paperradar.desk.eyes import Eyes
from paperradar.desk.history import history_of, picked_by, told_to
from paperradar.errors import NotFoundError
from paperradar.papers import abs_url
from paperradar.pipeline.desk_facts import DeskFacts, Neighbour, neighbours_of
from paperradar.pipeline.editions import Card, EditionView

router = APIRouter()


@router.get("/{edition}/paper/{identifier:path}")
def paper_page(request: Request, edition: str, identifier: str) -> Response:
    """What the desk knows of a paper that takes part in the edition, or is folded into one of its rows."""
    desk, visitor = desk_of(request), visitor_of(request)
    view, facts = desk.view(edition), desk.facts(edition)
    card, known = view.cards.get(identifier), facts.papers.get(identifier) if facts else None
    if card is None and known is None:
        raise NotFoundError(f"{identifier[:60]!r} takes no part in {edition}; bring it in on the page Add")
    eyes = desk.eyes(view, visitor)
    item = _item(desk, view, card, eyes)
    history = history_of(desk.workspace)
    told = told_to(history, identifier, eyes.name, lambda other: _hides(desk, visitor, other, identifier))
    return page(
        request,
        "paper",
        view,
        here="/paper",
        identifier=identifier,
        title=(card.title if card else "") or (known.title if known else "") or identifier,
        url=card.url if card else abs_url(identifier),
        item=item,
        scale=look_at(desk, view).scale,
        known=known,
        versions=[(number, day.isoformat() if day else "") for number, day in known.versions] if known else [],
        near=[_near(view, facts, one) for one in neighbours_of(facts, identifier)],
        told=told,
        abstract=_abstract(card),
        version=desk.version(edition),
        picks=picked_by(history, identifier),
    )


def _item(desk: Desk, view: EditionView, card: Card | None, eyes: Eyes) -> dict[str, Any] | None:
    """What the list shows of the card, but for the abstract: a page about one paper does not fold it."""
    if card is None:
        return None
    item = card_views(desk, view, [card], eyes)[0]
    return {**item, "row": item["row"] and {**item["row"], "abstract": ""}}


def _abstract(card: Card | None) -> dict[str, str]:
    """The abstract of the card's row, and what stands above and below it."""
    row: Mapping[str, Any] = (card.row if card else None) or {"abstract": "", "abstract_by": "arxiv", "comments": ""}
    by = row["abstract_by"]
    return {
        "text": row["abstract"],
        "head": "Abstract" if by == "arxiv" else f"Description by {by}",
        "comments": row["comments"],
    }


def _hides(desk: Desk, visitor: Visitor, edition: str, identifier: str) -> bool:
    """Whether others' votes on a paper are not to be seen yet; where nobody can tell, they are not."""
    try:
        view = desk.view(edition)
    except NotFoundError:
        return False  # without a list there is nothing to vote on
    eyes, card = desk.eyes(view, visitor), view.cards.get(identifier)
    return eyes.secret and not (card is not None and eyes.voted(card))


def _near(view: EditionView, facts: DeskFacts | None, near: Neighbour) -> dict[str, Any]:
    """A neighbour, with the desk's own page of it where there is one."""
    card = view.cards.get(near.identifier)
    has_page = card is not None or (facts is not None and near.identifier in facts.papers)
    return {
        "identifier": near.identifier,
        "title": near.title,
        "url": f"/{view.edition}/paper/{near.identifier}" if has_page else abs_url(near.identifier),
        "outside": not has_page,
        "day": near.announced_on.isoformat(),
        "cosine": f"{near.cosine:.2f}",
        "rank": card.rank if card else None,
    }
