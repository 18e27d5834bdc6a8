"""Which plots an issue has, as plain numbers; `paperradar.publishing.plots` draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from paperradar.papers import clean_text
from paperradar.publishing.bundle import Bundle
from paperradar.topics import DATASETS

# Categories by name; the others are added up.
_CATEGORIES = 12


@dataclass(frozen=True, slots=True)
class Trend:
    """Past months, such as 2022-04, in order: the papers in scope, and by topic the share of them that it catches.

    A number is None where the month is not whole, or too little was compared. Shares lie between 0 and 1.
    """

    months: tuple[str, ...]
    papers: tuple[int | None, ...]
    topics: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot's numbers. ``name``: its file without suffix; ``note``: what the numbers are, in a sentence.

    ``series``: by name, a number or None for each of ``labels``. ``kind``: bars lie.
    """

    name: str
    title: str
    note: str
    kind: Literal["bars", "lines"]
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float | None, ...]]


def plots_of(bundle: Bundle, chosen: Sequence[tuple[str, int]], trend: Trend | None) -> tuple[Plot, ...]:
    """The month's plots; those without numbers are left out. ``chosen``: titles of the issue and who picked them."""
    made = [_by_topic(bundle), _by_category(bundle)]
    if trend:
        made += [_by_month(trend), _topics_by_month(trend)]
    made.append(_votes(chosen))
    return tuple(plot for plot in made if _has_numbers(plot))


def _by_topic(bundle: Bundle) -> Plot:
    # The other lanes are no topics: what is far from all profiles, and what came back.
    topics = {DATASETS, *(topic["slug"] for topic in bundle["topics"])}
    return _bars(
        "papers-by-topic",
        "Papers by topic",
        f"Of {bundle['counts']['ranked']:,} ranked papers, those that each topic catches; a paper may be of several.",
        "papers",
        [(clean_text(lane["label"]), lane["count"]) for lane in bundle["lanes"] if lane["slug"] in topics],
    )


def _by_category(bundle: Bundle) -> Plot:
    count = Counter(row["categories"][0] for row in bundle["rows"] if row["categories"])
    named = count.most_common(_CATEGORIES)
    if rest := count.total() - sum(number for _, number in named):
        named.append(("others", rest))
    note = f"The {count.total():,} papers of the list whose categories are known, by the first one."
    return _bars("papers-by-category", "Papers by category", note, "papers", named)


def _by_month(trend: Trend) -> Plot:
    note = "Papers in scope announced in each month; months that are not whole are left out."
    numbers = {"papers": tuple(None if count is None else float(count) for count in trend.papers)}
    return Plot("papers-by-month", "Papers by month", note, "lines", trend.months, numbers)


def _topics_by_month(trend: Trend) -> Plot:
    note = "Of each month's papers, the percentage that each topic catches; a paper may be of several."
    numbers = {
        clean_text(name): tuple(None if share is None else round(100 * share, 1) for share in shares)
        for name, shares in trend.topics.items()
    }
    return Plot("topics-by-month", "Topics by month", note, "lines", trend.months, numbers)


def _votes(chosen: Sequence[tuple[str, int]]) -> Plot:
    picked = [(clean_text(title), picks) for title, picks in chosen if picks]
    return _bars("votes", "Votes", "How many curators pick each work of this issue.", "picks", picked)


def _bars(name: str, title: str, note: str, what: str, pairs: Sequence[tuple[str, int]]) -> Plot:
    numbers = {what: tuple(float(number) for _, number in pairs)}
    return Plot(name, title, note, "bars", tuple(label for label, _ in pairs), numbers)


def _has_numbers(plot: Plot) -> bool:
    return any(number for numbers in plot.series.values() for number in numbers)
