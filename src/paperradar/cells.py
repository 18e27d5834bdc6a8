"""Text in the cells of a sheet: kept from being taken for a formula on its way out, freed of that on its way back.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``, and titles of papers do begin so.
Source of the rules: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re

from paperradar.papers import clean_text

# Spreadsheets skip white space and characters without width before they look; some take the full-width forms too.
_FORMULA = r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
# Apostrophes before it count, so that a text that has one of its own comes back with it.
_TO_GUARD = re.compile(rf"'*{_FORMULA}")
_GUARDED = re.compile(rf"'+{_FORMULA}")

# Publishing writes these columns and curation reads them back; neither knows the other.
# What curators fill in:
MARK_COLUMNS = ("decision", "note", "curator")
# Which bundle a row was written from. The prefix keeps spreadsheets from reading an id like 1234567890e1 as a number.
BUNDLE_COLUMN = "bundle"
_BUNDLE_PREFIX = "sha256:"
_BUNDLE_CELL = re.compile(rf"{_BUNDLE_PREFIX}([0-9a-f]{{12}})", re.ASCII)
# In a curator's own sheet: which entry of the decisions log the row's cells were filled from.
BALLOT_COLUMN = "ballot"
_BALLOT_PREFIX = "log:"
_NO_BALLOT = "none"
_BALLOT_CELL = re.compile(rf"{_BALLOT_PREFIX}([0-9a-f]{{32}}|{_NO_BALLOT})", re.ASCII)

# Excel holds 32,767 characters in a cell and spills the rest over its neighbours.
LONGEST_CELL = 32_000


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would compute. `unguard` takes it away again."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguard(text: str) -> str:
    """Undo `guard`; a text that was not guarded stays as it is."""
    return text[1:] if _GUARDED.match(text) else text


def cell(text: str) -> str:
    """A text as it goes into a sheet: one line, at most LONGEST_CELL characters, guarded."""
    line = clean_text(text)
    if len(line) > LONGEST_CELL:
        line = line[: LONGEST_CELL - 1].rstrip() + "…"
    return guard(line)


def bundle_cell(bundle_id: str) -> str:
    """A bundle's id as it stands in the column BUNDLE_COLUMN."""
    return f"{_BUNDLE_PREFIX}{bundle_id}"


def bundle_in(text: str) -> str:
    """The bundle's id in such a cell; empty where the cell names none."""
    said = _BUNDLE_CELL.fullmatch(text.strip().casefold())
    return said[1] if said else ""


def ballot_cell(entry: str) -> str:
    """The id of an entry of the log as it stands in the column BALLOT_COLUMN; an empty one: there was none."""
    return f"{_BALLOT_PREFIX}{entry or _NO_BALLOT}"


def ballot_in(text: str) -> str | None:
    """The entry's id in such a cell, empty where the row was filled from none; None where the cell does not say."""
    said = _BALLOT_CELL.fullmatch(text.strip().casefold())
    return None if said is None else "" if said[1] == _NO_BALLOT else said[1]
