"""Why a row stands where it stands, in words that a curator reads in one breath."""

from __future__ import annotations

from collections.abc import Sequence

from paperradar.ranking.components import TopicEvidence
from paperradar.ranking.values import Candidate, Featured
from paperradar.topics import DATASETS, WILDCARD

_TITLE_LENGTH = 70
_PHRASES_SHOWN = 4
# Below this cosine a seed paper is no neighbour to speak of; MiniLM gives unrelated abstracts of one field 0.1 to 0.3.
_LIKE = 0.3


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
    evidence: Sequence[TopicEvidence],
    best: int,
    *,
    likes: Sequence[str] = (),
    signals: Sequence[str],
    lanes: Sequence[str],
    lifted_by: str,
    near: int,
    folded: int,
    featured: Sequence[Featured],
    lane_labels: dict[str, str],
) -> str:
    """One line: past picks, profiles, nearest seed paper, phrases, signals, and what moved the row.

    ``position`` is the candidate's place in the pool, ``best`` the profile whose parts are in the score (-1 for none);
    ``likes`` what taste says, ``signals`` what those signals say that count; ``near`` how many near-duplicates take
    part, ``folded`` of them are in this row.
    """
    parts: list[str] = list(likes)
    if best >= 0:
        parts += _topic_words(evidence[best], position, lanes)
        parts += [
            f"fits {item.topic.profile.name} too (match {int(item.match[position])})"
            for index, item in enumerate(evidence)
            if index != best and item.topic.profile.slug in lanes
        ]
    if DATASETS in lanes:
        parts.append("publishes a dataset or benchmark")
    parts += signals
    if near:
        in_this_row = f", {folded} of them folded into this row" if folded else ""
        parts.append(f"{near} near-duplicate{'s' if near > 1 else ''} in the window{in_this_row}")
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


def _topic_words(evidence: TopicEvidence, position: int, lanes: Sequence[str]) -> list[str]:
    """How the paper fits the profile that gives it most."""
    profile, match = evidence.topic.profile, int(evidence.match[position])
    parts = []
    if WILDCARD in lanes:
        parts.append(f"far from all profiles (nearest: {profile.name}, match {match})")
    elif profile.slug in lanes:
        parts.append(f"fits {profile.name} (match {match})")
    else:
        parts.append(f"nearest profile {profile.name} (match {match}, under its threshold {profile.threshold})")
    seed, cosine = int(evidence.nearest_seed[position]), float(evidence.seed_cosine[position])
    if seed >= 0 and cosine >= _LIKE and WILDCARD not in lanes:
        parts.append(f"like the seed paper “{_shortened(profile.seeds[seed].title)}” (cosine {cosine:.2f})")
    if found := evidence.phrases[position]:
        more = f" and {len(found) - _PHRASES_SHOWN} more" if len(found) > _PHRASES_SHOWN else ""
        parts.append("says " + ", ".join(f"“{phrase}”" for phrase in found[:_PHRASES_SHOWN]) + more)
    if int(evidence.parts["excluded"][position]) < 0:
        parts.append(f"says what {profile.name} excludes ({int(evidence.parts['excluded'][position])})")
    return parts


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1].rstrip() + "…"
