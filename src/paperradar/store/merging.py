"""How records of one paper become one paper, whatever order they come in. Pure.

- The higher version wins as a whole; of a lower one only the dates of its versions are kept.
- Within one version each field is decided alone: filled beats empty, then the record updated later, then the
  longer value, then the greater one. So an empty field never overwrites a filled one.
- Versions are united. Of two dates of one version an exact time beats a bare day, then the earlier one.
- Announcement days: the better basis, then the earlier day.

Every rule takes a maximum of some order, so merging is associative, commutative and idempotent, and an
import killed anywhere or split anyhow ends in the same store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from paperradar.papers import DayBasis, Paper, Version

# Fields decided one by one. The abstract and who wrote it travel together.
_FIELDS = (
    "title",
    "abstract",
    "authors",
    "categories",
    "comments",
    "journal_ref",
    "doi",
    "report_no",
    "license",
    "submitter",
)
_BASIS_ORDER = {basis: place for place, basis in enumerate(DayBasis)}
_NEVER = dt.date.min


@dataclass(frozen=True, slots=True)
class Known:
    """A merged paper. ``stamps`` names the fields whose record was not updated on ``paper.updated``, and its day."""

    paper: Paper
    stamps: Mapping[str, dt.date | None] = field(default_factory=dict)


def merge(known: Known, paper: Paper) -> Known:
    """The paper after one more record of the same identifier was seen."""
    versions = unite_versions((*known.paper.versions, *paper.versions))
    if paper.version < known.paper.version:
        return Known(replace(known.paper, versions=versions), known.stamps)
    if paper.version > known.paper.version:
        return Known(replace(paper, versions=versions))
    return _merge_fields(known, paper, versions)


def unite_versions(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Each version number once, sorted, with its best date."""
    best: dict[int, Version] = {}
    for version in versions:
        there = best.get(version.number)
        if there is None or _date_rank(version.created) > _date_rank(there.created):
            best[version.number] = version
    return tuple(best[number] for number in sorted(best))


def better_day(first: tuple[dt.date, DayBasis], second: tuple[dt.date, DayBasis]) -> tuple[dt.date, DayBasis]:
    """The announcement day to believe: the better basis, then the earlier day."""
    return min(first, second, key=lambda known: (_BASIS_ORDER[known[1]], known[0]))


def _date_rank(created: dt.datetime | None) -> tuple[bool, bool, float]:
    if created is None:
        return False, False, 0.0
    return True, created.time() != dt.time(0), -created.timestamp()


def _merge_fields(known: Known, paper: Paper, versions: tuple[Version, ...]) -> Known:
    old = known.paper
    updated = max((day for day in (old.updated, paper.updated) if day), default=None)
    values: dict[str, Any] = {}
    stamps: dict[str, dt.date | None] = {}
    for name in _FIELDS:
        mine, theirs = getattr(old, name), getattr(paper, name)
        candidates = (
            (mine, known.stamps.get(name, old.updated), old.abstract_by),
            (theirs, paper.updated, paper.abstract_by),
        )
        value, stamp, writer = max(candidates, key=lambda candidate: _rank(name, *candidate))
        values[name] = value
        if name == "abstract":
            values["abstract_by"] = writer
        if stamp != updated:
            stamps[name] = stamp
    merged = replace(
        old,
        **values,
        versions=versions,
        updated=updated,
        withdrawn=old.withdrawn or paper.withdrawn,
        reference=old.reference and paper.reference,
    )
    return Known(merged, stamps)


def _rank(name: str, value: Any, stamp: dt.date | None, writer: str) -> tuple[Any, ...]:
    # An abstract of arXiv's beats a description of ours, whenever either was written.
    source = (writer == "arxiv", writer) if name == "abstract" else ()
    return bool(value), source, stamp or _NEVER, len(value), _comparable(value)


def _comparable(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple((part.family, part.given, part.suffix) if hasattr(part, "family") else part for part in value)
    return value
