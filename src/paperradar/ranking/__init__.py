"""Ranking: pure functions over arrays and values. `rank` is the only code that orders papers."""

from paperradar.ranking.components import COMPONENTS, Component
from paperradar.ranking.order import ENTRY_ROLES, lane_floors, lane_labels, rank, topic_matches
from paperradar.ranking.values import (
    Candidate,
    Featured,
    Known,
    LeftOut,
    Pool,
    Row,
    Shortlist,
    StoryMember,
    TopicKnowledge,
)

__all__ = [
    "COMPONENTS",
    "ENTRY_ROLES",
    "Candidate",
    "Component",
    "Featured",
    "Known",
    "LeftOut",
    "Pool",
    "Row",
    "Shortlist",
    "StoryMember",
    "TopicKnowledge",
    "lane_floors",
    "lane_labels",
    "rank",
    "topic_matches",
]
