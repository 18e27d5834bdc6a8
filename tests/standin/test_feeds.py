"""RSS and Atom: shaped like the recorded feeds, and they tell the world's truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from paperradar.papers import Announcement, AnnouncementKind, parse_identifier
from tests.standin import Event, StandIn, World
from tests.standin.asking import ARXIV, ATOM, DAYS, MONDAY, children, get, morning, texts, tree
from tests.standin.world import NEW


@pytest.fixture(scope="module")
def world() -> World:
    return World.made(DAYS)


@pytest.fixture(scope="module")
def standin(world: World) -> Iterator[StandIn]:
    with StandIn(world, now=morning(DAYS[2])) as server:
        yield server


def announced(root: etree._Element, category: str, day: dt.date) -> set[Announcement]:
    found = set()
    for guid, kind in zip(texts(root, ".//guid"), texts(root, f".//{ARXIV}announce_type"), strict=True):
        identifier, version = parse_identifier(guid)
        found.add(Announcement(identifier, version or 0, category, AnnouncementKind(kind), day))
    return found


def test_the_feeds_of_all_days_tell_the_truth(world: World) -> None:
    found: set[Announcement] = set()
    with StandIn(world, now=morning(DAYS[0])) as standin:
        for day in DAYS:
            standin.now = morning(day)
            for category in ("cs.CL", "cs.IR"):
                found |= announced(tree(standin, f"/rss/{category}"), category, day)
    assert found == world.announcements(DAYS[0], DAYS[-1])


def test_an_items_texts(world: World, standin: StandIn) -> None:
    root = tree(standin, "/rss/cs.CL")
    papers = world.on(DAYS[2])
    for item in root.iterfind(".//item"):
        identifier, version = parse_identifier(item.findtext("guid") or "")
        paper = papers[identifier]
        kind = item.findtext(f"{ARXIV}announce_type")
        assert item.findtext("title") == paper.title
        assert item.findtext("link") == f"https://arxiv.org/abs/{identifier}"
        assert item.findtext("description") == (
            f"arXiv:{identifier}v{version} Announce Type: {kind} \nAbstract: {paper.abstract}"
        )
        assert tuple(texts(item, "category")) == paper.categories
        assert [guid.items() for guid in item.iterfind("guid")] == [[("isPermaLink", "false")]]
        assert item.findtext("pubDate") == "Wed, 16 Jun 2021 00:00:00 -0400"
        creator = item.findtext("{http://purl.org/dc/elements/1.1/}creator")
        assert creator == ", ".join(author.name for author in paper.authors)
    kinds = texts(root, f".//{ARXIV}announce_type")
    assert kinds == sorted(kinds, key=[kind.value for kind in AnnouncementKind].index)


def test_rss_is_shaped_like_the_recorded_one(shared: Path, standin: StandIn) -> None:
    real = etree.parse(shared / "data" / "raw" / "rss_new" / "rss2_cs_weekend_empty_2025-04-27.xml").getroot()
    served = tree(standin, "/rss/cs.CL")
    assert (served.tag, served.attrib, served.nsmap) == (real.tag, real.attrib, real.nsmap)
    assert children(served[0]) == [*children(real[0]), ("item", ())]
    standin.now = morning(dt.date(2021, 6, 19))
    empty = get(standin, "/rss/cs")
    standin.now = morning(DAYS[2])
    written = (shared / "data" / "raw" / "rss_new" / "rss2_cs_weekend_empty_2025-04-27.xml").read_text()
    assert empty.text == written.replace("Sun, 27 Apr 2025", "Sat, 19 Jun 2021").rstrip() + "\n"
    assert empty.headers["Content-Type"] == "application/rss+xml"


def test_atom_is_shaped_like_the_recorded_one(shared: Path, standin: StandIn) -> None:
    real = etree.parse(shared / "data" / "raw" / "rss_new" / "atom_cs.AI_2025-08-20.xml").getroot()
    served = tree(standin, "/atom/cs.CL")
    assert (served.tag, served.attrib, served.nsmap) == (real.tag, real.attrib, real.nsmap)
    assert children(served) == children(real)
    entries = {tuple(children(entry)) for entry in real.iterfind(f"{ATOM}entry")}
    plain = [entry for entry in served.iterfind(f"{ATOM}entry") if entry.find(f"{ARXIV}DOI") is None]
    assert entries >= {tuple(children(e)) for e in plain if e.find(f"{ARXIV}journal_reference") is None}
    guids = texts(tree(standin, "/rss/cs.CL"), ".//guid")
    assert texts(served, f"{ATOM}entry/{ATOM}id") == guids
    assert texts(served, f"{ATOM}entry/{ATOM}published")[0] == "2021-06-16T00:00:00-04:00"


def test_joined_categories_and_archives_list_each_paper_once(world: World, standin: StandIn) -> None:
    joined, archive = tree(standin, "/rss/cs.CL+cs.IR"), tree(standin, "/rss/cs")
    names = {event.identifier for event in world.listed(DAYS[2])}
    assert sorted(parse_identifier(guid)[0] for guid in texts(joined, ".//guid")) == sorted(names)
    assert texts(archive, ".//guid") == texts(joined, ".//guid")
    assert joined.findtext("channel/title") == "cs.CL, cs.IR updates on arXiv.org"
    kinds = dict(zip(texts(joined, ".//guid"), texts(joined, f".//{ARXIV}announce_type"), strict=True))
    inside = [event for event in world.listed(DAYS[2]) if event.flag == NEW]
    for event in inside:
        primary = world.records[event.identifier].categories[0]
        assert kinds[f"oai:arXiv.org:{event.identifier}v1"] == ("new" if primary.startswith("cs.") else "cross")


@pytest.mark.parametrize("day", [dt.date(2021, 6, 19), dt.date(2021, 6, 20), dt.date(2021, 6, 21)])
def test_days_without_events_are_empty(standin: StandIn, day: dt.date) -> None:
    standin.now = morning(day)
    assert not texts(tree(standin, "/rss/cs.CL"), ".//guid")
    standin.now = morning(DAYS[2])
    assert texts(tree(standin, "/rss/cs.CL"), ".//guid")
    assert not texts(tree(standin, "/rss/cs.SE"), ".//guid")


def test_the_listing_is_that_of_new_yorks_date(standin: StandIn) -> None:
    standin.now = dt.datetime(2021, 6, 17, 3, 59, tzinfo=dt.UTC)
    assert tree(standin, "/rss/cs.CL").findtext("channel/pubDate") == "Wed, 16 Jun 2021 00:00:00 -0400"
    standin.now = dt.datetime(2021, 1, 13, 12, tzinfo=dt.UTC)
    assert tree(standin, "/rss/cs.CL").findtext("channel/pubDate") == "Wed, 13 Jan 2021 00:00:00 -0500"
    standin.now = morning(DAYS[2])


@pytest.mark.parametrize("query", ["nonsense", "cs.CL+nonsense", "cs.", "hep-th.AA"])
def test_what_is_no_category_gives_a_feed_that_says_so(standin: StandIn, query: str) -> None:
    rss, atom = tree(standin, f"/rss/{query}"), tree(standin, f"/atom/{query}")
    assert (rss.findtext("channel/title") or "").startswith("Feed error for query")
    assert (atom.findtext(f"{ATOM}title") or "").startswith("Feed error for query")
    assert rss.find(".//item") is None


def test_more_than_two_thousand_items_are_cut() -> None:
    made = World.made([MONDAY])
    one = next(iter(made.records.values()))
    records = {name: replace(one, identifier=name) for name in (f"2106.{number:05}" for number in range(1, 2004))}
    events = [Event(name, 1, one.categories[0], NEW, MONDAY) for name in records]
    with StandIn(World(records, events), now=morning(MONDAY)) as standin:
        guids = texts(tree(standin, f"/rss/{one.categories[0]}"), ".//guid")
    assert len(guids) == 2000
    assert guids[0] == "oai:arXiv.org:2106.00004v1"
