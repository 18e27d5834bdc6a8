"""Asking the papers' database for what the side pages show, in a process of its own: no page waits for it.

The database may be busy for long, and counting topics uses all of a core. The desk notices the file when it is there.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from paperradar.errors import PaperradarError
from paperradar.pipeline.making_facts import ensure_desk_facts
from paperradar.workspace import Workspace

_PATIENCE_SECONDS = 5


@contextmanager
def preparing(workspace: Workspace, edition: str, today: dt.date) -> Iterator[None]:
    """Prepare an edition's facts meanwhile; what is not done at the end is given up. ``today``: arXiv's day."""
    child = multiprocessing.get_context("spawn").Process(
        target=prepare, args=(workspace, edition, today), name="desk-facts", daemon=True
    )
    # Ctrl-C goes to both. The child is to be stopped by the end of the desk, not by a traceback of its own.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child.start()
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        yield
    finally:
        child.terminate()
        child.join(_PATIENCE_SECONDS)


def prepare(workspace: Workspace, edition: str, today: dt.date) -> None:
    """Prepare an edition's facts now. What is expected to fail is one line on stderr."""
    try:
        ensure_desk_facts(workspace, edition, today=today)
    except PaperradarError as error:
        print(f"warning: the side pages lack their facts: {error}", file=sys.stderr)
