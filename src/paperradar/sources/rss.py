"""arXiv's daily feeds, read with feedparser: RSS 2.0 and Atom of today, and the RDF feeds of before 2024.

Parsing is pure. feedparser forgives everything, also a feed that is cut off, so `parse_xml` looks at the document
first. feedparser is given what that has read, and of it only the elements that matter: one odd item makes it stop.

Sources of the format: https://info.arxiv.org/help/rss.html and arXiv's own serializer,
https://github.com/arXiv/arxiv-feed (feed/serializers). Texts of today's feeds are arXiv's metadata as they are, those
of the old ones are HTML.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Mapping, Sequence

import feedparser
from lxml import etree

from paperradar.errors import InputError, Unavailable, UpstreamError
from paperradar.papers import Announcement, AnnouncementKind, Paper, Version, clean_text, parse_identifier
from paperradar.sources.authors import split_authors
from paperradar.sources.values import Broken, Listing
from paperradar.sources.withdrawn import says_withdrawn
from paperradar.sources.xml import check_texts, parse_time, parse_xml

_ATOM = "{http://www.w3.org/2005/Atom}"
_RSS1 = "{http://purl.org/rss/1.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
# What feedparser gets to see: these elements within each other, these texts within them, and these attributes.
_WITHIN: Mapping[str, frozenset[str]] = {
    "rss": frozenset({"channel"}),
    "channel": frozenset({"item"}),
    "item": frozenset(),
    f"{_RDF}RDF": frozenset({f"{_RSS1}channel", f"{_RSS1}item"}),
    f"{_RSS1}channel": frozenset(),
    f"{_RSS1}item": frozenset(),
    f"{_ATOM}feed": frozenset({f"{_ATOM}entry"}),
    f"{_ATOM}entry": frozenset({f"{_ATOM}author"}),
    f"{_ATOM}author": frozenset(),
}
_ROOTS = {"rss", f"{_ATOM}feed", f"{_RDF}RDF"}
_TEXTS = frozenset(
    {"title", "link", "description", "guid", "category", "pubDate", "lastBuildDate"}
    | {f"{_RSS1}{name}" for name in ("title", "link", "description")}
    | {f"{_ATOM}{name}" for name in ("title", "link", "subtitle", "id", "summary", "category", "updated", "published")}
    | {f"{_ATOM}name", f"{_DC}creator", f"{_DC}rights", f"{_DC}date"}
    | {f"{_ARXIV}{name}" for name in ("announce_type", "DOI", "journal_reference")}
)
_ATTRIBUTES = {"version", "isPermaLink", "term", "href", "rel"}
_PREFIXES = {"dc": _DC[1:-1], "arxiv": _ARXIV[1:-1], "rdf": _RDF[1:-1]}
_KINDS = {kind.value: kind for kind in AnnouncementKind}
_EXCERPT = 120  # characters
# What today's feeds put before an abstract: arXiv:2508.13426v1 Announce Type: cross \nAbstract: ...
_PREFIX = re.compile(r"arXiv:(?P<id>\S+) Announce Type: \S+ Abstract:\s*")
# What the old ones put behind a title: Some title. (arXiv:2105.09085v3 [cs.CL] UPDATED)
_BRACKET_BEGINS = "(arXiv:"
_BRACKET = re.compile(r"\(arXiv:\s*(?P<id>\S+) \[(?P<categories>[^\[\]]+)\](?: (?P<flag>[A-Z][A-Z -]*))?\)")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
_BLOCKS = {"p", "br", "div", "li", "ul", "ol"}  # tags that part words

_Entry = Mapping[str, object]  # feedparser's dictionaries, as far as they are believed


def parse_feed(data: bytes, category: str) -> Listing:
    """What one category's feed announces; ``category`` is the one that was asked for.

    Kinds are relative to that category, as arXiv has them. An item that cannot be used is set aside and stops no
    other; one that comes twice counts once. ``day`` is the UTC date of the channel's ``pubDate``, else of the items'
    where they agree, else of the feed's last build: today's feeds are stamped at midnight in New York, the old ones
    at 20:30 of the evening before their day. Without a day there are papers but no announcements.

    Raises Unavailable for a document that is cut off, empty or no feed, and UpstreamError where arXiv says that
    there is no such feed.
    """
    feed, entries = _read(data)
    title = _text(feed, "title")
    if title.startswith("Feed error for query"):
        said = _text(feed, "subtitle")[:200] or "no reason given"
        raise UpstreamError(f"arXiv has no feed for {category}: {said}; correct it in the setting categories")
    if not title:
        raise Unavailable(f"the feed for {category} has no title, so it is not whole; try again later")
    day = _day(feed, entries)
    papers: dict[tuple[str, int], Paper] = {}
    announcements: dict[tuple[str, int, AnnouncementKind], Announcement] = {}
    broken: list[Broken] = []
    for place, entry in enumerate(entries, 1):
        try:
            paper, kind = _item(entry, category)
        except InputError as error:
            excerpt = clean_text(f"{_text(entry, 'id')} {_text(entry, 'title')}")[:_EXCERPT]
            broken.append(Broken(place, str(error), excerpt))
            continue
        papers.setdefault((paper.identifier, paper.version), paper)
        if day is not None:
            told = Announcement(paper.identifier, paper.version, category, kind, day)
            announcements.setdefault((paper.identifier, paper.version, kind), told)
    return Listing(
        category=category,
        day=day,
        papers=tuple(papers.values()),
        announcements=tuple(announcements.values()),
        broken=tuple(broken),
        items=len(entries),
    )


def _read(data: bytes) -> tuple[_Entry, Sequence[_Entry]]:
    root = parse_xml(data)
    if root.tag not in _ROOTS:
        raise Unavailable(f"the answer is no feed but a document of type {_local(root)!r}; try again later")
    # A stream: bytes would be tried as the name of a file first.
    stream = io.BytesIO(etree.tostring(_reduced(root), encoding="utf-8", xml_declaration=True))
    read = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    if read.bozo:
        raise Unavailable(f"the feed cannot be read: {clean_text(str(read.bozo_exception))[:150]}; try again later")
    return read.feed, read.entries


def _reduced(element: etree._Element) -> etree._Element:
    """What is read of a feed, and no more: on odd elements feedparser may stop, or forget what it has read."""
    attributes = {str(name): str(value) for name, value in element.attrib.items() if name in _ATTRIBUTES}
    reduced = etree.Element(element.tag, attributes, nsmap=_PREFIXES)
    inner = _WITHIN.get(str(element.tag))
    if inner is None:
        reduced.text = "".join(str(text) for text in element.itertext())
        return reduced
    for child in element:
        if child.tag in inner or child.tag in _TEXTS:
            reduced.append(_reduced(child))
    return reduced


def _local(root: etree._Element) -> str:
    return clean_text(str(etree.QName(root).localname))[:40]


def _day(feed: _Entry, entries: Sequence[_Entry]) -> dt.date | None:
    if published := parse_time(_text(feed, "published")):
        return published.date()
    days = {time.date() for entry in entries if (time := parse_time(_text(entry, "published")))}
    if len(days) == 1:
        return days.pop()
    # Asked for what is not there, feedparser would answer with something else and a warning.
    updated = parse_time(_text(feed, "updated")) if "updated" in feed else None
    return updated.date() if updated else None


def _item(entry: _Entry, category: str) -> tuple[Paper, AnnouncementKind]:
    """The item's paper, with the one version that is announced, and the kind of announcement."""
    announced = _text(entry, "arxiv_announce_type")
    return _new_item(entry, announced) if announced else _old_item(entry, category)


def _new_item(entry: _Entry, announced: str) -> tuple[Paper, AnnouncementKind]:
    abstract = _text(entry, "summary")
    prefix = _PREFIX.match(abstract)
    named = _identifier(_text(entry, "id"), _text(entry, "link"), prefix["id"] if prefix else "")
    kind = _KINDS.get(announced)
    if kind is None:
        raise InputError(f"announcement type {announced[:40]!r} is none that arXiv uses")
    if prefix:
        abstract = abstract[prefix.end() :]
    return _paper(entry, named, _text(entry, "title"), abstract, _creators(entry), _terms(entry)), kind


def _old_item(entry: _Entry, category: str) -> tuple[Paper, AnnouncementKind]:
    title = clean_text(html.unescape(_text(entry, "title")))
    begins = title.rfind(_BRACKET_BEGINS)
    bracket = _BRACKET.fullmatch(title, begins) if begins >= 0 else None
    if bracket is None:
        raise InputError("it names no announcement type, neither in a field nor behind its title")
    named = _identifier(bracket["id"], _text(entry, "link"))
    categories = re.split(r"[ ,;]+", bracket["categories"].strip())
    # The feed of a whole archive, cs, is at home in all of its categories.
    at_home = f"{categories[0]}.".startswith(f"{category}.")
    match bracket["flag"]:
        case None:
            kind = AnnouncementKind.NEW if at_home else AnnouncementKind.CROSS
        case "CROSS LISTED":
            kind = AnnouncementKind.CROSS
        case "UPDATED":
            kind = AnnouncementKind.REPLACE if at_home else AnnouncementKind.REPLACE_CROSS
        case flag:
            raise InputError(f"announcement type {flag[:40]!r} is none that arXiv uses")
    # The old feeds end each title with a full stop of their own.
    title = title[:begins].rstrip().removesuffix(".").rstrip()
    # Each author is a link; now and then the comma between two of them is missing.
    creators = _from_html(_creators(entry).replace("<a ", ", <a "))
    abstract = _from_html(_text(entry, "summary"))
    return _paper(entry, named, title, abstract, creators, categories), kind


def _paper(
    entry: _Entry, named: tuple[str, int], title: str, abstract: str, creators: str, categories: Sequence[str]
) -> Paper:
    check_texts(title, abstract)
    identifier, version = named
    return Paper(
        identifier=identifier,
        title=title,
        abstract=abstract,
        authors=split_authors(creators),
        categories=tuple(dict.fromkeys(category for category in categories if category)),
        journal_ref=_text(entry, "arxiv_journal_reference"),
        doi=_text(entry, "arxiv_doi"),
        license=_text(entry, "rights"),
        versions=(Version(version),),
        withdrawn=says_withdrawn("", abstract),
    )


def _identifier(*names: str) -> tuple[str, int]:
    """Identifier and version: the first name that has one decides, the others may add the version."""
    mistake, found = InputError("it names no identifier"), ""
    for name in filter(None, names):
        try:
            identifier, version = parse_identifier(name)
        except InputError as error:
            mistake = error
            continue
        found = found or identifier
        if version and identifier == found:
            return found, version
    if not found:
        raise mistake
    raise InputError(f"it names no version of {found}")


def _text(entry: _Entry, key: str) -> str:
    value = entry.get(key)
    return clean_text(value) if isinstance(value, str) else ""


def _dictionaries(entry: _Entry, key: str) -> list[_Entry]:
    values = entry.get(key)
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, Sequence) else []


def _terms(entry: _Entry) -> list[str]:
    return [_text(tag, "term") for tag in _dictionaries(entry, "tags")]


def _creators(entry: _Entry) -> str:
    """All authors in one string: arXiv writes one ``dc:creator``, others one for each author."""
    return ", ".join(name for author in _dictionaries(entry, "authors") if (name := _text(author, "name")))


def _from_html(text: str) -> str:
    """The text of HTML: tags stripped, entities unescaped once."""
    return clean_text(html.unescape(_TAG.sub(lambda tag: " " if tag[1].lower() in _BLOCKS else "", text)))
