"""arXiv identifiers, new style (``2205.01068``) and old style (``quant-ph/0201082``).

The key of a paper is its identifier without version. Source of the grammar:
https://info.arxiv.org/help/arxiv_identifier.html
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from paperradar.errors import InputError

_NEW = r"(?P<new>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
# Old style allows a subject class after the archive (math.GT/0309136); it is not part of the key.
_OLD = r"(?P<archive>[a-z]+(?:-[a-z]+)*)(?:\.[A-Za-z-]{2,})?/(?P<number>\d{2}(?:0[1-9]|1[0-2])\d{3})"
_IDENTIFIER = re.compile(rf"(?:{_NEW}|{_OLD})(?:[vV](?P<version>[1-9]\d{{0,8}}))?", re.ASCII)
_PREFIX = re.compile(
    r"(?:oai:arXiv\.org:|arxiv:\s*|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print)/"
    r"|(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?10\.48550/arxiv\.)",
    re.IGNORECASE,
)
# As the stamp on a paper's first page has it: arXiv:2205.01068v4 [cs.CL] 21 Jun 2022.
_STAMP = re.compile(r"\s+\[[A-Za-z.-]+\](?:\s.*)?$")
_FIVE_DIGITS_SINCE = "2015-01"
_SHOWN = 60  # characters of a text that is no identifier


def parse_identifier(text: str) -> tuple[str, int | None]:
    """Return ``(identifier, version)``; the version is None where the text names none.

    Takes a bare identifier, ``arXiv:...``, ``oai:arXiv.org:...``, the stamp on a paper, arXiv's DOIs and the addresses
    of arXiv's own pages. Raises InputError for anything else, also for a number of digits that its month did not have:
    a spreadsheet that takes 2202.10630 for a number makes 2202.1063 of it.
    """
    rest = _STAMP.sub("", unquote(text.strip()))
    if prefix := _PREFIX.match(rest):
        rest = rest[prefix.end() :].split("?")[0].split("#")[0].removesuffix(".pdf").rstrip("/")
    match = _IDENTIFIER.fullmatch(rest)
    if match is None:
        raise InputError(f"{_shown(text)} is not an arXiv identifier; write it as 2205.01068 or quant-ph/0201082")
    version = int(match["version"]) if match["version"] else None
    if match["new"] is None:
        return f"{match['archive']}/{match['number']}", version
    digits = len(match["new"].partition(".")[2])
    if digits != (5 if identifier_month(match["new"]) >= _FIVE_DIGITS_SINCE else 4):
        raise InputError(
            f"{_shown(text)} has {digits} digits after the dot;"
            " a spreadsheet may have taken the identifier for a number"
        )
    return match["new"], version


def _shown(text: str) -> str:
    stripped = text.strip()
    return repr(stripped if len(stripped) <= _SHOWN else f"{stripped[: _SHOWN - 1]}…")


def is_identifier(text: str) -> bool:
    """Whether the text is an identifier or names one (see `parse_identifier`)."""
    try:
        parse_identifier(text)
    except InputError:
        return False
    return True


def identifier_month(identifier: str) -> str:
    """The month (``YYYY-MM``) of the identifier: arXiv assigns it at the first announcement.

    arXiv began in 1991, so 91 to 99 are of the last century.
    """
    digits = identifier.rpartition("/")[2]
    year = int(digits[:2])
    return f"{1900 + year if year >= 91 else 2000 + year}-{digits[2:4]}"


def identifier_order(identifier: str) -> tuple[str, str, int]:
    """A key that sorts identifiers by month, then archive, then number."""
    archive, _, digits = identifier.rpartition("/")
    number = digits.partition(".")[2] or digits[4:]
    return identifier_month(identifier), archive, int(number)


def abs_url(identifier: str, version: int | None = None) -> str:
    """The address of the paper's abstract page."""
    return f"https://arxiv.org/abs/{identifier}" + (f"v{version}" if version else "")
