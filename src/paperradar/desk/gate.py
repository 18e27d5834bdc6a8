"""What every request passes before a page sees it: the host's name, its size, the session; and answers' headers."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paperradar.desk.security import Guard
from paperradar.publishing.desk_page import DESK_POLICY

_LARGEST_BODY = 256 * 1024
# What may be asked for without the password, beside the form that asks for it.
_ASSETS = "/assets/"
_HEADERS = {
    "Content-Security-Policy": DESK_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: under that, browsers send forms with the origin "null", and no form would be taken.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Gate:
    """ASGI middleware. Puts the session into ``scope["desk.session"]``; a page sets a new one by ``desk.cookie``."""

    def __init__(self, app: ASGIApp, *, guard: Guard, cookie: str) -> None:
        self._app = app
        self._guard = guard
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        session = self._guard.session(request.cookies.get(self._cookie, ""))
        if session is None:
            session, scope["desk.cookie"] = self._guard.new_session(known=not self._guard.has_password)
        scope["desk.session"] = session

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if cookie := scope.get("desk.cookie"):
                    headers.append("Set-Cookie", f"{self._cookie}={cookie}; Path=/; HttpOnly; SameSite=Strict")
            await send(message)

        refused = self._refused(request, known=session.known)
        await (refused or self._app)(scope, receive, send_with_headers)

    def _refused(self, request: Request, *, known: bool) -> Response | None:
        """The answer to a request that no page may see."""
        if not self._guard.knows_host(request.headers.get("host", "")):
            request.scope.pop("desk.cookie", None)
            return PlainTextResponse("This address is not the desk's own name.\n", 421)
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Only GET and POST are answered.\n", 405)
        if request.method == "POST":
            length = request.headers.get("content-length", "")
            # In chunks a form may be longer than it says to be.
            if "transfer-encoding" in request.headers or not length.isascii() or not length.isdigit():
                return PlainTextResponse("Say how long the form is.\n", 411)
            if int(length) > _LARGEST_BODY:
                return PlainTextResponse("That is too long.\n", 413)
        # The path as it came: in ``request.url`` the Host header is part of what is taken apart.
        path: str = request.scope["path"]
        if known or path == "/login" or path.startswith(_ASSETS):
            return None
        if request.method == "POST":
            return PlainTextResponse("Give the password first: load the page again.\n", 403)
        target = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?back={quote(target)}", 303)
