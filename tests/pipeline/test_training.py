"""The learning loop: learn, measure, compare, adopt."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paperradar.decisions import DecisionLog, EditionLog, Mark, Place, State, Vote
from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError
from paperradar.pipeline import taste_measuring, training
from paperradar.pipeline.taste_measuring import MEASURED_PARTS
from paperradar.pipeline.training import Trained, train_taste
from paperradar.ranking import Taste
from paperradar.ranking.taste import OWN_VIEWS
from paperradar.settings import Settings
from paperradar.taste.keeping import ADOPT, REFUSE, TasteShelf, taste_bytes
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.pipeline.learning import (
    EDITIONS,
    LIKED,
    clock,
    decide,
    papers,
    put_vectors,
    with_settings,
    workspace_to_learn,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of `workspace_to_learn`, to be copied."""
    return workspace_to_learn(tmp_path_factory.mktemp("learning")).database


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path, Settings(), ())
    made.database.parent.mkdir(parents=True)
    made.database.write_bytes(prepared.read_bytes())
    return made


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One edition is measured, which is quick."""
    monkeypatch.setattr(taste_measuring, "MEASURED_PARTS", 1)


def train(workspace: Workspace, **keys: Any) -> Trained:
    return train_taste(workspace, clock=clock, **keys)


def measured(done: Trained) -> dict[str, Any]:
    return done.taste.card["measured"]  # type: ignore[return-value]


def test_the_first_taste_is_adopted_and_says_how_it_was_measured(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taste_measuring, "MEASURED_PARTS", MEASURED_PARTS)
    decide(workspace)
    done = train(workspace)
    assert done.adopted
    assert TasteShelf(workspace.taste).adopted_name() == done.name
    assert done.compared.why == "no taste was adopted before"
    card: Any = done.taste.card
    assert card["picks"] == {OWN_VIEWS: 32}
    assert card["ordinary_papers"] == 128
    assert card["trained_until"] == "2022-05-05"
    assert card["latest"] == {"own": "2022-05"}
    assert card["sources"] == ["own"]
    found = measured(done)
    assert list(found["editions"]) == list(EDITIONS)
    assert found["sources"] == ["own"]
    assert found["settings"]["encoder"] == encoder_card(workspace.settings.encoder).fingerprint
    assert found["settings"]["taste"]["words_c"] == 1.0
    assert len(found["editions"]["2022-05"]["ranks"]) == 8
    assert max(found["editions"]["2022-05"]["ranks"].values()) <= 12, "by then there was something to learn from"
    assert found["overall"]["recall@100"] == 1.0
    assert found["overall"]["median_rank"] < 20


def test_the_same_workspace_gives_the_same_taste(workspace: Workspace) -> None:
    decide(workspace)
    first, second = train(workspace), train(workspace)
    assert taste_bytes(first.taste) == taste_bytes(second.taste)
    assert second.adopted
    assert second.compared.why == "recall@100 and median rank are unchanged"
    assert [item.action for item in TasteShelf(workspace.taste).history()] == [ADOPT], "it counted already"


def test_a_taste_that_fell_is_refused_and_can_be_forced(workspace: Workspace) -> None:
    decide(workspace)
    first = train(workspace)
    # An encoder that sees nothing, and no words.
    other = with_settings(workspace, encoder={"max_tokens": 16})
    noise = np.random.default_rng(0).normal(size=(len(papers()), 8))
    put_vectors(other, (noise / np.linalg.norm(noise, axis=1, keepdims=True)).astype(np.float32))
    blind = with_settings(other, taste={"views": {"title_words": 0.0, "text_words": 0.0}})
    second = train(blind)
    assert not second.adopted
    assert second.compared.fell
    assert second.compared.against == first.name
    assert (second.compared.picks, second.compared.editions) == (8, EDITIONS[-1:])
    assert second.compared.after["median_rank"] > second.compared.before["median_rank"]
    shelf = TasteShelf(workspace.taste)
    assert shelf.adopted_name() == first.name
    assert [(item.name, item.action) for item in shelf.history()] == [(first.name, ADOPT), (second.name, REFUSE)]
    assert shelf.history()[1].comparison == second.compared.as_dict()
    forced = train(blind, force=True)
    assert forced.adopted
    assert shelf.adopted_name() == forced.name == second.name
    assert shelf.rollback(at=clock()) == first.name


def test_comparing_keeps_nothing(workspace: Workspace) -> None:
    decide(workspace)
    done = train(workspace, keep=False)
    assert not done.adopted
    assert not workspace.taste.exists()


def test_only_what_was_decided_by_today_is_learnt(workspace: Workspace) -> None:
    decide(workspace)
    early = train_taste(workspace, clock=lambda: dt.datetime(2022, 4, 20, tzinfo=dt.UTC), keep=False)
    assert early.taste.trained_until == dt.date(2022, 4, 5)
    assert list(measured(early)["editions"]) == ["2022-04"]
    assert str(early.taste.card["last_day"]) <= "2022-04-20", "papers of later days are not known either"


def test_marks_on_a_sheet_that_has_closed_teach(workspace: Workspace) -> None:
    decide(workspace, "2022-02", "2022-03", "2022-04")
    log = DecisionLog(workspace.decisions)
    log.record_marks("2022-05", {"2204.00001": Mark("pick"), "2204.00002": Mark("no")}, at=at(0))
    log.record_marks("2022-06", {"2204.00003": Mark("pick")}, at=at(0))
    done = train(workspace, keep=False)
    assert done.taste.card["picks"] == {OWN_VIEWS: 25}
    assert list(measured(done)["editions"]["2022-05"]["ranks"]) == ["2204.00001"]


def test_a_decided_edition_teaches(workspace: Workspace) -> None:
    decide(workspace, "2022-02", "2022-03", "2022-04")
    log = EditionLog(workspace.decisions, "2022-05")
    ten = [Place(f"2204.{n:05}", "top10", n, "", "", "Ann", "") for n in range(1, 5)]
    log.place([*ten, Place("2204.00005", "mention", None, "", "", "Ann", "")], at=at(0))
    log.cast("Ann", {"2204.00009": (Vote.PICK, "")}, at=at(0))
    before = train(workspace, keep=False).taste.card
    assert before["picks"] == {OWN_VIEWS: 25}, "as long as nothing is decided, what a curator picked"
    log.reach(State.DECIDED, at=at(1), by="Ann")
    done = train(workspace, keep=False)
    assert done.taste.card["picks"] == {OWN_VIEWS: 24 + 4 + 1}
    assert done.taste.card["latest"] == {"own": "2022-05"}
    assert sorted(measured(done)["editions"]["2022-05"]["ranks"]) == [place.identifier for place in ten]


def test_only_the_newest_editions_with_picks_in_the_store_are_measured(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(workspace)
    monkeypatch.setattr(taste_measuring, "MEASURED_PARTS", 2)
    log = DecisionLog(workspace.decisions)
    log.add_picks(
        [pick("2110.00001", "own", "2022-06", title=""), pick("2204.00009", "own", "2022-W18"),
         pick("2204.00010", "own", "2022-01"), pick("2110.00002", "own", "2021-11", title="")],
        at=at(0),
    )  # fmt: skip
    assert list(measured(train(workspace, keep=False))["editions"]) == ["2022-04", "2022-05"]


def test_without_picks_it_says_what_to_do(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no pick of own, zeta-alpha was decided by 2022-05-10; import some"):
        train(workspace)
    decide(workspace, source="theirs")
    with pytest.raises(NotFoundError, match="no pick of own"):
        train(workspace)
    with pytest.raises(NotFoundError, match="no pick of nobody was"):
        train(workspace, sources=["theirs", "nobody"])
    assert train(workspace, sources=["theirs"], keep=False).taste.card["sources"] == ["theirs"]


def test_without_papers_it_says_what_to_do(tmp_path: Path) -> None:
    empty = Workspace(tmp_path, Settings(), ())
    decide(empty)
    with pytest.raises(NotFoundError, match="the store holds no papers yet"):
        train(empty)


def test_a_few_picks_are_too_little(workspace: Workspace) -> None:
    DecisionLog(workspace.decisions).add_picks([pick("2204.00001", "own", "2022-05")], at=at(0))
    with pytest.raises(NotFoundError, match="too little to learn from: 1 picked paper"):
        train(workspace)


def test_without_a_pick_in_common_nothing_is_taken_for_better(workspace: Workspace) -> None:
    decide(workspace)
    decide(workspace, source="theirs")
    first = train(workspace)
    shelf = TasteShelf(workspace.taste)
    other = replace(
        first.taste,
        card={**first.taste.card, "measured": {"editions": {"2021-01": {"candidates": 9, "ranks": {"x": 1}}}}},
    )
    shelf.adopt(shelf.put(other), at=clock(), comparison={})
    done = train(workspace)
    assert not done.adopted
    assert "no pick" in done.compared.why


def test_lists_of_weeks_teach_and_are_measured_by_months(workspace: Workspace) -> None:
    weeks = [pick(item.identifier, "weekly", f"{day:%G-W%V}") for item, day, _ in papers() if item.title[0] == "S"]
    DecisionLog(workspace.decisions).add_picks(weeks, at=at(0))
    first, second = (train(workspace, sources=["weekly"]) for _ in range(2))
    assert first.adopted
    assert (second.compared.picks, second.compared.editions) == (LIKED, ("2022-03-01..2022-03-31",))
    assert second.compared.why == "recall@100 and median rank are unchanged"


def test_windows_and_months_do_not_compare(workspace: Workspace) -> None:
    shelf = TasteShelf(workspace.taste)
    figures = {"candidates": 300, "ranks": {"2204.00001": 10}}
    by_days, by_window = ({"measured": {"pool": pool, "editions": {"x": figures}}} for pool in ("days", "window"))
    name = shelf.put(Taste((), dt.date(2022, 5, 5), "e", by_days))
    shelf.adopt(name, at=clock(), comparison={})
    compared = training._compare(shelf, by_window)
    assert compared.fell
    assert compared.picks == 0
    assert compared.why == (
        f"no pick that the adopted taste {name} was measured on was measured now: it was measured by months, the new"
        " one by editions"
    )
    assert training._compare(shelf, {"measured": {"pool": "window", "editions": {}}}).why.endswith("was measured now")
    assert training._compare(shelf, by_days).picks == 1


def test_a_taste_that_was_never_measured_or_is_lost_does_not_stand_in_the_way(workspace: Workspace) -> None:
    decide(workspace)
    first = train(workspace)
    shelf = TasteShelf(workspace.taste)
    bare = shelf.put(replace(first.taste, card={}))
    shelf.adopt(bare, at=clock(), comparison={})
    assert "was never measured" in train(workspace).compared.why
    shelf.adopt(bare, at=clock(), comparison={})
    (workspace.taste / f"{bare}.npz").unlink()
    done = train(workspace)
    assert done.adopted
    assert "cannot be read" in done.compared.why
    assert shelf.adopted_name() == first.name


@pytest.mark.parametrize(
    ("before", "after", "fell"),
    [
        ([10, 90, 200], [10, 90, 200], False),
        ([10, 90, 200], [10, 95, 110], True),  # one recall, but the median rank rose
        ([10, 90, 200], [99, 99, 99], False),  # more are found, though lower
        ([10, 90, 200], [10, 120, 121], True),
        ([10, 90, None], [10, 80, None], False),
    ],
)
def test_what_counts_as_a_fall(
    workspace: Workspace, before: list[int | None], after: list[int | None], fell: bool
) -> None:
    def card(ranks: list[int | None]) -> dict[str, Any]:
        named = {f"2204.{n:05}": rank for n, rank in enumerate(ranks)}
        return {"measured": {"editions": {"2022-05": {"candidates": 300, "ranks": named}}}}

    shelf = TasteShelf(workspace.taste)
    shelf.adopt(shelf.put(Taste((), dt.date(2022, 5, 5), "e", card(before))), at=clock(), comparison={})
    assert training._compare(shelf, card(after)).fell is fell
