"""The orders to compare with."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.evaluation.baselines import BASELINES, newest_first, random_order, topic_similarity
from paperradar.papers import identifier_order
from paperradar.ranking import Pool
from tests.ranking.builders import DAY, candidate, known, pool, topic, unit

FIRST = topic("first", unit(1))
IDENTIFIERS = [f"2204.{number:05}" for number in range(1, 41)]


def small_pool(identifiers: list[str]) -> Pool:
    return pool([candidate(identifier) for identifier in identifiers])


def test_random_is_deterministic_and_of_the_seed() -> None:
    order = random_order(small_pool(IDENTIFIERS), known()).identifiers
    assert order == random_order(small_pool(IDENTIFIERS[::-1]), known()).identifiers
    assert sorted(order) == IDENTIFIERS
    assert list(order) != IDENTIFIERS
    assert order != random_order(small_pool(IDENTIFIERS), known(), seed=1).identifiers


@settings(deadline=None)
@given(st.sets(st.sampled_from(IDENTIFIERS)))
def test_random_places_do_not_depend_on_the_others(some: set[str]) -> None:
    whole = random_order(small_pool(IDENTIFIERS), known()).identifiers
    assert random_order(small_pool(sorted(some)), known()).identifiers == tuple(item for item in whole if item in some)


def test_newest() -> None:
    days = {"2204.00002": 0, "2204.00003": 1, "2203.00001": 1, "2204.00001": 0}
    candidates = [replace(candidate(name), announced_on=DAY + dt.timedelta(days=day)) for name, day in days.items()]
    expected = ("2204.00003", "2203.00001", "2204.00002", "2204.00001")
    assert newest_first(pool(candidates), known()).identifiers == expected


def test_topics_takes_the_best_profile() -> None:
    vectors = [unit(1, 0.2), unit(0, 0, 1), unit(0, 1), np.zeros(8, np.float32), unit(-1)]
    papers = pool([candidate(name) for name in IDENTIFIERS[:5]], vectors)
    knows = known(topic("first", unit(1)), topic("second", unit(0, 1)))
    order = topic_similarity(papers, knows).identifiers
    assert order == (IDENTIFIERS[2], IDENTIFIERS[0], IDENTIFIERS[1], IDENTIFIERS[4], IDENTIFIERS[3])


def test_topics_without_profiles_or_vectors_keeps_identifier_order() -> None:
    papers = small_pool(IDENTIFIERS[::-1])
    bare = Pool(papers.candidates, np.zeros((40, 0), np.float32), papers.tokens)
    for candidates, knows in ((papers, known()), (papers, known(FIRST)), (bare, known(FIRST))):
        assert list(topic_similarity(candidates, knows).identifiers) == IDENTIFIERS


@settings(deadline=None)
@given(st.lists(st.sampled_from(IDENTIFIERS), unique=True))
def test_every_baseline_ranks_everything_once_in_any_input_order(identifiers: list[str]) -> None:
    for order in BASELINES.values():
        ranked = order(small_pool(identifiers), known(FIRST)).identifiers
        assert sorted(ranked, key=identifier_order) == sorted(identifiers, key=identifier_order)
        assert ranked == order(small_pool(identifiers[::-1]), known(FIRST)).identifiers
