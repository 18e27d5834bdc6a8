"""What time it is: the machine's, or another one for replays of earlier days. Everything else is handed a `Clock`."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from paperradar.errors import UsageError

# Tells the time: aware, in UTC.
Clock = Callable[[], dt.datetime]

CLOCK_VARIABLE = "PAPERRADAR_CLOCK"


def system_clock() -> dt.datetime:
    """The machine's time."""
    return dt.datetime.now(dt.UTC)


def clock_from(environ: Mapping[str, str], setting: str = "") -> Clock:
    """The clock that PAPERRADAR_CLOCK names, else the one of the setting ``fetch.clock``, else the machine's.

    A named clock starts at that time (ISO 8601 with an offset) and goes on from there. Raises UsageError.
    """
    text = environ.get(CLOCK_VARIABLE) or setting
    if not text:
        return system_clock
    start: dt.datetime | None = None
    with suppress(ValueError, OverflowError):
        named = dt.datetime.fromisoformat(text)
        start = named.astimezone(dt.UTC) if named.tzinfo else None
    if start is None:
        raise UsageError(f"{CLOCK_VARIABLE} {text!r} is not a time; write it as 2021-06-14T04:30:00-04:00")
    begun = time.monotonic()
    return lambda: start + dt.timedelta(seconds=time.monotonic() - begun)
