"""What arXiv holds and what it announced: records and events, and how both look on a day.

A world is made of recorded files or invented. It never changes; whoever serves it picks the day.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from paperradar.calendar import ARXIV_ZONE, announcement_days, identifier_days, is_announcement_day, is_deadline_day
from paperradar.papers import (
    Announcement,
    AnnouncementKind,
    Paper,
    Version,
    identifier_month,
    identifier_order,
    parse_identifier,
)
from paperradar.sources.snapshot import parse_record
from tests.standin import invented

NEW, UPDATED, CROSS_LISTED = "NEW", "UPDATED", "CROSS LISTED"
WITHDRAWN = "This paper has been withdrawn by the author"

_ONE_DAY = dt.timedelta(days=1)
_ID = re.compile(rb'"id"\s*:\s*"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Event:
    """A version stood in a category's feed on a day (America/New_York). ``flag``: NEW, UPDATED or CROSS LISTED."""

    identifier: str
    version: int
    feed: str
    flag: str
    day: dt.date


class World:
    """Records (texts of version 1, categories with the primary one first) and events.

    A record whose version 1 has no time, or one after its announcement, gets a time. ``comments`` holds the comments
    of later versions. Every record needs an event: a paper exists from the day of its first one.
    """

    def __init__(
        self,
        records: Mapping[str, Paper],
        events: Iterable[Event],
        comments: Mapping[tuple[str, int], str] | None = None,
    ) -> None:
        self.events = tuple(sorted(events, key=lambda e: (e.day, identifier_order(e.identifier), e.feed, e.version)))
        self._comments = dict(comments or {})
        self._of: defaultdict[str, list[Event]] = defaultdict(list)
        self._listed: defaultdict[dt.date, list[Event]] = defaultdict(list)
        self._since: dict[tuple[str, str], dt.date] = {}
        for event in self.events:
            self._of[event.identifier].append(event)
            self._listed[event.day].append(event)
            self._since.setdefault((event.identifier, event.feed), event.day)
        self.records = {name: _dated(records[name], events) for name, events in self._of.items()}
        self._cached = lru_cache(maxsize=4)(self._made_for)

    @classmethod
    def from_files(cls, snapshots: Sequence[Path], log: Path, first: dt.date, last: dt.date) -> World:
        """The events of a log (JSON lines, perhaps compressed) from ``first`` to ``last``, with the records they need.

        An event's day is the UTC date at which it was seen: arXiv mails at 20:00 New York, which is the listing's own
        date in UTC. What was seen on a week-end is left out, since arXiv lists nothing then. Where a snapshot lacks a
        record or a field of it, one is made up.
        """
        events = [event for event in _events(log) if first <= event.day <= last and event.day.weekday() < 5]
        feeds: defaultdict[str, list[Event]] = defaultdict(list)
        for event in sorted(events, key=lambda e: e.day):
            feeds[event.identifier].append(event)
        found = _snapshot_records(snapshots, frozenset(feeds))
        return cls({name: _completed(name, found.get(name), own) for name, own in feeds.items()}, events)

    @classmethod
    def made(
        cls,
        days: Sequence[dt.date],
        categories: Sequence[str] = ("cs.CL", "cs.IR"),
        new_per_day: int = 6,
        seed: int = 0,
    ) -> World:
        """An invented world. From three days on it holds every kind of event, a v3 and a withdrawn paper.

        Identifiers rise from day to day. Raises ValueError for a day on which arXiv announces nothing.
        """
        if wrong := [day for day in days if not is_announcement_day(day)]:
            raise ValueError(f"arXiv announces nothing on {wrong[0]}")
        records, events, comments = _invent(sorted(days), tuple(categories), new_per_day, random.Random(seed))
        return cls(records, events, comments)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days that have events, in order."""
        return tuple(sorted(self._listed))

    def listed(self, day: dt.date) -> tuple[Event, ...]:
        """The events of a day, by identifier."""
        return tuple(self._listed.get(day, ()))

    def previous_day(self, day: dt.date) -> dt.date | None:
        """The last day before ``day`` that has events."""
        return max((known for known in self._listed if known < day), default=None)

    def on(self, day: dt.date) -> Mapping[str, Paper]:
        """The papers announced until a day, that day included, as they stood on it, by identifier.

        ``updated`` is OAI-PMH's datestamp: the day of the last event so far.
        """
        return self._cached(day)

    def kind(self, event: Event) -> AnnouncementKind:
        """arXiv's word for an event, which depends on whether the feed is the paper's primary category."""
        primary = self.records[event.identifier].categories[0] == event.feed
        if event.flag == NEW:
            return AnnouncementKind.NEW if primary else AnnouncementKind.CROSS
        if event.flag == CROSS_LISTED:
            return AnnouncementKind.CROSS
        return AnnouncementKind.REPLACE if primary else AnnouncementKind.REPLACE_CROSS

    def announcements(self, first: dt.date, last: dt.date) -> set[Announcement]:
        """The truth about the days from ``first`` to ``last``: what a complete harvest of all feeds knows."""
        return {
            Announcement(event.identifier, event.version, event.feed, self.kind(event), event.day)
            for event in self.events
            if first <= event.day <= last
        }

    def at_version(self, paper: Paper, number: int) -> Paper:
        """A paper of `on` as its version ``number`` was."""
        revised = {e.version for e in self._of[paper.identifier] if e.flag == UPDATED and e.version <= number}
        return self._as(paper, max(revised, default=0), number)

    def _made_for(self, day: dt.date) -> Mapping[str, Paper]:
        shown = {}
        for name, record in self.records.items():
            events = [event for event in self._of[name] if event.day <= day]
            if events:
                version = max(event.version for event in events)
                revised = max((event.version for event in events if event.flag == UPDATED), default=0)
                categories = tuple(
                    category
                    for place, category in enumerate(record.categories)
                    if place == 0 or self._since.get((name, category), day) <= day
                )
                paper = replace(record, categories=categories, updated=events[-1].day)
                shown[name] = self._as(paper, revised, version)
        return shown

    def _as(self, paper: Paper, revised: int, version: int) -> Paper:
        record = self.records[paper.identifier]
        later = [n for name, n in self._comments if name == paper.identifier and n <= version]
        comments = self._comments[paper.identifier, max(later)] if later else record.comments
        return replace(
            paper,
            abstract=f"{record.abstract} Revised in version {revised}." if revised else record.abstract,
            comments=comments,
            withdrawn=record.withdrawn or comments.startswith(WITHDRAWN),
            versions=record.versions[:version],
        )


# Times of versions


def released(now: dt.datetime) -> dt.date:
    """The listing whose papers API and OAI-PMH have at a time (aware): from 20:00 New York on, that of the next day.

    Feeds are put together at midnight.
    """
    return (now.astimezone(ARXIV_ZONE) + dt.timedelta(hours=4)).date()


def deadline_before(day: dt.date) -> dt.datetime:
    """The deadline (14:00 New York, in UTC) after which a listing of ``day`` was made."""
    day -= _ONE_DAY
    while not is_deadline_day(day):
        day -= _ONE_DAY
    return dt.datetime.combine(day, dt.time(14), ARXIV_ZONE).astimezone(dt.UTC)


def _dated(record: Paper, events: Sequence[Event]) -> Paper:
    """The record with a time for every version that its events name."""
    seen = {event.version: event.day for event in reversed(events)}
    times = {1: _first_submission(record, events[0])}
    for number in sorted(seen.keys() - {1}):
        times[number] = dt.datetime.combine(seen[number] - _ONE_DAY, dt.time(12), dt.UTC)
    versions: list[Version] = []
    for number in range(1, max(times) + 1):
        known = min(n for n in times if n >= number)
        time = times[known]
        if versions:
            before = versions[-1].created or time
            # Versions that no event tells of lie evenly between those known.
            time = max(before + (time - before) / (known - number + 1), before + dt.timedelta(minutes=1))
        versions.append(Version(number, time.replace(microsecond=0)))
    return replace(record, versions=tuple(versions))


def _first_submission(record: Paper, first: Event) -> dt.datetime:
    known = record.submitted
    if known is not None and known.date() < first.day:
        return known
    announced = first.day
    if first.flag != NEW or first.version > 1:  # it was announced before this world began
        month = identifier_days(identifier_month(record.identifier))
        days = [day for day in announcement_days(month) if day < first.day] or [first.day]
        announced = days[sum(record.identifier.encode()) % len(days)]
    minutes = 20 + random.Random(record.identifier).randrange(280)
    return deadline_before(announced) - dt.timedelta(minutes=minutes)


# Recorded files


def _events(log: Path) -> Iterator[Event]:
    for line in _lines(log):
        entry = json.loads(line)
        seen = dt.datetime.fromisoformat(entry["seen"]).astimezone(dt.UTC)
        identifier, _ = parse_identifier(entry["id"])
        yield Event(identifier, int(entry["version"].removeprefix("v")), entry["feed"], entry["flag"], seen.date())


def _snapshot_records(snapshots: Iterable[Path], wanted: frozenset[str]) -> dict[str, Paper]:
    names = {name.encode() for name in wanted}
    lines = (line for path in snapshots for line in _lines(path))
    found = (parse_record(line) for line in lines if (match := _ID.search(line)) and match[1] in names)
    return {paper.identifier: paper for paper in found}


def _completed(identifier: str, record: Paper | None, events: Sequence[Event]) -> Paper:
    made = invented.paper(identifier)
    record = record or made
    feeds = [event.feed for event in events if event.flag != CROSS_LISTED]
    feeds = [*(record.categories or (feeds or ["math.OC"])[:1]), *(event.feed for event in events)]
    return replace(
        record,
        abstract=record.abstract or made.abstract,
        authors=record.authors or made.authors,
        license=record.license or invented.LICENSES[0],
        submitter=record.submitter or (record.authors or made.authors)[0].name,
        categories=tuple(dict.fromkeys(feeds)),
    )


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from file


# Invented worlds


def _invent(
    days: Sequence[dt.date], categories: tuple[str, ...], new_per_day: int, dice: random.Random
) -> tuple[dict[str, Paper], list[Event], dict[tuple[str, int], str]]:
    records: dict[str, Paper] = {}
    events: list[Event] = []
    comments: dict[tuple[str, int], str] = {}
    feeds: dict[str, list[str]] = {}
    versions: dict[str, int] = {}
    numbers: defaultdict[str, int] = defaultdict(lambda: 1000)
    for turn, day in enumerate(days):
        earlier = list(records)
        for place in range(new_per_day):
            month = f"{deadline_before(day):%y%m}"
            numbers[month] += dice.randint(1, 9)
            name = f"{month}.{numbers[month]:05}"
            own = [categories[place % len(categories)]]
            if place % 3 == 1 and len(categories) > 1:
                own.append(categories[(place + 1) % len(categories)])
            outside = ("stat.ML",) if place % 6 == 5 else ()
            made = invented.paper(name, (*outside, *own))
            records[name] = invented.hard_paper(len(records), made) if len(records) < len(invented.HARD) else made
            feeds[name], versions[name] = own, 1
            events += [Event(name, 1, feed, NEW, day) for feed in own]
        for name in _to_replace(turn, [name for name in earlier if (name, 2) not in comments], dice):
            versions[name] += 1
            events += [Event(name, versions[name], feed, UPDATED, day) for feed in feeds[name]]
            if turn == 1 and name == earlier[-1]:
                comments[name, 2] = WITHDRAWN
        replaced = {event.identifier for event in events if event.day == day}
        lonely = [name for name in earlier if len(feeds[name]) == 1 and name not in replaced]
        if lonely and len(categories) > 1:
            name = dice.choice(lonely)
            other = next(category for category in categories if category not in feeds[name])
            feeds[name].append(other)
            records[name] = replace(records[name], categories=(*records[name].categories, other))
            events.append(Event(name, versions[name], other, CROSS_LISTED, day))
    return records, events, comments


def _to_replace(turn: int, names: list[str], dice: random.Random) -> list[str]:
    """Which of the earlier papers get a new version on a day.

    On the second day the first and the last of the first day (which is withdrawn), on the third the first again and
    the second (which is cross-listed), then any two.
    """
    if turn < 3:
        chosen = [] if turn == 0 else [names[0], names[-1] if turn == 1 else names[min(1, len(names) - 1)]]
        return list(dict.fromkeys(chosen))
    return dice.sample(names, min(2, len(names)))
