"""What the stand-in's own tests share: asking, and reading XML."""

from __future__ import annotations

import datetime as dt

import requests
from lxml import etree

from tests.standin.server import StandIn

MONDAY = dt.date(2021, 6, 14)
DAYS = tuple(MONDAY + dt.timedelta(days=n) for n in range(4))
OAI = "{http://www.openarchives.org/OAI/2.0/}"
ATOM = "{http://www.w3.org/2005/Atom}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
ARXIV = "{http://arxiv.org/schemas/atom}"


def morning(day: dt.date) -> dt.datetime:
    """08:00 UTC on a day, which is 04:00 in New York in summer."""
    return dt.datetime.combine(day, dt.time(8), dt.UTC)


def get(standin: StandIn, path: str, **parameters: object) -> requests.Response:
    """One request; nothing is followed."""
    values = {name.rstrip("_"): str(value) for name, value in parameters.items()}
    return requests.get(f"{standin.url}{path}", params=values, timeout=30, allow_redirects=False)


def tree(standin: StandIn, path: str, **parameters: object) -> etree._Element:
    """The document at a path."""
    answer = get(standin, path, **parameters)
    assert answer.status_code == 200, answer.text
    return etree.fromstring(answer.content)


def texts(root: etree._Element, path: str) -> list[str]:
    """The texts of the elements at a path."""
    return [found.text or "" for found in root.iterfind(path)]


def children(node: etree._Element) -> list[tuple[str, tuple[str, ...]]]:
    """Names and attribute names of a node's children, with neighbours of one kind folded."""
    folded: list[tuple[str, tuple[str, ...]]] = []
    for child in node:
        kind = (str(child.tag), tuple(sorted(map(str, child.attrib))))
        if not folded or folded[-1] != kind:
            folded.append(kind)
    return folded
