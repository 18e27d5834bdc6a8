"""Bringing a paper or a page to an edition that is not on its list."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from paperradar.desk.context import Form, curator_of, desk_of, field, page
from paperradar.errors import InputError, NotFoundError, StoreBusy
from paperradar.pipeline.adding import add_page, add_paper
from paperradar.workspace import Workspace

router = APIRouter()
# People wait for this page, so the database is waited for only a moment.
_PATIENCE_SECONDS = 2.0
_FIELDS = ("id", "title", "url", "authors", "source")


@router.get("/{edition}/add")
def add_form(request: Request, edition: str) -> Response:
    """The forms for a paper and for a page, and what was added so far."""
    return _form(request, edition, {}, "")


@router.post("/{edition}/add")
def add(request: Request, edition: str, form: Form) -> Response:
    """Add a paper (``id``, if need be with its ``title``) or a page (``url``, ``title``, ``authors``, ``source``)."""
    desk, curator = desk_of(request), curator_of(request)
    said = {name: field(form, name) for name in _FIELDS}
    try:
        if field(form, "kind") == "page":
            added = add_page(
                desk.workspace,
                edition,
                said["url"],
                title=said["title"],
                authors=[name for name in said["authors"].split(",") if name.strip()],
                source=said["source"],
                by=curator,
                clock=desk.clock,
            )
        else:
            added = add_paper(
                _impatient(desk.workspace), edition, said["id"], by=curator, clock=desk.clock, title=said["title"]
            )
    except StoreBusy:
        problem = "the papers' database is busy, an import may be running: give the title too, or try again later"
        return _form(request, edition, said, problem, 503)
    except (InputError, NotFoundError) as error:
        return _form(request, edition, said, str(error), 400)
    return RedirectResponse(f"/{edition}?show=added#p-{added.identifier}", 303)


def _form(request: Request, edition: str, said: dict[str, str], problem: str, status: int = 200) -> Response:
    desk = desk_of(request)
    view = desk.view(edition)
    added = [card for card in view.cards.values() if card.added]
    values = {name: said.get(name, "") for name in _FIELDS}
    return page(
        request, "add", view, status=status, here="/add", said=values, problem=problem, added=added,
        is_page="url" in said and bool(said["url"]),
    )  # fmt: skip


def _impatient(workspace: Workspace) -> Workspace:
    settings = workspace.settings
    store = settings.store.model_copy(update={"wait_seconds": min(settings.store.wait_seconds, _PATIENCE_SECONDS)})
    return replace(workspace, settings=settings.model_copy(update={"store": store}))
