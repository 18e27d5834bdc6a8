"""arXiv's feeds, new and old, become papers and announcements; what is wrong with one item stops no other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from paperradar.papers import Announcement, AnnouncementKind, Author, Paper, Version
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
