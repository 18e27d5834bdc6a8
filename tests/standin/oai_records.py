"""The two formats of a record in OAI-PMH: arXiv (split names) and arXivRaw (all versions)."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable

from paperradar.papers import Author, Paper, Version
from tests.standin.answers import attributes, element

FORMATS = {
    prefix: {"namespace": f"http://arxiv.org/OAI/{prefix}/", "schema": f"http://arxiv.org/OAI/{prefix}.xsd"}
    for prefix in ("arXiv", "arXivRaw")
}
_WIDTH = 79
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def metadata(paper: Paper, prefix: str) -> str:
    """The content of a record's ``metadata``."""
    names = FORMATS[prefix]
    root = {
        "xmlns": names["namespace"],
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": f"{names['namespace']} {names['schema']}",
    }
    fields = _arxiv(paper) if prefix == "arXiv" else _raw(paper)
    return f" <{prefix}{attributes(root)}>\n {''.join(fields)}</{prefix}>"


def _arxiv(paper: Paper) -> list[str]:
    fields = [element("id", paper.identifier), element("created", _day(paper.versions[0]))]
    if paper.version > 1:
        fields.append(element("updated", _day(paper.versions[-1])))
    return [
        *fields,
        f"<authors>{''.join(map(_author, paper.authors))}</authors>",
        element("title", _wrapped(paper.title)),
        element("categories", " ".join(paper.categories)),
        *_rest(paper),
    ]


def _raw(paper: Paper) -> list[str]:
    return [
        element("id", paper.identifier),
        element("submitter", paper.submitter),
        *map(_version, paper.versions),
        element("title", _wrapped(paper.title)),
        element("authors", _wrapped(_listed(author.name for author in paper.authors))),
        element("categories", " ".join(paper.categories)),
        *_rest(paper),
    ]


def _rest(paper: Paper) -> list[str]:
    values = {
        "comments": _wrapped(paper.comments),
        "report-no": paper.report_no,
        "journal-ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.license,
    }
    fields = [element(name, value) for name, value in values.items() if value]
    lines = textwrap.wrap(paper.abstract, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [*fields, element("abstract", "  " + "\n".join(lines) + "\n")]


def _author(author: Author) -> str:
    parts = {"keyname": author.family, "forenames": author.given, "suffix": author.suffix}
    return f"<author>{''.join(element(name, value) for name, value in parts.items() if value)}</author>"


def _version(version: Version) -> str:
    time = _time(version)
    date = f"{_DAYS[time.weekday()]}, {time.day} {_MONTHS[time.month - 1]} {time:%Y %H:%M:%S} GMT"
    size = f"{40 + version.number * 7}kb"
    parts = element("date", date) + element("size", size) + element("source_type", "D")
    return f'<version version="v{version.number}">{parts}</version>'


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _day(version: Version) -> str:
    return f"{_time(version):%Y-%m-%d}"


def _time(version: Version) -> dt.datetime:
    if version.created is None:
        raise ValueError("a world gives every version its time")
    return version.created


def _wrapped(value: str) -> str:
    return "\n  ".join(textwrap.wrap(value, _WIDTH, break_long_words=False, break_on_hyphens=False))
