"""On which day a paper was first announced, told by its number.

arXiv numbers papers in the order of their first announcement: what one listing holds as new lies between the highest
number of the listing before and the lowest of the listing after. So a paper that a source without listings gives
(the API, OAI-PMH) can be placed exactly beside listings that are known, and never on a day whose listing lacks it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence

from paperradar.calendar import Window, announcement_days, estimate_announcement_day
from paperradar.papers import DayBasis, Paper, identifier_order

_ONE_DAY = dt.timedelta(days=1)
_Order = tuple[str, str, int]


class Placer:
    """Places papers among known listings: for each day, the lowest and the highest identifier that was new on it."""

    def __init__(self, listings: Sequence[tuple[dt.date, str, str]]) -> None:
        self._known = sorted((day, identifier_order(low), identifier_order(high)) for day, low, high in listings)
        self._lows = [low for _, low, _ in self._known]

    def day(self, paper: Paper) -> tuple[dt.date, DayBasis]:
        """The announcement day, and what it rests on. An estimate by submission, moved to where the number allows."""
        estimate, basis = estimate_announcement_day(paper)
        order = identifier_order(paper.identifier)
        place = bisect_right(self._lows, order) - 1
        before = self._known[place] if place >= 0 else None
        after = self._known[place + 1] if place + 1 < len(self._known) else None
        if not self._same_numbering(order, before, after):
            return estimate, basis
        if before is not None and order <= before[2]:
            return before[0], basis
        first = before[0] + _ONE_DAY if before else None
        last = after[0] - _ONE_DAY if after else None
        return _moved(estimate, first, last), basis

    @staticmethod
    def _same_numbering(order: _Order, *known: tuple[dt.date, _Order, _Order] | None) -> bool:
        """Old-style numbers run per archive, so they say nothing beside others."""
        return not order[1] and any(entry is not None for entry in known)


def _moved(day: dt.date, first: dt.date | None, last: dt.date | None) -> dt.date:
    """The day, or the nearest announcement day within the bounds; the day itself where there is none."""
    if first is not None and last is not None:
        between = list(announcement_days(Window(first, last)))
        return min(between, key=lambda other: (abs(other - day), other), default=day)
    if first is not None and day < first:
        return next(announcement_days(Window(first, first + dt.timedelta(days=14))), day)
    if last is not None and day > last:
        return max(announcement_days(Window(last - dt.timedelta(days=14), last)), default=day)
    return day
