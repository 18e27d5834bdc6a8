"""Telling withdrawn papers by what their authors write. All sentences are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.sources.withdrawn import says_withdrawn


@pytest.mark.parametrize(
    "comments",
    [
        "This paper has been withdrawn",
        "This paper has been withdrawn by the authors due to an error in Lemma 2",
        "The article is withdrawn because of a mistake in the proof.",
        "Our manuscript is being withdrawn",
        "The current version is withdrawn until the proof is mended",
        "This arXiv submission is now withdrawn",
        "This work needs to be withdrawn",
        "Paper withdrawn",
        "Paper has been withdrawn by the author",
        "9 pages. Article has been temporarily withdrawn; a corrected one will follow",
        "withdrawn",
        "Withdrawn.",
        "WITHDRAWN DUE TO ERROR",
        "[withdrawn]",
        "*** withdrawn ***",
        "12 pages, withdrawn by the author",
        "Withdrawn - there is a gap",
        "Withdrawn \u2014 there is a gap",
        "Withdrawn, superseded by another",
        "An error was found; it has been withdrawn",
        "The authors have withdrawn this paper",
        "I am withdrawing this manuscript",
        "We have decided to withdraw our paper",
        "The author wants to withdraw it",
        "This paper was withdrawn from arXiv",
        "This submission has been removed by arXiv administrators",
        "Withdrawn by the arXiv",
    ],
)
def test_comments_that_say_so(comments: str) -> None:
    assert says_withdrawn(comments, "")
    assert says_withdrawn(comments, "We look at small models.")


@pytest.mark.parametrize(
    "comments",
    [
        "",
        "9 pages",
        "Withdrawn from a conference",
        "Paper has been withdrawn from a workshop",
        "This paper was withdrawn from a journal",
        "We will withdraw this paper from the workshop",
        "An earlier version of this paper was withdrawn",
        "Replaces a withdrawn paper",
        "Supersedes 2101.00001, which was withdrawn",
        "Accepted after another one was withdrawn",
        "Data on drugs withdrawn from the market",
    ],
)
def test_comments_that_do_not(comments: str) -> None:
    assert not says_withdrawn(comments, "We look at small models.")


@pytest.mark.parametrize(
    "abstract",
    [
        "This paper has been withdrawn by the author due to an error.",
        "The paper has been withdrawn",
        "Paper withdrawn.",
        "Withdrawn by the authors",
        "(Withdrawn)",
        "[This paper is withdrawn: Theorem 1 is wrong.]",
        "We look at small models. This note is withdrawn because of a gap.",
        "This article has been removed by arXiv",
    ],
)
def test_abstracts_that_say_so(abstract: str) -> None:
    assert says_withdrawn("9 pages", abstract)


@pytest.mark.parametrize(
    "abstract",
    [
        "We find that drugs are withdrawn by those who made them.",
        "Trials are often withdrawn due to cost.",
        "Withdrawn patients are counted.",
        "In this work water is withdrawn from a river.",
        "This paper studies how authors come to withdraw this paper or that.",
        "We ask why a paper is withdrawn. The paper was withdrawn in one of ten cases.",
        "Cash withdrawn by users is modelled.",
    ],
)
def test_abstracts_about_something_else(abstract: str) -> None:
    assert not says_withdrawn("9 pages", abstract)


def test_neither_the_case_nor_the_place_counts() -> None:
    assert says_withdrawn("THIS PAPER HAS BEEN WITHDRAWN", "")
    assert says_withdrawn("", "this Paper Has been withdrawn")
    assert not says_withdrawn("", "")


@given(
    st.lists(
        st.sampled_from(
            ["this", "paper", "the", "has", "been", "is", "withdrawn", "withdraw", "by", "arXiv", "of", "from"]
        )
    )
)
def test_more_words_about_the_pages_change_nothing(words: list[str]) -> None:
    comments = " ".join(words)
    assert says_withdrawn(f"{comments}. 9 pages", "") >= says_withdrawn(f"{comments}.", "")
