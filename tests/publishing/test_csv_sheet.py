"""The sheet: bytes as spreadsheets want them, no formulas, and every column documented."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from paperradar.cells import BUNDLE_COLUMN, MARK_COLUMNS, bundle_in, unguard
from paperradar.decisions import Mark
from paperradar.papers import clean_text
from paperradar.publishing import Bundle, bundle_id, render
from paperradar.publishing.csv_sheet import columns
from paperradar.ranking import COMPONENTS
from tests.publishing.builders import bundle, full_row, many, paper, row


def sheet(made: Bundle) -> list[dict[str, str]]:
    data = render(made, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_bytes() -> None:
    data = render(many(3), "csv")
    assert data.count(b"\r\n") == data.count(b"\n") == 4
    assert data.startswith(b"\xef\xbb\xbfrank,identifier,title,")


def test_a_full_row() -> None:
    (cells,) = sheet(bundle([full_row()], {"2204.10628": Mark("pick", "-1 for the title", "Ann")}))
    assert cells == cells | {
        "rank": "1",
        "identifier": "arXiv:2204.10628",
        "title": "'=SUM of “everything”, with TeX $O(n^2)$",
        "lanes": "information-retrieval; wildcard",
        "score": "340",
        "score_description": "310",
        "score_excluded": "-60",
        "topic": "diffusion",
        "date": "2022-04-20",
        "date_basis": "submitted",
        "submitted": "2022-04-19",
        "categories": "cs.IR; cs.CL",
        "abs_url": "https://arxiv.org/abs/2204.10628",
        "html_url": "https://ar5iv.labs.arxiv.org/html/2204.10628",
        "code_links": "https://github.com/a/b",
        "story": "arXiv:2204.10999",
        "featured_before": "entry 4 of 2022-03 (zeta-alpha); mentioned in 2022-04 (own)",
        "lifted_by": "wildcard",
        "resurfaced": "accepted at a conference",
        "abstract_by": "arxiv",
        "decision": "pick",
        "note": "'-1 for the title",
        "curator": "Ann",
    }
    assert cells["authors"].count("; ") == 11


def test_components_sum_to_the_score() -> None:
    for cells in sheet(bundle([full_row(), *(row(rank) for rank in range(2, 40))])):
        parts = [int(value) for name, value in cells.items() if name.startswith("score_")]
        assert len(parts) == len(COMPONENTS)
        assert sum(parts) == int(cells["score"])


def test_bundle_and_marks_stand_last() -> None:
    assert tuple(column.name for column in columns(many(1)))[-4:] == (BUNDLE_COLUMN, *MARK_COLUMNS)


def test_every_row_names_the_bundle() -> None:
    made = many(3)
    assert {cells["bundle"] for cells in sheet(made)} == {f"sha256:{bundle_id(made)}"}
    assert {bundle_in(cells["bundle"]) for cells in sheet(made)} == {bundle_id(made)}


@given(st.text(), st.text(max_size=5))
def test_any_title_and_note_come_back(title: str, start: str) -> None:
    of = paper("2204.00001", start + title)
    (cells,) = sheet(bundle([row(1, of)], {"2204.00001": Mark("maybe", title)}))
    assert unguard(cells["title"]) == clean_text(start + title)
    assert unguard(cells["note"]) == clean_text(title)
    assert not cells["title"].startswith(("=", "+", "-", "@"))


def test_the_documentation_names_every_column_in_order(root: Path) -> None:
    text = (root / "docs" / "csv.md").read_text(encoding="utf-8")
    section = text.partition("## Columns")[2].partition("\n## ")[0]
    documented = re.findall(r"^\| `(\w+)` \| \S.+ \|$", section, re.MULTILINE)
    assert documented == [column.name for column in columns(many(1))]
