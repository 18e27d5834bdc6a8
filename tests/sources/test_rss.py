"""arXiv's feeds, new and old, become papers and announcements; what is wrong with one item stops no other."""

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
from paperradar.papers import Announcement, AnnouncementKind, Author, Paper, Version, clean_text
from paperradar.sources.rss import parse_feed
from paperradar.sources.values import Listing
from tests.sources.feeds import HOME, Item, atom, rdf, rdf_of_titles, rss

DAY = dt.date(2022, 5, 2)
Build = Callable[[list[Item]], bytes]
NEW_FEEDS: list[Build] = [rss, atom]
ALL_FEEDS: list[Build] = [rss, atom, rdf]
KINDS = [kind.value for kind in AnnouncementKind]


def parsed(item: Item, build: Build = rss) -> Paper:
    listing = parse_feed(build([item]), HOME)
    assert listing.broken == ()
    (paper,) = listing.papers
    return paper


@pytest.mark.parametrize("build", NEW_FEEDS)
def test_a_full_item_of_todays_feeds(build: Build) -> None:
    item = Item(doi="10.1000/invented", journal_ref="J. Inv. 1 (2022)", version=2, kind="replace")
    assert parse_feed(build([item]), HOME) == Listing(
        category=HOME,
        day=DAY,
        papers=(
            Paper(
                identifier="2205.00001",
                title="Small models search well",
                abstract="We look at small models.",
                authors=(Author("Ahn", "Ada"), Author("de Vries", "Bob")),
                categories=(HOME, "cs.CL"),
                doi="10.1000/invented",
                journal_ref="J. Inv. 1 (2022)",
                license="http://creativecommons.org/licenses/by/4.0/",
                versions=(Version(2),),
            ),
        ),
        announcements=(Announcement("2205.00001", 2, HOME, AnnouncementKind.REPLACE, DAY),),
        items=1,
    )


def test_a_full_item_of_the_old_feeds() -> None:
    listing = parse_feed(rdf([Item(abstract="If $a<b$ &\nc, <p> is no tag.")]), HOME)
    assert listing == Listing(
        category=HOME,
        day=DAY,
        papers=(
            Paper(
                identifier="2205.00001",
                title="Small models search well",
                abstract="If $a<b$ & c, <p> is no tag.",
                authors=(Author("Ahn", "Ada"), Author("de Vries", "Bob")),
                categories=(HOME,),
                versions=(Version(1),),
            ),
        ),
        announcements=(Announcement("2205.00001", 1, HOME, AnnouncementKind.NEW, DAY),),
        items=1,
    )


@pytest.mark.parametrize("build", NEW_FEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_todays_feeds_are_kept(build: Build, kind: str) -> None:
    (told,) = parse_feed(build([Item(kind=kind)]), HOME).announcements
    assert told.kind == kind


@pytest.mark.parametrize(
    ("bracket", "category", "kind"),
    [
        ("arXiv:2205.00001v1 [cs.IR]", "cs.IR", "new"),
        ("arXiv:2205.00001v1 [cs.CL]", "cs.IR", "cross"),
        ("arXiv:2205.00001v1 [cs.IR]", "cs", "new"),
        ("arXiv:2205.00001v1 [csx.IR]", "cs", "cross"),
        ("arXiv:2205.00001v1 [cs.CL] CROSS LISTED", "cs.IR", "cross"),
        ("arXiv:2205.00001v3 [cs.IR] UPDATED", "cs.IR", "replace"),
        ("arXiv:2205.00001v3 [cs.CL] UPDATED", "cs.IR", "replace-cross"),
        ("arXiv:quant-ph/0201082v2 [quant-ph] UPDATED", "quant-ph", "replace"),
    ],
)
def test_kinds_of_the_old_feeds_are_told_from_the_bracket(bracket: str, category: str, kind: str) -> None:
    item = ("http://arxiv.org/abs/2205.00001", f"A (very) short title?. ({bracket})", "<p>A.</p>", "Ada Ahn")
    listing = parse_feed(rdf_of_titles([item]), category)
    assert [told.kind.value for told in listing.announcements] == [kind]
    (paper,) = listing.papers
    named = re.search(r"arXiv:(\S+)v(\d)", bracket)
    assert named is not None
    assert (paper.identifier, paper.version) == (named[1], int(named[2]))
    assert paper.title == "A (very) short title?"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<guid isPermaLink="false">oai:arXiv.org:2205.00001v1</guid>', ""),
        ("oai:arXiv.org:2205.00001v1", "oai:arXiv.org:2205.00001"),
        ("oai:arXiv.org:2205.00001v1", "a number"),
    ],
)
def test_link_and_description_stand_in_for_a_bad_guid(old: str, new: str) -> None:
    data = rss([Item()])
    assert old.encode() in data
    (paper,) = parse_feed(data.replace(old.encode(), new.encode()), HOME).papers
    assert (paper.identifier, paper.versions) == ("2205.00001", (Version(1),))


@pytest.mark.parametrize("build", ALL_FEEDS)
@pytest.mark.parametrize(
    "title",
    [
        "=1+1 is a title",
        "P &amp; Q &lt; R stays as arXiv has it",
        "Bounds of $\\mathcal{O}(n^{2}) < 3$ for Erd\\H{o}s & <sub>others</sub>",
        "中文标题 и заголовок עברית ﷽",
        "A CDATA end ]]> in the middle",
        "Ends with a full stop.",
        'The <b onclick="x">bold</b> tag & its &nbsp; entity',
        "Quotes a stamp (arXiv:2105.00002v3 [cs.CL] UPDATED)",
    ],
)
def test_titles_and_abstracts_come_as_arxiv_has_them(build: Build, title: str) -> None:
    paper = parsed(Item(title=title, abstract=f"{title} {title}"), build)
    assert (paper.title, paper.abstract) == (title, f"{title} {title}")


@pytest.mark.parametrize("build", ALL_FEEDS)
def test_control_characters_cost_nobody_a_day(build: Build) -> None:
    items = [Item(title="One\x0btitle\x00 &\n two\u202e", abstract="A\x1fb"), Item("2205.00002")]
    listing = parse_feed(build(items), HOME)
    assert (listing.papers[0].title, listing.papers[0].abstract) == ("One title & two", "Ab")
    assert len(listing.papers) == 2


@pytest.mark.parametrize("build", ALL_FEEDS)
@pytest.mark.parametrize(
    ("names", "authors"),
    [
        (["Bob Ford Jr.", "Ada Ahn"], (Author("Ford", "Bob", "Jr."), Author("Ahn", "Ada"))),
        (["Bob Ford, Jr.", "Ada Ahn"], (Author("Ford", "Bob", "Jr."), Author("Ahn", "Ada"))),
        (["Ada Ahn (Some University, Somewhere)", "Plato"], (Author("Ahn", "Ada"), Author("Plato"))),
        (["Ada Ahn (ada@example.org)", "Bob Ford"], (Author("Ahn", "Ada"), Author("Ford", "Bob"))),
        (["Zoë O'Neill", "李 明"], (Author("O'Neill", "Zoë"), Author("明", "李"))),
        (["The Invented Collaboration"], (Author("The Invented Collaboration"),)),
        ([], ()),
    ],
)
def test_authors(build: Build, names: list[str], authors: tuple[Author, ...]) -> None:
    assert parsed(Item(authors=names), build).authors == authors


def test_one_element_for_each_author_does_as_well() -> None:
    data = rss([Item(authors=())]).replace(
        b"</item>", b"<dc:creator>Ada Ahn</dc:creator><dc:creator>Bob Ford</dc:creator></item>"
    )
    assert parse_feed(data, HOME).papers[0].authors == (Author("Ahn", "Ada"), Author("Ford", "Bob"))


@pytest.mark.parametrize("build", ALL_FEEDS)
def test_withdrawn_papers_are_told(build: Build) -> None:
    assert parsed(Item(abstract="This paper has been withdrawn by the authors."), build).withdrawn
    assert not parsed(Item(abstract="Troops were withdrawn."), build).withdrawn


@pytest.mark.parametrize(
    ("data", "day"),
    [
        pytest.param(rss(), DAY, id="the channel's"),
        pytest.param(rss(date="Mon, 02 May 2022 00:00:00 -0500"), DAY, id="in winter"),
        pytest.param(rss([Item()], date="Tue, 03 May 2022 00:00:00 -0400"), DAY.replace(day=3), id="before the items'"),
        pytest.param(rss([Item()], date=""), DAY, id="the items'"),
        pytest.param(rss([Item()], date="some day"), DAY, id="an odd one"),
        pytest.param(rss().replace(b"pubDate", b"other"), DAY, id="the last build's"),
        pytest.param(rss(date="some day").replace(b"lastBuildDate", b"other"), None, id="an odd one alone"),
        pytest.param(rss(date=""), None, id="none"),
        pytest.param(atom(), DAY, id="the feed's"),
        # Built late in the evening in New York: the items know better.
        pytest.param(atom([Item()], updated="2022-05-03T02:10:00+00:00"), DAY, id="built late"),
        pytest.param(rdf([Item()]), DAY, id="the evening before"),
        pytest.param(rdf([Item()], date="2022-05-01T20:30:00-04:00"), DAY, id="the evening before, in summer"),
        pytest.param(rdf([Item()], date="soon"), None, id="an odd one of an old feed"),
    ],
)
def test_the_day(data: bytes, day: dt.date | None) -> None:
    listing = parse_feed(data, HOME)
    assert listing.day == day
    assert {told.day for told in listing.announcements} <= {day}
    assert len(listing.announcements) == (listing.items if day else 0)
    assert len(listing.papers) == listing.items


def test_items_that_name_different_days_name_none() -> None:
    data = rss([Item(), Item("2205.00002")], date="")
    assert parse_feed(data, HOME).day == DAY
    assert parse_feed(data.replace(b"Mon, 02 May", b"Tue, 03 May", 1), HOME).day is None


@pytest.mark.parametrize("build", ALL_FEEDS)
def test_what_comes_twice_counts_once(build: Build) -> None:
    items = [Item(), Item(title="The same"), Item(title="Again", kind="cross"), Item(version=2, kind="replace")]
    listing = parse_feed(build(items), HOME)
    assert listing.items == 4
    assert [(paper.identifier, paper.version) for paper in listing.papers] == [("2205.00001", 1), ("2205.00001", 2)]
    assert listing.papers[0].title == "Small models search well"
    assert [(told.version, told.kind.value) for told in listing.announcements] == [
        (1, "new"),
        (1, "cross"),
        (2, "replace"),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Item("number"), "is not an arXiv identifier"),
        (Item("2205.1"), "is not an arXiv identifier"),
        (Item(kind="absonly"), "announcement type 'absonly' is none that arXiv uses"),
        (Item(kind=""), "names no announcement type"),
        (Item(title=" \x00\x0b"), "it has no title"),
        (Item(title="t" * 6_000), "its title has 6000 characters"),
        (Item(abstract="a" * 200_000), "its abstract has 200000 characters"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
@pytest.mark.parametrize("build", NEW_FEEDS)
def test_a_broken_item_is_set_aside_and_stops_no_other(build: Build, bad: Item, reason: str) -> None:
    listing = parse_feed(build([Item(), bad, Item("2205.00003")]), HOME)
    assert [paper.identifier for paper in listing.papers] == ["2205.00001", "2205.00003"]
    (broken,) = listing.broken
    assert broken.place == 2
    assert reason in broken.reason
    assert len(broken.excerpt) <= 120
    assert bad.named in broken.excerpt
    assert listing.items == 3


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("No bracket", "names no announcement type"),
        ("Not at the end. (arXiv:2205.00002v1 [cs.IR]) or so", "names no announcement type"),
        ("Another flag. (arXiv:2205.00002v1 [cs.IR] REVOKED)", "announcement type 'REVOKED'"),
        ("No version. (arXiv:2205.00002 [cs.IR])", "it names no version of 2205.00002"),
        ("Bad number. (arXiv:2205.2v1 [cs.IR])", "is not an arXiv identifier"),
        (". (arXiv:2205.00002v1 [cs.IR])", "it has no title"),
    ],
)
def test_a_broken_item_of_the_old_feeds(title: str, reason: str) -> None:
    items = [
        ("http://arxiv.org/ftp", title, "<p>A.</p>", "Ada Ahn"),
        ("l", "Good. (arXiv:2205.00001v1 [cs.IR])", "", ""),
    ]
    listing = parse_feed(rdf_of_titles(items), HOME)
    assert [paper.identifier for paper in listing.papers] == ["2205.00001"]
    (broken,) = listing.broken
    assert reason in broken.reason
    assert listing.items == 2


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
