"""Reading kept answers again with the parsers of today: how a mended parser reaches what was fetched before.

Answers are taken in the order of time, each written in one transaction by the rules of fetching. Nothing is fetched.
The coverage ledger and the records set aside stay as they are: they tell what was known when arXiv was asked. Doing it
again, or after a fetch with the same parsers, changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from paperradar.calendar import ARXIV_ZONE, estimate_announcement_day
from paperradar.errors import InputError, NotFoundError, PaperradarError
from paperradar.papers import DayBasis, Paper, identifier_order
from paperradar.pipeline.fetching import AROUND
from paperradar.pipeline.listings import Feed, repeats
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.placing import Placer
from paperradar.progress import Progress, silent
from paperradar.sources.values import Listing, Page
from paperradar.store import Session, Store, Upserted
from paperradar.transport import Document, RawArchive, replay_session, trouble_of
from paperradar.workspace import Workspace

_BASES = list(DayBasis)  # best first


@dataclass(frozen=True, slots=True)
class Unusable:
    """A kept answer that no parser can use, and why. ``at`` is when it came (UTC)."""

    at: dt.datetime
    label: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReparseReport:
    """What reading kept answers again did.

    ``feeds``, ``oai`` and ``api`` count the answers that were used. ``stale`` are feeds that repeat an earlier day's
    batch, ``other`` answers that are kept for other reasons; both are passed over. ``new``, ``updated``,
    ``unchanged`` and ``older`` count records of papers, ``announcements`` and ``withdrawn`` what was not known,
    ``broken`` records that cannot be used. ``damaged`` are files that cannot be read, and why.
    """

    feeds: int = 0
    oai: int = 0
    api: int = 0
    stale: int = 0
    other: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    announcements: int = 0
    withdrawn: int = 0
    broken: int = 0
    unusable: tuple[Unusable, ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()

    @property
    def answers(self) -> int:
        """How many answers were looked at."""
        return self.feeds + self.oai + self.api + self.stale + self.other + len(self.unusable)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        unusable = [asdict(item) | {"at": item.at.isoformat()} for item in self.unusable]
        damaged = [{"file": file, "reason": reason} for file, reason in self.damaged]
        return asdict(self) | {"answers": self.answers, "unusable": unusable, "damaged": damaged}


def reparse(
    workspace: Workspace,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    progress: Progress = silent,
) -> ReparseReport:
    """Read the answers that came on the days from ``since`` to ``until`` (UTC, both included, None for no bound).

    Raises StoreBusy; what was written until then is whole, and stays.
    """
    store, archive = open_store(workspace), RawArchive(workspace.raw)
    done: list[_Done] = []
    unusable: list[Unusable] = []
    with progress("Kept answers", None, unit="answers") as advance:
        for label, document in archive.documents(since, until):
            try:
                parsed = _parse(label, document)
            except PaperradarError as error:
                unusable.append(Unusable(document.fetched_at, label, document.url, str(error)))
            else:
                done.append(_write(store, parsed, document) if parsed is not None else _Done("other"))
            advance(1)
    kinds = Counter(item.kind for item in done)
    upserted = sum((item.upserted for item in done), Upserted())
    return ReparseReport(
        feeds=kinds["rss"],
        oai=kinds["oai"],
        api=kinds["api"],
        stale=kinds["stale"],
        other=kinds["other"],
        new=upserted.new,
        updated=upserted.updated,
        unchanged=upserted.unchanged,
        older=upserted.older,
        announcements=sum(item.announcements for item in done),
        withdrawn=sum(item.withdrawn for item in done),
        broken=sum(item.broken for item in done),
        unusable=tuple(unusable),
        damaged=tuple((str(path), reason) for path, reason in archive.damaged),
    )


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What the parser of a source made of an answer."""

    source: str
    content: Listing | Page


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of one answer. ``kind`` is its source, or ``stale``, or ``other``."""

    kind: str
    upserted: Upserted = field(default_factory=Upserted)
    announcements: int = 0
    withdrawn: int = 0
    broken: int = 0


# Reading


def _parse(label: str, document: Document) -> _Parsed | None:
    """An answer, parsed; None for one that is kept for another reason. Raises what parsers raise, and InputError."""
    from paperradar.sources.oai import parse_page
    from paperradar.sources.rss import parse_feed

    kind, _, category = label.partition("-")
    if kind not in ("rss", "atom", "oai", "api"):
        return None
    if trouble_of(document.status) is not None:
        raise InputError(f"arXiv answered {document.status}")
    if kind == "oai":
        return _Parsed("oai", parse_page(document.body))
    if kind == "api":
        return _Parsed("api", _api_page(document))
    return _Parsed("rss", parse_feed(document.body, category))


def _api_page(document: Document) -> Page:
    """The page, read by the code that reads live ones."""
    from paperradar.sources.api import read_page

    parts = urlsplit(document.url)
    asked = parse_qs(parts.query)
    try:
        query, start, size = asked["search_query"][0], int(asked["start"][0]), int(asked["max_results"][0])
    except (KeyError, ValueError) as error:
        raise InputError("its address is not that of a query for papers") from error
    base = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    with replay_session([document]) as session:
        try:
            return read_page(session.requests, base, query, start=start, size=size)
        except NotFoundError as error:
            raise InputError("its address is written in another way than today's, so it cannot be replayed") from error


# Writing


def _write(store: Store, parsed: _Parsed, document: Document) -> _Done:
    content = parsed.content
    if isinstance(content, Listing):
        return _write_feed(store, content, document)
    with store.writing() as session:
        upserted = _upsert(session, content.papers, parsed.source, document.fetched_at)
        withdrawn = session.mark_deleted(content.deleted, seen=document.fetched_at)
    return _Done(parsed.source, upserted, withdrawn=withdrawn, broken=len(content.broken))


def _write_feed(store: Store, listing: Listing, document: Document) -> _Done:
    day = listing.day or document.fetched_at.astimezone(ARXIV_ZONE).date()
    with store.writing() as session:
        if _is_stale(session, listing, day):
            return _Done("stale")
        # First, so that papers take their day from what was announced.
        announcements = session.add_announcements(listing.announcements)
        upserted = _upsert(session, listing.papers, "rss", document.fetched_at)
    return _Done("rss", upserted, announcements, broken=len(listing.broken))


def _is_stale(session: Session, listing: Listing, day: dt.date) -> bool:
    """Whether fetching would have refused the feed as an earlier day's batch under its date."""
    if repeats(listing, lambda identifiers: session.announced_before(listing.category, day, identifiers)):
        return True
    highest, above = Feed(listing).highest_new(), session.highest_before(day)
    return bool(highest and above) and identifier_order(highest) <= identifier_order(above)


def _upsert(session: Session, papers: Sequence[Paper], source: str, seen: dt.datetime) -> Upserted:
    """Add papers. One that is known keeps its day, unless there is better ground for another now.

    Else what a later listing has taught would move days that were estimated before it.
    """
    if not papers:
        return Upserted()
    estimates = [estimate_announcement_day(paper)[0] for paper in papers]
    span = max(estimates) - min(estimates)
    placer = Placer(session.listings_around(min(estimates), span + AROUND))
    known = {item.paper.identifier: item for item in session.papers([paper.identifier for paper in papers])}
    placed: list[tuple[Paper, dt.date, DayBasis]] = []
    for paper in papers:
        day, basis = placer.day(paper)
        there = known.get(paper.identifier)
        if there is not None and _BASES.index(there.basis) <= _BASES.index(basis):
            day, basis = there.announced_on, there.basis
        placed.append((paper, day, basis))
    return session.upsert_papers(placed, source=source, seen=seen)
