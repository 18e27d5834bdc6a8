"""The values that go into `rank` and come out of it. Plain data: no model, no table, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paperradar.papers import DayBasis, Paper
from paperradar.topics import TopicProfile

Vectors = NDArray[np.float32]
Tokens = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may be ranked, with the day it was (or is taken to have been) announced.

    ``resurfaced`` is the reason why a paper announced before the window takes part, empty for the others;
    ``by_curator`` is the curator's name where a person asked for it.
    """

    paper: Paper
    announced_on: dt.date
    basis: DayBasis
    resurfaced: str = ""
    by_curator: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """All candidates of a run; the arrays are aligned with ``candidates``.

    ``vectors``: (n, d) float32, unit rows, a zero row where a text has no vector. ``tokens``: per candidate the
    lexical token ids, in text order. ``duplicates``: (i, j, cosine) with i < j for pairs near enough to be one
    story. ``novelty``: (n,) float32, 1 - cosine to the nearest of the ``older`` papers, those announced in the months
    before the window; NaN where there is none.
    """

    candidates: tuple[Candidate, ...]
    vectors: Vectors
    tokens: tuple[Tokens, ...]
    duplicates: tuple[tuple[int, int, float], ...] = ()
    novelty: Vectors | None = None
    older: int = 0

    def only(self, identifiers: Collection[str]) -> Pool:
        """The pool without the candidates that are not named; what is known of the others stays."""
        rows = [row for row, item in enumerate(self.candidates) if item.paper.identifier in identifiers]
        place = {row: position for position, row in enumerate(rows)}
        return Pool(
            candidates=tuple(self.candidates[row] for row in rows),
            vectors=self.vectors[rows],
            tokens=tuple(self.tokens[row] for row in rows),
            duplicates=tuple((place[i], place[j], c) for i, j, c in self.duplicates if i in place and j in place),
            novelty=None if self.novelty is None else self.novelty[rows],
            older=self.older,
        )


@dataclass(frozen=True, slots=True)
class TopicKnowledge:
    """A topic profile with its texts turned into numbers: (d,), (seeds, d), and the token ids of its words.

    The words are those of name, description and include phrases, each once.
    """

    profile: TopicProfile
    description: Vectors
    seeds: Vectors
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Featured:
    """That a paper was in an earlier edition. ``rank`` is None for a mention."""

    source: str
    edition: str
    role: str
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at the end of the day ``as_of``: never more (see ``pipeline.knowledge``).

    ``featured``: by identifier, the earlier editions that had the paper. ``chosen``: identifiers that curators
    already marked as a pick for this edition.
    """

    as_of: dt.date
    topics: tuple[TopicKnowledge, ...]
    featured: Mapping[str, tuple[Featured, ...]] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoryMember:
    """A paper folded into another row. ``similarity`` is the cosine to the row's paper."""

    candidate: Candidate
    similarity: float
    score: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a shortlist.

    ``score`` is in thousandths and is exactly the sum of ``components``. ``topic`` is the slug of the best
    matching profile, ``match`` by slug each profile's match in thousandths. ``lifted_by`` names the lane whose
    floor put the row here, empty for a row that stands where its score puts it.
    """

    rank: int
    candidate: Candidate
    score: int
    components: Mapping[str, int]
    topic: str
    match: Mapping[str, int]
    lanes: tuple[str, ...]
    lifted_by: str
    why: str
    story: tuple[StoryMember, ...] = ()
    featured: tuple[Featured, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that is not on the shortlist, and why: ``withdrawn``, ``featured``, or ``resurfaced``.

    The last means that it would have come back, but others came first. ``loud`` asks to be told.
    """

    candidate: Candidate
    reason: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The ordered rows (all of them: cutting to a length is the caller's), and what was left out."""

    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]
