"""arXiv's grammar: identifiers, papers, versions, announcements, text. Knows nothing else of paperradar."""

from paperradar.papers.identifiers import (
    abs_url,
    identifier_month,
    identifier_order,
    is_identifier,
    parse_identifier,
)
from paperradar.papers.records import Announcement, AnnouncementKind, Author, DayBasis, Paper, Version
from paperradar.papers.text import clean_text, plain_letters, text_hash

__all__ = [
    "Announcement",
    "AnnouncementKind",
    "Author",
    "DayBasis",
    "Paper",
    "Version",
    "abs_url",
    "clean_text",
    "identifier_month",
    "identifier_order",
    "is_identifier",
    "parse_identifier",
    "plain_letters",
    "text_hash",
]
