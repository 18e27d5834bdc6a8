"""The baselines that learn: what they find, from whose picks, and what they do without any."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from paperradar.evaluation.choosing import material
from paperradar.evaluation.learned import NO_ORDINARY, NO_PICKS, centroid, tfidf_svm
from paperradar.evaluation.orders import Baseline
from paperradar.papers import Paper
from paperradar.ranking import Known, Pool
from tests.evaluation.builders import AXES, LIKED, OTHERS, Past, knowing, liked, ordinary, past_pick, said
from tests.ranking.builders import unit

BOTH = pytest.mark.parametrize("baseline", [centroid, tfidf_svm])
# The liked one stands last in identifier order, so that an order that learnt nothing is a wrong one.
POOL = said([*OTHERS, LIKED[2]], [*[AXES[1]] * 4, AXES[0]])
PAST = [*(liked(n) for n in range(12)), *(ordinary(n) for n in range(120))]


@BOTH
def test_what_is_like_past_picks_comes_first(baseline: Baseline) -> None:
    ordered = baseline(POOL, knowing(PAST))
    assert ordered.identifiers[0] == "2204.00005"
    assert sorted(ordered.identifiers) == [f"2204.0000{n}" for n in range(1, 6)]
    assert ordered.setting["positives"] == 12
    # The sought paper of the pool is one of those that they are held against.
    assert ordered.setting["held_out"] == 0.938488
    assert ordered == baseline(POOL, knowing(PAST))


@BOTH
def test_without_picks_it_says_so(baseline: Baseline) -> None:
    for past in ([], [ordinary(n) for n in range(120)]):
        ordered = baseline(POOL, knowing(past))
        assert ordered.identifiers == tuple(f"2204.0000{n}" for n in range(1, 6))
        assert ordered.setting == {"note": NO_PICKS}


@BOTH
def test_the_tested_sources_picks_are_judged_not_the_crowds(baseline: Baseline) -> None:
    crowd = [replace(ordinary(n), picks=(past_pick("crowd"),)) for n in range(200, 260)]
    ordered = baseline(POOL, knowing([*PAST, *crowd]))
    assert ordered.identifiers[0] == "2204.00005"
    assert ordered.setting["sources"] == "tested"


@BOTH
def test_picks_of_others_serve_where_the_tested_source_has_none(baseline: Baseline) -> None:
    ordered = baseline(POOL, knowing(PAST, "newcomer"))
    assert ordered.identifiers[0] == "2204.00005"
    assert ordered.setting["sources"] == "all"


def test_picks_of_others_are_taken_where_they_help() -> None:
    topics = ("sparse", "speech", "molecules", "weather", "proteins")
    own = [Past(topic, AXES[0], (past_pick("own"),)) for topic in topics]
    crowd = [Past(f"{topic} {n}", AXES[0], (past_pick("crowd"),)) for topic in topics for n in ("two", "three")]
    others = [Past(f"word{n} thing{n}", AXES[1]) for n in range(120)]
    ordered = tfidf_svm(said([*OTHERS, "weather four"]), knowing([*own, *crowd, *others], "own"))
    assert ordered.setting["sources"] == "all"
    assert ordered.identifiers[0] == "2204.00005"


def test_mentions_are_left_out_where_they_mislead() -> None:
    own = [liked(n, past_pick("own")) for n in range(6)]
    misled = [replace(ordinary(n), picks=(past_pick("own", role="mention"),)) for n in range(300, 330)]
    ordered = centroid(POOL, knowing([*own, *misled, *(ordinary(n) for n in range(120))], "own"))
    assert ordered.setting["roles"] == "entries"
    assert ordered.identifiers[0] == "2204.00005"


def test_the_svm_learns_against_the_pool_and_where_that_is_small_against_others_too() -> None:
    assert tfidf_svm(POOL, knowing(PAST)).setting["negatives"] == 125
    alone = tfidf_svm(POOL, knowing([liked(n) for n in range(12)]))
    assert alone.setting["negatives"] == 5
    assert alone.identifiers[0] == "2204.00005"
    big = said([*(f"{OTHERS[n % 4]} {n}" for n in range(1000)), LIKED[2]])
    ordered = tfidf_svm(big, knowing(PAST))
    assert ordered.setting["negatives"] == 1001
    assert ordered.identifiers[0] == "2204.01001"
    assert tfidf_svm(said([]), knowing([liked(1)])).setting == {"note": NO_ORDINARY}


def test_a_paper_is_a_negative_once_and_a_past_pick_never() -> None:
    knows = knowing(PAST)
    papers = list(knows.examples.papers)
    papers[0], papers[20] = Paper("2204.00001", papers[0].title), Paper("2204.00005", LIKED[2])
    given = material(POOL, replace(knows, examples=replace(knows.examples, papers=tuple(papers))))
    named = [given.identifiers[row] for row in given.negatives]
    assert "2204.00001" not in named
    assert named.count("2204.00005") == 1
    assert len(named) == 119 + 4


def test_old_decisions_can_be_left_out() -> None:
    old = [replace(ordinary(n), picks=(past_pick(days=-900),)) for n in range(400, 460)]
    ordered = tfidf_svm(POOL, knowing([*PAST, *old]))
    assert ordered.identifiers[0] == "2204.00005"
    assert ordered.setting["months"] in (None, 12)


def test_the_centroid_takes_the_title_where_there_is_no_abstract() -> None:
    knows = knowing(PAST)
    bare = replace(knows.examples, vectors=np.zeros_like(knows.examples.vectors))
    assert centroid(POOL, replace(knows, examples=bare)).identifiers[0] == "2204.00005"
    nothing = np.zeros((len(PAST), 0), dtype=np.float32)
    none = replace(knows, examples=replace(bare, vectors=nothing, title_vectors=nothing))
    assert sorted(centroid(POOL, none).identifiers) == sorted(centroid(POOL, knows).identifiers)


def test_a_paper_without_a_vector_is_last_for_the_centroid() -> None:
    papers = said(["a", "b", "c"], [np.zeros(8, np.float32), unit(-1), unit(1)])
    assert centroid(papers, knowing(PAST)).identifiers == ("2204.00003", "2204.00002", "2204.00001")


def with_abstracts(pool: Pool, knows: Known) -> tuple[Pool, Known]:
    """The same, where every paper has an abstract; all abstracts say the same."""
    candidates = tuple(replace(c, paper=replace(c.paper, abstract="It says so.")) for c in pool.candidates)
    papers = tuple(replace(paper, abstract="It says so.") for paper in knows.examples.papers)
    return replace(pool, candidates=candidates), replace(knows, examples=replace(knows.examples, papers=papers))


def test_titles_are_a_view_of_their_own_where_there_are_abstracts() -> None:
    there, knows = with_abstracts(POOL, knowing(PAST))
    # The texts say nothing, the titles all.
    same, vectors = np.array([7, 8], dtype=np.uint32), np.tile(unit(0, 0, 1), (len(PAST), 1))
    blank = replace(knows, examples=replace(knows.examples, tokens=(same,) * len(PAST), vectors=vectors))
    for baseline in (centroid, tfidf_svm):
        assert baseline(POOL, knowing(PAST)).setting["view"] == "title"
        assert baseline(there, knows).setting["view"] == "text"
        ordered = baseline(replace(there, tokens=(same,) * 5, vectors=vectors[:5]), blank)
        assert ordered.setting["view"] == "title"
        assert ordered.identifiers[0] == "2204.00005"


def test_picks_known_by_title_are_not_held_against_papers_with_abstracts() -> None:
    there, knows = with_abstracts(POOL, knowing([*PAST, *(liked(n) for n in range(500, 540))]))
    papers = tuple(
        replace(paper, abstract="") if row >= len(PAST) else paper for row, paper in enumerate(knows.examples.papers)
    )
    given = material(there, replace(knows, examples=replace(knows.examples, papers=papers)))
    assert given.views == ("text", "title")
    assert set(given.targets.tolist()) == set(range(12))
    setting: dict[str, object] = {"sources": "tested", "roles": "all", "months": None}
    assert len(given.positives(setting | {"view": "text"})) == 12
    assert len(given.positives(setting | {"view": "title"})) == 52
    # Where hardly any has an abstract, all are judged by title.
    few = (*papers[:4], *(replace(paper, abstract="") for paper in papers[4:]))
    given = material(there, replace(knows, examples=replace(knows.examples, papers=few)))
    assert (given.views, len(given.targets)) == (("title",), 52)


def test_settings_are_judged_by_the_latest_picks() -> None:
    many = [liked(n, past_pick(days=-n)) for n in range(150)]
    assert material(POOL, knowing(many)).targets.tolist() == list(range(100))


def test_the_newest_decision_comes_first() -> None:
    given = material(POOL, knowing([liked(1, past_pick(days=1)), liked(2, past_pick(days=9)), liked(3)]))
    setting = {"view": "title", "sources": "tested", "roles": "all", "months": None}
    assert given.positives(setting).tolist() == [1, 0, 2]
    assert given.picks[0][0].decided_on == dt.date(2022, 3, 6)
