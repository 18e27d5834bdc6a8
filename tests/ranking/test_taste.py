"""A taste's views: linear scores on one scale."""

from __future__ import annotations

import numpy as np
import pytest

from paperradar.lexical import tokenise
from paperradar.ranking.taste import MOST, View, raw_scores, standard_scores
from paperradar.ranking.words import documents, vocabulary_of
from tests.ranking.builders import DIMENSION, unit


def of_vectors(**keys: object) -> View:
    facts: dict[str, object] = {"bias": 0.0, "mean": 0.0, "deviation": 1.0, "share": 1.0, **keys}
    return View("own", "text-vector", unit(2).astype(np.float32) * 2, **facts)  # type: ignore[arg-type]


def of_words(texts: list[str], weight: dict[str, float]) -> View:
    terms, idf = vocabulary_of(documents([tokenise(text) for text in texts]), least=1)
    weights = np.zeros(len(terms), dtype=np.float32)
    for word, value in weight.items():
        weights[np.searchsorted(terms, tokenise(word).astype(np.uint64))] = value
    return View("own", "title-words", weights, 0.5, 0.0, 1.0, 1.0, terms, idf.astype(np.float32))


def test_vectors_score_by_their_product_with_the_weights() -> None:
    vectors = np.stack([unit(1), unit(0, 1), np.zeros(DIMENSION, dtype=np.float32)])
    assert raw_scores(of_vectors(bias=0.25), vectors=vectors, texts=()) == pytest.approx([2.25, 0.25, 0.25])


def test_words_score_by_their_share_of_the_text() -> None:
    view = of_words(["sparse retrieval", "whales"], {"sparse": 1.0})
    texts = [tokenise(text) for text in ("sparse", "sparse whales", "whales", "unheard")]
    alone, beside, other, unknown = raw_scores(view, vectors=np.zeros((4, 0), np.float32), texts=texts)
    assert alone == pytest.approx(1.5)
    assert 0.5 < beside < alone
    assert other == unknown == pytest.approx(0.5)


def test_a_view_of_words_without_any_gives_its_bias() -> None:
    view = View("own", "text-words", np.zeros(0, np.float32), 0.5, 0.0, 1.0, 1.0)
    assert raw_scores(view, vectors=np.zeros((1, 0), np.float32), texts=[tokenise("anything")]).tolist() == [0.5]


def test_standard_scores_are_deviations_above_ordinary_papers_and_bounded() -> None:
    vectors = np.stack([unit(1), unit(0, 1)])
    assert standard_scores(of_vectors(mean=1.0, deviation=0.5), vectors=vectors, texts=()).tolist() == [2.0, -2.0]
    assert standard_scores(of_vectors(deviation=1e-9), vectors=vectors, texts=()).tolist() == [MOST, 0.0]


def test_a_score_does_not_depend_on_who_else_is_in_the_pool() -> None:
    vectors = np.stack([unit(*np.random.default_rng(n).normal(size=DIMENSION)) for n in range(9)])
    view = of_vectors(mean=0.1, deviation=0.3)
    together = standard_scores(view, vectors=vectors, texts=())
    alone = [standard_scores(view, vectors=vectors[n : n + 1], texts=())[0] for n in range(9)]
    assert together == pytest.approx(alone)
