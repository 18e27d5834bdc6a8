"""Filled sheets on their way through curators' programs: LibreOffice itself, others as they are known to save."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from paperradar.decisions import Vote
from paperradar.pipeline.reviewing import import_sheets, review_sheet
from paperradar.workspace import Workspace
from tests.pipeline.reviewed import (
    EDITION,
    FIRST,
    FOURTH,
    ROUND,
    THIRD,
    clock,
    listed,
    log_of,
    read_cells,
    refill,
    votes,
)

FILLED = {
    FIRST: ("+1", "=HYPERLINK(\"https://a.example\"; 'x')", "Ada"),
    ROUND: ("maybe", "-2; two, “quoted” é", "Ada"),
    THIRD: ("no", "@home\twith a tab", "Zoë"),
    FOURTH: ("", "1/2", "Ada"),
}
EXPECTED = {"Ada": {FIRST: "pick", ROUND: "maybe", FOURTH: ""}, "Zoë": {THIRD: "no"}}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path / "workspace")


@pytest.fixture
def shared(workspace: Workspace) -> bytes:
    return (workspace.shortlists / f"{EDITION}.csv").read_bytes()


def check(workspace: Workspace, path: Path) -> None:
    """All votes are taken, the notes are as they were written, and the second time there is nothing new."""
    done = import_sheets(workspace, [path], clock=clock)
    assert (done.review.problems, done.review.conflicts, done.wrote) == ((), (), 4)
    assert votes(workspace) == EXPECTED
    ballots = log_of(workspace).ballots()
    assert ballots["Ada"][FIRST].note == FILLED[FIRST][1]
    assert ballots["Ada"][ROUND].note == FILLED[ROUND][1]
    assert ballots["Zoë"][THIRD].note == "@home with a tab"
    assert import_sheets(workspace, [path], clock=clock).wrote == 0


def soffice(path: Path, folder: Path, reads: str, writes: str) -> Path:
    """Open a CSV in LibreOffice and save it again. Both filters: delimiter, quote, character set."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs LibreOffice (soffice), which is not here")
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            f"csv:Text - txt - csv (StarCalc):{writes}",
            f"--infilter=CSV:{reads}",
            "--outdir",
            str(folder / "saved"),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return folder / "saved" / path.name


# 76 is UTF-8, 1 is Windows-1252. The last one has lost the prefix of its identifiers before it is opened.
@pytest.mark.parametrize(
    ("writes", "prefix"), [("44,34,76", "arXiv:"), ("59,34,1", "arXiv:"), ("9,34,76", "arXiv:"), ("59,34,76", "")]
)
def test_libreoffice(workspace: Workspace, shared: bytes, tmp_path: Path, writes: str, prefix: str) -> None:
    filled = refill(shared, tmp_path / "ada.csv", FILLED, identifiers=lambda name: f"{prefix}{name}")
    saved = soffice(filled, tmp_path, "44,34,76", writes)
    if not prefix:
        assert b"2204.2;" in saved.read_bytes()
    check(workspace, saved)


def test_an_own_sheet_through_libreoffice_is_nothing_new(workspace: Workspace, tmp_path: Path) -> None:
    said = {FIRST: (Vote.PICK, "=1+1"), ROUND: (Vote.NO, "2022-05-01"), THIRD: (None, "12 % é")}
    log_of(workspace).cast("Ada", said, at=clock())
    path = tmp_path / "ada.csv"
    path.write_bytes(review_sheet(workspace, EDITION, curator="Ada"))
    done = import_sheets(workspace, [soffice(path, tmp_path, "44,34,76", "59,34,76")], clock=clock)
    assert (done.review.changes, done.review.problems, done.review.unchanged) == ((), (), 3)


def test_google_sheets(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    # No byte order mark; it drops the apostrophe that kept a text from being computed.
    path = refill(shared, tmp_path / "Shortlist 2022-05 - Sheet1.csv", FILLED, encoding="utf-8")
    text = path.read_bytes().decode()
    path.write_bytes(
        text.replace("'=HYPER", "=HYPER").replace("'-2;", "-2;").replace("'@", "@").replace("'+1", "+1").encode()
    )
    check(workspace, path)


def test_pandas(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    # An index without a name before the columns, LF, and numbers that became floats.
    filled = read_cells(refill(shared, tmp_path / "filled.csv", FILLED).read_bytes())
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["", *filled[0]])
    for number, cells in enumerate(reversed(filled)):
        identifier = cells["identifier"].removeprefix("arXiv:")
        cells |= {"rank": f"{cells['rank']}.0", "identifier": str(float(identifier))}
        writer.writerow([number, *cells.values()])
    path = tmp_path / "from-pandas.csv"
    path.write_bytes(text.getvalue().encode())
    check(workspace, path)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("cp1252", ";"), ("utf-16", "\t"), ("utf-8-sig", ";"), ("utf-8", ",")]
)
def test_excel(workspace: Workspace, shared: bytes, tmp_path: Path, encoding: str, delimiter: str) -> None:
    # "CSV", "Unicode text" and "CSV UTF-8"; in some countries with semicolons; and columns that somebody moved.
    columns = ["curator", "title", "note", "mine", "identifier", "decision", "bundle"]
    path = refill(shared, tmp_path / "ada.csv", FILLED, columns=columns, encoding=encoding, delimiter=delimiter)
    check(workspace, path)
