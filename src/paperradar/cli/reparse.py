"""``paperradar reparse``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, day_option, many, note, open_workspace, print_json
from paperradar.errors import UsageError

if TYPE_CHECKING:
    from paperradar.pipeline.reparsing import ReparseReport

_SHOWN = 10


def reparse(
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Only answers that came on this day (UTC) or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Only answers that came on this day (UTC) or earlier.")
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Read what arXiv answered again, with the parsers of today, and write what they find.

    For the day after a parser was mended. Asks arXiv nothing; doing it twice changes nothing.
    """
    from paperradar.pipeline.reparsing import reparse as read_again
    from paperradar.progress import progress

    place = open_workspace(workspace)
    first, last = day_option(since, "--since"), day_option(until, "--until")
    if first is not None and last is not None and first > last:
        raise UsageError(f"--since {first} is after --until {last}; exchange them")
    report = read_again(place, since=first, until=last, progress=progress)
    if as_json:
        print_json(report.as_dict())
    else:
        print(_sentence(report))
        _note_troubles(report)
    if not report.answers and not report.damaged:
        note(f"nothing to read: no such answers are kept in {place.raw}")


def _sentence(report: ReparseReport) -> str:
    used = {"from feeds": report.feeds, "from OAI-PMH": report.oai, "from the API": report.api}
    passed = {
        "repeating an earlier day": report.stale,
        "of other kinds": report.other,
        "unusable": len(report.unusable),
    }
    records = {
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "of older versions": report.older,
        "broken": report.broken,
    }
    text = f"{many(report.answers, 'answer')}{_list({**used, **passed})}; "
    text += f"{many(sum(records.values()), 'record')}{_list(records)}; "
    return text + many(report.announcements, "new announcement")


def _list(counts: dict[str, int]) -> str:
    told = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    return f" ({told})" if told else ""


def _note_troubles(report: ReparseReport) -> None:
    """Name on stderr what could not be used."""
    for item in report.unusable[:_SHOWN]:
        note(f"{item.at:%Y-%m-%d %H:%M} UTC, {item.label}: {item.reason} ({item.url})")
    if len(report.unusable) > _SHOWN:
        note(f"{len(report.unusable) - _SHOWN:,} more cannot be used; --json names them all")
    for file, reason in report.damaged[:_SHOWN]:
        note(f"{file} is damaged: {reason}")
    if len(report.damaged) > _SHOWN:
        note(f"{len(report.damaged) - _SHOWN:,} more are damaged; --json names them all")
