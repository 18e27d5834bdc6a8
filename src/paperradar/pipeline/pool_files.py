"""Papers of pool files, for a backtest on more papers than the store holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from paperradar.papers import Paper
from paperradar.sources.titles import read_titles

_SHOWN = 5


def read_pool_files(files: Sequence[Path]) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """The papers of the files (where several have one, the first file's), and what to say of rows that are none.

    Raises InputError for a file that is no pool file.
    """
    papers: dict[str, Paper] = {}
    notes: list[str] = []
    for path in files:
        read = read_titles(path)
        notes += [f"{path}, line {item.place}: set aside: {item.reason}" for item in read.broken[:_SHOWN]]
        if len(read.broken) > _SHOWN:
            notes.append(f"{path}: {len(read.broken) - _SHOWN:,} more rows were set aside")
        for paper in read.papers:
            papers.setdefault(paper.identifier, paper)
    return tuple(papers.values()), tuple(notes)
