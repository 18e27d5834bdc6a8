"""A decided edition in the shape that feeds and digests are made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecidedPaper:
    """A paper or page of an issue. ``why``: the curators' reason. It and ``url`` may be empty.

    Several with one ``rank`` are a group, which may have a name. ``rank`` is None where none was given.
    """

    title: str
    url: str
    authors: tuple[str, ...] = ()
    why: str = ""
    rank: int | None = None
    group: str = ""

    @property
    def heading(self) -> str:
        """The title, and the group it is in."""
        return f"{self.title} ({self.group})" if self.group else self.title


@dataclass(frozen=True, slots=True)
class DecidedEdition:
    """An issue in its order. ``at`` (aware): when it was decided, or published if it was.

    ``url``: of the published issue, or empty.
    """

    edition: str
    at: dt.datetime
    ten: tuple[DecidedPaper, ...]
    mentions: tuple[DecidedPaper, ...] = ()
    url: str = ""
