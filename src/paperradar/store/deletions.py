"""Papers that a source called deleted. The mark is apart from what records say, so a later good record lifts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from paperradar.papers import Paper
from paperradar.store.base import SessionBase
from paperradar.store.times import naive


class DeletionTables(SessionBase):
    """The table ``deletions``, and its view ``deleted``: the papers that were not seen whole since."""

    def mark_deleted(self, identifiers: Iterable[str], *, seen: dt.datetime) -> int:
        """Note that a source called papers deleted; return how many became withdrawn by it.

        ``seen`` is when the source said so (aware). A paper that was seen whole later stays. Unknown identifiers are
        passed over.
        """
        self._wanted(dict.fromkeys(identifiers))
        before = self._count_marked()
        self._connection.execute(
            "INSERT INTO deletions SELECT identifier, ?, NULL FROM papers SEMI JOIN wanted ON identifier = key "
            "ON CONFLICT (identifier) DO UPDATE SET deleted_at = greatest(deleted_at, excluded.deleted_at)",
            [naive(seen)],
        )
        return self._count_marked() - before

    def _note_whole(self, papers: Iterable[Paper], seen: dt.datetime | None) -> None:
        """Note when papers were seen whole, those that were called deleted once. ``seen``: see `whole_at`."""
        known = {
            identifier for (identifier,) in self._connection.execute("SELECT identifier FROM deletions").fetchall()
        }
        for paper in papers:
            at = whole_at(paper, seen) if paper.identifier in known else None
            if at is not None:
                self._connection.execute(
                    "UPDATE deletions SET whole_at = greatest(whole_at, ?) WHERE identifier = ?",
                    [naive(at), paper.identifier],
                )

    def _deleted(self) -> set[str]:
        """The papers that count as withdrawn because a source called them deleted."""
        return {identifier for (identifier,) in self._connection.execute("SELECT identifier FROM deleted").fetchall()}

    def _count_marked(self) -> int:
        """How many of the papers in ``wanted`` are withdrawn for no other reason than that they were deleted."""
        row = self._one(
            "SELECT count(*) FROM papers SEMI JOIN wanted ON identifier = key SEMI JOIN deleted USING (identifier) "
            "WHERE NOT withdrawn"
        )
        return int(row[0]) if row else 0


def whole_at(paper: Paper, seen: dt.datetime | None) -> dt.datetime | None:
    """Until when a record shows that its paper was there; None where it shows nothing.

    That is when a source gave it (``seen``, aware); for a record out of a file (None) the end of the day of its last
    change. One that says that the paper was withdrawn is no sign that it is back.
    """
    if paper.withdrawn:
        return None
    if seen is None and paper.updated is not None:
        return dt.datetime.combine(paper.updated, dt.time.max, tzinfo=dt.UTC)
    return seen
