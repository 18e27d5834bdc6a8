"""The one function that orders papers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.ranking import COMPONENTS, Candidate, Featured, Pool, rank
from paperradar.settings import LaneSettings, RankingSettings, WeightSettings
from tests.ranking.builders import candidate, known, pool, seed, tokens, topic, unit

FLAT = RankingSettings(lanes=LaneSettings(depth=1000))
ENTRY = Featured("own", "2022-04", "top10", 4)
MENTION = Featured("own", "2022-04", "mention")


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    count = draw(st.integers(0, 25))
    numbers = draw(st.lists(st.integers(1, 99_999), min_size=count, max_size=count, unique=True))
    titles = st.sampled_from(["On retrieval", "A benchmark of diffusion", "Heat flow", "Dense retrieval, again"])
    rows: list[Candidate] = [
        candidate(
            f"2204.{number:05d}",
            draw(titles),
            draw(st.sampled_from(["", "Code is available.", "Plain words."])),
            withdrawn=draw(st.integers(0, 9)) == 0,
            resurfaced=draw(st.sampled_from(["", "", "", "a new version"])),
        )
        for number in numbers
    ]
    angles = [draw(st.floats(0, 3.1)) for _ in rows]
    pairs = draw(st.sets(st.tuples(st.integers(0, 24), st.integers(0, 24)).filter(lambda p: p[0] < p[1] < count)))
    return pool(
        rows,
        [unit(np.cos(angle), np.sin(angle)) for angle in angles],
        sorted((i, j, 0.9) for i, j in pairs),
        [draw(st.sampled_from([0.1, 0.5, float("nan")])) for _ in rows],
    )


TOPICS = (
    topic("retrieval", unit(1), include=["dense retrieval"], seeds=[{"identifier": "2104.00001", "title": "Seed"}]),
    topic("diffusion", unit(0, 1), include=["diffusion"], exclude=["heat"], weight=0.8),
)


@given(pools(), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_scores_are_exact_sums_and_nobody_is_lost(the_pool: Pool, depth: int) -> None:
    ranking = RankingSettings(lanes=LaneSettings(depth=depth, floor=1, datasets=1, wildcard=1, resurfaced=1))
    shortlist = rank(the_pool, known(*TOPICS), ranking)
    out = [row.candidate for row in shortlist.rows]
    out += [member.candidate for row in shortlist.rows for member in row.story]
    out += [item.candidate for item in shortlist.left_out]
    assert sorted(c.paper.identifier for c in out) == sorted(c.paper.identifier for c in the_pool.candidates)
    assert [row.rank for row in shortlist.rows] == list(range(1, len(shortlist.rows) + 1))
    for row in shortlist.rows:
        assert list(row.components) == [component.name for component in COMPONENTS]
        assert sum(row.components.values()) == row.score
        assert row.why
    by_score = [row.score for row in shortlist.rows[:depth] if not row.lifted_by]
    assert by_score == sorted(by_score, reverse=True)


@given(pools(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_input_does_not_matter(the_pool: Pool, random: object) -> None:
    count = len(the_pool.candidates)
    permutation = list(range(count))
    random.shuffle(permutation)  # type: ignore[attr-defined]
    place = {old: new for new, old in enumerate(permutation)}
    assert the_pool.novelty is not None
    shuffled = Pool(
        tuple(the_pool.candidates[old] for old in permutation),
        the_pool.vectors[permutation],
        tuple(the_pool.tokens[old] for old in permutation),
        tuple(sorted((*sorted((place[i], place[j])), c) for i, j, c in the_pool.duplicates)),  # type: ignore[misc]
        the_pool.novelty[permutation],
    )
    first, second = (rank(p, known(*TOPICS), RankingSettings()) for p in (the_pool, shuffled))
    assert [(row.candidate, row.score, row.why) for row in first.rows] == [
        (row.candidate, row.score, row.why) for row in second.rows
    ]


def test_nearer_to_the_profile_ranks_higher_and_says_why() -> None:
    near, far = candidate("2204.00002", "Dense retrieval"), candidate("2204.00001", "Cooking")
    shortlist = rank(pool([far, near], [unit(0, 0, 1), unit(1)]), known(TOPICS[0]), FLAT)
    assert [row.candidate for row in shortlist.rows] == [near, far]
    top = shortlist.rows[0]
    assert top.lanes == ("retrieval",)
    assert top.why.startswith("Fits Retrieval")
    assert "“dense retrieval”" in top.why
    assert shortlist.rows[1].why.startswith("Far from all profiles")


def test_exclude_phrases_take_away() -> None:
    rows = [candidate("2204.00001", "Heat"), candidate("2204.00002", "Warmth")]
    shortlist = rank(pool(rows, [unit(0, 1)] * 2), known(TOPICS[1]), FLAT)
    assert shortlist.rows[0].candidate is rows[1]
    assert shortlist.rows[1].components["excluded"] < 0


def test_a_seed_paper_is_not_its_own_evidence() -> None:
    profile = topic("retrieval", unit(1), seeds=[seed("2204.00001")])
    row = rank(pool([candidate("2204.00001")], [unit(0, 1)]), known(profile), FLAT).rows[0]
    assert row.components["seeds"] == 0


def test_a_weight_of_zero_switches_a_component_off() -> None:
    weights = RankingSettings(weights=WeightSettings(phrases=0))
    row = rank(pool([candidate("2204.00001", "Dense retrieval")], [unit(1)]), known(TOPICS[0]), weights).rows[0]
    assert row.components["phrases"] == 0


def test_an_entry_of_an_earlier_edition_is_left_out_and_a_mention_is_marked() -> None:
    entry, mention = candidate("2204.00001"), candidate("2204.00002")
    earlier = {"2204.00001": (ENTRY,), "2204.00002": (MENTION,)}
    shortlist = rank(pool([entry, mention]), known(*TOPICS, featured=earlier), FLAT)
    assert [row.candidate for row in shortlist.rows] == [mention]
    assert "mentioned in 2022-04" in shortlist.rows[0].why
    assert [(item.candidate, item.reason, item.loud) for item in shortlist.left_out] == [(entry, "featured", False)]


def test_a_resurfaced_entry_comes_back_marked() -> None:
    entry = candidate("2204.00001", resurfaced="weights released", by_curator="ana")
    shortlist = rank(pool([entry]), known(*TOPICS, featured={"2204.00001": (ENTRY,)}), FLAT)
    assert "resurfaced" in shortlist.rows[0].lanes
    assert "entry 4 of 2022-04" in shortlist.rows[0].why


def test_resurfaced_papers_are_bounded_unless_a_curator_asked() -> None:
    rows = [candidate(f"2101.{n:05d}", resurfaced="new version") for n in range(5)]
    rows.append(candidate("2101.99999", resurfaced="asked", by_curator="ana"))
    few = RankingSettings(lanes=LaneSettings(resurfaced_most=2))
    shortlist = rank(pool(rows), known(*TOPICS), few)
    assert len(shortlist.rows) == 3
    assert sum(item.reason == "resurfaced" for item in shortlist.left_out) == 3


def test_withdrawn_is_left_out_loudly_when_chosen() -> None:
    rows = [candidate("2204.00001", withdrawn=True), candidate("2204.00002", withdrawn=True)]
    shortlist = rank(pool(rows), known(*TOPICS, chosen=frozenset({"2204.00002"})), FLAT)
    assert not shortlist.rows
    assert [(item.reason, item.loud) for item in shortlist.left_out] == [("withdrawn", False), ("withdrawn", True)]


def test_near_duplicates_share_a_row() -> None:
    rows = [candidate("2204.00001"), candidate("2204.00002")]
    shortlist = rank(pool(rows, [unit(1), unit(1)], [(0, 1, 0.95)]), known(*TOPICS), FLAT)
    assert len(shortlist.rows) == 1
    assert [member.candidate.paper.identifier for member in shortlist.rows[0].story] == ["2204.00002"]


@pytest.mark.parametrize("topics", [(), TOPICS])
def test_an_empty_pool_is_an_empty_shortlist(topics: tuple[object, ...]) -> None:
    empty = Pool((), np.zeros((0, 0), dtype=np.float32), ())
    assert rank(empty, known(*topics), FLAT).rows == ()  # type: ignore[arg-type]


def test_papers_without_any_vector_are_ranked_by_their_words() -> None:
    without = Pool((candidate("2204.00001", "Dense retrieval"),), np.zeros((1, 0), dtype=np.float32), (tokens(1),))
    assert rank(without, known(*TOPICS), FLAT).rows[0].components["phrases"] > 0
