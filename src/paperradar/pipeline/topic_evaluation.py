"""How high each topic profile has the papers that topic lists name, among all papers of their identifier's month.

Labels are positives only: a paper that no list names is not off topic. So the one figure is recall within a share of
the month, and nothing is said of precision.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError
from paperradar.papers import identifier_month, identifier_order
from paperradar.pipeline.knowledge import topic_knowledge
from paperradar.pipeline.opening import NO_PAPERS, open_store
from paperradar.pipeline.pooling import build_pool
from paperradar.progress import Progress, silent
from paperradar.ranking import Pool, TopicKnowledge, topic_matches
from paperradar.settings import RankingSettings
from paperradar.sources.labels import BadLabel, TopicLabel, read_labels
from paperradar.topics import TopicProfile, profile_hash
from paperradar.workspace import Workspace

# In per cent of a month's papers.
SHARES = (1, 2, 5, 10, 20)
# In a smaller month the first share would hold no paper at all.
SMALLEST_MONTH = 100

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class TopicMonth:
    """One profile in one identifier month. ``papers``: how many the month has in scope.

    ``ranks``: by identifier, the row (from 1) that the profile's match gives a label in the pool, best first.
    ``outside``: labels that the store lacks or whose categories are out of scope. ``seeds``: labels that are seed
    papers of the profile itself; they are no test of it and count nowhere. Both in identifier order.
    """

    month: str
    papers: int
    ranks: Mapping[str, int]
    outside: tuple[str, ...]
    seeds: tuple[str, ...]

    @property
    def labels(self) -> int:
        """How many labels there are, without the profile's own seed papers."""
        return len(self.ranks) + len(self.outside)

    def within(self, share: int) -> int:
        """How many labels are among the first ``share`` per cent of the month, a part of a paper not counted."""
        return sum(rank * 100 <= share * self.papers for rank in self.ranks.values())


@dataclass(frozen=True, slots=True)
class TopicResult:
    """One profile. ``topics``: what the lists call it. ``months``: ascending."""

    profile: TopicProfile
    topics: tuple[str, ...]
    months: tuple[TopicMonth, ...]

    @property
    def labels(self) -> int:
        """How many labels the measured months have."""
        return sum(item.labels for item in self.months)

    @property
    def present(self) -> int:
        """How many of them are in their month's pool."""
        return sum(len(item.ranks) for item in self.months)

    def recall(self, share: int) -> float | None:
        """Recall over all labels in the pools; None where there are none."""
        return recall(self.months, share)


@dataclass(frozen=True, slots=True)
class SkippedMonth:
    """A month that cannot be measured: the store holds too few of its papers, or none."""

    month: str
    papers: int
    labels: int


@dataclass(frozen=True, slots=True)
class TopicEvaluation:
    """All profiles that a label names, in the workspace's order.

    ``unmatched``: labels by topic for which there is no profile. ``unlabelled``: slugs that no label names.
    ``set_aside``: rows of the file that are no labels. ``encoder``: the fingerprint of the vectors.
    """

    results: tuple[TopicResult, ...]
    unmatched: Mapping[str, int]
    unlabelled: tuple[str, ...]
    skipped: tuple[SkippedMonth, ...]
    set_aside: tuple[BadLabel, ...]
    encoder: str

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON; the same input gives the same."""
        return {
            "profiles": {
                result.profile.slug: {
                    "overall": {
                        "labels": result.labels,
                        "in_pool": result.present,
                        **_figures(result.months),
                    },
                    "months": {
                        item.month: {
                            "papers": item.papers,
                            "labels": item.labels,
                            "in_pool": len(item.ranks),
                            **_figures((item,)),
                            "ranks": dict(item.ranks),
                            "outside": list(item.outside),
                            "seeds": list(item.seeds),
                        }
                        for item in result.months
                    },
                }
                for result in self.results
            },
            "protocol": {
                "labels": "positives only",
                "shares": list(SHARES),
                "encoder": self.encoder,
                "topics": {result.profile.slug: list(result.topics) for result in self.results},
                "profile_hashes": {result.profile.slug: profile_hash(result.profile) for result in self.results},
                "unmatched": dict(self.unmatched),
                "unlabelled": list(self.unlabelled),
                "skipped": {item.month: {"papers": item.papers, "labels": item.labels} for item in self.skipped},
                "set_aside": [{"line": row.line, "reason": row.reason} for row in self.set_aside],
            },
        }


def recall(months: Sequence[TopicMonth], share: int) -> float | None:
    """The share of the labels in the pools within the first ``share`` per cent of their month; each counts the same."""
    present = sum(len(item.ranks) for item in months)
    return sum(item.within(share) for item in months) / present if present else None


def evaluate_topics(
    workspace: Workspace,
    labels: Path,
    *,
    months: Collection[str] = (),
    progress: Progress = silent,
) -> TopicEvaluation:
    """Rank each month's papers by each profile's match, and find a file's labels; texts without vectors are encoded.

    ``months`` (``2021-06``): only these; empty for all that the labels have. The profiles are taken as they are today,
    later seed papers and words included. Raises InputError for a file that holds no labels, NotFoundError where there
    is nothing to measure.
    """
    read = read_labels(labels)
    by_profile, unmatched = match_topics(read.labels, workspace.topics)
    if not by_profile:
        raise NotFoundError(
            "no label is of a topic that has a profile; the profiles are:"
            f" {', '.join(profile.slug for profile in workspace.topics) or 'none'}"
        )
    wanted = {
        slug: _by_month([label for label in mine if not months or identifier_month(label.identifier) in months])
        for slug, mine in by_profile.items()
    }
    labelled = Counter(dict.fromkeys(months, 0))
    for mine in wanted.values():
        labelled.update({month: len(identifiers) for month, identifiers in mine.items()})
    store = open_store(workspace)
    with store.reading() as session:
        held = Counter(identifier_month(title.identifier) for title in session.titles())
    if not held:
        raise NotFoundError(NO_PAPERS)
    profiles = [profile for profile in workspace.topics if profile.slug in by_profile]
    found: dict[str, list[TopicMonth]] = {profile.slug: [] for profile in profiles}
    skipped: list[SkippedMonth] = []
    knowledge: tuple[TopicKnowledge, ...] = ()
    for month in sorted(labelled):
        if held[month] < SMALLEST_MONTH:
            skipped.append(SkippedMonth(month, held[month], labelled[month]))
            continue
        pool = build_pool(store, workspace.settings, month=month, compared=False, title_view=False, progress=progress)
        if len(pool.candidates) < SMALLEST_MONTH:
            skipped.append(SkippedMonth(month, len(pool.candidates), labelled[month]))
            continue
        knowledge = knowledge or topic_knowledge(store, workspace.settings, profiles)
        for topic in knowledge:
            if identifiers := wanted[topic.profile.slug].get(month):
                found[topic.profile.slug].append(
                    measure_month(pool, topic, month, identifiers, workspace.settings.ranking)
                )
    if not any(found.values()):
        raise NotFoundError(
            f"the store holds no month of {SMALLEST_MONTH} papers or more in scope that has labels;"
            " import or backfill one, or choose another with --month"
        )
    return TopicEvaluation(
        results=tuple(
            TopicResult(
                profile,
                tuple(dict.fromkeys(label.topic for label in by_profile[profile.slug])),
                tuple(found[profile.slug]),
            )
            for profile in profiles
        ),
        unmatched=unmatched,
        unlabelled=tuple(profile.slug for profile in workspace.topics if profile.slug not in by_profile),
        skipped=tuple(skipped),
        set_aside=read.set_aside,
        encoder=encoder_card(workspace.settings.encoder).fingerprint,
    )


def measure_month(
    pool: Pool, topic: TopicKnowledge, month: str, labels: Collection[str], settings: RankingSettings
) -> TopicMonth:
    """Order a pool by one profile's match, as it goes into the score, and find the labelled identifiers."""
    own = {seed.identifier for seed in topic.profile.seeds}
    sought = {identifier for identifier in labels if identifier not in own}
    ranks = {
        candidate.paper.identifier: rank
        for rank, (candidate, _) in enumerate(topic_matches(pool, topic, settings), start=1)
        if candidate.paper.identifier in sought
    }
    return TopicMonth(
        month=month,
        papers=len(pool.candidates),
        ranks=ranks,
        outside=tuple(sorted(sought - ranks.keys(), key=identifier_order)),
        seeds=tuple(sorted(own.intersection(labels), key=identifier_order)),
    )


def match_topics(
    labels: Sequence[TopicLabel], profiles: Sequence[TopicProfile]
) -> tuple[dict[str, list[TopicLabel]], dict[str, int]]:
    """Labels by the slug of their profile, and how many labels each topic has that no profile is for.

    A topic and a profile belong together where one's name is the other's name or slug; case, hyphens and a plural s
    make no difference.
    """
    slugs: dict[str, str] = {}
    for profile in profiles:
        for name in (profile.slug, profile.name):
            slugs.setdefault(_folded(name), profile.slug)
    by_profile: dict[str, list[TopicLabel]] = {}
    unmatched: Counter[str] = Counter()
    for label in labels:
        if (slug := slugs.get(_folded(label.topic))) is None:
            unmatched[label.topic] += 1
        else:
            by_profile.setdefault(slug, []).append(label)
    return by_profile, dict(sorted(unmatched.items()))


def _folded(name: str) -> str:
    words = _NOT_WORD.sub(" ", name.casefold()).split()
    return " ".join(word.removesuffix("s") for word in words)


def _by_month(labels: Sequence[TopicLabel]) -> dict[str, set[str]]:
    months: dict[str, set[str]] = {}
    for label in labels:
        months.setdefault(identifier_month(label.identifier), set()).add(label.identifier)
    return months


def _figures(months: Sequence[TopicMonth]) -> dict[str, float | None]:
    return {f"recall@{share}%": recall(months, share) for share in SHARES}
