"""Votes and notes over HTTP: with and without the page's script, undone, and refused where the issue is decided."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from paperradar.decisions import Place, State, Vote
from paperradar.pipeline.curating import advance, cast_votes, edition_log, place_papers
from paperradar.workspace import Workspace
from tests.desk.visiting import JSON, LIST, Visitor, desk
from tests.pipeline.curated import EDITION, at_rank, clock, listed, view


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path)


def said(workspace: Workspace, curator: str = "Ann") -> dict[str, tuple[Vote | None, str]]:
    ballots = edition_log(workspace, EDITION).ballots().get(curator, {})
    return {identifier: (ballot.vote, ballot.note) for identifier, ballot in ballots.items()}


def test_a_vote_without_javascript_leads_back_to_the_row(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    answer = ann.post(f"{LIST}/vote", id=at_rank(2), vote="pick", back=f"{LIST}?show=unread#p-{at_rank(2)}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?show=unread#p-{at_rank(2)}")
    assert said(workspace) == {at_rank(2): (Vote.PICK, "")}


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nX: y", ""])
def test_back_leads_to_no_other_place(workspace: Workspace, target: str) -> None:
    ann = Visitor(desk(workspace), "Ann")
    assert ann.post(f"{LIST}/vote", id=at_rank(2), vote="pick", back=target).headers["location"] == LIST


def test_votes_notes_and_taking_back(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    ann.vote(at_rank(1), "pick")
    ann.post(f"{LIST}/note", JSON, id=at_rank(1), note="  two\nlines ")
    assert said(workspace) == {at_rank(1): (Vote.PICK, "two lines")}
    ann.vote(at_rank(1), "no")
    assert said(workspace) == {at_rank(1): (Vote.NO, "two lines")}
    ann.post(f"{LIST}/note", JSON, id=at_rank(1), note="")
    answer = ann.vote(at_rank(1), "")
    assert said(workspace) == {}
    assert answer.json()["controls"][at_rank(1)].count('aria-pressed="true"') == 0


def test_what_is_no_vote_changes_nothing(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    assert ann.vote(at_rank(1), "perhaps").status_code == 400
    assert ann.vote("2204.77777", "pick").status_code == 404
    assert ann.post("/2022-06/vote", JSON, id=at_rank(1), vote="pick").status_code == 404
    assert ann.post("/..%2F..%2Fx/vote", JSON, id=at_rank(1), vote="pick").status_code == 404
    nobody = Visitor(desk(workspace))
    assert "say who you are" in nobody.vote(at_rank(1), "pick").json()["error"]
    assert view(workspace).curators == ()


def test_undo_walks_back(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    assert ann.post(f"{LIST}/undo", JSON).status_code == 404
    for identifier, word in ((at_rank(1), "pick"), (at_rank(2), "maybe"), (at_rank(2), "no")):
        ann.vote(identifier, word)
    cast_votes(workspace, EDITION, "Bo", {at_rank(3): (Vote.PICK, "")}, clock=clock)
    assert ann.post(f"{LIST}/undo", JSON).json()["about"] == at_rank(2)
    assert said(workspace)[at_rank(2)] == (Vote.MAYBE, "")
    assert ann.post(f"{LIST}/undo", JSON).json()["about"] == at_rank(2)
    assert ann.post(f"{LIST}/undo", JSON).json()["about"] == at_rank(1)
    assert said(workspace) == {}
    assert ann.post(f"{LIST}/undo", JSON).status_code == 404
    assert said(workspace, "Bo") == {at_rank(3): (Vote.PICK, "")}
    ann.vote(at_rank(1), "pick")  # the same word again after an undo is a new one
    assert said(workspace) == {at_rank(1): (Vote.PICK, "")}


def test_a_vote_from_a_file_is_not_undone_by_a_key(workspace: Workspace) -> None:
    cast_votes(workspace, EDITION, "Ann", {at_rank(3): (Vote.PICK, "")}, clock=clock, file="ann.csv")
    assert Visitor(desk(workspace), "Ann").post(f"{LIST}/undo", JSON).status_code == 404
    assert said(workspace) == {at_rank(3): (Vote.PICK, "")}


def test_reading_is_no_decision(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    answer = ann.client.post(
        f"{LIST}/read", data={"token": ann.token(), "id": [at_rank(1), at_rank(2), "nobody"]}, headers=JSON
    )
    assert "<strong>2</strong> of 16 read" in answer.json()["progress"]
    ann.post(f"{LIST}/read", id=at_rank(1), unread="1")
    assert "<strong>1</strong> of 16 read" in ann.text()
    assert edition_log(workspace, EDITION).entries() == ()
    assert list(workspace.desk.rglob("*.json"))
    assert "<strong>0</strong> of 16 read" in Visitor(desk(workspace), "Bo").text()


def test_a_decided_issue_takes_no_vote_and_says_why(workspace: Workspace) -> None:
    place_papers(workspace, EDITION, [Place(at_rank(1), "top10", 1, "", "", "Bo", "")], clock=clock)
    advance(workspace, EDITION, State.DECIDED, by="Bo", clock=clock)
    ann = Visitor(desk(workspace), "Ann")
    page = ann.text()
    assert "This issue was decided on 3 May 2022 by <bdi>Bo</bdi>" in page
    assert "paperradar edition decide 2022-05 --undo" in page
    assert f'action="{LIST}/vote"' not in page
    assert f'action="{LIST}/place"' not in page + ann.text(f"{LIST}/ten")
    for path, fields in (
        ("vote", {"id": at_rank(1), "vote": "pick"}),
        ("note", {"id": at_rank(1), "note": "late"}),
        ("place", {"id": at_rank(2), "act": "put"}),
        ("undo", {}),
    ):
        answer = ann.post(f"{LIST}/{path}", JSON, **fields)
        assert answer.status_code == 409, path
        assert "--undo" in answer.json()["error"]
    plain = ann.post(f"{LIST}/vote", id=at_rank(1), vote="pick")
    assert plain.status_code == 409
    assert "To the list" in plain.text


def test_curators_at_once_lose_no_vote(workspace: Workspace) -> None:
    app = desk(workspace)
    visitors = [Visitor(app, name) for name in ("Ann", "Bo", "Cy", "Di")]

    def vote(visitor: Visitor) -> None:
        token = visitor.token()
        for rank in range(1, 9):
            form = {"token": token, "id": at_rank(rank), "vote": "pick"}
            assert visitor.client.post(f"{LIST}/vote", data=form, headers=JSON).status_code == 200

    threads = [threading.Thread(target=vote, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [card.approvals for card in view(workspace).on_list()] == [4] * 8 + [0] * 8


def test_live_tells_only_what_is_new(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    version = ann.get(f"{LIST}/live?seen=").json()["version"]
    assert ann.get(f"{LIST}/live?seen={version}&card={at_rank(1)}").json() == {"version": version}
    cast_votes(workspace, EDITION, "Bo", {at_rank(1): (Vote.PICK, "good")}, clock=clock)
    news = ann.get(f"{LIST}/live?seen={version}&card={at_rank(1)}&card=nobody").json()
    assert news["version"] != version
    assert list(news["controls"]) == [at_rank(1)]
    assert "good" in news["controls"][at_rank(1)]
    assert (news["state"], news["cards"]) == ("open", 16)
