"""Why a row stands where it stands, in words that a curator reads in one breath."""

from __future__ import annotations

from collections.abc import Sequence

from paperradar.ranking.components import TopicEvidence
from paperradar.ranking.lanes import DATASETS, WILDCARD
from paperradar.ranking.values import Candidate, Featured

_TITLE_LENGTH = 70
_PHRASES_SHOWN = 4


def featured_words(featured: Sequence[Featured]) -> str:
    """For instance ``entry 4 of 2022-03``; several are joined by commas."""
    return ", ".join(
        f"entry {item.rank} of {item.edition}" if item.rank else f"{_ROLE.get(item.role, item.role)} {item.edition}"
        for item in featured
    )


_ROLE = {"mention": "mentioned in", "pick": "picked in", "top10": "entry of"}


def explain(
    candidate: Candidate,
    position: int,
    evidence: TopicEvidence | None,
    *,
    own: dict[str, int],
    lanes: Sequence[str],
    lifted_by: str,
    story: int,
    featured: Sequence[Featured],
    lane_labels: dict[str, str],
) -> str:
    """One line: best profile, nearest seed paper, phrases, signals, and what moved the row.

    ``position`` is the candidate's place in the pool; ``own`` the components that are not a profile's.
    """
    parts: list[str] = []
    if evidence is not None:
        profile, match = evidence.topic.profile, int(evidence.match[position])
        if WILDCARD in lanes:
            parts.append(f"far from all profiles (nearest: {profile.name}, match {match})")
        elif profile.slug in lanes:
            parts.append(f"fits {profile.name} (match {match})")
        else:
            parts.append(f"nearest profile {profile.name} (match {match}, under its threshold {profile.threshold})")
        if (seed := int(evidence.nearest_seed[position])) >= 0 and evidence.seed_cosine[position] > 0:
            title = _shortened(profile.seeds[seed].title)
            parts.append(f"like the seed paper “{title}” (cosine {evidence.seed_cosine[position]:.2f})")
        if found := evidence.phrases[position]:
            more = f" and {len(found) - _PHRASES_SHOWN} more" if len(found) > _PHRASES_SHOWN else ""
            parts.append("says " + ", ".join(f"“{phrase}”" for phrase in found[:_PHRASES_SHOWN]) + more)
        if int(evidence.parts["excluded"][position]) < 0:
            parts.append(f"says what {profile.name} excludes ({int(evidence.parts['excluded'][position])})")
    if DATASETS in lanes:
        parts.append("publishes a dataset or benchmark")
    if own.get("release", 0) > 0:
        parts.append("code, data or weights public")
    if story:
        parts.append(f"{story} near-duplicate{'s' if story > 1 else ''} folded in")
    if candidate.resurfaced:
        parts.append(f"resurfaced: {candidate.resurfaced}")
    if featured:
        parts.append(f"featured before: {featured_words(featured)}")
    if not candidate.paper.abstract:
        parts.append("judged by its title alone: no abstract is known")
    if lifted_by:
        parts.append(f"lifted by the floor of the lane {lane_labels.get(lifted_by, lifted_by)}")
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1].rstrip() + "…"
