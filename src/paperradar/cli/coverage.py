"""``paperradar audit`` and ``paperradar status``: what is complete, what is not, where things stand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, clock_of, many, note, open_workspace, print_json

if TYPE_CHECKING:
    from paperradar.coverage import Coverage
    from paperradar.pipeline.overview import Overview

_SIGNS = {
    "complete": "#", "complete-by-submission": "+", "unknown": "?", "holiday": "-", "short": "S", "stale": "O",
    "missing": "M", "not-watched": "n",
}  # fmt: skip
_LONGEST_LINE = 160  # characters of a line about a run


def audit(
    month: Annotated[
        str | None,
        typer.Option(
            "--month", "-m", metavar="YYYY-MM", help="The edition whose window is drawn.  [default: the running one]"
        ),
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Draw a calendar of what is complete, name the gaps and say how to close them.

    Asks arXiv nothing. Exit status 1 where a day is short, stale or missing.
    """
    from paperradar.calendar import arxiv_day, edition_window, holidays_warning, parse_edition, running_edition
    from paperradar.pipeline.coverage_view import coverage_of_store

    place = open_workspace(workspace)
    today = arxiv_day(clock_of(place))
    edition = parse_edition(month) if month else running_edition(today, place.settings.edition)
    window = edition_window(edition, place.settings.edition)
    covered = coverage_of_store(place, window.first, window.last, today=today)
    if warning := holidays_warning(today):
        note(f"warning: {warning}")
    if as_json:
        print_json({"edition": edition, **covered.as_dict()})
    else:
        print(f"Edition {edition}: {window.first} to {window.last}\n")
        for line in calendar_lines(covered):
            print(line)
        print(f"\n{covered.line}")
        for line in gap_lines(covered, edition, today):
            print(line)
    if covered.alarms:
        raise typer.Exit(1)


def status(
    fail_after: Annotated[
        float | None,
        typer.Option(
            "--fail-after",
            metavar="HOURS",
            help="Exit status 1 where no daily run ended well within so many hours; week-ends do not count.",
        ),
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Say where things stand: last runs, last complete day, vectors missing, next edition.

    A long text about a run is cut to one line; --json has it whole.
    """
    from paperradar.errors import CoverageGap
    from paperradar.pipeline.overview import overview, working_hours

    place = open_workspace(workspace)
    found = overview(place, clock=clock_of(place))
    if as_json:
        print_json(found.as_dict())
    else:
        for line in _status_lines(found):
            print(line)
    if fail_after is not None:
        last = found.last_success
        if last is None or working_hours(last, found.at) > fail_after:
            when = f"the last one ended {last:%Y-%m-%d %H:%M} UTC" if last else "there never was one"
            raise CoverageGap(
                f"no daily run ended well within {fail_after:g} hours ({when});"
                " see the runs above and try: paperradar run daily"
            )


def calendar_lines(covered: Coverage) -> list[str]:
    """Weeks as rows, Monday to Friday, a sign a day; then what the signs in it mean."""
    states = {day.day: str(day.state) for day in covered.days}
    lines = ["            Mon Tue Wed Thu Fri"]
    monday = covered.first - dt.timedelta(days=covered.first.weekday())
    while monday <= covered.last:
        days = [monday + dt.timedelta(days=n) for n in range(7)]
        shown = [_SIGNS[states[day]] if day in states else "." if day in covered else " " for day in days[:5]]
        extra = "".join(f"  {day}: {states[day]}" for day in days[5:] if day in states)
        lines.append(f"{monday}   " + "   ".join(shown).rstrip() + extra)
        monday += dt.timedelta(days=7)
    used = set(states.values())
    lines.append("")
    lines.append("   ".join([f"{sign} {state}" for state, sign in _SIGNS.items() if state in used] + [". not yet"]))
    return lines


def gap_lines(covered: Coverage, edition: str, today: dt.date) -> list[str]:
    """A line for each gap, and what closes them; then what fills the days before anybody watched."""
    lines = []
    for day in covered.alarms:
        worst = [item for item in day.categories if item.state is day.state]
        shown = "; ".join(
            f"{item.category}{f' {item.received} of {item.expected}' if item.expected else ''}"
            f"{f' ({item.detail})' if item.detail else ''}"
            for item in worst[:3]
        )
        more = f" and {len(worst) - 3} more" if len(worst) > 3 else ""
        if len(worst) == len(day.categories) and not any(item.detail or item.expected for item in worst):
            lines.append(f"{day.day} {day.state}")
        else:
            lines.append(f"{day.day} {day.state}: {shown}{more}")
    past = [day for day in covered.alarms if day.day < today]
    if len(past) > 10:
        lines.append(f"close them with: paperradar backfill --month {edition}")
    elif past:
        lines.append(f"close them with: paperradar repair --month {edition}")
    if covered.not_watched:
        days = many(len(covered.not_watched), "day")
        lines.append(f"{days} before anybody watched; fill with: paperradar backfill --month {edition}")
    if any(day.day == today for day in covered.alarms):
        lines.append("today's listing: paperradar fetch")
    return lines


def _status_lines(found: Overview) -> list[str]:
    lines = [f"papers        {found.papers:,}"]
    lines.append(f"complete to   {found.complete_through or 'not known; paperradar audit shows why'}")
    lines.append(
        f"gaps          {', '.join(map(str, found.gaps[:5])) or 'none'}"
        + (f" and {len(found.gaps) - 5} more" if len(found.gaps) > 5 else "")
    )
    lines.append(
        f"vectors       {many(found.unencoded, 'text')} without one" if found.unencoded else "vectors       all there"
    )
    lines.append(f"next edition  {found.edition}, announced {found.window.first} to {found.window.last}")
    when = f"{found.last_success:%Y-%m-%d %H:%M} UTC" if found.last_success else "never"
    lines.append(f"last success  {when}")
    for run in found.runs:
        ended = f"{run.outcome or 'done'} {run.ended:%H:%M}" if run.ended else "did not end, or is running"
        summary = str(run.summary.get("line", ""))
        text = f"{run.started:%Y-%m-%d %H:%M} UTC, {run.kind} by {run.started_by}: {ended}"
        lines.append(_one_line(f"run {run.id:<9} {text}" + (f"; {' '.join(summary.split())}" if summary else "")))
    if not found.papers:
        lines.append("next step     paperradar run daily, or paperradar backfill --month YYYY-MM")
    return [*lines, *(f"warning       {text}" for text in found.warnings)]


def _one_line(text: str) -> str:
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1].rstrip() + "…"
