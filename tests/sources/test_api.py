"""arXiv's API: the real pages, exactly one document a page, what is broken set aside, and queries in GMT."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import arxiv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from paperradar.errors import Unavailable, UpstreamError
from paperradar.papers import Author, Paper, Version, clean_text
from paperradar.settings import FetchSettings, UrlSettings
from paperradar.sources.api import read_page, submission_query
from paperradar.sources.authors import split_name
from paperradar.sources.values import Page
from paperradar.transport import Document, PoliteSession, open_session, replay_session
from tests.standin import StandIn, World
from tests.standin.answers import hostile, page
from tests.standin.asking import ARXIV, ATOM, DAYS, morning
from tests.transport.servers import Reply, Server, answer, serving

BASE = "https://export.example.org/api/query"
QUERY = "cat:cs.CL"
NOW = morning(DAYS[-1])
# The real documents: first record, page size, total, and how many papers came.
REAL = {f"q_testing_s{start}_m{size}": (start, size, 214_881, size) for start, size in (
    (0, 10), (0, 15), (0, 100), (5, 10), (5, 15), (9, 15), (10, 10), (20, 10), (30, 10), (40, 10), (50, 10),
)} | {f"id_{name}_s0_m100": (0, 100, papers, papers) for name, papers in (
    ("0000.0000", 0), ("0808.05394", 0), ("0808.05394_1707.08567", 1), ("1605.08386", 1), ("1707.08567", 1),
    ("2104.12255v1", 1), ("astro-ph_0601001", 1), ("quant-ph_0201082v1", 1),
)}  # fmt: skip
ERROR = "id_abc_s0_m100"


def address(query: str, start: int, size: int) -> str:
    """The address that the arxiv package makes of a query."""
    search = arxiv.Search(
        query, sort_by=arxiv.SortCriterion.SubmittedDate, sort_order=arxiv.SortOrder.Ascending, max_results=start + size
    )
    client = arxiv.Client()
    client.query_url_format = f"{BASE}?{{}}"
    return str(client._format_url(search, start, size))


def replayed(body: bytes, *, start: int = 0, size: int = 3, status: int = 200) -> Page:
    """The page that a document is; any other address, that of a next page too, would not be found."""
    with replay_session([Document(address(QUERY, start, size), status, body, NOW)]) as session:
        return read_page(session.requests, BASE, QUERY, start=start, size=size)


def entry(
    number: int = 1,
    version: int = 1,
    *,
    title: str = "On quiet habits",
    published: str = "2021-06-07T12:30:00Z",
    updated: str = "2021-06-07T12:30:00Z",
    more: str = "",
) -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/2106.{number:05}v{version}</id><title>{title}</title>"
        f"<updated>{updated}</updated><summary> We look\n at habits.</summary><published>{published}</published>"
        f'<category term="cs.CL"/><category term="stat.ML"/><arxiv:primary_category term="cs.CL"/>{more}</entry>'
    )


def feed(*entries: str, total: str | None = "10") -> bytes:
    said = "" if total is None else f"<s:totalResults>{total}</s:totalResults>"
    names = f'xmlns="{ATOM[1:-1]}" xmlns:arxiv="{ARXIV[1:-1]}" xmlns:s="http://a9.com/-/spec/opensearch/1.1/"'
    return f"<feed {names}><id>x</id><title>A query</title>{said}{''.join(entries)}</feed>".encode()


# The real documents


def real(shared: Path, name: str) -> bytes:
    (path,) = (shared / "data" / "raw" / "api_atom").glob(f"{name}_[0-9a-f]*.xml")
    return path.read_bytes()


def test_every_document_is_looked_at(shared: Path) -> None:
    names = {path.stem.rpartition("_")[0] for path in (shared / "data" / "raw" / "api_atom").iterdir()}
    assert names == {*REAL, ERROR}


@pytest.mark.parametrize("name", REAL)
def test_real_pages(shared: Path, name: str) -> None:
    start, size, total, papers = REAL[name]
    body = real(shared, name)
    found = replayed(body, start=start, size=size)
    assert (found.total, found.records, len(found.papers), found.broken) == (total, papers, papers, ())
    assert_as_written(found, body)


def assert_as_written(found: Page, body: bytes) -> None:
    """The papers are those of the document, looked at in another way."""
    entries = etree.fromstring(body).findall(f"{ATOM}entry")
    for paper, there in zip(found.papers, entries, strict=True):
        named = re.fullmatch(r"http://arxiv\.org/abs/(.+)v(\d+)", there.findtext(f"{ATOM}id", ""))
        assert named
        assert (paper.identifier, paper.version) == (named[1], int(named[2]))
        published, updated = (there.findtext(f"{ATOM}{name}", "").replace("Z", "+00:00")
                              for name in ("published", "updated"))  # fmt: skip
        assert paper.submitted == paper.versions[0].created == dt.datetime.fromisoformat(published)
        last = paper.versions[-1].created
        assert last == dt.datetime.fromisoformat(updated)
        assert paper.updated == last.date()
        assert len(paper.versions) == min(paper.version, 2)
        primary = there.find(f"{ARXIV}primary_category")
        assert primary is not None
        assert paper.categories[0] == primary.get("term")
        assert set(paper.categories) == {category.get("term") for category in there.findall(f"{ATOM}category")}
        assert paper.title == clean_text(there.findtext(f"{ATOM}title", ""))
        assert paper.abstract == clean_text(there.findtext(f"{ATOM}summary", ""))
        assert len(paper.authors) == len(there.findall(f"{ATOM}author"))
        assert paper.comments == clean_text(there.findtext(f"{ARXIV}comment", ""))
        assert paper.doi == there.findtext(f"{ARXIV}doi", "")


def test_the_real_pages_overlap(shared: Path) -> None:
    def of(start: int, size: int) -> tuple[Paper, ...]:
        return replayed(real(shared, f"q_testing_s{start}_m{size}"), start=start, size=size).papers

    whole = of(0, 100)
    assert len({paper.identifier for paper in whole}) == 100
    assert of(0, 15)[:10] == of(0, 10)
    assert of(5, 15)[5:] == of(10, 10)


@pytest.mark.parametrize("status", [200, 400])
def test_the_real_error_is_a_wrong_query(shared: Path, status: int) -> None:
    with pytest.raises(UpstreamError, match="incorrect id format for abc"):
        replayed(real(shared, ERROR), size=100, status=status)


# One document a page


@contextmanager
def asking(urls: dict[str, str]) -> Iterator[PoliteSession]:
    fetch = FetchSettings(interval_seconds=0, attempts=1, retry_seconds=0, urls=UrlSettings(**urls))
    with open_session(fetch, archive=None, clock=lambda: NOW) as session:
        yield session


@contextmanager
def scripted(*replies: Reply) -> Iterator[tuple[Server, PoliteSession, str]]:
    with serving(*replies) as server:
        urls = {name: f"{server.url}/{name}" for name in ("rss", "api", "oai")}
        with asking(urls) as session:
            yield server, session, urls["api"]


@pytest.mark.parametrize(
    ("start", "size", "count"), [(0, 3, 3), (3, 3, 3), (16, 5, 2), (0, 18, 18), (0, 2000, 18), (18, 3, 0), (400, 3, 0)]
)
def test_a_page_is_one_request_and_the_next_is_not_asked_for(start: int, size: int, count: int) -> None:
    world = World.made(DAYS, new_per_day=6)
    query = submission_query(("cs.CL", "cs.IR"), NOW - dt.timedelta(days=40), NOW)
    truth = sorted(world.on(DAYS[-1]).values(), key=lambda paper: (paper.submitted, paper.identifier))
    assert len(truth) == 24
    with StandIn(world, now=NOW - dt.timedelta(days=1)) as standin, asking(standin.urls) as session:
        found = read_page(session.requests, standin.urls["api"], query, start=start, size=size)
        assert [f"start={start}&max_results={size}" in hit.path for hit in standin.log] == [True]
        assert session.requests.hooks["response"] == []
    expected = [paper.identifier for paper in truth[:18][start : start + size]]
    assert [paper.identifier for paper in found.papers] == expected
    assert (found.total, found.records, len(expected), found.broken) == (18, count, count, ())


def test_an_empty_first_page_is_handed_on_with_its_total() -> None:
    with StandIn(World.made(DAYS), now=NOW, scenario="empty-first-page") as standin, asking(standin.urls) as session:
        found = read_page(session.requests, standin.urls["api"], QUERY, start=0, size=5)
        assert len(standin.log) == 1
    assert (found.papers, found.broken, found.records) == ((), (), 0)
    assert (found.total or 0) > 5


def test_a_redirect_is_no_answer() -> None:
    with scripted(answer(302, b"<moved>", {"Location": "/api?x=1"}), answer(body=feed(entry()))) as (
        server,
        session,
        url,
    ):
        found = read_page(session.requests, url, QUERY, start=0, size=3)
    assert (len(found.papers), found.records, len(server.seen)) == (1, 1, 2)


def test_a_session_is_as_before_after_an_error() -> None:
    with scripted(answer(body=b"<html/>")) as (_, session, url):
        with pytest.raises(Unavailable):
            read_page(session.requests, url, QUERY, start=0, size=3)
        assert session.requests.hooks["response"] == []


# Broken entries

_TITLE = "<title>On quiet habits</title>"
_PUBLISHED = "<published>2021-06-07T12:30:00Z</published>"
DAMAGES = {
    "no id": (r"<id>.*?</id>", "", "'' is not an arXiv identifier"),
    "odd id": (r"<id>.*?</id>", "<id>http://arxiv.org/abs/habits</id>", "'http://arxiv.org/abs/habits' is not an"),
    "no published": (_PUBLISHED, "", "published '' is not a time"),
    "odd published": (_PUBLISHED, "<published>yesterday</published>", "published 'yesterday' is not a time"),
    "no such day": (_PUBLISHED, "<published>2021-02-31T00:00:00Z</published>", "published '2021-02-31T00:00:00Z' is"),
    "odd updated": ("<updated>.*?</updated>", "<updated>0</updated>", "updated '0' is not a time"),
    "no updated": ("<updated>.*?</updated>", "", "updated '' is not a time"),
    "old": (_PUBLISHED, "<published>1066-10-14T09:00:00Z</published>", "published '1066-10-14T09:00:00Z' is not a bel"),
    "no title": (_TITLE, "", "it has no title"),
    "blank title": (_TITLE, "<title> \n </title>", "it has no title"),
}  # fmt: skip


@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_entry_is_set_aside_and_harms_nothing(damage: str, place: int) -> None:
    pattern, instead, reason = DAMAGES[damage]
    entries = [entry(number) for number in (1, 2, 3)]
    entries[place - 1] = re.sub(pattern, instead, entries[place - 1], flags=re.DOTALL)
    with scripted(answer(body=feed(*entries))) as (server, session, url):
        found = read_page(session.requests, url, QUERY, start=3, size=3)
        assert len(server.seen) == 1
    assert (found.total, found.records) == (10, 3)
    good = [f"2106.{number:05}" for number in (1, 2, 3) if number != place]
    assert [paper.identifier for paper in found.papers] == good
    assert [item.place for item in found.broken] == [place]
    assert found.broken[0].reason.startswith(reason)
    assert "We look at habits." in found.broken[0].excerpt
    assert len(found.broken[0].excerpt) <= 120


def test_nothing_but_broken_entries_is_a_page_too() -> None:
    with scripted(answer(body=feed(entry(1, title=""), entry(2, published="soon")))) as (server, session, url):
        found = read_page(session.requests, url, QUERY, start=0, size=2)
        assert len(server.seen) == 1
    assert (found.papers, found.total, found.records) == ((), 10, 2)
    assert [item.place for item in found.broken] == [1, 2]


@pytest.mark.parametrize(
    ("said", "total"),
    [(None, None), ("", None), ("many", None), ("-1", None), ("1.5", None), (" 7\n", 7), ("0", 0), ("9" * 10, None)],
)
def test_the_total_is_what_the_page_says(said: str | None, total: int | None) -> None:
    found = replayed(feed(entry(1), entry(2), total=said))
    assert (found.total, found.records, len(found.papers)) == (total, 2, 2)


# Documents that are none

SOUND = feed(entry(1), entry(2))


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"Rate exceeded.", page(200, "arXiv is being looked after").body, b"<html><body>Soon</body></html>",
        b'<rss version="2.0"><channel><title>x</title></channel></rss>', b"<feed><entry/></feed>",
        hostile(b"<?xml version='1.0' encoding='UTF-8'?>\n" + SOUND),
    ],
    ids=["empty", "blank", "text", "html", "xhtml", "rss", "no-namespace", "bomb"],
)  # fmt: skip
def test_what_is_no_feed_is_for_later(body: bytes) -> None:
    with pytest.raises(Unavailable):
        replayed(body)


@given(st.integers(0, len(SOUND) - 1))
def test_a_feed_that_is_cut_off_is_for_later(length: int) -> None:
    with pytest.raises(Unavailable):
        replayed(SOUND[:length])


@pytest.mark.parametrize("others", [0, 1])
def test_a_paper_titled_error_is_a_paper(others: int) -> None:
    found = replayed(feed(entry(1, title="Error"), *(entry(2 + number) for number in range(others))))
    assert [paper.title for paper in found.papers][:1] == ["Error"]


# Papers


def test_a_full_entry() -> None:
    more = (
        "<arxiv:comment>9 pages,\n 2 figures</arxiv:comment><arxiv:journal_ref>J. Inv. 1</arxiv:journal_ref>"
        "<arxiv:doi>10.1000/invented</arxiv:doi><author><name>Bob de Vries Jr.</name>"
        "<arxiv:affiliation>Some University</arxiv:affiliation></author><author><name> </name></author>"
    )
    body = feed(entry(7, 3, published="2021-06-07T23:30:00-04:00", updated="2021-06-09T01:00:00", more=more))
    assert replayed(body).papers == (
        Paper(
            identifier="2106.00007",
            title="On quiet habits",
            abstract="We look at habits.",
            authors=(Author("de Vries", "Bob", "Jr."),),
            categories=("cs.CL", "stat.ML"),
            comments="9 pages, 2 figures",
            journal_ref="J. Inv. 1",
            doi="10.1000/invented",
            versions=(
                Version(1, dt.datetime(2021, 6, 8, 3, 30, tzinfo=dt.UTC)),
                Version(3, dt.datetime(2021, 6, 9, 1, tzinfo=dt.UTC)),
            ),
            updated=dt.date(2021, 6, 9),
        ),
    )


def test_a_withdrawn_paper() -> None:
    more = "<arxiv:comment>This paper has been withdrawn by the author</arxiv:comment>"
    gone, there = replayed(feed(entry(1, more=more), entry(2))).papers
    assert gone.withdrawn
    assert not there.withdrawn


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)
# Hypothesis takes bounds without a zone.
_FROM, _TO = (dt.datetime(year, 1, 2) for year in (1991, 2100))  # noqa: DTZ001
_TIME = st.datetimes(_FROM, _TO, timezones=st.just(dt.UTC))
_CATEGORIES = st.lists(st.sampled_from(["cs.CL", "cs.IR", "stat.ML", "hep-th", "math.OC"]), unique=True, min_size=1)


@settings(max_examples=60)
@given(st.tuples(_TEXT, _TEXT, _TEXT), st.lists(_TEXT, max_size=3), _CATEGORIES, _TIME, _TIME, st.integers(1, 99))
def test_what_is_written_is_read(
    texts: tuple[str, str, str],
    names: list[str],
    categories: list[str],
    published: dt.datetime,
    updated: dt.datetime,
    version: int,
) -> None:
    published, updated = published.replace(microsecond=0), updated.replace(microsecond=0)
    title, abstract, comments = (escape(text) for text in (f"On {texts[0]}", *texts[1:]))
    terms = "".join(f'<category term="{term}"/>' for term in reversed(categories))
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in names)
    body = (
        f"<entry><id>http://arxiv.org/abs/2106.00001v{version}</id><title>{title}</title>"
        f"<updated>{updated.isoformat()}</updated><summary>{abstract}</summary>{terms}{authors}"
        f"<published>{published.isoformat()}</published><arxiv:comment>{comments}</arxiv:comment>"
        f'<arxiv:primary_category term="{categories[0]}"/></entry>'
    )
    (paper,) = replayed(feed(body)).papers
    assert paper.title == clean_text(f"On {texts[0]}")
    assert (paper.abstract, paper.comments) == (clean_text(texts[1]), clean_text(texts[2]))
    assert paper.authors == tuple(split_name(clean_text(name)) for name in names if clean_text(name))
    assert paper.categories == (categories[0], *(term for term in reversed(categories) if term != categories[0]))
    assert paper.versions == (Version(1, published), *([Version(version, updated)] if version > 1 else []))
    assert paper.updated == updated.date()


# Queries


def test_a_query_in_words() -> None:
    first = dt.datetime(2021, 6, 7, 20, tzinfo=dt.timezone(dt.timedelta(hours=-4)))
    asked = submission_query(("cs.CL", "cs.IR"), first, dt.datetime(2021, 6, 9, 23, 59, 59, tzinfo=dt.UTC))
    assert asked == "(cat:cs.CL OR cat:cs.IR) AND submittedDate:[202106080000 TO 202106092359]"
    assert submission_query(("cs.CL",), first, first).startswith("(cat:cs.CL) AND ")


@settings(max_examples=40)
@given(st.data(), st.lists(st.sampled_from(["cs.CL", "hep-th", "stat.ML"]), min_size=1, unique=True))
def test_times_of_any_zone_become_minutes_of_gmt(data: st.DataObject, categories: list[str]) -> None:
    times = st.datetimes(_FROM, _TO, timezones=st.timezones())
    ends = data.draw(times), data.draw(times)
    asked = submission_query(categories, *ends)
    found = re.fullmatch(r"\((.+)\) AND submittedDate:\[(\d{12}) TO (\d{12})\]", asked)
    assert found
    assert found[1].split(" OR ") == [f"cat:{category}" for category in categories]
    for written, time in zip((found[2], found[3]), ends, strict=True):
        minute = dt.datetime.strptime(written, "%Y%m%d%H%M").replace(tzinfo=dt.UTC)
        assert dt.timedelta() <= time.astimezone(dt.UTC) - minute < dt.timedelta(minutes=1)


def test_a_query_is_sent_oldest_first_with_its_page() -> None:
    with scripted(answer(body=feed())) as (server, session, url):
        read_page(session.requests, url, QUERY, start=40, size=20)
        (seen,) = server.seen
    assert seen.path.partition("?")[2] == address(QUERY, 40, 20).partition("?")[2]
    assert "sortBy=submittedDate&sortOrder=ascending&start=40&max_results=20" in seen.path
