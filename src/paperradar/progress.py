"""Progress bars for people at a terminal. Knows nothing of what progresses.

Functions that take long accept a `Progress` and are handed `progress` by the command line; everybody else,
tests included, stays `silent`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

# Tells that n more units are done.
Advance = Callable[[int], None]


class Progress(Protocol):
    """Opens a bar for ``total`` units (None: unknown) and hands out the function that moves it.

    ``unit`` is the plural of what is counted, for instance ``papers``; ``bytes`` are shown as kB and MB.
    """

    def __call__(self, label: str, total: int | None, *, unit: str = "") -> AbstractContextManager[Advance]:
        """Open the bar."""


@contextmanager
def silent(label: str, total: int | None, *, unit: str = "") -> Iterator[Advance]:
    """A `Progress` that draws nothing."""
    del label, total, unit
    yield _nothing


@contextmanager
def progress(label: str, total: int | None, *, unit: str = "") -> Iterator[Advance]:
    """A `Progress` on stderr; draws nothing where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield _nothing
        return
    from rich import progress as rich_progress
    from rich.console import Console

    count: rich_progress.ProgressColumn = (
        rich_progress.DownloadColumn()
        if unit == "bytes"
        else rich_progress.TextColumn("{task.completed:,.0f}{task.fields[of]}", markup=False)
    )
    columns = (
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(),
        count,
        rich_progress.TimeElapsedColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=Console(file=sys.stderr)) as bars:
        of = ("" if total is None else f" of {total:,}") + (f" {unit}" if unit else "")
        task = bars.add_task(label, total=total, of=of)

        def advance(n: int) -> None:
            bars.advance(task, n)

        yield advance


def _nothing(n: int) -> None:
    del n
