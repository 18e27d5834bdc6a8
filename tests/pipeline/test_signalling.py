"""Importing numbers from outside into the store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.errors import InputError, NotFoundError
from paperradar.pipeline.signalling import forget_signals, import_signals, signals_until
from paperradar.sources.signals import Columns
from paperradar.store import Store

DAY = dt.date(2022, 5, 4)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text("id,day,value\n2205.00001,2022-05-04,7\n2205.00002,2022-05-05,\n?,2022-05-04,1\n", encoding="utf-8")
    return path


def test_twice_imported_is_once_known(store: Store, counts: Path) -> None:
    first = import_signals(store, counts)
    assert first.as_dict() == {
        "file": "counts.csv",
        "new": 1,
        "known": 0,
        "blank": 1,
        "by_name": {"counts": 1},
        "set_aside": [{"line": 4, "reason": first.set_aside[0].reason, "excerpt": "? 2022-05-04 1"}],
    }
    again = import_signals(store, counts)
    assert (again.new, again.known) == (0, 1)


def test_what_was_known_on_a_day(store: Store, counts: Path) -> None:
    import_signals(store, counts, Columns(days_later=1))
    assert signals_until(store, DAY) == {}
    assert signals_until(store, DAY + dt.timedelta(days=1)) == {
        "counts": {"2205.00001": (7.0, DAY + dt.timedelta(days=1))}
    }


def test_a_file_that_is_refused_writes_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.csv"):
        import_signals(store, path)
    assert not store.path.exists()


def test_forgetting_what_is_there_and_what_is_not(store: Store, counts: Path) -> None:
    with pytest.raises(NotFoundError, match="none was imported yet"):
        forget_signals(store, "counts")
    import_signals(store, counts)
    with pytest.raises(NotFoundError, match="no signal is called retweets; there are counts"):
        forget_signals(store, "retweets")
    assert forget_signals(store, "Counts") == 1
    assert signals_until(store, DAY) == {}
