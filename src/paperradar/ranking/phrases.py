"""Finding phrases in a paper's text: those of topic profiles, and those that tell what kind of paper it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_NOT_WORD = re.compile(r"[^\w]+")


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, every run of punctuation or space one space, a space at both ends.

    "Mixture-of-Experts" and "mixture of experts" become the same, so a phrase is written in one way only.
    """
    return f" {_NOT_WORD.sub(' ', unicodedata.normalize('NFKC', text).casefold()).strip()} "


@lru_cache(maxsize=4096)
def _ways(phrase: str) -> tuple[str, ...]:
    """How a phrase may stand in a normalised text. A plural counts: "diffusion model" finds "diffusion models"."""
    words = normalise(phrase).strip()
    return tuple(f" {words}{ending} " for ending in ("", "s", "es")) if words else ()


def matched(phrases: Sequence[str], normalised: str) -> tuple[str, ...]:
    """Those of ``phrases`` that stand whole in a text that `normalise` made, in the order given."""
    return tuple(phrase for phrase in phrases if any(way in normalised for way in _ways(phrase)))


def saturated(count: int) -> float:
    """1 - 2**-count: the first match says most, from 0 (none) towards 1."""
    return 1.0 - 0.5**count


# A dataset or benchmark is published: the title names one, or a sentence hands one over.
_DATASET_NOUN = r"(?:datasets?|benchmarks?|corpus|corpora|testbed|test suite)"
_DATASET_TITLE = re.compile(
    rf" (?:{_DATASET_NOUN}|benchmarking|leaderboard|challenge set|shared task) ",
)
_DATASET_TEXT = re.compile(
    r" (?:introduces?|presents?|proposes?|releases?|contributes?|collect(?:s|ed)?|construct(?:s|ed)?|builds?|created?)"
    rf" (?:\w+ ){{0,6}}?{_DATASET_NOUN} "
)
_RELEASE = re.compile(
    r" (?:open ?sourc(?:e|ed|ing)|publicly available|we (?:also )?(?:publicly )?release"
    r"|code (?:and \w+ )?(?:is|are|will be) (?:made )?(?:publicly )?(?:available|released)"
    r"|(?:models?|weights|checkpoints) (?:is|are) (?:publicly )?(?:released|available)) "
)


def names_dataset(normalised_title: str, normalised_abstract: str) -> bool:
    """Whether the paper seems to publish a dataset or a benchmark."""
    return bool(_DATASET_TITLE.search(normalised_title) or _DATASET_TEXT.search(normalised_abstract))


def names_release(normalised_text: str) -> bool:
    """Whether the text says that code, data or weights are given to the public."""
    return bool(_RELEASE.search(normalised_text))
