"""Pool files: what is read of them, and what is not."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.papers import Paper, Version, clean_text
from paperradar.sources.titles import TitlesFile, read_titles


def written(folder: Path, text: str, name: str = "pool.csv") -> Path:
    path = folder / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def midnight(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC)


@pytest.mark.parametrize("name", ["pool.csv", "pool.csv.gz"])
def test_papers_have_identifier_title_and_day(tmp_path: Path, name: str) -> None:
    text = 'id,title,submitted\n2205.00001,"One,\n two",2022-05-01\nquant-ph/0201082,=Old,\n'
    assert read_titles(written(tmp_path, text, name)) == TitlesFile(
        (
            Paper("2205.00001", "One, two", versions=(Version(1, midnight("2022-05-01")),)),
            Paper("quant-ph/0201082", "=Old"),
        ),
        (),
    )


def test_columns_may_stand_anywhere_and_others_are_passed_over(tmp_path: Path) -> None:
    text = "\ufeffSubmitted,more,Title,ID\r\n2022-05-01,x,One,2205.00001v2\r\n\r\n"
    (paper,) = read_titles(written(tmp_path, text)).papers
    assert (paper.identifier, paper.title, paper.version) == ("2205.00001", "One", 1)


def test_the_first_row_of_a_paper_counts(tmp_path: Path) -> None:
    text = "id,title,submitted\n2205.00001,One,2022-05-01\n2205.00001v3,Another,2022-05-02\n"
    assert [paper.title for paper in read_titles(written(tmp_path, text)).papers] == ["One"]


def test_rows_that_are_none_are_set_aside_with_their_line(tmp_path: Path) -> None:
    rows = (
        "2205.1,One,2022-05-01", '2205.00002,"Two\nlines",2022-05-01', "2205.00003,,2022-05-01", "2205.00004,Four",
        "2205.00005,Five,1 May 2022", "2205.00006,Six,2022-02-30", "2205.00007,Seven,20220501",
    )  # fmt: skip
    read = read_titles(written(tmp_path, "id,title,submitted\n" + "\n".join(rows)))
    assert [paper.identifier for paper in read.papers] == ["2205.00002"]
    assert [item.place for item in read.broken] == [2, 5, 6, 7, 8, 9]
    reasons = ["2205.1", "has no title", "fewer cells", "1 May 2022", "2022-02-30", "20220501"]
    for item, reason in zip(read.broken, reasons, strict=True):
        assert reason in item.reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "column id"),
        (b"id,title\n", "column submitted"),
        (b"id,title,submitted,id\n", "twice"),
        (b'id,title,submitted\n2205.00001,"One,2022-05-01\n', "read safely"),
        (gzip.compress(b"id,title,submitted\n")[:-9], "break off"),
        (gzip.compress(b"id,title,submitted\n" * 99)[:-1] + b"\7", "damaged"),
        (b"\x1f\x8bnot gzip", "damaged"),
        (b"\x00\xff\x81\x8d", "not"),
    ],
    ids=("empty", "lacking", "twice", "open quote", "cut off", "wrong length", "no gzip", "no text"),
)
def test_files_that_are_none_are_one_line(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "pool.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=words) as caught:
        read_titles(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_titles(tmp_path / "none.csv")


TITLES = st.text(min_size=1, max_size=60).filter(lambda text: bool(clean_text(text)))
DAYS = st.one_of(st.none(), st.dates(dt.date(2022, 5, 1), dt.date(2022, 5, 31)))


@settings(deadline=None)
@given(st.lists(st.tuples(TITLES, DAYS), max_size=8))
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple]) -> None:  # type: ignore[type-arg]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "title", "submitted"])
    for number, (title, day) in enumerate(rows, start=1):
        writer.writerow([f"2205.{number:05}", title, day.isoformat() if day else ""])
    path = tmp_path_factory.getbasetemp() / "titles-round-trip.csv"
    path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode())
    read = read_titles(path)
    assert read.broken == ()
    assert [paper.identifier for paper in read.papers] == [f"2205.{n:05}" for n in range(1, len(rows) + 1)]
    for paper, (title, day) in zip(read.papers, rows, strict=True):
        assert "\ufffd" in paper.title or paper.title == clean_text(title)
        assert [version.created.date() for version in paper.versions if version.created] == ([day] if day else [])


def test_the_shared_file(shared: Path) -> None:
    read = read_titles(shared / "data" / "titles-2021-11_2022-05.csv.gz")
    assert len(read.papers) > 40_000
    assert read.broken == ()
