"""What is known of how high the order has what people picked: the adopted taste's card, and decided editions."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from paperradar.desk.trends_view import plot
from paperradar.errors import InputError, NotFoundError
from paperradar.papers import clean_text
from paperradar.pipeline.edition_lists import pick_depth
from paperradar.pipeline.editions import EditionView
from paperradar.pipeline.tasting import depth_of, measured_by
from paperradar.publishing.plots import percent, plain
from paperradar.taste.keeping import TasteShelf
from paperradar.workspace import Workspace

# Rows read; the first one that is not less than the longest list is the last one of a plot.
DEPTHS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
CHANCE = "in any order"

Ranks = Sequence[int | None]


def recall_at(ranks: Ranks, depth: int) -> float:
    """The share of the ranks that are at most ``depth``; None is below every row."""
    return sum(rank is not None and rank <= depth for rank in ranks) / len(ranks)


def measured_view(workspace: Workspace) -> dict[str, Any]:
    """The adopted taste's measurement. ``problem``: why there is none, and which command makes one; else ""."""
    remedy = "measure one with: paperradar taste train"
    try:
        adopted = TasteShelf(workspace.taste).adopted()
    except (InputError, NotFoundError) as error:
        return {"problem": str(error)}
    if adopted is None:
        return {"problem": f"no taste was adopted, so nothing was measured; {remedy}"}
    name, taste = adopted
    measured = taste.card.get("measured")
    kind = measured_by(taste.card)
    if not kind or not isinstance(measured, Mapping):
        return {"problem": f"the adopted taste {name} was not measured: there was no edition to do so; {remedy}"}
    parts = {str(part): figures for part, figures in measured["editions"].items() if figures["ranks"]}
    return {
        "problem": "",
        "name": name,
        "until": taste.trained_until.isoformat(),
        "sources": [clean_text(str(source)) for source in measured.get("sources", [])],
        "kind": kind,
        "line": str(depth_of(taste.card, workspace.settings).get("line", "")),
        "plot": _curves({part: tuple(figures["ranks"].values()) for part, figures in parts.items()}, parts),
        "parts": [
            {
                "name": part,
                "candidates": int(figures["candidates"]),
                "picks": int(figures["picks"]),
                "ranks": _sorted(tuple(figures["ranks"].values())),
                "median": _median(tuple(figures["ranks"].values()), int(figures["candidates"])),
            }
            for part, figures in parts.items()
        ],
    }


def decided_view(workspace: Workspace, views: Sequence[EditionView]) -> dict[str, Any]:
    """Where the decided ten stood on the lists that curators read. ``views``: of any editions, newest first."""
    rows, ranks_of, lengths = [], {}, {}
    for view in views:
        if view.decided is None or not view.ten:
            continue
        depth = pick_depth(workspace, view)
        ranks = list(depth.ranks.values())
        ranks_of[view.edition], lengths[view.edition] = ranks, {"candidates": depth.rows}
        rows.append(
            {
                "edition": view.edition,
                "entries": len(ranks),
                "rows": depth.rows,
                "ranks": _sorted(ranks),
                "deepest": max((rank for rank in ranks if rank is not None), default=None),
                "added": len(depth.off_list),
            }
        )
    return {"rows": rows, "plot": _curves(ranks_of, lengths) if rows else None}


def _curves(ranks_of: Mapping[str, Ranks], facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Recall by rows read: of all picks together, of each part, and as it would be by chance."""
    if not ranks_of:
        return None
    longest = max(int(facts[part]["candidates"]) for part in ranks_of)
    depths = [depth for depth, before in zip(DEPTHS, (0, *DEPTHS), strict=False) if before < longest]
    everything = [rank for ranks in ranks_of.values() for rank in ranks]
    weights = {part: len(ranks) / len(everything) for part, ranks in ranks_of.items()}
    chance = [
        sum(weight * min(1.0, depth / max(1, int(facts[part]["candidates"]))) for part, weight in weights.items())
        for depth in depths
    ]
    series: dict[str, list[float | None]] = {
        "all picks": [recall_at(everything, depth) for depth in depths],
        CHANCE: list(chance),
    }
    if len(ranks_of) > 1:
        series |= {part: [recall_at(ranks, depth) for depth in depths] for part, ranks in ranks_of.items()}
    return plot(
        "Recall by rows read",
        "Share of the picks among the first rows of the list",
        [plain(depth) for depth in depths],
        series,
        percent,
        label_head="rows read",
    )


def _sorted(ranks: Ranks) -> list[int | None]:
    return sorted(ranks, key=lambda rank: (rank is None, rank or 0))


def _median(ranks: Ranks, candidates: int) -> str:
    return plain(statistics.median(candidates + 1 if rank is None else rank for rank in ranks))
