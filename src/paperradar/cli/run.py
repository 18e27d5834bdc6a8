"""``paperradar run``: whole jobs, for cron."""

from __future__ import annotations

import random
import time
from typing import Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, clock_of, note, note_contact, open_workspace, print_json

app = typer.Typer(
    name="run",
    help="Run a whole job, without Prefect: for cron, or by hand.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def daily(
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait a random time up to fetch.late_minutes first, as cron jobs should.")
    ] = False,
    started_by: Annotated[
        str, typer.Option(metavar="WORD", help="Who started it; stands in paperradar status.")
    ] = "cron",
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Fetch today's listing, close recent gaps, encode, rank and refresh the running edition.

    Then it sends the daily digest to the channels in config/channels.toml, if any take it; that fails nothing.
    Exit status 0 where everything is done, 75 where trying again later can help, 1 where it cannot.
    """
    from paperradar.pipeline.daily import run_daily
    from paperradar.pipeline.digesting import send_after_run
    from paperradar.progress import progress

    place = open_workspace(workspace)
    clock = clock_of(place)
    note_contact(place.settings.fetch.contact)
    if wait and (most := place.settings.fetch.late_minutes):
        seconds = random.uniform(0, most * 60)
        note(f"waiting {seconds:.0f} s first")
        time.sleep(seconds)
    report = run_daily(place, clock=clock, started_by=started_by, progress=progress)
    sent = send_after_run(place, report.plan.edition, clock=clock)
    if as_json:
        print_json(report.as_dict() | ({"digest": sent.as_dict()} if sent else {}))
    else:
        print(report.line)
        if report.refreshed is not None and report.refreshed.csv:
            print(report.refreshed.coverage)
            print(f"CSV:  {report.refreshed.csv}")
            print(f"Page: {report.refreshed.page}")
        if sent:
            print(sent.line)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


@app.command()
def edition(
    month: Annotated[
        str | None,
        typer.Option("--month", "-m", metavar="YYYY-MM", help="The edition.  [default: that of the present month]"),
    ] = None,
    started_by: Annotated[str, typer.Option(metavar="WORD", help="Who started it, for the decisions log.")] = "cron",
    workspace: WorkspaceOption = None,
) -> None:
    """Freeze an edition's list on its day (edition.freezes_on_day) or later; before that, only say so.

    A frozen list keeps its rows and ranks; what is announced later is appended as late.
    """
    from paperradar.calendar import arxiv_day
    from paperradar.pipeline.freezing import due_edition, freeze_edition

    place = open_workspace(workspace)
    clock = clock_of(place)
    name, why_not = due_edition(place, month, arxiv_day(clock))
    print(freeze_edition(place, name, clock=clock, by=started_by).line if name else why_not)
