"""Taste: learning from past picks which papers a team would pick, and keeping what was learnt as plain numbers."""

from paperradar.taste.learning import learn

__all__ = ["learn"]
