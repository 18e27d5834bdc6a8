"""Feeds that are broken, foreign, cut or odd, feeds of any papers, and real ones."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paperradar.errors import Unavailable, UpstreamError
from paperradar.papers import AnnouncementKind, clean_text
from paperradar.sources.rss import parse_feed
from tests.sources.feeds import HOME, Item, atom, rdf, rdf_of_titles, rss

DAY = dt.date(2022, 5, 2)
Build = Callable[[list[Item]], bytes]
NEW_FEEDS: list[Build] = [rss, atom]
ALL_FEEDS: list[Build] = [rss, atom, rdf]
KINDS = [kind.value for kind in AnnouncementKind]


def test_a_category_that_arxiv_does_not_know_is_a_mistake_in_the_settings() -> None:
    data = rss(title="Feed error for query: http://rss.arxiv.org/rss/cs.XX").replace(
        b"updates on the arXiv.org e-print archive.", b"Bad subject class 'XX'."
    )
    with pytest.raises(UpstreamError, match=r"no feed for cs\.XX.*Bad subject class 'XX'.*setting categories"):
        parse_feed(data, "cs.XX")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><head><title>Slow down</title></head><body/></html>",
        b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Busy</title></head><body/></html>',
        b"<rss/>",
        b'<rss version="2.0"><channel></channel></rss>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>',
        b"<feed><title>Not in Atom's namespace</title></feed>",
        b"<!DOCTYPE rss><rss><channel><title>t</title></channel></rss>",
    ],
    ids=lambda data: data.decode()[:40],
)
def test_what_is_no_feed_is_never_an_empty_day(data: bytes) -> None:
    with pytest.raises(Unavailable):
        parse_feed(data, HOME)


def test_the_guid_decides_which_paper_it_is() -> None:
    data = rss([Item(), Item("2205.00002")]).replace(b"<link>https://arxiv.org/abs/2205.00001", b"<link>2205.00009v1")
    data = data.replace(b"oai:arXiv.org:2205.00001v1", b"oai:arXiv.org:2205.00001")
    assert [paper.identifier for paper in parse_feed(data, HOME).papers] == ["2205.00001", "2205.00002"]


@pytest.mark.parametrize("build", NEW_FEEDS)
def test_what_is_not_arxivs_changes_nothing(build: Build) -> None:
    item = Item(title="VGl0bGU=")
    extra = "<dc:subject>other</dc:subject><dc:description>Other.</dc:description><dc:title>Other</dc:title>"
    listing = parse_feed(build([replace(item, extra=extra)]).replace(b"<title>V", b'<title mode="base64">V'), HOME)
    assert listing == parse_feed(build([item]), HOME)
    assert listing.papers[0].title == "VGl0bGU="


def test_prefixes_are_the_feeds_own_business() -> None:
    data = rss([Item(kind="cross", doi="10.1000/invented")])
    assert parse_feed(data.replace(b"arxiv:", b"a:").replace(b":arxiv=", b":a="), HOME) == parse_feed(data, HOME)


def test_the_bytes_are_never_taken_for_a_files_name(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss([Item()]))
    with pytest.raises(Unavailable):
        parse_feed(str(path).encode(), HOME)


@pytest.mark.parametrize("build", ALL_FEEDS)
def test_a_feed_that_is_cut_anywhere_is_refused(build: Build) -> None:
    data = build([Item(title="Ünïcode 中文"), Item("2205.00002", kind="cross")])
    whole = parse_feed(data, HOME)
    assert len(whole.papers) == 2
    end = len(data.rstrip())
    for length in range(end):
        with pytest.raises(Unavailable):
            parse_feed(data[:length], HOME)
    for length in range(end, len(data) + 1):
        assert parse_feed(data[:length], HOME) == whole


# feedparser repairs Latin-1 texts that look like UTF-8 read wrongly (Â°), which needs characters from U+0080 to U+00BF.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(0x80, 0xC0))) + "\ufffe\uffff")
)
ITEMS = st.builds(
    Item,
    identifier=st.builds("{:02}{:02}.{:05}".format, st.integers(15, 40), st.integers(1, 12), st.integers(0, 99_999)),
    version=st.integers(1, 99),
    kind=st.sampled_from(KINDS),
    title=TEXTS.map(lambda text: f"T{text}"),
    abstract=TEXTS,
    authors=st.lists(st.sampled_from(["Ada Ahn", "Bob de Vries", "Li Ming", "Plato", "Eva Ö. Sow"]), max_size=4),
)


def at_home(item: Item) -> Item:
    """The item, in the category that makes the old feeds tell its kind."""
    return replace(item, categories=(HOME if item.kind in ("new", "replace") else "cs.CL", HOME))


@pytest.mark.parametrize("build", ALL_FEEDS)
@given(items=st.lists(ITEMS.map(at_home), max_size=4, unique_by=lambda item: item.identifier))
@example(items=[at_home(Item(title="T]]>", abstract="&lt;&amp;<p>"))])
@settings(max_examples=50)
def test_any_papers_come_through(build: Build, items: list[Item]) -> None:
    listing = parse_feed(build(items), HOME)
    assert listing.broken == ()
    assert [
        (paper.identifier, paper.version, told.kind.value, paper.title, paper.abstract, len(paper.authors))
        for paper, told in zip(listing.papers, listing.announcements, strict=True)
    ] == [
        (
            item.identifier,
            item.version,
            item.kind,
            clean_text(item.title),
            clean_text(item.abstract),
            len(item.authors),
        )
        for item in items
    ]


NAMES = [
    "title",
    "link",
    "guid",
    "description",
    "pubDate",
    "category",
    "dc:creator",
    "arxiv:announce_type",
    "dc:rights",
]
NAMES += ["item", "source", "image", "textInput", "enclosure", "atom:author", "atom:content", "dc:date", "media:x"]
INNER = st.recursive(
    st.sampled_from(["", "new", "oai:arXiv.org:2205.00009v1", "http://[bad", "Mon, 99 May", "2022", "&lt;p&gt;", "Ã©"]),
    lambda inner: st.builds(
        '<{0} xmlns:media="m" {1}>{2}</{0}>'.format,
        st.sampled_from(NAMES),
        st.sampled_from(
            ["", 'type="base64"', 'isPermaLink="true"', 'xml:base="http://[x"', 'url="//["', 'mode="base64"']
        ),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=12,
)


@given(INNER)
@example("<textInput><link/></textInput>")  # feedparser stops at it
def test_odd_items_stop_no_other(inner: str) -> None:
    data = rss([Item()]).replace(b"</channel>", f"<item>{inner}</item></channel>".encode())
    listing = parse_feed(data, HOME)
    assert "2205.00001" in {paper.identifier for paper in listing.papers}
    assert listing.items >= len(listing.papers) + len(listing.broken)


@pytest.mark.parametrize(
    ("name", "category", "day", "kinds"),
    [
        ("rss_new/atom_cs.AI_2025-08-20.xml", "cs.AI", dt.date(2025, 8, 20), {"cross": 5, "new": 2}),
        ("rss_new/rss2_cs_weekend_empty_2025-04-27.xml", "cs", dt.date(2025, 4, 27), {}),
        (
            "rss_old/rdf_hep-ex_2018-05-23.xml",
            "hep-ex",
            dt.date(2018, 5, 24),
            {"new": 1, "cross": 1, "replace-cross": 1},
        ),
    ],
)
def test_real_feeds(shared: Path, name: str, category: str, day: dt.date, kinds: dict[str, int]) -> None:
    listing = parse_feed((shared / "data" / "raw" / name).read_bytes(), category)
    assert listing.day == day
    told = [announcement.kind.value for announcement in listing.announcements]
    assert {kind: told.count(kind) for kind in told} == kinds
    assert listing.broken == ()
    assert listing.items == len(listing.papers) == sum(kinds.values())
    for paper in listing.papers:
        assert paper.authors
        assert paper.abstract
        assert paper.categories
        assert not re.search(r"<\w|Announce Type|\(arXiv:|\.$", paper.title)
        assert not re.search(r"</?p>|Announce Type|&\w+;", paper.abstract)


def test_every_title_of_a_real_day_of_the_old_feeds(shared: Path) -> None:
    (path,) = (shared / "data" / "raw" / "rss_old").glob("osmosfeed_cache_*.json.gz")
    for source in json.loads(gzip.decompress(path.read_bytes()))["sources"]:
        category = source["feedUrl"].rpartition("/")[2]
        articles = source["articles"]
        items = [(a["link"], a["title"], f"<p>{a['description']}</p>", a["author"]) for a in articles]
        listing = parse_feed(rdf_of_titles(items), category)
        assert listing.broken == ()
        assert listing.items == len(articles)
        assert len(listing.announcements) == len(articles)
        for article, paper, told in zip(articles, listing.papers, listing.announcements, strict=True):
            bracket = article["title"][article["title"].rindex("(") :]
            home = f"[{category}]" in bracket
            expected = {
                "new": home and not re.search("UPDATED|CROSS", bracket),
                "replace": home and "UPDATED" in bracket,
                "replace-cross": not home and "UPDATED" in bracket,
                "cross": "CROSS LISTED" in bracket or (not home and "UPDATED" not in bracket),
            }
            assert expected[told.kind.value]
            assert f"{paper.identifier}v{paper.version} " in bracket.replace("(arXiv:", "")
            assert paper.categories[0] in bracket
            assert article["title"].startswith(f"{paper.title}. (")
            assert len(paper.authors) >= article["author"].count("</a>")
