"""What a ranking may know, and from when on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paperradar.decisions import DecisionLog, Mark, Pick
from paperradar.papers import Paper, Version
from paperradar.pipeline.examples import AsOf
from paperradar.pipeline.knowledge import featured_in, known_as_of, pool_as_of, topic_knowledge, topics_as_of
from paperradar.ranking import Featured
from paperradar.store import Store
from paperradar.topics import SeedPaper
from tests.decisions.builders import at, pick
from tests.pipeline.builders import PROFILE, filled
from tests.ranking.builders import candidate, pool

CLOSES = dt.date(2022, 5, 5)
RULE = AsOf("window", dt.date(2022, 3, 25), CLOSES, ("own", "zeta-alpha"), "2022-05")


def a_pick(edition: str, decided: dt.date, *, source: str = "own", role: str = "top10", rank: int | None = 1) -> Pick:
    return Pick(source, edition, rank, role, "2204.00001", "T", decided)  # type: ignore[arg-type]


def untitled(identifier: str, source: str, edition: str, **keys: object) -> Pick:
    """A pick whose paper nobody has and that has no title: there is nothing to encode."""
    return pick(identifier, source, edition=edition, title="", **keys)


def test_a_paper_tells_all_its_earlier_editions_but_not_this_one() -> None:
    picks = [
        a_pick("2022-03", dt.date(2022, 3, 5), rank=4),
        a_pick("2022-05", CLOSES),  # the edition itself
        a_pick("2022-02", dt.date(2022, 2, 5), role="mention", rank=None),
    ]
    assert featured_in(picks, "2022-05") == {
        "2204.00001": (Featured("own", "2022-02", "mention"), Featured("own", "2022-03", "top10", 4))
    }


def test_only_sources_that_count_feature_a_paper(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    log = DecisionLog(workspace.decisions)
    log.add_picks([untitled("2202.00001", "somebody", "2022-03"), untitled("2202.00002", "own", "2022-06")], at=at(0))
    assert known_as_of(workspace, Store(workspace.database), rule=RULE).featured == {}


@pytest.mark.parametrize(
    ("decision", "chosen"), [("pick", True), ("Pick 3", True), (" YES ", True), ("no", False), ("maybe", False)]
)
def test_chosen_is_what_a_mark_says(tmp_path: Path, decision: str, chosen: bool) -> None:
    workspace = filled(tmp_path, [])
    log = DecisionLog(workspace.decisions)
    log.record_marks("2022-05", {"2204.00001": Mark(decision)}, at=at(0))
    log.record_marks("2022-04", {"2204.00002": Mark("pick")}, at=at(0))
    known = known_as_of(workspace, Store(workspace.database), rule=RULE)
    assert known.chosen == (frozenset({"2204.00001"}) if chosen else frozenset())


def test_published_editions_and_imported_picks_are_known_alike(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    workspace.editions.mkdir(parents=True)
    (workspace.editions / "2022-03.csv").write_text(
        "edition,rank,role,arxiv_id,title\n2022-03,2,top10,2202.00001,\n", encoding="utf-8"
    )
    DecisionLog(workspace.decisions).add_picks([untitled("2202.00002", "zeta-alpha", "2022-04")], at=at(0))
    known = known_as_of(workspace, Store(workspace.database), rule=RULE)
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


def test_a_corrected_pick_stands_over_the_published_edition(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    workspace.editions.mkdir(parents=True)
    (workspace.editions / "2022-03.csv").write_text(
        "source,edition,rank,role,arxiv_id,title\nown,2022-03,2,top10,2202.00001,\n", encoding="utf-8"
    )
    DecisionLog(workspace.decisions).add_picks([untitled("2202.00001", "own", "2022-03", role="mention")], at=at(0))
    known = known_as_of(workspace, Store(workspace.database), rule=RULE)
    assert [item.role for item in known.featured["2202.00001"]] == ["mention"]


def test_seed_papers_of_after_the_day_are_not_known() -> None:
    seeds = tuple(SeedPaper(identifier=name, title="T") for name in ("2205.00001", "2205.00002", "2206.00001"))
    (then,) = topics_as_of([PROFILE.model_copy(update={"seeds": seeds})], CLOSES)
    assert [seed.identifier for seed in then.seeds] == ["2205.00001", "2205.00002"]
    (before,) = topics_as_of([PROFILE.model_copy(update={"seeds": seeds})], dt.date(2022, 5, 2))
    assert before.seeds == ()


def test_what_later_records_say_is_not_known() -> None:
    first = Version(1, dt.datetime(2022, 4, 1, tzinfo=dt.UTC))

    def then(**keys: object) -> Paper:
        item = candidate("2204.00001")
        changed = replace(item, paper=replace(item.paper, **keys))  # type: ignore[arg-type]
        return pool_as_of(pool([changed]), CLOSES).candidates[0].paper

    later, earlier = (Version(2, dt.datetime(2022, 5, day, tzinfo=dt.UTC)) for day in (6, 5))
    assert not then(withdrawn=True, versions=(first, later)).withdrawn
    assert then(withdrawn=True, versions=(first, earlier)).withdrawn
    assert then(withdrawn=True).withdrawn, "when it was withdrawn is not known"
    assert then(comments="Code is out", updated=dt.date(2022, 5, 6)).comments == ""
    assert then(comments="Code is out", updated=dt.date(2022, 5, 5)).comments == "Code is out"
    assert then(journal_ref="ACL 2022", doi="10.1/1", updated=dt.date(2022, 5, 6)).journal_ref == ""
