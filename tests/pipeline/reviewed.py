"""An edition that has a list, and its sheets as people and programs send them back. Nothing is ranked."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from paperradar.cells import MARK_COLUMNS, cell
from paperradar.decisions import EditionLog, Mark, is_page
from paperradar.pipeline.reviewing import ImportedSheets, import_sheets
from paperradar.publishing import write_edition
from paperradar.ranking import StoryMember
from paperradar.workspace import Workspace, init_workspace, read_workspace
from tests.publishing.builders import bundle, candidate, paper, row

EDITION = "2022-05"
NOW = dt.datetime(2022, 5, 3, 12, tzinfo=dt.UTC)
# The second one is 2204.2 to a spreadsheet that takes it for a number.
FIRST, ROUND, THIRD, FOURTH, FIFTH = "2204.00001", "2204.20000", "2204.00003", "2204.00004", "2204.00005"
LIST = (FIRST, ROUND, THIRD, FOURTH, FIFTH)
FOLDED = "2204.00077"


def clock(minutes: float = 0) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


def listed(folder: Path, marks: Mapping[str, Mark] | None = None) -> Workspace:
    """A workspace whose list of the edition has five rows; the last one has a near-duplicate folded in."""
    init_workspace(folder)
    workspace = read_workspace(folder)
    publish(workspace, marks)
    return workspace


def publish(workspace: Workspace, marks: Mapping[str, Mark] | None = None, edition: str = EDITION) -> Path:
    """Write the edition's files, with these marks on them; returns the shared sheet."""
    rows = [row(rank, paper(name, f"=Title {rank}, of “é”")) for rank, name in enumerate(LIST[:-1], start=1)]
    story = (StoryMember(candidate(paper(FOLDED, "Nearly the last")), 0.95, 200),)
    rows.append(row(len(LIST), paper(FIFTH, "The last"), story=story))
    write_edition(workspace.shortlists, bundle(rows, marks, edition=edition))
    return workspace.shortlists / f"{edition}.csv"


def take(workspace: Workspace, *paths: Path, minute: float = 0, **keys: object) -> ImportedSheets:
    """Import these files, so many minutes after NOW."""
    return import_sheets(workspace, paths, clock=lambda: clock(minute), **keys)  # type: ignore[arg-type]


def log_of(workspace: Workspace) -> EditionLog:
    return EditionLog(workspace.decisions, EDITION)


def votes(workspace: Workspace) -> dict[str, dict[str, str]]:
    """By curator and identifier, the votes that stand."""
    return {
        name: {identifier: str(ballot.vote or "") for identifier, ballot in of_one.items()}
        for name, of_one in log_of(workspace).ballots().items()
    }


def read_cells(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def refill(
    data: bytes,
    path: Path,
    marks: Mapping[str, tuple[str, str, str]] | None = None,
    *,
    columns: Sequence[str] = (),
    identifiers: Callable[[str], str] = "arXiv:{}".format,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    ends: str = "\r\n",
) -> Path:
    """Save a sheet again with these decision, note and curator cells, as some program would.

    ``columns``: these, in this order. ``identifiers``: how it writes one that has no prefix any more.
    """
    rows = read_cells(data)
    text = io.StringIO(newline="")
    chosen = columns or list(rows[0])
    writer = csv.DictWriter(text, chosen, extrasaction="ignore", restval="", delimiter=delimiter, lineterminator=ends)
    writer.writeheader()
    for cells in rows:
        identifier = cells["identifier"].removeprefix("arXiv:")
        if marks and identifier in marks:
            cells |= dict(zip(MARK_COLUMNS, map(cell, marks[identifier]), strict=True))
        if not is_page(identifier):
            cells["identifier"] = identifiers(identifier)
        writer.writerow(cells)
    path.write_bytes(text.getvalue().encode(encoding))
    return path
