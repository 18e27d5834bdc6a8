"""What every page of the desk needs: the workspace, the edition as it is now, and who is asking."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from paperradar.calendar import is_edition
from paperradar.clock import Clock
from paperradar.decisions import CLOSED, State, curator_name
from paperradar.desk.eyes import Eyes
from paperradar.desk.listing import Finder
from paperradar.desk.reading import Reading, ReadingFiles
from paperradar.desk.security import Guard, Refused, Session
from paperradar.errors import NotFoundError
from paperradar.pipeline.curating import undo_command
from paperradar.pipeline.desk_facts import DeskFacts, facts_path, load_desk_facts
from paperradar.pipeline.editions import EditionView, editions_with_list, view_edition
from paperradar.pipeline.picking import issues_before
from paperradar.publishing import edition_paths
from paperradar.publishing.desk_page import render_desk
from paperradar.workspace import Workspace

NAME_COOKIE = "paperradar-curator"
BLIND_COOKIE = "paperradar-blind"
_NAME_LENGTH = 60
_VIEWS_KEPT = 4
# The pages of an edition, in the order of the navigation: path below /EDITION, and what it is called.
PAGES: tuple[tuple[str, str], ...] = (
    ("", "List"), ("/ten", "The ten"), ("/add", "Add"),
    ("/trends", "Trends"), ("/coverage", "Coverage"), ("/backtest", "Backtest"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. ``name``: the curator, "" before they said so. ``blind``: they asked not to see authors."""

    name: str
    blind: bool
    session: Session


class Desk:
    """One desk: shared by all requests, whose threads may ask at once."""

    def __init__(self, workspace: Workspace, *, clock: Clock, guard: Guard, edition: str | None = None) -> None:
        self.workspace = workspace
        self.clock = clock
        self.guard = guard
        self.reading = ReadingFiles(workspace.desk)
        self.finder = Finder()
        # Held from reading what stands to writing what follows from it: so two requests at once, a vote and a note on
        # one paper or two steps in the ten, do not undo each other.
        self.writing = threading.Lock()
        self._edition = edition
        self._views: OrderedDict[str, tuple[str, EditionView]] = OrderedDict()
        self._issues: dict[str, tuple[str, Mapping[str, Sequence[str]]]] = {}
        self._facts: dict[str, tuple[str, DeskFacts | None]] = {}
        self._turn = threading.Lock()

    def default_edition(self) -> str:
        """The edition that was asked for, else the newest with a list. Raises NotFoundError."""
        if self._edition:
            return self._edition
        if found := editions_with_list(self.workspace):
            return found[0]
        raise NotFoundError("no list of any edition was made yet; make one with: paperradar shortlist --month YYYY-MM")

    def version(self, edition: str) -> str:
        """Changes whenever somebody decides something about the edition, or its list is made anew."""
        log = self.workspace.decisions / f"{edition}.jsonl"
        manifest = edition_paths(self.workspace.shortlists, edition).manifest
        return f"{_stamp(log)}.{_stamp(manifest)}"

    def eyes(self, view: EditionView, visitor: Visitor, *, look: bool = False) -> Eyes:
        """A visitor's eyes on an edition. ``look``: they look at its list now, which is noted."""
        name, reading = view.name_of(visitor.name), Reading()
        if name and look:
            reading = self.reading.look(view.edition, name, view.cards.keys(), self.clock())
        elif name:
            reading = self.reading.of(view.edition, name)
        secret = view.state is State.VOTING and not reading.through
        return Eyes(name, visitor.blind or view.blind, secret, reading)

    def facts(self, edition: str) -> DeskFacts | None:
        """What was asked of the papers' database beforehand, read again only where the file changed; None: nothing."""
        stamp = _stamp(facts_path(self.workspace, edition))
        with self._turn:
            if self._facts.get(edition, (None,))[0] != stamp:
                self._facts[edition] = (stamp, load_desk_facts(self.workspace, edition))
            return self._facts[edition][1]

    def issues_before(self, edition: str) -> Mapping[str, Sequence[str]]:
        """The entries of the last issues before an edition; read again where a file with picks changed.

        The edition's own log is not such a file: it changes with every vote.
        """
        files = [*self.workspace.decisions.glob("*.jsonl"), *self.workspace.editions.glob("*.csv")]
        stamp = " ".join(f"{path.name} {_stamp(path)}" for path in sorted(files) if path.stem != edition)
        with self._turn:
            if self._issues.get(edition, (None,))[0] != stamp:
                self._issues[edition] = (stamp, issues_before(self.workspace, edition))
            return self._issues[edition][1]

    def view(self, edition: str) -> EditionView:
        """The edition as it is now, read again only where something changed. Raises NotFoundError."""
        if not is_edition(edition):
            raise NotFoundError(f"{edition[:40]!r} is not an edition; its address is a month, such as /2022-05")
        # Asked before reading: what changes meanwhile is read the next time.
        version = self.version(edition)
        with self._turn:
            kept = self._views.get(edition)
            if kept and kept[0] == version:
                self._views.move_to_end(edition)
                return kept[1]
            view = view_edition(self.workspace, edition)
            self._views[edition] = (version, view)
            while len(self._views) > _VIEWS_KEPT:
                self._views.popitem(last=False)
            return view


def desk_of(request: Request) -> Desk:
    """The desk that answers a request."""
    desk: Desk = request.app.state.desk
    return desk


def visitor_of(request: Request) -> Visitor:
    """Who asks."""
    session: Session = request.scope["desk.session"]
    name = visitor_name(unquote(request.cookies.get(NAME_COOKIE, "")))
    return Visitor(name, request.cookies.get(BLIND_COOKIE) == "1", session)


async def checked_form(request: Request) -> FormData:
    """The form of a request that writes. Raises Refused unless one of the desk's own pages sent it."""
    form = await request.form(max_files=0, max_fields=200)
    desk, visitor = desk_of(request), visitor_of(request)
    desk.guard.check_write(request.headers, visitor.session, field(form, "token"))
    return form


# The checked form, as a parameter of what writes.
Form = Annotated[FormData, Depends(checked_form)]


def curator_of(request: Request) -> str:
    """The curator's name. Raises Refused where nobody said who they are."""
    if name := visitor_of(request).name:
        return name
    raise Refused("say who you are first, so that the vote has a name", 400)


def field(form: FormData, name: str) -> str:
    """A text of a form, "" where it lacks it. It can be written as UTF-8, whatever encoding the form claims to have."""
    value = form.get(name, "")
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def wants_json(request: Request) -> bool:
    """Whether the page's script asks, and not the browser itself."""
    return request.headers.get("accept", "").startswith("application/json")


def frame(request: Request, view: EditionView | None = None, *, here: str = "") -> dict[str, object]:
    """What the frame of every page shows. ``here``: the path of the page below its edition."""
    desk, visitor = desk_of(request), visitor_of(request)
    values: dict[str, object] = {
        "visitor": visitor,
        "token": desk.guard.token(visitor.session),
        "edition": view.edition if view else "",
        "view": view,
        "pages": PAGES,
        "here": here,
        "editions": editions_with_list(desk.workspace),
        "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "closed": bool(view and view.state in CLOSED),
        "undo_command": undo_command(view.edition, view.state) if view and view.state in CLOSED else "",
    }
    return values


def page(
    request: Request, name: str, view: EditionView | None = None, *, status: int = 200, **values: object
) -> Response:
    """A page from its template, with the frame around it. ``here`` among the values: its place in the navigation."""
    here = str(values.pop("here", ""))
    return HTMLResponse(render_desk(name, **{**frame(request, view, here=here), **values}), status)


def back(request: Request, form: Mapping[str, object], otherwise: str) -> Response:
    """After a form: to the page that it came from. Only a path of this desk is followed."""
    target = form.get("back", "")
    safe = isinstance(target, str) and re.fullmatch(r"/(?![/\\])[^\\\x00-\x20]*", target)
    return RedirectResponse(target if safe and isinstance(target, str) else otherwise, 303)


def visitor_name(text: str) -> str:
    """A name as the desk takes it: as names are kept, and not too long."""
    return curator_name(text)[:_NAME_LENGTH].strip()


def name_cookie(name: str) -> str:
    """A curator's name as a cookie holds it."""
    return quote(name, safe="")


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except (OSError, ValueError):  # an address can hold what no file's name does, such as a zero byte
        return "none"
    return f"{found.st_size:x}-{found.st_mtime_ns:x}"
