"""Days and months in words. The names are our own: a locale would change the bytes of what is published."""

from __future__ import annotations

import datetime as dt

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day_words(text: str) -> str:
    """``2022-05-04`` as ``4 May 2022``, months cut to three letters; anything else unchanged."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def span_words(first: str, last: str) -> str:
    """Two ISO days as ``25 March to 5 May 2022``."""
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    year = "" if begin.year == end.year else f" {begin.year}"
    return f"{begin.day} {_MONTHS[begin.month - 1]}{year} to {end.day} {_MONTHS[end.month - 1]} {end.year}"


def month_words(edition: str) -> str:
    """``2022-05`` as ``May 2022``."""
    year, _, month = edition.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}"
