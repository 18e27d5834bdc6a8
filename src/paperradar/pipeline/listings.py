"""Asking sources for one category's listing of a day. Troubles are values here: nothing of arXiv's is raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from paperradar.calendar import estimate_announcement_day, is_announcement_day
from paperradar.coverage import State
from paperradar.errors import PaperradarError, Unavailable
from paperradar.papers import Announcement, AnnouncementKind, Paper, identifier_order
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.upstream import Upstream
from paperradar.sources.values import Broken, Listing, Page

# The feed holds no more than so many items; one that holds so many may lack some.
FULL_FEED = 2_000
# In words, and how the ledger knows such a row again.
EMPTY_FEED = "the feed is empty"
# Moderation can hold a submission for so long before it is announced.
MODERATION = dt.timedelta(days=14)
_ONE_DAY = dt.timedelta(days=1)

# Which (identifier, version) pairs of these identifiers a category's feed had on an earlier day.
AnnouncedBefore = Callable[[Sequence[str]], set[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class NewNumbers:
    """Tells by its number whether a paper was first announced on a day.

    ``above`` and ``below`` are identifiers, empty for no bound: the highest that was new before the day and the lowest
    that was new after it (see `paperradar.pipeline.placing`). A paper that has had a second version by then is older,
    whatever its number: its first listing was missed.
    """

    day: dt.date
    above: str = ""
    below: str = ""

    def __contains__(self, paper: object) -> bool:
        assert isinstance(paper, Paper)
        order = identifier_order(paper.identifier)
        if self.below and order >= identifier_order(self.below):
            return False
        if any(item.number > 1 and item.created and item.created.date() < self.day for item in paper.versions):
            return False
        if self.above:
            return order > identifier_order(self.above)
        return estimate_announcement_day(paper)[0] == self.day


@dataclass(frozen=True, slots=True)
class Feed:
    """A category's feed as it was asked for, usable or not.

    ``listing`` is None where nothing came or what came is not to be believed; ``state`` says which then, and ``detail``
    in words.
    """

    listing: Listing | None
    state: State = State.COMPLETE
    detail: str = ""
    outcome: Outcome = Outcome.DONE

    @property
    def is_full(self) -> bool:
        """Whether the feed holds as many items as a feed can."""
        return self.listing is not None and self.listing.items >= FULL_FEED

    def lowest_new(self) -> str:
        """The lowest identifier that the feed calls new, empty where it has none."""
        return min(self._new(), key=identifier_order, default="")

    def highest_new(self) -> str:
        """The highest identifier that the feed calls new, empty where it has none."""
        return max(self._new(), key=identifier_order, default="")

    def _new(self) -> list[str]:
        announced = self.listing.announcements if self.listing else ()
        return [item.identifier for item in announced if item.kind is AnnouncementKind.NEW]

    def first(self, numbers: NewNumbers, checks: Sequence[Check] = ()) -> frozenset[str]:
        """The papers that this feed announces for the first time: all new ones, and crosses whose number is new.

        Where no number is known from earlier days, a cross goes by the day that its submission points to, which only a
        second source knows, or by the lowest number that this feed calls new.
        """
        if self.listing is None:
            return frozenset()
        papers = {paper.identifier: paper for paper in self.listing.papers}
        papers |= {paper.identifier: paper for check in checks for paper in check.papers}
        lowest = self.lowest_new()

        def is_first(item: Announcement) -> bool:
            if item.kind is not AnnouncementKind.CROSS or item.version != 1:
                return item.kind is AnnouncementKind.NEW
            if papers[item.identifier] in numbers:
                return True
            after_new = bool(lowest) and identifier_order(item.identifier) >= identifier_order(lowest)
            return not numbers.above and after_new

        return frozenset(item.identifier for item in self.listing.announcements if is_first(item))


@dataclass(frozen=True, slots=True)
class Check:
    """What a second source has of a category since a day. ``detail`` and ``outcome`` tell of trouble; papers may be
    there all the same."""

    source: str
    papers: tuple[Paper, ...] = ()
    broken: tuple[Broken, ...] = ()
    deleted: tuple[str, ...] = ()
    detail: str = ""
    outcome: Outcome = Outcome.DONE

    def first(self, numbers: NewNumbers) -> frozenset[str]:
        """The papers whose number is new on the day.

        From 20:00 in New York on, OAI-PMH and the API have the next day's papers as well. OAI-PMH dates its records:
        nothing that was first announced on the day has a higher number than all that last changed on it. In the API
        what was submitted after the day's deadline is not of the day.
        """
        if self.source != "oai":
            return frozenset(
                paper.identifier
                for paper in self.papers
                if paper in numbers and estimate_announcement_day(paper)[0] <= numbers.day
            )
        dated = [paper.identifier for paper in self.papers if paper.updated == numbers.day]
        if not dated:
            return frozenset()
        last = identifier_order(max(dated, key=identifier_order))
        return frozenset(
            paper.identifier for paper in self.papers if paper in numbers and identifier_order(paper.identifier) <= last
        )


def ask_feed(way: Upstream, category: str, numbers: NewNumbers, announced: AnnouncedBefore) -> Feed:
    """A category's feed, which is always that of the present day, ``numbers.day``.

    Not to be believed are a feed of another date and one that repeats an earlier day's batch under today's.
    """
    day = numbers.day
    from paperradar.sources.rss import parse_feed

    url = f"{way.settings.urls.rss}/{category}"
    try:
        listing = way.patiently(lambda: parse_feed(way.get(url, label=f"rss-{category}"), category))
    except PaperradarError as error:
        if not is_announcement_day(day):
            return Feed(None, State.HOLIDAY)
        return Feed(None, State.MISSING, f"the feed could not be had: {error}", Outcome.of(error))
    if not is_announcement_day(day) and (not listing.items or (listing.day is not None and listing.day != day)):
        return Feed(None, State.HOLIDAY)
    if not listing.items:
        return Feed(None, State.MISSING, EMPTY_FEED, Outcome.LATER)
    if listing.day is not None and listing.day != day:
        return Feed(None, State.STALE, f"the feed is that of {listing.day}", Outcome.LATER)
    if repeats(listing, announced):
        return Feed(None, State.STALE, "the feed repeats what was announced on an earlier day", Outcome.LATER)
    feed = Feed(listing)
    highest = feed.highest_new()
    if highest and numbers.above and identifier_order(highest) <= identifier_order(numbers.above):
        said = f"all that the feed calls new ends with {highest}, and {numbers.above} was new on an earlier day"
        return Feed(None, State.STALE, said, Outcome.LATER)
    return feed


def repeats(listing: Listing, announced: AnnouncedBefore) -> bool:
    """Whether a feed is an earlier day's batch under a new date: all that it calls new, or all it has, is known."""
    items = [(item.identifier, item.version, item.kind) for item in listing.announcements]
    new = [item for item in items if item[2] is AnnouncementKind.NEW] or items
    before = announced([identifier for identifier, _, _ in new])
    return bool(new) and all((identifier, version) in before for identifier, version, _ in new)


def ask_second(way: Upstream, source: str, category: str, day: dt.date, now: dt.datetime) -> Check:
    """What ``oai`` (all that changed since the day) or ``api`` (what was submitted lately) has of a category."""
    try:
        if source == "oai":
            return _ask_oai(way, category, day)
        return _ask_api(way, category, day, now)
    except PaperradarError as error:
        return Check(source, detail=f"{source} could not be had: {error}", outcome=Outcome.of(error))


def _ask_oai(way: Upstream, category: str, day: dt.date) -> Check:
    reason = ""
    short = -1
    for _ in range(way.settings.attempts):
        try:
            pages = _oai_pages(way, category, day)
        except _Restart as restart:
            reason = str(restart)
            continue
        total, came = pages[0].total, sum(page.records for page in pages)
        # The size of a list may be an estimate (OAI-PMH 2.0, section 3.5): what comes twice is all there is.
        if total is None or came >= total or came == short:
            return _check("oai", pages)
        reason, short = f"OAI-PMH gave {came} of {total} records", came
    raise Unavailable(f"{reason}; try again later")


class _Restart(Exception):
    """A list has to be read from its beginning; the text says why."""


def _oai_pages(way: Upstream, category: str, day: dt.date) -> list[Page]:
    from paperradar.sources.oai import TokenExpired, list_records_url, parse_page

    pages: list[Page] = []
    seen: set[str] = set()
    token = ""
    while True:
        url = list_records_url(way.settings.urls.oai, category=category, since=day, token=token)

        def ask(url: str = url) -> Page:
            try:
                return parse_page(way.get(url, label=f"oai-{category}"))
            except TokenExpired as error:  # asking again with it cannot help
                raise _Restart("OAI-PMH does not know its own resumption tokens") from error

        pages.append(way.patiently(ask))
        token = pages[-1].resume
        if not token:
            break
        if token in seen:
            raise _Restart("OAI-PMH gives the same resumption token again and again")
        seen.add(token)
    return pages


def _ask_api(way: Upstream, category: str, day: dt.date, now: dt.datetime) -> Check:
    from paperradar.pipeline.slices import read_slice

    since = dt.datetime.combine(day - MODERATION, dt.time(), tzinfo=dt.UTC)
    found = read_slice(way, (category,), since, now, label=f"api-{category}")
    return Check("api", found.papers, found.broken, detail=found.detail, outcome=found.outcome)


def _check(source: str, pages: Sequence[Page]) -> Check:
    papers = {paper.identifier: paper for page in pages for paper in page.papers}
    broken: list[Broken] = []
    offset = 0
    for page in pages:
        broken += [Broken(offset + item.place, item.reason, item.excerpt) for item in page.broken]
        offset += page.records
    deleted = dict.fromkeys(identifier for page in pages for identifier in page.deleted)
    return Check(source, tuple(papers.values()), tuple(broken), tuple(deleted))
