"""Baselines that learn from past picks: what readers of arXiv use today. See docs/evaluation.md.

They learn from the same picks as the method (`Known.examples`), each at the setting that does best inside them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paperradar.evaluation.choosing import Learner, Rows, Setting, choose, material
from paperradar.evaluation.orders import Ordered, by_score, identifiers_of
from paperradar.papers import identifier_order
from paperradar.ranking import Known, Pool, words
from paperradar.taste.classifiers import fit_linear, sparse

Floats = NDArray[np.float64]

NO_PICKS = "nothing to learn from: no past pick; the papers stand in identifier order"
NO_ORDINARY = "nothing to learn from: no ordinary paper; the papers stand in identifier order"


def centroid(pool: Pool, known: Known) -> Ordered:
    """By the cosine to the mean of past picks' vectors.

    The idea of zotero-arxiv-daily, whose weight for the i-th newest (from 0), 1 / (1 + log10(i + 1)), is one of the
    settings tried. Others: vectors of the texts (of the title where there is no abstract) or of the titles alone, and
    which picks. Papers without a vector last.
    """
    given = material(pool, known)
    views = _vectors(pool, known)

    def learner(setting: Setting) -> Learner:
        vectors = views[str(setting["view"])]

        def learn(positives: Rows, negatives: Rows, asked: Rows) -> Floats:
            del negatives
            weights = np.ones(len(positives))
            if setting["newest"] == "first":
                weights = 1.0 / (1.0 + np.log10(np.arange(len(positives)) + 1.0))
            mean = weights @ vectors[positives].astype(np.float64)
            length = float(np.linalg.norm(mean)) or 1.0
            cosines = vectors[asked].astype(np.float64) @ (mean / length)
            return np.where(np.any(vectors[asked] != 0, axis=1), cosines, -np.inf)

        return learn

    if not any(given.picks):
        return _by_identifier(pool, NO_PICKS)
    setting = choose(given, {"newest": ("equal", "first")}, learner)
    scores = learner(setting)(given.positives(setting), given.negatives, given.candidates)
    return Ordered(by_score(identifiers_of(pool), scores), setting)


def tfidf_svm(pool: Pool, known: Known) -> Ordered:
    """By a linear SVM on TF-IDF of words and pairs of words, both classes weighing the same: past picks against others.

    The idea of arxiv-sanity-lite; as there, the pool's own papers are the others. Settings tried: C 0.01 (its default)
    and 0.1, texts or titles, and which picks. The idf is of examples and pool together.
    """
    given = material(pool, known)
    examples = known.examples

    @lru_cache(maxsize=2)
    def matrix(view: str) -> Any:  # of scipy, see paperradar.taste.classifiers
        parts = ((examples.tokens, examples.title_tokens), (pool.tokens, pool.title_tokens))
        # Where nobody made the titles' tokens, the texts are titles.
        texts = [
            item for text, title in parts for item in (text if view == "text" or len(title) < len(text) else title)
        ]
        counted = words.documents(texts)
        terms, idf = words.vocabulary_of(counted)
        return sparse(*words.tfidf(counted, terms, idf), (len(texts), len(terms)))

    def learner(setting: Setting) -> Learner:
        def learn(positives: Rows, negatives: Rows, asked: Rows) -> Floats:
            features = matrix(str(setting["view"]))
            rows = np.concatenate([positives, negatives])
            labels = np.arange(len(rows)) < len(positives)
            weights, bias = fit_linear(features[rows], labels, kind="svm", c=float(str(setting["c"])))
            scores: Floats = np.asarray(features[asked] @ weights + bias, dtype=np.float64)
            return scores

        return learn

    if not any(given.picks):
        return _by_identifier(pool, NO_PICKS)
    if not len(given.negatives):
        return _by_identifier(pool, NO_ORDINARY)
    setting = choose(given, {"c": (0.01, 0.1)}, learner)
    scores = learner(setting)(given.positives(setting), given.negatives, given.candidates)
    return Ordered(by_score(identifiers_of(pool), scores), setting)


def _vectors(pool: Pool, known: Known) -> dict[str, NDArray[np.float32]]:
    """By view, the vectors of all rows of the material: (n, d). What lacks a text's vector has its title's."""
    examples = known.examples
    parts = (
        (examples.vectors, examples.title_vectors, len(examples.papers)),
        (pool.vectors, pool.title_vectors, len(pool.candidates)),
    )
    dimension = max(block.shape[1] for texts, titles, _ in parts for block in (texts, titles))

    def filled(block: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        return block if block.shape == (count, dimension) else np.zeros((count, dimension), dtype=np.float32)

    texts = np.concatenate([filled(block, count) for block, _, count in parts])
    titles = np.concatenate([filled(block, count) for _, block, count in parts])
    lacking_text, lacking_title = (~np.any(block != 0, axis=1)[:, None] for block in (texts, titles))
    return {"text": np.where(lacking_text, titles, texts), "title": np.where(lacking_title, texts, titles)}


def _by_identifier(pool: Pool, note: str) -> Ordered:
    return Ordered(tuple(sorted(identifiers_of(pool), key=identifier_order)), {"note": note})
