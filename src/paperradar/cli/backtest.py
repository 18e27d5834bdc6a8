"""``paperradar backtest``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, many, note, open_workspace, print_json

if TYPE_CHECKING:
    from paperradar.evaluation import Metrics
    from paperradar.pipeline.backtesting import BacktestReport


class PoolOption(StrEnum):
    """What ``--pool`` may be."""

    WINDOW = "window"
    ID_MONTH = "id-month"


def backtest(
    source: Annotated[
        list[str],
        typer.Option("--source", "-s", metavar="NAME", help="A source of picks; may be repeated.", show_default=False),
    ],
    edition: Annotated[
        list[str],
        typer.Option("--edition", "-e", metavar="YYYY-MM", help="May be repeated.", show_default=False),
    ],
    pool: Annotated[
        PoolOption,
        typer.Option(
            help="What to rank: the edition's window and find its picks, or the papers whose identifier is of that"
            " month and find every pick of one."
        ),
    ] = PoolOption.WINDOW,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Measure how high the order has the papers that curators picked.

    Ranks each edition's papers as they would have been ranked then, and does the same with the baselines random,
    newest and topics. Recall is the share of the picked papers (roles top10 and pick) in the pool that are within
    the first so many rows.
    """
    from paperradar.pipeline.backtesting import backtest as measure
    from paperradar.progress import progress

    report = measure(
        open_workspace(workspace),
        sources=source,
        editions=edition,
        pool="window" if pool is PoolOption.WINDOW else "id-month",
        progress=progress,
    )
    if as_json:
        print_json(report.as_dict())
        return
    for line in _table(report):
        print(line)
    for item in report.editions:
        if item.entries.outside:
            note(f"note: {item.edition}: not in the pool: {', '.join(item.entries.outside)}")


def _table(report: BacktestReport) -> list[str]:
    from paperradar.evaluation import BASELINES, DEPTHS, Case, evaluate
    from paperradar.pipeline.backtesting import METHOD

    names = (METHOD, *BASELINES)
    width = max(map(len, names))
    head = "  ".join([" " * width, *(f"r@{depth:<3}" for depth in DEPTHS), "median rank"])

    def section(title: str, figures: dict[str, Metrics]) -> list[str]:
        return ["", title, head, *(_line(name.ljust(width), metrics) for name, metrics in figures.items())]

    lines: list[str] = []
    for item in report.editions:
        title = (
            f"{item.edition}: {many(item.candidates, 'candidate')}, {many(item.entries.total, 'pick')},"
            f" {len(item.entries.present)} in the pool"
        )
        figures = {name: evaluate([Case(item.runs[name], item.entries.present)]) for name in names}
        lines += section(title, figures)
    present = sum(len(item.entries.present) for item in report.editions)
    overall = {name: report.overall(name) for name in names}
    lines += section(f"overall: {many(len(report.editions), 'edition')}, {many(present, 'pick')} in the pools", overall)
    if any(item.mentions.present for item in report.editions):
        count = sum(len(item.mentions.present) for item in report.editions)
        figures = {name: report.overall(name, mentions=True) for name in names}
        lines += section(f"mentions: {count} in the pools", figures)
    return lines[1:]


def _line(name: str, metrics: Metrics) -> str:
    cells = ["-" if value is None else f"{value:.3f}" for value in metrics.recall.values()]
    median = "-" if metrics.median_rank is None else f"{metrics.median_rank:,.1f}"
    return "  ".join([name, *(cell.ljust(5) for cell in cells), median.rjust(11)])
