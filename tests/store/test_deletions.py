"""Papers that a source called deleted, and those that came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from paperradar.papers import DayBasis, Paper, Version
from paperradar.store import Store
from paperradar.store.migrations import migrate, shipped

DAY = dt.date(2022, 5, 4)
NOON = dt.datetime(2022, 5, 4, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ONE = Paper("2205.00001", "a", updated=dt.date(2022, 5, 2), versions=(Version(1),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one paper, which was then called deleted."""
    store = Store(tmp_path / "papers.duckdb", wait_seconds=5)
    put(store, ONE, NOON - HOUR)
    assert delete(store, NOON) == 1
    return store


def put(store: Store, paper: Paper, seen: dt.datetime | None) -> None:
    with store.writing() as session:
        session.upsert_papers([(paper, DAY, DayBasis.SUBMITTED)], source="test", seen=seen)


def delete(store: Store, seen: dt.datetime) -> int:
    with store.writing() as session:
        return session.mark_deleted([ONE.identifier], seen=seen)


def is_withdrawn(store: Store) -> bool:
    with store.reading() as session:
        (there,) = session.papers([ONE.identifier])
        assert session.papers() == session.papers_announced(None, None) == [there]
    return there.paper.withdrawn


def test_whoever_saw_the_paper_last_is_right(store: Store) -> None:
    assert is_withdrawn(store)
    put(store, ONE, NOON - HOUR)
    put(store, ONE, NOON)
    assert is_withdrawn(store), "both in one fetch: it was deleted"
    put(store, ONE, NOON + HOUR)
    assert not is_withdrawn(store)
    # What was seen before, and comes again, changes nothing.
    assert delete(store, NOON) == 0
    put(store, ONE, NOON - HOUR)
    assert not is_withdrawn(store)
    assert delete(store, NOON + 2 * HOUR) == 1
    assert is_withdrawn(store)


@pytest.mark.parametrize(
    ("updated", "withdrawn"),
    [(None, True), (DAY - dt.timedelta(1), True), (DAY, False), (dt.date.max, False)],
    ids=["no day", "before", "the same day", "later"],
)
def test_a_record_out_of_a_file_counts_by_its_last_change(
    store: Store, updated: dt.date | None, withdrawn: bool
) -> None:
    put(store, replace(ONE, updated=updated), None)
    assert is_withdrawn(store) == withdrawn


def test_an_older_version_seen_later_shows_that_the_paper_is_there(store: Store) -> None:
    put(store, replace(ONE, versions=(Version(2),)), NOON - HOUR)
    assert is_withdrawn(store)
    put(store, ONE, NOON + HOUR)
    assert not is_withdrawn(store)


def test_a_withdrawal_in_words_stays_until_a_higher_version_says_otherwise(store: Store) -> None:
    put(store, replace(ONE, withdrawn=True), NOON + HOUR)
    assert delete(store, NOON + HOUR) == 0, "it was withdrawn before"
    put(store, ONE, NOON + 2 * HOUR)
    assert is_withdrawn(store)
    put(store, replace(ONE, versions=(Version(2),)), NOON + 3 * HOUR)
    assert not is_withdrawn(store)


def test_a_record_that_says_withdrawn_does_not_bring_a_paper_back(store: Store) -> None:
    put(store, replace(ONE, versions=(Version(2),)), NOON - HOUR)
    put(store, replace(ONE, withdrawn=True), NOON + HOUR)  # of the first version, which no longer counts
    assert is_withdrawn(store)


def test_marks_of_older_databases_are_told_apart_by_their_texts(tmp_path: Path) -> None:
    store = Store(tmp_path / "papers.duckdb", wait_seconds=5)
    told = Paper("2205.00002", "b", comments="Withdrawn by the authors", withdrawn=True)
    put(store, replace(ONE, withdrawn=True), NOON - HOUR)
    put(store, told, NOON - HOUR)
    with duckdb.connect(str(store.path)) as connection:
        connection.execute("DROP VIEW deleted; DROP TABLE deletions; DELETE FROM schema_migrations WHERE number >= 4")
        assert migrate(connection, store.path, shipped()[:4]) == [4]
    with store.reading() as session:
        assert [item.paper.withdrawn for item in session.papers()] == [True, True]
    put(store, ONE, NOON)
    put(store, replace(told, withdrawn=False, comments="Now with proofs"), NOON)
    with store.reading() as session:
        assert [item.paper.withdrawn for item in session.papers()] == [False, True]
