r"""Text in Markdown: what stands in a title is what the reader sees, and never markup, a link or HTML.

Backslashes do that, and only where some renderer would take a character for more than itself. That goes beyond
CommonMark: GitHub's tables, bare addresses and ``@names``, TeX between dollars, and braces of site generators.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from paperradar.papers import clean_text
from paperradar.papers.links import is_web_address

_SPECIAL = re.compile(
    r"[\\`*_{}\[\]<>~|#$@]"
    r"|&(?=[#\w])"  # an entity
    r"|/(?=/)"  # an address
    r"|(?<=\S)\.(?=[^\W\d])|(?<=[^\W\d])\.(?=\w)"  # a host without a scheme; not 3.5
)
# What makes a list, a heading's underline, a definition or a note of the line that it begins.
_BEGINNING = re.compile(r"(?P<number>\d{1,9})(?=[.)])|(?=[-+=:!%])")
# Each would end an address in brackets, or be taken for something else in it.
_IN_ADDRESS = str.maketrans(
    {"(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D", "|": "%7C", "&": "&amp;"}
)


def markdown(text: object) -> Markup:
    """The text on one line, as it can stand anywhere in Markdown; what is Markdown already (Markup) stays as it is."""
    if isinstance(text, Markup):
        return text
    escaped = _SPECIAL.sub(r"\\\g<0>", clean_text(str(text)))
    return Markup(_BEGINNING.sub(r"\g<number>\\", escaped, count=1) if _BEGINNING.match(escaped) else escaped)


def markdown_link(text: object, address: str) -> Markup:
    """The text as a link; just the text where the address is none of the web's."""
    words = markdown(text)
    # Markup's own formatting would escape for HTML.
    return Markup(f"[{words}]({_destination(address)})") if is_web_address(address) else words


def markdown_image(text: object, file: str) -> Markup:
    """A picture from a file beside the document. ``file``: a relative path of ours."""
    return Markup(f"![{markdown(text)}]({_destination(file)})")


def _destination(address: str) -> str:
    return address.translate(_IN_ADDRESS)
