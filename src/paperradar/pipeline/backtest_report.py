"""A backtest's report as the values of its page (see `paperradar.publishing.render_backtest`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paperradar.evaluation import (
    BASELINES,
    COMPARED,
    METHOD,
    BacktestReport,
    Interval,
    MeasuredEdition,
    Metrics,
    evaluate,
    ranks_of,
)
from paperradar.publishing import BacktestPage, PagePart, PagePick
from paperradar.ranking import COMPONENTS

ORDERS = (METHOD, *BASELINES)


def page_of(report: BacktestReport) -> BacktestPage:
    """Everything that the page says. Times are left out: the same report gives the same bytes."""
    protocol, count = report.protocol, len(report.editions)
    sources = [str(name) for name in _list(protocol.get("sources"))]
    present = sum(len(item.entries.present) for item in report.editions)
    outside = sum(len(item.entries.outside) for item in report.editions)
    return BacktestPage(
        title=f"Backtest on the picks of {', '.join(sources)}",
        facts=(
            f"{count:,} pool{'' if count == 1 else 's'} of the kind {protocol.get('pool')}"
            + (", every paper known by its title alone" if protocol.get("titles_only") else ""),
        ),
        orders=ORDERS,
        overall=PagePart(
            name="overall",
            facts=f"{present:,} picks in the pools, {outside:,} outside",
            present=present,
            deepest=max((_deepest(item) for item in report.editions), default=0),
            figures={name: figure_texts(report.overall(name)) for name in ORDERS},
            ranks={name: [rank for item in report.editions for rank in _ranks(item, name)] for name in ORDERS},
            notes=("Recall and median count each pick the same; nDCG and MRR are means over the pools.",),
        ),
        editions=tuple(_part(item) for item in report.editions),
        difference_head=("baseline", *(f"recall@{depth}" for depth in COMPARED)),
        differences=tuple(
            (name, *(interval_text(value) for value in report.differences(name).values()))
            for name in BASELINES
            if present
        ),
        protocol=tuple(
            (name.replace("_", " "), _said(value)) for name, value in protocol.items() if name != "editions"
        ),
    )


def figure_texts(metrics: Metrics) -> dict[str, str]:
    """By figure, three decimals; the median rank with one, ``-`` where there is no number."""
    texts = {}
    for name, value in metrics.figures().items():
        number = "-" if value is None else f"{value:,.1f}" if name == "median_rank" else f"{value:.3f}"
        texts[name.replace("_", " ")] = number
    return texts


def interval_text(value: Interval | None) -> str:
    """``+0.120 [+0.020, +0.230]``."""
    return "-" if value is None else f"{value.mean:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"


def settings_texts(item: MeasuredEdition) -> list[str]:
    """What each baseline chose, a line each."""
    return [
        f"{name}: {chosen['note']}"
        if "note" in chosen
        else f"{name} chose " + ", ".join(f"{key.replace('_', ' ')} {_said(value)}" for key, value in chosen.items())
        for name, chosen in item.settings.items()
    ]


def _part(item: MeasuredEdition) -> PagePart:
    by_order = {name: ranks_of(item.runs[name], {*item.entries.present, *item.mentions.present}) for name in ORDERS}
    notes = settings_texts(item)
    if item.entries.outside:
        notes.insert(0, f"Not in the pool: {', '.join(item.entries.outside)}")
    if item.learnt:
        notes.insert(
            0, "Learnt from: " + ", ".join(f"{k.replace('_', ' ')} {_said(v)}" for k, v in item.learnt.items())
        )
    return PagePart(
        name=item.edition,
        facts=f"{item.first} to {item.last}: {item.candidates:,} candidates, {item.entries.total:,} picks,"
        f" {len(item.entries.present):,} of them in the pool",
        present=len(item.entries.present),
        deepest=_deepest(item),
        figures={name: figure_texts(evaluate([item.case(name)])) for name in ORDERS},
        ranks={name: _ranks(item, name) for name in ORDERS},
        picks=tuple(
            PagePick(
                identifier=pick.identifier,
                title=pick.title,
                mention=pick.mention,
                ranks={name: by_order[name].get(pick.identifier) for name in ORDERS},
                why=pick.why if pick.row == pick.identifier else f"Folded into the row of {pick.row}: {pick.why}",
                parts=_parts(pick.components, item.typical),
            )
            for pick in item.found
        ),
        notes=tuple(notes),
    )


def _parts(components: Mapping[str, int], typical: Mapping[str, float]) -> tuple[tuple[str, int, float], ...]:
    return tuple(
        (item.label, components[item.name], typical.get(item.name, 0.0))
        for item in COMPONENTS
        if item.name in components
    )


def _ranks(item: MeasuredEdition, name: str) -> list[int]:
    """The rows of the main entries that the order has."""
    return [rank for rank in ranks_of(item.runs[name], item.entries.present).values() if rank is not None]


def _deepest(item: MeasuredEdition) -> int:
    return max((len(run) for run in item.runs.values()), default=0)


def _said(value: object) -> str:
    """A plain value as people say it."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return ", ".join(map(str, value)) or "none" if isinstance(value, (list, tuple)) else str(value)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()
