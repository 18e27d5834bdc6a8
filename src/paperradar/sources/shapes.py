"""The shape of a document, and how it differs from the form that a parser of this package expects.

The difference says what in a parser is to be mended. Pure: bytes in, values out.

A path names an element by its steps from the root, ``rss/channel/item/{http://arxiv.org/schemas/atom}announce_type``,
an attribute with an @. A step is written with its namespace where that is not its parent's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from paperradar.papers import clean_text
from paperradar.sources.forms import EXPECTED, Form
from paperradar.sources.xml import parse_xml

__all__ = ["EXPECTED", "Comparison", "Form", "Lack", "Unknown", "compare", "shape_of", "time_shape"]

_EXAMPLE = 60  # characters
_MOST_VALUES = 20  # different ones of a path
_MOST_UNKNOWN = 50
_DAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")


@dataclass(frozen=True, slots=True)
class Lack:
    """A needed path that not all have: ``have`` of ``of`` records (of the one document, for a path outside them)."""

    path: str
    have: int
    of: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A path that the form does not know: how often it came, and one value, shortened."""

    path: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A document beside the form that was expected.

    ``namespaces`` maps each to a prefix, ``values`` a path to its values and how often each came, ``times`` a path to
    the ways in which its times are written (9 for a digit) with one example each. ``unseen`` is read but did not come.
    ``records`` counts those that are ``gone`` too.
    """

    root: str
    namespaces: Mapping[str, str]
    records: int
    lacks: tuple[Lack, ...]
    unseen: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    values: Mapping[str, Mapping[str, int]]
    times: Mapping[str, Mapping[str, str]]

    @property
    def missing(self) -> tuple[str, ...]:
        """The needed paths that none has."""
        return tuple(lack.path for lack in self.lacks if not lack.have)


def shape_of(data: bytes) -> dict[str, int]:
    """How often each path comes in a document. Raises Unavailable for what is no whole XML."""
    return dict(Counter(path for path, _, _ in _walk(parse_xml(data), "")))


def compare(data: bytes, form: Form) -> Comparison:
    """What a document has, lacks and has besides. Raises Unavailable for what is no whole XML."""
    root = parse_xml(data)
    seen: dict[str, _Seen] = {}
    records = 0
    for path, text, record in _walk(root, form.records):
        records = max(records, record)
        entry = seen.setdefault(path, _Seen())
        entry.count += 1
        if text is not None:
            entry.filled.add(record)
            entry.texts[clean_text(text)[:_EXAMPLE]] += 1
    gone = seen[form.gone].filled if form.gone in seen else set[int]()
    unknown = [
        Unknown(path, entry.count, next(iter(entry.texts), "")) for path, entry in seen.items() if not form.knows(path)
    ]
    return Comparison(
        root=str(root.tag),
        namespaces=_namespaces(root),
        records=records,
        lacks=tuple(_lacks(form, seen, set(range(1, records + 1)) - gone)),
        unseen=tuple(path for path in form.read if path not in seen),
        unknown=tuple(unknown[:_MOST_UNKNOWN]),
        values={path: dict(seen[path].texts.most_common(_MOST_VALUES)) for path in form.values if path in seen},
        times={path: _time_shapes(seen[path].texts) for path in form.times if path in seen},
    )


def time_shape(text: str) -> str:
    """How a time is written: ``Sun, 27 Apr 2025 00:00:00 -0400`` is ``Ddd, 99 Mmm 9999 99:99:99 -9999``."""
    return re.sub("[0-9]", "9", _MONTH.sub("Mmm", _DAY.sub("Ddd", text)))


@dataclass(slots=True)
class _Seen:
    """A path: how often it came, in which records with something in it, and what (0: outside the records)."""

    count: int = 0
    filled: set[int] = field(default_factory=set)
    texts: Counter[str] = field(default_factory=Counter)


def _walk(root: etree._Element, records: str) -> Iterator[tuple[str, str | None, int]]:
    """Path, text (None: there is nothing in it) and record of all elements and attributes, in document order."""
    number = 0
    stack: list[tuple[etree._Element, str, int]] = [(root, str(root.tag), 0)]
    while stack:
        element, path, record = stack.pop()
        if path == records:
            number += 1
            record = number
        yield path, _content(element), record
        for name, value in element.attrib.items():
            yield f"{path}/@{name!s}", str(value) if str(value).strip() else None, record
        space = etree.QName(element).namespace
        children = [(child, f"{path}/{_step(child, space)}", record) for child in element]
        stack.extend(reversed(children))


def _content(element: etree._Element) -> str | None:
    """An element's own text; empty where it has children or attributes instead, None where it has nothing."""
    text = element.text or ""
    if text.strip():
        return text
    return "" if len(element) or element.attrib else None


def _step(element: etree._Element, space: str | None) -> str:
    name = etree.QName(element)
    if name.namespace == space:
        return name.localname
    return f"{{{name.namespace or ''}}}{name.localname}"


def _namespaces(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter():
        for prefix, space in element.nsmap.items():
            found.setdefault(str(space), str(prefix or ""))
    return found


def _lacks(form: Form, seen: Mapping[str, _Seen], records: set[int]) -> Iterator[Lack]:
    for path in form.needed:
        filled = seen[path].filled if path in seen else set()
        if not (form.records and path.startswith(f"{form.records}/")):
            if not filled:
                yield Lack(path, 0, 1)
        elif have := records - filled:
            yield Lack(path, len(records) - len(have), len(records))


def _time_shapes(texts: Mapping[str, int]) -> dict[str, str]:
    shapes: dict[str, str] = {}
    for text in texts:
        shapes.setdefault(time_shape(text), text)
    return dict(list(shapes.items())[:_MOST_VALUES])
