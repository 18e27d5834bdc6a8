"""What a backtest found, as values: each measured part with its orders, and all of them together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paperradar.evaluation.baselines import BASELINES
from paperradar.evaluation.intervals import Interval, paired
from paperradar.evaluation.metrics import Case, Metrics, evaluate, hits, ranks_of
from paperradar.evaluation.qrels import Judged

METHOD = "method"
# Depths at which the method is compared with each baseline.
COMPARED = (100, 500)

Run = Sequence[str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FoundPick:
    """A pick in the pool and the method's row that holds it.

    ``rank`` is None where the order left the paper out; ``why`` then tells the reason and ``components`` is empty.
    ``row`` is the identifier of the row's own paper: another one's where the pick was folded into a story.
    ``components`` (thousandths) and ``why`` are the row's.
    """

    identifier: str
    title: str
    mention: bool
    rank: int | None
    row: str
    components: Mapping[str, int]
    why: str


@dataclass(frozen=True, slots=True)
class MeasuredEdition:
    """An edition (or month, or range of days), its pool's labels, and the orders by name (`METHOD` and the baselines).

    ``first`` and ``last`` are the pool's days, ``as_of`` the last day of which anything was known. ``settings``: by
    baseline what it chose. ``seconds``: by name, the time to rank once all is known; ``known`` is the time to learn.
    ``typical``: by component, the median of the method's first 100 rows. ``learnt``: from how much, plain values.
    """

    edition: str
    first: dt.date
    last: dt.date
    as_of: dt.date
    candidates: int
    entries: Judged
    mentions: Judged
    runs: Mapping[str, Run]
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    found: tuple[FoundPick, ...] = ()
    typical: Mapping[str, float] = field(default_factory=dict)
    learnt: Mapping[str, object] = field(default_factory=dict)

    def case(self, name: str, *, mentions: bool = False) -> Case:
        """One of the orders and what to look for in it."""
        return Case(self.runs[name], (self.mentions if mentions else self.entries).present)


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """The measured editions, in order, and how they were measured (for JSON).

    ``reused``: how many were not measured now, but in an earlier run that nothing tells from this one.
    """

    editions: tuple[MeasuredEdition, ...]
    protocol: Mapping[str, object]
    reused: int = field(default=0, compare=False)

    def overall(self, name: str, *, mentions: bool = False) -> Metrics:
        """All editions together: recall and median over picks, nDCG and MRR over editions."""
        return evaluate([item.case(name, mentions=mentions) for item in self.editions])

    def differences(self, baseline: str) -> dict[int, Interval | None]:
        """By depth (COMPARED), how much higher the method's recall is, with its interval; None without picks."""
        ours, theirs = (hits([item.case(name) for item in self.editions], COMPARED) for name in (METHOD, baseline))
        return {depth: paired(ours[depth], theirs[depth]) for depth in COMPARED}

    def as_dict(self) -> dict[str, object]:
        """For JSON: ``method``, ``baselines``, ``protocol``, ``seconds``.

        The same input gives the same bytes in all but ``seconds``.
        """
        return {
            METHOD: self._one(METHOD),
            "baselines": {
                name: self._one(name) | {"difference": _intervals(self.differences(name))} for name in BASELINES
            },
            "protocol": dict(self.protocol),
            "seconds": {
                item.edition: {name: round(value, 3) for name, value in item.seconds.items()} for item in self.editions
            },
        }

    def _one(self, name: str) -> dict[str, object]:
        overall: dict[str, object] = {
            "editions": len(self.editions),
            "candidates": sum(item.candidates for item in self.editions),
            **_counts([item.entries for item in self.editions]),
            **self.overall(name).figures(),
            "mentions": {
                **_counts([item.mentions for item in self.editions]),
                **self.overall(name, mentions=True).figures(),
            },
        }
        return {"overall": overall, "editions": {item.edition: _edition(item, name) for item in self.editions}}


def _edition(item: MeasuredEdition, name: str) -> dict[str, object]:
    def part(mentions: bool) -> dict[str, object]:
        judged = item.mentions if mentions else item.entries
        return {
            **_counts([judged]),
            **evaluate([item.case(name, mentions=mentions)]).figures(),
            "ranks": ranks_of(item.runs[name], judged.present),
        }

    return {"candidates": item.candidates, **part(False), "mentions": part(True)}


def _counts(judged: Sequence[Judged]) -> dict[str, object]:
    return {
        "picks": sum(item.total for item in judged),
        "present": sum(len(item.present) for item in judged),
        "outside": sum(len(item.outside) for item in judged),
    }


def _intervals(differences: Mapping[int, Interval | None]) -> dict[str, dict[str, float] | None]:
    return {f"recall@{depth}": None if value is None else value.as_dict() for depth, value in differences.items()}
