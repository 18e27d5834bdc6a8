"""Papers, their versions, and the sources that named them."""

# ruff: noqa: S608 - the SQL put together here is made of constants of this package; values are parameters
from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from paperradar.papers import Author, DayBasis, Paper, Version, identifier_order
from paperradar.store.deletions import DeletionTables
from paperradar.store.merging import Known, better_day, merge, unite_versions
from paperradar.store.times import aware, naive
from paperradar.store.values import StoredPaper, StoredText, StoredTitle, Upserted

_COLUMNS = (
    "identifier",
    "version",
    "title",
    "abstract",
    "abstract_by",
    "authors",
    "categories",
    "comments",
    "journal_ref",
    "doi",
    "report_no",
    "license",
    "submitter",
    "updated",
    "withdrawn",
    "reference",
    "text_hash",
    "announced_on",
    "basis",
    "stamps",
)
_SELECT = ", ".join(f"papers.{name}" for name in _COLUMNS)
_Row = tuple[object, ...]
_Day = tuple[dt.date, DayBasis]


class PaperTables(DeletionTables):
    """The tables ``papers``, ``versions`` and ``paper_sources``."""

    def upsert_papers(
        self, papers: Sequence[tuple[Paper, dt.date, DayBasis]], *, source: str, seen: dt.datetime | None = None
    ) -> Upserted:
        """Add records of papers, each with its announcement day; ``source`` names where they come from.

        ``seen`` is when the source gave them (aware), None for records out of a file.

        One identifier may come several times. The rules are those of `paperradar.store.merging`: records in
        any order and any split give the same store. A day that a listing announced beats every estimate.
        A paper that was called deleted before it was seen here is no longer withdrawn for that (`whole_at`).
        """
        identifiers = list(dict.fromkeys(paper.identifier for paper, _, _ in papers))
        if not identifiers:
            return Upserted()
        known = self._known(identifiers)
        announced = self._first_announced(identifiers)
        counts = {"new": 0, "updated": 0, "unchanged": 0, "older": 0}
        result = dict(known)
        for paper, day, basis in papers:
            there = result.get(paper.identifier)
            if there is None:
                first = better_day((day, basis), announced.get(paper.identifier, (day, basis)))
                result[paper.identifier] = Known(_normal(paper)), first
                counts["new"] += 1
                continue
            merged = merge(there[0], paper), better_day(there[1], (day, basis))
            if paper.version < there[0].paper.version:
                counts["older"] += 1
            else:
                counts["unchanged" if merged == there else "updated"] += 1
            result[paper.identifier] = merged
        changed = {key: value for key, value in result.items() if known.get(key) != value}
        self._write(known, changed)
        self._note_whole((paper for paper, _, _ in papers), seen)
        self._append("paper_sources", ((identifier, source) for identifier in identifiers), action="upsert")
        return Upserted(**counts)

    def papers(self, identifiers: Sequence[str] | None = None) -> list[StoredPaper]:
        """The papers of these identifiers (unknown ones are left out), or all, sorted by identifier."""
        if identifiers is None:
            return self._stored("SELECT identifier AS key FROM papers")
        self._wanted(dict.fromkeys(identifiers))
        return self._stored("SELECT key FROM wanted")

    def papers_announced(self, first: dt.date | None, last: dt.date | None) -> list[StoredPaper]:
        """The papers announced from ``first`` to ``last``, both included, None for no bound; by identifier."""
        return self._stored(
            "SELECT identifier AS key FROM papers "
            "WHERE (? IS NULL OR announced_on >= ?) AND (? IS NULL OR announced_on <= ?)",
            [first, first, last, last],
        )

    def papers_changed(self, first: dt.date, last: dt.date, *, announced_before: dt.date) -> list[StoredPaper]:
        """Papers announced before a day that got a higher version, or changed metadata, from ``first`` to ``last``.

        Both days included, a version's in UTC.
        """
        return self._stored(
            "SELECT identifier AS key FROM papers WHERE announced_on < ? AND (updated BETWEEN ? AND ? OR identifier IN "
            "(SELECT identifier FROM versions WHERE number > 1 AND created >= ? AND created < ?))",
            [announced_before, first, last, first, last + dt.timedelta(days=1)],
        )

    def texts_announced(self, first: dt.date, last: dt.date) -> list[StoredText]:
        """The texts of the papers announced from ``first`` to ``last``, both included, sorted by identifier."""
        rows = self._connection.execute(
            "SELECT identifier, text_hash, categories FROM papers WHERE announced_on BETWEEN ? AND ?", [first, last]
        ).fetchall()
        texts = (StoredText(identifier, key, tuple(categories.split())) for identifier, key, categories in rows)
        return sorted(texts, key=lambda item: identifier_order(item.identifier))

    def count_texts(self) -> int:
        """How many different texts (title and abstract) the papers have."""
        row = self._one("SELECT count(DISTINCT text_hash) FROM papers")
        return int(row[0]) if row else 0

    def texts_without(self, vectors: str, tokens: str) -> list[str]:
        """For each text that lacks a vector or token ids of these fingerprints, one paper's identifier; sorted."""
        rows = self._connection.execute(
            "SELECT min(identifier) AS paper FROM papers WHERE "
            "text_hash NOT IN (SELECT text_hash FROM vectors JOIN encoders ON id = encoder WHERE fingerprint = ?) OR "
            "text_hash NOT IN (SELECT text_hash FROM tokens JOIN encoders ON id = encoder WHERE fingerprint = ?) "
            "GROUP BY text_hash ORDER BY paper",
            [vectors, tokens],
        ).fetchall()
        return [identifier for (identifier,) in rows]

    def titles(self) -> list[StoredTitle]:
        """The title, text hash and announcement day of every paper, sorted by identifier."""
        rows = self._connection.execute("SELECT identifier, title, text_hash, announced_on FROM papers").fetchall()
        return sorted((StoredTitle(*row) for row in rows), key=lambda item: identifier_order(item.identifier))

    def count_papers(self) -> int:
        """How many papers the store holds."""
        row = self._one("SELECT count(*) FROM papers")
        return int(row[0]) if row else 0

    def announced_days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last announcement day in the store, None where it holds no paper."""
        row = self._one("SELECT min(announced_on), max(announced_on) FROM papers")
        return (row[0], row[1]) if row and row[0] else None

    def imported_per_day(self, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """How many papers of each day from ``first`` to ``last`` came from somewhere else than arXiv's own services.

        Those are imports, which nobody checks day by day. A paper that was only fetched says nothing of its day: it may
        have come with a later listing. Days without are left out.
        """
        rows = self._connection.execute(
            "SELECT announced_on, count(DISTINCT identifier) FROM papers JOIN paper_sources USING (identifier) "
            "WHERE announced_on BETWEEN ? AND ? AND source NOT IN ('rss', 'oai', 'api') GROUP BY announced_on",
            [first, last],
        ).fetchall()
        return dict(sorted(rows))

    def papers_per_day(self, first: dt.date, last: dt.date) -> dict[tuple[dt.date, str], int]:
        """How many papers of each day from ``first`` to ``last`` there are in each category; those without left out."""
        rows = self._connection.execute(
            "SELECT announced_on, category, count(*) FROM "
            "(SELECT announced_on, unnest(string_split(categories, ' ')) AS category FROM papers"
            " WHERE announced_on BETWEEN ? AND ?) WHERE category <> '' GROUP BY ALL ORDER BY ALL",
            [first, last],
        ).fetchall()
        return {(day, category): count for day, category, count in rows}

    def sources_of(self, identifier: str) -> list[str]:
        """The sources that named a paper, sorted."""
        rows = self._connection.execute(
            "SELECT source FROM paper_sources WHERE identifier = ? ORDER BY source", [identifier]
        ).fetchall()
        return [source for (source,) in rows]

    def _first_announced(self, identifiers: Sequence[str]) -> dict[str, _Day]:
        """The first announcement days that listings told, by identifier."""
        raise NotImplementedError  # AnnouncementTables has it; a session is made of both

    def _known(self, identifiers: Iterable[str]) -> dict[str, tuple[Known, _Day]]:
        self._wanted(identifiers)
        return {known.paper.identifier: (known, day) for known, day in self._rows("SELECT key FROM wanted", [])}

    def _stored(self, keys: str, values: Sequence[object] = ()) -> list[StoredPaper]:
        gone = self._deleted()
        stored = [
            StoredPaper(replace(known.paper, withdrawn=True) if known.paper.identifier in gone else known.paper, *day)
            for known, day in self._rows(keys, values)
        ]
        return sorted(stored, key=lambda item: identifier_order(item.paper.identifier))

    def _rows(self, keys: str, values: Sequence[object]) -> list[tuple[Known, _Day]]:
        """The papers whose identifiers the query ``keys`` gives in a column ``key``."""
        # SEMI JOIN: each paper once, however often the keys name it
        versions = self._connection.execute(
            f"SELECT identifier, number, created FROM versions SEMI JOIN ({keys}) ON key = identifier "
            "ORDER BY identifier, number",
            list(values),
        ).fetchall()
        by_paper = {
            identifier: tuple(Version(number, _aware(created)) for _, number, created in group)
            for identifier, group in groupby(versions, key=lambda row: row[0])
        }
        rows = self._connection.execute(
            f"SELECT {_SELECT} FROM papers SEMI JOIN ({keys}) ON key = papers.identifier", list(values)
        ).fetchall()
        return [_from_row(row, by_paper.get(row[0], ())) for row in rows]

    def _write(self, known: dict[str, tuple[Known, _Day]], changed: dict[str, tuple[Known, _Day]]) -> None:
        versions = [
            (identifier, version.number, _naive(version.created))
            for identifier, (merged, _) in changed.items()
            for version in merged.paper.versions
            if identifier not in known or version not in known[identifier][0].paper.versions
        ]
        # Most records of an import are new: a plain insert is quicker than an upsert.
        self._append("papers", (_to_row(*value) for key, value in changed.items() if key not in known))
        self._append("papers", (_to_row(*value) for key, value in changed.items() if key in known), action="upsert")
        self._append("versions", versions, action="upsert")


def _normal(paper: Paper) -> Paper:
    """The paper with its versions sorted, each once: what `merge` gives for it and itself."""
    return merge(Known(paper), paper).paper if paper.versions != unite_versions(paper.versions) else paper


def _to_row(known: Known, day: _Day) -> _Row:
    paper = known.paper
    return (
        paper.identifier,
        paper.version,
        paper.title,
        paper.abstract,
        paper.abstract_by,
        json.dumps([[author.family, author.given, author.suffix] for author in paper.authors], ensure_ascii=False),
        " ".join(paper.categories),
        paper.comments,
        paper.journal_ref,
        paper.doi,
        paper.report_no,
        paper.license,
        paper.submitter,
        paper.updated,
        paper.withdrawn,
        paper.reference,
        paper.text_hash,
        day[0],
        day[1].value,
        json.dumps({name: stamp and stamp.isoformat() for name, stamp in known.stamps.items()}, sort_keys=True),
    )


def _from_row(row: Sequence[Any], versions: tuple[Version, ...]) -> tuple[Known, _Day]:
    value: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    day: _Day = value.pop("announced_on"), DayBasis(value.pop("basis"))
    stamps = {name: stamp and dt.date.fromisoformat(stamp) for name, stamp in json.loads(value.pop("stamps")).items()}
    del value["version"], value["text_hash"]  # both follow from the paper
    value["authors"] = tuple(Author(*parts) for parts in json.loads(value["authors"]))
    value["categories"] = tuple(value["categories"].split())
    return Known(Paper(**value, versions=versions), stamps), day


def _aware(created: dt.datetime | None) -> dt.datetime | None:
    return aware(created) if created else None


def _naive(created: dt.datetime | None) -> dt.datetime | None:
    return naive(created) if created else None
