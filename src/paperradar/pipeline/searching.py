"""Neighbours of a paper, and free-text search: dense, lexical, or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from paperradar import neighbours
from paperradar.encoding import Encoder, encoder_card, load_encoder
from paperradar.errors import NotFoundError, UsageError
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import parse_identifier
from paperradar.pipeline.embedding import embed
from paperradar.pipeline.opening import NO_PAPERS, open_store
from paperradar.ranking.bm25 import bm25_scores
from paperradar.settings import EncoderSettings
from paperradar.store import Store, StoredTitle
from paperradar.workspace import Workspace

Mode = Literal["both", "dense", "lexical"]

# Reciprocal rank fusion: a paper gets 1 / (60 + rank) from each list. Cormack, Clarke and Buettcher, SIGIR 2009.
_FUSION = 60
# A list's papers below this rank add next to nothing.
_FUSED = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found. ``cosine`` and ``bm25`` are None where that view did not find or was not asked.

    ``near_duplicate``: the cosine is at least the setting ``ranking.story_similarity``.
    """

    identifier: str
    title: str
    announced_on: str
    cosine: float | None = None
    bm25: float | None = None
    near_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """``hits``, best first. ``papers``: how many were compared; ``not_embedded``: how many lack features."""

    hits: tuple[Hit, ...]
    papers: int
    not_embedded: int

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {**asdict(self), "hits": [asdict(hit) for hit in self.hits]}


@dataclass(frozen=True, slots=True)
class Neighbours(Found):
    """The neighbours of a paper. ``novelty``: 1 - cosine to the nearest paper announced before it, None without one."""

    identifier: str
    title: str
    announced_on: str
    novelty: float | None


def similar(workspace: Workspace, identifier: str, *, limit: int = 10) -> Neighbours:
    """The papers in the store whose title and abstract mean most nearly the same, by cosine.

    Raises InputError for what is no identifier, NotFoundError for a paper that is not in the store.
    """
    key = parse_identifier(identifier)[0]
    store = open_store(workspace)
    with store.reading() as session:
        asked = session.papers([key])
    if not asked:
        raise NotFoundError(f"{key} is not in the store; import it first: paperradar import FILE")
    embed(store, workspace.settings.encoder, papers=[asked[0].paper])
    titles, vectors, found = _all_vectors(store, workspace.settings.encoder)
    place = next(row for row, item in enumerate(titles) if item.identifier == key)
    query = vectors[place : place + 1].copy()
    others = np.arange(len(titles)) != place
    earlier = np.fromiter((item.announced_on < titles[place].announced_on for item in titles), dtype=np.bool_)
    novelty = float(neighbours.novelty(query, vectors[earlier])[0])
    rows = np.flatnonzero(others)
    nearest, cosines = neighbours.nearest(query, vectors[rows], limit)
    return Neighbours(
        hits=tuple(
            _hit(titles[rows[row]], cosine=float(cosine), threshold=workspace.settings.ranking.story_similarity)
            for row, cosine in zip(nearest[0], cosines[0], strict=True)
            if row >= 0
        ),
        papers=int(found[others].sum()),
        not_embedded=int((~found).sum()),
        identifier=key,
        title=titles[place].title,
        announced_on=titles[place].announced_on.isoformat(),
        novelty=None if np.isnan(novelty) else round(novelty, 4),
    )


def search(
    workspace: Workspace,
    text: str,
    *,
    mode: Mode = "both",
    limit: int = 10,
    load: Callable[[EncoderSettings], Encoder] = load_encoder,
) -> Found:
    """Search titles and abstracts by meaning (cosine), by words (BM25), or by both, fused by rank.

    The query is not kept. Raises UsageError for an empty text, NotFoundError for an empty store.
    """
    if not text.strip():
        raise UsageError('there is nothing to search for; write a few words: paperradar search "dense retrieval"')
    store = open_store(workspace)
    dense: NDArray[np.float32] | None = None
    lexical: NDArray[np.float32] | None = None
    with store.reading() as session:
        titles = session.titles()
        hashes = [item.text_hash for item in titles]
        tokens = session.tokens(hashes, LEXICAL_FINGERPRINT) if mode != "dense" else []
    if not titles:
        raise NotFoundError(NO_PAPERS)
    ready = np.ones(len(titles), dtype=np.bool_)
    if mode != "dense":
        ready &= np.fromiter((ids is not None for ids in tokens), dtype=np.bool_)
        nothing = np.zeros(0, dtype=np.uint32)
        lexical = bm25_scores(tokenise(text), [nothing if ids is None else ids for ids in tokens])
    if mode != "lexical":
        query = load(workspace.settings.encoder).encode_queries([text])
        _, vectors, found = _all_vectors(store, workspace.settings.encoder, titles)
        ready &= found
        dense = (vectors @ query[0]) if vectors.shape[1] == query.shape[1] else np.zeros(len(titles), dtype=np.float32)
    order = _fused([scores for scores in (dense, lexical) if scores is not None])[:limit]
    return Found(
        hits=tuple(
            _hit(
                titles[row],
                cosine=None if dense is None else float(dense[row]),
                bm25=None if lexical is None else float(lexical[row]),
            )
            for row in order
        ),
        papers=int(ready.sum()),
        not_embedded=int((~ready).sum()),
    )


def _all_vectors(
    store: Store, settings: EncoderSettings, titles: Sequence[StoredTitle] | None = None
) -> tuple[Sequence[StoredTitle], NDArray[np.float32], NDArray[np.bool_]]:
    with store.reading() as session:
        known = session.titles() if titles is None else titles
        vectors, found = session.vectors([item.text_hash for item in known], encoder_card(settings).fingerprint)
    return known, vectors, found


def _fused(lists: Sequence[NDArray[np.float32]]) -> list[int]:
    """Rows by the sum of 1 / (60 + rank) over the lists; what scores 0 or less in a list is not in it.

    Equal sums stand in row order, which is that of identifiers.
    """
    sums: dict[int, float] = {}
    for scores in lists:
        best = np.argsort(-scores, kind="stable")[:_FUSED]
        for rank, row in enumerate((row for row in best.tolist() if scores[row] > 0), start=1):
            sums[row] = sums.get(row, 0.0) + 1 / (_FUSION + rank)
    return sorted(sums, key=lambda row: (-sums[row], row))


def _hit(
    item: StoredTitle, *, cosine: float | None = None, bm25: float | None = None, threshold: float = np.inf
) -> Hit:
    return Hit(
        identifier=item.identifier,
        title=item.title,
        announced_on=item.announced_on.isoformat(),
        cosine=None if cosine is None else round(cosine, 4),
        bm25=None if bm25 is None else round(bm25, 3),
        near_duplicate=cosine is not None and cosine >= threshold,
    )
