"""``paperradar shortlist``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from paperradar.cli.common import (
    SampleOption,
    WorkspaceOption,
    clock_of,
    day_option,
    many,
    note,
    open_workspace,
    print_bytes,
    print_table,
)
from paperradar.errors import UsageError

if TYPE_CHECKING:
    import datetime as dt

    from paperradar.clock import Clock
    from paperradar.pipeline.shortlisting import Made
    from paperradar.workspace import Workspace


class Format(StrEnum):
    """What ``--format`` may be."""

    CSV = "csv"
    JSON = "json"
    HTML = "html"


def shortlist(
    month: Annotated[
        str,
        typer.Option("--month", "-m", metavar="YYYY-MM", help="The edition: the month in which the issue comes out."),
    ],
    sample: SampleOption = False,
    top: Annotated[
        str | None,
        typer.Option(
            "--top", metavar="N|all", help="How many rows; marked ones stay beyond.  [default: 150, see ranking.rows]"
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First announcement day, instead of the edition's.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Last announcement day, instead of the edition's.")
    ] = None,
    output_format: Annotated[
        Format | None, typer.Option("--format", help="Write only this format, see --output.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH|-",
            help="Write here (- is stdout); the edition's files and the log stay as they are.",
        ),
    ] = None,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline",
            envvar="PAPERRADAR_OFFLINE",
            help="Never ask arXiv, also where the window was never fetched nor imported.",
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Exit status 1 where a day of the window is short, stale, missing or not watched."
        ),
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Rank the papers of an edition; write its CSV and page.

    Prints where the files lie and shows the top ten. Marks that curators made in the edition's present CSV are
    taken into the decisions log first and stand in the new one. A window that was never fetched nor imported is
    fetched from arXiv first.
    """
    from paperradar.calendar import arxiv_day
    from paperradar.clock import system_clock
    from paperradar.pipeline.sampling import prepare_sample
    from paperradar.pipeline.shortlisting import make_shortlist, publish_shortlist, render_shortlist
    from paperradar.progress import progress

    first, last, rows = day_option(since, "--since"), day_option(until, "--until"), _rows(top)
    place = open_workspace(workspace, sample=sample)
    chosen = _format(output, output_format, place)
    clock = clock_of(place)
    if sample:
        prepare_sample(place, progress=progress)
    elif not offline:
        _fetch_first(place, month, first, last, clock)
    made = make_shortlist(
        place,
        month,
        since=first,
        until=last,
        rows=place.settings.ranking.rows if rows is None else None if rows == "all" else rows,
        sample=sample,
        today=arxiv_day(clock),
        progress=progress,
    )
    for text in made.notes:
        note(f"note: {text}")
    for text in made.warnings:
        note(f"warning: {text}")
    if made.coverage.lacking:
        note(
            f"warning: {many(len(made.coverage.lacking), 'day')} of the window were never fetched or are not complete;"
            f" paperradar audit --month {month} says how to close them"
        )
    if chosen is not None:
        note(made.coverage.line)
        if made.depth:
            note(made.depth)
        data = render_shortlist(made, chosen.value)
        if output in (None, "-"):
            print_bytes(data)
        else:
            _write(Path(str(output)), data)
            note(f"wrote {output}")
        _check_strict(made, strict)
        return
    written = publish_shortlist(place, made, clock=system_clock)
    for text in made.said:
        note(f"note: {text}")
    for text in written.notes:
        note(f"warning: {text}")
    _show(made)
    print(made.coverage.line)
    if made.depth:
        print(made.depth)
    print(f"CSV:  {written.csv}")
    print(f"Page: {written.html}")
    _check_strict(made, strict)


def _fetch_first(place: Workspace, month: str, first: dt.date | None, last: dt.date | None, clock: Clock) -> None:
    """Fetch a window that was never fetched nor imported; arXiv's troubles are told, and what is there is used."""
    from paperradar.calendar import Window, edition_window, parse_edition
    from paperradar.pipeline.coverage_view import never_fetched

    own = edition_window(parse_edition(month), place.settings.edition)
    window = Window(first or own.first, last or own.last)
    if not never_fetched(place, window, clock=clock):
        return
    from paperradar.pipeline.first_fetch import fetch_window
    from paperradar.progress import progress

    note(f"nothing of {window.first} to {window.last} was ever fetched or imported; asking arXiv (--offline would not)")
    for text in fetch_window(place, window, clock=clock, progress=progress):
        note(f"warning: {text}")


def _check_strict(made: Made, strict: bool) -> None:
    from paperradar.errors import CoverageGap

    if strict and made.coverage.lacking:
        raise CoverageGap(
            f"{made.coverage.line}; the list was written all the same, paperradar audit --month {made.edition} says how"
            " to close the gaps"
        )


def _show(made: Made) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=made.headline, title_justify="left", show_edge=False, pad_edge=False, box=None)
    table.add_column("rank", justify="right")
    table.add_column("score", justify="right")
    table.add_column("identifier", no_wrap=True)
    table.add_column("title and why", overflow="fold")
    for row in made.bundle["rows"][:10]:
        words = f"{escape(row['title'])}\n[dim]{escape(row['why'])}[/dim]"
        table.add_row(str(row["rank"]), str(row["score"]), row["identifier"], words)
    print_table(table)
    print()


def _rows(text: str | None) -> int | Literal["all"] | None:
    if text is None or text == "all":
        return "all" if text else None
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise UsageError(f"--top {text!r} is neither a number nor all")


def _format(output: str | None, named: Format | None, place: Workspace) -> Format | None:
    """The one format that is asked for, None for the edition's files. Raises UsageError."""
    if output in (None, "-"):
        return named or (Format.CSV if output else None)
    path = Path(str(output))
    if path.resolve().is_relative_to(place.shortlists.resolve()):
        raise UsageError(
            f"--output {output}: that folder holds the editions' own files; choose another, or leave it out"
        )
    suffix = path.suffix.removeprefix(".").lower()
    if named is None and suffix not in set(Format):
        raise UsageError(f"--output {output}: end it in .csv, .json or .html, or say which with --format")
    return named or Format(suffix)


def _write(path: Path, data: bytes) -> None:
    from paperradar.files import write_atomically

    if path.exists() and not path.is_file():  # a pipe or a device is written to, not replaced
        path.write_bytes(data)
    else:
        write_atomically(path.resolve(), data)
