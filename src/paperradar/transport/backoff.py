"""How long to wait after which trouble. Pure: no clock, no sleep, no network.

arXiv says "slow down" with 429 and 503, but also with 403 and 406 (to a request without ``Accept``, or to a client
that it has blocked for a while); its Retry-After may be missing, zero or absurd.
Source: https://info.arxiv.org/help/api/tou.html, and RFC 9110 for Retry-After.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from enum import Enum

from paperradar.errors import Unavailable
from paperradar.settings import FetchSettings

_THROTTLES = frozenset({403, 406, 429, 503})
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]*)?", re.ASCII)
# Nobody waits a century; the bound keeps sums of times finite.
_CENTURY = 100 * 365.25 * 86_400.0
# The settings allow 20 attempts; more doublings than that say nothing.
_MOST_DOUBLINGS = 32
_JITTER = 0.25


class Trouble(Enum):
    """What kind of trouble an answer, or the lack of one, is."""

    THROTTLED = "throttled"
    """The server says "slow down": every process of this user holds off."""
    PASSING = "passing"
    """A server error, a broken connection, half a body: the same request may do soon."""
    REFUSED = "refused"
    """The request is wrong; asking again cannot help."""


class GaveUp(Unavailable):
    """The transport has waited and tried again already; nobody should try once more right away."""


def trouble_of(status: int) -> Trouble | None:
    """The class of an HTTP status; None for 2xx and 3xx."""
    if 200 <= status < 400:
        return None
    if status in _THROTTLES:
        return Trouble.THROTTLED
    return Trouble.PASSING if 500 <= status < 600 else Trouble.REFUSED


def http_date(value: str | None) -> dt.datetime | None:
    """A date of an HTTP header, aware in UTC; None for what is none."""
    if not value or len(value) > 100:
        return None
    try:
        time = parsedate_to_datetime(value)
        return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """The seconds that a Retry-After (seconds, or an HTTP date) asks for, counted from ``now`` (aware).

    None for what is not to be believed: nothing, garbage, zero, the past. Never more than a century.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
    else:
        time = http_date(text)
        if time is None:
            return None
        seconds = (time - now).total_seconds()
    return min(seconds, _CENTURY) if seconds > 0 else None


def wait_before(
    attempt: int,
    trouble: Trouble,
    retry_after: float | None,
    settings: FetchSettings,
    random: Callable[[], float],
) -> float:
    """The seconds to wait after the failed attempt number ``attempt`` (the first is 0), up to a quarter of them jitter.

    Doubles each time up to ``longest_backoff_seconds``; never less than ``retry_after``. A result above
    ``longest_backoff_seconds`` is a Retry-After beyond it, and means: do not wait, give up for now.
    ``random`` returns numbers from 0 to 1.
    """
    first = settings.backoff_seconds if trouble is Trouble.THROTTLED else settings.retry_seconds
    wait = first * 2.0 ** min(attempt, _MOST_DOUBLINGS) * (1 + _JITTER * random())
    return max(min(wait, settings.longest_backoff_seconds), retry_after or 0.0)
