"""``/api/query``: the search of export.arxiv.org, as far as harvesting needs it.

Source of the parameters: https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from paperradar.errors import InputError
from paperradar.papers import Paper, identifier_order, parse_identifier
from tests.standin.answers import DECLARATION, Answer, attributes, element
from tests.standin.scenarios import Rule
from tests.standin.world import World, released

LARGEST_PAGE = 2000
LARGEST_START = 30_000
_NAMESPACES = {
    "xmlns:opensearch": "http://a9.com/-/spec/opensearch/1.1/",
    "xmlns:arxiv": "http://arxiv.org/schemas/atom",
    "xmlns": "http://www.w3.org/2005/Atom",
}
_TOKEN = re.compile(r'\(|\)|(?:submittedDate|lastUpdatedDate):\s*\[[^\]]*\]|"[^"]*"|[^\s()]+')
_RANGE = re.compile(r"\[\s*(\d{12})(?:\d\d)?\s+TO\s+(\d{12})(?:\d\d)?\s*\]")
_EPOCH = dt.datetime(1991, 1, 1, tzinfo=dt.UTC)

Test = Callable[[Paper], bool]


class BadQueryError(Exception):
    """What arXiv answers with HTTP 400 and a feed of one entry titled "Error"."""


@dataclass(frozen=True, slots=True)
class Query:
    """A request's parameters, checked."""

    search: str
    identifiers: str
    start: int
    size: int
    by: str
    descending: bool

    @property
    def title(self) -> str:
        """The query as the feed's title repeats it."""
        return f"search_query={self.search}&id_list={self.identifiers}&start={self.start}&max_results={self.size}"

    @property
    def link(self) -> str:
        """The query as the feed's link repeats it."""
        search = quote(self.search, safe=":/")
        return (
            f"https://arxiv.org/api/query?search_query={search}&start={self.start}&max_results={self.size}"
            f"&id_list={quote(self.identifiers, safe='/,')}"
        )


def respond(world: World, now: dt.datetime, query: str, harm: Rule | None = None) -> Answer:
    """The answer to a query string at a time (aware); only papers announced by then are found."""
    try:
        if harm and harm.action == "error_feed":
            return _error("incorrect query", now, 200)
        asked = _parsed(parse_qs(query, keep_blank_values=True))
        found = list(_found(world, released(now), asked))
    except BadQueryError as error:
        return _error(str(error), now, 400)
    total = len(found)
    entries = found[asked.start : asked.start + asked.size]
    if harm and harm.action == "empty_page":
        entries = []
    if harm and harm.action == "short_page":
        entries = entries[: max(len(entries) - harm.number("missing"), 0)]
    if harm and harm.action == "total_changes":
        total = max(total + harm.number("by"), 0)
    name = base64.b64encode(hashlib.sha1(asked.title.encode(), usedforsecurity=False).digest()).decode().rstrip("=")
    lines = [
        *_head(f"https://arxiv.org/api/{name}", f"arXiv Query: {asked.title}", now, asked.link),
        *_counts(asked.size, total, asked.start),
        *(line for paper in entries for line in _entry(paper)),
    ]
    return _document(lines)


def _parsed(values: Mapping[str, list[str]]) -> Query:
    def one(name: str, default: str) -> str:
        return values.get(name, [default])[-1]

    def whole(name: str, default: int, largest: int) -> int:
        written = one(name, "") or str(default)
        if not re.fullmatch(r"-?\d+", written, re.ASCII):
            raise BadQueryError(f"{name} must be an integer")
        if int(written) < 0:
            raise BadQueryError(f"{name} must be non-negative")
        if int(written) > largest:
            raise BadQueryError(f"{name} must not exceed {largest}")
        return int(written)

    by, order = one("sortBy", "relevance"), one("sortOrder", "descending")
    if by not in ("relevance", "submittedDate", "lastUpdatedDate"):
        raise BadQueryError("sortBy must be in: relevance, lastUpdatedDate, submittedDate")
    if order not in ("ascending", "descending"):
        raise BadQueryError("sortOrder must be in: ascending, descending")
    return Query(
        one("search_query", ""),
        one("id_list", ""),
        whole("start", 0, LARGEST_START),
        whole("max_results", 10, LARGEST_PAGE),
        by,
        order == "descending",
    )


# What is found


def _found(world: World, day: dt.date, asked: Query) -> Iterator[Paper]:
    papers = world.on(day)
    chosen = list(papers.values())
    if asked.identifiers:
        chosen = list(_listed(world, papers, asked.identifiers))
    if asked.search:
        test = _Search(asked.search).test
        chosen = [paper for paper in chosen if test(paper)]
    if not asked.search and not asked.identifiers:
        chosen = []
    if asked.identifiers and asked.by == "relevance":
        return iter(chosen)
    time = _updated if asked.by == "lastUpdatedDate" else _submitted
    return iter(
        sorted(chosen, key=lambda paper: (time(paper), identifier_order(paper.identifier)), reverse=asked.descending)
    )


def _listed(world: World, papers: Mapping[str, Paper], names: str) -> Iterator[Paper]:
    for name in filter(None, names.split(",")):
        try:
            identifier, version = parse_identifier(name)
        except InputError as error:
            if re.fullmatch(r"\d{4}\.\d{4,5}(?:v\d+)?", name):  # well formed, but nothing that arXiv ever gave
                continue
            raise BadQueryError(f"incorrect id format for {name}") from error
        paper = papers.get(identifier)
        if paper and (version or 1) <= paper.version:
            yield world.at_version(paper, version) if version else paper


def _submitted(paper: Paper) -> dt.datetime:
    return paper.submitted or _EPOCH


def _updated(paper: Paper) -> dt.datetime:
    return paper.versions[-1].created or _EPOCH


class _Search:
    """A ``search_query``: ``cat:`` and date terms, joined by AND, OR, ANDNOT (the same rank, from left to right)."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self.test = self._joined()
        if self._tokens:
            raise BadQueryError(f"unexpected {self._tokens[0]} in search_query")

    def _joined(self) -> Test:
        test = self._single()
        while self._tokens and self._tokens[0] in ("AND", "OR", "ANDNOT"):
            test = _join(self._tokens.pop(0), test, self._single())
        return test

    def _single(self) -> Test:
        if not self._tokens:
            raise BadQueryError("search_query ends too early")
        token = self._tokens.pop(0)
        if token == "(":
            test = self._joined()
            if not self._tokens or self._tokens.pop(0) != ")":
                raise BadQueryError("search_query lacks a closing parenthesis")
            return test
        field, _, value = token.partition(":")
        if field == "cat":
            return _category_test(value.strip('"'))
        if field in ("submittedDate", "lastUpdatedDate") and (days := _RANGE.fullmatch(value.strip())):
            return _date_test(_submitted if field == "submittedDate" else _updated, days[1], days[2])
        raise BadQueryError(f"cannot read {token} in search_query")


def _join(word: str, left: Test, right: Test) -> Test:
    if word == "AND":
        return lambda paper: left(paper) and right(paper)
    if word == "OR":
        return lambda paper: left(paper) or right(paper)
    return lambda paper: left(paper) and not right(paper)


def _category_test(value: str) -> Test:
    if value.endswith("*"):
        return lambda paper: any(category.startswith(value[:-1]) for category in paper.categories)
    return lambda paper: value in paper.categories


def _date_test(time: Callable[[Paper], dt.datetime], first: str, last: str) -> Test:
    return lambda paper: first <= f"{time(paper):%Y%m%d%H%M}" <= last


# The document


def _error(message: str, now: dt.datetime, status: int) -> Answer:
    address = f"https://arxiv.org/api/errors#{message.replace(' ', '_')}"
    lines = [
        *_head("https://arxiv.org/", "arXiv Search Results", now),
        *_counts(1, 1, 0),
        "  <entry>",
        f"    {element('id', address)}",
        f"    {element('title', 'Error')}",
        f"    {element('updated', _time(now))}",
        f"    {element('link', None, {'href': address, 'rel': 'alternate', 'type': 'text/html'})}",
        f"    {element('summary', message)}",
        "    <author>",
        f"      {element('name', 'arXiv api core')}",
        "    </author>",
        "  </entry>",
    ]
    return _document(lines, status)


def _document(lines: list[str], status: int = 200) -> Answer:
    return Answer(
        (DECLARATION + "\n".join([*lines, "</feed>", ""])).encode(), "application/atom+xml; charset=UTF-8", status
    )


def _head(name: str, title: str, now: dt.datetime, link: str = "") -> list[str]:
    lines = [
        f"<feed{attributes(_NAMESPACES)}>",
        f"  {element('id', name)}",
        f"  {element('title', title)}",
        f"  {element('updated', _time(now))}",
    ]
    if link:
        lines.append(f"  {element('link', None, {'href': link, 'type': 'application/atom+xml'})}")
    return lines


def _counts(size: int, total: int, start: int) -> list[str]:
    return [
        f"  {element('opensearch:itemsPerPage', str(size))}",
        f"  {element('opensearch:totalResults', str(total))}",
        f"  {element('opensearch:startIndex', str(start))}",
    ]


def _entry(paper: Paper) -> Iterator[str]:
    named = f"{paper.identifier}v{paper.version}"
    page = {"href": f"https://arxiv.org/abs/{named}", "rel": "alternate", "type": "text/html"}
    pdf = {"href": f"https://arxiv.org/pdf/{named}", "rel": "related", "type": "application/pdf", "title": "pdf"}
    yield "  <entry>"
    yield f"    {element('id', f'http://arxiv.org/abs/{named}')}"
    yield f"    {element('title', paper.title)}"
    yield f"    {element('updated', _time(_updated(paper)))}"
    yield f"    {element('link', None, page)}"
    yield f"    {element('link', None, pdf)}"
    yield f"    {element('summary', paper.abstract)}"
    for category in paper.categories:
        yield f"    {element('category', None, {'term': category, 'scheme': 'http://arxiv.org/schemas/atom'})}"
    yield f"    {element('published', _time(_submitted(paper)))}"
    if paper.comments:
        yield f"    {element('arxiv:comment', paper.comments)}"
    yield f"    {element('arxiv:primary_category', None, {'term': paper.categories[0]})}"
    if paper.journal_ref:
        yield f"    {element('arxiv:journal_ref', paper.journal_ref)}"
    for author in paper.authors:
        yield "    <author>"
        yield f"      {element('name', author.name)}"
        yield "    </author>"
    if paper.doi:
        yield f"    {element('arxiv:doi', paper.doi)}"
        link = {"rel": "related", "href": f"https://doi.org/{paper.doi}", "title": "doi"}
        yield f"    {element('link', None, link)}"
    yield "  </entry>"


def _time(time: dt.datetime) -> str:
    return f"{time.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
