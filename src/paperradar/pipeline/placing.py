"""On which day a paper was first announced, told by its number.

arXiv numbers papers in the order of their first announcement: what one listing holds as new lies between the highest
number of the listing before and the lowest of the listing after. So a paper that a source without listings gives
(the API, OAI-PMH) can be placed beside listings that are known.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence

from paperradar.calendar import Window, announcement_days, estimate_announcement_day, next_announcement_day
from paperradar.papers import DayBasis, Paper, identifier_order

_ONE_DAY = dt.timedelta(days=1)
# No two listings are further apart, holidays included.
_LONGEST_PAUSE = dt.timedelta(days=14)
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
        return _moved(estimate, before[0] if before else None, after[0] if after else None), basis

    @staticmethod
    def _same_numbering(order: _Order, *known: tuple[dt.date, _Order, _Order] | None) -> bool:
        """Old-style numbers run per archive, so they say nothing beside others."""
        return not order[1] and any(entry is not None for entry in known)


def _moved(day: dt.date, before: dt.date | None, after: dt.date | None) -> dt.date:
    """The estimate, moved between the days of two known listings (None: there is none on that side).

    It is a day whose listing nobody knows: the known ones lack the paper. Where there is none between two, the number
    belongs to one of them: that of a cross-listing can lie below or above all that is new in the categories watched.
    """
    if before is not None and after is not None:
        between = list(announcement_days(Window(before + _ONE_DAY, after - _ONE_DAY))) or [before, after]
        return min(between, key=lambda other: (abs(other - day), other))
    if before is not None and day <= before:
        return next_announcement_day(before + _ONE_DAY)
    if after is not None and day >= after:
        return max(announcement_days(Window(after - _LONGEST_PAUSE, after - _ONE_DAY)), default=after)
    return day
