"""The mix of the ten beside the issues before, from bundles and picks alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from paperradar.decisions import DecisionLog, Place
from paperradar.desk.context import Desk
from paperradar.desk.mix import mix_of
from paperradar.pipeline.curating import place_papers
from paperradar.pipeline.desk_facts import DeskFacts, PaperFacts
from paperradar.pipeline.picking import import_picks, issues_before
from paperradar.publishing import write_edition
from paperradar.workspace import Workspace
from tests.desk.visiting import LIST, Visitor, desk
from tests.pipeline.curated import EDITION, at_rank, cast, clock, listed, view
from tests.publishing.builders import bundle, row

PICKS = """source,edition,rank,role,arxiv_id
zeta-alpha,2022-04,1,top10,2204.00001
zeta-alpha,2022-04,2,top10,2204.00002
zeta-alpha,2022-04,3,top10,2201.99999
zeta-alpha,2022-04,,mention,2204.00003
zeta-alpha,2022-03,1,top10,2203.00001
zeta-alpha,2022-02,1,top10,2202.00001
zeta-alpha,2022-01,1,top10,2201.00001
others,2022-04,1,top10,2204.00004
zeta-alpha,2022-06,1,top10,2204.00005
zeta-alpha,2021,1,top10,2104.00001
"""


def made(folder: Path) -> Workspace:
    workspace = listed(folder)
    (folder / "picks.csv").write_text(PICKS, encoding="utf-8")
    import_picks(workspace, folder / "picks.csv", clock=clock)
    write_edition(workspace.shortlists, bundle([row(rank) for rank in range(1, 9)], edition="2022-04"))
    return workspace


def test_shares_of_this_issue_and_of_the_last_three(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    places = [Place(at_rank(rank), "top10", rank, "", "", "Ann", "") for rank in (1, 2, 3, 4)]
    places.append(Place(at_rank(5), "mention", 1, "", "", "Ann", ""))
    place_papers(workspace, EDITION, places, clock=clock)
    mix = mix_of(workspace, view(workspace), issues_before(workspace, EDITION))
    own, earlier = mix["own"], mix["earlier"]
    assert (own.entries, own.known) == (4, {"topic": 4, "lane": 4, "category": 4})
    assert own.shares["topic"] == {"Diffusion": 50, "Information-retrieval": 50}
    assert own.shares["category"] == {"cs.IR": 100}
    assert own.shares["lane"]["Wildcard"] == 25
    assert [(issue.edition, issue.entries, issue.known["category"]) for issue in earlier] == [
        ("2022-04", 3, 2), ("2022-03", 1, 0), ("2022-02", 1, 0),
    ]  # fmt: skip
    assert earlier[0].shares["topic"] == {"Diffusion": 50, "Information-retrieval": 50}
    assert earlier[1].shares["topic"] == {}
    page = Visitor(desk(workspace), "Ann").text(f"{LIST}/ten")
    assert "April 2022<br><small>2 of 3 known</small>" in page
    assert "The mix beside earlier issues" in page


def test_the_desks_facts_know_categories_that_no_list_has(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    day = dt.date(2022, 3, 1)
    paper = PaperFacts("2203.00001", "A title", day, ("cs.CV", "cs.LG"), (), None)
    facts = DeskFacts(EDITION, "b", day, {paper.identifier: paper}, (), {}, (), "")
    mix = mix_of(workspace, view(workspace), issues_before(workspace, EDITION), facts)
    assert mix["earlier"][1].shares["category"] == {"cs.CV": 100}
    assert mix["earlier"][1].known == {"topic": 0, "lane": 0, "category": 1}


def test_a_vote_does_not_make_the_desk_read_all_picks_again(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    room: Desk = desk(workspace).state.desk
    before = room.issues_before(EDITION)
    cast(workspace, "Ann", r1="pick")
    assert room.issues_before(EDITION) is before
    (workspace.root / "more.csv").write_text("edition,arxiv_id\n2022-04,2204.00009\n", encoding="utf-8")
    import_picks(workspace, workspace.root / "more.csv", source="own", clock=clock)
    assert "2204.00009" in room.issues_before(EDITION)["2022-04"]


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    workspace = listed(tmp_path)
    assert mix_of(workspace, view(workspace), {})["kinds"] == []
    assert "Nothing to compare yet" in Visitor(desk(workspace), "Ann").text(f"{LIST}/ten")


def test_an_earlier_list_that_is_broken_is_no_reason_to_show_no_page(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    (broken,) = (workspace.shortlists / "bundles" / "2022-04").iterdir()
    broken.write_bytes(b"x")
    mix = mix_of(workspace, view(workspace), issues_before(workspace, EDITION))
    assert [issue.known["lane"] for issue in mix["earlier"]] == [0, 0, 0]
    assert DecisionLog(workspace.decisions).picks()
