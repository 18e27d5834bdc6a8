"""Review sheets: whose columns are whose, what is left out, and every column documented."""

from __future__ import annotations

import re
from pathlib import Path

from paperradar.cells import BALLOT_COLUMN, BUNDLE_COLUMN, MARK_COLUMNS, ballot_in, bundle_cell
from paperradar.publishing import bundle_id
from paperradar.publishing.csv_sheet import columns
from paperradar.publishing.review_sheet import CuratorCells, ReviewRow, column_names, merged_sheet, own_sheet
from tests.pipeline.reviewed import read_cells
from tests.publishing.builders import bundle, full_row

LIST = bundle([full_row()])
ENTRY = "0123456789abcdef" * 2
SAID = {"Ann": CuratorCells("pick", "@good", ENTRY), "": CuratorCells("no")}
ROWS = [
    ReviewRow("2204.10628", "A title", ("A B",), "", LIST["rows"][0], 1, "top10 2", SAID),
    ReviewRow("page:0123456789ab", "=A post", ("C", "D"), "https://a.example/", None),
]


def test_the_merged_sheet() -> None:
    listed = [column.name for column in columns(LIST)]
    first, page = read_cells(merged_sheet(LIST, ROWS, ["Ann", ""]))
    extra = ["approvals", "place", "vote_Ann", "note_Ann", "vote_unnamed", "note_unnamed"]
    assert list(first) == [*listed, *extra]
    assert [first[name] for name in extra] == ["1", "top10 2", "pick", "'@good", "no", ""]
    filled = {name: text for name, text in page.items() if text}
    assert filled == {
        "identifier": "page:0123456789ab",
        "title": "'=A post",
        "authors": "C; D",
        "abs_url": "https://a.example/",
        "bundle": bundle_cell(bundle_id(LIST)),
        "approvals": "0",
    }


def test_an_own_sheet() -> None:
    first, page = read_cells(own_sheet(LIST, ROWS, "Ann"))
    assert list(first)[-5:] == [BUNDLE_COLUMN, BALLOT_COLUMN, *MARK_COLUMNS]
    assert list(first.values())[-4:] == [f"log:{ENTRY}", "pick", "'@good", "Ann"]
    assert (ballot_in(first["ballot"]), ballot_in(page["ballot"])) == (ENTRY, "")
    assert list(page.values())[-4:] == ["log:none", "", "", "Ann"]


def test_blind_sheets_name_no_author() -> None:
    for data in (merged_sheet(LIST, ROWS, ["Ann"], blind=True), own_sheet(LIST, ROWS, "Ann", blind=True)):
        assert {cells["authors"] for cells in read_cells(data)} == {""}


def test_each_curator_has_columns_of_their_own() -> None:
    names = column_names(["Ann Lee", "ann-lee", "=cmd()", "Zoë", "", "?"])
    assert list(names.values()) == ["Ann_Lee", "ann_lee_2", "cmd", "Zoë", "unnamed", "unnamed_2"]


def test_the_documentation_names_the_columns(root: Path) -> None:
    text = (root / "docs" / "csv.md").read_text(encoding="utf-8")
    section = text.partition("## Sheets for reviewing")[2].partition("\n## ")[0]
    documented = re.findall(r"^\| `(\w+)` \| \S.+ \|$", section, re.MULTILINE)
    listed = {column.name for column in columns(LIST)}
    merged, own = (
        list(read_cells(data)[0]) for data in (merged_sheet(LIST, ROWS, ["NAME"]), own_sheet(LIST, ROWS, ""))
    )
    added = [name for name in (*merged, *own) if name not in listed]
    assert documented == added
