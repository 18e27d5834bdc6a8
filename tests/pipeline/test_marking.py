"""Marks go from an edition's sheets into the log, and nothing of them is lost or brought back from the dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.decisions import DecisionLog, Mark
from paperradar.files import sha256_file
from paperradar.pipeline.marking import take_marks
from paperradar.pipeline.shortlisting import make_shortlist, publish_shortlist
from paperradar.publishing import WrittenFiles
from paperradar.workspace import Workspace
from tests.pipeline.builders import Placed, clock, fan, filled, paper

EDITION = "2022-05"
PICK = Mark("pick", "good", "Ann")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(5), start=1)])


def publish(workspace: Workspace) -> WrittenFiles:
    return publish_shortlist(workspace, make_shortlist(workspace, EDITION, clock=clock))


def fill(sheet: Path, identifier: str, mark: Mark, was: Mark | None = None) -> None:
    """Write into the last three cells of a row, as a person would."""
    was = was or Mark()
    before = f",{was.decision},{was.note},{was.curator}".encode()
    lines = sheet.read_bytes().split(b"\r\n")
    (place,) = [n for n, line in enumerate(lines) if b"arXiv:" + identifier.encode() in line]
    assert lines[place].endswith(before)
    lines[place] = lines[place].removesuffix(before) + f",{mark.decision},{mark.note},{mark.curator}".encode()
    sheet.write_bytes(b"\r\n".join(lines))


def marks(workspace: Workspace) -> dict[str, Mark]:
    return DecisionLog(workspace.decisions).marks(EDITION)


def test_without_any_sheet_there_is_nothing_to_take(workspace: Workspace) -> None:
    taken = take_marks(workspace, EDITION, clock=clock)
    assert (taken.sheets, taken.notes, taken.warnings) == ({}, (), ())


def test_a_filled_cell_is_in_the_log_and_in_the_next_sheet(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    made = make_shortlist(workspace, EDITION, clock=clock)
    assert made.said == ("took the marks of 1 row from 2022-05.csv into the decisions log",)
    assert marks(workspace) == {"2204.00003": PICK}
    written = publish_shortlist(workspace, made)
    assert (written.csv, written.notes) == (sheet, ())
    assert b",pick,good,Ann\r\n" in sheet.read_bytes()
    (entry,) = DecisionLog(workspace.decisions).entries()
    assert (entry.at, entry.file) == (clock(), "2022-05.csv")


def test_reading_the_same_sheet_again_changes_nothing(workspace: Workspace) -> None:
    fill(publish(workspace).csv, "2204.00003", PICK)
    publish(workspace)
    log = workspace.decisions / "2022-05.jsonl"
    before = log.read_bytes()
    assert make_shortlist(workspace, EDITION, clock=clock).said == ()
    publish(workspace)
    assert log.read_bytes() == before


def test_an_emptied_cell_clears_the_mark(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    publish(workspace)
    fill(sheet, "2204.00003", Mark(), was=PICK)
    assert make_shortlist(workspace, EDITION, clock=clock).said == (
        "cleared the marks of 1 row, emptied in 2022-05.csv",
    )
    assert marks(workspace) == {}


def test_what_somebody_else_decided_meanwhile_is_not_taken_back(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    DecisionLog(workspace.decisions).record_marks(EDITION, {"2204.00002": Mark("no", "", "Ben")}, at=clock())
    fill(sheet, "2204.00003", PICK)
    publish(workspace)
    assert marks(workspace) == {"2204.00002": Mark("no", "", "Ben"), "2204.00003": PICK}


def test_a_sheet_that_cannot_be_read_stays_and_the_new_one_goes_beside_it(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    damaged = sheet.read_bytes().replace(b"decision,", b"decided,", 1)
    sheet.write_bytes(damaged)
    made = make_shortlist(workspace, EDITION, clock=clock)
    (warning,) = made.warnings
    assert "2022-05.csv" in warning
    assert "decision is missing" in warning
    written = publish_shortlist(workspace, made)
    assert sheet.read_bytes() == damaged
    assert written.csv.name.startswith("2022-05.")
    assert written.csv != sheet
    assert marks(workspace) == {}

    # Somebody goes on in the new file, then the old one is mended: both are read, one file is left.
    fill(written.csv, "2204.00004", Mark("maybe", "", "Ben"))
    sheet.write_bytes(damaged.replace(b"decided,", b"decision,", 1))
    last = publish(workspace)
    assert last.csv == sheet
    assert not written.csv.exists()
    assert str(written.csv) in last.notes[0]
    assert marks(workspace) == {"2204.00003": PICK, "2204.00004": Mark("maybe", "", "Ben")}
    assert b",pick,good,Ann\r\n" in sheet.read_bytes()
    assert b",maybe,,Ben\r\n" in sheet.read_bytes()


def test_marks_in_the_file_beside_are_kept_while_the_first_stays_broken(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    sheet.write_bytes(sheet.read_bytes().replace(b"decision,", b"decided,", 1))
    beside = publish(workspace).csv
    fill(beside, "2204.00004", PICK)
    again = publish(workspace).csv
    assert marks(workspace) == {"2204.00004": PICK}
    assert b",pick,good,Ann\r\n" in again.read_bytes()
    assert sorted(workspace.shortlists.glob("*.csv")) == sorted([sheet, again])


def test_what_was_taken_is_named_by_the_bytes_that_were_read(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    assert take_marks(workspace, EDITION, clock=clock).sheets == {sheet: sha256_file(sheet)}


def test_a_mended_sheet_does_not_bring_old_marks_back(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    good = publish(workspace).csv.read_bytes()
    sheet.write_bytes(good.replace(b"decision,", b"decided,", 1))
    beside = publish(workspace).csv
    fill(beside, "2204.00003", Mark("no", "", "Ben"), was=PICK)
    publish(workspace)
    sheet.write_bytes(good)
    publish(workspace)
    assert marks(workspace) == {"2204.00003": Mark("no", "", "Ben")}
