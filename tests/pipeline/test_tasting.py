"""The taste of a list: adopted one and prior together, what is said of it, and how far to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paperradar.encoding import encoder_card
from paperradar.pipeline import tasting
from paperradar.pipeline.examples import AsOf
from paperradar.pipeline.tasting import depth_of, measured_by, measured_settings, present_taste, prior_share
from paperradar.ranking import Taste, View
from paperradar.settings import Settings
from paperradar.taste.keeping import TasteShelf
from paperradar.taste.prior import PRIOR_VIEWS
from paperradar.workspace import Workspace

ENCODER = encoder_card(Settings().encoder).fingerprint
MAY = AsOf("window", dt.date(2022, 3, 25), dt.date(2022, 5, 5), ("own", "zeta-alpha"), "2022-05")
KINDS = ("title-vector", "text-vector", "title-words", "text-words")
AT = dt.datetime(2022, 5, 10, tzinfo=dt.UTC)


def a_taste(source: str, until: str, encoder: str = ENCODER, **card: Any) -> Taste:
    views = tuple(
        View(source, kind, np.ones(2, np.float32), 0.0, 0.0, 1.0, 1 / len(KINDS))  # type: ignore[arg-type]
        for kind in KINDS
    )
    return Taste(views, dt.date.fromisoformat(until), encoder, card)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, Settings(), ())


@pytest.fixture
def ships(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets a prior ship."""

    def set_prior(taste: Taste | None) -> None:
        monkeypatch.setattr(tasting, "prior", lambda: taste)

    set_prior(a_taste(PRIOR_VIEWS, "2021-12-31"))
    return set_prior


def adopt(workspace: Workspace, taste: Taste) -> str:
    shelf = TasteShelf(workspace.taste)
    name = shelf.put(taste)
    shelf.adopt(name, at=AT, comparison={})
    return name


def own(until: str = "2022-04-05", picks: int = 20, encoder: str = ENCODER, **card: Any) -> Taste:
    return a_taste("own", until, encoder, **{"picks": {"own": picks}, "latest": {"own": until[:7]}, **card})


def share_of(taste: Taste | None, source: str) -> float:
    return sum(view.share for view in taste.views if view.source == source) if taste else 0.0


def measured(count: int, found: int = 8, settings: Settings | None = None) -> dict[str, Any]:
    """Ranks of so many picks in two editions: ``found`` within the first 100, the others below 500."""
    ranks: dict[str, int | None] = {f"2204.{n:05}": 50 if n < found else 900 for n in range(count - 1)}
    return {
        "settings": measured_settings(settings or Settings()),
        "editions": {
            "2022-03": {"candidates": 1000, "ranks": ranks},
            "2022-04": {"candidates": 1000, "ranks": {"2203.00001": None}},
        },
    }


def test_a_newcomer_gets_the_prior_alone(workspace: Workspace, ships: Any) -> None:
    present = present_taste(workspace, MAY)
    assert share_of(present.taste, PRIOR_VIEWS) == pytest.approx(1)
    assert present.facts == {"prior_until": "2021-12-31", "prior_share": 1000}
    assert present.notes == ()
    assert present.depth == {}


def test_without_a_prior_there_is_none(workspace: Workspace) -> None:
    assert present_taste(workspace, MAY).taste is None
    name = adopt(workspace, own())
    present = present_taste(workspace, MAY)
    assert share_of(present.taste, "own") == pytest.approx(1)
    assert present.facts == {"name": name, "trained_until": "2022-04-05"}


def test_the_prior_fades_as_own_picks_grow(workspace: Workspace, ships: Any) -> None:
    shares = []
    for picks in (0, 20, 60, 980):
        adopt(workspace, own(picks=picks))
        present = present_taste(workspace, MAY)
        assert share_of(present.taste, "own") + share_of(present.taste, PRIOR_VIEWS) == pytest.approx(1)
        shares.append(share_of(present.taste, PRIOR_VIEWS))
    assert shares == pytest.approx([1.0, 0.5, 0.25, 0.02])


def test_the_prior_can_be_switched_off(workspace: Workspace, ships: Any) -> None:
    settings = Settings.model_validate({"taste": {"prior": 0}})
    off = replace(workspace, settings=settings)
    assert present_taste(off, MAY).taste is None
    assert prior_share(own(), settings) == 0
    assert prior_share(own(picks=0), Settings.model_validate({"taste": {"half_trusted": 0}})) == 1


def test_a_taste_of_another_encoder_counts_by_its_words(workspace: Workspace, ships: Any) -> None:
    adopt(workspace, own(encoder="another", measured=measured(40)))
    present = present_taste(workspace, MAY)
    assert present.taste is not None
    assert {view.kind for view in present.taste.views if view.source == "own"} == {"title-words", "text-words"}
    assert share_of(present.taste, "own") == pytest.approx(0.5)
    assert {view.kind for view in present.taste.views if view.source == PRIOR_VIEWS} == set(KINDS)
    (note,) = present.notes
    assert "only its words count" in note
    assert "paperradar taste train" in note
    assert present.depth == {}, "it was measured with that encoder"


def test_a_prior_of_another_encoder_counts_by_its_words(workspace: Workspace, ships: Any) -> None:
    ships(a_taste(PRIOR_VIEWS, "2021-12-31", "another"))
    present = present_taste(workspace, MAY)
    assert present.taste is not None
    assert {view.kind for view in present.taste.views} == {"title-words", "text-words"}
    assert present.notes == ()


def test_a_taste_of_other_words_counts_by_its_vectors(workspace: Workspace) -> None:
    adopt(workspace, own(words="words-0"))
    taste = present_taste(workspace, MAY).taste
    assert taste is not None
    assert {view.kind for view in taste.views} == {"title-vector", "text-vector"}
    adopt(workspace, own(words="words-0", encoder="another"))
    present = present_taste(workspace, MAY)
    assert present.taste is None
    assert "nothing of it counts" in present.notes[0]


@pytest.mark.parametrize(
    ("latest", "unfair"),
    [
        ({"own": "2022-04"}, False),  # closed within the window, before the edition
        ({"own": "2022-05"}, True),
        ({"own": "2022-06"}, True),
        ({"own": "2022-04", "theirs": "2022-03-24"}, False),
        ({"own": "2022-04", "theirs": "2022-03-25"}, True),
        ({"own": "2022-04", "theirs": "2022"}, True),
    ],
)
def test_a_taste_that_knows_too_much_is_told(workspace: Workspace, latest: dict[str, str], unfair: bool) -> None:
    adopt(workspace, own(until="2022-04-05", latest=latest))
    notes = present_taste(workspace, MAY).notes
    assert len(notes) == unfair
    if notes:
        assert notes[0].startswith("The taste knows picks until 2022-04-05")
        assert "no fair test" in notes[0]


@pytest.mark.parametrize(("until", "unfair"), [("2022-03-24", False), ("2022-03-25", True)])
def test_a_prior_that_knows_too_much_is_told(workspace: Workspace, ships: Any, until: str, unfair: bool) -> None:
    ships(a_taste(PRIOR_VIEWS, until))
    notes = present_taste(workspace, MAY).notes
    assert [note.startswith(f"The shipped prior knows picks until {until}") for note in notes] == [True] * unfair


def test_how_far_to_read(workspace: Workspace) -> None:
    adopt(workspace, own(measured=measured(20)))
    depth = present_taste(workspace, MAY).depth
    assert depth == {
        "picks": 20,
        "editions": ["2022-03", "2022-04"],
        "readings": [
            {"first": 100, "found": 8, "low": 219, "high": 613},
            {"first": 500, "found": 8, "low": 219, "high": 613},
        ],
        "line": "Reading the first 100 rows finds about 4 of 10 picks (2 to 6), the first 500 about 4 (2 to 6);"
        " measured on 20 picks of 2 editions (2022-03 to 2022-04)",
    }


def test_months_are_too_short_to_tell_about_depth(workspace: Workspace) -> None:
    adopt(workspace, own(measured=measured(40) | {"pool": "days"}))
    present = present_taste(workspace, MAY)
    assert (present.depth, present.notes) == ({}, ())


def test_too_few_picks_tell_nothing_about_depth(workspace: Workspace) -> None:
    adopt(workspace, own(measured=measured(19)))
    present = present_taste(workspace, MAY)
    assert (present.depth, present.notes) == ({}, ())
    assert depth_of({}, None) == {}
    assert depth_of({"measured": {}}, None) == {}


def test_by_what_a_taste_was_measured() -> None:
    editions = {"x": {"candidates": 1, "ranks": {}}}
    assert measured_by({"measured": {"editions": editions}}) == "edition"
    assert measured_by({"measured": {"editions": editions, "pool": "window"}}) == "edition"
    assert measured_by({"measured": {"editions": editions, "pool": "days"}}) == "month"
    assert [measured_by(card) for card in ({}, {"measured": {"pool": "days", "editions": {}}})] == ["", ""]


def test_figures_of_other_settings_do_not_hold(workspace: Workspace) -> None:
    adopt(workspace, own(measured=measured(20)))
    for changed in ({"taste": {"words_c": 2.0}}, {"ranking": {"weights": {"taste": 1}}}):
        other = replace(workspace, settings=Settings.model_validate(changed))
        present = present_taste(other, MAY)
        assert present.depth == {}
        assert "other settings" in present.notes[0]
    longer = replace(workspace, settings=Settings.model_validate({"ranking": {"rows": 500}}))
    assert present_taste(longer, MAY).depth, "the length of the list changes no rank"
