"""Atom feeds, written by feedgen: of the editions, and of the best papers of the last days. Only this module knows it.

No clock: a feed's time is that of the newest thing in it, so the same input gives the same bytes. Ids never change, so
that a reader shows nothing twice.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedgen.feed import FeedGenerator

from paperradar.papers import clean_text
from paperradar.papers.links import is_web_address
from paperradar.publishing.days import day_words, month_words
from paperradar.publishing.decided import DecidedEdition
from paperradar.publishing.digest import new_papers, short_authors
from paperradar.publishing.page import environment

EDITIONS_FILE, DAILY_FILE = "editions.atom", "daily.atom"
# Atom wants a time also of a feed in which there is nothing yet.
_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# What XML 1.0 cannot hold in any spelling.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What is true of all feeds. ``tag``: the naming authority of RFC 4151, such as ``example.org,2022-05-01``.

    ``url``: the address of the folder of feeds, empty where they are not served.
    """

    title: str
    tag: str
    url: str = ""


def editions_feed(editions: Sequence[DecidedEdition], facts: FeedFacts) -> bytes:
    """One entry an edition with its ten, newest first; Atom, UTF-8."""
    feed = _feed(facts, EDITIONS_FILE, facts.title, max((one.at for one in editions), default=_NEVER))
    template = environment().get_template("digest/feed_edition.html.j2")
    for one in sorted(editions, key=lambda item: item.edition, reverse=True):
        entry = feed.add_entry(order="append")
        entry.id(f"tag:{facts.tag}:edition/{one.edition}")
        entry.title(_line(f"{facts.title}, {month_words(one.edition)}"))
        entry.updated(one.at)
        entry.content(_legal(template.render(edition=one, short_authors=short_authors)), type="html")
        if is_web_address(one.url):
            entry.link(href=one.url, rel="alternate")
    return _bytes(feed)


def daily_feed(rows: Sequence[Mapping[str, Any]], facts: FeedFacts, labels: Mapping[str, str]) -> bytes:
    """One entry a paper, newest day first and in the list's order within a day; Atom, UTF-8.

    ``rows``: of a bundle, see `daily_tops`. ``labels``: of lanes, by slug.
    """
    newest = max((_midnight(row["date"]) for row in rows), default=_NEVER)
    feed = _feed(facts, DAILY_FILE, f"{facts.title}: the best new papers of each day", newest)
    template = environment().get_template("digest/feed_paper.html.j2")
    for row in rows:
        entry = feed.add_entry(order="append")
        entry.id(f"tag:{facts.tag}:paper/{row['identifier']}")
        entry.title(_line(row["title"]) or row["identifier"])
        entry.updated(_midnight(row["date"]))
        for name in row["authors"]:
            if name := _line(name):
                entry.author(name=name)
        lanes = [labels.get(slug, slug) for slug in row["lanes"]]
        words = {"day": day_words(row["date"]), "lanes": lanes, "short_authors": short_authors}
        entry.content(_legal(template.render(row=row, **words)), type="html")
        entry.link(href=row["links"]["abs"], rel="alternate")
        for slug in row["lanes"]:
            entry.category(term=_line(slug), label=_line(labels.get(slug, slug)))
    return _bytes(feed)


def daily_tops(rows: Sequence[Mapping[str, Any]], *, days: int, most: int) -> list[Mapping[str, Any]]:
    """The ``most`` best rows of each of the last ``days`` announcement days that the list has, newest day first.

    What is no news is left out, see `new_papers`.
    """
    by_day: dict[str, list[Mapping[str, Any]]] = {}
    for row in new_papers(rows):
        by_day.setdefault(row["date"], []).append(row)
    newest = sorted(by_day, reverse=True)[:days]
    return [row for day in newest for row in sorted(by_day[day], key=lambda row: row["rank"])[:most]]


def _feed(facts: FeedFacts, name: str, title: str, updated: dt.datetime) -> FeedGenerator:
    feed = FeedGenerator()
    feed.id(f"tag:{facts.tag}:{name.removesuffix('.atom')}")
    feed.title(_line(title) or "paperradar")
    feed.updated(updated)
    feed.author(name=_line(facts.title) or "paperradar")
    feed.generator("paperradar")
    if facts.url:
        feed.link(href=f"{facts.url}/{name}", rel="self", type="application/atom+xml")
    return feed


def _bytes(feed: FeedGenerator) -> bytes:
    data: bytes = feed.atom_str(pretty=True)
    return data


def _midnight(day: str) -> dt.datetime:
    """An announcement day as a time. arXiv mails its list the evening before in New York, about midnight in UTC."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC)


def _line(text: str) -> str:
    return _legal(clean_text(text))


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
