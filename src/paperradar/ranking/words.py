"""Words and pairs of words as features: a document's terms, their weight (TF-IDF), and linear scores over them.

Terms are numbers made of token ids (`paperradar.lexical`): no vocabulary has to be kept, and a stored taste holds no
word in the clear. TF-IDF as in Salton and Buckley (1988): 1 + ln(tf), times the inverse document frequency, and rows
of length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.uint32]
Terms = NDArray[np.uint64]
Floats = NDArray[np.float64]

_PAIR = np.uint64(1 << 32)
# Knuth's multiplicative constant for 64 bits; a pair's number must depend on the order of its words.
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents as sparse rows: those of document ``i`` are at ``starts[i]:starts[i + 1]``.

    ``terms``: term ids, ascending in a document; ``counts``: how often each stands there.
    """

    starts: NDArray[np.int64]
    terms: Terms
    counts: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1


def terms_of(tokens: Tokens, *, pairs: bool = True) -> Terms:
    """A text's terms, with repetitions: its words, and each two words that follow each other (``pairs``)."""
    words = tokens.astype(np.uint64)
    if not pairs or len(words) < 2:
        return words
    with np.errstate(over="ignore"):
        mixed = (words[:-1] * _MIX) ^ (words[1:] + np.uint64(1))
        # Above all single words, so that no pair is taken for one.
        return np.concatenate([words, mixed | _PAIR << np.uint64(31)])


def documents(texts: Sequence[Tokens], *, pairs: bool = True) -> Documents:
    """Count the terms of each text."""
    found = [terms_of(tokens, pairs=pairs) for tokens in texts]
    lengths = np.fromiter((len(terms) for terms in found), dtype=np.int64, count=len(found))
    terms = np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)
    rows = np.repeat(np.arange(len(found), dtype=np.int64), lengths)
    # All texts at once: sorted by text and term, equal ones stand together.
    order = np.lexsort((terms, rows))
    terms, rows = terms[order], rows[order]
    first = np.ones(len(terms), dtype=np.bool_)
    first[1:] = (terms[1:] != terms[:-1]) | (rows[1:] != rows[:-1])
    places = np.flatnonzero(first)
    starts = np.zeros(len(found) + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows[places], minlength=len(found)), out=starts[1:])
    return Documents(starts, terms[places], np.diff(places, append=len(terms)).astype(np.float64))


def tfidf(texts: Documents, vocabulary: Terms, idf: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The documents over a vocabulary (ascending ids) with its idf: rows, columns and values of a sparse matrix.

    Rows have length 1; a term that is not in the vocabulary counts for nothing.
    """
    rows = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(texts.starts))
    if not len(vocabulary):
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0, dtype=np.float64)
    columns = np.minimum(np.searchsorted(vocabulary, texts.terms), len(vocabulary) - 1)
    there = vocabulary[columns] == texts.terms
    rows, columns = rows[there], columns[there]
    values = (1.0 + np.log(texts.counts[there])) * idf[columns]
    lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(texts)))
    return rows, columns, values / lengths[rows]


def vocabulary_of(texts: Documents, *, least: int = 2) -> tuple[Terms, Floats]:
    """The terms that stand in at least ``least`` documents, ascending, and their idf: ln((1 + n) / (1 + df)) + 1."""
    terms, frequency = np.unique(texts.terms, return_counts=True)
    kept = frequency >= least
    return terms[kept], np.log((1.0 + len(texts)) / (1.0 + frequency[kept])) + 1.0
