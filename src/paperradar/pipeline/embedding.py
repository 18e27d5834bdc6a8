"""Vectors and lexical features for texts that lack them.

Only missing ones are made; with nothing missing no model is loaded and torch is not imported. Work is done in
chunks, each stored in one short transaction, and the store is closed while the model works. A run that is killed
loses one chunk at most; the next one makes what is missing and ends in the same store, since a text's vector does
not depend on what it is encoded with (see `paperradar.encoding.batches`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from paperradar.encoding import Encoder, EncoderCard, encoder_card, load_encoder
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import Paper, text_hash
from paperradar.progress import Progress, silent
from paperradar.settings import EncoderSettings
from paperradar.store import Store

Vectors = NDArray[np.float32]

# Texts per transaction: half a minute's work on two cores, and that is the most a killed run loses.
CHUNK = 512
# Texts read at a time: some 50 MB.
BLOCK = 20_000
# Half the bytes; it moves a cosine by 0.0001 at most.
STORED_AS = "float16"


@dataclass(frozen=True, slots=True)
class EmbedReport:
    """What `embed` did. ``texts`` differ from each other; ``encoded`` and ``already`` sum to them.

    ``tokenised`` counts the texts that got lexical features. ``seconds`` is the time spent, loading included.
    """

    texts: int
    encoded: int
    already: int
    tokenised: int
    seconds: float
    fingerprint: str

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


def embed(
    store: Store,
    settings: EncoderSettings,
    papers: Sequence[Paper] | None = None,
    *,
    progress: Progress = silent,
    load: Callable[[EncoderSettings], Encoder] = load_encoder,
) -> EmbedReport:
    """Give every text of ``papers`` (None: of all papers in the store) a vector and lexical features.

    Raises ModelError, StoreBusy.
    """
    started = time.monotonic()
    card = encoder_card(settings)
    if papers is None:
        with store.reading() as session:
            count = session.count_texts()
            waiting = session.texts_without(card.fingerprint, LEXICAL_FINGERPRINT)
    else:
        count = len({paper.text_hash for paper in papers if paper.title or paper.abstract})
        waiting = []
    encoded = tokenised = 0
    encoder = _Once(load)
    # A block at a time: the texts of a whole archive would not fit into memory.
    for block in [papers] if papers is not None else _blocks(store, waiting):
        texts = {paper.text_hash: (paper.title, paper.abstract) for paper in block if paper.title or paper.abstract}
        made = _fill(store, settings, card, texts, progress, encoder)
        encoded, tokenised = encoded + made[0], tokenised + made[1]
    return EmbedReport(
        texts=count,
        encoded=encoded,
        already=count - encoded,
        tokenised=tokenised,
        seconds=time.monotonic() - started,
        fingerprint=card.fingerprint,
    )


class _Once:
    """Loads an encoder when it is first asked for, and then keeps it."""

    def __init__(self, load: Callable[[EncoderSettings], Encoder]) -> None:
        self._load = load
        self._encoder: Encoder | None = None

    def __call__(self, settings: EncoderSettings) -> Encoder:
        if self._encoder is None:
            self._encoder = self._load(settings)
        return self._encoder


def _blocks(store: Store, identifiers: list[str]) -> Iterator[list[Paper]]:
    for block in _chunks(identifiers, BLOCK):
        with store.reading() as session:
            papers = [item.paper for item in session.papers(block)]
        yield papers


def document_vectors(
    store: Store,
    settings: EncoderSettings,
    texts: Sequence[tuple[str, str]],
    *,
    progress: Progress = silent,
    load: Callable[[EncoderSettings], Encoder] = load_encoder,
) -> Vectors:
    """Vectors of (title, abstract) pairs, encoded as papers are: (n, d), (0, 0) for no texts. Kept in the store."""
    hashes = [text_hash(title, abstract) for title, abstract in texts]
    card = encoder_card(settings)
    wanted = {key: text for key, text in zip(hashes, texts, strict=True) if any(text)}
    if wanted:
        _fill(store, settings, card, wanted, progress, load)
    with store.reading() as session:
        return session.vectors(hashes, card.fingerprint)[0]


def query_vectors(
    store: Store,
    settings: EncoderSettings,
    texts: Sequence[str],
    *,
    load: Callable[[EncoderSettings], Encoder] = load_encoder,
) -> Vectors:
    """Vectors of queries: (n, d), (0, 0) for no texts. Kept in the store, so that the model is loaded only once.

    An empty query has a zero row.
    """
    hashes = [text_hash(text) for text in texts]
    card = encoder_card(settings, "query")
    wanted = {key: text for key, text in zip(hashes, texts, strict=True) if text}
    with store.reading() as session:
        missing = session.missing_vectors(list(wanted), card.fingerprint)
        vectors, _ = session.vectors(hashes, card.fingerprint)
    if not missing:
        return vectors
    encoder = load(settings)
    made = encoder.encode_queries([wanted[key] for key in missing])
    with store.writing() as session:
        session.register_encoder(card.fingerprint, _description(card, encoder))
        session.put_vectors(card.fingerprint, missing, made, dtype=STORED_AS)
        # Read back: what is stored is rounded, and the first call must not differ from the second.
        return session.vectors(hashes, card.fingerprint)[0]


def _fill(
    store: Store,
    settings: EncoderSettings,
    card: EncoderCard,
    texts: dict[str, tuple[str, str]],
    progress: Progress,
    load: Callable[[EncoderSettings], Encoder],
) -> tuple[int, int]:
    """Make what is missing for texts by hash. Returns how many were encoded and how many tokenised."""
    hashes = list(texts)
    with store.reading() as session:
        no_vector = session.missing_vectors(hashes, card.fingerprint)
        no_tokens = session.missing_tokens(hashes, LEXICAL_FINGERPRINT)
    for chunk in _chunks(no_tokens, CHUNK * 16):
        tokens = [tokenise("\n".join(texts[key])) for key in chunk]
        with store.writing() as session:
            session.put_tokens(LEXICAL_FINGERPRINT, chunk, tokens)
    if no_vector:
        encoder = load(settings)
        # Longest first: texts of one length share batches, and the time left is over- rather than underestimated.
        no_vector.sort(key=lambda key: (-sum(map(len, texts[key])), key))
        with progress("Encoding", len(no_vector), unit="texts") as advance:
            for chunk in _chunks(no_vector, CHUNK):
                vectors = encoder.encode_documents([texts[key] for key in chunk])
                with store.writing() as session:
                    session.register_encoder(card.fingerprint, _description(card, encoder))
                    session.put_vectors(card.fingerprint, chunk, vectors, dtype=STORED_AS)
                advance(len(chunk))
    return len(no_vector), len(no_tokens)


def _description(card: EncoderCard, encoder: Encoder) -> dict[str, object]:
    return card.as_dict() | {"precision": encoder.precision, "dimension": encoder.dimension}


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
