"""What time it is: the machine's, or another one for replays of earlier days. Everything else is handed a `Clock`."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping

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
    try:
        start: dt.datetime | None = dt.datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise UsageError(f"{CLOCK_VARIABLE} {text!r} is not a time; write it as 2021-06-14T04:30:00-04:00")
    begun = time.monotonic()
    return lambda: start.astimezone(dt.UTC) + dt.timedelta(seconds=time.monotonic() - begun)
