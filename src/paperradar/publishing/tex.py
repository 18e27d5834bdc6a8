"""Text of arXiv's, made safe for LaTeX and BibTeX. See docs/publishing.md.

Titles and names there are half TeX: `$O(n)$` and `M\\"uller`, but also `100%` and `R&D`. What is valid TeX stays, what
would break a document is escaped, and commands that read, write or redefine something are made plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from paperradar.papers import clean_text

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.|$)|.")
_SPECIAL = frozenset("&%#_^$")
# Two in a row write any character for TeX, a backslash too.
_CARETS = re.compile(r"\^(?=\^)")
# What stands behind a backslash: accents, which need something to stand on; escaped characters; and kinds of space.
_ACCENTS = frozenset("'`\"^~=.")
_AS_IT_IS = frozenset("&%#_$ ,;:!/-")
_LITERAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
}
_LITERAL_IN_MATH = {"\\": r"\backslash ", "{": r"\lbrace ", "}": r"\rbrace "}
# Nobody needs these in a title, and each could harm whoever compiles it.
_REFUSED_WORDS = """
    afterassignment aftergroup begin begingroup catcode chardef closein closeout csname DeclareRobustCommand def
    directlua dump edef end endcsname endgroup endinput errmessage everypar expandafter ExplSyntaxOn font futurelet gdef
    global immediate import include includegraphics includepdf input InputIfFileExists inputminted jobname latelua let
    loop lowercase lstinputlisting luadirect luaexec makeatletter makeatother mathchardef message newcommand
    NewDocumentCommand newenvironment newread newwrite openin openout output par pdffiledump pdfobj pdfximage
    providecommand read readline renewcommand RenewDocumentCommand renewenvironment repeat RequirePackage scantokens
    ShellEscape shipout special subimport tracingall uppercase usepackage verb verbatiminput write xdef
"""
_REFUSED = frozenset(_REFUSED_WORDS.split())


def tex_safe(text: str) -> str:
    """One line of TeX with balanced braces, in which ``& % # _ ^`` outside of math and lone backslashes are escaped.

    ``$...$`` stays math where it is closed and its braces are balanced, else its dollars are escaped. Unicode stays.
    """
    tokens = _TOKEN.findall(clean_text(text))
    out: list[str] = []
    opened: list[int] = []  # where braces in `out` wait for their partner
    at = 0
    while at < len(tokens):
        if tokens[at] == "$" and (end := _math_end(tokens, at)):
            math = "".join(_in_math(token) for token in tokens[at + 1 : end])
            out.append(f"${_CARETS.sub('^{}', math)}$")
            at = end + 1
            continue
        token, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        if token == "{":
            opened.append(len(out))
        if token == "}" and opened:
            opened.pop()
            out.append(token)
        else:
            out.append(token if token == "{" else _in_text(token, following))
        at += 1
    for place in opened:
        out[place] = _LITERAL["{"]
    return "".join(out)


def _math_end(tokens: Sequence[str], start: int) -> int | None:
    """Where the math that a dollar opens is closed; None where that dollar means money."""
    try:
        end = tokens.index("$", start + 1)
    except ValueError:
        return None
    inside = tokens[start + 1 : end]
    after = tokens[end + 1] if end + 1 < len(tokens) else ""
    # "$5 and $10" is no formula: its end is glued to the next word, or a digit follows.
    if not inside or (inside[-1] == " ") != (inside[0] == " ") or after.isdecimal():
        return None
    depth = 0
    for token in inside:
        depth += (token == "{") - (token == "}")
        if depth < 0:
            return None
    return end if depth == 0 else None


def _in_math(token: str) -> str:
    if token in ("&", "%", "#"):
        return f"\\{token}"
    if token == "\\" or token[1:] in _REFUSED:
        return _LITERAL_IN_MATH["\\"] + token[1:]
    # BibTeX counts these braces too, whatever stands before them.
    return _LITERAL_IN_MATH.get(token[1:], token) if token[0] == "\\" else token


def _in_text(token: str, following: str) -> str:
    if token[0] != "\\":
        return _LITERAL.get(token) or (f"\\{token}" if token in _SPECIAL else token)
    name = token[1:]
    if name in ("{", "}"):
        return _LITERAL[name]
    if name.isalpha() and name.isascii():
        return token if name not in _REFUSED else _LITERAL["\\"] + name
    if name in _AS_IT_IS or (name in _ACCENTS and (following.isalpha() or following in ("{", r"\i", r"\j"))):
        return token
    return _LITERAL["\\"] + "".join(_in_text(character, "") for character in name)
