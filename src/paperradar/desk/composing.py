"""Composing the issue: the page of the ten, and the forms that change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from paperradar.decisions import Place, PlaceRole
from paperradar.desk.cards import VOTES
from paperradar.desk.context import Form, curator_of, desk_of, field, page, visitor_of
from paperradar.desk.eyes import Eyes
from paperradar.desk.mix import mix_of
from paperradar.desk.order import grouped, moved, put, without
from paperradar.desk.pieces import issue_view, progress_of
from paperradar.desk.voting import answer
from paperradar.errors import InputError, NotFoundError
from paperradar.pipeline.curating import TEN, faults_of, place_papers, proposed_ten
from paperradar.pipeline.editions import EditionView
from paperradar.pipeline.undoing import undo_last_step

router = APIRouter()
_TIED_SHOWN = 30
# What puts a paper into a part of the issue.
_ROLES: Mapping[str, PlaceRole] = {"put": "top10", "top10": "top10", "mention": "mention"}


@router.get("/{edition}/ten")
def ten_page(request: Request, edition: str) -> Response:
    """The issue as it is composed, what the votes propose, and how it compares with the issues before."""
    desk, visitor = desk_of(request), visitor_of(request)
    version, view = desk.version(edition), desk.view(edition)
    eyes = desk.eyes(view, visitor)
    return page(
        request,
        "ten",
        view,
        here="/ten",
        issue=issue_view(view, eyes),
        progress=progress_of(view, eyes),
        proposal=_proposal(view, eyes),
        faults=faults_of(view.issue) if view.places else [],
        size=TEN,
        secret=eyes.secret,
        mix=mix_of(desk.workspace, view, desk.issues_before(edition), desk.facts(edition)),
        version=version,
    )


@router.post("/{edition}/place")
def place(request: Request, edition: str, form: Form) -> Response:
    """Change where one paper (``id``) stands.

    ``act``: put (into the ten), top10 or mention (into that part), up, down, out, words (with ``why``, ``group``), or
    undo (the curator's last step, whatever the paper).
    """
    desk, curator, identifier = desk_of(request), curator_of(request), field(form, "id")
    with desk.writing:
        if field(form, "act") == "undo":
            undone = undo_last_step(desk.workspace, edition, curator, clock=desk.clock)
            return answer(request, edition, form, list(undone), about=undone[0])
        view = desk.view(edition)
        places, out = _changed(view, identifier, form, curator)
        place_papers(desk.workspace, edition, places, clock=desk.clock, out=out, by=curator)
    return answer(request, edition, form, [identifier])


def _changed(view: EditionView, identifier: str, form: FormData, curator: str) -> tuple[list[Place], Collection[str]]:
    """The places as they are after the form, and what is out. Whose places did not change says who placed them."""
    act = field(form, "act")
    places = view.places
    standing = next((place for place in places if place.identifier == identifier), None)
    if (role := _ROLES.get(act)) is not None:
        if standing and standing.role == role:
            return [], ()
        new = (
            replace(standing, role=role, rank=None) if standing else Place(identifier, role, None, "", "", curator, "")
        )
        # A group's name is of the role it was given in.
        changed = put(places, replace(new, group=""))
        if standing:
            changed += without(places, identifier, standing.role)
        return _signed(changed, places, curator), ()
    if standing is None:
        raise NotFoundError(f"{identifier[:60]!r} is not in the issue; somebody may have taken it out")
    if act == "out":
        return _signed(without(places, identifier, standing.role), places, curator), [identifier]
    if act in ("up", "down"):
        return _signed(moved(places, identifier, standing.role, -1 if act == "up" else 1), places, curator), ()
    if act == "words":
        changed = grouped(places, identifier, standing.role, field(form, "group").strip())
        why = field(form, "why")
        changed = [replace(p, why=why) if p.identifier == identifier else p for p in changed]
        return _signed(changed, places, curator), ()
    raise InputError(f"{act[:40]!r} is nothing that can be done with a place")


def _proposal(view: EditionView, eyes: Eyes) -> dict[str, Any]:
    """What the votes that may be seen put into the ten: first what is sure, then what is tied for the last places."""
    cards = {name: eyes.seen_card(card) if card.ballots else card for name, card in view.cards.items()}
    sure, tied = proposed_ten(replace(view, cards=cards))
    return {
        kind: [
            {
                "identifier": name,
                "title": cards[name].title or name,
                "tally": [(vote.value, count) for vote in VOTES if (count := cards[name].tally[vote])],
                "placed": cards[name].place is not None,
            }
            for name in names
        ]
        # A tie of hundreds is no proposal.
        for kind, names in (("sure", sure), ("tied", tied[:_TIED_SHOWN]))
    } | {"more": max(0, len(tied) - _TIED_SHOWN)}


def _signed(changed: Sequence[Place], before: Sequence[Place], curator: str) -> list[Place]:
    """Only the places that differ, under the name of who changed them."""
    standing = {place.identifier: place for place in before}
    return [replace(place, by=curator) for place in changed if standing.get(place.identifier) != place]
