"""The components of taste, and what they say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from paperradar.papers import Paper
from paperradar.ranking import Examples, Known, PastPick, Pool, Taste, View
from paperradar.ranking.taste import MOST
from paperradar.ranking.tasting import crowd, taste
from paperradar.ranking.texts import normalised_texts
from tests.ranking.builders import DIMENSION, candidate, known, pool, unit

PICKED = "2201.00001"


def view(source: str = "own", kind: str = "text-vector", share: float = 1.0, axis: int = 0) -> View:
    weights = np.zeros(DIMENSION, dtype=np.float32)
    weights[axis] = 3.0
    return View(source, kind, weights, 0.0, 0.0, 1.0, share)  # type: ignore[arg-type]


def knowing(*views: View, picks: int = 1) -> Known:
    """One picked paper on the first axis, and an ordinary one."""
    papers = (Paper(PICKED, "A picked paper"), Paper("2201.00002", "An ordinary one"))
    decided = tuple(PastPick("ours", f"2022-0{n + 1}", "pick", dt.date(2022, n + 1, 5)) for n in range(picks))
    examples = Examples(
        papers=papers,
        picks=(decided, ()),
        days=(dt.date(2022, 1, 10),) * 2,
        vectors=np.stack([unit(1), unit(0, 0, 1)]),
    )
    learnt = Taste(views, dt.date(2022, 2, 5), "e") if views else None
    return replace(known(), sources=("ours",), examples=examples, taste=learnt)


def two(**keys: object) -> Pool:
    """A paper on the first axis, and one on the second."""
    made = pool([candidate("2204.00001"), candidate("2204.00002")], [unit(1), unit(0, 1)])
    return replace(made, **keys)  # type: ignore[arg-type]


def values(which: object, of: Pool, what: Known) -> list[float]:
    return list(which(of, normalised_texts(of), what).values)  # type: ignore[operator]


def test_the_teams_own_views_and_the_others_are_two_components() -> None:
    both = knowing(view(share=0.5), view("theirs", share=0.25, axis=1), view("prior", share=0.25, axis=1))
    assert values(taste, two(), both) == pytest.approx([0.5 * 3 / MOST, 0])
    assert values(crowd, two(), both) == pytest.approx([0, 0.5 * 3 / MOST])


def test_without_a_taste_there_is_nothing() -> None:
    assert values(taste, two(), knowing()) == [0, 0]
    assert values(crowd, two(), knowing()) == [0, 0]


def test_a_papers_own_pick_is_no_evidence_for_it() -> None:
    again = two(candidates=(candidate(PICKED), candidate("2204.00002")))
    both = knowing(view(share=0.5), view("theirs", share=0.5))
    assert values(taste, two(), both)[0] > 0
    assert values(taste, again, both) == values(crowd, again, both) == [0, 0]


def test_a_title_is_looked_at_where_the_view_is_one_of_titles() -> None:
    swapped = two(title_vectors=np.stack([unit(0, 1), unit(1)]))
    assert values(taste, swapped, knowing(view(kind="title-vector"))) == pytest.approx([0, 3 / MOST])
    assert values(taste, two(), knowing(view(kind="title-vector"))) == [0, 0], "nobody made vectors of titles"


def test_a_paper_without_a_vector_is_neither_liked_nor_disliked() -> None:
    lacking = two(vectors=np.stack([unit(1), np.zeros(DIMENSION, dtype=np.float32)]))
    disliked = replace(view(), mean=2.0)
    assert values(taste, lacking, knowing(disliked)) == pytest.approx([1 / MOST, 0])


def test_it_says_which_picks_a_paper_is_like() -> None:
    made = taste(two(), normalised_texts(two()), knowing(view(), picks=2))
    assert made.words == ("like your pick “A picked paper” (2022-02)", "")


def test_a_paper_is_not_said_to_be_like_itself() -> None:
    again = two(candidates=(candidate(PICKED), candidate("2204.00002")))
    assert taste(again, normalised_texts(again), knowing(view())).words == ("", "")


def test_others_are_named_only_well_above_ordinary_papers() -> None:
    made = crowd(two(), normalised_texts(two()), knowing(view("prior"), view("theirs", axis=1, share=0.2)))
    assert made.words == ("like what others picked", "")
