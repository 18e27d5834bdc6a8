"""Search, filters and pages of the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.decisions import State
from paperradar.desk.listing import Asked
from paperradar.pipeline.adding import add_page
from paperradar.pipeline.curating import advance
from paperradar.workspace import Workspace
from tests.desk.visiting import LIST, Visitor, desk
from tests.pipeline.curated import EDITION, MEMBER, at_rank, cast, clock, freeze, listed


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """16 rows; Ann and Bo voted; a page was added."""
    made = listed(tmp_path)
    cast(made, "Ann", r1="pick", r2="no", r4="maybe")
    cast(made, "Bo", r1="pick", r2="pick", r5="mention")
    add_page(made, EDITION, "https://a.example/post", title="A blog post", by="Bo", clock=clock)
    return made


def ranks(text: str) -> list[str]:
    """The identifiers of the list's items, in their order."""
    return [part.split('"')[0] for part in text.split('<li id="p-')[1:]]


def test_filters(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")

    def shown(query: str) -> list[str]:
        return ranks(ann.text(f"{LIST}?{query}"))

    every = shown("")
    assert len(every) == 17
    assert every[0] == at_rank(1)
    assert every[-1].startswith("page:")
    assert shown("show=mine") == [at_rank(1), at_rank(2), at_rank(4)]
    assert shown("show=open") == [name for name in every if name not in shown("show=mine")]
    assert shown("show=picked") == [at_rank(1), at_rank(2)]
    assert shown("show=split") == [at_rank(2)]
    assert shown("show=added") == every[-1:]
    assert shown("show=late") == []
    assert shown("show=ten") == []
    assert shown("lane=wildcard") == [at_rank(3), at_rank(7), at_rank(11), at_rank(15)]
    assert shown("lane=wildcard&show=unread&q=speech") == [at_rank(3), at_rank(11)]
    assert shown("show=nonsense&page=-3&lane=") == every


def test_search_finds_without_case_and_accents(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    ann.post(f"{LIST}/note", id=at_rank(9), note="Überraschend gut")
    for words, found in (
        ("SPARSE experts", [at_rank(4), at_rank(12)]),
        ("moller 2204.00007", [at_rank(7)]),
        ("it says 11.", [at_rank(11)]),
        (MEMBER, [at_rank(3)]),
        ("uberraschend", [at_rank(9)]),
        ("blog", ranks(ann.text())[-1:]),
        ("nowhere to be found", []),
    ):
        assert ranks(ann.text(f"{LIST}?q={words}")) == found, words
    # A note is its curator's alone until it may be seen; nobody finds a row by another one's.
    assert ranks(Visitor(desk(workspace), "Bo").text(f"{LIST}?q=uberraschend")) == []


def test_hidden_authors_cannot_be_searched_for(workspace: Workspace) -> None:
    ann = Visitor(desk(workspace), "Ann")
    assert len(ranks(ann.text(f"{LIST}?q=roe"))) == 16
    ann.post("/blind", on="1", back=LIST)
    assert ranks(ann.text(f"{LIST}?q=roe")) == []
    assert "Møller" not in ann.text()


def test_while_voted_on_no_filter_tells_others_votes(workspace: Workspace) -> None:
    freeze(workspace)
    advance(workspace, EDITION, State.VOTING, by="Ann", clock=clock)
    ann = Visitor(desk(workspace), "Ann")
    cy = Visitor(desk(workspace), "Cy")
    assert ranks(ann.text(f"{LIST}?show=picked")) == [at_rank(1), at_rank(2)]
    assert ranks(cy.text(f"{LIST}?show=picked")) == []
    assert ranks(cy.text(f"{LIST}?show=split")) == []
    cy.vote(at_rank(1), "no")
    assert ranks(cy.text(f"{LIST}?show=picked")) == [at_rank(1)]
    assert ranks(cy.text(f"{LIST}?show=split")) == [at_rank(1)]


def test_pages_of_a_long_list(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path, 230)), "Ann")
    assert len(ranks(ann.text())) == 100
    last = ann.text(f"{LIST}?page=3")
    assert ranks(last) == [at_rank(rank) for rank in range(201, 231)]
    assert "Page 3 of 3" in last
    assert 'rel="next"' not in last
    assert ranks(ann.text(f"{LIST}?page=99999")) == ranks(last)
    assert 'href="/2022-05?q=planning&amp;page=2"' not in ann.text(f"{LIST}?q=planning")
    assert 'href="/2022-05?page=2"' in ann.text()


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1e9", "٣", "9" * 30])
def test_a_page_that_makes_no_sense_is_the_first(page: str) -> None:
    assert Asked.of({"page": page}).page == 1


def test_the_address_keeps_what_was_asked() -> None:
    asked = Asked.of({"q": " a&b ", "lane": "wildcard", "show": "mine", "page": "4"})
    assert asked.query() == "q=a%26b&lane=wildcard&show=mine&page=4"
    assert asked.query(1) == "q=a%26b&lane=wildcard&show=mine"
    assert Asked().query() == ""
