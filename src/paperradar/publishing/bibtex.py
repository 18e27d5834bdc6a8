"""References in BibTeX, written by bibtexparser. The only module that knows that library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field, ImplicitComment
from bibtexparser.writer import BibtexFormat

from paperradar.papers import clean_text, plain_letters
from paperradar.papers.links import is_web_address
from paperradar.publishing.tex import tex_safe

# A key's word says what the paper is about.
_TOO_COMMON = "a an and are as at by can do does for from how in into is it of on or the to via we what when why with"
_NO_KEY_WORDS = frozenset(_TOO_COMMON.split())
_SUFFIXES = re.compile(r"(?P<name>.+?),? (?P<suffix>Jr\.?|Sr\.?|I{2,3}|IV)", re.IGNORECASE)
_ACCENTS = re.compile(r"\\[^A-Za-z\s]|\\[bcdHkrtuv](?=[{ ])")
_FORMULAS_AND_COMMANDS = re.compile(r"\$[^$]*\$|\\[A-Za-z]+")
_WORD = re.compile(r"[a-z0-9]+")
_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\\%\"]+")
_IN_ADDRESS = "!#$&'()*+,/:;=?@[]~%-._"


@dataclass(frozen=True, slots=True)
class Reference:
    """What an entry is made of. ``eprint``: arXiv's identifier, empty for what is no paper of arXiv's.

    ``year`` has four digits or is empty. ``source``: whose page it is. Texts are as arXiv has them, TeX and all.
    """

    identifier: str
    title: str
    authors: tuple[str, ...] = ()
    year: str = ""
    eprint: str = ""
    category: str = ""
    url: str = ""
    doi: str = ""
    journal_ref: str = ""
    source: str = ""


def reference_keys(references: Iterable[Reference]) -> dict[str, str]:
    """By identifier, a key: surname, year and first telling word of the title, in plain ASCII.

    Of several with the same key, the second in the order of identifiers gets ``-2`` behind it, and so on. So hand over
    the whole edition, and a paper's key is the same in every file that is made of it.
    """
    keys: dict[str, str] = {}
    counts: dict[str, int] = {}
    for reference in sorted(references, key=lambda item: item.identifier):
        key = _surname(reference.authors) + reference.year + _first_word(reference.title)
        counts[key] = counts.get(key, 0) + 1
        keys[reference.identifier] = key if counts[key] == 1 else f"{key}-{counts[key]}"
    return keys


def write_bibtex(references: Sequence[Reference], keys: Mapping[str, str], heading: str) -> bytes:
    """The entries in the order given, below a comment line; UTF-8."""
    library = Library([ImplicitComment("% " + clean_text(heading).replace("@", " at "))])
    library.add([_entry(reference, keys[reference.identifier]) for reference in references])
    style = BibtexFormat()  # type: ignore[no-untyped-call]
    style.indent, style.block_separator, style.trailing_comma = "  ", "\n", True
    # Nothing is left to the library's middleware: values are enclosed and escaped here, where tests see it.
    return write_string(library, bibtex_format=style, unparse_stack=[]).encode()


def _entry(reference: Reference, key: str) -> Entry:
    # Two pairs of braces keep a title's capitals, whatever a style does to titles.
    fields = {
        "title": f"{{{tex_safe(reference.title)}}}",
        "author": " and ".join(name for author in reference.authors if (name := _author(author))),
        "year": reference.year,
        "journal": tex_safe(reference.journal_ref),
        "howpublished": "" if reference.eprint else tex_safe(reference.source),
        "eprint": reference.eprint,
        "archiveprefix": "arXiv" if reference.eprint else "",
        "primaryclass": tex_safe(reference.category),
        "doi": _doi(reference.doi),
        "url": quote(reference.url, safe=_IN_ADDRESS) if is_web_address(reference.url) else "",
    }
    written = [Field(_NAMES.get(name, name), f"{{{value}}}") for name, value in fields.items() if value]
    return Entry("article" if reference.journal_ref else "misc", key, written)


# As arXiv and the styles that know these fields write them.
_NAMES = {"archiveprefix": "archivePrefix", "primaryclass": "primaryClass"}


def _author(name: str) -> str:
    """A name as BibTeX takes it: with the suffix in the middle, and in braces where it is no person's."""
    name = clean_text(name)
    if found := _SUFFIXES.fullmatch(name):
        given, _, family = found["name"].rpartition(" ")
        if given and not re.search(r",|\band\b", found["name"], re.IGNORECASE):
            return f"{_words(family)}, {_words(found['suffix'])}, {_words(given)}"
    safe = _words(name)
    if "," in name or name == "others" or re.search(r"\band\b", name, re.IGNORECASE):
        return f"{{{safe}}}"
    return safe


def _words(name: str) -> str:
    """The words of a name. bibtexparser does not see where one begins that begins with a backslash; a group helps."""
    return re.sub(r"(?:^|(?<= ))(?=\\)", "{}", tex_safe(name))


def _doi(text: str) -> str:
    """The first DOI of a text; several may stand there."""
    found = _DOI.search(text)
    return found[0].rstrip(".,;") if found else ""


def _surname(authors: Sequence[str]) -> str:
    first = clean_text(authors[0]) if authors else ""
    if found := _SUFFIXES.fullmatch(first):
        first = found["name"]
    words = ["".join(_WORD.findall(word)) for word in _folded(first).split()]
    # Of a name without any letter that ASCII knows, nothing is left.
    return next((word for word in reversed(words) if word), "anon")


def _first_word(title: str) -> str:
    words = _WORD.findall(_folded(title))
    return next((word for word in words if word not in _NO_KEY_WORDS), words[0] if words else "")


def _folded(text: str) -> str:
    """The text's plain letters, without TeX."""
    plain = _FORMULAS_AND_COMMANDS.sub(" ", _ACCENTS.sub("", clean_text(text))).replace("{", "").replace("}", "")
    return plain_letters(plain)
