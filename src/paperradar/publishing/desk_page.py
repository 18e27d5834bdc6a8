"""The desk's pages and their files, from the same templates and the same style sheet as an edition's own page.

Jinja stays in this room: the desk hands over plain values and gets text. Unlike an edition's page, the desk's pages
name their style sheets and scripts by address, so their policy allows no inline ones at all.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from paperradar.publishing.days import month_words
from paperradar.publishing.page import environment, template_text

# Nothing comes from another host, nothing inline runs, and forms go nowhere else.
DESK_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_ASSETS = {
    "page.css": ("page.css", "text/css"),
    "desk.css": ("desk/desk.css", "text/css"),
    "side.css": ("desk/side.css", "text/css"),
    "desk.js": ("desk/desk.js", "text/javascript"),
    "icon.svg": ("desk/icon.svg", "image/svg+xml"),
}


def render_desk(name: str, /, **values: Any) -> str:
    """A page, or a piece of one, from ``templates/desk/NAME.html.j2``."""
    return environment().get_template(f"desk/{name}.html.j2").render(**values, asset_url=asset_url, month=month_words)


def desk_asset(name: str) -> tuple[bytes, str] | None:
    """A file that the pages name, and its media type; None where there is no such file."""
    if name not in _ASSETS:
        return None
    path, media = _ASSETS[name]
    return template_text(path).encode(), media


@lru_cache(maxsize=32)
def asset_version(name: str) -> str:
    """Ten hex digits that change with the file's contents."""
    found = desk_asset(name)
    return hashlib.sha256(found[0]).hexdigest()[:10] if found else ""


def asset_url(name: str) -> str:
    """The address of a file. It changes with the contents, so that a browser may keep it for good."""
    return f"/assets/{name}?v={asset_version(name)}"
