"""``paperradar backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import (
    JsonOption,
    WorkspaceOption,
    clock_of,
    day_option,
    many,
    note,
    open_workspace,
    print_json,
)
from paperradar.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperradar.calendar import Window
    from paperradar.evaluation import BacktestReport, Metrics
    from paperradar.pipeline.examples import PoolKind

_DAYS = "days:"


def backtest(
    source: Annotated[
        list[str],
        typer.Option("--source", "-s", metavar="NAME", help="A source of picks; may be repeated.", show_default=False),
    ],
    edition: Annotated[
        list[str] | None,
        typer.Option(
            "--edition",
            "-e",
            metavar="YYYY-MM",
            help="May be repeated. Not needed with days; there it keeps only picks of these months, weeks, days or"
            " years.",
            show_default=False,
        ),
    ] = None,
    pool: Annotated[
        list[str] | None,
        typer.Option(
            "--pool",
            metavar="window|id-month|days:FROM..TO",
            help="What to rank: the edition's window and find its picks; the papers whose identifier is of that month"
            " and find every pick of one; the papers announced on these days and find their picks. Days may be"
            " repeated: each range is measured by itself.  [default: window]",
            show_default=False,
        ),
    ] = None,
    titles_only: Annotated[
        bool, typer.Option("--titles-only", help="Rank all by title: nothing else is known but the day.")
    ] = False,
    pool_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--pool-file",
            metavar="FILE",
            help="More papers, as CSV (or .gz) of id, title, submitted; may be repeated. The store may be empty then.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="OUT", help="Write the report as a web page too.", show_default=False),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Measure again what was measured before and has not changed.")
    ] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Measure how high the order has the papers that curators picked.

    Ranks each pool as it would have been ranked then, and does the same with the baselines random, newest, topics,
    centroid and tfidf-svm, which learn from the same picks. Recall is the share of the picked papers (roles top10 and
    pick) in the pool that are within the first so many rows.
    """
    from paperradar.calendar import arxiv_day
    from paperradar.pipeline.backtesting import backtest as measure
    from paperradar.pipeline.pool_files import read_pool_files
    from paperradar.progress import progress

    kind, days = _pools(pool or ["window"])
    if kind != "days" and not edition:
        raise UsageError(f"--pool {kind} needs an edition; name it with --edition YYYY-MM")
    if html is not None and html.is_dir():
        raise UsageError(f"--html {html} is a folder; name a file")
    place = open_workspace(workspace)
    extra, notes = read_pool_files(pool_file or ())
    for text in notes:
        note(text)
    report = measure(
        place,
        sources=source,
        editions=edition or (),
        pool=kind,
        days=days,
        extra=extra,
        titles_only=titles_only,
        today=arxiv_day(clock_of(place)),
        fresh=fresh,
        progress=progress,
    )
    if html is not None:
        from paperradar.files import write_atomically
        from paperradar.pipeline.backtest_report import page_of
        from paperradar.publishing import render_backtest

        write_atomically(html, render_backtest(page_of(report)))
    if as_json:
        print_json(report.as_dict())
    else:
        for line in _table(report):
            print(line)
        for item in report.editions:
            if item.entries.outside:
                note(f"note: {item.edition}: not in the pool: {', '.join(item.entries.outside)}")
            for name, chosen in item.settings.items():
                if "note" in chosen:
                    note(f"note: {item.edition}: {name}: {chosen['note']}")
            if item.seconds:
                spent = ", ".join(f"{name} {seconds:.2f}" for name, seconds in item.seconds.items())
                note(f"note: {item.edition}: seconds: {spent}")
    if report.reused:
        note(_reused(report))
    if html is not None:
        note(f"note: the report is in {html}")


def _reused(report: BacktestReport) -> str:
    were, they = ("was", "it depends") if report.reused == 1 else ("were", "they depend")
    return (
        f"note: {report.reused} of {many(len(report.editions), 'pool')} {were} measured before and nothing {they} on"
        " has changed; --fresh measures again"
    )


def _pools(values: Sequence[str]) -> tuple[PoolKind, list[Window]]:
    """The kind of pool, and the ranges of days where it is days. Raises UsageError."""
    from paperradar.calendar import Window

    days = []
    for value in values:
        if value.startswith(_DAYS):
            begin, _, end = value.removeprefix(_DAYS).partition("..")
            first, last = day_option(begin, "--pool days: the day"), day_option(end, "--pool days: the day")
            assert first is not None
            assert last is not None
            if last < first:
                raise UsageError(f"--pool {value!r}: the last day lies before the first")
            days.append(Window(first, last))
        elif value not in ("window", "id-month"):
            raise UsageError(
                f"--pool {value!r} is none of window, id-month, days:FROM..TO (such as days:2021-07-12..2021-07-18)"
            )
    if days and len(days) == len(values):
        return "days", days
    if len(set(values)) > 1:
        raise UsageError("--pool: give one kind; only days:FROM..TO may be repeated")
    return ("id-month" if values[0] == "id-month" else "window"), []


def _table(report: BacktestReport) -> list[str]:
    from paperradar.evaluation import BASELINES, COMPARED, METHOD, evaluate
    from paperradar.pipeline.backtest_report import figure_texts, interval_text

    names = (METHOD, *BASELINES)
    width = max(map(len, names))

    def section(title: str, figures: dict[str, Metrics]) -> list[str]:
        texts = {name: figure_texts(metrics) for name, metrics in figures.items()}
        columns = [name.replace("recall@", "r@") for name in texts[METHOD]]
        head = "  ".join([" " * width, *(column.rjust(6) for column in columns)])
        rows = [
            "  ".join(
                [name.ljust(width), *(v.rjust(max(len(c), 6)) for v, c in zip(cells.values(), columns, strict=True))]
            )
            for name, cells in texts.items()
        ]
        return ["", title, head, *rows]

    lines: list[str] = []
    for item in report.editions:
        title = (
            f"{item.edition}: {many(item.candidates, 'candidate')}, {many(item.entries.total, 'pick')},"
            f" {len(item.entries.present)} in the pool"
        )
        lines += section(title, {name: evaluate([item.case(name)]) for name in names})
    present = sum(len(item.entries.present) for item in report.editions)
    overall = {name: report.overall(name) for name in names}
    lines += section(f"overall: {many(len(report.editions), 'edition')}, {many(present, 'pick')} in the pools", overall)
    if present:
        lines += ["", "method's recall above each baseline's, with the 95 % interval over picks"]
        lines += ["  ".join([" " * width, *(f"r@{depth}".ljust(24) for depth in COMPARED)]).rstrip()]
        for name in BASELINES:
            cells = [interval_text(value).ljust(24) for value in report.differences(name).values()]
            lines.append("  ".join([name.ljust(width), *cells]).rstrip())
    if any(item.mentions.present for item in report.editions):
        count = sum(len(item.mentions.present) for item in report.editions)
        figures = {name: report.overall(name, mentions=True) for name in names}
        lines += section(f"mentions: {count} in the pools", figures)
    return lines[1:]
