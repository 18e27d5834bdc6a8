"""``/rss/<category>`` and ``/atom/<category>``: the feeds of rss.arxiv.org, of one day.

Order of items, kinds within joined feeds and the limit follow arXiv's own feed service
(https://github.com/arXiv/arxiv-feed): where there are too many items, the *new* ones with the lowest identifiers
fall out.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from itertools import count, islice
from urllib.parse import unquote

from paperradar.calendar import ARXIV_ZONE
from paperradar.papers import AnnouncementKind, Paper, identifier_order
from tests.standin import invented
from tests.standin.answers import DECLARATION, Answer, attributes, element, text
from tests.standin.categories import holds, is_category
from tests.standin.scenarios import Rule
from tests.standin.world import CROSS_LISTED, NEW, World

LIMIT = 2000
_ORDER = tuple(AnnouncementKind)
_NAMESPACES = {"xmlns:arxiv": "http://arxiv.org/schemas/atom", "xmlns:dc": "http://purl.org/dc/elements/1.1/"}
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed."""

    paper: Paper
    version: int
    kind: AnnouncementKind

    @property
    def guid(self) -> str:
        """The item's name in both formats."""
        return f"oai:arXiv.org:{self.paper.identifier}v{self.version}"

    @property
    def description(self) -> str:
        """Identifier, kind and abstract in one text, with arXiv's own blank before the line break."""
        named = f"arXiv:{self.paper.identifier}v{self.version} Announce Type: {self.kind.value}"
        return f"{named} \nAbstract: {self.paper.abstract}"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its address's last part, the midnight (New York) at which it was made, and what it holds."""

    query: str
    made: dt.datetime
    items: tuple[Item, ...] = ()
    error: str = ""
    broken: bool = False


def respond(world: World, now: dt.datetime, path: str, harm: Rule | None = None) -> Answer:
    """The answer to ``/rss/cs.CL``, ``/atom/cs.CL+cs.IR`` or ``/rss/cs`` at a time (aware)."""
    style, _, query = unquote(path).lstrip("/").partition("/")
    asked = query.split("+")
    day = now.astimezone(ARXIV_ZONE).date()
    midnight = dt.datetime.combine(day, dt.time(), ARXIV_ZONE)
    wrong = [category for category in asked if not is_category(category)]
    if wrong or (harm and harm.action == "error_feed"):
        feed = Feed(query, midnight, error=f"Bad category '{(wrong or asked)[0]}'.")
    else:
        shown: dt.date | None = day
        if harm and harm.action == "stale":
            shown = world.previous_day(day)
        items = harmed(world, day, asked, items_of(world, shown, asked) if shown else [], harm)
        feed = Feed(query, midnight, tuple(items), broken=bool(harm and harm.action == "broken_item"))
    document = _atom(feed) if style == "atom" else _rss(feed)
    return Answer((DECLARATION + document).encode(), f"application/{style}+xml")


def items_of(world: World, day: dt.date, asked: Sequence[str]) -> list[Item]:
    """What the feed of some categories holds on a day, each paper once; nothing at week-ends."""
    events = defaultdict(list)
    for event in world.listed(day) if day.weekday() < 5 else ():
        if any(holds(category, event.feed) for category in asked):
            events[event.identifier].append(event)
    papers = world.on(day)
    items = []
    for name, own in events.items():
        primary = any(holds(category, papers[name].categories[0]) for category in asked)
        flags = {event.flag for event in own}
        if NEW in flags or CROSS_LISTED in flags:
            kind = AnnouncementKind.NEW if primary and NEW in flags else AnnouncementKind.CROSS
        else:
            kind = AnnouncementKind.REPLACE if primary else AnnouncementKind.REPLACE_CROSS
        items.append(Item(papers[name], max(event.version for event in own), kind))
    return _sorted(items)[-LIMIT:]


def harmed(world: World, day: dt.date, asked: Sequence[str], items: list[Item], harm: Rule | None) -> list[Item]:
    """The items after a rule of a scenario."""
    if harm and harm.action == "short_feed":
        return items[: max(len(items) - harm.number("missing"), 0)]
    if harm and harm.action == "full_feed":
        kept = items[: harm.number("items")]
        month = f"{day:%y%m}"
        # Low numbers: the highest identifier of the day stays the day's own.
        free = (name for number in count(1) if (name := f"{month}.{number:05}") not in world.records)
        padding = [
            Item(invented.paper(name, ("math.OC", asked[0])), 1, AnnouncementKind.CROSS)
            for name in islice(free, max(harm.number("pad_to") - len(kept), 0))
        ]
        return _sorted(kept + padding)
    return items


def _sorted(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (_ORDER.index(item.kind), identifier_order(item.paper.identifier)))


def _rss(feed: Feed) -> str:
    link = f"http://rss.arxiv.org/rss/{feed.query}"
    names = _NAMESPACES | {"xmlns:atom": _ATOM, "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
    title, description = _headings(feed, link)
    lines = [
        f"<rss{attributes(names | {'version': '2.0'})}>",
        "  <channel>",
        f"    {element('title', title)}",
        f"    {element('link', link)}",
        f"    {element('description', description)}",
        f"    {element('atom:link', None, {'href': link, 'rel': 'self', 'type': 'application/rss+xml'})}",
        f"    {element('docs', 'http://www.rssboard.org/rss-specification')}",
        f"    {element('language', 'en-us')}",
        f"    {element('lastBuildDate', format_datetime(feed.made.astimezone(dt.UTC)))}",
        f"    {element('managingEditor', 'rss-help.arxiv.org' if feed.error else 'rss-help@arxiv.org')}",
        f"    {element('pubDate', format_datetime(feed.made))}",
    ]
    if not feed.error:
        lines += ["    <skipDays>", "      <day>Saturday</day>", "      <day>Sunday</day>", "    </skipDays>"]
    for place, item in enumerate(feed.items):
        whole = place > 0 or not feed.broken
        paper = item.paper
        lines += ["    <item>"]
        lines += [f"      {element('title', paper.title)}"] * whole
        lines += [
            f"      {element('link', f'https://arxiv.org/abs/{paper.identifier}')}",
            f"      {element('description', item.description)}",
        ]
        lines += [f"      {element('guid', item.guid, {'isPermaLink': 'false'})}"] * whole
        lines += [f"      {element('category', category)}" for category in paper.categories]
        lines += [f"      {element('pubDate', format_datetime(feed.made))}"]
        lines += [f"      {line}" for line in _extension(item, atom=False)]
        lines += ["    </item>"]
    return "\n".join([*lines, "  </channel>", "</rss>", ""])


def _atom(feed: Feed) -> str:
    link = f"http://rss.arxiv.org/atom/{feed.query}"
    title, description = _headings(feed, link)
    updated = (feed.made.astimezone(dt.UTC) + dt.timedelta(seconds=19, microseconds=866337)).isoformat()
    lines = [
        f"<feed{attributes(_NAMESPACES | {'xmlns': _ATOM, 'xml:lang': 'en-us'})}>",
        f"  {element('id', link)}",
        f"  {element('title', title)}",
        f"  {element('updated', updated)}",
        f"  {element('link', None, {'href': link, 'rel': 'self', 'type': 'application/atom+xml'})}",
        f"  {element('subtitle', description)}",
    ]
    for place, item in enumerate(feed.items):
        whole = place > 0 or not feed.broken
        paper = item.paper
        page = {"href": f"https://arxiv.org/abs/{paper.identifier}", "rel": "alternate", "type": "text/html"}
        lines += ["  <entry>"]
        lines += [f"    {element('id', item.guid)}", f"    {element('title', paper.title)}"] * whole
        lines += [
            f"    {element('updated', updated)}",
            f"    {element('link', None, page)}",
            f"    {element('summary', item.description)}",
        ]
        lines += [f"    {element('category', None, {'term': category})}" for category in paper.categories]
        lines += [f"    {element('published', feed.made.isoformat())}"]
        lines += [f"    {line}" for line in _extension(item, atom=True)]
        lines += ["  </entry>"]
    return "\n".join([*lines, "</feed>", ""])


def _headings(feed: Feed, link: str) -> tuple[str, str]:
    if feed.error:
        return f"Feed error for query: {link}", feed.error
    names = feed.query.replace("+", ", ")
    return f"{names} updates on arXiv.org", f"{names} updates on the arXiv.org e-print archive."


def _extension(item: Item, *, atom: bool) -> list[str]:
    paper = item.paper
    published = [
        element(name, value)
        for name, value in (("arxiv:DOI", paper.doi), ("arxiv:journal_reference", paper.journal_ref))
        if value
    ]
    return [
        element("arxiv:announce_type", item.kind.value),
        *([element("dc:rights", paper.license)] if paper.license else []),
        *(reversed(published) if atom else published),
        f"<dc:creator>{text(', '.join(author.name for author in paper.authors))}</dc:creator>",
    ]
