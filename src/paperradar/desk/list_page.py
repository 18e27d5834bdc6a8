"""The list of an edition, and what changed in it since the page was loaded."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from paperradar.desk.cards import card_views, look_at
from paperradar.desk.context import desk_of, page, visitor_of
from paperradar.desk.listing import PAGE_SIZE, SHOWS, Asked
from paperradar.desk.pieces import issue_view, pieces, progress_of

router = APIRouter()


@router.get("/")
def root(request: Request) -> Response:
    """To the newest list; who never said who they are is asked first."""
    edition = desk_of(request).default_edition()
    return RedirectResponse(f"/{edition}" if visitor_of(request).name else f"/who?back=/{edition}", 303)


@router.get("/{edition}")
def list_page(request: Request, edition: str) -> Response:
    """A page of the list, as the address asks for it."""
    desk, visitor = desk_of(request), visitor_of(request)
    # Asked before the view: what somebody says in between is news, and not taken for shown.
    version, view = desk.version(edition), desk.view(edition)
    eyes = desk.eyes(view, visitor, look=True)
    asked = Asked.of(request.query_params)
    found = desk.finder.find(view, asked, eyes)
    look = look_at(desk, view)
    return page(
        request,
        "list",
        view,
        here="",
        asked=asked,
        found=found,
        first=(found.page - 1) * PAGE_SIZE,
        items=card_views(desk, view, found.cards, eyes),
        scale=look.scale,
        lanes=look.lanes,
        parts=look.parts,
        shows=SHOWS,
        progress=progress_of(view, eyes),
        eyes=eyes,
        notes=[*view.notes, *view.bundle["notes"]],
        issue=issue_view(view, eyes),
        version=version,
    )


@router.get("/{edition}/live")
def live(request: Request, edition: str, seen: str = "", card: Annotated[list[str] | None, Query()] = None) -> Response:
    """Nothing new since ``seen``: only the version. Otherwise all pieces, for the ``card``s that are on the page."""
    desk = desk_of(request)
    version = desk.version(edition)
    news: dict[str, Any] = {}
    if seen != version:
        news = pieces(request, desk.view(edition), (card or [])[:PAGE_SIZE])
    return JSONResponse({**news, "version": version})
