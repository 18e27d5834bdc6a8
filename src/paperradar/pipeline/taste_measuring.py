"""What a taste is measured by: pools of past days, each ranked as it would have been then, and the picks' rows in it.

An edition that is a month has a window of its own. Lists of weeks, days or years have none, so calendar months of
announcement days stand in for them. Months rather than weeks: two trainings some months apart still share most of six
months, but none of six weeks, and without a pick in common no taste is adopted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from paperradar.calendar import Window, announcement_days, edition_window, is_edition
from paperradar.decisions import Pick
from paperradar.evaluation import METHOD, evaluate, ranks_of
from paperradar.papers import Paper
from paperradar.pipeline.backtesting import backtest
from paperradar.pipeline.examples import PoolKind
from paperradar.pipeline.pooling import in_scope, month_days
from paperradar.pipeline.tasting import measured_settings
from paperradar.progress import Progress, silent
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace

# So many of the newest editions, or months, are measured: enough for a figure, few enough to wait for.
MEASURED_PARTS = 6
# A month with fewer picks says too little for what ranking its thousands of papers takes.
LEAST_IN_MONTH = 3


@dataclass(frozen=True, slots=True)
class MeasuredParts:
    """What to hand to `backtest`: the editions of windows, or months as ``days`` and the lists whose picks are sought.

    ``editions`` is empty where there is nothing to measure.
    """

    pool: PoolKind
    editions: tuple[str, ...] = ()
    days: tuple[Window, ...] = ()


def measure_taste(
    workspace: Workspace,
    store: Store,
    picks: Sequence[Pick],
    sources: Sequence[str],
    *,
    today: dt.date,
    progress: Progress = silent,
) -> dict[str, object]:
    """The method's figures and the rank of each pick, overall and by part: plain values for a taste's card.

    ``picks`` are those decided until ``today``. ``pool`` names the kind of the parts; only parts of one kind compare.
    A part is named as in a backtest: 2022-05, or 2022-04-01..2022-04-30. Without anything to measure there is no part.
    """
    parts = parts_to_measure(store, workspace.settings, picks, sources, today=today)
    head: dict[str, object] = {
        "pool": parts.pool,
        "sources": list(sources),
        "settings": measured_settings(workspace.settings),
    }
    if not parts.editions:
        return {**head, "overall": {}, "editions": {}}
    report = backtest(
        workspace,
        sources=sources,
        editions=parts.editions,
        pool=parts.pool,
        days=parts.days,
        today=today,
        baselines=False,
        progress=progress,
    )
    return {
        **head,
        "overall": report.overall(METHOD).figures(),
        "editions": {
            item.edition: {
                "candidates": item.candidates,
                "picks": item.entries.total,
                **evaluate([item.case(METHOD)]).figures(),
                "ranks": ranks_of(item.runs[METHOD], item.entries.present),
            }
            for item in report.editions
        },
    }


def parts_to_measure(
    store: Store, settings: Settings, picks: Sequence[Pick], sources: Sequence[str], *, today: dt.date
) -> MeasuredParts:
    """The newest editions of these sources that are months and have an entry in the store, announced in the window.

    Where there is none, the newest months with `LEAST_IN_MONTH` entries of their other lists. All oldest first.
    """
    mine = [pick for pick in picks if pick.source in sources]
    with store.reading() as session:
        stored = {item.paper.identifier: item for item in session.papers([pick.identifier for pick in mine])}
        held = session.announced_days()
    found = [
        (pick, stored[pick.identifier].paper, stored[pick.identifier].announced_on)
        for pick in mine
        if pick.is_entry and pick.identifier in stored
    ]
    editions = {
        pick.edition
        for pick, _, day in found
        if is_edition(pick.edition) and day in edition_window(pick.edition, settings.edition)
    }
    if editions or held is None:
        return MeasuredParts("window", tuple(sorted(editions)[-MEASURED_PARTS:]))
    months = _newest_months(
        [item for item in found if not is_edition(item[0].edition)], settings, newest=held[1], today=today
    )
    # By name, so that no pick is sought that was decided after today.
    lists = {pick.edition for pick in mine if not is_edition(pick.edition)}
    return MeasuredParts("days", tuple(sorted(lists)), months) if months else MeasuredParts("window")


def _newest_months(
    found: Sequence[tuple[Pick, Paper, dt.date]], settings: Settings, *, newest: dt.date, today: dt.date
) -> tuple[Window, ...]:
    """The newest months in which enough picked papers were announced that a backtest of the month seeks.

    A month that still grows would not compare with itself later: all its listings lie before today, and the store
    holds papers (``newest``) up to the last.
    """
    by_month: dict[str, set[str]] = {}
    for pick, paper, day in found:
        # What was decided before the month is known in it.
        if in_scope(paper, settings.categories) and f"{pick.decided_on:%Y-%m}" >= f"{day:%Y-%m}":
            by_month.setdefault(f"{day:%Y-%m}", set()).add(paper.identifier)
    enough = [month_days(month) for month in sorted(by_month) if len(by_month[month]) >= LEAST_IN_MONTH]
    over = [days for days in enough if (last := max(announcement_days(days))) <= newest and last < today]
    return tuple(over[-MEASURED_PARTS:])
