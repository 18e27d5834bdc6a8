"""The references of an edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string

from paperradar.clock import system_clock
from paperradar.decisions import Place
from paperradar.errors import NotFoundError, UsageError
from paperradar.pipeline.adding import add_page
from paperradar.pipeline.curating import order_ten, place_papers
from paperradar.pipeline.editions import view_edition
from paperradar.pipeline.referencing import edition_bibtex
from paperradar.workspace import Workspace
from tests.pipeline.listed import days_list, decided, listed, workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return listed(workspace(tmp_path), days_list("2022-05-02", "2022-05-03", "2022-05-04"))


def keys(data: bytes) -> list[tuple[str, str]]:
    library = parse_string(data.decode())
    assert library.failed_blocks == []
    return [
        (entry.key, entry.fields_dict["eprint"].value if "eprint" in entry.fields_dict else "")
        for entry in library.entries
    ]


def test_the_issue_in_its_order_with_the_keys_of_the_whole_list(place: Workspace) -> None:
    order_ten(place, "2022-05", ["2204.00003", "2204.00001"], by="Ann", clock=system_clock)
    composed = edition_bibtex(place, "2022-05")
    assert [eprint for _, eprint in keys(composed)] == ["2204.00003", "2204.00001"]
    assert composed.startswith(b"% Edition 2022-05: the issue as it is composed so far\n")
    everything = edition_bibtex(place, "2022-05", everything=True)
    assert [eprint for _, eprint in keys(everything)] == ["2204.00001", "2204.00002", "2204.00003"]
    assert set(keys(composed)) <= set(keys(everything))
    # All three titles begin with the same word.
    assert [key for key, _ in keys(everything)] == ["moller2022paper", "moller2022paper-2", "moller2022paper-3"]


def test_a_decided_issue_has_its_mentions_last_and_pages_too(place: Workspace) -> None:
    page = add_page(
        place, "2022-05", "https://a.example/post", title="A post", source="A lab", by="A", clock=system_clock
    )
    place_papers(place, "2022-05", [Place(page.identifier, "mention", None, "", "", "Ann", "")], clock=system_clock)
    decided(place, ["2204.00002"])
    data = edition_bibtex(place, "2022-05")
    assert data.startswith(b"% Edition 2022-05: the issue\n")
    assert [eprint for _, eprint in keys(data)] == ["2204.00002", ""]
    assert b"howpublished = {A lab}" in data
    assert view_edition(place, "2022-05").decided is not None


def test_facts_come_from_the_list(place: Workspace) -> None:
    [entry] = parse_string(edition_bibtex(decided(place, ["2204.00001"]), "2022-05").decode()).entries
    fields = {name: field.value for name, field in entry.fields_dict.items()}
    assert fields["year"] == "2022"
    assert fields["primaryClass"] == "cs.IR"
    assert fields["url"] == "https://arxiv.org/abs/2204.00001"
    assert fields["author"] == "Ann Møller and Roe, Jr., Richard"


def test_nothing_chosen_and_no_list_say_what_to_do(place: Workspace) -> None:
    with pytest.raises(NotFoundError, match="use --all"):
        edition_bibtex(place, "2022-05")
    with pytest.raises(NotFoundError, match="paperradar shortlist --month 2022-06"):
        edition_bibtex(place, "2022-06", everything=True)
    with pytest.raises(UsageError):
        edition_bibtex(place, "May")
