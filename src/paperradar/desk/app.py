"""The desk as an application: its pages, its files, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from paperradar.clock import Clock
from paperradar.desk import adding, composing, entering, list_page, paper_page, side_pages, voting
from paperradar.desk.context import Desk, page, wants_json
from paperradar.desk.gate import Gate
from paperradar.desk.security import Guard, Refused
from paperradar.errors import NotFoundError, PaperradarError, TryAgainLater, UsageError
from paperradar.publishing.desk_page import asset_version, desk_asset
from paperradar.workspace import Workspace

# FastAPI would trace requests and, if the environment said so, send that away.
_NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
_FOR_GOOD = "public, max-age=31536000, immutable"


def make_app(
    workspace: Workspace,
    *,
    clock: Clock,
    host: str = "127.0.0.1",
    port: int = 8017,
    names: Collection[str] = (),
    edition: str | None = None,
    password: str | None = None,
) -> FastAPI:
    """The desk of a workspace. ``edition``: the one to begin with; None: the newest with a list.

    ``host`` and ``port`` are where it listens: requests by another name than that and ``names`` (a proxy's, say) are
    refused, and two desks on one machine have cookies of their own. With a ``password`` nothing is shown before that.
    """
    guard = Guard(host, names=names, password=password)
    app = FastAPI(title="paperradar desk", docs_url=None, redoc_url=None, openapi_url=None, telemetry=_NO_TELEMETRY)
    app.state.desk = Desk(workspace, clock=clock, guard=guard, edition=edition)
    app.add_middleware(Gate, guard=guard, cookie=f"paperradar-desk-{port}")
    app.add_api_route("/assets/{name}", _asset, methods=["GET"], response_model=None)
    # First the pages at fixed addresses: /{edition} takes any single word.
    for module in (entering, list_page, voting, composing, adding, side_pages, paper_page):
        app.include_router(module.router)
    app.add_exception_handler(PaperradarError, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(OSError, _refused_file)
    return app


def _asset(request: Request, name: str) -> Response:
    found = desk_asset(name)
    if found is None:
        raise HTTPException(404)
    current = request.query_params.get("v") == asset_version(name)
    return Response(found[0], media_type=found[1], headers={"Cache-Control": _FOR_GOOD if current else "no-cache"})


def _expected(request: Request, error: Exception) -> Response:
    """An error that is meant for people."""
    status = 400
    if isinstance(error, Refused):
        status = error.status
    elif isinstance(error, NotFoundError):
        status = 404
    elif isinstance(error, UsageError):  # of what a page can ask, that is a change of a decided edition
        status = 409
    elif isinstance(error, TryAgainLater):
        status = 503
    return _told(request, status, str(error))


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "there is no such page at the desk", 405: "that address takes no such request"}
    return _told(request, status, words.get(status, "the desk cannot answer that"))


def _invalid(request: Request, error: Exception) -> Response:
    return _told(request, 400, "the desk cannot make sense of that request")


def _refused_file(request: Request, error: Exception) -> Response:
    """A full disk, or a folder that may not be written: nothing was kept."""
    if not isinstance(error, OSError) or error.strerror is None:
        raise error
    return _told(request, 500, f"{error.filename or 'a file'}: {error.strerror}; nothing was kept")


def _told(request: Request, status: int, message: str) -> Response:
    if wants_json(request):
        return JSONResponse({"error": message}, status)
    return page(request, "problem", status=status, message=message)
