"""Authors' history: who is the same author, how it is shrunk, and that no paper speaks for itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.papers import Author, Paper
from paperradar.ranking.authors import (
    MENTION_COUNTS,
    OTHERS_COUNT,
    PRIOR_PAPERS,
    History,
    author_key,
    author_keys,
    histories,
    pick_weight,
)
from paperradar.ranking.values import Examples, PastPick

DAY = dt.date(2022, 3, 1)
ANN, BOB, EVE = Author("Abel", "Ann"), Author("Berg", "Bob"), Author("Eck", "Eve")
PICK = PastPick("own", "2022-03", "top10", DAY)


def paper(number: int, *authors: Author) -> Paper:
    return Paper(f"2201.{number:05}", f"Title {number}", authors=authors)


def examples(*rows: tuple[Paper, Sequence[PastPick]]) -> Examples:
    return Examples(tuple(item for item, _ in rows), tuple(tuple(picks) for _, picks in rows))


def history(of: Paper, known: Examples, sources: Sequence[str] = ("own",)) -> History:
    (found,) = histories([of], known, sources)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Author("Manning", "Christopher D."), Author("manning", "Christopher")),
        (Author("Schütze", "Hinrich"), Author('Sch{\\"u}tze', "Hinrich")),
        (Author("García", "José"), Author("Garcia", "Jos\\'e")),
        (Author("Jones", "Bob", "Jr."), Author("Jones", "Bob")),
        (Author("Smith-Hall", "Anna"), Author("Smith Hall", "Anna")),
        (Author("LeCun", "Y."), Author("Lecun", "Y")),
        (Author("李", "明"), Author("李", "明")),
    ],
)
def test_spellings_of_one_name_meet(one: Author, other: Author) -> None:
    assert author_key(one) == author_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Author("Manning", "C."), Author("Manning", "Christopher")),
        (Author("Jones", "Bob"), Author("Jones", "Rob")),
        (Author("李", "明"), Author("李", "华")),
    ],
)
def test_other_names_stay_apart(one: Author, other: Author) -> None:
    assert author_key(one) != author_key(other)


def test_a_name_without_letters_is_nobody() -> None:
    nobody = Author("...", "1")
    assert author_keys(paper(1, nobody, ANN, ANN)) == ("ann abel",)
    assert history(paper(1, nobody), examples((paper(2, nobody), [PICK]))) == History(0.0, 0)


def test_a_rate_is_shrunk_towards_nothing() -> None:
    known = examples((paper(1, ANN), [PICK]), (paper(2, ANN), []), (paper(3, BOB), []))
    assert history(paper(9, ANN), known) == History(1 / (2 + PRIOR_PAPERS), 1)
    assert history(paper(9, BOB), known) == History(0.0, 0)
    assert history(paper(9, EVE), known) == History(0.0, 0)


def test_rates_add_up_and_a_shared_paper_is_told_once() -> None:
    known = examples((paper(1, ANN, BOB), [PICK]), (paper(2, BOB), [PICK]))
    found = history(paper(9, BOB, ANN, EVE), known)
    assert found.rates == pytest.approx(1 / (1 + PRIOR_PAPERS) + 2 / (2 + PRIOR_PAPERS))
    assert found.picked == 2


def test_whose_pick_it_was_counts() -> None:
    other, mention = PastPick("crowd", "2022-03", "pick", DAY), PastPick("own", "2022-03", "mention", DAY)
    assert pick_weight([], ["own"]) == 0
    assert pick_weight([PICK], ["own"]) == 1
    assert pick_weight([other], ["own"]) == OTHERS_COUNT
    assert pick_weight([mention], ["own"]) == MENTION_COUNTS
    assert pick_weight([other, mention, PICK], ["own"]) == 1
    assert pick_weight([other], []) == 1  # nobody's picks are asked for: all count alike


def test_a_paper_listed_twice_counts_once() -> None:
    once, twice = examples((paper(1, ANN), [PICK])), examples((paper(1, ANN), []), (paper(1, ANN), [PICK]))
    assert history(paper(9, ANN), once) == history(paper(9, ANN), twice)


AUTHORS = st.lists(st.sampled_from([ANN, BOB, EVE]), max_size=3, unique=True)
ROWS = st.lists(st.tuples(AUTHORS, st.booleans()), max_size=8)


def made(rows: Sequence[tuple[list[Author], bool]]) -> Examples:
    return examples(*((paper(number, *names), [PICK] if chosen else []) for number, (names, chosen) in enumerate(rows)))


@given(ROWS, AUTHORS)
def test_no_paper_speaks_for_itself(rows: list[tuple[list[Author], bool]], names: list[Author]) -> None:
    own = paper(77, *names)
    without = history(own, made(rows))
    for picks in ([], [PICK]):
        known = made(rows)
        known = Examples((own, *known.papers), (tuple(picks), *known.picks))
        assert history(own, known) == without


@given(ROWS, AUTHORS, AUTHORS)
def test_more_picks_never_lower_it_and_more_papers_never_raise_it(
    rows: list[tuple[list[Author], bool]], names: list[Author], extra: list[Author]
) -> None:
    of = paper(99, *names)
    before = history(of, made(rows))
    for row, (authors, chosen) in enumerate(rows):
        if not chosen:
            better = [*rows[:row], (authors, True), *rows[row + 1 :]]
            assert history(of, made(better)).rates >= before.rates
    assert history(of, made([*rows, (extra, False)])).rates <= before.rates
    assert history(of, made([*rows, (extra, True)])).rates >= before.rates
    assert 0 <= before.rates <= len(names)


@given(ROWS, st.lists(AUTHORS, max_size=4), st.randoms(use_true_random=False))
def test_orders_change_nothing(
    rows: list[tuple[list[Author], bool]], asked: list[list[Author]], random: object
) -> None:
    papers = [paper(90 + number, *names) for number, names in enumerate(asked)]
    known = made(rows)
    expected = histories(papers, known, ["own"])
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = Examples(tuple(known.papers[i] for i in order), tuple(known.picks[i] for i in order))
    assert histories(papers[::-1], shuffled, ["own"])[::-1] == expected
