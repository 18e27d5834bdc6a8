"""Decisions that come back from curators. Knows sheets and the decisions log, not how papers were ranked."""

from paperradar.curation.sheet import Harvest, SheetMarks, harvest, read_marks

__all__ = ["Harvest", "SheetMarks", "harvest", "read_marks"]
