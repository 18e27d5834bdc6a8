"""Recall, ranks, nDCG and reciprocal rank, against a plain count."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.evaluation import Case, evaluate, hits, ranks_of

RUN = [f"p{number}" for number in range(1, 301)]


def test_recall_counts_rows() -> None:
    metrics = evaluate([Case(RUN, {"p50", "p51", "p200", "p300"})])
    assert metrics.recall == {10: 0.0, 50: 0.25, 100: 0.5, 200: 0.75, 500: 1.0}
    assert metrics.median_rank == (51 + 200) / 2


def test_a_storys_members_count_at_their_row() -> None:
    run = [("a", "b"), *[(f"x{n}",) for n in range(48)], ("c", "d", "e"), ("f",)]
    assert ranks_of(run, {"b", "e", "f", "a"}) == {"a": 1, "b": 1, "e": 50, "f": 51}
    metrics = evaluate([Case(run, {"b", "e", "f", "a"})])
    assert metrics.recall[50] == 0.75
    assert metrics.recall[100] == 1.0


def test_what_the_order_left_out_is_missed_and_ranks_last() -> None:
    assert ranks_of(RUN, {"gone", "p3"}) == {"p3": 3, "gone": None}
    metrics = evaluate([Case(RUN, {"gone", "p3"})])
    assert metrics.recall[500] == 0.5
    assert metrics.median_rank == (3 + 301) / 2


def test_nothing_to_find_is_no_number() -> None:
    for cases in ([], [Case(RUN, set())]):
        metrics = evaluate(cases)
        assert set(metrics.recall.values()) == {None}
        assert metrics.median_rank is None
        assert metrics.ndcg is None
        assert metrics.mrr is None
        assert set(metrics.figures().values()) == {None}
    assert evaluate([Case([], {"a"})]).recall[500] == 0.0


def test_together_each_paper_counts_the_same() -> None:
    one = Case(RUN, {"p1", "p2", "p3"})
    other = Case(RUN[::-1], {"p1"})
    assert evaluate([one, other]).recall == {10: 0.75, 50: 0.75, 100: 0.75, 200: 0.75, 500: 1.0}
    assert evaluate([one, Case(RUN, set())]) == evaluate([one])
    # The same paper in two editions counts twice.
    assert evaluate([Case(RUN, {"p1"}), Case(RUN[::-1], {"p1"})]).recall[50] == 0.5


def test_ndcg_and_reciprocal_rank_are_means_over_orders() -> None:
    metrics = evaluate([Case(RUN, {"p2", "p5"}), Case(RUN[::-1], {"p300"}), Case(RUN, set())])
    first = (1 / math.log2(3) + 1 / math.log2(6)) / (1 + 1 / math.log2(3))
    assert metrics.ndcg is not None
    assert math.isclose(metrics.ndcg, (first + 1) / 2, abs_tol=1e-6)
    assert metrics.mrr == (0.5 + 1) / 2
    assert list(metrics.figures())[-3:] == ["nDCG@100", "MRR", "median_rank"]


def test_a_row_with_two_picks_is_one_right_row_and_one_left_out_is_missed() -> None:
    both = evaluate([Case([("x",), ("a", "b")], {"a", "b"})])
    assert both.ndcg is not None
    assert math.isclose(both.ndcg, 1 / math.log2(3), abs_tol=1e-6)
    assert both.mrr == 0.5
    gone = evaluate([Case([("a",)], {"a", "b"})])
    assert gone.ndcg is not None
    assert math.isclose(gone.ndcg, 1 / (1 + 1 / math.log2(3)), abs_tol=1e-6)
    assert evaluate([Case([("a",)], {"b"})]).mrr == 0.0


def test_the_first_pick_may_stand_below_every_depth() -> None:
    deep = [f"d{number}" for number in range(1, 1201)]
    metrics = evaluate([Case(deep, {"d1000"})])
    assert metrics.mrr is not None
    assert math.isclose(metrics.mrr, 1 / 1000, rel_tol=1e-5)
    assert metrics.ndcg == 0.0


def test_hits_of_two_orders_line_up() -> None:
    ours, theirs = Case(RUN, {"p5", "p200", "gone"}), Case(RUN[::-1], {"gone", "p200", "p5"})
    assert hits([ours], [100]) == {100: (0.0, 0.0, 1.0)}  # gone, p200, p5
    assert hits([theirs, ours], [110]) == {110: (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)}


ROWS = st.lists(st.integers(1, 3), max_size=40)


@settings(deadline=None)
@given(
    ROWS, st.sets(st.integers(0, 90), max_size=12), st.lists(st.integers(1, 45), min_size=1, max_size=3, unique=True)
)
def test_as_a_plain_count_has_it(sizes: list[int], relevant: set[int], depths: list[int]) -> None:
    numbers = iter(range(1000))
    run = [tuple(str(next(numbers)) for _ in range(size)) for size in sizes]
    wanted = {str(number) for number in relevant}
    metrics = evaluate([Case(run, wanted)], depths)
    place = {identifier: rank for rank, row in enumerate(run, start=1) for identifier in row}
    for depth in depths:
        found = sum(place.get(identifier, 10**6) <= depth for identifier in wanted)
        value = metrics.recall[depth]
        assert value is None if not wanted else abs((value or 0) - found / len(wanted)) < 1e-9
    if wanted:
        assert metrics.median_rank == statistics.median(place.get(item, len(run) + 1) for item in wanted)


def test_measuring_says_nothing_and_starts_quickly() -> None:
    code = (
        "import sys; from paperradar.evaluation import Case, evaluate; evaluate([Case(['a'], {'a'})]);"
        " sys.exit(bool({'torch', 'duckdb', 'faiss', 'sklearn', 'pandas', 'ranx'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
