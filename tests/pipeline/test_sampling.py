"""The bundled sample: a store of its own, real facts, our own words."""

from __future__ import annotations

import csv
import gzip
import json
import os
from pathlib import Path

import pytest

from paperradar.bundled import bundled_root
from paperradar.calendar import edition_window
from paperradar.papers import identifier_month
from paperradar.pipeline.sampling import prepare_sample
from paperradar.settings import EditionSettings
from paperradar.store import Store, StoredPaper
from paperradar.workspace import sample_workspace

LISTING = bundled_root() / "data" / "sample" / "listing.jsonl"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[StoredPaper]:
    place = sample_workspace({"PAPERRADAR_SAMPLE_DIR": str(tmp_path_factory.mktemp("sample"))})
    prepare_sample(place)
    with Store(place.database).reading() as session:
        assert session.set_aside_records() == []
        return session.papers()


def picked(root: Path, edition: str) -> list[str]:
    text = (root / "data" / "editions" / f"{edition}.csv").read_text(encoding="utf-8")
    return [row["arxiv_id"] for row in csv.DictReader(text.splitlines())]


def test_size_and_windows(papers: list[StoredPaper]) -> None:
    assert 120 <= len(papers) <= 150
    window = edition_window("2022-05", EditionSettings())
    assert sum(item.announced_on in window for item in papers) >= 70
    assert sum(item.announced_on in edition_window("2022-03", EditionSettings()) for item in papers) >= 40


def test_all_that_the_two_editions_picked_or_linked_is_there(root: Path, papers: list[StoredPaper]) -> None:
    by_identifier = {item.paper.identifier: item for item in papers}
    for edition in ("2022-03", "2022-05"):
        window = edition_window(edition, EditionSettings())
        for identifier in picked(root, edition):
            item = by_identifier[identifier]
            assert item.paper.reference or item.announced_on in window, identifier


def test_references_are_older_papers(papers: list[StoredPaper]) -> None:
    references = [item.paper.identifier for item in papers if item.paper.reference]
    assert references
    assert all(identifier_month(identifier) < "2022-01" for identifier in references)


def test_every_abstract_says_that_it_is_ours(papers: list[StoredPaper]) -> None:
    assert {item.paper.abstract_by for item in papers} == {"paperradar"}
    assert all(item.paper.abstract for item in papers)


def test_twice_is_once(tmp_path: Path) -> None:
    place = sample_workspace({**os.environ, "PAPERRADAR_SAMPLE_DIR": str(tmp_path)})
    for _ in range(2):
        prepare_sample(place)
    with Store(place.database).reading() as session:
        assert session.count_papers() == len(LISTING.read_text(encoding="utf-8").splitlines())


def test_no_description_shares_a_run_of_words_with_the_authors_abstract(shared: Path) -> None:
    run = 8
    listing = [json.loads(line) for line in LISTING.read_text(encoding="utf-8").splitlines()]
    ours = {row["id"]: row["abstract"] for row in listing}
    theirs: dict[str, str] = {}
    with gzip.open(shared / "data" / "snapshot" / "arxiv-2021-10_2022-05.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] in ours:
                theirs[row["id"]] = row["abstract"] or ""
    assert theirs

    def runs(text: str) -> set[tuple[str, ...]]:
        words = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
        return {tuple(words[n : n + run]) for n in range(len(words) - run + 1)}

    assert {identifier for identifier in theirs if runs(ours[identifier]) & runs(theirs[identifier])} == set()
