"""One sentence a row: what it says, in which order, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.ranking import Candidate, Featured, TopicKnowledge
from paperradar.ranking.components import TopicEvidence, topic_evidence
from paperradar.ranking.explanation import explain, featured_words
from paperradar.ranking.texts import normalised_texts
from paperradar.settings import WeightSettings
from tests.ranking.builders import candidate, pool, topic, unit

PLAIN = candidate("2204.00001", "A title", "An abstract.")
LABELS = {"t": "T", "wildcard": "Wildcard"}
WEIGHTS = WeightSettings(bm25=0)  # all texts of the builders share a word, which would only blur the numbers


def why(
    of: Candidate = PLAIN,
    about: TopicKnowledge | None = None,
    *,
    vector: np.ndarray | None = None,
    signals: Sequence[str] = (),
    lanes: Sequence[str] = (),
    lifted_by: str = "",
    near: int = 0,
    folded: int = 0,
    featured: Sequence[Featured] = (),
) -> str:
    found: list[TopicEvidence] = []
    if about is not None:
        other = candidate("2204.09999", "Something else")  # so that the row's place in the pool is not the first
        papers = pool([other, of], [unit(), unit(1) if vector is None else vector])
        found = [topic_evidence(about, papers, normalised_texts(papers), WEIGHTS)]
    return explain(
        of,
        1,
        found,
        len(found) - 1,
        signals=signals,
        lanes=lanes,
        lifted_by=lifted_by,
        near=near,
        folded=folded,
        featured=featured,
        lane_labels=LABELS,
    )


def test_a_row_in_its_profiles_lane_fits() -> None:
    assert why(about=topic("t", unit(1)), lanes=["t"]) == "Fits T (match 400)"


def test_a_row_below_the_threshold_says_so() -> None:
    assert why(about=topic("t", unit(1), threshold=700)) == ("Nearest profile T (match 400, under its threshold 700)")


def test_a_wildcard_is_far_from_all() -> None:
    assert why(about=topic("t", unit(0, 1)), lanes=["wildcard", "t"]) == "Far from all profiles (nearest: T, match 0)"


def test_the_nearest_seed_is_named_and_its_title_shortened() -> None:
    seeds = [{"identifier": "2104.00001", "title": "A seed paper"}]
    about = replace(topic("t", unit(1), seeds=seeds), seeds=unit(0.6, 0.8)[None, :])
    assert "; like the seed paper “A seed paper” (cosine 0.60)" in why(about=about, lanes=["t"])
    long = topic("t", unit(1), seeds=[{"identifier": "2104.00001", "title": "word " * 14 + "end"}])
    text = why(about=replace(long, seeds=about.seeds))
    assert f"“{'word ' * 13}word…”" in text
    assert len(text.partition("“")[2].partition("”")[0]) == 70


def test_a_seed_that_is_not_near_is_not_named() -> None:
    about = topic("t", unit(1), seeds=[{"identifier": "2104.00001", "title": "A seed"}])
    for vector in (unit(1), unit(0, -1), unit(0.96, 0.28)):
        assert "seed" not in why(about=about, vector=vector)
    assert "seed" in why(about=about, vector=unit(0.95, 0.31))
    assert "seed" not in why(about=about, vector=unit(0, 1), lanes=["wildcard"])


def test_every_profile_whose_lane_the_row_is_in_is_named() -> None:
    papers = pool([PLAIN], [unit(1)])
    texts = normalised_texts(papers)
    found = [topic_evidence(topic(slug, unit(1), threshold=900), papers, texts, WEIGHTS) for slug in ("a", "b", "c")]
    text = explain(
        PLAIN, 0, found, 0, signals=[], lanes=["b"], lifted_by="", near=0, folded=0, featured=[], lane_labels={}
    )
    assert text == "Nearest profile A (match 400, under its threshold 900); fits B too (match 400)"


def test_phrases_are_named_up_to_four() -> None:
    phrases = ["one", "two", "three", "four", "five", "six"]
    about = topic("t", unit(1), include=phrases)
    few = candidate("2204.00001", "Two one", "A one.")
    assert "; says “one”, “two”" in why(few, about)
    many = candidate("2204.00001", "T", "six five four three two one")
    assert why(many, about).endswith("; says “one”, “two”, “three”, “four” and 2 more")


def test_what_is_excluded_is_said_with_what_it_costs() -> None:
    about = topic("t", unit(1), exclude=["heat"])
    assert why(candidate("2204.00001", "Heat", "Heat."), about).endswith("; says what T excludes (-262)")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"lanes": ["datasets-benchmarks"]}, "Publishes a dataset or benchmark"),
        ({"signals": ["a team of 23", "code linked"]}, "A team of 23; code linked"),
        ({"near": 1}, "1 near-duplicate in the window"),
        ({"near": 3, "folded": 2}, "3 near-duplicates in the window, 2 of them folded into this row"),
        ({"featured": [Featured("own", "2022-03", "top10", 4)]}, "Featured before: entry 4 of 2022-03"),
        ({"lifted_by": "t"}, "Lifted by the floor of the lane T"),
        ({"lifted_by": "unknown"}, "Lifted by the floor of the lane unknown"),
        ({"of": replace(PLAIN, resurfaced="a new version (v2)")}, "Resurfaced: a new version (v2)"),
        ({"of": candidate("2204.00001", "T", "")}, "Judged by its title alone: no abstract is known"),
        ({}, ""),
    ],
)
def test_signals_without_a_profile(keys: dict[str, object], expected: str) -> None:
    assert why(**keys) == expected  # type: ignore[arg-type]


def test_the_order_is_always_the_same() -> None:
    text = why(
        candidate("2204.00001", "Dense", "", resurfaced="asked for"),
        topic("t", unit(1), include=["dense"]),
        signals=["code linked"],
        lanes=["datasets-benchmarks", "t"],
        lifted_by="t",
        near=2,
        featured=[Featured("own", "2022-03", "mention")],
    )
    assert text.split("; ") == [
        "Fits T (match 512)",
        "says “dense”",
        "publishes a dataset or benchmark",
        "code linked",
        "2 near-duplicates in the window",
        "resurfaced: asked for",
        "featured before: mentioned in 2022-03",
        "judged by its title alone: no abstract is known",
        "lifted by the floor of the lane T",
    ]


def test_a_row_is_explained_by_its_own_place_in_the_pool() -> None:
    papers = pool([PLAIN, candidate("2204.00002", "Dense")], [unit(1), unit(0, 1)])
    found = topic_evidence(topic("t", unit(1), include=["dense"]), papers, normalised_texts(papers), WEIGHTS)
    texts = [
        explain(
            row, place, [found], 0, signals=[], lanes=["t"], lifted_by="", near=0, folded=0, featured=[], lane_labels={}
        )
        for place, row in enumerate(papers.candidates)
    ]
    assert texts == ["Fits T (match 400)", "Fits T (match 112); says “dense”"]


@pytest.mark.parametrize(
    ("featured", "expected"),
    [
        ([], ""),
        ([Featured("own", "2022-03", "top10", 1)], "entry 1 of 2022-03"),
        ([Featured("own", "2022-03", "top10")], "entry of 2022-03"),
        ([Featured("own", "2022-03", "pick")], "picked in 2022-03"),
        ([Featured("own", "2022-03", "mention")], "mentioned in 2022-03"),
        ([Featured("own", "2022-03", "guest")], "guest 2022-03"),
        (
            [Featured("own", "2022-03", "mention"), Featured("zeta-alpha", "2022-W10", "pick", 2)],
            "mentioned in 2022-03, entry 2 of 2022-W10",
        ),
    ],
)
def test_earlier_editions_in_words(featured: list[Featured], expected: str) -> None:
    assert featured_words(featured) == expected


@given(st.text(min_size=1, max_size=15).filter(str.strip), st.integers(1, 40))
def test_a_title_of_any_length_is_shown_in_seventy_characters(part: str, times: int) -> None:
    title = part * times
    about = topic("t", unit(1), seeds=[{"identifier": "2104.00001", "title": title}])
    text = why(about=replace(about, seeds=unit(1)[None, :]))
    shown = text.partition("like the seed paper “")[2].rpartition("” (cosine 1.00)")[0]
    assert 1 <= len(shown) <= 70
    assert shown.rstrip("…") in about.profile.seeds[0].title
