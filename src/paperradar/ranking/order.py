"""`rank`: the only code that orders papers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paperradar.papers import identifier_order
from paperradar.ranking import components, stories
from paperradar.ranking.components import COMPONENTS, OwnEvidence, TopicEvidence
from paperradar.ranking.explanation import explain
from paperradar.ranking.lanes import OWN_LANES, lift
from paperradar.ranking.phrases import names_dataset
from paperradar.ranking.texts import Texts, normalised_texts
from paperradar.ranking.values import Candidate, Known, LeftOut, Pool, Row, Shortlist, StoryMember, TopicKnowledge
from paperradar.settings import LaneSettings, RankingSettings
from paperradar.topics import DATASETS, RESURFACED, WILDCARD

# Roles that make a paper an entry of an edition; a mention is only linked there and may be picked later.
ENTRY_ROLES = frozenset({"top10", "pick"})


def rank(pool: Pool, known: Known, settings: RankingSettings) -> Shortlist:
    """Order the pool by one global score, fold stories, apply the lanes' floors, explain every row.

    A score is the exact sum of its components, in integer thousandths; equal scores stand in identifier order.
    Withdrawn papers, entries of earlier editions that are not resurfaced, and resurfaced papers beyond the
    setting ``lanes.resurfaced_most`` are left out and named. Pure and deterministic.
    """
    scores = _score(pool, known, settings)
    kept, left_out = _admit(pool, known, settings.lanes, scores.total())
    near = components.near_counts(pool, kept)
    scores.parts["story"] = components.story_part(near, settings.weights)
    total = scores.total()
    order = sorted(kept, key=lambda i: (-int(total[i]), identifier_order(pool.candidates[i].paper.identifier)))
    folded = stories.fold(order, pool.duplicates)
    lanes = {leader: scores.lanes[leader] for leader in folded}
    lifted = lift(tuple(folded), lanes, lane_floors(known, settings.lanes), settings.lanes.depth)
    labels = lane_labels(known)
    rows = []
    for position, index in enumerate(lifted.order, start=1):
        candidate = pool.candidates[index]
        best = int(scores.best[index])
        parts = {item.name: int(scores.parts[item.name][index]) for item in COMPONENTS}
        featured = known.featured.get(candidate.paper.identifier, ())
        rows.append(
            Row(
                rank=position,
                candidate=candidate,
                score=int(total[index]),
                components=parts,
                topic=scores.evidence[best].topic.profile.slug if best >= 0 else "",
                match={item.topic.profile.slug: int(item.match[index]) for item in scores.evidence},
                lanes=scores.lanes[index],
                lifted_by=lifted.lifted_by.get(index, ""),
                why=explain(
                    candidate,
                    index,
                    scores.evidence,
                    best,
                    likes=scores.own.said(index, of_taste=True),
                    signals=scores.own.said(index, of_taste=False),
                    lanes=scores.lanes[index],
                    lifted_by=lifted.lifted_by.get(index, ""),
                    near=int(near[index]),
                    folded=len(folded[index]),
                    featured=featured,
                    lane_labels=labels,
                ),
                story=tuple(
                    StoryMember(pool.candidates[member], cosine, int(total[member])) for member, cosine in folded[index]
                ),
                featured=tuple(featured),
            )
        )
    return Shortlist(tuple(rows), tuple(left_out))


def topic_matches(pool: Pool, topic: TopicKnowledge, settings: RankingSettings) -> list[tuple[Candidate, int]]:
    """Every candidate with its match (thousandths) to one profile, best first; equal matches in identifier order."""
    evidence = components.topic_evidence(topic, pool, normalised_texts(pool), settings.weights)
    matches = [(candidate, int(match)) for candidate, match in zip(pool.candidates, evidence.match, strict=True)]
    return sorted(matches, key=lambda item: (-item[1], identifier_order(item[0].paper.identifier)))


def lane_floors(known: Known, lanes: LaneSettings) -> dict[str, int]:
    """By lane, how many rows the first ``lanes.depth`` hold at least; profiles first."""
    floors = {t.profile.slug: lanes.floor if t.profile.floor is None else t.profile.floor for t in known.topics}
    return floors | {DATASETS: lanes.datasets, WILDCARD: lanes.wildcard, RESURFACED: lanes.resurfaced}


def lane_labels(known: Known) -> dict[str, str]:
    """By lane, its name for people, in the order in which lanes are shown."""
    return {topic.profile.slug: topic.profile.name for topic in known.topics} | OWN_LANES


@dataclass(frozen=True, slots=True)
class _Scores:
    """``parts`` holds the component ``story`` only once it is known who takes part."""

    evidence: tuple[TopicEvidence, ...]
    best: NDArray[np.int64]
    own: OwnEvidence
    parts: dict[str, NDArray[np.int64]]
    lanes: tuple[tuple[str, ...], ...]

    def total(self) -> NDArray[np.int64]:
        total: NDArray[np.int64] = np.sum(list(self.parts.values()), axis=0, dtype=np.int64).reshape(len(self.best))
        return total


def _score(pool: Pool, known: Known, settings: RankingSettings) -> _Scores:
    count = len(pool.candidates)
    texts = normalised_texts(pool)
    evidence = tuple(components.topic_evidence(topic, pool, texts, settings.weights) for topic in known.topics)
    best = components.best_topic(evidence, count)
    parts = {item.name: np.zeros(count, dtype=np.int64) for item in COMPONENTS}
    for index, item in enumerate(evidence):
        chosen = best == index
        for name, values in components.weighted_parts(item).items():
            parts[name][chosen] = values[chosen]
    own = components.own_evidence(pool, texts, known, settings.weights)
    parts |= own.parts
    return _Scores(
        evidence=evidence,
        best=best,
        own=own,
        parts=parts,
        lanes=tuple(_lanes_of(i, pool, texts, evidence, settings.lanes) for i in range(count)),
    )


def _lanes_of(
    index: int, pool: Pool, texts: Texts, evidence: tuple[TopicEvidence, ...], settings: LaneSettings
) -> tuple[str, ...]:
    match = [(item.topic.profile, int(item.match[index])) for item in evidence]
    fits = [profile.slug for profile, value in match if value >= profile.threshold]
    lanes = list(fits)
    if names_dataset(texts.titles[index], texts.abstracts[index]):
        lanes.append(DATASETS)
    if match and not fits and max(value for _, value in match) < settings.wildcard_below:
        lanes.append(WILDCARD)
    if pool.candidates[index].resurfaced:
        lanes.append(RESURFACED)
    return tuple(lanes)


def _admit(pool: Pool, known: Known, lanes: LaneSettings, total: NDArray[np.int64]) -> tuple[list[int], list[LeftOut]]:
    """Who takes part, and who is left out and why."""
    kept: list[int] = []
    left_out: list[LeftOut] = []
    returning: list[int] = []
    for index, candidate in enumerate(pool.candidates):
        identifier = candidate.paper.identifier
        earlier = known.featured.get(identifier, ())
        if candidate.paper.withdrawn:
            loud = identifier in known.chosen or bool(earlier)
            # An older paper whose news is its withdrawal never was a candidate, unless somebody had chosen it.
            returns = bool(candidate.resurfaced) and not candidate.by_curator and not loud
            left_out.append(LeftOut(candidate, "resurfaced" if returns else "withdrawn", loud))
        elif candidate.resurfaced and not candidate.by_curator:
            returning.append(index)
        elif not candidate.resurfaced and any(item.role in ENTRY_ROLES for item in earlier):
            left_out.append(LeftOut(candidate, "featured", identifier in known.chosen))
        else:
            kept.append(index)
    returning.sort(key=lambda i: (-int(total[i]), identifier_order(pool.candidates[i].paper.identifier)))
    kept += returning[: lanes.resurfaced_most]
    left_out += [LeftOut(pool.candidates[index], "resurfaced") for index in returning[lanes.resurfaced_most :]]
    return kept, left_out
