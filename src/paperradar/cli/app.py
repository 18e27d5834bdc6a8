"""The root of the command line and the one place that turns errors into exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from paperradar import __version__
from paperradar.errors import PaperradarError

app = typer.Typer(
    name="paperradar",
    help="A ranked, explained shortlist of arXiv papers for the curators of a monthly issue.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"paperradar {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. An expected error is one line on stderr and its own exit code."""
    try:
        app()
    except PaperradarError as error:
        print(f"paperradar: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("paperradar: interrupted; what was finished is kept, run the same command again", file=sys.stderr)
        sys.exit(130)
