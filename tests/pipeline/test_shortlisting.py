"""The shortlist of an edition, from a real store to files on disk."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paperradar.decisions import Added, DecisionLog, EditionLog, Mark, Vote
from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError, UsageError
from paperradar.papers import DayBasis, Version
from paperradar.pipeline.shortlisting import Made, make_shortlist, publish_shortlist, render_shortlist
from paperradar.pipeline.tasting import measured_settings
from paperradar.ranking import Taste, View
from paperradar.settings import EditionSettings, PublishingSettings, Settings, StoreSettings
from paperradar.taste.keeping import TasteShelf
from paperradar.workspace import Workspace
from tests.pipeline.builders import Placed, at_angle, clock, fan, filled, paper, put

EDITION = "2022-05"
OLD = dt.date(2022, 2, 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Six papers that turn away from the profile's axis, one after the other, and an older one."""
    placed = [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(6), start=1)]
    placed.append(Placed(paper(9, "2202"), OLD, angle=4.0))
    return filled(tmp_path, placed)


def make(workspace: Workspace, edition: str = EDITION, **keys: object) -> Made:
    return make_shortlist(workspace, edition, **keys)  # type: ignore[arg-type]


def listed(made: Made) -> list[str]:
    return [row.candidate.paper.identifier for row in made.shortlist.rows]


def test_files_say_what_they_rest_on(workspace: Workspace) -> None:
    put(workspace, [Placed(paper(21), angle=0.3, basis=DayBasis.ANNOUNCED), Placed(paper(22, withdrawn=True))])
    written = publish_shortlist(workspace, make(workspace), clock=clock)
    facts = json.loads(written.manifest.read_bytes())
    assert facts["window"] == {"first": "2022-03-25", "last": "2022-05-05", "overridden": False}
    assert facts["counts"]["by_basis"] == {"announced": 1, "submitted": 7, "identifier": 0}
    assert (facts["counts"]["in_window"], facts["counts"]["withdrawn"], facts["counts"]["featured"]) == (8, 1, 0)
    assert facts["counts"]["without_vectors"] == 0
    assert [topic["slug"] for topic in facts["topics"]] == ["first"]
    assert facts["encoder"]["model"] == "all-MiniLM-L6-v2"
    assert set(facts["versions"]) >= {"paperradar", "numpy", "bm25s"}
    assert {lane["slug"] for lane in facts["lanes"]} == {"first", "datasets-benchmarks", "wildcard", "resurfaced"}


def test_the_same_input_gives_the_same_bytes(workspace: Workspace) -> None:
    first = {path: path.read_bytes() for path in publish_shortlist(workspace, make(workspace), clock=clock).changed}
    assert publish_shortlist(workspace, make(workspace), clock=clock).changed == ()
    for path in first:
        path.unlink()
    again = {path: path.read_bytes() for path in publish_shortlist(workspace, make(workspace), clock=clock).changed}
    assert again == first


def test_settings_that_cannot_change_an_order_do_not_change_the_bytes(workspace: Workspace) -> None:
    patient = replace(workspace, settings=Settings(store=StoreSettings(wait_seconds=1)))
    assert render_shortlist(make(patient), "json") == render_shortlist(make(workspace), "json")
    titled = replace(workspace, settings=Settings(publishing=PublishingSettings(title="Another")))
    assert render_shortlist(make(titled), "json") == render_shortlist(make(workspace), "json")
    other = replace(workspace, settings=Settings(edition=EditionSettings(opens_days_before=6)))
    assert make(other).bundle["settings_hash"] != make(workspace).bundle["settings_hash"]


def test_how_many_rows(workspace: Workspace) -> None:
    assert len(listed(make(workspace, rows=3))) == 3
    assert len(listed(make(workspace))) == 6
    assert make(workspace, rows=3).bundle["counts"]["ranked"] == 6
    assert "3 of 6 rows" in make(workspace, rows=3).headline


def test_a_marked_row_stays_on_the_list_at_its_rank(workspace: Workspace) -> None:
    last = make(workspace).shortlist.rows[-1]
    identifier = last.candidate.paper.identifier
    DecisionLog(workspace.decisions).record_marks(EDITION, {identifier: Mark("pick")}, at=clock())
    made = make(workspace, rows=3)
    assert listed(made)[-1] == identifier
    assert made.shortlist.rows[-1].rank == 6
    assert made.bundle["rows"][-1]["decision"] == "pick"


def test_a_row_that_somebody_voted_on_stays_like_a_marked_one(workspace: Workspace) -> None:
    last = make(workspace).shortlist.rows[-1].candidate.paper.identifier
    log = EditionLog(workspace.decisions, EDITION)
    log.cast("Ann", {last: (Vote.NO, "")}, at=clock())
    made = make(workspace, rows=3)
    assert (listed(made)[-1], made.shortlist.rows[-1].rank) == (last, 6)
    assert made.bundle["rows"][-1]["decision"] == "", "a vote is no mark of the shared sheet"
    log.cast("Ann", {last: (None, "")}, at=clock())
    assert len(listed(make(workspace, rows=3))) == 3


def test_a_paper_that_was_voted_on_and_has_no_row_is_told(workspace: Workspace) -> None:
    put(workspace, [Placed(paper(21, withdrawn=True), angle=0.1)])
    log = EditionLog(workspace.decisions, EDITION)
    log.add(Added("2101.00001", "Added", (), "https://a.example", "", "Ann"), at=clock())
    words = dict.fromkeys(("2204.00021", "2101.00001", "2101.00002"), (Vote.PICK, ""))
    log.cast("Ann", words, at=clock())
    made = make(workspace)
    # What was added takes part without a row.
    assert made.warnings == (
        "2204.00021 was voted on and is left out: its authors or arXiv withdrew it",
        "marked, voted on or asked back, but not among the papers of the window: 2101.00002",
    )
    assert [item["loud"] for item in made.bundle["left_out"]] == [True], "somebody picked it"


def test_other_days_than_the_editions(workspace: Workspace) -> None:
    put(workspace, [Placed(paper(30), dt.date(2022, 5, 10), angle=0.1)])
    made = make(workspace, since=dt.date(2022, 5, 6), until=dt.date(2022, 5, 12))
    assert listed(made) == ["2204.00030"]
    assert made.bundle["window"] == {"first": "2022-05-06", "last": "2022-05-12", "overridden": True}
    with pytest.raises(UsageError, match="--since"):
        make(workspace, since=dt.date(2022, 5, 12), until=dt.date(2022, 5, 6))


def test_an_empty_window_is_an_error_that_says_what_the_store_holds(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="2022-02-01 to 2022-04-20"):
        make(workspace, "2023-01")
    assert not workspace.shortlists.exists()


def test_an_empty_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="paperradar import"):
        make(Workspace(tmp_path, Settings(), ()))


def test_a_window_that_the_store_does_not_cover_is_noted(workspace: Workspace) -> None:
    made = make(workspace)
    assert made.notes == (
        "The store ends with 2022-04-20; nothing announced after that day is on this list yet.",
    )  # fmt: skip
    assert made.bundle["notes"] == list(made.notes)
    put(workspace, [Placed(paper(1, "2205"), dt.date(2022, 5, 5))])
    assert make(workspace).notes == ()
    assert "begins with 2022-02-01" in make(workspace, "2022-02", until=dt.date(2022, 5, 5)).notes[0]


def test_a_paper_comes_back_by_a_curators_word(workspace: Workspace) -> None:
    log = DecisionLog(workspace.decisions)
    log.resurface("2202.00009", edition=EDITION, why="a prize", curator="Ada", at=clock())
    log.resurface("2101.99999", edition=EDITION, why="unknown here", at=clock())
    made = make(workspace)
    (row,) = [row for row in made.shortlist.rows if row.candidate.resurfaced]
    assert (row.candidate.paper.identifier, row.candidate.by_curator) == ("2202.00009", "Ada")
    assert row.lanes[-1] == "resurfaced"
    assert "2101.99999" in made.warnings[0]
    assert made.bundle["counts"]["in_window"] == 6


def test_a_chosen_paper_that_was_withdrawn_is_told_loudly(workspace: Workspace) -> None:
    put(workspace, [Placed(paper(21, withdrawn=True), angle=0.1)])
    DecisionLog(workspace.decisions).record_marks(EDITION, {"2204.00021": Mark("pick")}, at=clock())
    made = make(workspace)
    assert "2204.00021" not in listed(made)
    assert made.warnings == ("2204.00021 was marked and is left out: its authors or arXiv withdrew it",)
    assert [(item["identifier"], item["loud"]) for item in made.bundle["left_out"]] == [("2204.00021", True)]


def test_a_marked_paper_that_is_folded_into_another_row_is_told(workspace: Workspace) -> None:
    put(workspace, [Placed(paper(21), angle=0.0001)])
    folded = next(row for row in make(workspace).shortlist.rows if row.story)
    member = folded.story[0].candidate.paper.identifier
    DecisionLog(workspace.decisions).record_marks(EDITION, {member: Mark("pick")}, at=clock())
    (warning,) = make(workspace).warnings
    assert warning == f"{member} was marked and is folded into the row of {folded.candidate.paper.identifier} now"


def test_an_entry_of_an_earlier_edition_is_left_out(workspace: Workspace) -> None:
    workspace.editions.mkdir(parents=True)
    (workspace.editions / "2022-04.csv").write_text(
        "edition,rank,role,arxiv_id\n2022-04,1,top10,2204.00001\n2022-04,,mention,2204.00002\n", encoding="utf-8"
    )
    made = make(workspace)
    assert "2204.00001" not in listed(made)
    assert made.bundle["counts"]["featured"] == 1
    (mentioned,) = [row for row in made.shortlist.rows if row.featured]
    assert mentioned.candidate.paper.identifier == "2204.00002"


def test_rendering(workspace: Workspace) -> None:
    made = make(workspace, rows=2)
    assert render_shortlist(made, "csv").startswith("﻿rank,identifier,".encode())
    assert json.loads(render_shortlist(made, "json")) == made.bundle
    assert render_shortlist(made, "html").startswith(b"<!doctype html>")


def test_a_paper_of_the_window_that_is_asked_back_still_counts_in_it(workspace: Workspace) -> None:
    before = make(workspace).bundle["counts"]
    DecisionLog(workspace.decisions).resurface("2204.00003", edition=EDITION, why="read it", at=clock())
    assert make(workspace).bundle["counts"]["in_window"] == before["in_window"]


def test_an_older_papers_withdrawal_is_no_news(workspace: Workspace) -> None:
    second = Version(2, dt.datetime(2022, 4, 10, tzinfo=dt.UTC))
    put(workspace, [Placed(paper(7, "2202", withdrawn=True, versions=(Version(1), second)), OLD)])
    made = make(workspace)
    assert made.bundle["counts"]["withdrawn"] == 0
    assert made.bundle["left_out"] == []


def test_how_many_older_papers_novelty_was_measured_against(workspace: Workspace) -> None:
    before = make(workspace).bundle
    put(workspace, [Placed(paper(8, "2203"), dt.date(2022, 3, 10), angle=4.5)])
    after = make(workspace).bundle
    assert (before["counts"]["older"], after["counts"]["older"]) == (1, 2)
    assert before["papers_digest"] != after["papers_digest"]


def test_blanks_around_an_edition_are_no_part_of_it(workspace: Workspace) -> None:
    assert make(workspace, " 2022-05 ").edition == EDITION


def test_the_adopted_taste_moves_the_list_and_is_told(workspace: Workspace) -> None:
    before = listed(make(workspace))
    # It likes what turns away from the profile's axis.
    away = View("own", "text-vector", -6 * at_angle(0.0).astype(np.float32), 0.0, 0.0, 1.0, 1.0)
    ranks = {f"2203.{n:05}": 50 if n < 8 else 900 for n in range(20)}
    measured = {
        "settings": measured_settings(workspace.settings),
        "editions": {"2022-04": {"candidates": 1000, "ranks": ranks}},
    }
    card = {"picks": {"own": 20}, "latest": {"own": "2022-05"}, "measured": measured}
    encoder = encoder_card(workspace.settings.encoder).fingerprint
    shelf = TasteShelf(workspace.taste)
    name = shelf.put(Taste((away,), dt.date(2022, 5, 5), encoder, card))
    shelf.adopt(name, at=clock(), comparison={})
    made = make(workspace)
    assert listed(made) == before[::-1]
    assert made.bundle["rows"][0]["components"]["taste"] > 0
    assert made.depth.startswith("Reading the first 100 rows finds about 4 of 10 picks (2 to 6)")
    assert [text for text in made.notes if text.startswith("The taste knows picks until 2022-05-05")]
    facts = json.loads(publish_shortlist(workspace, made, clock=clock).manifest.read_bytes())
    assert facts["taste"] == {"name": name, "trained_until": "2022-05-05"}
    assert facts["depth"]["readings"][0] == {"first": 100, "found": 8, "low": 219, "high": 613}


def test_without_a_taste_nothing_is_said_of_one(workspace: Workspace) -> None:
    made = make(workspace)
    assert (made.depth, made.bundle["taste"], made.bundle["depth"]) == ("", {}, {})


def test_what_was_chosen_for_an_edition_that_has_closed_is_featured(workspace: Workspace) -> None:
    DecisionLog(workspace.decisions).record_marks("2022-04", {"2204.00001": Mark("pick")}, at=clock())
    open_yet, closed = (make(workspace, today=day) for day in (dt.date(2022, 4, 5), dt.date(2022, 4, 6)))
    assert "2204.00001" in listed(open_yet)
    assert "2204.00001" not in listed(closed)
