"""What was measured before is read back while nothing that it depends on has changed, and only then."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paperradar.calendar import Window
from paperradar.decisions import DecisionLog, Mark
from paperradar.encoding import encoder_card
from paperradar.evaluation import BacktestReport, Judged, MeasuredEdition
from paperradar.papers import DayBasis, Paper, Version
from paperradar.pipeline import backtesting, measured
from paperradar.pipeline.backtesting import backtest
from paperradar.pipeline.measured import MeasuredBefore
from paperradar.pipeline.opening import open_store
from paperradar.settings import Settings
from paperradar.store import Session
from paperradar.topics import TopicProfile
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.pipeline.builders import PROFILE, Placed, fan, filled, paper
from tests.ranking.builders import DIMENSION

DAY = dt.date(2022, 4, 20)
MADE = MeasuredEdition("2022-05", DAY, DAY, DAY, 0, Judged((), ()), Judged((), ()), {})
EXTRA = Paper("2204.00077", "Title 1", versions=(Version(1, dt.datetime(2022, 4, 4, tzinfo=dt.UTC)),))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Six papers of April 2022 with vectors; one was picked for May's edition, two for April's."""
    workspace = filled(tmp_path, [Placed(paper(number), angle=angle) for number, angle in enumerate(fan(6), start=1)])
    picks = [pick("2204.00001", "ours"), *(pick(f"2204.0000{n}", "ours", "2022-04") for n in (2, 3))]
    DecisionLog(workspace.decisions).add_picks(picks, at=at(0))
    return workspace


def asked(workspace: Workspace, **keys: Any) -> BacktestReport:
    return backtest(workspace, **{"sources": ["ours"], "editions": ["2022-05"], **keys})


def kept(workspace: Workspace) -> list[Path]:
    return sorted((workspace.cache / "backtests").glob("*"))


def is_kept(workspace: Workspace, question: object = "a question") -> bool:
    """Whether the question was answered before; if not, it is now."""
    before = MeasuredBefore(workspace, open_store(workspace))
    assert before.measured(question, lambda: MADE) == MADE
    return bool(before.reused)


def test_a_second_run_reads_what_the_first_one_measured(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked(workspace)
    (path,) = kept(workspace)
    written = path.stat().st_mtime_ns

    def never(*_: object, **__: object) -> None:
        raise AssertionError("something was measured")

    with monkeypatch.context() as patch:
        patch.setattr(backtesting, "build_pool", never)
        patch.setattr(backtesting, "known_as_of", never)
        second = asked(workspace)
        path.write_bytes(path.read_bytes().replace(b'"candidates":6', b'"candidates":7'))
        os.utime(path, ns=(written, written))
        planted = asked(workspace)
    assert (first.reused, second.reused) == (0, 1)
    assert second == first
    assert json.dumps(second.as_dict()) == json.dumps(first.as_dict()), "names stand in the same order, too"
    assert [item.candidates for item in planted.editions] == [7]
    assert path.stat().st_mtime_ns == written
    fresh = asked(workspace, fresh=True)
    assert (fresh.reused, fresh.editions[0].candidates) == (0, 6)
    assert kept(workspace) == [path]
    assert asked(workspace).editions == fresh.editions


def test_each_pool_is_kept_by_itself(workspace: Workspace) -> None:
    asked(workspace)
    both = asked(workspace, editions=["2022-04", "2022-05"])
    assert (both.reused, len(both.editions)) == (1, 2)
    fresh = asked(workspace, editions=["2022-04", "2022-05"], fresh=True)
    assert [replace(item, seconds={}) for item in both.editions] == [
        replace(item, seconds={}) for item in fresh.editions
    ]


def add(workspace: Workspace, change: Callable[[Session], object]) -> Workspace:
    with open_store(workspace).writing() as session:
        change(session)
    return workspace


def decided(workspace: Workspace, change: Callable[[DecisionLog], object]) -> Workspace:
    change(DecisionLog(workspace.decisions))
    return workspace


def published(workspace: Workspace) -> Workspace:
    workspace.editions.mkdir(parents=True)
    (workspace.editions / "2022-03.csv").write_text("edition,arxiv_id\n2022-03,2203.00001\n", encoding="utf-8")
    return workspace


def with_topics(workspace: Workspace, **keys: object) -> Workspace:
    return replace(workspace, topics=(TopicProfile(**{**dict(PROFILE), **keys}),))


def with_settings(workspace: Workspace, **tables: object) -> Workspace:
    return replace(workspace, settings=Settings.model_validate(tables))


SECOND = replace(paper(1), title="Rewritten", versions=(Version(2, dt.datetime(2022, 4, 21, tzinfo=dt.UTC)),))
CHANGES: dict[str, Callable[[Workspace], Workspace]] = {
    "setting": lambda place: with_settings(place, ranking={"weights": {"novelty": 61}}),
    "encoder": lambda place: with_settings(place, encoder={"max_tokens": 128}),
    "profile": lambda place: with_topics(place, weight=2.0),
    "seeds": lambda place: with_topics(place, seeds=()),
    "no profile": lambda place: replace(place, topics=()),
    "pick": lambda place: decided(place, lambda log: log.add_picks([pick("2204.00004", "theirs", "2022")], at=at(1))),
    "mark": lambda place: decided(
        place, lambda log: log.record_marks("2022-03", {"2203.00001": Mark("pick")}, at=at(1))
    ),
    "edition": published,
    "paper": lambda place: add(
        place, lambda session: session.upsert_papers([(paper(9), DAY, DayBasis.SUBMITTED)], source="test")
    ),
    "version": lambda place: add(
        place, lambda session: session.upsert_papers([(SECOND, DAY, DayBasis.SUBMITTED)], source="test")
    ),
    "signal": lambda place: add(place, lambda session: session.put_signals([("votes", "2204.00001", DAY, 1.0)])),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_a_ranking_reads_is_part_of_the_key(
    workspace: Workspace, change: Callable[[Workspace], Workspace]
) -> None:
    assert not is_kept(workspace)
    assert is_kept(workspace)
    changed = change(workspace)
    assert not is_kept(changed)
    assert is_kept(changed)


def test_another_program_measures_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_kept(workspace)
    same = dict(measured._program())
    files, libraries = dict(same["paperradar"]), dict(same["libraries"])  # type: ignore[call-overload]
    assert {"ranking/order.py", "pipeline/measured.py", "store/migrations/0001_first.sql"} <= set(files)
    assert all(libraries.values())
    for other in (
        same | {"paperradar": files | {"ranking/order.py": "0"}},
        same | {"libraries": libraries | {"numpy": "9.9"}},
        same | {"python": (3, 99)},
        same | {"machine": "another"},
    ):
        monkeypatch.setattr(measured, "_program", lambda told=other: told)
        assert not is_kept(workspace)


def test_vectors_that_were_lacking_are_no_change(workspace: Workspace) -> None:
    assert not is_kept(workspace)
    vectors = np.ones((1, DIMENSION), dtype=np.float32)
    fingerprint = encoder_card(workspace.settings.encoder).fingerprint
    add(workspace, lambda session: session.put_vectors(fingerprint, [EXTRA.text_hash], vectors))
    assert is_kept(workspace)


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pools that are measured, while nothing is ranked."""
    told: list[str] = []

    def measure(_: object, __: object, part: backtesting.Part, ___: object, **____: object) -> MeasuredEdition:
        told.append(part.name)
        return replace(MADE, edition=part.name, candidates=1, entries=Judged(("2204.00001",), ()))

    monkeypatch.setattr(backtesting, "_measure_part", measure)
    return told


def test_another_question_has_a_key_of_its_own(workspace: Workspace, questions: list[str]) -> None:
    days = {"pool": "days", "days": [Window(DAY, DAY)], "editions": []}
    calls: list[dict[str, Any]] = [
        {},
        {"titles_only": True},
        {"baselines": False},
        {"extra": [EXTRA]},
        {"extra": [replace(EXTRA, title="Another title")]},
        {"editions": ["2022-04"]},
        {"editions": ["2022-04"], "pool": "id-month"},
        days,
        days | {"editions": ["2022-04"]},
        days | {"days": [Window(DAY, DAY + dt.timedelta(days=1))]},
    ]
    DecisionLog(workspace.decisions).add_picks([pick("2204.00004", "theirs")], at=at(1))
    calls += [{"sources": ["ours", "theirs"]}, {"sources": ["theirs"]}]
    for number, call in enumerate(calls, start=1):
        assert asked(workspace, **call).reused == 0, call
        assert (len(questions), len(kept(workspace))) == (number, number), call
    for call in calls:
        assert asked(workspace, **call).reused == 1, call
    assert len(questions) == len(calls)


def test_the_day_counts_by_the_picks_that_it_lets_in(workspace: Workspace, questions: list[str]) -> None:
    log = DecisionLog(workspace.decisions)
    log.record_marks("2022-06", {"2204.00002": Mark("pick"), "2204.00003": Mark("no")}, at=at(1))
    log.add_picks([pick("2204.00004", "own", "2022-W16")], at=at(1))
    month = {"sources": ["own"], "editions": ["2022-04"], "pool": "id-month"}
    closing = dt.date(2022, 6, 5)
    for days, reused in ((-20, 0), (-1, 1), (0, 1), (1, 0), (20, 1)):
        assert asked(workspace, today=closing + dt.timedelta(days=days), **month).reused == reused, days
    assert len(questions) == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"{not JSON", None], ids=["empty", "bare", "no JSON", "truncated"])
def test_a_broken_file_is_measured_again(workspace: Workspace, content: bytes | None) -> None:
    is_kept(workspace)
    (path,) = kept(workspace)
    whole = path.read_bytes()
    path.write_bytes(whole[:-3] if content is None else content)
    assert not is_kept(workspace)
    assert path.read_bytes() == whole
    assert is_kept(workspace)


def test_what_changes_meanwhile_is_kept_under_neither_name(workspace: Workspace) -> None:
    def measure() -> MeasuredEdition:
        CHANGES["signal"](workspace)
        return MADE

    before = MeasuredBefore(workspace, open_store(workspace))
    assert before.measured("first", measure) == MADE
    assert kept(workspace) == []
    before.measured("second", lambda: MADE)
    assert is_kept(workspace, "second")
    assert not is_kept(workspace, "first")


def test_only_the_newest_are_kept(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "KEPT", 3)
    for number in range(5):
        is_kept(workspace, number)
        for age, path in enumerate(sorted(kept(workspace), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(path, ns=(age, age))
    assert len(kept(workspace)) == 3
    assert [is_kept(workspace, number) for number in (4, 3, 2)] == [True] * 3
    assert not is_kept(workspace, 1)


def test_a_folder_that_cannot_be_written_stops_nothing(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    workspace.cache.parent.mkdir(parents=True, exist_ok=True)
    workspace.cache.write_text("in the way", encoding="utf-8")
    assert not is_kept(workspace)
    assert not is_kept(workspace)
    assert "what was measured is not kept" in caplog.text
