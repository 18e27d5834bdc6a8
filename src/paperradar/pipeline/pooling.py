"""The pool: which papers may be ranked for a window, with the arrays that ranking needs."""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paperradar import neighbours
from paperradar.calendar import Window, listing_day
from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.papers import Paper, identifier_month, identifier_order
from paperradar.pipeline.embedding import embed
from paperradar.progress import Progress, silent
from paperradar.ranking import Candidate, Pool
from paperradar.settings import Settings
from paperradar.store import Store, StoredPaper

# Novelty looks back this far before the window: the months that readers still call new. All papers in scope of these
# days are encoded, so that a shortlist does not depend on which others were made before it.
NOVELTY_DAYS = 90
# A version submitted on a day is listed on a later one; over holidays and a week-end that takes up to a week.
_LISTED_WITHIN = dt.timedelta(days=7)
# A paper can be announced weeks after its identifier was given only in rare cases; this bounds the search.
_MONTH_SLACK = dt.timedelta(days=31)
_ONE_DAY = dt.timedelta(days=1)
_ACCEPTED = re.compile(r"\b(?:accepted|to appear|published|camera[- ]ready|oral|spotlight)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Return:
    """That a curator asked for a paper to come back, and why. One inside the window only gets this word."""

    why: str
    curator: str


def build_pool(
    store: Store,
    settings: Settings,
    *,
    window: Window | None = None,
    month: str | None = None,
    returns: Mapping[str, Return] | None = None,
    compared: bool = True,
    progress: Progress = silent,
) -> Pool:
    """Collect the candidates of a window of announcement days, or of one identifier month (``2022-04``).

    A paper is in scope when one of its categories is in ``settings.categories``, or none is known. With a window,
    older papers take part that a curator asked back (``returns``), that got a new version in the window, or whose
    comment tells of an acceptance and changed in it. Texts without vectors are encoded first. Candidates stand in
    identifier order. Without ``compared`` near-duplicates and novelty are left out, which take most of the time.
    """
    if (window is None) == (month is None):
        raise ValueError("give either a window or a month")
    if window is not None:
        candidates = _window_candidates(store, settings, window, returns or {})
        first = window.first
    else:
        assert month is not None
        candidates = _month_candidates(store, settings, month)
        first = _month_days(month).first
    candidates.sort(key=lambda candidate: identifier_order(candidate.paper.identifier))
    papers = [candidate.paper for candidate in candidates]
    embed(store, settings.encoder, papers=papers, progress=progress)
    fingerprint = encoder_card(settings.encoder).fingerprint
    hashes = [paper.text_hash for paper in papers]
    with store.reading() as session:
        vectors, _ = session.vectors(hashes, fingerprint)
        tokens = session.tokens(hashes, LEXICAL_FINGERPRINT)
    older = _older_vectors(store, settings, first, progress) if compared else np.zeros((0, 0), dtype=np.float32)
    empty = np.zeros(0, dtype=np.uint32)
    return Pool(
        candidates=tuple(candidates),
        vectors=vectors,
        tokens=tuple(empty if ids is None else ids for ids in tokens),
        duplicates=neighbours.near_duplicates(vectors, settings.ranking.story_similarity) if compared else (),
        novelty=neighbours.novelty(vectors, older),
        older=len(older),
    )


def _older_vectors(store: Store, settings: Settings, first: dt.date, progress: Progress) -> NDArray[np.float32]:
    """Vectors of the different texts in scope that were announced in the NOVELTY_DAYS before a day: (m, d)."""
    fingerprint = encoder_card(settings.encoder).fingerprint
    with store.reading() as session:
        texts = session.texts_announced(first - dt.timedelta(days=NOVELTY_DAYS), first - _ONE_DAY)
        by_hash = {
            item.text_hash: item.identifier for item in texts if _asked_for(item.categories, settings.categories)
        }
        missing = session.missing_vectors(list(by_hash), fingerprint)
        papers = [item.paper for item in session.papers([by_hash[key] for key in missing])]
    if papers:
        embed(store, settings.encoder, papers=papers, progress=progress)
    with store.reading() as session:
        vectors, found = session.vectors(sorted(by_hash), fingerprint)
    return vectors[found]


def in_scope(paper: Paper, categories: Sequence[str]) -> bool:
    """Whether one of the paper's categories is asked for; a paper without categories counts as in scope."""
    return _asked_for(paper.categories, categories)


def _asked_for(named: Sequence[str], categories: Sequence[str]) -> bool:
    return not named or not set(named).isdisjoint(categories)


def _window_candidates(
    store: Store, settings: Settings, window: Window, returns: Mapping[str, Return]
) -> list[Candidate]:
    with store.reading() as session:
        stored = session.papers_announced(window.first, window.last)
        changed = session.papers_changed(window.first - _LISTED_WITHIN, window.last, announced_before=window.first)
        asked = session.papers(sorted(returns))
    candidates = {
        item.paper.identifier: _candidate(item) for item in stored if in_scope(item.paper, settings.categories)
    }
    for item in changed:
        if in_scope(item.paper, settings.categories) and (reason := _reason_inside(item.paper, window)):
            candidates[item.paper.identifier] = _candidate(item, reason)
    for item in asked:
        back = returns[item.paper.identifier]
        candidates[item.paper.identifier] = _candidate(item, back.why, back.curator or "a curator")
    return list(candidates.values())


def _month_candidates(store: Store, settings: Settings, month: str) -> list[Candidate]:
    days = _month_days(month)
    with store.reading() as session:
        stored = session.papers_announced(days.first, days.last + _MONTH_SLACK)
    return [
        _candidate(item)
        for item in stored
        if identifier_month(item.paper.identifier) == month and in_scope(item.paper, settings.categories)
    ]


def _candidate(item: StoredPaper, resurfaced: str = "", by_curator: str = "") -> Candidate:
    return Candidate(item.paper, item.announced_on, item.basis, resurfaced, by_curator)


def _reason_inside(paper: Paper, window: Window) -> str:
    """Why an older paper comes back in the window, empty if there is no reason inside it."""
    for version in reversed(paper.versions):
        if version.number > 1 and version.created and (day := listing_day(version.created)) in window:
            return f"version {version.number} of {day.isoformat()}"
    if paper.updated and paper.updated in window and _ACCEPTED.search(f"{paper.comments} {paper.journal_ref}"):
        return f"acceptance noted ({(paper.comments or paper.journal_ref)[:80]})"
    return ""


def _month_days(month: str) -> Window:
    year, number = int(month[:4]), int(month[5:7])
    return Window(dt.date(year, number, 1), dt.date(year, number, months.monthrange(year, number)[1]))
