"""BM25 against its formula, written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.ranking.bm25 import bm25_scores
from tests.ranking.builders import tokens

# Few ids, so that words are shared; the largest one that fits, and zero, are among them.
IDS = st.sampled_from([0, 1, 2, 3, 7, 2**31, 2**32 - 1])
TEXTS = st.lists(IDS, max_size=12)


def formula(query: list[int], documents: list[list[int]]) -> list[float]:
    """Lucene's variant: a sum over the query's tokens, each as often as it stands there."""
    count = len(documents)
    mean = sum(map(len, documents)) / count if count else 0.0
    scores = []
    for document in documents:
        score = 0.0
        for token in query:
            if token in document:
                having = sum(token in other for other in documents)
                inverse = math.log(1 + (count - having + 0.5) / (having + 0.5))
                times = document.count(token)
                score += inverse * times / (times + 1.2 * (1 - 0.75 + 0.75 * len(document) / mean))
        scores.append(score)
    return scores


@settings(deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=10))
def test_scores_are_those_of_the_formula(query: list[int], documents: list[list[int]]) -> None:
    scores = bm25_scores(tokens(*query), [tokens(*document) for document in documents])
    assert scores.shape == (len(documents),)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, formula(query, documents), rtol=1e-5, atol=1e-7)


@settings(deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=6))
def test_the_order_of_tokens_is_of_no_consequence(query: list[int], documents: list[list[int]]) -> None:
    shuffled = sorted(query, reverse=True)
    turned = [document[::-1] for document in documents]
    expected = bm25_scores(tokens(*query), [tokens(*document) for document in documents])
    assert bm25_scores(tokens(*shuffled), [tokens(*document) for document in turned]).tobytes() == expected.tobytes()


def test_words_that_are_not_asked_for_matter_by_their_number_alone() -> None:
    documents = [tokens(1, 2, 3, 4), tokens(1, 5), tokens(6)]
    others = [tokens(1, 9, 9, 9), tokens(1, 9), tokens(10)]
    assert bm25_scores(tokens(1, 8), documents).tobytes() == bm25_scores(tokens(1, 8), others).tobytes()


def test_a_token_twice_in_the_query_counts_twice() -> None:
    documents = [tokens(1, 2), tokens(3)]
    once, twice = (bm25_scores(query, documents)[0] for query in (tokens(1), tokens(1, 1)))
    assert twice == pytest.approx(2 * once)
    assert once > 0


def test_rare_words_and_short_texts_say_more() -> None:
    documents = [tokens(1, 2), tokens(1, 2, 3, 3, 3, 3), tokens(1), tokens(1, 4)]
    rare, common = (bm25_scores(tokens(word), documents) for word in (2, 1))
    assert rare[0] > common[0]
    assert rare[0] > rare[1] > 0


@pytest.mark.parametrize(
    ("query", "documents"),
    [((), ((1,), (2,))), ((1,), ()), ((1,), ((), ())), ((5,), ((1,), (2, 3))), ((), ())],
)
def test_nothing_shared_is_zero(query: tuple[int, ...], documents: tuple[tuple[int, ...], ...]) -> None:
    scores = bm25_scores(tokens(*query), [tokens(*document) for document in documents])
    assert scores.tolist() == [0.0] * len(documents)


def test_it_draws_no_bar(capfd: pytest.CaptureFixture[str]) -> None:
    bm25_scores(tokens(1), [tokens(1, 2)])
    assert tuple(capfd.readouterr()) == ("", "")
