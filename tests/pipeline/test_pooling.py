"""Which papers may be ranked, and the arrays that go with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paperradar.calendar import Window
from paperradar.decisions import DecisionLog
from paperradar.papers import Version
from paperradar.pipeline import backtesting, shortlisting
from paperradar.pipeline.backtesting import backtest
from paperradar.pipeline.pooling import Return, build_pool, in_scope
from paperradar.pipeline.shortlisting import make_shortlist
from paperradar.ranking import NO_VECTORS, Known, Pool, Shortlist, rank
from paperradar.settings import RankingSettings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.pipeline.builders import Placed, filled, paper

WINDOW = Window(dt.date(2022, 3, 25), dt.date(2022, 5, 5))
INSIDE = dt.datetime(2022, 4, 10, 12, tzinfo=dt.UTC)
BEFORE = dt.date(2022, 2, 1)


def build(workspace: Workspace, window: Window | None = WINDOW, **keys: object) -> Pool:
    return build_pool(Store(workspace.database), workspace.settings, window=window, **keys)  # type: ignore[arg-type]


def identifiers(pool: Pool) -> list[str]:
    return [candidate.paper.identifier for candidate in pool.candidates]


def test_both_ends_of_the_window_are_in_and_the_days_around_it_are_not(tmp_path: Path) -> None:
    days = (WINDOW.first - dt.timedelta(1), WINDOW.first, WINDOW.last, WINDOW.last + dt.timedelta(1))
    workspace = filled(tmp_path, [Placed(paper(n), day) for n, day in enumerate(days, start=1)])
    assert identifiers(build(workspace)) == ["2204.00002", "2204.00003"]


def test_candidates_stand_in_identifier_order_with_their_own_arrays(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [Placed(paper(n), angle=n * 0.7) for n in (4, 2, 3, 1)])
    pool = build(workspace)
    assert identifiers(pool) == [f"2204.0000{n}" for n in range(1, 5)]
    assert np.allclose(pool.vectors[:, 0], np.cos([0.7, 1.4, 2.1, 2.8]), atol=1e-3)
    assert [len(ids) for ids in pool.tokens] == [2, 2, 2, 2]  # "title" and "abstract"; a single digit is no word


def test_a_paper_without_categories_is_in_scope() -> None:
    assert in_scope(paper(1), ["cs.CL"])
    assert in_scope(paper(1, categories=("math.AG", "cs.CL")), ["cs.CL"])
    assert not in_scope(paper(1, categories=("math.AG",)), ["cs.CL"])


def test_out_of_scope_stays_out(tmp_path: Path) -> None:
    workspace = filled(
        tmp_path, [Placed(paper(1, categories=("math.AG",))), Placed(paper(2, categories=("math.AG", "cs.LG")))]
    )
    assert identifiers(build(workspace)) == ["2204.00002"]


def older(number: int, **keys: object) -> Placed:
    return Placed(paper(number, "2202", **keys), BEFORE)


def test_an_older_paper_comes_back_with_a_new_version_inside_the_window(tmp_path: Path) -> None:
    first = Version(1, dt.datetime(2022, 1, 30, tzinfo=dt.UTC))
    workspace = filled(
        tmp_path,
        [
            older(1, versions=(first, Version(2, INSIDE))),
            older(2, versions=(first, Version(2, dt.datetime(2022, 3, 1, tzinfo=dt.UTC)))),
            older(3, versions=(first, Version(2, dt.datetime(2022, 5, 20, tzinfo=dt.UTC)))),
            older(4, versions=(first,)),
            # Submitted on the window's last day, listed after it; submitted the evening before it, listed in it.
            older(5, versions=(first, Version(2, dt.datetime(2022, 5, 5, 22, tzinfo=dt.UTC)))),
            older(6, versions=(first, Version(2, dt.datetime(2022, 3, 24, 22, tzinfo=dt.UTC)))),
        ],
    )
    assert [(c.paper.identifier, c.resurfaced, c.by_curator) for c in build(workspace).candidates] == [
        ("2202.00001", "version 2 of 2022-04-12", ""),
        ("2202.00006", "version 2 of 2022-03-28", ""),
    ]


def test_an_older_paper_comes_back_when_its_acceptance_is_noted(tmp_path: Path) -> None:
    workspace = filled(
        tmp_path,
        [
            older(1, comments="Accepted at a conference", updated=INSIDE.date()),
            older(2, comments="12 pages", updated=INSIDE.date()),
            older(3, comments="Accepted at a conference", updated=BEFORE),
        ],
    )
    assert [(c.paper.identifier, c.resurfaced) for c in build(workspace).candidates] == [
        ("2202.00001", "acceptance noted (Accepted at a conference)")
    ]


def test_a_curators_word_brings_back_any_paper(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [older(1, categories=("math.AG",)), older(2), Placed(paper(3))])
    pool = build(workspace, returns={"2202.00001": Return("a prize", "Ada"), "2299.99999": Return("unknown", "")})
    assert [(c.paper.identifier, c.resurfaced, c.by_curator) for c in pool.candidates] == [
        ("2202.00001", "a prize", "Ada"),
        ("2204.00003", "", ""),
    ]


def test_novelty_looks_at_what_was_announced_before_and_not_at_what_came_later(tmp_path: Path) -> None:
    old, later, far_back = dt.date(2022, 3, 1), dt.date(2022, 5, 20), dt.date(2021, 1, 4)
    workspace = filled(
        tmp_path,
        [
            Placed(paper(1), angle=0.0),
            Placed(paper(2, "2202"), old, angle=1.0),
            Placed(paper(3, "2205"), later, angle=0.0),
            Placed(paper(4, "2101"), far_back, angle=0.0),
            Placed(paper(5, "2202", categories=("math.AG",)), old, angle=0.0),
        ],
    )
    pool = build(workspace)
    assert pool.novelty is not None
    assert pool.novelty[0] == pytest.approx(1 - np.cos(1.0), abs=2e-3)
    assert pool.older == 1


def test_a_returning_paper_is_not_new(tmp_path: Path) -> None:
    back = Placed(paper(1, "2202"), dt.date(2022, 3, 1), angle=0.0)
    pool = build(filled(tmp_path, [back]), returns={"2202.00001": Return("a prize", "Ada")})
    assert pool.novelty is not None
    assert pool.novelty[0] == pytest.approx(0, abs=1e-3)


def test_older_papers_without_a_vector_get_one_so_that_history_does_not_matter(tmp_path: Path) -> None:
    older_one = Placed(paper(2, "2202"), dt.date(2022, 3, 1), angle=None)
    workspace = filled(tmp_path, [Placed(paper(1), angle=0.0), older_one])
    # A model would give it 384 numbers; that it is asked for at all is what matters here.
    with pytest.raises(ValueError, match="has vectors of 8 numbers, not of 384"):
        build(workspace)


def test_without_comparisons_no_older_paper_is_looked_at(tmp_path: Path) -> None:
    older_one = Placed(paper(2, "2202"), dt.date(2022, 3, 1), angle=None)
    pool = build(filled(tmp_path, [Placed(paper(1)), Placed(paper(3)), older_one]), compared=False)
    assert (pool.duplicates, pool.older) == ((), 0)


def test_without_the_view_of_titles_their_arrays_are_empty(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [Placed(paper(n), angle=n * 0.7) for n in (1, 2)])
    with_titles, without = build(workspace), build(workspace, title_view=False)
    assert with_titles.title_vectors.shape == with_titles.vectors.shape
    assert with_titles.title_vectors.any(axis=1).all()
    assert len(with_titles.title_tokens) == 2
    assert (without.title_vectors.shape, without.title_tokens) == (NO_VECTORS.shape, ())
    assert np.array_equal(without.vectors, with_titles.vectors)
    assert [list(ids) for ids in without.tokens] == [list(ids) for ids in with_titles.tokens]


def test_lists_and_backtests_look_at_titles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = filled(tmp_path, [Placed(paper(n), angle=n * 0.7) for n in range(1, 4)])
    DecisionLog(workspace.decisions).add_picks([pick("2204.00001", "ours", "2022-05")], at=at(0))
    ranked: list[Pool] = []

    def listening(pool: Pool, known: Known, settings: RankingSettings) -> Shortlist:
        ranked.append(pool)
        return rank(pool, known, settings)

    monkeypatch.setattr(shortlisting, "rank", listening)
    monkeypatch.setattr(backtesting, "rank", listening)
    make_shortlist(workspace, "2022-05")
    backtest(workspace, sources=["ours"], editions=["2022-05"], baselines=False)
    assert len(ranked) == 2
    for pool in ranked:
        assert pool.title_vectors.shape == pool.vectors.shape
        assert pool.title_vectors.any(axis=1).all()
        assert all(len(ids) for ids in pool.title_tokens)


def test_near_duplicates_are_pairs_of_the_pool(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in ((1, 0.0), (2, 1.5), (3, 0.01))])
    ((i, j, cosine),) = build(workspace).duplicates
    assert (i, j) == (0, 2)
    assert cosine > 0.99


def test_a_month_is_that_of_the_identifier(tmp_path: Path) -> None:
    late = dt.date(2022, 5, 2)
    workspace = filled(
        tmp_path,
        [
            Placed(paper(1), late),
            Placed(paper(2, "2203"), dt.date(2022, 4, 1)),
            Placed(paper(3, "2205"), dt.date(2022, 5, 3)),
        ],
    )
    assert identifiers(build(workspace, None, month="2022-04")) == ["2204.00001"]


def test_either_a_window_or_a_month(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    for keys in ({}, {"month": "2022-04"}):
        with pytest.raises(ValueError, match="give one of"):
            build(workspace, None if not keys else WINDOW, **keys)


def test_a_text_that_is_empty_takes_part_without_a_vector(tmp_path: Path) -> None:
    nameless = replace(paper(1), title="", abstract="")
    pool = build(filled(tmp_path, [Placed(nameless, angle=None), Placed(paper(2))]))
    assert len(pool.candidates) == 2
    assert not pool.vectors[0].any()
