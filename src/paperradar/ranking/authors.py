"""Authors' history: how often their earlier papers were picked, shrunk by how much they publish.

Each author has a rate, their picked papers over all their papers that are known. It is estimated as the mean of its
posterior under a Beta prior, (x + k m) / (n + k) (empirical Bayes; Casella, An Introduction to Empirical Bayes Data
Analysis, The American Statistician 39(2), 1985), with the prior mean m at zero: of somebody unknown nothing is
expected, and nothing is taken away. Shrinking also tames common names: who shares one has many papers and few picks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from paperradar.papers import Author, Paper
from paperradar.ranking.values import Examples, PastPick

# The prior's weight: with so many papers of which none is known, an author begins. One of one picked gives a third.
PRIOR_PAPERS = 2.0
# What a pick of a source counts that the order is not made for, and what a mention counts beside an entry.
OTHERS_COUNT = 0.25
MENTION_COUNTS = 0.5

_TEX = re.compile(r"\\(?:[A-Za-z]+\s?|.)|[{}$]")
_NOT_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class History:
    """Of one paper's authors: the sum of their rates, and how many different earlier papers of theirs were picked."""

    rates: float
    picked: int


def pick_weight(picks: Sequence[PastPick], sources: Sequence[str]) -> float:
    """What a paper's picks count: the best one's weight, from 0 (nobody picked it) to 1.

    ``sources`` are those whose picks the order shall find; where none is named, all count alike.
    """
    return max(
        (
            (1.0 if not sources or pick.source in sources else OTHERS_COUNT)
            * (MENTION_COUNTS if pick.role == "mention" else 1.0)
            for pick in picks
        ),
        default=0.0,
    )


def author_key(author: Author) -> str:
    """A name such that the same person's spellings meet: no case, accents, TeX, suffix or middle initials.

    ``Christopher D. Manning`` and ``Christopher Manning`` are one, ``C. Manning`` is somebody else, who may be many.
    Empty for a name without letters.
    """
    return _key(author.family, author.given)


@lru_cache(maxsize=1 << 18)
def _key(family: str, given: str) -> str:
    names = _plain(given).split()
    full = [name for name in names if len(name) > 1 or not name.isascii()] or names
    return " ".join([*full, *_plain(family).split()])


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", _TEX.sub("", text)).casefold()
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _NOT_LETTERS.sub(" ", letters).strip()


def author_keys(paper: Paper) -> tuple[str, ...]:
    """The paper's authors by `author_key`, each once, in the paper's order."""
    return tuple(dict.fromkeys(key for author in paper.authors if (key := author_key(author))))


def histories(papers: Sequence[Paper], examples: Examples, sources: Sequence[str]) -> list[History]:
    """Each paper's history among the examples; a paper is never evidence about itself.

    Becoming picked never lowers a rate that it belongs to, an ordinary paper more never raises one.
    """
    keys = [author_keys(paper) for paper in papers]
    asked = {key for names in keys for key in names}
    published: dict[str, set[str]] = {}
    weights: dict[str, float] = {}
    for paper, picks in zip(examples.papers, examples.picks, strict=True):
        mine = asked.intersection(author_keys(paper))
        for key in mine:
            published.setdefault(key, set()).add(paper.identifier)
        if mine and picks:
            weights[paper.identifier] = max(weights.get(paper.identifier, 0.0), pick_weight(picks, sources))
    picked = {key: frozenset(there & weights.keys()) for key, there in published.items()}
    return [
        _history(paper.identifier, names, published, picked, weights) for paper, names in zip(papers, keys, strict=True)
    ]


def _history(
    identifier: str,
    names: Sequence[str],
    published: dict[str, set[str]],
    picked: dict[str, frozenset[str]],
    weights: dict[str, float],
) -> History:
    rates = 0.0
    together: set[str] = set()
    for key in names:
        chosen = picked.get(key, frozenset()) - {identifier}
        if chosen:
            others = len(published[key]) - (identifier in published[key])
            # Sorted, so that the sum does not depend on the order of a set.
            rates += sum(weights[paper] for paper in sorted(chosen)) / (others + PRIOR_PAPERS)
            together |= chosen
    return History(rates, len(together))
