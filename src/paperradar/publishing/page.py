"""The page of an edition: one file that needs nothing else, made from the bundle alone.

Everything can be read without JavaScript; the script only adds searching, filtering, sorting and keys. Text from
arXiv is never markup: Jinja escapes it, and the page's own policy allows no script or style but ours, by hash,
and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from paperradar.papers import clean_text
from paperradar.papers.links import is_web_address
from paperradar.publishing.bundle import Bundle, bundle_id
from paperradar.publishing.csv_sheet import featured_words
from paperradar.publishing.days import day_words, month_words, span_words

_TEMPLATES = "templates"
# Names shown before the rest is folded. One more than is folded at least: "and 1 more" would hide nothing.
_AUTHORS_SHOWN = 6
_AUTHORS_UNFOLDED = 8
_ADDRESS_LENGTH = 44
# page.css has this many colours for components; one more begins again with the first.
_COLOURS = 20
_BASIS = {
    "announced": "announced on this day",
    "submitted": "estimated from the first version's submission",
    "identifier": "estimated from the identifier",
}
_LEFT_OUT = {"withdrawn": "withdrawn", "featured": "featured in an earlier edition", "resurfaced": "not resurfaced"}


def render_page(bundle: Bundle) -> bytes:
    """The page's bytes, UTF-8."""
    style, script = asset("page.css"), asset("page.js")
    look = look_of(bundle)
    html = (
        environment()
        .get_template("page.html.j2")
        .render(
            bundle=bundle,
            bundle_id=bundle_id(bundle),
            policy=policy(style=style, script=script),
            style=style,
            script=script,
            month=month_words(bundle["edition"]),
            window=span_words(bundle["window"]["first"], bundle["window"]["last"]),
            lanes=look.lanes,
            parts=look.parts,
            rows=(row_view(row, look) for row in bundle["rows"]),
            scale=look.scale,
            left_out=[{**item, "words": _LEFT_OUT.get(item["reason"], item["reason"])} for item in bundle["left_out"]],
        )
    )
    return html.encode()


@dataclass(frozen=True, slots=True)
class Look:
    """What the rows of a bundle share. ``parts``: the components that any row has, with their colours; ``lanes``: those
    that rows are in, with how many; ``labels``: of all lanes, by slug; ``scale``: the longest bar, in thousandths.
    """

    parts: Sequence[Mapping[str, Any]]
    lanes: Sequence[Mapping[str, Any]]
    labels: Mapping[str, str]
    scale: int


def look_of(bundle: Bundle) -> Look:
    """What the rows share. It looks at every row."""
    present = {slug for row in bundle["rows"] for slug in row["lanes"]}
    lanes = [lane for lane in bundle["lanes"] if lane["slug"] in present]
    # A lane that the facts don't name is still one that rows are in.
    lanes += [{"slug": slug, "label": slug} for slug in sorted(present - {lane["slug"] for lane in lanes})]
    # Most components are switched off at any time; they would only fill the legend.
    used = {name for row in bundle["rows"] for name, value in row["components"].items() if value}
    components = [part for part in bundle["components"] if part["name"] in used]
    return Look(
        parts=[{**part, "colour": index % _COLOURS} for index, part in enumerate(components)],
        lanes=[
            {"slug": lane["slug"], "label": lane["label"], "shown": _in_lane(bundle["rows"], lane["slug"])}
            for lane in lanes
        ],
        labels={lane["slug"]: lane["label"] for lane in bundle["lanes"]},
        scale=max((_positive(row) for row in bundle["rows"]), default=0) or 1,
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja with our templates and filters; everything is escaped."""
    made = Environment(
        loader=FunctionLoader(template_text),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    # Bundles come from disk later, so what could do harm is checked again here and not only when one is built.
    made.filters |= {"line": _line, "web": _web, "short": _short, "day": day_words, "number": _number}
    return made


def template_text(name: str) -> str:
    """A file of ``templates/``, by its name there."""
    return (files("paperradar.publishing") / _TEMPLATES / name).read_text(encoding="utf-8")


def asset(name: str) -> Markup:
    """One of our style sheets or scripts, as it stands in a page. ValueError where it holds what ends its element."""
    text = "\n" + template_text(name)
    if "</" in text or "<!--" in text:
        raise ValueError(f"{name} holds what would end its element in a page")
    return Markup(text)  # our own file, checked above


def policy(*, style: str, script: str = "") -> str:
    """A page's Content-Security-Policy: nothing is fetched, and nothing runs but what has these hashes."""
    scripts = f" script-src '{_hash(script)}';" if script else ""
    return (
        f"default-src 'none';{scripts} style-src '{_hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def row_view(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    """What the template needs of a row beyond the bundle's own keys."""
    authors = row["authors"]
    shown = names_shown(authors)
    parts = [
        {"label": part["label"], "value": value, "colour": part["colour"]}
        for part in look.parts
        if (value := int(row["components"][part["name"]]))
    ]
    return {
        **row,
        # Only lists that are frozen have these.
        "late": row.get("late", False),
        "withdrawn": row.get("withdrawn", False),
        "authors_shown": authors[:shown],
        "authors_folded": authors[shown:],
        "basis_words": _BASIS.get(row["date_basis"], row["date_basis"]),
        "parts": parts,
        "bar": _bar(parts),
        "part_values": " ".join(str(int(row["components"][part["name"]])) for part in look.parts),
        "lane_labels": [look.labels.get(slug, slug) for slug in row["lanes"]],
        "lifted_label": look.labels.get(row["lifted_by"], row["lifted_by"]),
        "featured_words": "; ".join(featured_words(item) for item in row["featured"]),
    }


def names_shown(names: Sequence[str]) -> int:
    """How many of a paper's authors are named before the rest is folded, or counted."""
    return len(names) if len(names) <= _AUTHORS_UNFOLDED else _AUTHORS_SHOWN


def _bar(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The bar's pieces: what adds stands side by side from the left; what takes away lies over their end."""
    pieces, end = [], 0
    for part in parts:
        if part["value"] > 0:
            pieces.append({"x": end, "width": part["value"], "name": f"c{part['colour']}"})
            end += part["value"]
    for part in parts:
        if part["value"] < 0:
            taken = min(-part["value"], end)
            end -= taken
            pieces.append({"x": end, "width": taken, "name": "minus"})
    return pieces


def _positive(row: Mapping[str, Any]) -> int:
    return sum(value for value in row["components"].values() if value > 0)


def _in_lane(rows: Sequence[Mapping[str, Any]], slug: str) -> int:
    return sum(slug in row["lanes"] for row in rows)


def _line(text: object) -> str:
    return clean_text(str(text))


def _web(address: object) -> str:
    """An address that may stand in a link, else nothing."""
    return str(address) if is_web_address(str(address)) else ""


def _short(address: str) -> str:
    """An address as people say it: without scheme, and not longer than a line of a phone."""
    text = str(address).partition("://")[2].removeprefix("www.").rstrip("/")
    text = text.removeprefix("github.com/")
    return text if len(text) <= _ADDRESS_LENGTH else text[: _ADDRESS_LENGTH - 1] + "…"


def _number(value: int) -> str:
    return f"{value:,}"
