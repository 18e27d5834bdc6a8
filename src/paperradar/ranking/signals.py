"""Signals: what else speaks for a paper, each one number between 0 and 1 (or from -1 where it may speak against it).

A signal is computed from the paper, from what was known (`Known`), or from the papers around it (`Pool`): never from
the pool's order, and but for ``growth`` and ``novelty``, which the pool brings along, not from who else is in it. What
is not known is 0 and is not told. ``docs/signals.md`` says where each comes from and what it was seen to do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from paperradar.papers import Paper
from paperradar.papers.links import code_links
from paperradar.ranking import phrases
from paperradar.ranking.authors import histories, pick_weight
from paperradar.ranking.texts import Texts
from paperradar.ranking.values import Known, Pool

Floats = NDArray[np.float64]

# 1 - cosine to the nearest older paper; MiniLM puts unrelated abstracts of one field at about this distance.
NOVELTY_FULL = 0.6
# From this value of novelty on it is worth a word.
NOVELTY_TOLD = 0.85
# A neighbourhood four times as dense as before, or a category picked four times as often as others, counts in full.
GROWTH_FULL = 2.0
HOME_FULL = 2.0
# From this factor on growth and category are worth a word.
FACTOR_TOLD = 1.5
# Smooths the ratio of the picks that a category has to those that it would have if all were picked alike.
HOME_PRIOR = 3.0
# At this sum of rates the authors' history counts half; at so many authors more than one, the size of the team.
HISTORY_HALF = 1.0
TEAM_HALF = 8.0
# From so many authors on the team is worth a word.
TEAM_TOLD = 10

# What an address needs to hold to be one of code; most texts hold none, and looking closely takes time.
_IN_LINKS = ("://", "www.", "github", "gitlab", "bitbucket", "codeberg", "huggingface", "zenodo")


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal for each candidate: its value, (n,) float64, and what to say of it, empty for nothing."""

    values: Floats
    words: tuple[str, ...]


def release(pool: Pool, texts: Texts, known: Known) -> Signal:
    """1 where code, data or weights are linked or said to be public."""
    found = []
    for candidate, abstract, comments in zip(pool.candidates, texts.abstracts, texts.comments, strict=True):
        if link := _code_link(candidate.paper):
            found.append((1.0, f"code, data or weights linked ({_host(link)})"))
        elif phrases.names_release(abstract) or phrases.names_release(comments):
            found.append((1.0, "code, data or weights said to be public"))
        else:
            found.append((0.0, ""))
    return _signal(found)


def novelty(pool: Pool, texts: Texts, known: Known) -> Signal:
    """The distance to the nearest paper announced in the months before the window, 1 from NOVELTY_FULL on."""
    distances = _of_pool(pool, pool.novelty)
    values = np.clip(distances / NOVELTY_FULL, 0.0, 1.0)
    return Signal(
        values,
        tuple(
            f"unlike anything of the months before (nearest: cosine {1 - distance:.2f})"
            if value >= NOVELTY_TOLD
            else ""
            for value, distance in zip(values.tolist(), distances.tolist(), strict=True)
        ),
    )


def growth(pool: Pool, texts: Texts, known: Known) -> Signal:
    """How much denser the paper's neighbourhood is in the window than in the months before; below 0: thinner."""
    logs = _of_pool(pool, pool.growth)
    return Signal(
        np.clip(logs / GROWTH_FULL, -1.0, 1.0),
        tuple(
            f"its neighbourhood is {_factor(log)} as busy as in the months before" if _told(log) else ""
            for log in logs.tolist()
        ),
    )


def survey(pool: Pool, texts: Texts, known: Known) -> Signal:
    """1 for a survey, review, overview or tutorial."""
    found = (
        phrases.names_survey(title, abstract) for title, abstract in zip(texts.titles, texts.abstracts, strict=True)
    )
    return _flags(found, "a survey or tutorial")


def dataset(pool: Pool, texts: Texts, known: Known) -> Signal:
    """1 where a dataset or benchmark is published; the lane of the same kind says so in words."""
    found = (
        phrases.names_dataset(title, abstract) for title, abstract in zip(texts.titles, texts.abstracts, strict=True)
    )
    return _flags(found, "")


def report(pool: Pool, texts: Texts, known: Known) -> Signal:
    """1 for a technical report, or where a whole family of models is presented."""
    found = (
        phrases.names_report(title, abstract, comments)
        for title, abstract, comments in zip(texts.titles, texts.abstracts, texts.comments, strict=True)
    )
    return _flags(found, "a technical report or a family of models")


def accepted(pool: Pool, texts: Texts, known: Known) -> Signal:
    """What comments and journal reference tell of a venue: a half for an acceptance, 1 for a distinction there."""
    values = [
        phrases.acceptance(comments, journal)
        for comments, journal in zip(texts.comments, texts.journal_refs, strict=True)
    ]
    words = {0.0: "", phrases.ACCEPTED: "accepted at a venue", 1.0: "an oral, spotlight or award at a venue"}
    return _signal([(value, words[value]) for value in values])


def team(pool: Pool, texts: Texts, known: Known) -> Signal:
    """How many authors there are: 0 for one or none known, a half at nine, towards 1."""
    found = []
    for candidate in pool.candidates:
        count = len(candidate.paper.authors)
        others = max(count - 1, 0)
        found.append((others / (others + TEAM_HALF), f"a team of {count}" if count >= TEAM_TOLD else ""))
    return _signal(found)


def authors(pool: Pool, texts: Texts, known: Known) -> Signal:
    """How often the authors' earlier papers were picked (see `paperradar.ranking.authors`); newcomers have 0."""
    found = []
    for history in histories([candidate.paper for candidate in pool.candidates], known.examples, known.sources):
        words = ""
        if history.picked:
            were = "papers of these authors were" if history.picked > 1 else "paper of these authors was"
            words = f"{history.picked} earlier {were} picked"
        found.append((history.rates / (history.rates + HISTORY_HALF), words))
    return _signal(found)


def home(pool: Pool, texts: Texts, known: Known) -> Signal:
    """How much more often papers of this primary category were picked than papers in general; below 0: less often.

    log2 of (picks + k) / (expected picks + k), the shrunk ratio of observed to expected (Norén et al., Shrinkage
    observed-to-expected ratios for robust and transparent large-scale pattern discovery, Statistical Methods in
    Medical Research 22(1), 2013). Expected is what the category would have if picks fell on ordinary papers evenly.
    A paper without a category, or of one that nobody has seen, has 0; its own pick does not count.
    """
    picked: dict[str, float] = {}
    ordinary: dict[str, int] = {}
    own: dict[str, tuple[str, float]] = {}
    for paper, picks in zip(known.examples.papers, known.examples.picks, strict=True):
        if paper.identifier in own or not (category := _primary(paper)):
            continue
        weight = pick_weight(picks, known.sources)
        own[paper.identifier] = (category, weight)
        if picks:
            picked[category] = picked.get(category, 0.0) + weight
        else:
            ordinary[category] = ordinary.get(category, 0) + 1
    all_picked, all_ordinary = sum(picked.values()), sum(ordinary.values())
    found = []
    for candidate in pool.candidates:
        category = _primary(candidate.paper)
        itself, weight = own.get(candidate.paper.identifier, ("", 0.0))
        plain = bool(itself) and not weight
        here = picked.get(category, 0.0) - (weight if itself == category else 0.0)
        beside = ordinary.get(category, 0) - (plain and itself == category)
        papers = all_ordinary - plain
        expected = (all_picked - weight) * beside / papers if papers > 0 else 0.0
        log = float(np.log2((here + HOME_PRIOR) / (expected + HOME_PRIOR))) if category and papers > 0 else 0.0
        words = f"{category} is picked {_factor(log)} as often as other categories" if _told(log) else ""
        found.append((min(max(log / HOME_FULL, -1.0), 1.0), words))
    return _signal(found)


def attention(pool: Pool, texts: Texts, known: Known) -> Signal:
    """The best rank of the paper's imported numbers among all of the same name that were known; absent is blank.

    A rank is the share of the values below it, half of those equal to it added: in 0..1, whatever the number's scale.
    """
    scales = {
        name: np.sort(np.fromiter((value for value, _ in of_name.values()), dtype=np.float64, count=len(of_name)))
        for name, of_name in sorted(known.signals.items())
        if of_name
    }
    found = []
    for candidate in pool.candidates:
        ranks = [
            (_rank(scales[name], known.signals[name][candidate.paper.identifier][0]), name)
            for name in scales
            if candidate.paper.identifier in known.signals[name]
        ]
        # Of equal ranks the first name's; max takes the first.
        best, name = max(ranks, key=lambda item: item[0], default=(0.0, ""))
        found.append((best, f"{name}: more than {best:.0%} of the papers counted" if ranks else ""))
    return _signal(found)


SIGNALS: Mapping[str, Callable[[Pool, Texts, Known], Signal]] = {
    "release": release,
    "novelty": novelty,
    "authors": authors,
    "growth": growth,
    "survey": survey,
    "dataset": dataset,
    "report": report,
    "accepted": accepted,
    "team": team,
    "home": home,
    "attention": attention,
}


def _rank(ascending: Floats, value: float) -> float:
    below, through = np.searchsorted(ascending, value, "left"), np.searchsorted(ascending, value, "right")
    return float(below + through) / 2 / len(ascending)


def _of_pool(pool: Pool, values: NDArray[np.float32] | None) -> Floats:
    """What the pool brings along, 0 where it is not known."""
    if values is None:
        return np.zeros(len(pool.candidates))
    return np.nan_to_num(values.astype(np.float64))


def _signal(found: Sequence[tuple[float, str]]) -> Signal:
    return Signal(np.asarray([value for value, _ in found], dtype=np.float64), tuple(words for _, words in found))


def _flags(found: Iterable[bool], words: str) -> Signal:
    return _signal([(1.0, words) if there else (0.0, "") for there in found])


def _told(log: float) -> bool:
    return abs(log) >= math.log2(FACTOR_TOLD)


def _factor(log: float) -> str:
    return f"{2.0**log:.1f} times"


def _primary(paper: Paper) -> str:
    return paper.categories[0] if paper.categories else ""


def _code_link(paper: Paper) -> str:
    text = f"{paper.abstract} {paper.comments}"
    lower = text.lower()
    links = code_links(text) if any(part in lower for part in _IN_LINKS) else ()
    return links[0] if links else ""


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
