"""How the store's months differ: papers, topics and categories, as plots with their numbers. Pure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from paperradar.pipeline.desk_facts import LEAST_PAPERS, DeskFacts, MonthFacts, share_of
from paperradar.publishing.plots import bars, lines, numbers, percent, plain

# Lines of a plot that can be told apart; tables have all.
_LINES = 8
_CATEGORIES = 6
# A topic's last month is held against the mean of so many before it.
_BEFORE = 6

_Values = Sequence[float | None]


def trends_view(facts: DeskFacts) -> dict[str, Any]:
    """What the page of the trends shows; no plot for an empty store."""
    # Before the first month that has a share, the store holds single old papers only.
    first = next((row for row, item in enumerate(facts.months) if item.compared >= LEAST_PAPERS), 0)
    months = facts.months[first:]
    labels = [item.month if item.whole else f"{item.month}*" for item in months]
    topics = {name: [item.topic_share(slug) for item in months] for slug, name in _named(facts)}
    counted: Counter[str] = Counter()
    for item in months:
        counted.update(item.categories)
    often = [name for name, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))][:_CATEGORIES]
    categories = {name: [share_of(item.categories.get(name, 0), item.categorised) for item in months] for name in often}
    return {
        "made_on": facts.made_on.isoformat(),
        "partial": any(not item.whole and item.papers for item in months),
        "least": LEAST_PAPERS,
        "growth": _growth(months, topics),
        "plots": [
            plot("Topics", "Share of papers that each topic profile catches, by month", labels, topics, percent),
            plot("Categories", "Share of papers in each category, by month", labels, categories, percent),
            plot(
                "Papers",
                "Papers in scope by the month of their announcement",
                labels,
                {"papers": [item.papers for item in months]},
                plain,
                drawn=bars,
            ),
        ]
        if months
        else [],
    }


def plot(
    heading: str,
    title: str,
    labels: Sequence[str],
    series: Mapping[str, _Values],
    form: Callable[[float], str],
    *,
    drawn: Callable[..., str] = lines,
    label_head: str = "month",
) -> dict[str, Any]:
    """A plot, and its numbers as a table: what the template ``desk/plot.html.j2`` shows."""
    shown = dict(list(series.items())[:_LINES])
    return {
        "heading": heading,
        "title": title,
        "svg": drawn(title, labels, shown, form=form, description=f"{title}. The numbers are in the table below."),
        "head": [label_head, *series],
        "rows": numbers(labels, series, form),
        "left_out": len(series) - len(shown),
    }


def _named(facts: DeskFacts) -> list[tuple[str, str]]:
    """Slugs and names of the profiles, those that catch most first: a plot shows only so many."""
    caught = Counter({slug: sum(item.topics.get(slug, 0) for item in facts.months) for slug in facts.topics})
    return sorted(facts.topics.items(), key=lambda pair: (-caught[pair[0]], pair[1]))


def _growth(months: Sequence[MonthFacts], topics: Mapping[str, _Values]) -> dict[str, Any] | None:
    """Each topic's share in the last whole month and in those before it; None where there is nothing to compare."""
    usable = [row for row, item in enumerate(months) if item.whole and item.compared >= LEAST_PAPERS]
    if len(usable) < 2:
        return None
    last, before = usable[-1], usable[-1 - _BEFORE : -1]
    rows = []
    for name, values in topics.items():
        now, usual = values[last] or 0.0, statistics.fmean(values[row] or 0.0 for row in before)
        rows.append((now - usual, name, now, usual))
    return {
        "month": months[last].month,
        "before": len(before),
        "rows": [
            # Adding 0.0 makes +0.0 of -0.0.
            {
                "name": name,
                "now": percent(now),
                "usual": percent(usual),
                "change": f"{round(100 * change, 1) + 0.0:+.1f}",
            }
            for change, name, now, usual in sorted(rows, key=lambda row: (-row[0], row[1]))
        ],
    }
