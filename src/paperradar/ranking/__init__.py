"""Ranking: pure functions over arrays and values. `rank` is the only code that orders papers."""

from paperradar.ranking.components import COMPONENTS, Component
from paperradar.ranking.order import ENTRY_ROLES, lane_floors, lane_labels, rank, topic_matches
from paperradar.ranking.taste import Taste, View
from paperradar.ranking.values import (
    NO_VECTORS,
    Candidate,
    Examples,
    Featured,
    Known,
    LeftOut,
    PastPick,
    Pool,
    Row,
    Shortlist,
    StoryMember,
    TopicKnowledge,
)

__all__ = [
    "COMPONENTS",
    "ENTRY_ROLES",
    "NO_VECTORS",
    "Candidate",
    "Component",
    "Examples",
    "Featured",
    "Known",
    "LeftOut",
    "PastPick",
    "Pool",
    "Row",
    "Shortlist",
    "StoryMember",
    "Taste",
    "TopicKnowledge",
    "View",
    "lane_floors",
    "lane_labels",
    "rank",
    "topic_matches",
]
