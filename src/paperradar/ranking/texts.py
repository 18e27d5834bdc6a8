"""The candidates' texts, normalised once for everything that looks for phrases in them."""

from __future__ import annotations

from dataclasses import dataclass

from paperradar.ranking.phrases import normalise
from paperradar.ranking.values import Pool


@dataclass(frozen=True, slots=True)
class Texts:
    """Each candidate's title, abstract, comments and journal reference, as `phrases.normalise` makes them."""

    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    comments: tuple[str, ...]
    journal_refs: tuple[str, ...]


def normalised_texts(pool: Pool) -> Texts:
    """Normalise every candidate's texts."""
    papers = [candidate.paper for candidate in pool.candidates]
    return Texts(
        tuple(normalise(paper.title) for paper in papers),
        tuple(normalise(paper.abstract) for paper in papers),
        tuple(normalise(paper.comments) for paper in papers),
        tuple(normalise(paper.journal_ref) for paper in papers),
    )
