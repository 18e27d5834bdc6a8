"""The root of the command line and the one place that turns errors into exit codes."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

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


# What to do where a file could not be used, by the error's number.
_REMEDIES = {
    errno.EISDIR: "a folder lies where a file is needed; move it away or name another place",
    errno.ENOTDIR: "a file lies where a folder is needed; move it away or name another place",
    errno.EEXIST: "a file lies where a folder is needed; move it away or name another place",
    errno.ENOENT: "check the path",
    errno.EACCES: "check who may read and write there, or name another place",
    errno.EPERM: "check who may read and write there, or name another place",
    errno.EROFS: "nothing can be written there; name another place",
    errno.ENOSPC: "make room, then run the same command again",
}
_CTRL_C = 130  # the exit code: 128 and the number of SIGINT
_INTERRUPTED = "interrupted; run it again to go on"


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
    """Run the command line. An expected error is one line on stderr and its own exit code.

    So is a file that the system refuses, and a full disk, and Ctrl-C (130). Any other OSError that names no file is not
    expected and stays a traceback. Typer itself sees to a closed pipe (exit code 1).
    """
    _prepare_output()
    try:
        app()
    except PaperradarError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail(_INTERRUPTED, _CTRL_C)
    except SystemExit as end:
        # Typer's way to end after Ctrl-C in a command; it says nothing.
        if end.code == _CTRL_C:
            _fail(_INTERRUPTED, _CTRL_C)
        raise
    except OSError as error:
        if error.filename is None and error.errno != errno.ENOSPC:
            raise
        # Of the two names of a failed renaming, the second one is the file that was meant.
        path = (error.filename if error.filename2 is None else error.filename2) or "a file"
        remedy = _REMEDIES.get(error.errno or 0, "see to that file, then run the same command again")
        _fail(f"{path}: {error.strerror}; {remedy}", 1)


def _prepare_output() -> None:
    """A terminal that lacks a character gets its escape, and a closed stdout swallows what is said."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(text: str, exit_code: int) -> NoReturn:
    print(f"paperradar: {' '.join(text.split())}", file=sys.stderr)
    sys.exit(exit_code)
