"""Importing picks into the decisions log, and the picks that a workspace knows: imported, published, or marked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperradar.decisions import (
    OWN,
    BadRow,
    DecisionLog,
    Mark,
    Pick,
    decided_on,
    load_edition_files,
    read_picks,
    unite_picks,
)
from paperradar.workspace import Workspace

# A decision that begins with one of these words chooses the paper.
CHOSEN = ("pick", "yes")


@dataclass(frozen=True, slots=True)
class PicksImported:
    """What became of a file of picks. ``new`` and ``known`` count rows, ``by_source`` the good ones of each source."""

    path: Path
    new: int
    known: int
    by_source: dict[str, int]
    set_aside: tuple[BadRow, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON; the file by its name only."""
        return {
            "file": self.path.name,
            "new": self.new,
            "known": self.known,
            "by_source": self.by_source,
            "set_aside": [
                {"line": row.line, "reason": row.reason, "excerpt": row.excerpt} for row in self.set_aside
            ],
        }  # fmt: skip


def import_picks(
    workspace: Workspace, path: Path, *, source: str | None = None, clock: Callable[[], dt.datetime]
) -> PicksImported:
    """Append the picks of a file to the decisions log; what is there already is not written again.

    ``source`` is for rows that name none, by default the file's name without suffix. Raises InputError for a file
    that is not one of picks.
    """
    bounds = workspace.settings.edition
    file = read_picks(path, bounds, source=source)
    new = DecisionLog(workspace.decisions, bounds).add_picks(file.picks, at=clock(), file=path.name)
    by_source = Counter(pick.source for pick in file.picks)
    return PicksImported(path, new, len(file.picks) - new, dict(sorted(by_source.items())), file.set_aside)


def known_picks(
    workspace: Workspace, *, source: str | None = None, edition: str | None = None, today: dt.date | None = None
) -> tuple[Pick, ...]:
    """Every pick that a workspace knows: of its published editions, of the decisions log, and of its sheets.

    Where published editions (``data/editions``) and the log have a paper for a source's edition, the log's pick stands.
    Of an edition that no list of the team's (``edition.featured_sources``) is known of, the papers that curators
    marked as chosen are picks of the source ``own`` once it has closed; by ``today`` (America/New_York; None: it has).
    """
    bounds = workspace.settings.edition
    log = DecisionLog(workspace.decisions, bounds)
    stated = unite_picks([*load_edition_files(workspace.editions, bounds), *log.picks()])
    listed = {pick.edition for pick in stated if pick.source in (OWN, *bounds.featured_sources)}
    marked = [pick for pick in _marked(log, workspace, listed) if today is None or pick.decided_on < today]
    return tuple(
        pick
        for pick in unite_picks([*marked, *stated])
        if source in (None, pick.source) and edition in (None, pick.edition)
    )


def chosen(marks: Mapping[str, Mark]) -> frozenset[str]:
    """The papers whose mark chooses them."""
    return frozenset(key for key, mark in marks.items() if mark.decision.strip().casefold().startswith(CHOSEN))


def _marked(log: DecisionLog, workspace: Workspace, listed: set[str]) -> Iterator[Pick]:
    for edition in log.editions():
        if edition not in listed:
            day = decided_on(edition, workspace.settings.edition)
            for identifier in sorted(chosen(log.marks(edition))):
                yield Pick(OWN, edition, None, "pick", identifier, "", day)
