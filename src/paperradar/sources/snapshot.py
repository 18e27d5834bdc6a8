"""arXiv's metadata snapshot: JSON lines, one record a paper. Parsing is pure.

Source of the format: https://www.kaggle.com/datasets/Cornell-University/arxiv
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from paperradar.errors import InputError
from paperradar.papers import Author, Paper, Version, clean_text, parse_identifier
from paperradar.sources.authors import split_authors
from paperradar.sources.withdrawn import says_withdrawn

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HTTP_DATE = re.compile(
    r"(?:[A-Za-z]{3},? +)?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?(?: (?:GMT|UTC|[+-]0000|Z))?)?",
    re.ASCII,
)
_VERSION = re.compile(r"[vV]?([1-9]\d{0,3})", re.ASCII)
# The oldest papers on arXiv were written before arXiv; a date outside these years is a mistake.
_FIRST_YEAR, _LAST_YEAR = 1985, 2100


def parse_record(raw: bytes | str) -> Paper:
    """One line of the snapshot as a paper.

    Text is cleaned, names are split, dates are aware in UTC. What is malformed inside a list (a version, an
    author) is left out; a record without identifier or title, or with a field of the wrong type, raises
    InputError with the reason. Bytes that are no UTF-8 become replacement characters.
    """
    record = _load(raw)
    identifier, named = _identifier(record.get("id"))
    title = _text(record, "title")
    if not title:
        raise InputError(f"{identifier} has no title")
    abstract, comments = _text(record, "abstract"), _text(record, "comments")
    extra = record.get("paperradar")
    ours = extra if isinstance(extra, dict) else {}
    return Paper(
        identifier=identifier,
        title=title,
        abstract=abstract,
        authors=_authors(record.get("authors_parsed")) or split_authors(_text(record, "authors")),
        categories=_categories(record.get("categories")),
        comments=comments,
        journal_ref=_text(record, "journal-ref"),
        doi=_text(record, "doi"),
        report_no=_text(record, "report-no"),
        license=_text(record, "license"),
        submitter=_text(record, "submitter"),
        versions=_versions(record.get("versions"), named),
        updated=_day(record.get("update_date")),
        withdrawn=says_withdrawn(comments, abstract),
        abstract_by="paperradar" if ours.get("abstract_by") == "paperradar" else "arxiv",
        reference=ours.get("reference") is True,
    )


def _load(raw: bytes | str) -> Mapping[str, Any]:
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    try:
        record = json.loads(text.lstrip("\ufeff"))
    except RecursionError as error:
        raise InputError("not usable: nested too deeply") from error
    except ValueError as error:  # bad JSON, or a number of more digits than Python reads
        reason = "a number is too long"
        if isinstance(error, json.JSONDecodeError):
            reason = f"{error.msg.removesuffix(' at')} at character {error.colno}"
        raise InputError(f"not JSON: {reason}") from error
    if not isinstance(record, dict):
        raise InputError("not a JSON object")
    return record


def _identifier(value: object) -> tuple[str, int | None]:
    if value is None or value == "":
        raise InputError("no id")
    if not isinstance(value, str):
        raise InputError("id is not text")  # 2205.10100 read as a number would lose its last zeros
    if len(value) > 200:
        raise InputError("id is not an arXiv identifier")
    return parse_identifier(clean_text(value))


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{key} is not text")
    return clean_text(value)


def _authors(value: object) -> tuple[Author, ...]:
    """Authors of ``authors_parsed``: lists of family name, given name, suffix and perhaps affiliations."""
    authors: list[Author] = []
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, list) or not entry or not all(isinstance(part, str) for part in entry[:3]):
            continue
        family, given, suffix = (clean_text(part) for part in (*entry[:3], "", "")[:3])
        if family or given:
            authors.append(Author(family, given, suffix) if family else Author(given, "", suffix))
    return tuple(authors)


def _categories(value: object) -> tuple[str, ...]:
    """Categories, the primary one first: one string, or a list of strings in older snapshots."""
    if value is None:
        return ()
    parts: list[str] = []
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, str):
            raise InputError("categories is not text")
        parts += clean_text(part).split()
    return tuple(dict.fromkeys(parts))


def _versions(value: object, named: int | None) -> tuple[Version, ...]:
    """The versions, each once and sorted; ``named`` is the version that the identifier carried."""
    if value is not None and not isinstance(value, list):
        raise InputError("versions is not a list")
    dates: dict[int, dt.datetime | None] = {named: None} if named is not None and named < 10_000 else {}
    for entry in value or ():
        if not isinstance(entry, dict):
            continue
        match = _VERSION.fullmatch(number) if isinstance(number := entry.get("version"), str) else None
        if match:
            created = _time(entry.get("created"))
            dates[int(match[1])] = dates.get(int(match[1])) or created
    return tuple(Version(number, dates[number]) for number in sorted(dates))


def _time(value: object) -> dt.datetime | None:
    """A time such as ``Fri, 30 Apr 2021 00:00:00 GMT`` in UTC; None for what is no believable time."""
    if not isinstance(value, str) or len(value) > 100:
        return None
    text = value.strip()
    try:
        if match := _HTTP_DATE.fullmatch(text):
            day, month, year, hour, minute, second = match.groups()
            time = dt.datetime(
                int(year),
                _MONTHS.index(month) + 1,
                int(day),
                int(hour or 0),
                int(minute or 0),
                min(int(second or 0), 59),  # a leap second
                tzinfo=dt.UTC,
            )
        else:
            time = dt.datetime.fromisoformat(text)
            time = time.astimezone(dt.UTC) if time.tzinfo else time.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None
    return time if _FIRST_YEAR <= time.year <= _LAST_YEAR else None


def _day(value: object) -> dt.date | None:
    time = _time(value)
    return time.date() if time else None
