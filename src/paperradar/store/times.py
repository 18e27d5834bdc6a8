"""Times in the database: UTC without a zone, as DuckDB's TIMESTAMP keeps them."""

from __future__ import annotations

import datetime as dt


def naive(at: dt.datetime) -> dt.datetime:
    """An aware time as it is stored. Raises ValueError for one that is naive already: nobody knows when that was."""
    if at.tzinfo is None:
        raise ValueError("a time that is stored must carry its time zone")
    return at.astimezone(dt.UTC).replace(tzinfo=None)


def aware(at: dt.datetime) -> dt.datetime:
    """A stored time, aware, in UTC."""
    return at.replace(tzinfo=dt.UTC)
