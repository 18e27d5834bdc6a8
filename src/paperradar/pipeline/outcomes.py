"""How jobs and pieces of work end. Small on purpose: whoever only looks at what happened needs nothing else."""

from __future__ import annotations

from enum import StrEnum

from paperradar.errors import PaperradarError, TryAgainLater

# What the working day's run is called in the table of runs.
DAILY = "daily"


class Outcome(StrEnum):
    """What became of a piece of work."""

    DONE = "done"
    LATER = "later"  # passing trouble: the same call can succeed later
    FAILED = "failed"  # trying again cannot help

    @staticmethod
    def of(error: PaperradarError) -> Outcome:
        """The outcome that an error stands for."""
        return Outcome.LATER if isinstance(error, TryAgainLater) else Outcome.FAILED
