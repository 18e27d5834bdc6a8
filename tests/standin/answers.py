"""What the stand-in sends back, and the little XML that all its documents share. Knows no papers.

Documents are written as text, not built as trees: their white space and the order of attributes are arXiv's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
HTML = "text/html; charset=utf-8"
# Characters that XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. ``headers`` are those beside Content-Type and Content-Length."""

    body: bytes
    content_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def text(value: str) -> str:
    """Text between tags."""
    return escape(_NOT_XML.sub("", value))


def attributes(values: Mapping[str, str]) -> str:
    """Attributes in the order given, with a blank before each."""
    return "".join(
        f' {name}="{escape(_NOT_XML.sub("", value), {chr(34): "&quot;"})}"' for name, value in values.items()
    )


def element(name: str, value: str | None, values: Mapping[str, str] | None = None) -> str:
    """``<name values>value</name>``, or an empty element where the value is None."""
    opening = f"<{name}{attributes(values or {})}"
    return f"{opening}/>" if value is None else f"{opening}>{text(value)}</{name}>"


def page(status: int, title: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A small HTML page, as proxies send them."""
    body = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Answer(body.encode(), HTML, status, headers)


_BOMB = (
    "<!DOCTYPE bomb [\n"
    + '<!ENTITY b0 "ha">\n'
    + "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">\n' for n in range(1, 10))
    + "]>\n"
)


def hostile(body: bytes) -> bytes:
    """The document with a DOCTYPE whose entities grow to gigabytes, used in its first element that holds text."""
    declaration, _, rest = body.decode().partition("?>\n")
    start = re.search(r"<(?:title|identifier|repositoryName|setSpec)>", rest)
    place = start.end() if start else rest.index(">") + 1
    return f"{declaration}?>\n{_BOMB}{rest[:place]}&b9;{rest[place:]}".encode()
