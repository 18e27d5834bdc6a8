"""The signals: bounded, blank where nothing is known, and the same whatever else is in the pool."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.papers import Author
from paperradar.ranking import Candidate, Known, Pool
from paperradar.ranking.signals import HOME_PRIOR, SIGNALS, Signal
from paperradar.ranking.texts import normalised_texts
from paperradar.ranking.values import Examples, PastPick
from tests.ranking.builders import candidate, known, pool

DAY = dt.date(2022, 3, 1)
PICK = PastPick("own", "2022-03", "top10", DAY)
CROWD = PastPick("crowd", "2022-03", "pick", DAY)
PEOPLE = tuple(Author(f"Family{letter}", f"Given{letter}") for letter in "abcdefghijklmnopqrstuvwxyz")
# Below 0 these speak against a paper; no other signal may.
SIGNED = {"growth", "home"}


def signal(name: str, papers: Pool, what: Known | None = None) -> Signal:
    return SIGNALS[name](papers, normalised_texts(papers), what or known())


def one(name: str, of: Candidate, what: Known | None = None) -> tuple[float, str]:
    found = signal(name, pool([of]), what)
    return float(found.values[0]), found.words[0]


def changed(of: Candidate, **keys: object) -> Candidate:
    return replace(of, paper=replace(of.paper, **keys))  # type: ignore[arg-type]


def examples(*rows: tuple[str, Sequence[PastPick]], first: int = 1) -> Examples:
    """Papers of these primary categories."""
    papers = [candidate(f"2201.{first + row:05}", categories=(name,)).paper for row, (name, _) in enumerate(rows)]
    return Examples(tuple(papers), tuple(tuple(picks) for _, picks in rows))


def imported(**values: Mapping[str, float]) -> Known:
    return known(signals={name: {key: (value, DAY) for key, value in of.items()} for name, of in values.items()})


PLAIN = candidate("2204.00001")


def test_a_release_names_where() -> None:
    linked = candidate("2204.00001", "T", "See https://www.github.com/some/code for more.")
    assert one("release", linked) == (1.0, "code, data or weights linked (github.com)")
    said = (1.0, "code, data or weights said to be public")
    assert one("release", candidate("2204.00001", "T", "Our code is publicly available.")) == said
    assert one("release", changed(PLAIN, comments="Code available at our page")) == said
    assert one("release", candidate("2204.00001", "Code is available", "In titles it says nothing.")) == (0.0, "")


@pytest.mark.parametrize("text", ["zenodo.org/record/1", "www.kaggle.com/some/data", "HTTPS://GITHUB.COM/some/code"])
def test_a_quick_look_misses_no_link(text: str) -> None:
    assert one("release", changed(PLAIN, comments=f"At {text}"))[0] == 1.0


def test_novelty_is_told_where_it_is_far() -> None:
    found = signal("novelty", pool([PLAIN] * 5, novelty=[0.3, 0.55, 1.4, float("nan"), -0.1]))
    np.testing.assert_allclose(found.values, [0.5, 0.55 / 0.6, 1, 0, 0], rtol=1e-6)
    assert found.words == (
        "",
        "unlike anything of the months before (nearest: cosine 0.45)",
        "unlike anything of the months before (nearest: cosine -0.40)",
        "",
        "",
    )


def test_growth_may_speak_against() -> None:
    papers = replace(pool([PLAIN] * 4), growth=np.array([1.0, -1.0, 9.0, np.nan], dtype=np.float32))
    found = signal("growth", papers)
    assert found.values.tolist() == [0.5, -0.5, 1.0, 0.0]
    assert found.words[:2] == (
        "its neighbourhood is 2.0 times as busy as in the months before",
        "its neighbourhood is 0.5 times as busy as in the months before",
    )
    assert found.words[3] == ""
    assert one("growth", PLAIN) == (0.0, "")


@pytest.mark.parametrize(
    ("name", "of", "value"),
    [
        ("survey", candidate("2204.00001", "Parsing: a survey"), 1.0),
        ("dataset", candidate("2204.00001", "A benchmark for parsing"), 1.0),
        ("report", changed(PLAIN, comments="Technical report"), 1.0),
        ("accepted", changed(PLAIN, comments="ACL 2022"), 0.5),
        ("accepted", changed(PLAIN, comments="ACL 2022, oral"), 1.0),
        ("accepted", changed(PLAIN, journal_ref="J. Parsing 12"), 0.5),
    ],
)
def test_phrases(name: str, of: Candidate, value: float) -> None:
    found, words = one(name, of)
    assert found == value
    assert bool(words) is (name != "dataset")  # that one's lane says it
    assert one(name, PLAIN) == (0.0, "")


def test_a_team_grows_towards_one() -> None:
    papers = pool([changed(PLAIN, authors=PEOPLE[:count]) for count in (0, 1, 9, 26)])
    found = signal("team", papers)
    assert found.values.tolist() == [0.0, 0.0, 0.5, pytest.approx(25 / 33)]
    assert found.words == ("", "", "", "a team of 26")


def test_authors_tell_how_many_earlier_papers_were_picked() -> None:
    ann = changed(PLAIN, authors=PEOPLE[:1])
    earlier = [changed(candidate(f"2201.0000{number}"), authors=PEOPLE[:1]).paper for number in (1, 2)]
    first = known(examples=Examples(tuple(earlier[:1]), ((PICK,),)), sources=("own",))
    both = known(examples=Examples(tuple(earlier), ((PICK,), (PICK,))), sources=("own",))
    assert one("authors", ann, first) == (0.25, "1 earlier paper of these authors was picked")
    value, words = one("authors", ann, both)
    assert value == pytest.approx(1 / 3)
    assert words == "2 earlier papers of these authors were picked"
    assert one("authors", PLAIN, both) == (0.0, "")


def test_home_compares_a_category_with_the_others() -> None:
    rows = [("cs.CL", [PICK])] * 6 + [("cs.CL", [])] * 5 + [("cs.RO", [])] * 15
    what = known(examples=examples(*rows), sources=("own",))
    value, words = one("home", candidate("2204.00001", categories=("cs.CL", "cs.RO")), what)
    expected = np.log2((6 + HOME_PRIOR) / (6 * 5 / 20 + HOME_PRIOR))
    assert value == pytest.approx(expected / 2)
    assert words == f"cs.CL is picked {2**expected:.1f} times as often as other categories"
    value, words = one("home", candidate("2204.00001", categories=("cs.RO", "cs.CL")), what)
    assert value < 0
    assert "cs.RO is picked 0.4 times" in words
    for categories in ((), ("math.AG",)):
        assert one("home", candidate("2204.00001", categories=categories), what) == (0.0, "")


def test_home_knows_nothing_without_ordinary_papers() -> None:
    of = candidate("2204.00001", categories=("cs.CL",))
    assert one("home", of) == (0.0, "")
    assert one("home", of, known(examples=examples(("cs.CL", [PICK])))) == (0.0, "")


def test_home_counts_the_asked_sources_most() -> None:
    of = candidate("2204.00001", categories=("cs.CL",))
    rest: list[tuple[str, Sequence[PastPick]]] = [("cs.CL", []), ("cs.RO", []), ("cs.RO", [PICK])]
    mine = known(examples=examples(("cs.CL", [PICK]), *rest), sources=("own",))
    others = known(examples=examples(("cs.CL", [CROWD]), *rest), sources=("own",))
    assert one("home", of, mine)[0] > one("home", of, others)[0]


def test_attention_is_a_rank_and_absent_is_blank() -> None:
    what = imported(retweets={"2204.00001": 5, "2204.00002": 5, "2204.00003": 900, "2204.00004": 1})
    papers = pool([candidate(f"2204.0000{number}") for number in (1, 2, 3, 4, 9)])
    found = signal("attention", papers, what)
    assert found.values.tolist() == [0.5, 0.5, 0.875, 0.125, 0.0]
    assert found.words[2:] == (
        "retweets: more than 88% of the papers counted",
        "retweets: more than 12% of the papers counted",
        "",
    )


def test_the_best_of_several_names_counts() -> None:
    what = imported(
        retweets={"2204.00001": 1, "2204.00002": 2}, votes={"2204.00001": 9, "2204.00002": 2, "2204.00003": 3}
    )
    value, words = one("attention", PLAIN, what)
    assert value == pytest.approx(2.5 / 3)
    assert words == "votes: more than 83% of the papers counted"
    assert one("attention", PLAIN, imported(votes={})) == (0.0, "")


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=8), st.sampled_from([1e-3, 7.0]))
def test_attention_is_monotone_and_knows_no_scale(values: list[float], scale: float) -> None:
    papers = pool([candidate(f"2204.0000{number}") for number in range(len(values))])
    names = [item.paper.identifier for item in papers.candidates]
    ranks = signal("attention", papers, imported(a=dict(zip(names, values, strict=True)))).values
    for i, j in ((i, j) for i in range(len(values)) for j in range(len(values))):
        assert (ranks[i] < ranks[j]) == (values[i] < values[j])
    whole = [round(value) * scale for value in values]
    plain = signal("attention", papers, imported(a=dict(zip(names, map(round, values), strict=True)))).values
    assert signal("attention", papers, imported(a=dict(zip(names, whole, strict=True)))).values.tolist() == (
        plain.tolist()
    )


def test_the_docs_tell_of_every_signal(root: Path) -> None:
    docs = (root / "docs" / "signals.md").read_text(encoding="utf-8")
    for name in (*SIGNALS, "story"):
        assert f"\n| `{name}` |" in docs


TITLES = st.sampled_from(["Parsing", "Parsing: a survey", "A benchmark", "Example: technical report"])
ABSTRACTS = st.sampled_from(["", "Plain.", "Code is available at https://github.com/some/code.", "This survey."])
COMMENTS = st.sampled_from(["", "ACL 2022", "Accepted, oral", "Submitted to ICML 2022"])
CATEGORIES = st.sampled_from([(), ("cs.CL",), ("cs.RO", "cs.CL"), ("math.AG",)])


@st.composite
def candidates(draw: st.DrawFn, month: str) -> list[Candidate]:
    numbers = draw(st.lists(st.integers(1, 9), max_size=6, unique=True))
    return [
        changed(
            candidate(f"{month}.0000{number}", draw(TITLES), draw(ABSTRACTS), categories=draw(CATEGORIES)),
            comments=draw(COMMENTS),
            authors=tuple(draw(st.lists(st.sampled_from(PEOPLE[:3]), max_size=3, unique=True))),
        )
        for number in numbers
    ]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Pool, Known]:
    mine, earlier = draw(candidates("2204")), draw(candidates("2201"))
    seen = [*earlier, *(item for item in mine if draw(st.booleans()))]
    picks = tuple(tuple(draw(st.sets(st.sampled_from([PICK, CROWD])))) for _ in seen)
    numbers = {item.paper.identifier: (draw(st.floats(0, 99)), DAY) for item in seen if draw(st.booleans())}
    growth = np.array([draw(st.sampled_from([-3.0, 0.2, 5.0, np.nan])) for _ in mine], dtype=np.float32)
    papers = pool(mine, novelty=[draw(st.sampled_from([0.1, 0.9, float("nan")])) for _ in mine])
    what = known(
        examples=Examples(tuple(item.paper for item in seen), picks), sources=("own",), signals={"votes": numbers}
    )
    return replace(papers, growth=growth), what


@settings(deadline=None)
@given(worlds(), st.sampled_from(sorted(SIGNALS)))
def test_bounded_and_only_told_where_it_counts(world: tuple[Pool, Known], name: str) -> None:
    papers, what = world
    found = signal(name, papers, what)
    assert found.values.shape == (len(papers.candidates),)
    assert found.values.dtype == np.float64
    assert len(found.words) == len(papers.candidates)
    assert np.all(np.isfinite(found.values))
    assert np.all(found.values <= 1)
    assert np.all(found.values >= (-1 if name in SIGNED else 0))
    assert all(value for value, words in zip(found.values, found.words, strict=True) if words)


@settings(deadline=None)
@given(worlds(), st.sampled_from(sorted(SIGNALS)), st.randoms(use_true_random=False))
def test_a_papers_signal_does_not_depend_on_the_others(world: tuple[Pool, Known], name: str, random: object) -> None:
    papers, what = world
    found = signal(name, papers, what)
    by_paper = {
        item.paper.identifier: (value, words)
        for item, value, words in zip(papers.candidates, found.values.tolist(), found.words, strict=True)
    }
    order = list(range(len(papers.candidates)))
    random.shuffle(order)  # type: ignore[attr-defined]
    some = order[: len(order) // 2 + 1]
    assert papers.novelty is not None
    assert papers.growth is not None
    fewer = replace(
        pool([papers.candidates[row] for row in some], novelty=papers.novelty[some].tolist()),
        growth=papers.growth[some],
    )
    again = signal(name, fewer, what)
    for item, value, words in zip(fewer.candidates, again.values.tolist(), again.words, strict=True):
        assert (value, words) == by_paper[item.paper.identifier]


@settings(deadline=None)
@given(worlds(), st.sampled_from(["authors", "home"]))
def test_a_papers_own_pick_says_nothing(world: tuple[Pool, Known], name: str) -> None:
    papers, what = world
    for row, item in enumerate(papers.candidates):
        seen = what.examples.papers
        rest = [index for index, paper in enumerate(seen) if paper.identifier != item.paper.identifier]
        without = Examples(tuple(seen[i] for i in rest), tuple(what.examples.picks[i] for i in rest))
        for picks in ((), (PICK,), (CROWD,)):
            itself = Examples((*without.papers, item.paper), (*without.picks, picks))
            expected = signal(name, papers, replace(what, examples=without))
            found = signal(name, papers, replace(what, examples=itself))
            assert found.values[row] == pytest.approx(expected.values[row])
            assert found.words[row] == expected.words[row]
