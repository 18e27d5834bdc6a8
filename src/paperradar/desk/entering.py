"""Coming in: the password where there is one, who one is, and whether to see authors. Kept in cookies, nowhere else."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from paperradar.desk.context import (
    BLIND_COOKIE,
    NAME_COOKIE,
    Form,
    back,
    desk_of,
    field,
    name_cookie,
    page,
    visitor_name,
)
from paperradar.errors import InputError, PaperradarError

router = APIRouter()
_YEAR_SECONDS = 365 * 24 * 3600


@router.get("/login")
def login_form(request: Request) -> Response:
    """Ask for the password."""
    if request.scope["desk.session"].known:
        return RedirectResponse("/", 303)
    return page(request, "login", problem="", back=request.query_params.get("back", "/"))


@router.post("/login")
async def login(request: Request, form: Form) -> Response:
    """Let in who knows the password."""
    desk = desk_of(request)
    if not await desk.guard.is_right(field(form, "password")):
        return page(request, "login", problem="That is not the password.", back=field(form, "back"), status=403)
    answer = back(request, form, "/")
    # A new session: a cookie that somebody planted before is worth nothing.
    request.scope["desk.cookie"] = desk.guard.new_session(known=True)[1]
    return answer


@router.get("/who")
def who_form(request: Request) -> Response:
    """Ask for the curator's name; those who voted before are offered."""
    return page(request, "who", names=_names(request), back=request.query_params.get("back", "/"))


@router.post("/who")
def who(request: Request, form: Form) -> Response:
    """Take the curator's name. Raises InputError for none."""
    name = visitor_name(field(form, "name"))
    if not name:
        raise InputError("give a name; your votes stand under it")
    answer = back(request, form, "/")
    answer.set_cookie(NAME_COOKIE, name_cookie(name), max_age=_YEAR_SECONDS, httponly=True, samesite="strict")
    return answer


@router.post("/blind")
def blind(request: Request, form: Form) -> Response:
    """Hide authors from this visitor, or show them again."""
    answer = back(request, form, "/")
    if field(form, "on"):
        answer.set_cookie(BLIND_COOKIE, "1", max_age=_YEAR_SECONDS, httponly=True, samesite="strict")
    else:
        answer.delete_cookie(BLIND_COOKIE, httponly=True, samesite="strict")
    return answer


def _names(request: Request) -> list[str]:
    """The curators of the newest edition. Without any edition the page is there all the same."""
    desk = desk_of(request)
    try:
        return [name for name in desk.view(desk.default_edition()).curators if name]
    except PaperradarError:
        return []
