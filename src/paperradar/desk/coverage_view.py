"""The coverage of the store's months as calendars, from what was asked of the store before. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paperradar.coverage import ALARMS, State
from paperradar.pipeline.desk_facts import DayFacts, DeskFacts

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """How a state is shown: never by its colour alone."""

    sign: str
    label: str
    means: str


SHOWN: Mapping[State, Shown] = {
    State.COMPLETE: Shown("✓", "complete", "all that was announced is in the store, and a second source agrees"),
    State.COMPLETE_BY_SUBMISSION: Shown(
        "✓", "complete by submission", "all that was submitted in its time is in the store"
    ),
    State.SHORT: Shown("◐", "short", "a source names papers that the other one lacks, or an answer broke off"),
    State.STALE: Shown("↺", "stale", "the feed was still that of an earlier day"),
    State.MISSING: Shown("✕", "missing", "a working day of which nothing came"),
    State.UNKNOWN: Shown("?", "unknown", "imported, or no second source could be asked"),
    State.NOT_WATCHED: Shown("·", "not watched", "before anybody asked for anything"),
    State.HOLIDAY: Shown("=", "holiday", "arXiv announced nothing"),
}


def coverage_view(facts: DeskFacts, window: tuple[dt.date, dt.date]) -> dict[str, Any]:
    """What the page of the coverage shows. ``window``: the edition's first and last day, which stand out."""
    by_month: dict[str, list[DayFacts]] = {}
    for day in facts.days:
        by_month.setdefault(f"{day.day:%Y-%m}", []).append(day)
    counts = Counter(day.state for day in facts.days)
    return {
        "line": facts.coverage.removeprefix("coverage: "),
        "made_on": facts.made_on.isoformat(),
        "months": [_month(month, days, window) for month, days in sorted(by_month.items(), reverse=True)],
        "legend": [
            {
                "state": state.value,
                "sign": shown.sign,
                "label": shown.label,
                "means": shown.means,
                "count": counts[state],
            }
            for state, shown in SHOWN.items()
            if counts[state]
        ],
        "alarms": [
            {
                "day": day.day.isoformat(),
                "label": SHOWN[day.state].label,
                "words": day.words,
                "papers": day.papers,
                "in_window": window[0] <= day.day <= window[1],
            }
            for day in reversed(facts.days)
            if day.state in ALARMS
        ],
    }


def _month(month: str, days: Sequence[DayFacts], window: tuple[dt.date, dt.date]) -> dict[str, Any]:
    there = {day.day: day for day in days}
    columns = len(_WEEKDAYS) if any(day.day.weekday() >= _WORKING_DAYS for day in days) else _WORKING_DAYS
    weeks = [
        [_cell(day, there.get(day), window) if f"{day:%Y-%m}" == month else None for day in week[:columns]]
        for week in calendar.Calendar().monthdatescalendar(int(month[:4]), int(month[5:7]))
    ]
    return {
        "month": month,
        "papers": sum(day.papers for day in days),
        "weekdays": _WEEKDAYS[:columns],
        "weeks": [week for week in weeks if any(week)],
    }


def _cell(day: dt.date, known: DayFacts | None, window: tuple[dt.date, dt.date]) -> dict[str, Any]:
    """A day; one that is not due yet, or of which nothing is known, has no state."""
    cell: dict[str, Any] = {"number": day.day, "in_window": window[0] <= day <= window[1]}
    if known is None:
        return {**cell, "state": "", "sign": "", "said": ""}
    shown = SHOWN[known.state]
    papers = f", {known.papers:,} paper{'' if known.papers == 1 else 's'}" if known.papers else ""
    lacks = f": {known.words}" if known.words else ""
    return {**cell, "state": known.state.value, "sign": shown.sign, "said": f"{shown.label}{papers}{lacks}"}
