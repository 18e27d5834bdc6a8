"""Tables as spreadsheets save them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.spreadsheets import cell_text, read_sheet

EXPECTED = ("identifier", "decision", "note")
ROWS = [
    ["identifier", "title", "decision", "note"],
    ["arXiv:2204.10628", "Ünïcode", "pick", 'said "yes", or; no'],
    ["", "", "", ""],
    ["arXiv:2204.00598", "Other", "", "two\nlines"],
]


def as_csv(rows: list[list[str]], delimiter: str = ",", ends: str = "\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_way_to_save_reads_the_same(tmp_path: Path, encoding: str, delimiter: str, ends: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(as_csv(ROWS, delimiter, ends).encode(encoding))
    sheet = read_sheet(path, EXPECTED)
    assert sheet.columns == ("identifier", "title", "decision", "note")
    assert [row.cells["identifier"] for row in sheet.rows] == ["arXiv:2204.10628", "arXiv:2204.00598"]
    assert [row.line for row in sheet.rows] == [2, 4]
    assert sheet.rows[0].cells["title"] == "Ünïcode"
    assert sheet.rows[0].cells["note"] == 'said "yes", or; no'
    assert cell_text(sheet.rows[1].cells["note"]) == "two\nlines"


def test_excels_separator_line_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("sep=;\nIdentifier;Decision\n2204.10628;yes, please\n", encoding="utf-8-sig")
    (row,) = read_sheet(path, EXPECTED).rows
    assert (row.line, dict(row.cells)) == (3, {"identifier": "2204.10628", "decision": "yes, please"})


def test_short_long_and_cut_rows_are_told(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("identifier,decision\nshort\nlong,a,,b\nfull,a,,\ncut", encoding="utf-8")
    short, long, full, cut = read_sheet(path, EXPECTED).rows
    assert (short.cells["decision"], short.too_long, short.cut_off) == ("", False, False)
    assert (long.too_long, full.too_long) == (True, False)
    assert (full.cut_off, cut.cut_off) == (False, True)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'identifier,note\n1,"never closed\n2,x\n', "safely"),
        (b"identifier,Note,note\n1,a,b\n", "twice"),
        (b"identifier,note\n1,\x81\n", "UTF-8"),
        (b"\xff\xfei", "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, data: bytes, word: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=word) as caught:
        read_sheet(path, EXPECTED)
    assert str(path) in str(caught.value)


def test_a_missing_file_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: No such file"):
        read_sheet(tmp_path / "nowhere.csv", EXPECTED)
    (tmp_path / "empty.csv").write_bytes(b"")
    assert read_sheet(tmp_path / "empty.csv", EXPECTED).columns == ()


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.sampled_from(",;\t|"))
def test_a_table_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], sep: str) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(as_csv([["identifier", "note"], *map(list, rows)], sep).encode("utf-8-sig"))
    read = [(row.cells["identifier"], row.cells["note"]) for row in read_sheet(path, EXPECTED).rows]
    assert read == [row for row in rows if any(cell.strip() for cell in row)]


@pytest.mark.parametrize("begin", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_named_as_one(tmp_path: Path, begin: bytes) -> None:
    path = tmp_path / "ben.xlsx"
    path.write_bytes(begin + b"anything")
    with pytest.raises(InputError, match="is a workbook, not a CSV; save it as CSV"):
        read_sheet(path, EXPECTED)
