"""Plots as SVG: lines and bars that need no script, no style sheet and nothing from elsewhere.

pygal computes where things stand; what it draws is copied element by element, and only shapes, text and numbers that
we name come along. Colours are attributes and text is drawn in ``currentColor``, so a plot fits a light and a dark
page, and stands in one whose policy allows no inline style. The same numbers give the same bytes.
"""

from __future__ import annotations

import hashlib
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal
from xml.etree import ElementTree as ET

from paperradar.papers import clean_text

# By name of a line, or of a group of bars: a value for each label, None where there is none.
Series = Mapping[str, Sequence[float | None]]

_WIDTH, _HEIGHT = 760, 320
_ROW = 26  # of a horizontal bar, in the units of the viewBox
_LEGEND_ROW = 20
_LABELS = 9  # along the axis of a line; more would touch each other
_MOST = 1e12  # of a value
_LONGEST = 42  # characters of a label; the rest is cut
# At least 3 to 1 against the light and the dark ground of our pages. Dashes tell lines apart without their colours.
_COLOURS = ("#2f7ab8", "#c06a1e", "#2f8f83", "#a56fb5", "#8c7a5a", "#c2527e", "#6a8f2f", "#7d8691")
_DASHES = ("", "7 3", "2 3", "10 3 2 3")
_SHAPES = frozenset({"svg", "g", "path", "rect", "circle", "text"})
_GEOMETRY = ("d", "x", "y", "width", "height", "cx", "cy", "r", "transform")
_NUMBERS = re.compile(r"[-+0-9a-zA-Z., ()]*")
_LEFT_BEHIND = frozenset({"background", "tooltip-overlay", "text-overlay", "tooltip"})
_ALONE = (
    "<style>svg{color:#3d3c38;background:#fff;font-family:system-ui,sans-serif}"
    "@media (prefers-color-scheme:dark){svg{color:#cfccc4;background:#151617}}</style>"
)


def plain(value: float) -> str:
    """``1,234`` or ``0.25``: a number as the plots and their tables say it."""
    text = f"{round(value, 2) + 0.0:,.2f}"  # adding 0.0 makes 0 of -0
    return text.rstrip("0").rstrip(".")


def percent(value: float) -> str:
    """A share between 0 and 1 as ``12.5 %``."""
    return f"{plain(round(100 * value, 1))} %"


def lines(
    title: str,
    x_labels: Sequence[str],
    series: Series,
    *,
    description: str = "",
    form: Callable[[float], str] = plain,
) -> str:
    """A plot of lines as one ``<svg>`` element; a gap where a value is None, no finite number, or beyond 1e12.

    ``title``: its name for people who cannot see it; it is not drawn. ``description``: what they hear after it, made
    from the labels where it is empty. Labels are plain text. Every series has one value a label; else ValueError.
    """
    return _plot("lines", title, x_labels, series, description, form)


def bars(
    title: str,
    x_labels: Sequence[str],
    series: Series,
    *,
    description: str = "",
    form: Callable[[float], str] = plain,
    horizontal: bool = False,
) -> str:
    """A plot of bars, as `lines`. ``horizontal``: from the left, the first label on top; made for long labels."""
    return _plot("horizontal" if horizontal else "bars", title, x_labels, series, description, form)


def numbers(
    x_labels: Sequence[str], series: Series, form: Callable[[float], str] = plain
) -> tuple[tuple[str, ...], ...]:
    """The plot's numbers as rows of a table: a label, then a cell for each series, empty where there is no value."""
    return tuple(
        (label, *("" if (value := _usable(cell)) is None else form(value) for cell in cells))
        for label, *cells in zip(x_labels, *series.values(), strict=True)
    )


def standalone(svg: str) -> bytes:
    """A plot as a file of its own, UTF-8: with a ground and colours for light and dark, which a page would give it."""
    head, end, rest = svg.partition(">")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{end}{_ALONE}{rest}\n'.encode()


_Kind = Literal["lines", "bars", "horizontal"]


def _plot(
    kind: _Kind,
    title: str,
    x_labels: Sequence[str],
    series: Series,
    description: str,
    form: Callable[[float], str],
) -> str:
    labels = [_cut(label) for label in x_labels]
    if any(len(values) != len(labels) for values in series.values()):
        raise ValueError(f"each series needs {len(labels)} values, one for each label")
    # Names may become equal when they are cut: a list, not a mapping.
    drawn = [(_cut(name), [_usable(value) for value in values]) for name, values in series.items()]
    names = [name for name, _ in drawn]
    title = clean_text(title)
    described = clean_text(description) or _described(labels, names)
    if not any(value is not None for _, values in drawn for value in values):
        root = _root(title, described, _ROW * 3)
        ET.SubElement(root, "text", _text("middle", 16), x=str(_WIDTH // 2), y=str(_ROW * 2)).text = "no numbers yet"
        return ET.tostring(root, encoding="unicode")
    legend = _LEGEND_ROW * math.ceil(len(drawn) / 2) if len(drawn) > 1 else 0
    height = legend + (_ROW * (2 + len(labels) * len(drawn)) if kind == "horizontal" else _HEIGHT)
    root = _root(title, described, height)
    root.extend(_dressed(_chart(kind, labels, drawn, form, height).render_tree(), names, _Place()))
    return ET.tostring(root, encoding="unicode")


def _chart(
    kind: _Kind,
    labels: Sequence[str],
    drawn: Sequence[tuple[str, list[float | None]]],
    form: Callable[[float], str],
    height: int,
) -> Any:
    pygal = _pygal()
    if kind == "horizontal":  # pygal begins at the bottom
        labels, drawn = labels[::-1], [(name, values[::-1]) for name, values in drawn]
    made = {
        "lines": pygal.Line,
        "bars": pygal.Bar,
        "horizontal": pygal.HorizontalBar,
    }[kind]
    chart = made(
        js=[],
        css=[],
        width=_WIDTH,
        height=height,
        margin=8,
        # Half of the last label stands beyond the last point.
        margin_right=36 if kind == "lines" else 8,
        # pygal leaves no room for a last row of the legend that is half full.
        margin_bottom=8 + (_LEGEND_ROW if len(drawn) > 1 and len(drawn) % 2 else 0),
        style=pygal.style.Style(label_font_size=12, major_label_font_size=12, legend_font_size=13),
        value_formatter=form,
        allow_interruptions=True,
        include_x_axis=True,
        max_scale=6,
        # There is no half of a paper: whole numbers get whole ticks.
        order_min=0 if all(value is None or value == int(value) for _, values in drawn for value in values) else None,
        dots_size=3,
        show_legend=len(drawn) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        truncate_label=-1,
        x_labels_major_every=max(1, math.ceil(len(labels) / _LABELS)),
        show_minor_x_labels=kind == "horizontal",
    )
    chart.x_labels = labels
    for name, values in drawn:
        chart.add(name, values)
    return chart


def _pygal() -> Any:
    import pygal
    import pygal.style

    # It finds plug-ins of maps in a way that Python gave up; left there, a later import that fails would warn of it.
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    return pygal


class _Place:
    """Where in pygal's tree an element stands: the classes above it, and the number of its series."""

    def __init__(self, classes: frozenset[str] = frozenset(), series: int | None = None) -> None:
        self.classes = classes
        self.series = series

    def below(self, classes: Sequence[str]) -> _Place:
        """The place of the children of an element with these classes."""
        numbered = next((int(found[1]) for name in classes if (found := _SERIES.fullmatch(name))), self.series)
        return _Place(self.classes.union(classes), numbered)


_SERIES = re.compile(r"(?:serie|color|activate-serie)-(\d+)")


def _dressed(node: Any, names: Sequence[str], place: _Place) -> Iterator[ET.Element]:
    """Our copies of an element's children: known shapes with numbers only, and how they look."""
    for child in node:
        # Comments have no name but a function.
        tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        classes = (child.get("class") or "").split()
        if tag not in _SHAPES or _LEFT_BEHIND.intersection(classes):
            continue
        inner = place.below(classes or ())
        if tag == "g" and (match := _SERIES.fullmatch(child.get("id") or "")):
            inner.series = int(match[1])
        made = ET.Element(tag, {key: child.get(key) for key in _GEOMETRY if _NUMBERS.fullmatch(child.get(key) or "\n")})
        made.attrib |= _look(tag, inner)
        if tag == "text":
            made.text = clean_text(child.text or "")
        made.extend(_dressed(child, names, inner))
        if said := _said(child, names, inner):
            ET.SubElement(made, "title").text = said
        if tag != "g" or len(made):
            yield made


def _look(tag: str, place: _Place) -> dict[str, str]:
    """The attributes that draw an element: of an axis, of a legend, or of a series."""
    has = place.classes
    if tag == "text":
        anchor = "start" if "legends" in has else "end" if "y" in has else "middle"
        return _text(anchor, 13)
    if tag == "g":
        return {}
    if place.series is None:
        return {"fill": "none", "stroke": "currentColor", "stroke-opacity": ".16" if "guide" in has else ".5"}
    colour = _COLOURS[place.series % len(_COLOURS)]
    if tag != "path":
        return {"fill": colour}
    look = {"fill": "none", "stroke": colour, "stroke-width": "2.25", "stroke-linejoin": "round"}
    if dash := _DASHES[place.series % len(_DASHES)]:
        look["stroke-dasharray"] = dash
    return look


def _text(anchor: str, size: int) -> dict[str, str]:
    return {"fill": "currentColor", "font-size": str(size), "text-anchor": anchor}


def _said(node: Any, names: Sequence[str], place: _Place) -> str:
    """What stands beside the pointer over a point or a bar: pygal keeps it in ``desc`` elements for its script."""
    kept = {child.get("class"): child.text or "" for child in node if getattr(child, "tag", "") == "desc"}
    if place.series is None or "value" not in kept:
        return ""
    return clean_text(f"{names[place.series]}, {kept.get('x_label', '')}: {kept['value']}")


def _root(title: str, description: str, height: int) -> ET.Element:
    name = "plot-" + hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:8]
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
        },
    )
    ET.SubElement(root, "title", id=f"{name}-title").text = title
    ET.SubElement(root, "desc", id=f"{name}-desc").text = description
    return root


def _usable(value: float | None) -> float | None:
    """The value; None for what is none, and where an axis could not be computed."""
    return value if value is not None and math.isfinite(value) and abs(value) <= _MOST else None


def _described(labels: Sequence[str], names: Sequence[str]) -> str:
    span = f" from {labels[0]} to {labels[-1]}" if len(labels) > 1 else f" of {labels[0]}" if labels else ""
    return f"Values{span}: {', '.join(names) or 'none'}."


def _cut(label: str) -> str:
    text = clean_text(label)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
