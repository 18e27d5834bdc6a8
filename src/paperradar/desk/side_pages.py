"""The pages beside the list: coverage, trends, and how high the order has what people pick.

They read the edition's bundle, the decisions log, the taste's card and the desk's facts, never the papers' database.
"""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from starlette.responses import Response

from paperradar.desk.backtest_view import CHANCE, decided_view, measured_view
from paperradar.desk.context import Desk, desk_of, page
from paperradar.desk.coverage_view import coverage_view
from paperradar.desk.trends_view import trends_view
from paperradar.errors import PaperradarError
from paperradar.pipeline.editions import EditionView, editions_with_list

router = APIRouter()
# Decided editions that are looked at, the newest.
_EDITIONS = 24


@router.get("/{edition}/coverage")
def coverage_page(request: Request, edition: str) -> Response:
    """The store's months as calendars."""
    desk = desk_of(request)
    view, facts = desk.view(edition), desk.facts(edition)
    first, last = (dt.date.fromisoformat(view.bundle["window"][end]) for end in ("first", "last"))
    found = coverage_view(facts, (first, last)) if facts else None
    return page(request, "coverage", view, here="/coverage", found=found, facts=facts)


@router.get("/{edition}/trends")
def trends_page(request: Request, edition: str) -> Response:
    """How topics grow by month."""
    desk = desk_of(request)
    view, facts = desk.view(edition), desk.facts(edition)
    return page(request, "trends", view, here="/trends", found=trends_view(facts) if facts else None, facts=facts)


@router.get("/{edition}/backtest")
def backtest_page(request: Request, edition: str) -> Response:
    """How high the order has what people pick."""
    desk = desk_of(request)
    view = desk.view(edition)
    return page(
        request,
        "backtest",
        view,
        here="/backtest",
        measured=measured_view(desk.workspace),
        chance=CHANCE,
        decided=decided_view(desk.workspace, _views(desk)),
    )


def _views(desk: Desk) -> list[EditionView]:
    """The editions that have a list, newest first; one that cannot be read is left out."""
    views = []
    for name in editions_with_list(desk.workspace)[:_EDITIONS]:
        try:
            views.append(desk.view(name))
        except PaperradarError:
            continue
    return views
