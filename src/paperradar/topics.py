"""Topic profiles: one file ``config/topics/<slug>.toml`` each."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from paperradar.tomlfiles import Table


class SeedPaper(Table):
    """A paper that is a good example of the topic. The title is what encoders see."""

    identifier: str
    title: str


class TopicProfile(Table):
    """What a topic is. ``slug`` comes from the file's name.

    ``description`` is a query text. ``include`` and ``exclude`` are phrases, matched whole and without
    regard to case. ``categories`` are those in which the topic is at home. ``weight`` scales the profile's part
    of a score. ``floor`` is how many rows of the lane the top of a shortlist holds at least (None: the
    setting ``ranking.lanes.floor``). ``threshold`` is the match from which a paper is in the lane (thousandths).
    """

    slug: str
    name: str
    description: str
    seeds: tuple[SeedPaper, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    weight: Annotated[float, Field(ge=0, le=10)] = 1.0
    floor: Annotated[int, Field(ge=0, le=100)] | None = None
    threshold: Annotated[int, Field(ge=0, le=2000)] = 450
