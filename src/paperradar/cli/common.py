"""What all commands share: the workspace option, and where output goes (results to stdout, the rest to stderr)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.errors import InputError, UsageError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from rich.table import Table

    from paperradar.clock import Clock
    from paperradar.workspace import Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        help="The workspace to use. Default: PAPERRADAR_WORKSPACE, else the nearest folder upwards that is one.",
        show_default=False,
    ),
]
SampleOption = Annotated[
    bool, typer.Option("--sample", help="Use the bundled sample, in a store of its own, instead of a workspace.")
]
ByOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Who you are. Default: PAPERRADAR_CURATOR, else the login name.", show_default=False
    ),
]
EditionArgument = Annotated[str, typer.Argument(metavar="YYYY-MM", help="The edition.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def open_workspace(explicit: Path | None, *, sample: bool = False) -> Workspace:
    """Find and read the workspace, or that of the bundled sample. Raises WorkspaceError, SettingsError, UsageError."""
    from paperradar.workspace import find_workspace, sample_workspace

    if sample:
        if explicit is not None:
            raise UsageError("--sample has a store of its own; leave out --workspace")
        return sample_workspace(os.environ)
    return find_workspace(explicit, os.environ, Path.cwd())


def clock_of(workspace: Workspace) -> Clock:
    """The clock of a command: as PAPERRADAR_CLOCK says, else the settings, else the machine's. Raises UsageError."""
    from paperradar.clock import clock_from

    return clock_from(os.environ, workspace.settings.fetch.clock)


def curator_from(by: str | None) -> str:
    """Who runs the command: as ``--by`` says, else PAPERRADAR_CURATOR, else the login name. Raises UsageError."""
    import getpass

    if name := (by or os.environ.get("PAPERRADAR_CURATOR", "")).strip():
        return name
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError) as error:  # an account without a name, as in some containers
        raise UsageError("nobody knows who you are; say it with --by NAME or PAPERRADAR_CURATOR") from error


def many(count: int, noun: str, plural: str = "") -> str:
    """``1 paper``, ``1,234 papers``; ``plural`` where an s is not enough."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def note(text: str) -> None:
    """Say something that is not a result, on stderr."""
    print(text, file=sys.stderr)


def note_contact(contact: str) -> None:
    """Say that ``fetch.contact`` is not set, before arXiv is asked."""
    if not contact:
        note("note: set fetch.contact in config/paperradar.toml, so that arXiv knows whom to write to")


def print_table(table: Table) -> None:
    """Print a table. A table pads its cells; in a file or a pipe that is only noise."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    with console.capture() as shown:
        console.print(table)
    print("\n".join(line.rstrip() for line in shown.get().splitlines()))


def print_json(value: object) -> None:
    """Print a result for programs: JSON on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=False))


def print_bytes(data: bytes) -> None:
    """Print a file's bytes as they are: a result for other programs."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def raise_problems(problems: Sequence[str]) -> None:
    """Where some of several files could not be used: say so, a line each. Raises InputError with the last one."""
    if problems:
        for problem in problems[:-1]:
            note(f"paperradar: {problem}")
        raise InputError(problems[-1])


def day_option(text: str | None, option: str) -> dt.date | None:
    """The day that an option names, None where it is left out. Raises UsageError."""
    import datetime as dt

    if text is None:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is not a day; write it as 2022-04-30") from error
