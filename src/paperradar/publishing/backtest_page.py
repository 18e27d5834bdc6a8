"""The page of a backtest: recall by depth, figures, and each pick's ranks with what lifted or sank it.

One file that needs nothing else and has no script. It is made from plain values (`BacktestPage`); text from arXiv is
never markup, as on the page of an edition.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from paperradar.papers import abs_url
from paperradar.publishing.page import asset, environment, policy

# The drawing's size, and the margins that hold the axes' numbers; in the units of its viewBox.
_WIDTH, _HEIGHT = 720.0, 320.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 28.0, 12.0, 44.0
_DEPTHS = (1, 10, 50, 100, 200, 500, 1000, 2000, 10_000, 100_000)
# Without a number where the plot is narrow.
_MINOR = (50, 200, 2000)
# backtest.css draws the orders with this many colours and dashes; the first one is the method's.
_STYLES = 6
# Components named in the line under a pick, on each side.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class PagePick:
    """A pick in the pool. ``ranks``: by order, its row, None where the order left it out.

    ``parts``: by component its label, thousandths of its row, and their median in the method's first rows.
    """

    identifier: str
    title: str
    mention: bool
    ranks: Mapping[str, int | None]
    why: str
    parts: tuple[tuple[str, int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PagePart:
    """One edition, or all together. ``present``: how many main entries are in the pool; ``deepest``: its last row.

    ``figures``: by order and then by figure, numbers as text. ``ranks``: by order, those of the main entries it has.
    """

    name: str
    facts: str
    present: int
    deepest: int
    figures: Mapping[str, Mapping[str, str]]
    ranks: Mapping[str, Sequence[int]]
    picks: tuple[PagePick, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BacktestPage:
    """All that the page says. ``orders``: the method first, then the baselines. ``differences``: rows of text cells."""

    title: str
    facts: tuple[str, ...]
    orders: tuple[str, ...]
    overall: PagePart
    editions: tuple[PagePart, ...]
    difference_head: tuple[str, ...]
    differences: tuple[tuple[str, ...], ...]
    protocol: tuple[tuple[str, str], ...]


def render_backtest(page: BacktestPage) -> bytes:
    """The page's bytes, UTF-8."""
    style = Markup("").join((asset("page.css"), asset("backtest.css")))
    html = (
        environment()
        .get_template("backtest.html.j2")
        .render(
            page=page,
            policy=policy(style=style),
            style=style,
            orders=[{"name": name, "style": index % _STYLES} for index, name in enumerate(page.orders)],
            overall=_view(page.overall, page.orders),
            editions=[_view(part, page.orders) for part in page.editions],
        )
    )
    return html.encode()


def _view(part: PagePart, orders: Sequence[str]) -> dict[str, Any]:
    return {
        "part": part,
        "columns": list(next(iter(part.figures.values()), {})),
        "plot": _plot(part, orders) if part.present else None,
        "picks": [_pick_view(pick) for pick in part.picks],
    }


def _pick_view(pick: PagePick) -> dict[str, Any]:
    """The pick with its components in order of what they did to it."""
    moved = sorted(
        ((value - typical, label, value, typical) for label, value, typical in pick.parts if value or typical),
        key=lambda part: (-abs(part[0]), part[1]),
    )
    parts = [
        {"label": label, "value": value, "typical": typical, "difference": difference}
        for difference, label, value, typical in moved
    ]
    return {
        "pick": pick,
        "abs": abs_url(pick.identifier),
        "parts": parts,
        "lifted": [part for part, (difference, *_) in zip(parts, moved, strict=True) if difference > 0][:_NAMED],
        "sank": [part for part, (difference, *_) in zip(parts, moved, strict=True) if difference < 0][:_NAMED],
    }


def _plot(part: PagePart, orders: Sequence[str]) -> dict[str, Any]:
    """Recall by depth as steps: a logarithmic axis of rows, and the share of the picks found so far."""
    deepest = max(part.deepest, 10)
    span = math.log10(deepest)

    def x(rank: float) -> str:
        return f"{_LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log10(rank) / span:.1f}"

    def y(share: float) -> str:
        return f"{_TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - share):.1f}"

    curves = []
    for index, name in enumerate(orders):
        steps = [f"M{x(1)} {y(0)}"]
        found = 0
        for rank, same in groupby(sorted(part.ranks.get(name, ()))):
            found += len(list(same))
            steps.append(f"H{x(rank)}V{y(found / part.present)}")
        curves.append({"path": "".join([*steps, f"H{x(deepest)}"]), "style": index % _STYLES})
    return {
        "width": f"{_WIDTH:.0f}",
        "height": f"{_HEIGHT:.0f}",
        "left": f"{_LEFT:.1f}",
        "right": f"{_WIDTH - _RIGHT:.1f}",
        "top": f"{_TOP:.1f}",
        "bottom": f"{_HEIGHT - _BOTTOM:.1f}",
        "curves": curves[::-1],  # the method's is drawn last, above the others
        "depths": [{"x": x(depth), "label": depth, "minor": depth in _MINOR} for depth in _DEPTHS if depth <= deepest],
        "shares": [{"y": y(step / 4), "label": f"{step / 4:.0%}"} for step in range(5)],
    }
