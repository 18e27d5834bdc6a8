"""By what a taste is measured: windows of editions, or whole months where lists are of weeks, days or years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paperradar.calendar import Window
from paperradar.decisions import DecisionLog, Pick
from paperradar.encoding import encoder_card
from paperradar.evaluation import METHOD
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import DayBasis, Paper, text_hash
from paperradar.pipeline import taste_measuring
from paperradar.pipeline.backtesting import backtest
from paperradar.pipeline.taste_measuring import MEASURED_PARTS, MeasuredParts, measure_taste, parts_to_measure
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.pipeline.learning import MONTHS, NOW, PICKED, papers, picked, workspace_to_learn
from tests.ranking.builders import unit

TODAY = NOW.date()
JANUARY, FEBRUARY, MARCH, APRIL = (
    Window(dt.date(2022, month, 1), dt.date(2022, month, day)) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30))
)
ANNOUNCED = {paper.identifier: day for paper, day, _ in papers()}


def week(day: dt.date) -> str:
    return f"{day:%G-W%V}"


def listed(months: Iterable[str] = MONTHS, name: Callable[[dt.date], str] = week, source: str = "weekly") -> list[Pick]:
    """The papers that the team likes, each in the list of the week (day, year) in which it was announced."""
    found = [f"{month}.{n:05}" for month in months for n in range(1, PICKED + 1)]
    return [pick(key, source, name(ANNOUNCED[key])) for key in found]


def add_paper(workspace: Workspace, day: dt.date, identifier: str = "2205.00001", categories: str = "cs.CL") -> None:
    """One more paper for the store, with all that ranking asks for."""
    paper = Paper(identifier, f"Quasars {identifier}", "They were seen.", categories=(categories,))
    texts = {paper.text_hash: f"{paper.title} {paper.abstract}", text_hash(paper.title, ""): paper.title}
    with Store(workspace.database).writing() as session:
        session.upsert_papers([(paper, day, DayBasis.SUBMITTED)], source="test")
        session.put_tokens(LEXICAL_FINGERPRINT, list(texts), [tokenise(text) for text in texts.values()])
        encoder = encoder_card(workspace.settings.encoder).fingerprint
        session.put_vectors(encoder, list(texts), np.stack([unit(0, 0, 1)] * len(texts)).astype(np.float32))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds papers until May, to be copied: all four months are over in it."""
    made = workspace_to_learn(tmp_path_factory.mktemp("measuring"))
    add_paper(made, dt.date(2022, 5, 3))
    return made.database


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path, Settings(), ())
    made.database.parent.mkdir(parents=True)
    made.database.write_bytes(prepared.read_bytes())
    return made


def parts(
    workspace: Workspace, picks: Sequence[Pick], sources: Sequence[str] = ("weekly",), today: dt.date = TODAY
) -> MeasuredParts:
    return parts_to_measure(Store(workspace.database), workspace.settings, picks, sources, today=today)


def measured(workspace: Workspace, picks: Sequence[Pick], sources: Sequence[str] = ("weekly",)) -> dict[str, Any]:
    DecisionLog(workspace.decisions).add_picks(picks, at=at(0))
    until = [pick for pick in picks if pick.decided_on <= TODAY]
    return measure_taste(workspace, Store(workspace.database), until, sources, today=TODAY)


@pytest.mark.parametrize("name", [week, dt.date.isoformat], ids=["weeks", "days"])
def test_lists_of_weeks_and_of_days_are_measured_by_months(
    workspace: Workspace, name: Callable[[dt.date], str]
) -> None:
    found = measured(workspace, listed(name=name))
    assert found["pool"] == "days"
    assert list(found["editions"]) == [f"{month.first}..{month.last}" for month in (JANUARY, FEBRUARY, MARCH, APRIL)]
    april = found["editions"]["2022-04-01..2022-04-30"]
    assert april["candidates"] == 40
    assert sorted(april["ranks"]) == [f"2204.{n:05}" for n in range(1, PICKED + 1)]
    assert max(april["ranks"].values()) <= 12, "three months of lists were there to learn from"
    assert found["overall"]["recall@100"] == 1.0


def test_what_is_measured_is_a_backtest_of_the_months_days(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taste_measuring, "MEASURED_PARTS", 1)
    found = measured(workspace, listed())
    report = backtest(workspace, sources=["weekly"], pool="days", days=[APRIL], baselines=False)
    assert found["overall"] == report.overall(METHOD).figures()


def test_a_pick_decided_after_today_is_not_sought(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taste_measuring, "MEASURED_PARTS", 1)
    later = [pick("2204.00009", "weekly", edition) for edition in ("2022", "2022-05-11", "2022-W19", "2022-06")]
    april = measured(workspace, [*listed(), *later])["editions"]["2022-04-01..2022-04-30"]
    assert "2204.00009" not in april["ranks"]
    assert april["picks"] == PICKED


def test_editions_that_are_months_come_first(workspace: Workspace) -> None:
    both = [*listed(), *picked("2022-04", source="monthly")]
    assert parts(workspace, both, ["weekly", "monthly"]) == MeasuredParts("window", ("2022-04",))
    assert parts(workspace, both).pool == "days", "those of others do not count"
    elsewhere = [*listed(), pick("2201.00001", "weekly", "2022-05"), pick("2112.00001", "weekly", "2022-01")]
    found = parts(workspace, elsewhere)
    assert found.pool == "days", "neither was announced in its window and is in the store"
    assert not {"2022-05", "2022-01"} & set(found.editions)


def test_only_the_newest_months(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MEASURED_PARTS == 6
    monkeypatch.setattr(taste_measuring, "MEASURED_PARTS", 2)
    assert parts(workspace, listed()).days == (MARCH, APRIL)


def test_two_trainings_some_months_apart_share_months(workspace: Workspace) -> None:
    early = parts(workspace, [p for p in listed() if p.decided_on < dt.date(2022, 3, 5)], today=dt.date(2022, 3, 5))
    assert early.days == (JANUARY, FEBRUARY)
    assert parts(workspace, listed()).days == (*early.days, MARCH, APRIL)


@pytest.mark.parametrize(("today", "over"), [(dt.date(2022, 4, 29), False), (dt.date(2022, 4, 30), True)])
def test_a_month_counts_after_the_day_of_its_last_listing(workspace: Workspace, today: dt.date, over: bool) -> None:
    assert (APRIL in parts(workspace, listed(), today=today).days) is over


@pytest.mark.parametrize(("newest", "over"), [(dt.date(2022, 4, 28), False), (dt.date(2022, 4, 29), True)])
def test_a_month_counts_once_the_store_holds_its_last_listing(tmp_path: Path, newest: dt.date, over: bool) -> None:
    workspace = workspace_to_learn(tmp_path)
    add_paper(workspace, newest, "2204.00999")
    assert (APRIL in parts(workspace, listed()).days) is over


def test_a_month_with_few_picks_does_not_count(workspace: Workspace) -> None:
    two = [pick(f"2204.{n:05}", "weekly", "2022-W17") for n in (1, 2)]
    add_paper(workspace, dt.date(2022, 4, 11), "2204.00888", categories="math.AG")
    others = [
        replace(two[0], edition="2022-W18"),  # the same paper in two lists
        pick("2204.00003", "weekly", "2022-W17", role="mention"),
        pick("2204.00004", "weekly", "2022-03-30"),  # decided before the month, and so known in it
        pick("2204.00777", "weekly", "2022-W17"),  # not in the store
        pick("2204.00888", "weekly", "2022-W17"),  # out of scope
        pick("2204.00005", "theirs", "2022-W17"),
    ]
    for picks in ([], two, [*two, *others]):
        assert parts(workspace, picks) == MeasuredParts("window")
    assert parts(workspace, [*two, pick("2204.00003", "weekly", "2022-W20")]).days == (APRIL,)


def test_lists_of_years_are_measured_too(workspace: Workspace) -> None:
    found = parts(workspace, listed(["2202"], lambda day: f"{day:%Y}"), today=dt.date(2023, 1, 5))
    assert found == MeasuredParts("days", ("2022",), (FEBRUARY,))


def test_without_anything_to_measure_nothing_is_ranked(workspace: Workspace) -> None:
    found = measured(workspace, listed()[:2])
    assert (found["pool"], found["overall"], found["editions"]) == ("window", {}, {})
