"""Components: what each is made of, and that nothing is lost between them and the score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.ranking import COMPONENTS, Candidate, Pool, TopicKnowledge
from paperradar.ranking.bm25 import bm25_scores
from paperradar.ranking.components import (
    BM25_HALF,
    OWN_COMPONENTS,
    TOPIC_COMPONENTS,
    OwnEvidence,
    TopicEvidence,
    best_topic,
    near_counts,
    own_evidence,
    story_part,
    thousandths,
    topic_evidence,
    weighted_match,
    weighted_parts,
)
from paperradar.ranking.signals import SIGNALS
from paperradar.ranking.texts import normalised_texts
from paperradar.settings import WeightSettings
from tests.ranking.builders import DIMENSION, candidate, known, pool, seed, tokens, topic, unit

WEIGHTS = WeightSettings()
SEEDS = [{"identifier": f"2104.0000{number}", "title": f"Seed {number}"} for number in (1, 2, 3)]


def evidence(about: TopicKnowledge, papers: Pool, weights: WeightSettings = WEIGHTS) -> TopicEvidence:
    return topic_evidence(about, papers, normalised_texts(papers), weights)


def own(papers: Pool, weights: WeightSettings = WEIGHTS) -> dict[str, list[int]]:
    parts = own_evidence(papers, normalised_texts(papers), known(), weights).parts
    return {name: part.tolist() for name, part in parts.items()}


def three() -> list[Candidate]:
    return [candidate(f"2204.0000{number}") for number in (1, 2, 3)]


def test_every_component_has_a_weight_and_the_other_way_round() -> None:
    assert [component.name for component in COMPONENTS] == list(WeightSettings.model_fields)
    names = tuple(component.name for component in COMPONENTS)
    assert names[2 : 2 + len(TOPIC_COMPONENTS)] == TOPIC_COMPONENTS
    assert {"story", "taste", "crowd", *SIGNALS} <= {component.name for component in COMPONENTS}


def test_what_counts_is_said_in_the_order_of_the_components() -> None:
    papers = pool(
        [candidate("2204.00001", "Retrieval: a survey", "Code is available."), candidate("2204.00002")],
        novelty=[0.6, 0.1],
    )
    found = own_evidence(papers, normalised_texts(papers), known(), WeightSettings(survey=50, novelty=0))
    assert found.said(0, of_taste=False) == ("code, data or weights said to be public", "a survey or tutorial")
    assert found.said(1, of_taste=False) == ()
    found = own_evidence(papers, normalised_texts(papers), known(), WeightSettings(release=0, survey=0))
    assert found.said(0, of_taste=False) == ("unlike anything of the months before (nearest: cosine 0.40)",)


def test_what_taste_says_is_told_apart() -> None:
    found = OwnEvidence(
        {"taste": np.array([1]), "release": np.array([1])}, {"taste": ("like it",), "release": ("code",)}
    )
    assert (found.said(0, of_taste=True), found.said(0, of_taste=False)) == (("like it",), ("code",))


def test_a_signal_of_weight_nothing_is_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise AssertionError("worked out all the same")

    monkeypatch.setattr("paperradar.ranking.components.OWN_COMPONENTS", dict.fromkeys(OWN_COMPONENTS, broken))
    off = WeightSettings(**dict.fromkeys(WeightSettings.model_fields, 0))
    assert own(pool(three()), off) == {name: [0, 0, 0] for name in OWN_COMPONENTS}
    with pytest.raises(AssertionError):
        own(pool(three()), WeightSettings())


@given(st.lists(st.floats(0, 1), max_size=5), st.integers(-10_000, 10_000))
def test_thousandths_are_whole_and_near(values: list[float], weight: int) -> None:
    rounded = thousandths(np.array(values), weight)
    assert rounded.dtype == np.int64
    assert np.all(np.abs(rounded - np.array(values) * weight) <= 0.5)


def test_halves_go_to_the_even_neighbour() -> None:
    assert thousandths(np.array([0.5, 1.5, 2.5, -0.5]), 1).tolist() == [0, 2, 2, 0]


def test_description_is_the_cosine_and_never_takes_away() -> None:
    papers = pool(three(), [unit(1), unit(0.6, 0.8), unit(-1)])
    assert evidence(topic("t", unit(1)), papers).parts["description"].tolist() == [400, 240, 0]


def test_seeds_are_the_mean_of_the_two_nearest() -> None:
    seeds = np.stack([unit(1), unit(0.6, 0.8), unit(0, 0, 1)])
    about = replace(topic("t", unit(0, 0, 0, 1), seeds=SEEDS), seeds=seeds)
    found = evidence(about, pool(three(), [unit(1), unit(0, 0, 1), unit(-1)]))
    assert found.parts["seeds"].tolist() == [240, 150, 0]  # of (1, 0.6), (1, 0) and (0, -0.6)
    assert found.nearest_seed.tolist() == [0, 2, 2]
    np.testing.assert_allclose(found.seed_cosine, [1, 1, 0], atol=1e-6)


def test_one_seed_is_its_own_mean_and_no_seed_is_nothing() -> None:
    papers = pool(three(), [unit(0, 1), unit(0.8, 0.6), unit(1)])
    assert evidence(topic("t", unit(1), seeds=SEEDS[:1]), papers).parts["seeds"].tolist() == [300, 180, 0]
    none = evidence(topic("t", unit(1)), papers)
    assert none.parts["seeds"].tolist() == [0, 0, 0]
    assert none.nearest_seed.tolist() == [-1, -1, -1]
    assert none.seed_cosine.tolist() == [0, 0, 0]


def test_a_paper_that_is_a_seed_is_compared_with_the_others() -> None:
    about = topic("t", unit(1), seeds=[seed("2204.00001").model_dump(), seed("2204.00009").model_dump()])
    about = replace(about, seeds=np.stack([unit(1), unit(0.6, 0.8)]))
    found = evidence(about, pool([candidate("2204.00001")], [unit(1)]))
    assert found.parts["seeds"].tolist() == [180]
    assert (found.nearest_seed.tolist(), found.seed_cosine.tolist()) == ([1], [pytest.approx(0.6)])


def test_a_paper_is_no_seed_of_itself() -> None:
    about = topic("t", unit(1), seeds=[seed("2204.00002").model_dump()])
    papers = pool(three(), [unit(0, 1), unit(0, 1), unit(0, 1)])
    assert evidence(about, papers).parts["seeds"].tolist() == [300, 0, 300]


def test_bm25_is_brought_between_nothing_and_one() -> None:
    about = replace(topic("t", unit(1)), tokens=tokens(7, 8, 8))
    papers = replace(pool(three()), tokens=(tokens(7, 8), tokens(1), tokens(8, 1, 1)))
    scores = bm25_scores(about.tokens, papers.tokens).astype(float)
    expected = [round(150 * score / (score + BM25_HALF)) for score in scores]
    assert evidence(about, papers).parts["bm25"].tolist() == expected
    assert expected[0] > expected[2] > expected[1] == 0


def test_phrases_of_the_title_count_twice_and_saturate() -> None:
    rows = [
        candidate("2204.00001", "Dense retrieval", "Plain."),
        candidate("2204.00002", "Plain", "On dense retrieval and ranking, on ranking."),
        candidate("2204.00003", "Ranking", "Of ranking by dense retrieval."),
    ]
    found = evidence(topic("t", unit(1), include=["dense retrieval", "ranking"]), pool(rows))
    # Each phrase counts once a field: 2, 1 + 1, and 2 + 1 + 1 times.
    assert found.parts["phrases"].tolist() == [112, 112, 141]
    assert found.phrases == (("dense retrieval",), ("dense retrieval", "ranking"), ("ranking", "dense retrieval"))


def test_excluded_phrases_take_away() -> None:
    rows = [candidate("2204.00001", "Heat diffusion"), candidate("2204.00002", "Plain", "Heat diffusion."), *three()]
    found = evidence(topic("t", unit(1), exclude=["heat diffusion"]), pool(rows))
    assert found.parts["excluded"].tolist() == [-225, -150, 0, 0, 0]
    assert set(found.phrases) == {()}


def test_any_of_the_categories_is_enough() -> None:
    categories = (("cs.LG", "cs.IR"), ("cs.IR",), ("cs.CV",), ())
    rows = [candidate(f"2204.0000{number}", categories=given) for number, given in enumerate(categories, 1)]
    found = evidence(topic("t", unit(1), categories=["cs.IR", "cs.CL"]), pool(rows))
    assert found.parts["category"].tolist() == [30, 30, 0, 0]


def test_a_release_is_said_or_linked() -> None:
    rows = [
        candidate("2204.00001", "T", "Our code is publicly available."),
        candidate("2204.00002", "T", "See https://github.com/some/code for more."),
        candidate("2204.00003", "T", "Nothing."),
        candidate("2204.00004", "Our code is publicly available", "Titles say nothing."),
    ]
    commented = replace(rows[2], paper=replace(rows[2].paper, comments="Code: https://github.com/some/code"))
    assert own(pool([*rows, commented]))["release"] == [40, 40, 0, 0, 40]


def test_novelty_is_clipped_and_unknown_is_nothing() -> None:
    papers = pool([*three(), *three()], novelty=[0.0, 0.3, 0.6, 1.4, float("nan"), -0.1])
    assert own(papers)["novelty"] == [0, 30, 60, 60, 0, 0]
    assert own(pool(three()))["novelty"] == [0, 0, 0]


def test_a_story_counts_near_duplicates() -> None:
    papers = pool([*three(), *three()], duplicates=[(0, 1, 0.9), (0, 2, 0.9), (3, 4, 0.99)])
    near = near_counts(papers, range(6))
    assert near.tolist() == [2, 1, 1, 1, 1, 0]
    assert story_part(near, WEIGHTS).tolist() == [30, 20, 20, 20, 20, 0]


def test_a_near_duplicate_that_takes_no_part_does_not_count() -> None:
    papers = pool(three(), duplicates=[(0, 1, 0.9), (0, 2, 0.9)])
    assert near_counts(papers, [0, 2]).tolist() == [1, 0, 1]


def test_a_weight_of_zero_switches_off_and_may_turn_the_sign() -> None:
    papers = pool(three(), [unit(1)] * 3, novelty=[0.6] * 3)
    off = WeightSettings(**dict.fromkeys(WeightSettings.model_fields, 0))
    assert not evidence(topic("t", unit(1)), papers, off).match.any()
    assert own(papers, off) == {name: [0, 0, 0] for name in OWN_COMPONENTS}
    assert own(papers, WeightSettings(novelty=-60))["novelty"] == [-60, -60, -60]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), max_size=6),
    st.sampled_from([0.0, 0.333, 1.0, 2.5]),
    st.sampled_from([(), SEEDS[:1], SEEDS]),
)
def test_parts_sum_to_the_match(places: list[tuple[float, float]], weight: float, seeds: list[dict[str, str]]) -> None:
    rows = [candidate(f"2204.{number:05}", "Dense", "Heat.") for number in range(1, len(places) + 1)]
    about = topic("t", unit(1), include=["dense"], exclude=["heat"], weight=weight, seeds=seeds)
    found = evidence(about, pool(rows, [unit(*place) for place in places]))
    assert tuple(found.parts) == TOPIC_COMPONENTS
    columns = [*found.parts.values(), found.match, found.nearest_seed, found.seed_cosine]
    assert {len(column) for column in columns} == {len(rows)}
    assert found.match.tolist() == [
        sum(values) for values in zip(*(p.tolist() for p in found.parts.values()), strict=True)
    ]
    scaled = weighted_parts(found)
    for name, part in found.parts.items():
        assert scaled[name].tolist() == [round(int(value) * weight) for value in part]
    assert weighted_match(found).tolist() == [
        sum(int(scaled[name][row]) for name in scaled) for row in range(len(rows))
    ]


def test_the_best_topic_is_the_one_that_adds_most() -> None:
    papers = pool(three(), [unit(1), unit(0, 1), unit(0, 0, 1)])
    weights = WeightSettings(bm25=0)
    first, second, heavy = (
        evidence(about, papers, weights)
        for about in (topic("a", unit(1)), topic("b", unit(0, 1)), topic("c", unit(0.6, 0.8), weight=3.0))
    )
    assert best_topic([first, second], 3).tolist() == [0, 1, 0]  # the first of equals
    assert first.match[0] > heavy.match[0]
    assert best_topic([first, heavy], 3).tolist() == [1, 1, 0]  # a smaller match may still add more
    assert best_topic([], 3).tolist() == [-1, -1, -1]


@pytest.mark.parametrize("columns", [0, DIMENSION - 1])
def test_a_pool_without_vectors_has_no_cosines(columns: int) -> None:
    papers = replace(pool(three()), vectors=np.zeros((3, columns), dtype=np.float32))
    found = evidence(topic("t", unit(1), seeds=SEEDS), papers)
    assert not found.parts["description"].any()
    assert not found.parts["seeds"].any()


def test_an_empty_pool_has_empty_evidence() -> None:
    found = evidence(topic("t", unit(1), seeds=SEEDS), pool([]))
    assert {part.shape for part in found.parts.values()} == {(0,)}
    assert own(pool([])) == {name: [] for name in OWN_COMPONENTS}
    assert best_topic([found], 0).tolist() == []
