"""Votes, notes, and what was read. Votes go to the decisions log through the same functions as the command line's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from paperradar.decisions import Ballot, Vote
from paperradar.desk.context import Form, back, curator_of, desk_of, field, wants_json
from paperradar.desk.pieces import pieces
from paperradar.errors import InputError, NotFoundError
from paperradar.pipeline.curating import cast_votes
from paperradar.pipeline.undoing import undo_last_vote

router = APIRouter()


@router.post("/{edition}/vote")
def vote(request: Request, edition: str, form: Form) -> Response:
    """Vote on a paper; the note that stands stays. ``vote`` empty takes the vote back."""
    desk, curator, identifier = desk_of(request), curator_of(request), _identifier(request, edition, form)
    said = _vote(field(form, "vote"))
    with desk.writing:
        standing = _standing(request, edition, identifier)
        word = (said, standing.note if standing else "")
        cast_votes(desk.workspace, edition, curator, {identifier: word}, clock=desk.clock)
    # Who takes a vote back has still read the paper.
    desk.reading.mark(edition, curator, [identifier])
    return answer(request, edition, form, [identifier])


@router.post("/{edition}/note")
def note(request: Request, edition: str, form: Form) -> Response:
    """Write a note on a paper; the vote that stands stays."""
    desk, curator, identifier = desk_of(request), curator_of(request), _identifier(request, edition, form)
    with desk.writing:
        standing = _standing(request, edition, identifier)
        word = (standing.vote if standing else None, field(form, "note"))
        cast_votes(desk.workspace, edition, curator, {identifier: word}, clock=desk.clock)
    return answer(request, edition, form, [identifier])


@router.post("/{edition}/undo")
def undo(request: Request, edition: str, form: Form) -> Response:
    """Undo the curator's last vote or note; again, the one before it."""
    desk, curator = desk_of(request), curator_of(request)
    with desk.writing:
        identifier = undo_last_vote(desk.workspace, edition, curator, clock=desk.clock)
    return answer(request, edition, form, [identifier], about=identifier)


@router.post("/{edition}/read")
def read(request: Request, edition: str, form: Form) -> Response:
    """Note that papers (``id``, may repeat) are read; with ``unread`` set, that they are not. No decision."""
    desk, curator = desk_of(request), curator_of(request)
    cards = desk.view(edition).cards
    identifiers = [text for text in form.getlist("id") if isinstance(text, str) and text in cards]
    desk.reading.mark(edition, curator, identifiers, read=not field(form, "unread"))
    return answer(request, edition, form, identifiers)


def answer(request: Request, edition: str, form: FormData, identifiers: list[str], *, about: str = "") -> Response:
    """What a form gets: for the page's script the pieces that changed, else the way back to the page."""
    if wants_json(request):
        return JSONResponse({**pieces(request, desk_of(request).view(edition), identifiers), "about": about})
    return back(request, form, f"/{edition}")


@router.post("/{edition}/through")
def through(request: Request, edition: str, form: Form) -> Response:
    """Note that the curator is through with voting and sees everybody's votes; with ``not`` set, that they are not."""
    desk, curator = desk_of(request), curator_of(request)
    desk.view(edition)  # for its check of the edition
    desk.reading.be_through(edition, curator, not field(form, "not"))
    return back(request, form, f"/{edition}")


def _standing(request: Request, edition: str, identifier: str) -> Ballot | None:
    view = desk_of(request).view(edition)
    return view.cards[identifier].ballots.get(view.name_of(curator_of(request)))


def _identifier(request: Request, edition: str, form: FormData) -> str:
    identifier = field(form, "id")
    if identifier not in desk_of(request).view(edition).cards:
        raise NotFoundError(f"{identifier[:60]!r} takes no part in edition {edition}; load the list again")
    return identifier


def _vote(text: str) -> Vote | None:
    if not text:
        return None
    try:
        return Vote(text)
    except ValueError as error:
        raise InputError(f"{text[:40]!r} is no vote; it is one of {', '.join(Vote)}") from error
