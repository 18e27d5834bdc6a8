"""Escaping for Markdown: a reader sees what was written, and no text becomes markup, a link or HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from paperradar.papers import clean_text
from paperradar.publishing.markdown import markdown, markdown_image, markdown_link

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# What a text would have to hold to do anything, glued together in any order.
PIECES = (
    "](http", "[", "]", "(", ")", "](https://evil.example)", "![x](y)", "<script>", "</a>", "<!--", "-->", "<b", ">",
    "`", "```", "~~~", "*", "**", "_", "__", "# ", "#", "- ", "-", "+ ", "1. ", "12)", "> ", "=", "===", "---", "|",
    "\\", "\\alpha", "$x_i^2$", "$$", "&lt;", "&#x3c;", "&", "@name", "https://evil.example", "www.evil.example",
    "evil.com", "//localhost", "mailto:a@b.c", "a", "Z", " ", "\n", "\t", "  \n", "3.5", ".", "!", ":", "{{ x }}",
    "{% x %}", "[^1]", "é", "漢", "\u202e", "\ud800", "\x00", ": ", "%", "~",
)  # fmt: skip
HOSTILE = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=40))
AROUND = ("{}", "# {}", "- {}", "1. {}", "> {}", "By {}", "**Why** {}", "{}\n", "text\n\n{}\n\ntext", "- a\n  - {}")


def inlines(source: str) -> list[Token]:
    return [token for token in READER.parse(source) if token.type == "inline"]


@pytest.mark.parametrize("around", AROUND)
@given(text=HOSTILE)
@example(text="](https://evil.example)")
@example(text="1. # <script>alert(1)</script>")
@example(text="ends with #")
@example(text="ends with \\")
def test_what_was_written_is_what_is_read(around: str, text: str) -> None:
    plain = inlines(around.format("WORD"))
    found = inlines(around.format(markdown(text) or "WORD"))
    assert [token.level for token in found] == [token.level for token in plain]
    for token, before in zip(found, plain, strict=True):
        children = token.children or []
        assert {child.type for child in children} <= {child.type for child in before.children or []}
        assert "".join(child.content for child in children) == "".join(
            child.content.replace("WORD", clean_text(text) or "WORD") for child in before.children or []
        )


@given(text=HOSTILE)
def test_nothing_looks_like_an_address(text: str) -> None:
    """Readers other than this test's make links of bare addresses, and tell people whose @name they find."""
    escaped = markdown(text)
    assert "://" not in escaped
    assert not re.search(r"(?i)www\.\w|\w\.com|(?<!\\)@", escaped)


@given(text=HOSTILE)
def test_a_link_leads_where_it_says(text: str) -> None:
    address = "https://a.example/x_(1)?a=1&copy=2#[b]"
    (token,) = inlines(f"- {markdown_link(text, address)}, and more")
    kinds = [child.type for child in token.children or [] if child.type != "text"]
    assert kinds == ["link_open", "link_close"]
    assert (token.children or [])[0].attrs["href"] == "https://a.example/x_%281%29?a=1&copy=2#%5Bb%5D"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "", "data:text/html,x", "ftp://a.example", "https://a b/"])
def test_what_is_no_web_address_is_no_link(address: str) -> None:
    assert markdown_link("words", address) == "words"


def test_text_stays_readable() -> None:
    assert markdown("GPT-3.5: Better (and cheaper), 2.0 x faster") == "GPT-3.5: Better (and cheaper), 2.0 x faster"
    assert markdown("On $O(n^2)$") == r"On \$O(n^2)\$"
    assert markdown(markdown("*")) == r"\*"
    assert markdown_image("A *plot*", "2022-05/x.svg") == r"![A \*plot\*](2022-05/x.svg)"
