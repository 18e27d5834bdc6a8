"""The backtest: how high the method and the baselines have the papers that people picked.

Each edition's pool is ranked as it would have been then, by the functions that make a shortlist: `build_pool`,
`known_as_of` and `rank`. What people decided about the tested edition itself never takes part: neither marks on its
sheet nor papers that curators asked back. See docs/evaluation.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from paperradar.calendar import Window, edition_window, parse_edition
from paperradar.decisions import Pick
from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError
from paperradar.evaluation import (
    BASELINES,
    DEPTHS,
    Case,
    Judged,
    Labels,
    Metrics,
    evaluate,
    judge,
    ranks_of,
    run_of,
    unite,
)
from paperradar.evaluation.baselines import SEED
from paperradar.papers import identifier_month
from paperradar.pipeline.knowledge import known_as_of, pool_as_of, topics_as_of
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.picking import known_picks
from paperradar.pipeline.pooling import build_pool
from paperradar.progress import Progress, silent
from paperradar.ranking import Known, Pool, rank
from paperradar.settings import RankingSettings
from paperradar.workspace import Workspace

PoolKind = Literal["window", "id-month"]
METHOD = "method"


@dataclass(frozen=True, slots=True)
class MeasuredEdition:
    """An edition, its pool's labels, and the orders to measure by name (`METHOD` and the baselines)."""

    edition: str
    first: dt.date
    last: dt.date
    as_of: dt.date
    candidates: int
    entries: Judged
    mentions: Judged
    runs: Mapping[str, Sequence[str | tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """The measured editions, in order, and how they were measured (for JSON)."""

    editions: tuple[MeasuredEdition, ...]
    protocol: Mapping[str, object]

    def overall(self, name: str, *, mentions: bool = False) -> Metrics:
        """All editions together; each picked paper counts the same."""
        return evaluate([_case(item, name, mentions) for item in self.editions])

    def as_dict(self) -> dict[str, object]:
        """For JSON: ``method``, ``baselines``, ``protocol``. The same input gives the same bytes."""
        return {
            METHOD: self._one(METHOD),
            "baselines": {name: self._one(name) for name in BASELINES},
            "protocol": dict(self.protocol),
        }

    def _one(self, name: str) -> dict[str, object]:
        overall: dict[str, object] = {
            "editions": len(self.editions),
            "candidates": sum(item.candidates for item in self.editions),
            **_counts([item.entries for item in self.editions]),
            **_figures(self.overall(name)),
            "mentions": {
                **_counts([item.mentions for item in self.editions]),
                **_figures(self.overall(name, mentions=True)),
            },
        }
        return {"overall": overall, "editions": {item.edition: _edition(item, name) for item in self.editions}}


def backtest(
    workspace: Workspace,
    *,
    sources: Sequence[str],
    editions: Sequence[str],
    pool: PoolKind = "window",
    progress: Progress = silent,
) -> BacktestReport:
    """Rank each edition's pool and find the sources' picks in it.

    ``window``: the edition's window of announcement days and the picks of that edition. ``id-month``: the papers
    whose identifier is of that month, and every pick of such a paper, whatever the edition. Main entries (roles
    ``top10`` and ``pick``) of all sources are united by identifier. Raises UsageError for a wrong edition,
    NotFoundError where there are no picks, or no papers in any pool.
    """
    wanted = list(dict.fromkeys(parse_edition(edition) for edition in editions))
    labels = _labels(known_picks(workspace), list(dict.fromkeys(sources)), wanted, pool)
    store = open_store(workspace)
    tested = []
    with progress("backtest", len(wanted), unit="editions") as advance:
        for edition in wanted:
            window, as_of = _days(workspace, edition, pool)
            candidates = (
                build_pool(store, workspace.settings, window=window, progress=progress)
                if pool == "window"
                else build_pool(store, workspace.settings, month=edition, progress=progress)
            )
            then = replace(workspace, topics=topics_as_of(workspace.topics, as_of))
            known = known_as_of(then, store, edition=edition, as_of=as_of)
            measured = measure(
                pool_as_of(candidates, as_of), known, workspace.settings.ranking, labels[edition], edition, window
            )
            tested.append(measured)
            advance(1)
    if not any(item.candidates for item in tested):
        raise NotFoundError("the store holds no papers of these editions; import some with: paperradar import FILE")
    return BacktestReport(tuple(tested), _protocol(workspace, sources, tested, pool))


def measure(
    pool: Pool, known: Known, settings: RankingSettings, labels: Labels, edition: str, window: Window
) -> MeasuredEdition:
    """Rank one pool by the method and by each baseline. Pure; ``window`` is only reported."""
    # Marks on the tested edition's own sheet are what is to be found.
    fair = replace(known, chosen=frozenset())
    shortlist = rank(pool, fair, settings)
    # Older papers that came back in vain take no part; the baselines must not be made to rank thousands of them.
    vain = {item.candidate.paper.identifier for item in shortlist.left_out if item.reason == "resurfaced"}
    identifiers = {candidate.paper.identifier for candidate in pool.candidates} - vain
    runs: dict[str, Sequence[str | tuple[str, ...]]] = {METHOD: run_of(shortlist)}
    runs |= {name: order(pool.only(identifiers), fair) for name, order in BASELINES.items()}
    return MeasuredEdition(
        edition=edition,
        first=window.first,
        last=window.last,
        as_of=known.as_of,
        candidates=len(identifiers),
        entries=judge(labels.entries, identifiers),
        mentions=judge(labels.mentions, identifiers),
        runs=runs,
    )


def _labels(picks: Sequence[Pick], sources: Sequence[str], editions: Sequence[str], pool: str) -> dict[str, Labels]:
    """By edition. Raises NotFoundError for a source or an edition without picks."""
    remedy = "import them with: paperradar picks import FILE"
    for source in sources:
        if not any(pick.source == source for pick in picks):
            there = ", ".join(sorted({pick.source for pick in picks})) or "none"
            raise NotFoundError(f"no pick of {source!r} is known (there are: {there}); {remedy}")
    of_edition: Callable[[Pick], str] = (
        (lambda pick: pick.edition) if pool == "window" else (lambda pick: identifier_month(pick.identifier))
    )
    mine = [pick for pick in picks if pick.source in sources]
    labels = {}
    for edition in editions:
        found = [pick for pick in mine if of_edition(pick) == edition]
        if not found:
            what = "for the edition" if pool == "window" else "with an identifier of the month"
            raise NotFoundError(f"no pick of {', '.join(sources)} is known {what} {edition}; {remedy}")
        labels[edition] = unite(found)
    return labels


def _days(workspace: Workspace, edition: str, pool: PoolKind) -> tuple[Window, dt.date]:
    """The pool's days, and the last day of which something may be known.

    A window is ranked on its closing day, when the editions before it are out. A month is ranked with what was
    decided before its first day.
    """
    if pool == "window":
        window = edition_window(edition, workspace.settings.edition)
        return window, window.last
    first = dt.date.fromisoformat(f"{edition}-01")
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return Window(first, last), first - dt.timedelta(days=1)


def _protocol(
    workspace: Workspace, sources: Sequence[str], tested: Sequence[MeasuredEdition], pool: PoolKind
) -> dict[str, object]:
    return {
        "pool": pool,
        "sources": list(dict.fromkeys(sources)),
        "depths": list(DEPTHS),
        "seed": SEED,
        "encoder": encoder_card(workspace.settings.encoder).fingerprint,
        "topics": [profile.slug for profile in workspace.topics],
        "editions": {
            item.edition: {
                "first": item.first.isoformat(),
                "last": item.last.isoformat(),
                "as_of": item.as_of.isoformat(),
                "outside": list(item.entries.outside),
                "mentions_outside": list(item.mentions.outside),
            }
            for item in tested
        },
    }


def _edition(item: MeasuredEdition, name: str) -> dict[str, object]:
    def part(mentions: bool) -> dict[str, object]:
        judged = item.mentions if mentions else item.entries
        return {
            **_counts([judged]),
            **_figures(evaluate([_case(item, name, mentions)])),
            "ranks": ranks_of(item.runs[name], judged.present),
        }

    return {"candidates": item.candidates, **part(False), "mentions": part(True)}


def _case(item: MeasuredEdition, name: str, mentions: bool) -> Case:
    return Case(item.runs[name], (item.mentions if mentions else item.entries).present)


def _counts(judged: Sequence[Judged]) -> dict[str, object]:
    return {
        "picks": sum(item.total for item in judged),
        "present": sum(len(item.present) for item in judged),
        "outside": sum(len(item.outside) for item in judged),
    }


def _figures(metrics: Metrics) -> dict[str, object]:
    recall = {f"recall@{depth}": None if value is None else round(value, 6) for depth, value in metrics.recall.items()}
    return {**recall, "median_rank": metrics.median_rank}
