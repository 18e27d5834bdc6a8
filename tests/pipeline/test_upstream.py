"""The way to arXiv: answers kept before anybody reads them, old ones removed, patience."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from paperradar import __version__
from paperradar.errors import TryAgainLater, Unavailable, UpstreamError
from paperradar.pipeline.upstream import upstream
from paperradar.transport import GaveUp, RawArchive
from tests.pipeline.fetched import days_between, morning, workspace_for
from tests.standin import StandIn, World

DAY = days_between("2021-06-07", "2021-06-09")[0]
NOW = morning(DAY)
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(World.made([DAY]), now=NOW) as found:
        yield found


def test_an_answer_is_handed_out_and_kept_as_it_came(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path)
    url = f"{standin.urls['rss']}/cs.CL"
    with upstream(workspace, lambda: NOW) as way:
        body = way.get(url, label="rss-cs.CL")
        standin.use("html")
        page = way.get(url, label="rss-cs.CL")
        assert way.settings is workspace.settings.fetch
    kept = list(RawArchive(workspace.raw).documents())
    assert sorted((label, document.body) for label, document in kept) == sorted(
        [("rss-cs.CL", body), ("rss-cs.CL", page)]
    )
    assert {(document.url, document.status, document.fetched_at) for _, document in kept} == {(url, 200, NOW)}
    assert b"<rss" in body
    assert b"<html>" in page


def test_the_contact_is_told(standin: StandIn, tmp_path: Path) -> None:
    for number, contact in enumerate(["someone@example.org", ""]):
        workspace = workspace_for(standin, tmp_path / str(number), contact=contact)
        with upstream(workspace, lambda: NOW) as way:
            way.get(f"{standin.urls['rss']}/cs.CL", label="x")
    told = [hit.headers["user-agent"] for hit in standin.log]
    assert told == [f"paperradar/{__version__} (+someone@example.org)", f"paperradar/{__version__}"]


@pytest.mark.parametrize(("keep_days", "left"), [(0, [40, 3, 2, 1, 0]), (2, [2, 1, 0]), (3, [3, 2, 1, 0]), (1, [1, 0])])
def test_answers_past_their_time_are_removed(standin: StandIn, tmp_path: Path, keep_days: int, left: list[int]) -> None:
    workspace = workspace_for(standin, tmp_path, keep_days=0)
    for age in (40, 3, 2, 1):
        with upstream(workspace, lambda age=age: NOW - ONE_DAY * age) as way:  # type: ignore[misc]
            way.get(f"{standin.urls['rss']}/cs.CL", label="x")
    workspace = workspace_for(standin, tmp_path, keep_days=keep_days)
    with upstream(workspace, lambda: NOW) as way:
        way.get(f"{standin.urls['rss']}/cs.CL", label="x")
    kept = [document.fetched_at for _, document in RawArchive(workspace.raw).documents()]
    assert kept == [NOW - ONE_DAY * age for age in left]


@pytest.mark.parametrize("attempts", [1, 3])
def test_it_asks_again_while_an_answer_cannot_be_used(standin: StandIn, tmp_path: Path, attempts: int) -> None:
    waits: list[float] = []
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        if len(asked) < 3:
            raise Unavailable("half a page")
        return len(asked)

    workspace = workspace_for(standin, tmp_path, attempts=attempts, retry_seconds=4.0, longest_backoff_seconds=60.0)
    with upstream(workspace, lambda: NOW, sleep=waits.append) as way:
        if attempts == 1:
            with pytest.raises(Unavailable, match="half a page"):
                way.patiently(ask)
        else:
            assert way.patiently(ask) == 3
    assert len(asked) == attempts
    assert len(waits) == attempts - 1
    assert all(4 <= wait / 2**number <= 5 for number, wait in enumerate(waits))


@pytest.mark.parametrize(
    "error", [UpstreamError("wrong"), GaveUp("enough"), ValueError("a mistake")], ids=lambda error: type(error).__name__
)
def test_what_asking_again_cannot_help_is_raised_at_once(standin: StandIn, tmp_path: Path, error: Exception) -> None:
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        raise error

    with upstream(workspace_for(standin, tmp_path), lambda: NOW) as way, pytest.raises(type(error)):
        way.patiently(ask)
    assert len(asked) == 1


def test_a_throttled_way_waits_by_the_given_sleep_and_gives_up_for_later(standin: StandIn, tmp_path: Path) -> None:
    workspace = workspace_for(standin, tmp_path, attempts=2)
    standin.use("throttled-for-ever")
    with upstream(workspace, lambda: NOW) as way, pytest.raises(TryAgainLater):
        way.get(f"{standin.urls['rss']}/cs.CL", label="x")
    assert len(standin.log) == 2
    assert list(RawArchive(workspace.raw).documents()) == []
