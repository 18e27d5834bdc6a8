"""Words and pairs of words as features."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.lexical import tokenise
from paperradar.ranking.words import documents, terms_of, tfidf, vocabulary_of
from tests.ranking.builders import tokens

TEXT = st.lists(st.integers(0, 2**32 - 1), max_size=12).map(lambda ids: np.array(ids, dtype=np.uint32))


def dense(texts: list[np.ndarray], vocabulary: np.ndarray, idf: np.ndarray) -> np.ndarray:
    rows, columns, values = tfidf(documents(texts), vocabulary, idf)
    matrix = np.zeros((len(texts), len(vocabulary)))
    matrix[rows, columns] = values
    return matrix


def test_terms_are_words_and_pairs_of_neighbours() -> None:
    assert len(terms_of(tokens(1, 2, 3))) == 5
    assert len(terms_of(tokens(1, 2, 3), pairs=False)) == 3
    assert len(terms_of(tokens(1))) == 1
    assert len(terms_of(tokens())) == 0
    there, back = (set(terms_of(tokens(*ids)).tolist()) for ids in ((1, 2), (2, 1)))
    assert there & back == {1, 2}, "a pair says which word came first"


@given(TEXT)
def test_no_pair_is_taken_for_a_word(text: np.ndarray) -> None:
    made = terms_of(text)
    assert made.dtype == np.uint64
    assert (made[: len(text)] < 2**32).all()
    assert (made[len(text) :] >= 2**32).all()


@given(st.lists(TEXT, max_size=6))
def test_documents_hold_each_term_once_and_in_order(texts: list[np.ndarray]) -> None:
    made = documents(texts)
    assert len(made) == len(texts)
    assert made.starts[-1] == len(made.terms) == len(made.counts)
    for row, text in enumerate(texts):
        here = slice(made.starts[row], made.starts[row + 1])
        assert (np.diff(made.terms[here].astype(object)) > 0).all()
        assert made.counts[here].sum() == len(terms_of(text))


def test_tfidf_is_what_the_formula_says() -> None:
    """1 + ln(tf), times ln((1 + n) / (1 + df)) + 1, rows of length 1; worked out by hand."""
    texts = [tokens(1, 1, 2), tokens(2)]
    terms, idf = vocabulary_of(documents(texts, pairs=False), least=1)
    assert terms.tolist() == [1, 2]
    assert idf == pytest.approx([np.log(3 / 2) + 1, 1.0])
    rows, columns, values = tfidf(documents(texts, pairs=False), terms, idf)
    first = np.array([(1 + np.log(2)) * (np.log(3 / 2) + 1), 1.0])
    assert (rows.tolist(), columns.tolist()) == ([0, 0, 1], [0, 1, 1])
    assert values == pytest.approx([*(first / np.linalg.norm(first)), 1.0])


def test_terms_outside_the_vocabulary_count_for_nothing() -> None:
    terms, idf = vocabulary_of(documents([tokenise("sparse retrieval"), tokenise("sparse retrieval")]))
    assert dense([tokenise("of whales")], terms, idf).sum() == 0
    alone, amid = dense([tokenise("sparse retrieval"), tokenise("sparse retrieval whales")], terms, idf)
    assert alone == pytest.approx(amid)
    nothing = tfidf(documents([tokens(1)]), np.zeros(0, dtype=np.uint64), np.zeros(0))
    assert [len(part) for part in nothing] == [0, 0, 0]


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_rows_have_length_one_or_none(texts: list[np.ndarray]) -> None:
    terms, idf = vocabulary_of(documents(texts), least=1)
    lengths = np.linalg.norm(dense(texts, terms, idf), axis=1)
    for text, length in zip(texts, lengths, strict=True):
        assert length == pytest.approx(1.0 if len(text) else 0.0)


def test_a_vocabulary_leaves_out_what_is_too_rare() -> None:
    texts = [tokens(1, 1), tokens(2), tokens(2)]
    assert vocabulary_of(documents(texts, pairs=False))[0].tolist() == [2], "twice in one text is one text"
