"""The sheet's way through a real spreadsheet: LibreOffice opens it and saves it again."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from paperradar.cells import unguard
from paperradar.decisions import Mark
from paperradar.publishing import bundle_id, render
from tests.publishing.builders import bundle, full_row, paper, row

TITLES = (
    "=1+1",
    "+49 ways",
    "-1",
    "@home",
    "1e5",
    "2204.10",
    "3-4",
    'says "so", twice',
    "Ünï çødé 日本語 $\\alpha$",
    "TRUE",
)


def test_identifiers_titles_and_scores_survive_libreoffice(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("needs LibreOffice (soffice), which is not here")
    rows = [row(rank, paper(f"2204.{rank:04}0", title)) for rank, title in enumerate(TITLES, start=1)]
    made = bundle([*rows, full_row(len(rows) + 1)], {"2204.00010": Mark("pick", "-1 for the title", "Ann")})
    sheet = tmp_path / "2022-05.csv"
    sheet.write_bytes(render(made, "csv"))
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "--infilter=CSV:44,34,76",
            "--outdir",
            str(tmp_path / "saved"),
            str(sheet),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    text = (tmp_path / "saved" / "2022-05.csv").read_bytes().decode("utf-8-sig")
    saved = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [cells["identifier"] for cells in saved] == [f"arXiv:{row['identifier']}" for row in made["rows"]]
    assert [int(cells["score"]) for cells in saved] == [row["score"] for row in made["rows"]]
    assert [cells["date"] for cells in saved] == [row["date"] for row in made["rows"]]
    titles = [unguard(cells["title"]) for cells in saved]
    expected = [row["title"] for row in made["rows"]]
    # A title that is nothing but a number is a number to every spreadsheet; the identifier is what names the row.
    numbers = {"1e5", "2204.10", "TRUE", "3-4"}
    assert [title for title, wanted in zip(titles, expected, strict=True) if wanted not in numbers] == [
        wanted for wanted in expected if wanted not in numbers
    ]
    assert {cells["bundle"] for cells in saved} == {f"sha256:{bundle_id(made)}"}
    assert saved[0]["decision"] == "pick"
    assert unguard(saved[0]["note"]) == "-1 for the title"
    assert saved[-1]["abstract"] == made["rows"][-1]["abstract"]
