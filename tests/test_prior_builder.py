"""``docs/build_prior.py``: what the shipped prior may be learnt from."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from paperradar.decisions import Pick
from paperradar.papers import Paper
from paperradar.progress import silent
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.decisions.builders import pick
from tests.pipeline.learning import a_title, papers, workspace_to_learn


@pytest.fixture(scope="module")
def builder(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_prior", root / "docs" / "build_prior.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_prior"] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_to_learn(tmp_path_factory.mktemp("prior"))


@pytest.fixture(autouse=True)
def months(builder: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """January and February are known whole, March by title."""
    monkeypatch.setattr(builder, "WHOLE_MONTHS", ("2022-01", "2022-02"))


def a_list(*identifiers: str, source: str = "lists", edition: str = "2023-01") -> list[Pick]:
    return [pick(name, source, edition, title="") for name in identifiers]


LIKED = [f"22{month:02}.{number:05}" for month in (1, 2) for number in range(1, 7)]
MARCH = [paper for paper, *_ in papers() if paper.identifier.startswith("2203.")]


def test_only_what_was_decided_in_time_and_not_left_out(builder: ModuleType, workspace: Workspace) -> None:
    picks = [
        *a_list(*LIKED),
        *a_list("2201.00011", edition="2025-05-31"),
        *a_list("2201.00012", edition="2025-06-01"),
        *a_list("2201.00013", source="zeta-alpha", edition="2022-05"),
        *a_list("2201.00014", source="zeta-alpha", edition="2022-03"),
        *a_list("2201.00013"),  # somebody else picked it as well
        *a_list("2203.00001"),
        pick("2204.00001", "lists", "2023-01", title=a_title("2204", 1)),  # of a month that nobody listed
        *a_list("2204.00002"),
    ]
    made = builder.gather(Store(workspace.database), workspace.settings, picks, MARCH)
    assert set(made.picks) == {*LIKED, "2201.00011", "2203.00001", "2204.00001"}
    assert made.barred == {"2201.00012", "2201.00013", "2201.00014", "2204.00002"}
    assert {key[:4] for key in made.papers} == {"2201", "2202", "2203", "2204"}
    assert made.papers["2201.00001"][0].abstract
    assert not made.papers["2203.00001"][0].abstract, "the month is only known by title"
    examples = builder.examples_of(Store(workspace.database), workspace.settings, made, False, silent)
    assert not {paper.identifier for paper in examples.papers} & made.barred, "neither picked nor ordinary"


def test_ordinary_papers_are_of_the_picks_months(
    builder: ModuleType, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "PER_PICK", 2)
    made = builder.gather(Store(workspace.database), workspace.settings, a_list(*LIKED[:3], "2203.00001"), MARCH)
    examples = builder.examples_of(Store(workspace.database), workspace.settings, made, False, silent)
    ordinary = [examples.papers[row].identifier[:4] for row in examples.ordinary()]
    assert sorted(ordinary) == ["2201"] * 6 + ["2203"] * 2


def test_it_learns_one_crowd_and_says_from_what(builder: ModuleType, workspace: Workspace) -> None:
    picks = [*a_list(*LIKED), *a_list(*LIKED[:5], source="others", edition="2023-W02")]
    made = builder.gather(Store(workspace.database), workspace.settings, picks, MARCH)
    examples = builder.examples_of(Store(workspace.database), workspace.settings, made, False, silent)
    taste = builder.learn_prior(examples, workspace.settings, ["b", "a"])
    assert {view.source for view in taste.views} == {"prior"}
    assert len(taste.views) == 4
    assert taste.trained_until == dt.date(2023, 1, 15)
    assert taste.card["picks"] == {"prior": len(LIKED)}
    assert taste.card["lists"] == ["a", "b"]
    titles = builder.examples_of(Store(workspace.database), workspace.settings, made, True, silent)
    assert {view.kind for view in builder.learn_prior(titles, workspace.settings, []).views} == {
        "title-vector",
        "title-words",
    }


def test_a_paper_of_a_title_list_does_not_take_the_place_of_the_stores(
    builder: ModuleType, workspace: Workspace
) -> None:
    made = builder.gather(Store(workspace.database), workspace.settings, [], [Paper("2201.00001", "Another")])
    assert made.papers["2201.00001"][0].abstract
