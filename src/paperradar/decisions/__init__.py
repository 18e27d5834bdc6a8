"""What people decide: an append-only log of lines that diff and merge, and the tables replayed from it.

Never in the papers' database: everything there can be fetched or computed again, this cannot. See docs/decisions.md.
"""

from paperradar.decisions.entries import Entry, Kind
from paperradar.decisions.journal import Problem
from paperradar.decisions.log import DecisionLog, Frozen, Mark, Resurfacing
from paperradar.decisions.picks import (
    OWN,
    BadRow,
    Pick,
    PicksFile,
    checked_identifier,
    decided_on,
    load_edition_files,
    pick_order,
    read_picks,
    unite_picks,
)

__all__ = [
    "OWN",
    "BadRow",
    "DecisionLog",
    "Entry",
    "Frozen",
    "Kind",
    "Mark",
    "Pick",
    "PicksFile",
    "Problem",
    "Resurfacing",
    "checked_identifier",
    "decided_on",
    "load_edition_files",
    "pick_order",
    "read_picks",
    "unite_picks",
]
