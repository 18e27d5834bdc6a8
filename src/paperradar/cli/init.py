"""``paperradar init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paperradar.cli.common import note


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; it is made if need be.")] = Path(),
) -> None:
    """Make a workspace: settings, topic profiles, a data folder.

    The settings are commented, four profiles are there to begin with, the data folder is empty. Prints the
    files that it wrote. Files that are there already stay as they are.
    """
    from paperradar.workspace import init_workspace

    written = init_workspace(directory)
    for path in written:
        print(path)
    if written:
        note(
            f"{directory} is a workspace now; next, in that folder: paperradar run daily, or paperradar shortlist"
            " --month YYYY-MM, or paperradar import FILE"
        )
    else:
        note(f"{directory} has everything already; nothing was written")
