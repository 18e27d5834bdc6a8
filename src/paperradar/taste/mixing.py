"""Two tastes made one, and what is left of one under another encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paperradar.ranking import Taste, View


def words_only(taste: Taste) -> Taste | None:
    """The taste without its views of vectors, whose shares the others take over; None where no other is there."""
    views = [view for view in taste.views if view.kind.endswith("words")]
    return replace(taste, views=_scaled(views, 1.0)) if views else None


def mix(taste: Taste, other: Taste, share: float) -> Taste:
    """All views of both, those of ``other`` making up ``share`` (0 to 1) of the whole. Day and card are the first's."""
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share")
    views = (*_scaled(taste.views, 1 - share), *_scaled(other.views, share))
    return replace(taste, views=tuple(view for view in views if view.share))


def _scaled(views: Sequence[View], to: float) -> tuple[View, ...]:
    total = sum(view.share for view in views)
    return tuple(replace(view, share=view.share / total * to) for view in views)
