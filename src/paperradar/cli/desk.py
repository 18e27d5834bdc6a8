"""``paperradar desk``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paperradar.cli.common import SampleOption, WorkspaceOption, clock_of, note, open_workspace
from paperradar.errors import UsageError

PASSWORD_VARIABLE = "PAPERRADAR_DESK_PASSWORD"
_SHORTEST = 8


def desk(
    month: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM", help="The edition to begin with. Default: the newest with a list.", show_default=False
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Where to listen. Beyond this machine a password is needed.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="0 takes a free one.")] = 8017,
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Another name by which browsers may ask for it, such as a proxy's; may be repeated. Needs a password.",
            show_default=False,
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"Ask for the password in this file. {PASSWORD_VARIABLE} in the environment does as well.",
            show_default=False,
        ),
    ] = None,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = False,
    sample: SampleOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Serve the desk: pages on which curators read an edition's list, vote, and compose the ten.

    It listens on this machine only, unless --host says otherwise; then a password must be set. Ctrl-C stops it.
    """
    import os
    import webbrowser
    from contextlib import ExitStack

    from paperradar.calendar import arxiv_day, parse_edition
    from paperradar.desk.app import make_app
    from paperradar.desk.preparing import preparing
    from paperradar.desk.security import is_loopback
    from paperradar.desk.serving import listen, serve
    from paperradar.pipeline.editions import editions_with_list, view_edition

    place = open_workspace(workspace, sample=sample)
    edition = parse_edition(month) if month else None
    password = _password(password_file, os.environ.get(PASSWORD_VARIABLE))
    if password is None and (
        others := [f"--host {host}"] * (not is_loopback(host)) + [f"--name {n}" for n in name or ()]
    ):
        raise UsageError(
            f"{others[0]} lets others in, so a password is needed: set {PASSWORD_VARIABLE} or give --password-file"
        )
    if edition:
        view_edition(place, edition)
    elif not editions_with_list(place):
        month = "2022-05 --sample" if sample else "YYYY-MM"
        note(f"note: no list of any edition was made yet; make one with: paperradar shortlist --month {month}")
    listening = listen(host, port)
    port = listening.getsockname()[1]
    clock = clock_of(place)
    app = make_app(place, clock=clock, host=host, port=port, names=name or (), edition=edition, password=password)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def started() -> None:
        print(address, flush=True)
        note("Ctrl-C stops it.")
        if browser:
            webbrowser.open(address)

    with ExitStack() as meanwhile:
        for shown in [edition] if edition else editions_with_list(place)[:1]:
            meanwhile.enter_context(preparing(place, shown, arxiv_day(clock)))
        serve(app, listening, started=started)


def _password(file: Path | None, environment: str | None) -> str | None:
    """The password of the file, else of the environment. Raises UsageError for one that is hardly one."""
    if file is not None:
        try:
            said: str | None = file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"--password-file {file} cannot be read: {error}; name a file with the password"
            ) from error
    else:
        said = environment or None
    if said is not None and len(said) < _SHORTEST:
        raise UsageError(f"the desk's password has {len(said)} characters; it needs {_SHORTEST} at least")
    return said
