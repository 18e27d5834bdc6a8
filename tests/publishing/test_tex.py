"""Text made safe for LaTeX."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.papers import clean_text
from paperradar.publishing.tex import tex_safe

# What hostile and half-broken titles are made of.
PIECES = st.sampled_from([
    "$", "$x_i$", "{", "}", "\\", "\\{", "\\}", "\\\\", "%", "&", "#", "_", "^", "~", "^^5c", '\\"u', "\\'",
    "\\emph{x}", "\\input{a}", "@", "@misc{k, title={", "\n", " and ", ",", '"', "a", "é", "王", " ", "5", "\x00",
    "\ud800", "=", "(",
])  # fmt: skip
HOSTILE = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("R&D: 100% of a_b #1", r"R\&D: 100\% of a\_b \#1"),
        (r"Already \& escaped \% \_", r"Already \& escaped \% \_"),
        ("Bounds of $O(n^2)$ and $x_i$", "Bounds of $O(n^2)$ and $x_i$"),
        ("From $5 to $10", r"From \$5 to \$10"),
        ("One $ sign", r"One \$ sign"),
        (r"$\{a\}$ and \{b\}", r"$\lbrace a\rbrace $ and \textbraceleft{}b\textbraceright{}"),
        ("$50% & more$", r"$50\% \& more$"),
        ("$x^^5cinput$", "$x^{}^5cinput$"),
        ("$x^^^5cinput$", "$x^{}^{}^5cinput$"),
        ("2^n things", r"2\textasciicircum{}n things"),
        (r"M\"uller, \'{E}va, \o, \emph{is} {BERT}", r"M\"uller, \'{E}va, \o, \emph{is} {BERT}"),
        ("open { and close } and }", r"open { and close } and \textbraceright{}"),
        ("open {", r"open \textbraceleft{}"),
        ("ends with \\", r"ends with \textbackslash{}"),
        (r"\input{/etc/motd} \write18", r"\textbackslash{}input{/etc/motd} \textbackslash{}write18"),
        (r"$\input x$", r"$\backslash input x$"),
        (r"\lstinputlisting{/etc/motd}", r"\textbackslash{}lstinputlisting{/etc/motd}"),
        ("Größe, 王, ∞", "Größe, 王, ∞"),
        ("two\n lines", "two lines"),
    ],
)
def test_examples(text: str, safe: str) -> None:
    assert tex_safe(text) == safe


@given(HOSTILE)
def test_whatever_comes_in_comes_out_sound(text: str) -> None:
    safe = tex_safe(text)
    # Braces are balanced as BibTeX counts them (all), and none is hidden behind a backslash.
    depth = 0
    for character in safe:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"\\[{}]", safe)
    assert not safe.endswith("\\")
    assert "^^" not in safe
    # Outside of math nothing special stands bare, and math is closed.
    assert len(re.findall(r"(?<!\\)\$", safe)) % 2 == 0
    outside = re.sub(r"(?<!\\)\$.*?(?<!\\)\$", "", safe)
    assert not re.search(r"(?<!\\)[&%#_]", outside)
    assert not re.search(r"\\(?:input|write|csname)(?![A-Za-z])", safe)


@given(st.text(st.characters(exclude_characters="\\{}$&%#_^", exclude_categories=["Cs", "Cc", "Cf"]), max_size=30))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert tex_safe(text) == clean_text(text)
