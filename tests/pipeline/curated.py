"""A workspace with an edition to vote on: its list is written without a ranking, and no store is there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from paperradar.decisions import DecisionLog, Vote
from paperradar.pipeline.curating import cast_votes
from paperradar.pipeline.editions import EditionView, view_edition
from paperradar.publishing import WrittenFiles, write_edition
from paperradar.ranking import StoryMember
from paperradar.settings import Settings
from paperradar.workspace import Workspace
from tests.publishing.builders import bundle, candidate, paper, row

EDITION = "2022-05"
ROWS = 16
# A near-duplicate without a row of its own, folded into the row of this rank.
MEMBER, MEMBER_RANK = "2204.00999", 3
# In New York it is 3 May.
NOW = dt.datetime(2022, 5, 3, 12, tzinfo=dt.UTC)


def clock() -> dt.datetime:
    return NOW


def at_rank(rank: int) -> str:
    """The identifier of the paper at a rank."""
    return f"2204.{rank:05}"


def listed(folder: Path, rows: int = ROWS) -> Workspace:
    """The workspace; its list is made and not frozen."""
    workspace = Workspace(folder, Settings(), ())
    write_list(workspace, rows)
    return workspace


def write_list(workspace: Workspace, rows: int = ROWS, **keys: Any) -> WrittenFiles:
    """Write the edition's files: papers at the ranks 1, 2, ...; ``keys`` go to the bundle's facts."""
    made = [row(rank) for rank in range(1, rows + 1) if rank != MEMBER_RANK]
    story = (StoryMember(candidate(paper(MEMBER, "Nearly the same")), 0.95, 280),)
    made.insert(MEMBER_RANK - 1, row(MEMBER_RANK, story=story))
    return write_edition(workspace.shortlists, bundle(made, **keys))


def freeze(workspace: Workspace, by: str = "ann") -> str:
    """Freeze the present list without making it anew; returns the bundle's id."""
    name = view(workspace).bundle_id
    DecisionLog(workspace.decisions).freeze(EDITION, name, at=NOW, by=by)
    return name


def view(workspace: Workspace) -> EditionView:
    return view_edition(workspace, EDITION)


def cast(workspace: Workspace, curator: str, **words: str) -> int:
    """Cast votes by rank: ``cast(workspace, "Ann", r1="pick", r2="no")``."""
    votes = {at_rank(int(name[1:])): (Vote(word) if word else None, "") for name, word in words.items()}
    return cast_votes(workspace, EDITION, curator, votes, clock=clock)
