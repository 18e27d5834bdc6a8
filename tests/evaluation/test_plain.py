"""A measured edition goes to JSON and comes back the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.evaluation import METHOD, FoundPick, Judged, MeasuredEdition
from paperradar.evaluation.plain import measured_bytes, read_measured

names = st.sampled_from(["2204.00001", "2204.00002", "hep-th/9901001"])
numbers = st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | st.text(max_size=8)
orders = st.lists(names | st.lists(names, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple)
judged = st.builds(Judged, present=st.lists(names).map(tuple), outside=st.lists(names).map(tuple))
days = st.dates()


def by_name(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from([METHOD, "newest", "known"]), values, max_size=3)


found = st.builds(
    FoundPick,
    identifier=names,
    title=st.text(max_size=12),
    mention=st.booleans(),
    rank=st.none() | st.integers(1, 20_000),
    row=names,
    components=by_name(st.integers(-(10**6), 10**6)),
    why=st.text(max_size=12),
)
measured = st.builds(
    MeasuredEdition,
    edition=st.text(max_size=8),
    first=days,
    last=days,
    as_of=days,
    candidates=st.integers(0, 10**6),
    entries=judged,
    mentions=judged,
    runs=by_name(orders),
    settings=by_name(by_name(plain)),
    seconds=by_name(numbers),
    found=st.lists(found, max_size=2).map(tuple),
    typical=by_name(numbers),
    learnt=by_name(plain),
)
ONE = MeasuredEdition(
    "2022-05",
    dt.date(2022, 3, 25),
    dt.date(2022, 5, 5),
    dt.date(2022, 5, 5),
    2,
    Judged(("2204.00001",), ()),
    Judged((), ()),
    {METHOD: (("2204.00001", "2204.00002"),), "newest": ("2204.00001", "2204.00002")},
)


@given(measured)
def test_there_and_back(item: MeasuredEdition) -> None:
    again = read_measured(measured_bytes(item))
    assert again == item
    # The order of names is that of tables and pages, and equality of mappings does not see it.
    assert repr(again) == repr(item)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        measured_bytes(ONE)[:-20],
        measured_bytes(ONE).replace(b'"candidates":2', b'"candidates":"2"'),
        measured_bytes(ONE).replace(b"2022-03-25", b"2022-13-25"),
        measured_bytes(ONE).replace(b'"runs":{', b'"runs":{"topics":[1],'),
        measured_bytes(ONE).replace(b'"entries":{', b'"entries":null,"was":{'),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    assert read_measured(measured_bytes(ONE)) == ONE
    with pytest.raises(InputError, match="not a measured edition"):
        read_measured(data)
