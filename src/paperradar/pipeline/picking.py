"""Importing picks into the decisions log, and the picks that a workspace knows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from paperradar.decisions import BadRow, DecisionLog, Pick, load_edition_files, read_picks, unite_picks
from paperradar.workspace import Workspace


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


def known_picks(workspace: Workspace, *, source: str | None = None, edition: str | None = None) -> tuple[Pick, ...]:
    """Every pick that a workspace knows: of its published editions (``data/editions``) and of the decisions log.

    Where both have a paper for a source's edition, the log's pick stands.
    """
    bounds = workspace.settings.edition
    published = [
        pick
        for pick in load_edition_files(workspace.editions, bounds)
        if source in (None, pick.source) and edition in (None, pick.edition)
    ]
    return unite_picks([*published, *DecisionLog(workspace.decisions, bounds).picks(source, edition)])
