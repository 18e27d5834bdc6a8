"""Runs that are remembered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.errors import NotFoundError
from paperradar.store import Run, Store

START = dt.datetime(2022, 5, 4, 4, 30, tzinfo=dt.UTC)
END = START + dt.timedelta(minutes=5)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


def start(store: Store, kind: str = "daily", at: dt.datetime = START) -> int:
    with store.writing() as session:
        return session.start_run(kind, "cron", at)


def finish(store: Store, number: int, outcome: str = "done", at: dt.datetime = END) -> None:
    with store.writing() as session:
        session.finish_run(number, outcome, at, {"new": 3, "line": "“three” new", "day": None})


def test_a_run_from_its_start_to_its_end(store: Store) -> None:
    number = start(store)
    with store.reading() as session:
        assert session.runs() == [Run(number, "daily", "cron", START, None, "", {})]
    eastern = dt.timezone(dt.timedelta(hours=-4))
    finish(store, number, at=END.astimezone(eastern))
    with store.reading() as session:
        summary = {"new": 3, "line": "“three” new", "day": None}
        (run,) = session.runs()
        assert run == Run(number, "daily", "cron", START, END, "done", summary)
        assert (run.started.tzinfo, run.ended and run.ended.tzinfo) == (dt.UTC, dt.UTC)


def test_runs_come_newest_first(store: Store) -> None:
    numbers = [start(store, at=START - dt.timedelta(days=n)) for n in range(3)]
    assert len(set(numbers)) == 3
    with store.reading() as session:
        assert [run.id for run in session.runs()] == numbers[::-1]
        assert [run.id for run in session.runs(limit=2)] == numbers[:0:-1]
    finish(store, numbers[1], "failed")
    with store.reading() as session:
        assert [run.outcome for run in session.runs()] == ["", "failed", ""]


def test_the_last_run_that_ended_in_some_way(store: Store) -> None:
    first, second, third, other = start(store), start(store), start(store), start(store, "backfill")
    finish(store, first)
    finish(store, second)
    finish(store, third, "failed")
    finish(store, other)
    with store.reading() as session:
        found = session.last_run_with("daily", "done")
        assert found is not None
        assert found.id == second
        assert session.last_run_with("daily", "partly") is None


def test_a_run_that_is_not_there_cannot_end(store: Store) -> None:
    start(store)
    with pytest.raises(NotFoundError, match="no run 7"):
        finish(store, 7)


@pytest.mark.parametrize("step", ["start", "finish"])
def test_a_naive_time_is_refused(store: Store, step: str) -> None:
    number = start(store)
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        _ = start(store, at=naive) if step == "start" else finish(store, number, at=naive)  # type: ignore[func-returns-value]
