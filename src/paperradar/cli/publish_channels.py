"""``paperradar publish bib``, ``feed`` and ``send``: what readers get beside the issue."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from paperradar.cli.common import (
    EditionArgument,
    JsonOption,
    WorkspaceOption,
    clock_of,
    many,
    note,
    open_workspace,
    print_bytes,
    print_json,
)


class DigestKind(StrEnum):
    """Which digest to send."""

    DAILY = "daily"
    MONTHLY = "monthly"


def bib(
    edition: EditionArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here.  [default: stdout]", show_default=False),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="The whole list and what was added, not only what is chosen.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Print the references of an edition in BibTeX: the ten and the mentions, in the issue's order.

    Of an edition that is not decided yet it takes the issue as it is composed so far. A paper has the same key with
    and without --all.
    """
    from paperradar.files import write_atomically
    from paperradar.pipeline.referencing import edition_bibtex

    data = edition_bibtex(open_workspace(workspace), edition, everything=everything)
    if output is None or str(output) == "-":
        print_bytes(data)
        return
    write_atomically(output.absolute(), data)
    note(f"wrote {output}")


def feed(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Write there.  [default: data/feeds]", show_default=False),
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write two Atom feeds: editions.atom with what was decided, daily.atom with the best new papers of each day.

    The daily one shows the list of the running edition, else the newest one. [publishing] in config/paperradar.toml
    says how much. A feed that is as it was is not written again.
    """
    from paperradar.calendar import arxiv_day
    from paperradar.pipeline.feeding import write_feeds

    place = open_workspace(workspace)
    today = arxiv_day(clock_of(place))
    written = write_feeds(place, today=today, folder=output.absolute() if output else None)
    for text in written.notes:
        note(f"note: {text}")
    if as_json:
        print_json(
            {
                "editions": {"path": str(written.editions), "entries": written.edition_entries},
                "daily": {"path": str(written.daily), "entries": written.daily_entries},
                "changed": [path.name for path in written.changed],
                "notes": list(written.notes),
            }
        )
        return
    print(f"Editions: {written.editions} ({many(written.edition_entries, 'entry', 'entries')})")
    print(f"Daily:    {written.daily} ({many(written.daily_entries, 'entry', 'entries')})")


def send(
    digest: Annotated[
        DigestKind, typer.Option("--digest", "-d", help="New papers of the last days, or an edition's ten.")
    ],
    month: Annotated[
        str | None,
        typer.Option(
            "--month",
            "-m",
            metavar="YYYY-MM",
            help="The edition. Default: the running one; for monthly the newest that is decided, if any.",
            show_default=False,
        ),
    ] = None,
    channels: Annotated[
        list[str] | None,
        typer.Option(
            "--channel", "-c", metavar="NAME", help="Only to this one; may be given often.", show_default=False
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Send also what was sent already.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the digest and whom it would go to; send nothing.")
    ] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Send a digest to the channels in config/channels.toml: by e-mail, Slack and others.

    A channel is never sent the same digest twice. One that fails stops no other; then the exit status is 75 where
    trying again later can help all that failed, else 1. The daily run sends the daily digest by itself.
    """
    from paperradar.pipeline.digesting import digest_takers, preview_digest, send_digests

    place = open_workspace(workspace)
    clock = clock_of(place)
    if dry_run:
        takers = digest_takers(place, digest.value, channels or ())
        shown = preview_digest(place, digest.value, clock=clock, edition=month)
        note(f"would go to: {', '.join(takers) or 'no channel'}; nothing is sent")
        if as_json:
            print_json({"channels": list(takers), "subject": shown.subject, "text": shown.text, "html": shown.html})
        else:
            print(f"{shown.subject}\n\n{shown.text}", end="")
        return
    report = send_digests(place, digest.value, clock=clock, edition=month, channels=channels or (), again=again)
    if report.note:
        note(f"note: {report.note}")
    if as_json:
        print_json(report.as_dict())
    else:
        for one in report.sendings:
            print(one.line)
    if report.exit_code:
        raise typer.Exit(report.exit_code)
