"""The papers' database: all SQL lives here, and no DuckDB type leaves.

What can be fetched or computed again is kept: papers, announcements, vectors, lexical features, how far
imports came. And what was asked of arXiv: the coverage ledger and the runs. What people decided is not here
but in the log under ``data/decisions/``.
See docs/store.md.
"""

from paperradar.store.store import Session, Store
from paperradar.store.values import (
    ImportState,
    Run,
    SetAside,
    SetAsideRecord,
    SignalSummary,
    StoredPaper,
    StoredText,
    StoredTitle,
    Upserted,
)

__all__ = [
    "ImportState",
    "Run",
    "Session",
    "SetAside",
    "SetAsideRecord",
    "SignalSummary",
    "Store",
    "StoredPaper",
    "StoredText",
    "StoredTitle",
    "Upserted",
]
