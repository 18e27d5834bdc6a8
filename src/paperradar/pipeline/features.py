"""What learning and ranking see of papers, as arrays: both views, vectors and token ids, made where they lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.papers import Paper, text_hash
from paperradar.pipeline.embedding import document_vectors
from paperradar.progress import Progress, silent
from paperradar.ranking import NO_VECTORS
from paperradar.settings import Settings
from paperradar.store import Store

Vectors = NDArray[np.float32]
Tokens = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Features:
    """Aligned with the papers asked for; see `paperradar.ranking.Pool`."""

    vectors: Vectors
    tokens: tuple[Tokens, ...]
    title_vectors: Vectors
    title_tokens: tuple[Tokens, ...]


def features_of(
    store: Store,
    settings: Settings,
    papers: Sequence[Paper],
    *,
    title_view: bool = True,
    progress: Progress = silent,
) -> Features:
    """Vectors and token ids of title and abstract, and of the title alone. Raises ModelError, StoreBusy.

    Without ``title_view`` those of the title alone are empty, and none is made.
    """
    texts = [(paper.title, paper.abstract) for paper in papers]
    titles = [(paper.title, "") for paper in papers] if title_view else []
    document_vectors(store, settings.encoder, [*texts, *titles], progress=progress)
    whole, alone = [text_hash(*text) for text in texts], [text_hash(*text) for text in titles]
    fingerprint = encoder_card(settings.encoder).fingerprint
    empty = np.zeros(0, dtype=np.uint32)
    with store.reading() as session:
        vectors, _ = session.vectors(whole, fingerprint)
        title_vectors = session.vectors(alone, fingerprint)[0] if title_view else NO_VECTORS
        tokens = session.tokens(whole, LEXICAL_FINGERPRINT)
        title_tokens = session.tokens(alone, LEXICAL_FINGERPRINT)
    return Features(
        vectors,
        tuple(empty if ids is None else ids for ids in tokens),
        title_vectors,
        tuple(empty if ids is None else ids for ids in title_tokens),
    )
