"""What a ranking may know, and from when on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from paperradar.decisions import DecisionLog, Mark, Pick
from paperradar.pipeline.knowledge import featured_before, known_as_of, topic_knowledge
from paperradar.ranking import Featured
from paperradar.store import Store
from tests.decisions.builders import at, pick
from tests.pipeline.builders import PROFILE, filled

CLOSES = dt.date(2022, 5, 5)


def a_pick(edition: str, decided: dt.date, *, source: str = "own", role: str = "top10", rank: int | None = 1) -> Pick:
    return Pick(source, edition, rank, role, "2204.00001", "T", decided)  # type: ignore[arg-type]


def test_only_earlier_editions_of_the_sources_that_count() -> None:
    picks = [
        a_pick("2022-03", dt.date(2022, 3, 5), rank=4),
        a_pick("2022-05", CLOSES),  # the edition itself
        a_pick("2022-06", dt.date(2022, 6, 5)),
        a_pick("2022-04", dt.date(2022, 4, 5), source="somebody"),
        a_pick("2022-02", dt.date(2022, 2, 5), role="mention", rank=None),
    ]
    assert featured_before(picks, "2022-05", CLOSES, ["own"]) == {
        "2204.00001": (Featured("own", "2022-02", "mention"), Featured("own", "2022-03", "top10", 4))
    }


def test_a_decision_from_after_the_day_is_not_known() -> None:
    decided = a_pick("2022-04", dt.date(2022, 4, 5))
    assert featured_before([decided], "2022-05", dt.date(2022, 4, 4), ["own"]) == {}
    assert "2204.00001" in featured_before([decided], "2022-05", dt.date(2022, 4, 5), ["own"])


@pytest.mark.parametrize(
    ("decision", "chosen"), [("pick", True), ("Pick 3", True), (" YES ", True), ("no", False), ("maybe", False)]
)
def test_chosen_is_what_a_mark_says(tmp_path: Path, decision: str, chosen: bool) -> None:
    workspace = filled(tmp_path, [])
    log = DecisionLog(workspace.decisions)
    log.record_marks("2022-05", {"2204.00001": Mark(decision)}, at=at(0))
    log.record_marks("2022-04", {"2204.00002": Mark("pick")}, at=at(0))
    known = known_as_of(workspace, Store(workspace.database), edition="2022-05", as_of=CLOSES)
    assert known.chosen == (frozenset({"2204.00001"}) if chosen else frozenset())


def test_published_editions_and_imported_picks_are_known_alike(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    workspace.editions.mkdir(parents=True)
    (workspace.editions / "2022-03.csv").write_text(
        "edition,rank,role,arxiv_id,title\n2022-03,2,top10,2202.00001,T\n", encoding="utf-8"
    )
    DecisionLog(workspace.decisions).add_picks([pick("2202.00002", "zeta-alpha", edition="2022-04")], at=at(0))
    known = known_as_of(workspace, Store(workspace.database), edition="2022-05", as_of=CLOSES)
    assert set(known.featured) == {"2202.00001", "2202.00002"}
    assert known.featured["2202.00001"] == (Featured("own", "2022-03", "top10", 2),)


def test_profiles_get_their_own_vectors_and_words(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    (knowledge,) = topic_knowledge(Store(workspace.database), workspace.settings, [PROFILE])
    assert knowledge.description[0] == pytest.approx(1)
    assert knowledge.seeds.shape == (1, len(knowledge.description))
    assert knowledge.seeds[0, 2] == pytest.approx(1)
    assert len(np.unique(knowledge.tokens)) == len(knowledge.tokens) == 3  # first, axis, things
    assert topic_knowledge(Store(workspace.database), workspace.settings, []) == ()
