"""``paperradar resurface``."""

from __future__ import annotations

from typing import Annotated

import typer

from paperradar.cli.common import WorkspaceOption, note, open_workspace


def resurface(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The paper's arXiv identifier.", show_default=False)],
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason; the shortlist shows it.", show_default=False)],
    edition: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM", help="Default: the edition in preparation today.", show_default=False),
    ] = None,
    curator: Annotated[str, typer.Option(metavar="NAME", help="Who asks for it.", show_default=False)] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Ask for an older paper to come back on an edition's shortlist.

    It is written to the decisions log; make the shortlist again to see it there.
    """
    import datetime as dt

    from paperradar.pipeline.opening import open_store
    from paperradar.pipeline.resurfacing import resurface as record

    place = open_workspace(workspace)
    store = open_store(place)
    done = record(
        place,
        store,
        identifier,
        why=why,
        edition=edition,
        curator=curator,
        clock=lambda: dt.datetime.now(dt.UTC),
    )
    if done.in_store is False:
        note(f"warning: {done.identifier} is not in the store; import it, or the shortlist cannot show it")
    if done.in_store is None:
        note(f"warning: the store is busy, so whether {done.identifier} is in it was not checked")
    print(f"{done.identifier} comes back in {done.edition}" + ("" if done.new else " (known already)"))
