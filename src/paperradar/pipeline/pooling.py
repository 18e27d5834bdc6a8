"""The pool: which papers may be ranked for a window, with the arrays that ranking needs."""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paperradar import neighbours
from paperradar.calendar import Window, estimate_announcement_day, listing_day
from paperradar.encoding import encoder_card
from paperradar.papers import Paper, identifier_month, identifier_order
from paperradar.pipeline.embedding import embed
from paperradar.pipeline.features import features_of
from paperradar.progress import Progress, silent
from paperradar.ranking import NO_VECTORS, Candidate, Pool
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
    days: Window | None = None,
    extra: Sequence[Paper] = (),
    titles_only: bool = False,
    returns: Mapping[str, Return] | None = None,
    compared: bool = True,
    title_view: bool = True,
    progress: Progress = silent,
) -> Pool:
    """Collect the candidates of a window of announcement days, of plain ``days``, or of one identifier month (2022-04).

    A paper is in scope when one of its categories is in ``settings.categories``, or none is known. With a window,
    older papers take part that a curator asked back (``returns``), that got a new version in the window, or whose
    comment tells of an acceptance and changed in it. ``extra`` papers take part as if they were in the store, whose
    record wins. With ``titles_only`` nothing of a paper counts but its title. Texts without vectors are encoded first.
    Candidates stand in identifier order. Without ``compared`` near-duplicates and novelty are left out, which take most
    of the time. Without ``title_view`` no title is encoded by itself, and the pool's arrays of titles are empty: only
    a taste looks at them.
    """
    if sum(part is not None for part in (window, month, days)) != 1:
        raise ValueError("give one of: a window, days, a month")
    span = window or days or month_days(month or "")
    if window is not None:
        candidates = _window_candidates(store, settings, window, returns or {})
    elif days is not None:
        candidates = _window_candidates(store, settings, days, {}, resurfacing=False)
    else:
        candidates = _month_candidates(store, settings, month or "")
    candidates = _with_extra(candidates, store, extra, span if month is None else None, month)
    if titles_only:
        candidates = [replace(item, paper=title_alone(item.paper)) for item in candidates]
    candidates.sort(key=lambda candidate: identifier_order(candidate.paper.identifier))
    papers = [candidate.paper for candidate in candidates]
    features = features_of(store, settings, papers, title_view=title_view, progress=progress)
    compared = compared and not titles_only and not extra
    weights, near = settings.ranking.weights, settings.ranking.story_similarity
    # Older papers may be many and their texts without vectors: they are asked only where a component needs them.
    looks_back = compared and bool(weights.novelty or weights.growth)
    older = _older_vectors(store, settings, span.first, progress) if looks_back else NO_VECTORS
    return Pool(
        candidates=tuple(candidates),
        vectors=features.vectors,
        tokens=features.tokens,
        duplicates=neighbours.near_duplicates(features.vectors, near) if compared else (),
        novelty=neighbours.novelty(features.vectors, older),
        older=len(older),
        growth=neighbours.growth(features.vectors, older) if looks_back and weights.growth else None,
        title_vectors=features.title_vectors,
        title_tokens=features.title_tokens,
    )


def title_alone(paper: Paper) -> Paper:
    """The paper as a list of titles has it."""
    return Paper(paper.identifier, paper.title, versions=paper.versions)


def _with_extra(
    candidates: list[Candidate], store: Store, extra: Sequence[Paper], days: Window | None, month: str | None
) -> list[Candidate]:
    """The candidates, and the papers of pool files of these days or this month that the store does not hold."""
    if not extra:
        return candidates
    with store.reading() as session:
        stored = {item.paper.identifier for item in session.papers([paper.identifier for paper in extra])}
    more = []
    for paper in extra:
        if paper.identifier in stored:
            continue
        day, basis = estimate_announcement_day(paper)
        if (day in days) if days is not None else identifier_month(paper.identifier) == month:
            more.append(Candidate(paper, day, basis))
    return candidates + more


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
    store: Store, settings: Settings, window: Window, returns: Mapping[str, Return], *, resurfacing: bool = True
) -> list[Candidate]:
    with store.reading() as session:
        stored = session.papers_announced(window.first, window.last)
        since = window.first - _LISTED_WITHIN
        changed = session.papers_changed(since, window.last, announced_before=window.first) if resurfacing else []
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
    days = month_days(month)
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


def month_days(month: str) -> Window:
    """The days of a calendar month (2022-04), first to last."""
    year, number = int(month[:4]), int(month[5:7])
    return Window(dt.date(year, number, 1), dt.date(year, number, months.monthrange(year, number)[1]))
