"""Asking arXiv for one small document of each kind, and comparing it with what the parsers take for granted.

The parsers are held to recorded documents; whether arXiv still writes like these, only arXiv can tell. So this asks: at
most six requests, none of which is tried again, and a report that says enough to mend a parser. Answers are kept like
all others; nothing else is written.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from paperradar.calendar import arxiv_day
from paperradar.clock import Clock
from paperradar.errors import PaperradarError, Unavailable
from paperradar.papers import Paper
from paperradar.pipeline.checkup import Finding, Status
from paperradar.pipeline.live_documents import DATED, LiveDocument, Made, Parser, judged, unanswered
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.upstream import Sleep, Upstream, upstream
from paperradar.settings import DEFAULT_CATEGORIES
from paperradar.sources.shapes import EXPECTED, compare
from paperradar.sources.values import Page
from paperradar.transport import Document, trouble_of
from paperradar.transport.archive import clean_label
from paperradar.workspace import Workspace

HEADERS = ("content-type", "content-encoding", "retry-after", "last-modified", "etag", "date", "expires")
# What is asked of the API: papers submitted in so many days, so many of them.
API_DAYS, API_SIZE = 7, 5
_SHOWN = 20  # broken records
# What a parser stumbles with over what nobody thought of. To find that is what this module is for.
_STUMBLES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

Note = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked for: ``read`` asks and parses. A ``source`` is one host."""

    name: str
    parser: Parser
    source: str
    url: str
    label: str
    read: Callable[[Upstream, _Question], Made | None]


class _Hop(Protocol):
    """What is read of an answer of requests."""

    @property
    def url(self) -> str: ...
    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def is_redirect(self) -> bool: ...


def examine_live(
    workspace: Workspace, *, clock: Clock, note: Note, sleep: Sleep = time.sleep
) -> Iterator[LiveDocument]:
    """Ask for the documents, one after the other. arXiv's troubles are findings and never exceptions.

    ``note`` is told before each request. A source that cannot be asked is not asked for its other documents. Raises
    UsageError where the folder of the turnstiles cannot be used.
    """
    fetch = workspace.settings.fetch.model_copy(update={"attempts": 1})
    once = replace(workspace, settings=workspace.settings.model_copy(update={"fetch": fetch}))
    today = arxiv_day(clock)
    silent: set[str] = set()
    with upstream(once, clock, sleep=sleep) as way:
        for question in _questions(once, clock()):
            if question.source in silent:
                continue
            note(f"asking for {question.name}: {question.url}")
            document = _look(way, question, once.raw, today)
            if not document.is_reached:
                silent.add(question.source)
            yield document


def _questions(workspace: Workspace, now: dt.datetime) -> Iterator[_Question]:
    from paperradar.sources.oai import list_records_url

    urls, category = workspace.settings.fetch.urls, (workspace.settings.categories or DEFAULT_CATEGORIES)[0]
    feed = Parser("paperradar.sources.rss", EXPECTED["rss"])
    yield _Question("rss", feed, "rss", f"{urls.rss}/{category}", f"rss-{category}", _read_feed(category))
    if urls.rss.endswith("/rss"):
        atom = f"{urls.rss.removesuffix('rss')}atom/{category}"
        feed = replace(feed, form=EXPECTED["atom"])
        yield _Question("atom", feed, "rss", atom, f"atom-{category}", _read_feed(category))
    api = Parser("paperradar.sources.api", EXPECTED["api"], DATED)
    yield _Question("api", api, "api", urls.api, f"api-{category}", _read_api(category, now))
    oai = Parser("paperradar.sources.oai", EXPECTED["identify"], DATED)
    yield _Question("oai identify", oai, "oai", f"{urls.oai}?verb=Identify", "identify-oai", _read_identify)
    yesterday = now.date() - dt.timedelta(days=1)
    # Of the format that nothing else asks for, the answer is kept under a name that no other job looks at.
    for prefix, label in (("arXivRaw", f"oai-{category}"), ("arXiv", f"split-{category}")):
        url = list_records_url(urls.oai, category=category, since=yesterday, prefix=prefix)
        yield _Question(f"oai {prefix}", replace(oai, form=EXPECTED[prefix]), "oai", url, label, _read_records)


# Asking and parsing


def _read_feed(category: str) -> Callable[[Upstream, _Question], Made]:
    from paperradar.sources.rss import parse_feed

    def read(way: Upstream, question: _Question) -> Made:
        listing = parse_feed(way.get(question.url, label=question.label), category)
        return Made(
            records=listing.items,
            papers=len(listing.papers),
            kinds=dict(Counter(item.kind.value for item in listing.announcements)),
            fields=_fields(listing.papers),
            broken_records=len(listing.broken),
            broken=listing.broken[:_SHOWN],
            day=listing.day,
        )

    return read


def _read_api(category: str, now: dt.datetime) -> Callable[[Upstream, _Question], Made]:
    from paperradar.sources.api import read_page, submission_query

    query = submission_query((category,), now - dt.timedelta(days=API_DAYS), now)

    def read(way: Upstream, question: _Question) -> Made:
        way.session.label = question.label
        return _of_page(read_page(way.session.requests, question.url, query, start=0, size=API_SIZE))

    return read


def _read_identify(way: Upstream, question: _Question) -> None:
    way.get(question.url, label=question.label)


def _read_records(way: Upstream, question: _Question) -> Made:
    from paperradar.sources.oai import parse_page

    return _of_page(parse_page(way.get(question.url, label=question.label)))


def _of_page(page: Page) -> Made:
    return Made(
        records=page.records,
        papers=len(page.papers),
        fields=_fields(page.papers),
        broken_records=len(page.broken),
        broken=page.broken[:_SHOWN],
        deleted=len(page.deleted),
        total=page.total,
        resumes=bool(page.resume),
    )


def _fields(papers: Sequence[Paper]) -> dict[str, int]:
    tests: dict[str, Callable[[Paper], object]] = {
        "authors": lambda paper: paper.authors,
        "abstract": lambda paper: paper.abstract,
        "categories": lambda paper: paper.categories,
        "submitted": lambda paper: paper.submitted,
        "comments": lambda paper: paper.comments,
        "journal_ref": lambda paper: paper.journal_ref,
        "doi": lambda paper: paper.doi,
        "license": lambda paper: paper.license,
    }
    return {name: sum(1 for paper in papers if test(paper)) for name, test in tests.items()}


def _look(way: Upstream, question: _Question, raw: Path, today: dt.date) -> LiveDocument:
    hops: list[str] = []

    def follow(response: _Hop, *_: object, **__: object) -> None:
        if response.is_redirect:
            hops.append(f"{response.status_code} from {response.url} to {response.headers.get('location', '')}")

    way.session.last = None
    hooks = way.session.requests.hooks["response"]
    hooks.append(follow)
    made, error, outcome = None, "", Outcome.DONE
    try:
        made = question.read(way, question)
    except PaperradarError as trouble:
        error, outcome = str(trouble), Outcome.of(trouble)
    except _STUMBLES as trouble:
        error, outcome = f"the parser stumbles: {type(trouble).__name__}: {str(trouble)[:200]}", Outcome.LATER
    finally:
        hooks.remove(follow)
    answer = way.session.last
    if answer is None:
        return unanswered(question.name, question.url, error, outcome, tuple(hops))
    shape = None
    if trouble_of(answer.status) is None:
        try:
            shape = compare(answer.body, question.parser.form)
        except Unavailable as trouble:
            error = error or str(trouble)
    document = LiveDocument(
        url=answer.url,
        finding=Finding(question.name, Status.OK, ""),
        status=answer.status,
        headers={name: answer.headers[name] for name in HEADERS if name in answer.headers},
        size=len(answer.body),
        redirects=tuple(hops),
        kept=_kept(raw, question.label, answer),
        error=error,
        refused=outcome is Outcome.FAILED,
        shape=shape,
        made=made,
    )
    return replace(document, finding=judged(document, question.parser, today))


def _kept(raw: Path, label: str, document: Document) -> Path | None:
    """Where the archive has put an answer."""
    at = document.fetched_at.astimezone(dt.UTC)
    names = f"{at:%H%M%S.%f}-{clean_label(label)}-????????.gz"
    return next(iter(sorted((raw / at.date().isoformat()).glob(names))), None)
