"""What arXiv's XML answers share: one hardened way to read them, and what can be said of their texts and times.

Feeds, the API's answers and OAI-PMH all come from the network, so nothing in them is believed: no entity is expanded,
nothing is loaded, and a document that is cut off is refused rather than taken for a short one. What XML 1.0 forbids
(control characters out of authors' titles) is dropped first, because one of them would make all papers unreadable.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from email.utils import parsedate_to_datetime

from lxml import etree

from paperradar.errors import InputError, Unavailable
from paperradar.papers import clean_text

# arXiv writes UTF-8. The others are what its mirrors and older programs are known to write.
_ENCODINGS = {"utf-8", "us-ascii", "iso-8859-1", "windows-1252"}
_DECLARED = re.compile(rb"<\?xml\s[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
# https://www.w3.org/TR/xml/#charsets. Cleaning takes these two for white space and drops all other controls.
_FORBIDDEN_SPACE = re.compile("[\x0b\x0c]|&#(?:0*1[12]|x0*[bcBC]);")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:0*([0-9]{1,7})|x0*([0-9a-fA-F]{1,6}));")
# The oldest papers on arXiv were written before arXiv; a date outside these years is a mistake.
_FIRST_YEAR, _LAST_YEAR = 1985, 2100
_LONGEST_TITLE, _LONGEST_ABSTRACT = 5_000, 100_000  # characters; ten times what the longest papers have


def parse_xml(data: bytes) -> etree._Element:
    """The root element of a well-formed document, without comments and processing instructions.

    Bytes that are no text in the document's encoding become replacement characters; what XML 1.0 forbids is
    dropped. Raises Unavailable for what is empty, cut off, no XML, nested too deeply, in an encoding that nobody
    expects, or has a document type declaration: such an answer is an error page or incomplete, and passes.
    """
    text = _without_forbidden(_decoded(data))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        reason = clean_text(str(error.msg or "it is empty"))[:150]
        raise Unavailable(f"the answer is no whole XML document: {reason}; try again later") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unavailable("the answer has a document type declaration, as an error page has; try again later")
    return root


def text_of(element: etree._Element | None) -> str:
    """All text within an element, cleaned; empty where there is no element."""
    return "" if element is None else clean_text("".join(str(text) for text in element.itertext()))


def parse_time(text: str) -> dt.datetime | None:
    """A time as RSS (``Sun, 27 Apr 2025 00:00:00 -0400``) or Atom and OAI-PMH (ISO 8601) write it, in UTC.

    A time without an offset is taken for UTC, a day for its midnight. None for what is no believable time.
    """
    text = text.strip()
    if not text or len(text) > 100:
        return None
    try:
        time = dt.datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        time = time.astimezone(dt.UTC) if time.tzinfo else time.replace(tzinfo=dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return time if _FIRST_YEAR <= time.year <= _LAST_YEAR else None


def check_texts(title: str, abstract: str) -> None:
    """Raise InputError for cleaned texts that no paper can have: an empty title, or hundreds of pages."""
    if not title:
        raise InputError("it has no title")
    if len(title) > _LONGEST_TITLE:
        raise InputError(f"its title has {len(title)} characters")
    if len(abstract) > _LONGEST_ABSTRACT:
        raise InputError(f"its abstract has {len(abstract)} characters")


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARED.match(data)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name not in _ENCODINGS:
        raise Unavailable(f"the answer is in the encoding {name}, which arXiv does not use; try again later")
    return data.decode(name, "replace")


def _without_forbidden(text: str) -> str:
    return _FORBIDDEN.sub("", _REFERENCE.sub(_reference, _FORBIDDEN_SPACE.sub(" ", text)))


def _reference(match: re.Match[str]) -> str:
    number = int(match[1]) if match[1] else int(match[2], 16)
    allowed = number <= 0x10FFFF and not _FORBIDDEN.match(chr(number))
    return match[0] if allowed else ""
