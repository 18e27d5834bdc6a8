"""Splitting a string of authors as arXiv's metadata writes it, where nobody split it before."""

from __future__ import annotations

import re

from paperradar.papers import Author, clean_text

_SEPARATOR = re.compile(r"\s*[,;]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+|^(?:and|&)\s+|\s+(?=et\.? al\b)", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|VI{1,3}", re.ASCII)
_NOBODY = re.compile(r"(?:et\.? al\.?|(?:and )?others|\.+|…)", re.IGNORECASE)
# Lower-case words that belong to the family name: van der Berg, de la Cruz.
_PARTICLE = re.compile(
    r"(?:d[aeiou]|de[lnrs]|della|dos|das|du|v[ao]n|v\.|zu[mr]?|te[nr]?|la|le|les|lo|el|al|bin|ibn|ben|y|af|av|'t)"
)


def split_authors(text: str) -> tuple[Author, ...]:
    """Authors from ``A. Smith (1), Bob Jones Jr. and Carla de la Cruz ((1) Some University)``.

    Affiliations in parentheses are left out. A name that cannot be split is all family name.
    """
    authors: list[Author] = []
    for part in _SEPARATOR.split(_without_parentheses(clean_text(text))):
        name = part.strip()
        if not name or _NOBODY.fullmatch(name):
            continue
        if authors and not authors[-1].suffix and _SUFFIX.fullmatch(name):
            last = authors.pop()
            authors.append(Author(last.family, last.given, name))
        else:
            authors.append(split_name(name))
    return tuple(authors)


def split_name(name: str) -> Author:
    """One name in reading order: ``Bob van der Jones Jr.`` gives family name ``van der Jones``."""
    words = name.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if not words:
        return Author(name)
    if words[-1].casefold() in {"collaboration", "team", "consortium"}:
        return Author(" ".join(words), suffix=suffix)
    first = len(words) - 1
    while first > 1 and _PARTICLE.fullmatch(words[first - 1]):
        first -= 1
    return Author(" ".join(words[first:]), " ".join(words[:first]), suffix)


def _without_parentheses(text: str) -> str:
    """The text outside parentheses; one that never closes takes the rest with it, except at the beginning."""
    kept: list[str] = []
    depth = 0
    for character in text:
        if character == "(":
            depth += 1
            kept.append(" ")
        elif character == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(character)
    return " ".join("".join(kept).split()) or text.replace("(", " ").replace(")", " ")
