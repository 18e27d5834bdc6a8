"""Imported numbers in the database: what was known on which day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperradar.store import SignalSummary, Store
from paperradar.store.migrations import migrate, shipped

DAY = dt.date(2022, 5, 4)
ONE, TWO = dt.timedelta(days=1), dt.timedelta(days=2)
PAPER, OTHER = "2205.00001", "2205.00002"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


def put(store: Store, *rows: tuple[str, str, dt.date, float]) -> int:
    with store.writing() as session:
        return session.put_signals(rows)


def until(store: Store, day: dt.date) -> dict[str, dict[str, tuple[float, dt.date]]]:
    with store.reading() as session:
        return session.signals_until(day)


def test_the_newest_number_that_was_known_counts(store: Store) -> None:
    assert until(store, DAY) == {}
    rows = [("votes", PAPER, DAY, 3.0), ("votes", PAPER, DAY + TWO, 1.0), ("likes", OTHER, DAY + ONE, 0.5)]
    assert put(store, *rows) == 3
    assert until(store, DAY - ONE) == {}
    assert until(store, DAY) == {"votes": {PAPER: (3.0, DAY)}}
    assert until(store, DAY + ONE) == {"likes": {OTHER: (0.5, DAY + ONE)}, "votes": {PAPER: (3.0, DAY)}}
    assert until(store, DAY + TWO)["votes"] == {PAPER: (1.0, DAY + TWO)}


def test_the_same_again_is_nothing_new_and_another_value_takes_its_place(store: Store) -> None:
    row = ("votes", PAPER, DAY, 3.0)
    assert put(store, row, row) == 1
    assert put(store, row) == 0
    assert put(store) == 0
    assert put(store, row, ("votes", PAPER, DAY, 4.0)) == 1
    assert until(store, DAY) == {"votes": {PAPER: (4.0, DAY)}}


def test_what_is_there_and_forgetting_it(store: Store) -> None:
    put(store, ("votes", PAPER, DAY, 3.0), ("votes", PAPER, DAY + ONE, 3.0), ("likes", OTHER, DAY, 1.0))
    with store.reading() as session:
        assert session.signal_summaries() == [
            SignalSummary("likes", 1, 1, DAY, DAY),
            SignalSummary("votes", 2, 1, DAY, DAY + ONE),
        ]
    with store.writing() as session:
        assert session.forget_signals("votes") == 2
        assert session.forget_signals("votes") == 0
    assert list(until(store, DAY + ONE)) == ["likes"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["votes", "likes"]), st.sampled_from([PAPER, OTHER]), st.dates(DAY, DAY + 3 * TWO)),
        st.floats(allow_nan=False, allow_infinity=False),
        max_size=8,
    ),
    st.dates(DAY, DAY + 3 * TWO),
)
def test_no_number_of_after_the_day(
    tmp_path_factory: pytest.TempPathFactory, values: dict[tuple[str, str, dt.date], float], day: dt.date
) -> None:
    store = Store(tmp_path_factory.mktemp("signals") / "p.duckdb")
    put(store, *((*key, value) for key, value in values.items()))
    expected: dict[str, dict[str, tuple[float, dt.date]]] = {}
    for (name, identifier, known_on), value in sorted(values.items()):
        if known_on <= day:
            expected.setdefault(name, {})[identifier] = (value, known_on)
    assert until(store, day) == expected


def test_a_database_of_an_earlier_schema_gets_the_table(store: Store) -> None:
    connection = duckdb.connect(str(store.path))
    assert migrate(connection, store.path, shipped()[:2]) == [1, 2]
    connection.close()
    assert until(store, DAY) == {}
    assert put(store, ("votes", PAPER, DAY, 3.0)) == 1
