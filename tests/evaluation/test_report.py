"""A backtest's report: its figures over editions, the differences, and its JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from paperradar.evaluation import BASELINES, METHOD, BacktestReport, Judged, MeasuredEdition

NAMES = [f"2204.{number:05}" for number in range(1, 801)]


def edition(name: str, present: Sequence[str], **keys: object) -> MeasuredEdition:
    """The method has the papers in order of their numbers, the baselines in the reverse order."""
    values: dict[str, object] = {
        "first": dt.date(2022, 3, 25),
        "last": dt.date(2022, 5, 5),
        "as_of": dt.date(2022, 5, 5),
        "candidates": len(NAMES),
        "entries": Judged(tuple(present), ("2112.00001",)),
        "mentions": Judged(("2204.00060",), ()),
        "runs": {METHOD: NAMES} | dict.fromkeys(BASELINES, NAMES[::-1]),
        "seconds": {METHOD: 0.12345},
        **keys,
    }
    return MeasuredEdition(edition=name, **values)  # type: ignore[arg-type]


REPORT = BacktestReport(
    (edition("2022-05", ["2204.00010", "2204.00150"]), edition("2022-06", ["2204.00001"])), {"pool": "window"}
)


def test_the_shape_of_the_json() -> None:
    made = REPORT.as_dict()
    assert json.loads(json.dumps(made)) == made
    assert list(made) == ["method", "baselines", "protocol", "seconds"]
    method, baselines = made["method"], made["baselines"]
    assert isinstance(method, dict)
    assert isinstance(baselines, dict)
    assert list(baselines) == list(BASELINES)
    assert list(method) == ["overall", "editions"]
    assert list(baselines["centroid"]) == ["overall", "editions", "difference"]
    overall = method["overall"]
    assert (overall["editions"], overall["candidates"], overall["picks"]) == (2, 1600, 5)
    assert (overall["present"], overall["outside"]) == (3, 2)
    assert overall["recall@100"] == 0.666667
    assert overall["median_rank"] == 10
    assert overall["MRR"] == 0.55
    assert method["editions"]["2022-06"]["nDCG@100"] == 1.0
    assert method["editions"]["2022-05"]["ranks"] == {"2204.00010": 10, "2204.00150": 150}
    assert method["editions"]["2022-05"]["mentions"]["recall@100"] == 1.0
    assert made["seconds"] == {"2022-05": {"method": 0.123}, "2022-06": {"method": 0.123}}


def test_the_difference_is_over_all_picks_together() -> None:
    differences = REPORT.differences("newest")
    assert list(differences) == [100, 500]
    at_500 = differences[500]
    assert at_500 is not None
    assert at_500.mean == 1.0  # the baseline has them at 791, 651 and 800
    at_100 = differences[100]
    assert at_100 is not None
    assert (round(at_100.mean, 3), at_100.low, at_100.high) == (0.667, 0.0, 1.0)


def test_nothing_to_find_is_no_number() -> None:
    made = BacktestReport((edition("2022-05", []),), {}).as_dict()
    method, baselines = made["method"], made["baselines"]
    assert isinstance(method, dict)
    assert isinstance(baselines, dict)
    assert method["overall"]["recall@100"] is None
    assert baselines["random"]["difference"] == {"recall@100": None, "recall@500": None}
