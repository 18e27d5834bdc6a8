"""The feeds, read again with feedparser and lxml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from paperradar.papers import clean_text
from paperradar.publishing.decided import DecidedEdition, DecidedPaper
from paperradar.publishing.feeds import FeedFacts, daily_feed, daily_tops, editions_feed
from tests.publishing.builders import bundle, candidate, full_row, paper, row

FACTS = FeedFacts("Trends & more", "example.org,2022-05-01", "https://example.org/feeds")
ATOM = "{http://www.w3.org/2005/Atom}"
MAY = dt.datetime(2022, 5, 6, 12, tzinfo=dt.UTC)
HOSTILE = st.text(st.characters() | st.sampled_from("<>&\"'\x00\x0b\ufffe\ud800]\r\n"), max_size=30)


def edition(name: str = "2022-05", at: dt.datetime = MAY, **keys: Any) -> DecidedEdition:
    papers = (
        DecidedPaper(
            "A <b>title</b> & $x$", "https://arxiv.org/abs/2204.00001", ("Ann Roe",), "A reason", 3, "A group"
        ),
    )
    return DecidedEdition(name, at, keys.pop("ten", papers), **keys)


def read(data: bytes) -> Any:
    """The feed as a reader sees it, after a check of what Atom (RFC 4287) demands."""
    root = etree.fromstring(data)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert element.findtext(f"{ATOM}id", "").startswith("tag:example.org,2022-05-01:")
        assert dt.datetime.fromisoformat(element.findtext(f"{ATOM}updated", "")).tzinfo
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        assert len(alternates) <= 1
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    feed = feedparser.parse(data)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def tops(rows: Any, days: int = 10, most: int = 10) -> list[Mapping[str, Any]]:
    return daily_tops(bundle(rows)["rows"], days=days, most=most)


def test_editions_newest_first_with_their_ten() -> None:
    older = edition("2022-04", MAY - dt.timedelta(days=30), url="https://example.org/issues/april")
    feed = read(editions_feed([older, edition(mentions=(DecidedPaper("Other", ""),))], FACTS))
    assert [entry.title for entry in feed.entries] == ["Trends & more, May 2022", "Trends & more, April 2022"]
    links = [[link.href for link in entry.get("links", ())] for entry in feed.entries]
    assert links == [[], ["https://example.org/issues/april"]]
    assert feed.entries[0].id == "tag:example.org,2022-05-01:edition/2022-05"
    assert feed.feed.updated == "2022-05-06T12:00:00+00:00"
    assert feed.feed.links[0].href == "https://example.org/feeds/editions.atom"
    shown = feed.entries[0].content[0].value
    assert '<a href="https://arxiv.org/abs/2204.00001">A &lt;b&gt;title&lt;/b&gt; &amp; $x$ (A group)</a>' in shown
    assert "A reason" in shown
    assert '<li value="3">' in editions_feed([edition()], FACTS).decode().replace("&lt;", "<").replace("&gt;", ">")
    assert "Other" in shown


def test_a_feed_with_nothing_in_it_is_valid() -> None:
    assert read(editions_feed([], FACTS)).entries == []
    assert read(daily_feed([], FACTS, {})).feed.updated == "1970-01-01T00:00:00+00:00"


def test_the_same_input_gives_the_same_bytes() -> None:
    rows = tops([full_row(), row(2)])
    assert daily_feed(rows, FACTS, {}) == daily_feed(rows, FACTS, {})
    assert editions_feed([edition()], FACTS) == editions_feed([edition()], FACTS)


def test_a_paper_links_and_says_why() -> None:
    made = row(
        3, candidate=candidate(paper("2204.00003", "A title", "Code: https://github.com/a/b"), dt.date(2022, 5, 3))
    )
    feed = read(daily_feed(tops([made]), FACTS, {"wildcard": "Wild card"}))
    [entry] = feed.entries
    assert entry.link == "https://arxiv.org/abs/2204.00003"
    assert entry.id == "tag:example.org,2022-05-01:paper/2204.00003"
    assert [author.name for author in entry.authors] == ["Ann Møller", "Richard Roe Jr."]
    assert [tag.label for tag in entry.tags] == ["Wild card"]
    assert entry.updated == feed.feed.updated == "2022-05-03T00:00:00+00:00"
    shown = entry.content[0].value
    assert made.why in shown
    assert "https://github.com/a/b" in shown
    assert "3 May 2022" in shown


def test_the_best_of_each_of_the_last_days() -> None:
    days = [dt.date(2022, 5, 2), dt.date(2022, 5, 4), dt.date(2022, 5, 4), dt.date(2022, 5, 3), dt.date(2022, 5, 4)]
    rows = [row(rank, candidate=candidate(paper(f"2204.{rank:05}"), day)) for rank, day in enumerate(days, start=1)]
    assert [one["rank"] for one in tops(rows, days=2, most=2)] == [2, 3, 4]
    assert [one["rank"] for one in tops(rows, days=5, most=1)] == [2, 4, 1]


def test_what_came_back_or_was_withdrawn_is_no_news() -> None:
    rows = [dict(one) for one in bundle([row(1), full_row(2), row(3)])["rows"]]
    rows[0]["withdrawn"] = True
    assert [one["rank"] for one in daily_tops(rows, days=5, most=5)] == [3]


def test_what_xml_cannot_hold_is_dropped() -> None:
    papers = (DecidedPaper("A\ufffe\uffff title", "", ("An\ufffen",), "\x00Why\uffff"),)
    data = editions_feed([edition(ten=papers)], FACTS).decode()
    assert "A title" in data
    assert "Ann" in data
    assert not set(data) & {"\ufffe", "\uffff", "\x0b", "\x00"}


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_breaks_a_feed(title: str, name: str, why: str) -> None:
    papers = (DecidedPaper(title, f"javascript:{title}", (name,), why), DecidedPaper(why, "", (name,) * 20, title))
    read(editions_feed([edition(ten=papers, mentions=papers, url=f"javascript:{title}")], FACTS))
    rows = [
        dict(tops([row(1)])[0]) | {"title": title, "authors": [name], "why": why, "abstract": title, "lanes": [why]}
    ]
    feed = read(daily_feed(rows, FeedFacts(title, FACTS.tag, FACTS.url), {why: name}))
    shown = feed.entries[0].title
    assert shown or not clean_text(title).strip("<>&\"'")
