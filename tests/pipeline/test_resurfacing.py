"""A curator asks an older paper back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.decisions import DecisionLog
from paperradar.errors import InputError, TryAgainLater, UsageError
from paperradar.papers import DayBasis, Paper
from paperradar.pipeline.resurfacing import resurface
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace

# In New York still the 5th, the last day of edition 2022-05.
LATE = dt.datetime(2022, 5, 6, 3, 0, tzinfo=dt.UTC)


def clock() -> dt.datetime:
    return LATE


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, Settings(), ())


@pytest.fixture
def store(workspace: Workspace) -> Store:
    return Store(workspace.database, wait_seconds=0)


def test_the_word_is_kept_with_or_without_the_paper(workspace: Workspace, store: Store) -> None:
    done = resurface(workspace, store, "arXiv:2201.00001v2", why=" code\nis out ", curator="Ada", clock=clock)
    assert (done.identifier, done.edition, done.new, done.in_store) == ("2201.00001", "2022-05", True, False)
    with store.writing() as session:
        session.upsert_papers([(Paper("2201.00001", "T"), dt.date(2022, 1, 4), DayBasis.SUBMITTED)], source="test")
    again = resurface(workspace, store, "2201.00001", why="code is out", curator="Ada", clock=clock)
    assert (again.new, again.in_store) == (False, True)
    said = DecisionLog(workspace.decisions).resurfaced("2022-05")["2201.00001"]
    assert (said.why, said.curator, said.at) == ("code is out", "Ada", LATE)


def test_another_edition(workspace: Workspace, store: Store) -> None:
    resurface(workspace, store, "2201.00001", why="a prize", edition="2022-06", clock=clock)
    assert list(DecisionLog(workspace.decisions).resurfaced("2022-06")) == ["2201.00001"]
    assert DecisionLog(workspace.decisions).resurfaced("2022-05") == {}


def test_a_busy_store_is_no_reason_to_fail(workspace: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: Store) -> None:
        raise TryAgainLater("held")

    monkeypatch.setattr(Store, "reading", busy)
    assert resurface(workspace, store, "2201.00001", why="a prize", clock=clock).in_store is None
    assert DecisionLog(workspace.decisions).resurfaced()


@pytest.mark.parametrize(
    ("identifier", "why", "edition", "error"),
    [
        ("2201.0001", "x", None, InputError),
        ("nonsense", "x", None, InputError),
        ("2201.00001", " \n", None, UsageError),
        ("2201.00001", "x", "2022-W18", UsageError),
    ],
)
def test_what_is_refused_leaves_no_trace(
    workspace: Workspace, store: Store, identifier: str, why: str, edition: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        resurface(workspace, store, identifier, why=why, edition=edition, clock=clock)
    assert not workspace.decisions.exists()
