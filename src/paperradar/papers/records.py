"""The values that everything else passes around: papers, their versions and authors, announcements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from paperradar.papers.text import text_hash


class DayBasis(StrEnum):
    """Where a paper's announcement day comes from, best first."""

    ANNOUNCED = "announced"  # arXiv's own listing said so
    SUBMITTED = "submitted"  # estimated from version 1's submission
    IDENTIFIER = "identifier"  # estimated from the identifier's month and the update day


class AnnouncementKind(StrEnum):
    """arXiv's own words for what an announcement says (the RSS field ``announce_type``)."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


@dataclass(frozen=True, slots=True)
class Author:
    """One author as arXiv's metadata splits the name. ``suffix`` is for instance ``Jr.``"""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def name(self) -> str:
        """The name in reading order."""
        return " ".join(part for part in (self.given, self.family, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Version:
    """One version. ``created`` is aware, in UTC; midnight exactly means that only the day is known."""

    number: int
    created: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as arXiv's metadata has it.

    ``categories`` holds the primary one first and may be empty. ``versions`` is sorted by number and may be
    empty. ``updated`` is the day of the metadata's last change. ``abstract_by`` tells who wrote the abstract:
    ``arxiv``, or ``paperradar`` for the bundled sample. ``reference`` marks a paper of the sample that is
    only there because an edition linked it.
    """

    identifier: str
    title: str
    abstract: str = ""
    authors: tuple[Author, ...] = ()
    categories: tuple[str, ...] = ()
    comments: str = ""
    journal_ref: str = ""
    doi: str = ""
    report_no: str = ""
    license: str = ""
    submitter: str = ""
    versions: tuple[Version, ...] = ()
    updated: dt.date | None = None
    withdrawn: bool = False
    abstract_by: str = "arxiv"
    reference: bool = False

    @property
    def version(self) -> int:
        """The highest version known, 1 where none is named."""
        return max((version.number for version in self.versions), default=1)

    @property
    def submitted(self) -> dt.datetime | None:
        """When the first version known was submitted, in UTC."""
        return min((version.created for version in self.versions if version.created), default=None)

    @property
    def text_hash(self) -> str:
        """Names the text (title and abstract) that encoders see."""
        return text_hash(self.title, self.abstract)


@dataclass(frozen=True, slots=True)
class Announcement:
    """arXiv published a version on a day (its listing's date, America/New_York) in a category's feed."""

    identifier: str
    version: int
    category: str
    kind: AnnouncementKind
    day: dt.date
