"""Merging: a maximum in every part, so order and repetition do not matter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import reduce
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from paperradar.papers import Author, DayBasis, Paper, Version
from paperradar.store.merging import Known, better_day, merge, unite_versions
from tests.store.strategies import papers

ONE = "2205.00001"
MAY = dt.datetime(2022, 5, 2, 10, 0, tzinfo=dt.UTC)
JUNE = dt.datetime(2022, 6, 2, 10, 0, tzinfo=dt.UTC)


def _merged(*records: Paper) -> Known:
    return reduce(merge, records[1:], Known(records[0]))


@given(st.lists(papers((ONE,)), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_order_does_not_matter(records: list[Paper], random: Random) -> None:
    other = list(records)
    random.shuffle(other)
    first = merge(_merged(*records), records[0])  # also brings the first one to its normal form
    assert first == merge(_merged(*other), records[0])


@given(st.lists(papers((ONE,)), min_size=1, max_size=3))
def test_the_same_record_again_changes_nothing(records: list[Paper]) -> None:
    known = _merged(*records)
    for record in records:
        assert merge(known, record) == known


def test_the_higher_version_wins_and_the_first_submission_stays() -> None:
    old = Paper(ONE, "Old", "old", comments="10 pages", versions=(Version(1, MAY),))
    new = Paper(ONE, "New", "", versions=(Version(2, JUNE),))
    for merged in (_merged(old, new).paper, _merged(new, old).paper):
        assert merged == replace(new, versions=(Version(1, MAY), Version(2, JUNE)))
        assert merged.submitted == MAY


def test_an_empty_field_never_overwrites_a_filled_one_of_the_same_version() -> None:
    full = Paper(ONE, "T", "abstract", (Author("A"),), ("cs.CL",), "c", updated=dt.date(2022, 5, 1))
    later = Paper(ONE, "T2", updated=dt.date(2022, 5, 9))
    expected = replace(full, title="T2", updated=later.updated)
    assert _merged(full, later).paper == expected
    assert _merged(later, full).paper == expected


def test_a_field_remembers_how_old_its_record_is() -> None:
    # The abstract of 5 May must beat that of 1 May although the paper itself was seen updated on 9 May.
    first = Paper(ONE, "T", "of May 1st, and quite long", updated=dt.date(2022, 5, 1))
    last = Paper(ONE, "T", "", updated=dt.date(2022, 5, 9))
    between = Paper(ONE, "T", "of May 5th", updated=dt.date(2022, 5, 5))
    known = _merged(first, last, between)
    assert known.paper.abstract == "of May 5th"
    assert known.stamps == {"abstract": dt.date(2022, 5, 5)}


def test_an_abstract_of_arxiv_beats_a_description_of_ours() -> None:
    ours = Paper(ONE, "T", "a long description of ours", abstract_by="paperradar", updated=dt.date(2022, 6, 1))
    theirs = Paper(ONE, "T", "short", updated=dt.date(2022, 5, 1))
    for merged in (_merged(ours, theirs).paper, _merged(theirs, ours).paper):
        assert (merged.abstract, merged.abstract_by) == ("short", "arxiv")


def test_an_exact_time_beats_a_bare_day() -> None:
    day, time = dt.datetime(2022, 5, 2, tzinfo=dt.UTC), dt.datetime(2022, 5, 2, 17, 1, tzinfo=dt.UTC)
    assert unite_versions([Version(1, day), Version(1), Version(1, time)]) == (Version(1, time),)
    assert unite_versions([Version(2, JUNE), Version(1, None)]) == (Version(1, None), Version(2, JUNE))


def test_the_better_basis_then_the_earlier_day() -> None:
    early, late = dt.date(2022, 5, 2), dt.date(2022, 5, 6)
    assert better_day((early, DayBasis.SUBMITTED), (late, DayBasis.ANNOUNCED)) == (late, DayBasis.ANNOUNCED)
    assert better_day((late, DayBasis.SUBMITTED), (early, DayBasis.SUBMITTED)) == (early, DayBasis.SUBMITTED)
    assert better_day((early, DayBasis.IDENTIFIER), (late, DayBasis.SUBMITTED)) == (late, DayBasis.SUBMITTED)
