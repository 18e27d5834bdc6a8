"""Every error that paperradar raises on purpose.

One base class; the command line prints its message on one line and exits with its ``exit_code``.
A message says what happened and what to do next.

    PaperradarError                1   an expected failure
    ├── UsageError                 2   the call or the configuration is wrong
    │   ├── SettingsError              a file under ``config/``: names file, key, what is allowed
    │   └── WorkspaceError             no workspace, or one that cannot be used
    ├── InputError                 1   a file or record that cannot be used
    ├── NotFoundError              1   a paper, topic or edition that is not there
    ├── ModelError                 1   the encoder cannot be loaded or is not the one expected
    ├── UpstreamError              1   arXiv answers what paperradar cannot use; trying again cannot help
    ├── CoverageGap                1   a shortlist was asked to be strict, and its window has gaps
    └── TryAgainLater             75   trying again can help
        ├── StoreBusy                  another process holds the database
        └── Unavailable                arXiv cannot be reached, asks to slow down, or answers incompletely
"""

from __future__ import annotations


class PaperradarError(Exception):
    """Base of all expected errors. ``exit_code`` is the exit status of the command line."""

    exit_code = 1


class UsageError(PaperradarError):
    """The call or the configuration is wrong; trying again without a change cannot help."""

    exit_code = 2


class SettingsError(UsageError):
    """A configuration file has an unknown key, a wrong type or a value out of range."""


class WorkspaceError(UsageError):
    """There is no workspace, or it cannot be used."""


class InputError(PaperradarError):
    """A file or record that was handed in cannot be used."""


class NotFoundError(PaperradarError):
    """Something that was asked for by name is not there."""


class ModelError(PaperradarError):
    """The encoder cannot be loaded, or its files are not the expected ones."""


class UpstreamError(PaperradarError):
    """arXiv, or what stands in its place, answers what paperradar cannot use; trying again cannot help."""


class CoverageGap(PaperradarError):
    """Days of a window are short, stale, missing or not watched, and the caller asked to be strict about it."""


class TryAgainLater(PaperradarError):
    """A passing condition; the same call may succeed later."""

    exit_code = 75


class StoreBusy(TryAgainLater):
    """Another process holds the database."""


class Unavailable(TryAgainLater):
    """arXiv cannot be reached, asks to slow down, or its answer is incomplete for now."""
