"""A report as the values of its page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from paperradar.evaluation import BASELINES, METHOD, BacktestReport, FoundPick, Judged, MeasuredEdition
from paperradar.pipeline.backtest_report import ORDERS, page_of
from paperradar.publishing import render_backtest
from paperradar.ranking import COMPONENTS

RUN = tuple((f"2204.{number:05}",) for number in range(1, 301))
PARTS = {item.name: 10 * place for place, item in enumerate(COMPONENTS)}


def found(number: int, rank: int | None, row: int, *, mention: bool = False, why: str = "Fits") -> FoundPick:
    parts = PARTS if rank else {}
    return FoundPick(f"2204.{number:05}", f"Paper {number}", mention, rank, f"2204.{row:05}", parts, why)


EDITION = MeasuredEdition(
    edition="2022-05",
    first=dt.date(2022, 3, 25),
    last=dt.date(2022, 5, 5),
    as_of=dt.date(2022, 5, 5),
    candidates=301,
    entries=Judged(("2204.00010", "2204.00200", "2204.00999"), ("2112.00001",)),
    mentions=Judged(("2204.00060",), ()),
    runs={METHOD: RUN} | dict.fromkeys(BASELINES, RUN[::-1]),
    settings={"centroid": {"note": "nothing to learn from"}, "tfidf-svm": {"c": 0.01, "months": None, "held_out": 0.5}},
    seconds={METHOD: 1.25},
    found=(
        found(10, 10, 10),
        found(200, 200, 7),
        found(999, None, 999, why="left out: withdrawn"),
        found(60, 60, 60, mention=True),
    ),
    typical={item.name: 5.0 for item in COMPONENTS},
    learnt={"picked_papers": 12, "latest_decision": None},
)
REPORT = BacktestReport(
    (EDITION,),
    {"pool": "window", "sources": ["ours", "theirs"], "titles_only": True, "depths": [10, 50], "editions": {}},
)


def test_the_page_has_the_figures_and_the_picks() -> None:
    page = page_of(REPORT)
    assert page.title == "Backtest on the picks of ours, theirs"
    assert "title alone" in page.facts[0]
    assert page.orders == ORDERS
    assert page.overall.figures[METHOD]["recall@100"] == "0.333"
    assert page.overall.ranks[METHOD] == [10, 200]
    assert (page.overall.present, page.overall.deepest) == (3, 300)
    assert [cells[0] for cells in page.differences] == list(BASELINES)
    assert page.protocol == (
        ("pool", "window"), ("sources", "ours, theirs"), ("titles only", "yes"), ("depths", "10, 50"),
    )  # fmt: skip
    (part,) = page.editions
    assert part.notes == (
        "Learnt from: picked papers 12, latest decision none",
        "Not in the pool: 2112.00001",
        "centroid: nothing to learn from",
        "tfidf-svm chose c 0.01, months none, held out 0.5",
    )
    first, folded, left_out, mention = part.picks
    assert first.ranks == {METHOD: 10} | dict.fromkeys(BASELINES, 291)
    assert first.parts[1] == (COMPONENTS[1].label, 10, 5.0)
    assert folded.why == "Folded into the row of 2204.00007: Fits"
    assert (left_out.ranks[METHOD], left_out.why, left_out.parts) == (None, "left out: withdrawn", ())
    assert mention.mention


def test_the_same_report_gives_the_same_bytes_whatever_time_it_took() -> None:
    slow = BacktestReport((replace(EDITION, seconds={METHOD: 99.0}),), REPORT.protocol)
    assert render_backtest(page_of(slow)) == render_backtest(page_of(REPORT))
