"""Topic labels: lists that say which papers belong to a topic, as a table with one paper a line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paperradar.errors import InputError
from paperradar.papers import clean_text, parse_identifier
from paperradar.spreadsheets import cell_text, read_sheet

_TOPIC_COLUMN = "topic"
_IDENTIFIER_COLUMNS = ("arxiv_id", "identifier", "id")


@dataclass(frozen=True, slots=True)
class TopicLabel:
    """That a list has a paper under a topic. ``topic`` is the list's own name for it."""

    topic: str
    identifier: str


@dataclass(frozen=True, slots=True)
class BadLabel:
    """A row that is no label: where it begins in its file, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class LabelFile:
    """What a file of labels holds: each topic and paper once, in the file's order, and the rows set aside."""

    labels: tuple[TopicLabel, ...]
    set_aside: tuple[BadLabel, ...]


def read_labels(path: Path) -> LabelFile:
    """Read a table with the columns topic and arxiv_id (or identifier, id); others are passed over.

    Bad rows are set aside. Raises InputError where the file cannot be read or lacks a column.
    """
    sheet = read_sheet(path, (_TOPIC_COLUMN, *_IDENTIFIER_COLUMNS))
    identifier_column = next((name for name in _IDENTIFIER_COLUMNS if name in sheet.columns), None)
    if identifier_column is None or _TOPIC_COLUMN not in sheet.columns:
        lacking = "arxiv_id" if identifier_column is None else _TOPIC_COLUMN
        raise InputError(f"{path}: not a file of topic labels, the column {lacking} is missing")
    labels: dict[TopicLabel, None] = {}
    set_aside: list[BadLabel] = []
    for row in sheet.rows:
        topic = clean_text(cell_text(row.cells[_TOPIC_COLUMN]))
        try:
            if not topic:
                raise InputError("the row names no topic")
            # An apostrophe keeps a spreadsheet from taking an identifier for a number.
            identifier, _ = parse_identifier(row.cells[identifier_column].strip().lstrip("'"))
        except InputError as error:
            set_aside.append(BadLabel(row.line, str(error)))
        else:
            labels[TopicLabel(topic, identifier)] = None
    return LabelFile(tuple(labels), tuple(set_aside))
