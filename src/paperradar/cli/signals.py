"""``paperradar signals``: numbers about papers from outside, such as attention counts and votes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, many, note, open_workspace, print_json, raise_problems
from paperradar.errors import InputError, UsageError

app = typer.Typer(
    name="signals",
    help="Import and list numbers about papers from outside: attention counts, votes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

# So many bad rows of a file are told one by one; --json has them all.
_TOLD = 10


@app.command("import")
def import_signals(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV files of numbers.", show_default=False)],
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The signal of rows that name none, or of the one --value-column. Default: the file's name without"
            " its suffix.",
            show_default=False,
        ),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(
            "--identifier-column",
            metavar="COLUMN",
            help="The column of arXiv identifiers. Default: identifier, arxiv_id or id.",
            show_default=False,
        ),
    ] = None,
    day_column: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of days. Default: day or date.", show_default=False),
    ] = None,
    value_column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="A column of numbers, taken as the signal of its own name. May be repeated. Default: value.",
            show_default=False,
        ),
    ] = None,
    days_later: Annotated[
        int,
        typer.Option(min=0, max=3650, metavar="DAYS", help="So many days after the day of its row a number was known."),
    ] = 0,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take numbers about papers into the store.

    Columns: identifier, value, day, and if there is one name. A ranking uses a number from its day on, as a rank
    among all numbers of its name; a paper without one loses nothing. Blank cells are no numbers. Bad rows are set
    aside and told, the others are kept. The same file can be imported again.
    """
    from paperradar.pipeline.opening import open_store
    from paperradar.pipeline.signalling import import_signals as import_file
    from paperradar.sources.signals import Columns

    if name and len(value_column or ()) > 1:
        raise UsageError("--name names one signal, but there are several --value-column; leave one of them out")
    columns = Columns(id_column or "", day_column or "", tuple(value_column or ()), name or "", days_later)
    store = open_store(open_workspace(workspace))
    reports, problems = [], []
    for path in files:
        try:
            reports.append(import_file(store, path, columns))
        except InputError as error:
            problems.append(str(error))
    for report in reports:
        for row in report.set_aside[:_TOLD]:
            note(f"{report.path}:{row.line}: set aside: {row.reason}")
        if (more := len(report.set_aside) - _TOLD) > 0:
            note(f"{report.path}: {more} more rows set aside (all with --json)")
    if as_json:
        print_json({"files": [report.as_dict() for report in reports], "problems": problems})
    else:
        for report in reports:
            names = ", ".join(f"{signal} {count}" for signal, count in report.by_name.items())
            print(
                f"{report.path.name}: {report.new} new, {report.known} known, {report.blank} blank,"
                f" {len(report.set_aside)} set aside" + (f" ({names})" if names else "")
            )
    raise_problems(problems)


@app.command("list")
def list_signals(as_json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """List the signals that were imported: how many numbers, of how many papers, from which day to which."""
    from paperradar.pipeline.opening import open_store

    with open_store(open_workspace(workspace)).reading() as session:
        found = session.signal_summaries()
    if as_json:
        print_json(
            [
                {
                    "name": item.name,
                    "values": item.values,
                    "papers": item.papers,
                    "first": item.first.isoformat(),
                    "last": item.last.isoformat(),
                }
                for item in found
            ]
        )
        return
    if not found:
        note("no signal was imported yet; import some with: paperradar signals import FILE")
    for item in found:
        print(f"{item.name}: {many(item.values, 'value')} of {many(item.papers, 'paper')}, {item.first} to {item.last}")


@app.command("forget")
def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The signal's name.", show_default=False)],
    workspace: WorkspaceOption = None,
) -> None:
    """Remove a signal and all its numbers, for instance one that was read from the wrong column."""
    from paperradar.pipeline.opening import open_store
    from paperradar.pipeline.signalling import forget_signals

    count = forget_signals(open_store(open_workspace(workspace)), name)
    print(f"{name}: {many(count, 'value')} removed")
