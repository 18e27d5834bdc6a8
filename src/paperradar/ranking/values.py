"""The values that go into `rank` and come out of it. Plain data: no model, no table, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paperradar.papers import DayBasis, Paper
from paperradar.ranking.taste import Taste
from paperradar.topics import TopicProfile

Vectors = NDArray[np.float32]
Tokens = NDArray[np.uint32]
NO_VECTORS: Vectors = np.zeros((0, 0), dtype=np.float32)


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
    before the window; NaN where there is none. ``title_vectors`` and ``title_tokens``: the same of the title alone,
    the second view that taste has of a paper; empty where nobody needs them. ``growth``: (n,) float32, log2 of how
    much denser the neighbourhood is in this pool than among the older papers (`paperradar.neighbours.growth`); NaN
    where nobody knows.
    """

    candidates: tuple[Candidate, ...]
    vectors: Vectors
    tokens: tuple[Tokens, ...]
    duplicates: tuple[tuple[int, int, float], ...] = ()
    novelty: Vectors | None = None
    older: int = 0
    title_vectors: Vectors = field(default_factory=lambda: NO_VECTORS)
    title_tokens: tuple[Tokens, ...] = ()
    growth: Vectors | None = None

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
            title_vectors=self.title_vectors[rows] if len(self.title_vectors) else self.title_vectors,
            title_tokens=tuple(self.title_tokens[row] for row in rows) if self.title_tokens else (),
            growth=None if self.growth is None else self.growth[rows],
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
class PastPick:
    """That a source picked a paper, and by which day that was decided. ``edition`` is a month, week, day or year."""

    source: str
    edition: str
    role: str
    decided_on: dt.date


@dataclass(frozen=True, slots=True)
class Examples:
    """The papers that taste, authors' history and the baselines may learn from: past picks and ordinary papers.

    ``picks`` is aligned with ``papers``: who picked each, in order of the days; an ordinary paper has none. All were
    announced by the last day of the pool, all picks decided before that pool's own (see ``pipeline.knowledge``).
    ``vectors`` (n, d) are those of title and abstract, or of the title where no abstract is known; ``title_vectors``
    (n, d) those of the title alone. ``tokens`` and ``title_tokens`` likewise, in text order. ``days``: of announcement.
    """

    papers: tuple[Paper, ...] = ()
    picks: tuple[tuple[PastPick, ...], ...] = ()
    days: tuple[dt.date, ...] = ()
    vectors: Vectors = field(default_factory=lambda: NO_VECTORS)
    title_vectors: Vectors = field(default_factory=lambda: NO_VECTORS)
    tokens: tuple[Tokens, ...] = ()
    title_tokens: tuple[Tokens, ...] = ()

    def picked_by(self, sources: Collection[str] | None = None) -> NDArray[np.int64]:
        """The rows of papers that one of these sources (None: any) picked, mentions included."""
        rows = [
            row
            for row, picks in enumerate(self.picks)
            if any(sources is None or pick.source in sources for pick in picks)
        ]
        return np.asarray(rows, dtype=np.int64)

    def ordinary(self) -> NDArray[np.int64]:
        """The rows of papers that nobody picked."""
        return np.asarray([row for row, picks in enumerate(self.picks) if not picks], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at the end of the day ``as_of``: never more (see ``pipeline.knowledge``).

    ``featured``: by identifier, the earlier editions that had the paper. ``chosen``: identifiers that curators
    already marked as a pick for this edition. ``sources``: those whose picks the order shall find; their own past
    picks count most. ``examples``: what may be learnt from. ``taste``: what has been learnt, None for nothing.
    ``signals``: numbers imported from outside, by name and identifier: the value, and the day it was known on.
    """

    as_of: dt.date
    topics: tuple[TopicKnowledge, ...]
    featured: Mapping[str, tuple[Featured, ...]] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    examples: Examples = field(default_factory=Examples)
    taste: Taste | None = None
    signals: Mapping[str, Mapping[str, tuple[float, dt.date]]] = field(default_factory=dict)


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
