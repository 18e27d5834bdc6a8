"""An edition as curators see it, read from its bundle and the log alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.decisions import DecisionLog, Mark, State, Vote
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.pipeline.adding import add_page, take_back_added
from paperradar.pipeline.curating import advance, cast_votes, place_at
from paperradar.pipeline.editions import editions_with_list, view_edition
from paperradar.publishing import edition_paths
from paperradar.settings import Settings
from paperradar.workspace import Workspace
from tests.pipeline.curated import (
    EDITION,
    MEMBER,
    NOW,
    ROWS,
    at_rank,
    cast,
    clock,
    freeze,
    listed,
    view,
    write_list,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path)


def test_an_edition_without_a_list_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="paperradar shortlist --month 2022-05"):
        view_edition(Workspace(tmp_path, Settings(), ()), EDITION)
    with pytest.raises(UsageError):
        view_edition(Workspace(tmp_path, Settings(), ()), "May")


def test_a_list_of_which_nothing_is_said(workspace: Workspace) -> None:
    seen = view(workspace)
    assert (seen.state, seen.curators, seen.places, seen.decided, seen.blind) == (State.OPEN, (), (), None, False)
    assert [card.rank for card in seen.on_list()] == list(range(1, ROWS + 1))
    card = seen.cards[at_rank(2)]
    assert (card.title, card.authors) == ("Paper 2 about graphs", ("Ann Møller", "Richard Roe Jr."))
    assert card.url == f"https://arxiv.org/abs/{at_rank(2)}"
    assert (card.approvals, card.disagreement, seen.by_approval()) == (0, 0.0, [])


def test_votes_are_tallied(workspace: Workspace) -> None:
    cast(workspace, "Ann", r1="pick", r2="pick", r3="no", r4="maybe")
    cast(workspace, "Ben", r2="pick", r3="pick", r4="no")
    cast(workspace, "Cleo", r1="no", r5="mention")
    seen = view(workspace)
    assert seen.curators == ("Ann", "Ben", "Cleo")
    assert dict(seen.cards[at_rank(3)].tally) == {Vote.NO: 1, Vote.PICK: 1}
    # Most approvals first, then fewest refusals, then the list's order.
    assert [card.rank for card in seen.by_approval()] == [2, 1, 3]
    assert [card.rank for card in seen.disagreements()][:3] == [1, 3, 4]
    assert seen.cards[at_rank(5)].disagreement == 0, "one vote is no disagreement"


def test_marks_of_the_shared_sheet_are_votes(workspace: Workspace) -> None:
    DecisionLog(workspace.decisions).record_marks(EDITION, {at_rank(7): Mark("Yes!", "", "Ann")}, at=NOW)
    assert [card.rank for card in view(workspace).by_approval()] == [7]


def test_a_name_in_another_case_is_the_same_curator(workspace: Workspace) -> None:
    cast(workspace, "Ann", r1="pick")
    seen = view(workspace)
    assert (seen.name_of(" ann "), seen.name_of("Ben")) == ("Ann", "Ben")


def test_what_is_on_no_row_has_its_facts_too(workspace: Workspace) -> None:
    url = "https://a.example/post"
    page = add_page(workspace, EDITION, url, title="A post", authors=["A. B"], by="Ann", clock=clock)
    cast_votes(workspace, EDITION, "Ann", {MEMBER: (Vote.PICK, ""), "2201.00001": (Vote.NO, "")}, clock=clock)
    seen = view(workspace)
    assert list(seen.cards)[ROWS:] == [page.identifier, "2201.00001", MEMBER]
    added, member, unknown = (seen.cards[key] for key in (page.identifier, MEMBER, "2201.00001"))
    assert (added.title, added.authors, added.url, added.rank) == ("A post", ("A. B",), url, None)
    assert (member.title, member.rank) == ("Nearly the same", None)
    assert (unknown.title, unknown.url) == ("", "https://arxiv.org/abs/2201.00001")
    assert len(seen.on_list()) == ROWS


def test_a_page_that_was_taken_back_is_gone_with_its_votes(workspace: Workspace) -> None:
    page = add_page(workspace, EDITION, "https://a.example/post", title="A post", by="Ann", clock=clock)
    cast_votes(workspace, EDITION, "Ann", {page.identifier: (Vote.PICK, "")}, clock=clock)
    take_back_added(workspace, EDITION, "https://a.example/post", by="Ann", clock=clock)
    seen = view(workspace)
    assert page.identifier not in seen.cards
    assert seen.curators == ("Ann",)


def test_the_issue_is_as_decided_or_as_composed(workspace: Workspace) -> None:
    place_at(workspace, EDITION, [at_rank(1)], rank=1, by="Ann", clock=clock)
    assert [place.identifier for place in view(workspace).issue] == [at_rank(1)]
    advance(workspace, EDITION, State.DECIDED, by="Ann", clock=clock)
    seen = view(workspace)
    assert seen.state is State.DECIDED
    assert seen.issue == seen.decided == seen.places
    place = seen.cards[at_rank(1)].place
    assert place is not None
    assert place.rank == 1


def test_authors_are_hidden_only_while_it_is_voted_on(workspace: Workspace) -> None:
    name = freeze(workspace)
    assert view(workspace).frozen_id == name
    advance(workspace, EDITION, State.VOTING, by="Ann", clock=clock, blind=True)
    assert view(workspace).blind
    place_at(workspace, EDITION, [at_rank(1)], rank=1, by="Ann", clock=clock)
    advance(workspace, EDITION, State.DECIDED, by="Ann", clock=clock)
    assert not view(workspace).blind


def test_without_the_files_it_is_the_frozen_list(workspace: Workspace) -> None:
    name = freeze(workspace)
    edition_paths(workspace.shortlists, EDITION).manifest.unlink()
    seen = view(workspace)
    assert seen.bundle_id == name
    assert "as it was frozen" in seen.notes[0]


def test_a_damaged_bundle_is_told(workspace: Workspace) -> None:
    edition_paths(workspace.shortlists, EDITION).bundle(write_list(workspace, 12).bundle_id).write_bytes(b"broken")
    with pytest.raises(InputError, match="cannot be read as a bundle"):
        view(workspace)


def test_editions_with_a_list_newest_first(workspace: Workspace) -> None:
    write_list(workspace, edition="2022-04")
    write_list(workspace, edition="2022-06")
    (workspace.shortlists / "2022-07.manifest.json").write_text("{}")
    assert editions_with_list(workspace) == ("2022-06", "2022-05", "2022-04")
