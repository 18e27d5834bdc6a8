"""arXiv's API. The arxiv package builds the query and reads the answer; this module looks after what it lets pass.

The package drops an entry that lacks a date without a word, stops at one whose date is odd, takes an empty first page
for the end, and asks for a next page by the number of entries it could read. So each answer is screened before the
package sees it: broken entries are set aside, and it is always handed exactly one page. Paging is the caller's.
Network and politeness are those of the session that is handed in; a session that replays kept answers does as well.

Source of the format: https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import arxiv
import requests
from lxml import etree

from paperradar.errors import InputError, Unavailable, UpstreamError
from paperradar.papers import Paper, Version, clean_text, is_identifier, parse_identifier
from paperradar.sources.authors import split_name
from paperradar.sources.values import Broken, Page
from paperradar.sources.withdrawn import says_withdrawn
from paperradar.sources.xml import parse_xml

# No query gives more than so many records, whatever its total says.
MOST_RECORDS = 30_000
_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_EXCERPT = 120  # characters
_MINUTE = "%Y%m%d%H%M"


def submission_query(categories: Sequence[str], first: dt.datetime, last: dt.datetime) -> str:
    """The query for papers of any of these categories whose version 1 was submitted between two times (aware).

    Both ends are included; arXiv looks at whole minutes, in GMT.
    """
    either = " OR ".join(f"cat:{category}" for category in categories)
    begin, end = first.astimezone(dt.UTC), last.astimezone(dt.UTC)
    return f"({either}) AND submittedDate:[{begin.strftime(_MINUTE)} TO {end.strftime(_MINUTE)}]"


def read_page(session: requests.Session, base: str, query: str, *, start: int, size: int) -> Page:
    """One page of a query's records, oldest submission first: those from ``start`` (from 0), ``size`` at most.

    ``base`` is the API's address. Raises Unavailable for an answer that is broken or no feed, UpstreamError where
    the API says that the query is wrong.
    """
    screen = _Screen(start)
    client = arxiv.Client(page_size=size, delay_seconds=0, num_retries=0)
    client.query_url_format = f"{base}?{{}}"
    client._session = session  # the package offers no other way to hand one in
    search = arxiv.Search(
        query,
        max_results=start + size,
        sort_by=arxiv.SortCriterion.SubmittedDate,
        sort_order=arxiv.SortOrder.Ascending,
    )
    hooks = session.hooks["response"]
    hooks.append(screen)
    try:
        results = list(client.results(search, offset=start))
    finally:
        hooks.remove(screen)
    return Page(
        papers=tuple(_paper(result) for result in results),
        broken=tuple(screen.broken),
        total=screen.total,
        records=screen.records,
    )


class _Screen:
    """A hook on the session's answers: counts the entries, takes out broken ones, notes what the answer's total is."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.total: int | None = None
        self.records = 0
        self.broken: list[Broken] = []

    def __call__(self, response: requests.Response, *_: object, **__: object) -> requests.Response:
        if response.is_redirect:
            return response
        root = parse_xml(response.content)
        if root.tag != f"{_ATOM}feed":
            raise Unavailable(f"{response.url} answered something that is no Atom feed; try again later")
        entries = root.findall(f"{_ATOM}entry")
        self._refuse_errors(entries, response.url)
        total = root.find(_TOTAL)
        said = "" if total is None else (total.text or "").strip()
        self.total = int(said) if said.isdecimal() and len(said) < 10 else None
        self.records = len(entries)
        for place, entry in enumerate(entries, 1):
            if reason := _mistake(entry):
                excerpt = clean_text(" ".join(str(text) for text in entry.itertext()))[:_EXCERPT]
                self.broken.append(Broken(place, reason, excerpt))
                root.remove(entry)
        # Told that this is all, the package asks for nothing more.
        if total is None:
            total = etree.SubElement(root, _TOTAL)
        total.text = str(self.start + self.records - len(self.broken))
        screened = requests.Response()
        screened.status_code, screened.url, screened.headers = response.status_code, response.url, response.headers
        screened.raw = io.BytesIO(etree.tostring(root))
        return screened

    @staticmethod
    def _refuse_errors(entries: list[etree._Element], url: str) -> None:
        """The API reports its own mistakes as a feed with one entry titled Error."""
        for entry in entries:
            if "/api/errors" in entry.findtext(f"{_ATOM}id", "") or (
                len(entries) == 1
                and entry.findtext(f"{_ATOM}title", "").strip() == "Error"
                and not is_identifier(clean_text(entry.findtext(f"{_ATOM}id", "")))
            ):
                said = clean_text(entry.findtext(f"{_ATOM}summary", "no reason given"))[:200]
                raise UpstreamError(f"the API refuses a query: {said} ({url}); check the setting categories")


def _mistake(entry: etree._Element) -> str:
    """Why an entry cannot be used, empty where it can."""
    try:
        parse_identifier(clean_text(entry.findtext(f"{_ATOM}id", "")))
    except InputError as error:
        return str(error)
    for name in ("published", "updated"):
        text = entry.findtext(f"{_ATOM}{name}", "").strip()
        try:
            time = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            return f"{name} {clean_text(text)[:40]!r} is not a time"
        if not 1985 <= time.year <= 2100:
            return f"{name} {clean_text(text)[:40]!r} is not a believable time"
    if not clean_text(entry.findtext(f"{_ATOM}title", "")):
        return "it has no title"
    return ""


def _paper(result: arxiv.Result) -> Paper:
    identifier, named = parse_identifier(clean_text(result.entry_id))
    number = named or 1
    comments, abstract = clean_text(result.comment or ""), clean_text(result.summary)
    versions: tuple[Version, ...] = (Version(1, result.published),)
    if number > 1:
        versions = (*versions, Version(number, result.updated))
    categories = [clean_text(term) for term in (result.primary_category, *result.categories)]
    return Paper(
        identifier=identifier,
        title=clean_text(result.title),
        abstract=abstract,
        authors=tuple(split_name(name) for author in result.authors if (name := clean_text(author.name))),
        categories=tuple(dict.fromkeys(term for term in categories if term)),
        comments=comments,
        journal_ref=clean_text(result.journal_ref or ""),
        doi=clean_text(result.doi or ""),
        versions=versions,
        updated=result.updated.date(),
        withdrawn=says_withdrawn(comments, abstract),
    )
