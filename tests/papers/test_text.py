"""Cleaning of text, and the names of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.papers import clean_text, plain_letters, text_hash

HARMFUL = st.sampled_from("\x00\x07\x0b\x1f\x7f\x85\x9f\u202a\u202e\u2066\u2069\ufeff\ud800\udfff\u2028\u00a0\n\t ab")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        ("  one\n  two\tthree\r\n", "one two three"),
        ("one\u00a0two\u2028three\u3000four\x85five", "one two three four five"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("one \x00 two", "one two"),
        ("\ufeffstart", "start"),
        ("gpj\u202eexe.\u2066x\u2069", "gpjexe.x"),
        ("half a \ud83d smile", "half a \ufffd smile"),
        ("a whole \U0001f600 smile", "a whole \U0001f600 smile"),
        (r"$\alpha_{i}$ & Erd\H{o}s &amp; &lt;b&gt;", r"$\alpha_{i}$ & Erd\H{o}s &amp; &lt;b&gt;"),
        ("=1+1 中文 עברית", "=1+1 中文 עברית"),
    ],
)
def test_text_is_cleaned(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(st.one_of(st.text(), st.lists(HARMFUL).map("".join)))
def test_cleaned_text_is_one_line_that_can_be_stored_and_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert len(clean.splitlines()) <= 1
    assert clean == " ".join(clean.split())
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert not set(clean) & set("\x00\x07\x1f\x7f\x9f\u202e\u2066\ufeff")


def test_hashes_do_not_change() -> None:
    """Vectors on people's disks are keyed by them: another value here makes everybody encode everything anew."""
    assert text_hash("A title", "An abstract") == "be0f21e39a14dbbd53f9b8ac12c9c88a"
    assert text_hash() == "cae66941d9efbd404e4d88758ea67670"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=3), max_size=3),
       st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=3), max_size=3))  # fmt: skip
def test_different_parts_have_different_hashes(first: list[str], second: list[str]) -> None:
    assert len(text_hash(*first)) == 32
    same = "\x1f".join(first) == "\x1f".join(second)
    assert (text_hash(*first) == text_hash(*second)) == same


def test_where_one_part_ends_counts() -> None:
    assert len({text_hash("ab", "c"), text_hash("a", "bc"), text_hash("abc"), text_hash("abc", "")}) == 4


def test_plain_letters() -> None:
    assert plain_letters("Møller, RENÉ ﬁne Straße Łódź ĐÞ ẞ") == "moller, rene fine strasse lodz dth ss"
    assert plain_letters("Plain ASCII") == "plain ascii"


@given(text=st.text())
def test_letters_are_plain_already_the_second_time(text: str) -> None:
    plain = plain_letters(text)
    assert plain_letters(plain) == plain
