"""Decisions that come back from curators. Knows sheets and the decisions log, not how papers were ranked."""

from paperradar.curation.identifying import Papers
from paperradar.curation.review import NOTHING, VOCABULARY, Change, Known, Review, Word, review_sheets
from paperradar.curation.sheet import (
    DECISION_COLUMN,
    IDENTIFIER_COLUMN,
    EditionSheet,
    Harvest,
    MarkedRow,
    SheetMarks,
    harvest,
    read_marks,
    read_rows,
)

__all__ = [
    "DECISION_COLUMN",
    "IDENTIFIER_COLUMN",
    "NOTHING",
    "VOCABULARY",
    "Change",
    "EditionSheet",
    "Harvest",
    "Known",
    "MarkedRow",
    "Papers",
    "Review",
    "SheetMarks",
    "Word",
    "harvest",
    "read_marks",
    "read_rows",
    "review_sheets",
]
