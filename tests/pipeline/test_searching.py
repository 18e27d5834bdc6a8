"""Neighbours of a paper and free-text search, on chosen vectors."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.papers import Paper
from paperradar.pipeline.searching import Mode, search, similar
from paperradar.settings import EncoderSettings, Settings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.pipeline.builders import Placed, at_angle, filled, paper, put
from tests.ranking.builders import DIMENSION


@dataclass
class Pointing:
    """An encoder that gives every query the same vector."""

    angle: float
    dimension: int = DIMENSION
    precision: str = "float32"

    def encode_documents(self, texts: Sequence[tuple[str, str]]) -> np.ndarray:
        raise AssertionError("no document lacks a vector here")

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([at_angle(self.angle) for _ in texts])

    def __call__(self, settings: EncoderSettings) -> Pointing:
        return self


def no_model(settings: EncoderSettings) -> Pointing:
    raise AssertionError("a lexical search needs no model")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    day = dt.date(2022, 4, 20)
    return filled(
        tmp_path,
        [
            Placed(paper(1), day, angle=0.0),
            Placed(paper(2), day + dt.timedelta(1), angle=0.01),
            Placed(paper(3), day - dt.timedelta(400), angle=1.0),
            Placed(Paper("2204.00004", "Sparse routing of experts", "Experts."), day, angle=2.0),
        ],
    )


def test_neighbours_nearest_first_without_the_paper_itself(workspace: Workspace) -> None:
    found = similar(workspace, "arXiv:2204.00001v3")
    assert (found.identifier, found.papers, found.not_embedded) == ("2204.00001", 3, 0)
    assert [hit.identifier for hit in found.hits] == ["2204.00002", "2204.00003", "2204.00004"]
    assert [hit.near_duplicate for hit in found.hits] == [True, False, False]
    assert found.hits[1].cosine == pytest.approx(np.cos(1.0), abs=1e-3)
    assert json.loads(json.dumps(found.as_dict()))["hits"][0]["announced_on"] == "2022-04-21"


def test_novelty_is_the_distance_to_what_came_before(workspace: Workspace) -> None:
    assert similar(workspace, "2204.00001").novelty == pytest.approx(1 - np.cos(1.0), abs=1e-3)
    assert similar(workspace, "2204.00002").novelty == pytest.approx(0, abs=1e-3)
    assert similar(workspace, "2204.00003").novelty is None


def test_a_limit(workspace: Workspace) -> None:
    assert len(similar(workspace, "2204.00001", limit=1).hits) == 1


def test_papers_without_features_are_counted(workspace: Workspace) -> None:
    with Store(workspace.database).writing() as session:
        session.upsert_papers(
            [(paper(9), dt.date(2022, 4, 20), session.papers(["2204.00001"])[0].basis)], source="test"
        )
    assert similar(workspace, "2204.00001").not_embedded == 1
    assert search(workspace, "experts", mode="lexical").not_embedded == 1


def test_what_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="paperradar import"):
        similar(workspace, "2204.99999")
    with pytest.raises(InputError, match="not an arXiv identifier"):
        similar(workspace, "dense retrieval")
    with pytest.raises(UsageError, match="nothing to search for"):
        search(workspace, "  ")


def test_an_empty_store(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="paperradar import"):
        search(Workspace(tmp_path, Settings(), ()), "anything", load=no_model)


def test_by_words_no_model_is_loaded(workspace: Workspace) -> None:
    found = search(workspace, "the routing of Experts", mode="lexical", load=no_model)
    (hit,) = found.hits
    assert (hit.identifier, hit.cosine) == ("2204.00004", None)
    assert hit.bm25 is not None
    assert hit.bm25 > 0


def test_by_meaning(workspace: Workspace) -> None:
    found = search(workspace, "whatever", mode="dense", load=Pointing(1.0))
    assert found.hits[0].identifier == "2204.00003"
    assert found.hits[0].bm25 is None


@pytest.mark.parametrize(
    ("mode", "first"), [("dense", "2204.00003"), ("lexical", "2204.00004"), ("both", "2204.00004")]
)
def test_what_both_views_find_comes_before_what_one_does(workspace: Workspace, mode: Mode, first: str) -> None:
    found = search(workspace, "experts", mode=mode, load=Pointing(1.2))
    assert found.hits[0].identifier == first


def test_equal_papers_stand_in_identifier_order(workspace: Workspace) -> None:
    put(workspace, [Placed(paper(n), angle=1.0) for n in (12, 11)])
    found = search(workspace, "whatever", mode="dense", load=Pointing(1.0))
    assert [hit.identifier for hit in found.hits][:3] == ["2204.00003", "2204.00011", "2204.00012"]


def test_a_query_is_not_kept(workspace: Workspace) -> None:
    before = workspace.database.read_bytes()
    search(workspace, "experts", load=Pointing(1.0))
    assert workspace.database.read_bytes() == before
