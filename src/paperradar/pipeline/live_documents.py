"""Documents that arXiv was asked for to try the parsers, and what is to be said of them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from paperradar.calendar import is_announcement_day
from paperradar.pipeline.checkup import Finding, Status
from paperradar.pipeline.outcomes import Outcome
from paperradar.sources.shapes import Comparison, Form
from paperradar.sources.values import Broken

# Fields of `Made.fields` that some paper of any document has, and of one that tells of submissions.
ALWAYS = ("authors", "abstract", "categories")
DATED = (*ALWAYS, "submitted")


@dataclass(frozen=True, slots=True)
class Parser:
    """A parser: its module, the form that it expects, and the fields that it has to find in some paper at least."""

    module: str
    form: Form
    must: tuple[str, ...] = ALWAYS


@dataclass(frozen=True, slots=True)
class Made:
    """What a parser made of a document.

    ``kinds`` counts a feed's announcements, ``fields`` papers that have something in a field, ``broken`` holds the
    first of the records that were set aside. ``day`` is a feed's own, ``total`` what the document says that there is.
    ``resumes``: there are more pages.
    """

    records: int = 0
    papers: int = 0
    kinds: Mapping[str, int] | None = None
    fields: Mapping[str, int] | None = None
    broken_records: int = 0
    broken: tuple[Broken, ...] = ()
    deleted: int = 0
    day: dt.date | None = None
    total: int | None = None
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class LiveDocument:
    """One document that was asked for: how it came, its shape, what its parser made of it, and what to say about it.

    ``status`` is the HTTP one, None where nothing came; ``size`` is in bytes. ``error`` says why the document could
    not be had or used, ``refused`` that arXiv takes the request for a wrong one. ``shape`` is None for no XML.
    """

    url: str
    finding: Finding
    is_reached: bool = True
    status: int | None = None
    headers: Mapping[str, str] | None = None
    size: int = 0
    redirects: tuple[str, ...] = ()
    kept: Path | None = None
    error: str = ""
    refused: bool = False
    shape: Comparison | None = None
    made: Made | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON: the finding's, and all else under ``document``."""
        values = asdict(self)
        del values["finding"]
        if self.made is not None:
            values["made"]["day"] = self.made.day.isoformat() if self.made.day else None
        values["kept"] = str(self.kept) if self.kept else None
        return {**self.finding.as_dict(), "document": values}


def unanswered(name: str, url: str, error: str, outcome: Outcome, redirects: tuple[str, ...]) -> LiveDocument:
    """A document that did not come."""
    passing = outcome is Outcome.LATER
    remedy = "paperradar doctor --live, later" if passing else "check fetch.urls in config/paperradar.toml"
    finding = Finding(name, Status.PROBLEM, error, remedy)
    return LiveDocument(url, finding, is_reached=not passing, redirects=redirects, error=error)


def judged(document: LiveDocument, parser: Parser, today: dt.date) -> Finding:
    """What to say of a document that came; ``today`` is arXiv's. A problem is what its parser cannot use."""
    problems, notes = list(_problems(document, parser)), list(_notes(document, today))
    told = [f"{document.status} {(document.headers or {}).get('content-type', 'without a content type')}"]
    if document.made is not None:
        told.append(f"records: {document.made.records:,}, papers: {document.made.papers:,}")
    detail = "; ".join([*told, *problems, *notes])
    name = document.finding.name
    if document.refused:
        return Finding(name, Status.PROBLEM, detail, "check fetch.urls and categories in config/paperradar.toml")
    if problems:
        remedy = f"run it again; where it stays so, mend {parser.module}, try it with {document.kept or 'the answer'}"
        return Finding(name, Status.PROBLEM, detail, f"{remedy}, then: paperradar reparse")
    if notes:
        return Finding(name, Status.NOTE, detail, "the report tells more")
    return Finding(name, Status.OK, detail)


def _problems(document: LiveDocument, parser: Parser) -> Iterator[str]:
    """What keeps the parser from using the document, or from using all of it."""
    made, shape = document.made, document.shape
    if document.error:
        yield document.error
    elif shape is not None:
        if shape.root != parser.form.root:
            yield f"its root is {shape.root}, not {parser.form.root}"
        codes = [code for path in shape.values if path.endswith("error/@code") for code in shape.values[path]]
        yield from (f"it is an error, {code}" for code in codes if code != "noRecordsMatch")
        if shape.missing:
            yield f"missing everywhere: {', '.join(shape.missing)}"
    if made is None:
        return
    if made.records > made.deleted and not made.papers:
        yield "the parser can use none of its records"
    lost = [name for name in parser.must if made.papers and made.fields is not None and not made.fields[name]]
    if lost:
        yield f"no paper has: {', '.join(lost)}"


def _notes(document: LiveDocument, today: dt.date) -> Iterator[str]:
    """What is worth knowing and keeps nobody from using the document."""
    made, shape = document.made, document.shape
    if document.redirects:
        yield f"redirected: {document.redirects[-1]}"
    if shape is not None:
        if some := [lack for lack in shape.lacks if lack.have]:
            yield f"needed paths that some records lack: {len(some)}"
        if shape.unknown:
            yield f"unknown paths: {len(shape.unknown)}"
    if made is None:
        return
    if made.broken_records:
        yield f"records set aside: {made.broken_records:,}"
    if not made.records:
        quiet = "" if is_announcement_day(today) else f" (arXiv announces nothing on {today})"
        yield f"it is empty{quiet}, so the shape of its records is not known; run it again on a working day"
    elif made.kinds is not None and made.day != today:
        yield f"its day is {made.day}, today's listing is that of {today}"
