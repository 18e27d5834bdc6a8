"""How high a profile has labelled papers: on a store whose vectors are chosen, so that ranks are known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import NotFoundError
from paperradar.pipeline.topic_evaluation import SHARES, TopicMonth, evaluate_topics, match_topics, recall
from paperradar.sources.labels import TopicLabel
from paperradar.topics import SeedPaper, TopicProfile
from paperradar.workspace import Workspace
from tests.pipeline.builders import PROFILE, Placed, filled, paper, put

MAY = dt.date(2022, 5, 20)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """April has 200 papers: number n is the nth nearest to the profile. May has three."""
    april = [Placed(paper(n), angle=n * 0.007) for n in range(1, 201)]
    place = filled(tmp_path_factory.mktemp("topics"), april)
    put(place, [Placed(paper(n, "2205"), MAY) for n in range(901, 904)])
    return place


def labels(folder: Path, *rows: str) -> Path:
    path = folder / "labels.csv"
    path.write_text("topic,arxiv_id\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_recall_within_a_share_of_the_month(workspace: Workspace, tmp_path: Path) -> None:
    file = labels(
        tmp_path,
        *(f"First,2204.{n:05}" for n in (2, 3, 10, 41, 200)),
        "first,2204.00999",
        "Second things,2204.00001",
        "first,2205.00901",
        "first,2007.00001",
        "first,nothing",
    )
    found = evaluate_topics(workspace, file)
    (result,) = found.results
    (april,) = result.months
    assert (april.month, april.papers, april.labels) == ("2022-04", 200, 6)
    assert april.ranks == {"2204.00002": 2, "2204.00003": 3, "2204.00010": 10, "2204.00041": 41, "2204.00200": 200}
    assert april.outside == ("2204.00999",)
    assert [result.recall(share) for share in SHARES] == [0.2, 0.4, 0.6, 0.6, 0.6]
    assert found.unmatched == {"Second things": 1}
    assert [(item.month, item.papers, item.labels) for item in found.skipped] == [("2020-07", 0, 1), ("2022-05", 3, 1)]
    assert len(found.set_aside) == 1
    assert found.as_dict() == evaluate_topics(workspace, file).as_dict()


def test_a_profiles_own_seed_paper_is_no_label_of_it(workspace: Workspace, tmp_path: Path) -> None:
    seeded = PROFILE.model_copy(update={"seeds": (SeedPaper(identifier="2204.00001", title="A seed"),)})
    file = labels(tmp_path, "first,2204.00001", "first,2204.00150")
    found = evaluate_topics(replace(workspace, topics=(seeded,)), file)
    (april,) = found.results[0].months
    assert (april.seeds, tuple(april.ranks), april.labels) == (("2204.00001",), ("2204.00150",), 1)
    assert found.results[0].recall(20) == 0.0


def test_only_the_months_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    file = labels(tmp_path, "first,2204.00001", "first,2007.00001")
    found = evaluate_topics(workspace, file, months=["2022-04", "2021-01"])
    assert [item.month for item in found.results[0].months] == ["2022-04"]
    assert [(item.month, item.labels) for item in found.skipped] == [("2021-01", 0)]


def test_where_there_is_nothing_to_measure(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="the profiles are: first"):
        evaluate_topics(workspace, labels(tmp_path, "second,2204.00001"))
    with pytest.raises(NotFoundError, match="has labels"):
        evaluate_topics(workspace, labels(tmp_path, "first,2205.00901"))
    with pytest.raises(NotFoundError, match="paperradar import"):
        evaluate_topics(filled(tmp_path, []), labels(tmp_path, "first,2204.00001"))


@pytest.mark.parametrize("topic", ["a-topic", "A topic", "a_topics", "Good things", "good thing", "GOOD  THINGS"])
def test_topics_are_matched_by_name_or_slug(topic: str) -> None:
    profile = TopicProfile(slug="a-topic", name="Good things", description="About it.")
    label = TopicLabel(topic, "2204.00001")
    assert match_topics([label], [profile]) == ({"a-topic": [label]}, {})
    other = TopicLabel("good", "2204.00001")
    assert match_topics([other, other], [profile]) == ({}, {"good": 2})


RANKS = st.lists(st.integers(1, 500), unique=True, max_size=30)


@given(RANKS, st.integers(500, 9000))
def test_recall_grows_with_the_share_and_is_of_all_labels_in_the_pool(ranks: list[int], papers: int) -> None:
    month = TopicMonth("2022-04", papers, {f"2204.{rank:05}": rank for rank in sorted(ranks)}, (), ())
    figures = [recall((month,), share) for share in (*SHARES, 100)]
    if not ranks:
        assert figures == [None] * len(figures)
        return
    values = [value for value in figures if value is not None]
    assert values == sorted(values)
    assert values[-1] == 1.0
    assert values[0] == sum(rank / papers <= 0.01 for rank in ranks) / len(ranks)
    assert recall((month, month), 5) == recall((month,), 5)
