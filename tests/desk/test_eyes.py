"""Who sees what: others' votes after one's own, authors not where the vote is blind, and what is new."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.decisions import Place, State, Vote
from paperradar.pipeline.curating import advance, cast_votes, place_papers, take_back
from paperradar.workspace import Workspace
from tests.desk.visiting import LIST, Visitor, desk
from tests.pipeline.curated import EDITION, NOW, at_rank, cast, clock, freeze, listed


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = listed(tmp_path)
    freeze(made)
    cast_votes(made, EDITION, "Bo", {at_rank(1): (Vote.PICK, "read it twice")}, clock=clock)
    return made


def test_before_the_vote_is_open_all_see_all(workspace: Workspace) -> None:
    assert "read it twice" in Visitor(desk(workspace), "Ann").text()


def test_while_voted_on_others_votes_show_after_ones_own(workspace: Workspace) -> None:
    advance(workspace, EDITION, State.VOTING, by="Bo", clock=clock)
    ann = Visitor(desk(workspace), "Ann")
    assert "read it twice" not in ann.text()
    assert "1 other voted; shown after your vote." in ann.text()
    assert "read it twice" not in Visitor(desk(workspace)).text()  # nor to somebody without a name
    ann.post(f"{LIST}/note", id=at_rank(1), note="a note is no vote")
    assert "read it twice" not in ann.text()
    answer = ann.vote(at_rank(1), "maybe").json()
    assert "read it twice" in answer["controls"][at_rank(1)]
    assert "read it twice" in ann.text()
    ann.vote(at_rank(1), "")
    assert "read it twice" not in ann.text()


def test_who_writes_the_name_in_another_way_has_read_the_same(workspace: Workspace) -> None:
    advance(workspace, EDITION, State.VOTING, by="Bo", clock=clock)
    Visitor(desk(workspace), "Ann").vote(at_rank(1), "pick")
    ann = Visitor(desk(workspace), "ann")
    ann.post(f"{LIST}/read", id=at_rank(2))
    assert "<strong>2</strong> of" in ann.text()
    ann.post(f"{LIST}/through")
    assert "You see all votes" in ann.text()


def test_who_is_through_sees_all(workspace: Workspace) -> None:
    advance(workspace, EDITION, State.VOTING, by="Bo", clock=clock)
    ann = Visitor(desk(workspace), "Ann")
    ann.post(f"{LIST}/through")
    assert "read it twice" in ann.text()
    assert "1 pick" in ann.text(f"{LIST}/ten")
    assert "read it twice" not in Visitor(desk(workspace), "Cy").text()
    ann.post(f"{LIST}/through", **{"not": "1"})
    assert "read it twice" not in ann.text()
    assert "1 pick" not in ann.text(f"{LIST}/ten")


def test_once_decided_all_see_all(workspace: Workspace) -> None:
    advance(workspace, EDITION, State.VOTING, by="Bo", clock=clock)
    place_papers(workspace, EDITION, [Place(at_rank(1), "top10", 1, "", "", "Bo", "")], clock=clock)
    advance(workspace, EDITION, State.DECIDED, by="Bo", clock=clock)
    assert "read it twice" in Visitor(desk(workspace), "Ann").text()
    take_back(workspace, EDITION, State.DECIDED, by="Bo", clock=clock)
    assert "read it twice" not in Visitor(desk(workspace), "Ann").text()


def test_a_blind_vote_hides_authors_until_it_is_over(workspace: Workspace) -> None:
    advance(workspace, EDITION, State.VOTING, by="Bo", clock=clock, blind=True)
    ann = Visitor(desk(workspace), "Ann")
    for path in (LIST, f"{LIST}/ten", f"{LIST}/live?seen=x&card={at_rank(1)}"):
        assert "Møller" not in ann.text(path)
    assert "Show authors" not in ann.text()
    take_back(workspace, EDITION, State.VOTING, by="Bo", clock=clock)
    assert "Møller" in ann.text()


def test_names_that_differ_in_case_are_one_curator(workspace: Workspace) -> None:
    advance(workspace, EDITION, State.VOTING, by="Bo", clock=clock)
    bo = Visitor(desk(workspace), "BO")
    assert "read it twice" in bo.text()
    bo.vote(at_rank(2), "no")
    assert "1 other voted" not in bo.text()


def test_new_since_i_last_looked(workspace: Workspace) -> None:
    now = NOW
    app = desk(workspace, clock=lambda: now)
    ann = Visitor(app, "Ann")
    assert "new since you last looked" not in ann.text()
    now += dt.timedelta(days=1)
    cast_votes(workspace, EDITION, "Bo", {at_rank(5): (Vote.MAYBE, "")}, clock=lambda: now)
    now += dt.timedelta(hours=1)
    assert "1 new since you last looked" in ann.text()
    shown = ann.text(f"{LIST}?show=new")
    assert shown.count('<li id="p-') == 1
    assert f'id="p-{at_rank(5)}"' in shown
    now += dt.timedelta(hours=1)
    assert "new since you last looked" not in ann.text()


def test_votes_of_the_same_curator_are_no_news(workspace: Workspace) -> None:
    now = NOW
    ann = Visitor(desk(workspace, clock=lambda: now), "Ann")
    ann.text()
    now += dt.timedelta(days=1)
    ann.vote(at_rank(5), "pick")
    cast(workspace, "Ann", r6="pick")
    assert "new since you last looked" not in ann.text()
