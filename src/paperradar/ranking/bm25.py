"""BM25 over token ids: the one module that knows bm25s.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, in the variant of Lucene
(Kamphuis et al., Which BM25 Do You Mean?, ECIR 2020).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75


def bm25_scores(query_tokens: NDArray[np.uint32], documents: Sequence[NDArray[np.uint32]]) -> NDArray[np.float32]:
    """Score each document, an array of token ids, against a query: (n,) float32, 0 where no word is shared.

    A token that stands twice in the query counts twice; the order of tokens is of no consequence.
    """
    count = len(documents)
    lengths = np.fromiter((len(document) for document in documents), dtype=np.int64, count=count)
    terms, asked = np.unique(np.asarray(query_tokens, dtype=np.uint32), return_inverse=True)
    if not len(terms) or not lengths.any():
        return np.zeros(count, dtype=np.float32)

    # A score needs no more than the query's own terms and the documents' lengths. So every other token becomes
    # one and the same, which is never asked for: the scores stay, the vocabulary shrinks to a few rows.
    tokens = np.concatenate([np.asarray(document, dtype=np.uint32) for document in documents])
    places = np.minimum(np.searchsorted(terms, tokens), len(terms) - 1)
    compact = np.where(terms[places] == tokens, places, len(terms)).tolist()
    ends = np.cumsum(lengths).tolist()
    starts = [0, *ends[:-1]]

    from bm25s import BM25  # type: ignore[import-untyped]  # it ships no types

    # It asks for its own debugging messages, which reach whoever logs anything at all.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    index = BM25(k1=K1, b=B, method="lucene", backend="numpy", csc_backend="numpy")
    vocabulary = {str(term): term for term in range(len(terms) + 1)}
    corpus = [compact[start:end] for start, end in zip(starts, ends, strict=True)]
    index.index((corpus, vocabulary), create_empty_token=False, show_progress=False)
    scores: NDArray[np.float32] = index.get_scores_from_ids(np.sort(asked).tolist())
    return scores
