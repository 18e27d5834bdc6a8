"""arXiv's days: deadlines, announcement days, holidays, editions and their windows.

Days are arXiv's (America/New_York). Papers submitted until a working day's 14:00 deadline are mailed at 20:00
that evening (Friday's on Sunday) and stand in the listing of the next day from Monday to Friday. That listing's
date is the announcement day. So each deadline day has one listing: that of the next weekday.

Source: https://info.arxiv.org/help/availability.html
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Protocol
from zoneinfo import ZoneInfo

from paperradar.errors import UsageError
from paperradar.papers import DayBasis, Paper, identifier_month

ARXIV_ZONE = ZoneInfo("America/New_York")

_ONE_DAY = dt.timedelta(days=1)
_SATURDAY = 5
_WARN_BEFORE = dt.timedelta(days=60)
_EDITION = re.compile(r"(?P<year>(?:19|20|21)\d\d)-(?P<month>0[1-9]|1[0-2])", re.ASCII)
_DEADLINE = dt.time(14)
_EARLIER_DEADLINE = dt.time(16)
_DEADLINE_MOVED = dt.date(2017, 1, 2)


@dataclass(frozen=True, slots=True)
class Window:
    """The days that an edition covers, both ends included."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


class EditionBounds(Protocol):
    """What a window is made of; ``settings.EditionSettings`` is one."""

    @property
    def opens_days_before(self) -> int:
        """How many days before the previous calendar month the window opens."""

    @property
    def closes_on_day(self) -> int:
        """The day of the edition's month on which the window closes."""


# Editions


def is_edition(text: str) -> bool:
    """Whether a text is a monthly edition's name, for instance ``2022-05``; lists of weeks, days or years are not."""
    return _EDITION.fullmatch(text) is not None


def parse_edition(text: str) -> str:
    """Check an edition's name, for instance ``2022-05``, and return it. Raises UsageError."""
    if not is_edition(text.strip()):
        raise UsageError(f"{text!r} is not an edition; write the month in which the issue comes out, such as 2022-05")
    return text.strip()


def edition_window(edition: str, bounds: EditionBounds) -> Window:
    """The days that an edition covers: with the defaults, 2022-05 covers 2022-03-25 to 2022-05-05."""
    opens = _first_day(previous_edition(edition)) - dt.timedelta(days=bounds.opens_days_before)
    return Window(opens, _first_day(edition).replace(day=bounds.closes_on_day))


def previous_edition(edition: str) -> str:
    """The edition of the month before."""
    return f"{_first_day(edition) - _ONE_DAY:%Y-%m}"


def next_edition(edition: str) -> str:
    """The edition of the month after."""
    return f"{_first_day(edition) + dt.timedelta(days=31):%Y-%m}"


def running_edition(day: dt.date, bounds: EditionBounds) -> str:
    """The edition in preparation on a day: the first whose window closes on that day or later."""
    edition = f"{day:%Y-%m}"
    return edition if day.day <= bounds.closes_on_day else next_edition(edition)


def _first_day(edition: str) -> dt.date:
    return dt.date.fromisoformat(f"{parse_edition(edition)}-01")


# Deadlines and announcement days


@dataclass(frozen=True, slots=True)
class _Holidays:
    first_year: int
    last_year: int
    days: frozenset[dt.date]


@lru_cache(maxsize=1)
def _holidays() -> _Holidays:
    table = tomllib.loads((files("paperradar") / "data" / "arxiv_holidays.toml").read_text(encoding="utf-8"))
    return _Holidays(table["first_year"], table["last_year"], frozenset(table["days"]))


def holidays_known_until() -> dt.date:
    """The last day for which arXiv's holidays are known; later only week-ends are."""
    return dt.date(_holidays().last_year, 12, 31)


def holidays_warning(today: dt.date) -> str | None:
    """What to say where arXiv's holidays are known for less than 60 more days, or no longer; else None.

    What is wrong, then after a semicolon what to do.
    """
    until = holidays_known_until()
    if until - today >= _WARN_BEFORE:
        return None
    return (
        f"arXiv's holidays are known until {until} only, and later ones look like missing days; upgrade paperradar, or"
        " add next year's days to its data/arxiv_holidays.toml from https://info.arxiv.org/help/availability.html"
    )


def arxiv_day(clock: Callable[[], dt.datetime]) -> dt.date:
    """The present day of arXiv's by a clock that tells aware times."""
    return clock().astimezone(ARXIV_ZONE).date()


def is_deadline_day(day: dt.date) -> bool:
    """Whether arXiv closes a batch on this day: a weekday that is not one of its holidays."""
    return day.weekday() < _SATURDAY and day not in _holidays().days


def is_announcement_day(day: dt.date) -> bool:
    """Whether a listing carries this date.

    A holiday has no deadline and no mailing, so the listing that it takes away is that of the next weekday.
    """
    return day.weekday() < _SATURDAY and is_deadline_day(_weekday_before(day))


def announcement_days(window: Window) -> Iterator[dt.date]:
    """The announcement days of a window, in order."""
    day = window.first
    while day <= window.last:
        if is_announcement_day(day):
            yield day
        day += _ONE_DAY


def next_announcement_day(day: dt.date) -> dt.date:
    """The first announcement day on or after a day."""
    while not is_announcement_day(day):
        day += _ONE_DAY
    return day


def listing_day(submitted: dt.datetime) -> dt.date:
    """The announcement day of a paper submitted at a time (aware), unless arXiv's moderators keep it longer.

    Midnight exactly in UTC means that only the day is known: it is taken as a day of arXiv's, before the deadline.
    The deadline was 16:00 until the end of 2016 and is 14:00 since. Raises ValueError for a naive time.
    """
    if submitted.tzinfo is None:
        raise ValueError("the time of a submission must carry its time zone")
    in_utc = submitted.astimezone(dt.UTC)
    if in_utc.time() == dt.time():
        day = in_utc.date()
    else:
        local = submitted.astimezone(ARXIV_ZONE)
        day = local.date()
        deadline = _DEADLINE if day >= _DEADLINE_MOVED else _EARLIER_DEADLINE
        if local.time() >= deadline:
            day += _ONE_DAY
    while not is_deadline_day(day):
        day += _ONE_DAY
    return _weekday_after(day)


def submission_days(day: dt.date) -> tuple[dt.date, ...]:
    """The days (UTC) on which papers of a listing can have been submitted: those that `listing_day` gives this day.

    From the deadline before to the listing's own. At arXiv's 14:00 and 16:00 it is the same day in UTC, in summer and
    in winter. Empty for a day that is no announcement day.
    """
    if not is_announcement_day(day):
        return ()
    closes = _weekday_before(day)
    opens = closes - _ONE_DAY
    while not is_deadline_day(opens):
        opens -= _ONE_DAY
    return tuple(opens + _ONE_DAY * n for n in range((closes - opens).days + 1))


def identifier_days(month: str) -> Window:
    """First and last announcement day of a month's new identifiers (``2022-05``: 2022-05-03 to 2022-06-01).

    arXiv assigns identifiers by the deadline's month: the listing of Monday 2021-08-02, made from the deadline of
    Friday 2021-07-30, held identifiers of 2107.
    """
    first = dt.date.fromisoformat(f"{month}-01")
    last = (first + dt.timedelta(days=31)).replace(day=1) - _ONE_DAY
    while not is_deadline_day(first):
        first += _ONE_DAY
    while not is_deadline_day(last):
        last -= _ONE_DAY
    return Window(_weekday_after(first), _weekday_after(last))


def estimate_announcement_day(paper: Paper) -> tuple[dt.date, DayBasis]:
    """The day on which arXiv most likely first announced a paper whose listing nobody kept.

    From version 1's submission, moved into the days of the identifier's month (moderation can take weeks). Where
    that submission is unknown: the announcement day at or after the metadata's last change, moved likewise.
    Where that is unknown too: the first day of the identifier's month.
    """
    month = identifier_days(identifier_month(paper.identifier))
    first_submitted = next((version.created for version in paper.versions if version.number == 1), None)
    if first_submitted is not None:
        return _into(month, listing_day(first_submitted)), DayBasis.SUBMITTED
    if paper.updated is not None:
        return _into(month, next_announcement_day(paper.updated)), DayBasis.IDENTIFIER
    return month.first, DayBasis.IDENTIFIER


def _into(window: Window, day: dt.date) -> dt.date:
    return min(max(day, window.first), window.last)


def _weekday_after(day: dt.date) -> dt.date:
    day += _ONE_DAY
    while day.weekday() >= _SATURDAY:
        day += _ONE_DAY
    return day


def _weekday_before(day: dt.date) -> dt.date:
    day -= _ONE_DAY
    while day.weekday() >= _SATURDAY:
        day -= _ONE_DAY
    return day
