"""What people write in a decision cell, and the vote that it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import SYNONYMS, Vote, vote_of


@pytest.mark.parametrize(("word", "vote"), [(word, vote) for vote, words in SYNONYMS.items() for word in words])
def test_every_word_of_the_vocabulary(word: str, vote: Vote) -> None:
    for text in (word, f"  {word.upper()} ", f"{word}, if the code comes out", f"{word}\nwhy not", f"'{word}"):
        assert vote_of(text) is vote, text


@pytest.mark.parametrize(
    ("text", "vote"),
    [
        ("", None),
        ("   ", None),
        ("picky", None),
        ("x", None),
        ("1", None),
        ("not sure", None),
        ("nobody", None),
        ("I would pick it", None),
        ("Pick!", Vote.PICK),
        ("Yes; third at most", Vote.PICK),
        ("No (too narrow)", Vote.NO),
        ("👍️", Vote.PICK),
        ("?", Vote.MAYBE),
        ("Honourable mention", Vote.MENTION),
    ],
)
def test_the_first_word_tells(text: str, vote: Vote | None) -> None:
    assert vote_of(text) is vote


@given(st.text())
def test_any_text_is_a_vote_or_none(text: str) -> None:
    assert vote_of(text) in {*Vote, None}


def test_a_vote_is_a_word_for_itself_and_no_word_means_two() -> None:
    words = [word for words in SYNONYMS.values() for word in words]
    assert len(words) == len(set(words))
    assert all(vote in SYNONYMS[vote] for vote in Vote)
