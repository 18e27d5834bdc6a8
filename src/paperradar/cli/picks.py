"""``paperradar picks``: what sources picked for their editions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paperradar.cli.common import (
    JsonOption,
    WorkspaceOption,
    clock_of,
    many,
    note,
    open_workspace,
    print_json,
    raise_problems,
)
from paperradar.errors import InputError

app = typer.Typer(
    name="picks",
    help="Import and list what curators picked for their editions.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

# So many bad rows of a file are told one by one; --json has them all.
_TOLD = 10


@app.command("import")
def import_picks(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV files of picks.", show_default=False)],
    source: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The source of rows that name none. Default: the file's name without its suffix.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take picks into the decisions log.

    Columns: edition (a month 2022-05, week 2022-W18, day or year) or date, arxiv_id, and if there are any source,
    rank, role (top10, pick, mention) and title. Bad rows are set aside and told, the others are kept, and so are the
    other files where one is none of picks. A pick that is known already is not taken twice.
    """
    import datetime as dt

    from paperradar.pipeline.picking import import_picks as import_file

    place = open_workspace(workspace)
    reports, problems = [], []
    for path in files:
        try:
            reports.append(import_file(place, path, source=source, clock=lambda: dt.datetime.now(dt.UTC)))
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
            sources = ", ".join(f"{name} {count}" for name, count in report.by_source.items())
            print(
                f"{report.path.name}: {report.new} new, {report.known} known, {len(report.set_aside)} set aside"
                + (f" ({sources})" if sources else "")
            )
    raise_problems(problems)


@app.command("list")
def list_picks(
    source: Annotated[str | None, typer.Option(metavar="NAME", help="Of this source only.", show_default=False)] = None,
    edition: Annotated[
        str | None, typer.Option(metavar="EDITION", help="Of this edition only.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """List the picks that are known: imported, in data/editions, or the team's own.

    Its own are what an edition decided; of one that closed undecided, what any curator picked.

    Without --source or --edition it counts them by source.
    """
    from paperradar.calendar import arxiv_day
    from paperradar.pipeline.picking import known_picks

    place = open_workspace(workspace)
    today = arxiv_day(clock_of(place))
    picks = known_picks(place, source=source, edition=edition, today=today)
    if as_json:
        print_json(
            [
                {
                    "source": pick.source,
                    "edition": pick.edition,
                    "rank": pick.rank,
                    "role": pick.role,
                    "identifier": pick.identifier,
                    "title": pick.title,
                    "decided_on": pick.decided_on.isoformat(),
                }
                for pick in picks
            ]
        )
    elif not picks:
        note("no such pick is known; import some with: paperradar picks import FILE")
    elif source is None and edition is None:
        for name in dict.fromkeys(pick.source for pick in picks):
            mine = [pick for pick in picks if pick.source == name]
            editions = list(dict.fromkeys(pick.edition for pick in mine))
            entries = sum(pick.is_entry for pick in mine)
            print(
                f"{name}: {many(entries, 'entry', 'entries')}, {many(len(mine) - entries, 'mention')},"
                f" {many(len(editions), 'edition')} ({editions[0]} to {editions[-1]})"
            )
    else:
        for pick in picks:
            rank = str(pick.rank) if pick.rank else "-"
            print(f"{pick.source}  {pick.edition}  {rank:>3}  {pick.role:<7}  {pick.identifier:<12}  {pick.title}")
