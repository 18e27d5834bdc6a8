"""Files of numbers about papers: two shapes, blank cells, and rows that cannot be used."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.sources.signals import Columns, SignalsFile, SignalValue, read_signals, signal_name

DAY = dt.date(2022, 5, 4)


def read(folder: Path, text: str, columns: Columns | None = None, name: str = "votes.csv") -> SignalsFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_signals(path, columns)


def test_one_number_a_row(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "identifier,name,value,day\n2205.00001,Likes,3,2022-05-04\narXiv:2205.00002v2,,.5,2022-05-04\n"
        "2205.00003,likes,,2022-05-04\n",
    )
    assert found.values == (
        SignalValue("likes", "2205.00001", DAY, 3.0),
        SignalValue("votes", "2205.00002", DAY, 0.5),  # the file's name
    )
    assert (found.blank, found.set_aside) == (1, ())


def test_several_columns_of_numbers(tmp_path: Path) -> None:
    text = "post_date,arxiv_id,Retweets,favorites\n2022-05-04,2205.00001,1719,194\n2022-05-04,2205.00002,,0\n"
    columns = Columns(day="POST_DATE", values=("retweets", "favorites"), days_later=1)
    next_day = DAY + dt.timedelta(days=1)
    found = read(tmp_path, text, columns)
    assert [(item.name, item.identifier, item.value) for item in found.values] == [
        ("retweets", "2205.00001", 1719.0),
        ("favorites", "2205.00001", 194.0),
        ("favorites", "2205.00002", 0.0),  # a zero is a number, a blank is none
    ]
    assert {item.day for item in found.values} == {next_day}
    assert found.blank == 1
    named = read(tmp_path, text, Columns(day="post_date", values=("retweets",), name="Shared"))
    assert {item.name for item in named.values} == {"shared"}


def test_the_last_of_several_counts(tmp_path: Path) -> None:
    found = read(tmp_path, "id;value;date\n2205.00001;1;2022-05-04\n2205.00001;2;2022-05-04\n")
    assert found.values == (SignalValue("votes", "2205.00001", DAY, 2.0),)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2205.1,3,2022-05-04", "not an arXiv identifier"),
        ("2205.00001,3,yesterday", "not a day"),
        ("2205.00001,3,2022-02-30", "not a day"),
        ("2205.00001,3,20220504", "not a day"),
        ("2205.00001,many,2022-05-04", "not a number"),
        ('2205.00001,"1,719",2022-05-04', "not a number"),
        ("2205.00001,nan,2022-05-04", "not a number"),
        ("2205.00001,inf,2022-05-04", "not a number"),
        ("2205.00001,1e999,2022-05-04", "not a number"),
        ("2205.00001,3,2022-05-04,9", "more cells"),
        ("2205.00001", "breaks off"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    found = read(tmp_path, f"id,value,day\n2205.00009,1,2022-05-04\n{row}")
    assert len(found.values) == 1
    (bad,) = found.set_aside
    assert bad.line == 3
    assert reason in bad.reason


def test_a_row_counts_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    found = read(tmp_path, "id,day,a,b\n2205.00001,2022-05-04,1,x\n", Columns(values=("a", "b")))
    assert found.values == ()
    assert len(found.set_aside) == 1


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("a,b\n1,2\n", Columns(), r"identifier or arxiv_id or id is missing.*--identifier-column"),
        ("id,value,post_date\n", Columns(), r"day or date is missing.*post_date.*--day-column"),
        ("id,day,retweets\n", Columns(), r"column value is missing.*--value-column"),
        ("id,day,value\n", Columns(values=("retweets",)), r"column retweets is missing; its first line holds id, day"),
        ("id,day,value\n", Columns(day="when"), r"column when is missing"),
        ("", Columns(), r"holds nothing"),
        ("id,day,value,value\n", Columns(), r"value is there twice"),
        ("id,day,value\n", Columns(name="x" * 41), r"no name for a signal"),
    ],
)
def test_a_file_without_the_columns_is_refused(tmp_path: Path, text: str, columns: Columns, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, text, columns)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_signals(tmp_path / "nowhere.csv")


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 99_999).map("2205.{:05}".format), st.dates(dt.date(1991, 1, 1), dt.date(2099, 1, 1))),
        st.floats(allow_nan=False, allow_infinity=False),
        max_size=6,
    )
)
def test_what_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, values: dict[tuple[str, dt.date], float]
) -> None:
    rows = "".join(f"{identifier},{value!r},{day}\n" for (identifier, day), value in values.items())
    found = read(tmp_path_factory.mktemp("signals"), "identifier,value,day\n" + rows)
    assert {(item.identifier, item.day): item.value for item in found.values} == values
    assert found.set_aside == ()


@given(st.text())
def test_a_name_is_short_and_stays_as_it_is(text: str) -> None:
    try:
        name = signal_name(text)
    except InputError:
        return
    assert 1 <= len(name) <= 40
    assert signal_name(name) == name
