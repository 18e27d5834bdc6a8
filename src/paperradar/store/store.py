"""The store: opened late, closed early, one transaction a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paperradar.store.announcements import AnnouncementTables
from paperradar.store.connection import opened
from paperradar.store.content import ContentTables
from paperradar.store.coverage import CoverageTables
from paperradar.store.features import FeatureTables
from paperradar.store.imports import ImportTables
from paperradar.store.papers import PaperTables
from paperradar.store.runs import RunTables
from paperradar.store.signals import SignalTables


class Session(
    AnnouncementTables,
    PaperTables,
    FeatureTables,
    ImportTables,
    CoverageTables,
    RunTables,
    SignalTables,
    ContentTables,
):
    """Everything that can be asked of, or told to, the open database."""


class Store:
    """The database at ``path``. Making one opens nothing.

    ``wait_seconds`` is how long `reading` and `writing` wait for another holder (another process, or another
    thread of this one) before they raise StoreBusy. Never keep a session open across network, encoding or a
    wait for a person: nobody else can read meanwhile. Sessions do not nest.
    """

    def __init__(self, path: Path, *, wait_seconds: float = 60.0) -> None:
        self.path = Path(path)
        self.wait_seconds = wait_seconds

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back where an exception leaves it."""
        with opened(self.path, read_only=False, wait_seconds=self.wait_seconds) as connection:
            connection.begin()
            try:
                yield Session(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that can only read. A missing database reads as an empty one and is not created."""
        with opened(self.path, read_only=True, wait_seconds=self.wait_seconds) as connection:
            yield Session(connection)
