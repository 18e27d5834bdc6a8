"""Made-up pasts to learn from: picked papers say "sparse retrieval" things, ordinary ones other things."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from paperradar.lexical import tokenise
from paperradar.papers import Paper
from paperradar.ranking import Candidate, Examples, Known, PastPick, Pool
from tests.ranking.builders import DIMENSION, candidate, known, pool, unit

LIKED = (
    "sparse retrieval with tokens",
    "retrieval by sparse codes",
    "learned sparse retrieval",
    "sparse retrieval now",
)
OTHERS = ("graph colouring bounds", "plasma waves in tubes", "galaxies seen far away", "proofs of old lemmas")
AXES = (unit(1, 0.3), unit(0, 1))


@dataclass(frozen=True, slots=True)
class Past:
    """A paper to learn from: its title, an axis for its vector, and who picked it when (nobody: an ordinary one)."""

    title: str
    vector: np.ndarray
    picks: tuple[PastPick, ...] = ()


def past_pick(source: str = "ours", edition: str = "2022-03", role: str = "top10", days: int = 0) -> PastPick:
    return PastPick(source, edition, role, dt.date(2022, 3, 5) + dt.timedelta(days=days))


def liked(number: int, *picks: PastPick) -> Past:
    return Past(f"{LIKED[number % 4]} {number}", AXES[0], picks or (past_pick(),))


def ordinary(number: int) -> Past:
    return Past(f"{OTHERS[number % 4]} {number}", AXES[1])


def examples(past: Sequence[Past], *, month: str = "2202") -> Examples:
    papers = tuple(Paper(f"{month}.{row:05}", item.title) for row, item in enumerate(past, start=1))
    vectors = np.stack([item.vector for item in past]).reshape(-1, DIMENSION) if past else np.zeros((0, DIMENSION))
    words = tuple(tokenise(item.title) for item in past)
    return Examples(
        papers=papers,
        picks=tuple(item.picks for item in past),
        days=tuple(dt.date(2022, 2, 10) for _ in past),
        vectors=vectors.astype(np.float32),
        title_vectors=vectors.astype(np.float32),
        tokens=words,
        title_tokens=words,
    )


def knowing(past: Sequence[Past], *sources: str) -> Known:
    return replace(known(), sources=sources or ("ours",), examples=examples(past))


def said(titles: Sequence[str], vectors: Sequence[np.ndarray] | None = None, *, month: str = "2204") -> Pool:
    """A pool of papers with these titles and their words."""
    papers: list[Candidate] = [candidate(f"{month}.{n:05}", title, "") for n, title in enumerate(titles, start=1)]
    made = pool(papers, vectors)
    tokens = tuple(tokenise(title) for title in titles)
    return replace(made, tokens=tokens, title_tokens=tokens, title_vectors=made.vectors)
