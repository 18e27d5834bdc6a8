"""Cleaning text that comes from feeds and files, and hashing it."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# C0 and C1 controls other than white space, lone surrogates, and the characters that reorder a line of text.
_HARMFUL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
# Letters that Unicode does not take apart into a plain letter and a mark.
_WHOLE = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)


def clean_text(text: str) -> str:
    """One line of text: white space folded, control and direction characters dropped, lone surrogates replaced.

    TeX, HTML entities and non-Latin scripts stay as they are. Idempotent.
    """
    return _SPACE.sub(" ", _SURROGATE.sub("\ufffd", _HARMFUL.sub("", text))).strip()


def plain_letters(text: str) -> str:
    """The text without case and without what stands on letters: ``Møller`` is ``moller``, ``Straße`` ``strasse``."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().translate(_WHOLE)


def text_hash(*parts: str) -> str:
    """32 hex digits that name a text made of these parts (BLAKE2b, 16 bytes).

    Vectors and lexical features are keyed by it. The separator keeps ("ab", "c") apart from ("a", "bc").
    """
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8"), digest_size=16).hexdigest()
