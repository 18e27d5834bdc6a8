"""``paperradar fetch``, ``paperradar backfill`` and ``paperradar repair``: asking arXiv."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import (
    JsonOption,
    WorkspaceOption,
    clock_of,
    day_option,
    many,
    note,
    note_contact,
    open_workspace,
    print_json,
)
from paperradar.errors import PaperradarError, Unavailable, UpstreamError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperradar.pipeline.fetching import CategoryReport
    from paperradar.pipeline.outcomes import Outcome
    from paperradar.pipeline.repairing import GapReport
    from paperradar.settings import FetchSettings


class SourceOption(StrEnum):
    """What ``--source`` may be."""

    RSS = "rss"
    OAI = "oai"
    API = "api"


class RepairSource(StrEnum):
    """What ``repair --source`` may be: a feed has no past."""

    OAI = "oai"
    API = "api"


MonthOption = Annotated[
    str,
    typer.Option("--month", "-m", metavar="YYYY-MM", help="The edition whose window is meant.", show_default=False),
]


def fetch(
    source: Annotated[
        list[SourceOption] | None,
        typer.Option("--source", "-s", help="Ask only this; may be repeated.  [default: fetch.sources]"),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Close the gaps since this announcement day as well."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask also for categories that are complete.")] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Fetch what arXiv announced today.

    Reads each category's feed, checks it against a second source, and says which categories are complete. Exit
    status 75 where some are not and trying again can help, 1 where it cannot.
    """
    from paperradar.calendar import arxiv_day
    from paperradar.pipeline.fetching import fetch as fetch_listing
    from paperradar.pipeline.repairing import gaps, repair
    from paperradar.progress import progress

    place = open_workspace(workspace)
    first = day_option(since, "--since")
    clock = clock_of(place)
    today = arxiv_day(clock)
    note_contact(place.settings.fetch.contact)
    reports: tuple[CategoryReport, ...] = ()
    if today.weekday() < 5:
        names = [item.value for item in source] if source else None
        reports = fetch_listing(place, day=today, clock=clock, sources=names, again=again, progress=progress)
    elif first is None:
        note("arXiv announces nothing at week-ends; paperradar repair closes the gaps of earlier days")
    repaired: tuple[GapReport, ...] = ()
    if first is not None:
        # Who names a day wants what was before anybody watched, too.
        days = gaps(place, first, today, clock=clock, not_watched=True)
        repaired = repair(place, days, clock=clock, progress=progress)
    if as_json:
        print_json(
            {
                "day": today.isoformat(),
                "categories": [report.as_dict() for report in reports],
                "repaired": [report.as_dict() for report in repaired],
            }
        )
    else:
        for report in reports:
            print(_category_line(report))
        _print_repaired(repaired)
    _raise_outcome([*reports, *repaired], f"the listing of {today}")


def backfill(
    month: MonthOption,
    again: Annotated[bool, typer.Option("--again", help="Ask also for days that are complete.")] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Fetch all papers of an edition's window from the API, by their days of submission.

    Can be stopped at any time and run again: finished days are not asked again.
    """
    from paperradar.calendar import arxiv_day, edition_window, parse_edition
    from paperradar.pipeline.backfilling import backfill as fill
    from paperradar.pipeline.backfilling import plan_slices
    from paperradar.pipeline.outcomes import Outcome
    from paperradar.progress import progress

    place = open_workspace(workspace)
    clock = clock_of(place)
    window = edition_window(parse_edition(month), place.settings.edition)
    note_contact(place.settings.fetch.contact)
    days = plan_slices(place, window, clock=clock, again=again)
    if days:
        note(estimate(len(days), place.settings.fetch))
    report = fill(place, window, clock=clock, again=again, progress=progress)
    if as_json:
        print_json(report.as_dict())
    else:
        print(report.line)
        if problem := next((item.detail for item in report.slices if item.outcome is not Outcome.DONE), ""):
            note(f"warning: {problem}")
        if not report.slices and window.first > arxiv_day(clock):
            note(f"nothing to do yet: the window of {month} begins on {window.first}")
        elif not report.slices:
            note("nothing to do: all days of this window are complete; --again asks for them all the same")
    _raise_outcome(report.slices, f"the window of {month}")


def repair(
    month: Annotated[
        str | None,
        typer.Option(
            "--month", "-m", metavar="YYYY-MM", help="The edition whose window is repaired.  [default: the running one]"
        ),
    ] = None,
    day: Annotated[
        list[str] | None, typer.Option("--day", metavar="YYYY-MM-DD", help="Only this day; may be repeated.")
    ] = None,
    source: Annotated[
        RepairSource | None,
        typer.Option("--source", "-s", help="Ask this.  [default: oai for the last week, api for older days]"),
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Close the gaps that `paperradar audit` shows, with what another source still has.

    Feeds have no past, but OAI-PMH and the API have. Exit status 75 where gaps stay and trying again can help.
    """
    from paperradar.calendar import arxiv_day, edition_window, is_announcement_day, parse_edition, running_edition
    from paperradar.pipeline.repairing import gaps
    from paperradar.pipeline.repairing import repair as close
    from paperradar.progress import progress

    place = open_workspace(workspace)
    clock = clock_of(place)
    if day:
        days = tuple(found for text in day if (found := day_option(text, "--day")))
        if wrong := next((one for one in days if one >= arxiv_day(clock) or not is_announcement_day(one)), None):
            raise UsageError(
                f"--day {wrong} is no announcement day of the past; paperradar audit shows which there are"
            )
    else:
        edition = parse_edition(month) if month else running_edition(arxiv_day(clock), place.settings.edition)
        window = edition_window(edition, place.settings.edition)
        days = gaps(place, window.first, window.last, clock=clock)
    note_contact(place.settings.fetch.contact)
    reports = close(place, days, clock=clock, source=source.value if source else None, progress=progress)
    if as_json:
        print_json([report.as_dict() for report in reports])
    else:
        if not days:
            print("no gaps")
        _print_repaired(reports)
    _raise_outcome(reports, "the repair")


def estimate(days: int, settings: FetchSettings) -> str:
    """How long so many slices take at least, in words: one or two requests each."""
    from paperradar.transport import host_group, is_arxiv_host

    interval = settings.interval_seconds
    if is_arxiv_host(host_group(settings.urls.api)):
        interval = max(interval, 3.0)
    seconds = days * interval
    length = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
    return f"{many(days, 'day')} of submission to ask for, one request or more each: {length} at least"


def _category_line(report: CategoryReport) -> str:
    expected = "?" if report.expected is None else f"{report.expected:,}"
    line = f"{report.category:<12} {report.state:<10} {report.received:,} of {expected} announced"
    line += f", {many(report.new, 'new paper')}" if report.asked else ", complete before"
    if report.broken:
        line += f", {many(report.broken, 'record')} set aside"
    return line + (f"; {report.detail}" if report.detail else "")


def _print_repaired(reports: Iterable[GapReport]) -> None:
    for report in reports:
        line = f"{report.day} {report.before} -> {report.after}, by {report.source}: {report.new:,} new papers"
        print(line + (f"; {report.detail}" if report.detail else ""))


def _raise_outcome(reports: Sequence[object], what: str) -> None:
    """End with the exit status of the worst report. Raises UpstreamError or Unavailable."""
    from paperradar.pipeline.outcomes import Outcome

    bad = [report for report in reports if getattr(report, "outcome", Outcome.DONE) is not Outcome.DONE]
    if not bad:
        return
    failed = any(_outcome(report) is Outcome.FAILED for report in bad)
    said = f"{what} is not complete ({len(bad)} of {len(reports)} not done); paperradar audit shows what lacks"
    kind: type[PaperradarError] = UpstreamError if failed else Unavailable
    raise kind(f"{said}; see the messages above" if failed else f"{said}; run the same command again later")


def _outcome(report: object) -> Outcome | None:
    return getattr(report, "outcome", None)
