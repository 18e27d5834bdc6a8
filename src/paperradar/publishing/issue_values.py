"""The values that an issue's templates print; docs/publishing.md tells of each, and a test holds it to these fields."""

from __future__ import annotations

from dataclasses import dataclass

from paperradar.publishing.issue_plots import Plot
from paperradar.publishing.news import NewsItem


@dataclass(frozen=True, slots=True)
class Link:
    """A link and what it leads to: PDF, HTML, Code or Project. ``url`` is http or https."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a curator wrote beside a vote; ``vote`` is "" where only a note was written."""

    curator: str
    vote: str
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """A work to name beside an entry. ``how``: what makes it related; ``reference``: its number in the references."""

    title: str
    url: str
    how: str
    reference: int


@dataclass(frozen=True, slots=True)
class Item:
    """A paper or page. ``url`` is "" where there is no web address; ``identifier`` is "" for what is not of arXiv's.

    ``source``: ``arXiv:2204.10628``, or whose page it is, may be empty. ``year``: "" where unknown. ``why``: the
    curators' reason, may be empty. ``notes``: those of curators who pick it come first. ``facts``: sentences made of
    arXiv's record, the list and the votes.
    """

    identifier: str
    title: str
    url: str
    authors: tuple[str, ...]
    source: str
    year: str
    links: tuple[Link, ...]
    why: str
    notes: tuple[Note, ...]
    facts: tuple[str, ...]
    abstract: str
    related: tuple[Related, ...]
    reference: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the ten: a paper, or several that share a rank. ``group``: their common name, may be empty."""

    rank: int
    group: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An item of the list of references. ``source``: ``arXiv:2204.10628``, or whose page it is."""

    number: int
    authors: tuple[str, ...]
    title: str
    year: str
    url: str
    source: str


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number of the month and what it counts."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue. ``state``: the edition's; ``decided``: whether its places are final.

    ``teaser``: a proposal made of facts. ``warnings``: what whoever finishes the draft must know. ``topics``: those of
    the entries, most frequent first. ``window``: days in words; ``coverage``: how complete they are, may be empty.
    """

    edition: str
    month: str
    title: str
    state: str
    decided: bool
    teaser: str
    window: str
    topics: tuple[str, ...]
    warnings: tuple[str, ...]
    news: tuple[NewsItem, ...]
    entries: tuple[Entry, ...]
    mentions: tuple[Item, ...]
    references: tuple[Reference, ...]
    statistics: tuple[Statistic, ...]
    plots: tuple[Plot, ...]
    coverage: str
