"""The pool: which papers may be ranked for a window, with the arrays that ranking needs."""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from paperradar import neighbours
from paperradar.calendar import Window
from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.papers import Paper, identifier_month, identifier_order
from paperradar.pipeline.embedding import embed
from paperradar.progress import Progress, silent
from paperradar.ranking import Candidate, Pool
from paperradar.settings import Settings
from paperradar.store import Store, StoredPaper

# Novelty looks back this far before the window: older work than that is common knowledge to an abstract's
# neighbours, and the search stays bounded in a store of all of arXiv.
NOVELTY_DAYS = 180
# A paper can be announced weeks after its identifier was given only in rare cases; this bounds the search.
_MONTH_SLACK = dt.timedelta(days=31)
_ONE_DAY = dt.timedelta(days=1)
_ACCEPTED = re.compile(r"\b(?:accepted|to appear|published|camera[- ]ready|oral|spotlight)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Return:
    """That a curator asked for a paper to come back, and why."""

    why: str
    curator: str


def build_pool(
    store: Store,
    settings: Settings,
    *,
    window: Window | None = None,
    month: str | None = None,
    returns: Mapping[str, Return] | None = None,
    progress: Progress = silent,
) -> Pool:
    """Collect the candidates of a window of announcement days, or of one identifier month (``2022-04``).

    A paper is in scope when one of its categories is in ``settings.categories``, or none is known. With a window,
    older papers take part that a curator asked back (``returns``), that got a new version in the window, or whose
    comment tells of an acceptance and changed in it. Texts without vectors are encoded first. Candidates stand in
    identifier order.
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
        older_hashes = session.text_hashes_announced(first - dt.timedelta(days=NOVELTY_DAYS), first - _ONE_DAY)
        older, found = session.vectors(sorted(set(older_hashes).difference(hashes)), fingerprint)
    empty = np.zeros(0, dtype=np.uint32)
    return Pool(
        candidates=tuple(candidates),
        vectors=vectors,
        tokens=tuple(empty if ids is None else ids for ids in tokens),
        duplicates=neighbours.near_duplicates(vectors, settings.ranking.story_similarity),
        novelty=neighbours.novelty(vectors, older[found]),
    )


def in_scope(paper: Paper, categories: Sequence[str]) -> bool:
    """Whether one of the paper's categories is asked for; a paper without categories counts as in scope."""
    return not paper.categories or not set(paper.categories).isdisjoint(categories)


def _window_candidates(
    store: Store, settings: Settings, window: Window, returns: Mapping[str, Return]
) -> list[Candidate]:
    with store.reading() as session:
        stored = session.papers_announced(window.first, window.last)
        changed = session.papers_changed(window.first, announced_before=window.first)
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
        if version.number > 1 and version.created and version.created.date() in window:
            return f"version {version.number} of {version.created.date().isoformat()}"
    if paper.updated and paper.updated in window and _ACCEPTED.search(f"{paper.comments} {paper.journal_ref}"):
        return f"acceptance noted ({(paper.comments or paper.journal_ref)[:80]})"
    return ""


def _month_days(month: str) -> Window:
    year, number = int(month[:4]), int(month[5:7])
    return Window(dt.date(year, number, 1), dt.date(year, number, months.monthrange(year, number)[1]))
