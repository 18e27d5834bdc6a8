"""Recall and ranks, against a plain count."""

from __future__ import annotations

import statistics
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from paperradar.evaluation import Case, evaluate, ranks_of

RUN = [f"p{number}" for number in range(1, 301)]


def test_recall_counts_rows() -> None:
    metrics = evaluate([Case(RUN, {"p50", "p51", "p200", "p300"})])
    assert metrics.recall == {50: 0.25, 100: 0.5, 200: 0.75, 500: 1.0}
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
    assert evaluate([Case([], {"a"})]).recall[500] == 0.0


def test_together_each_paper_counts_the_same() -> None:
    one = Case(RUN, {"p1", "p2", "p3"})
    other = Case(RUN[::-1], {"p1"})
    assert evaluate([one, other]).recall == {50: 0.75, 100: 0.75, 200: 0.75, 500: 1.0}
    assert evaluate([one, Case(RUN, set())]) == evaluate([one])
    # The same paper in two editions counts twice.
    assert evaluate([Case(RUN, {"p1"}), Case(RUN[::-1], {"p1"})]).recall[50] == 0.5


ROWS = st.lists(st.integers(1, 3), max_size=40)


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
