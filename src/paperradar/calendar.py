"""arXiv's days: announcement days, holidays, editions and their windows.

Days are arXiv's (America/New_York). Source: https://info.arxiv.org/help/availability.html
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """The days that an edition covers, both ends included."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last
