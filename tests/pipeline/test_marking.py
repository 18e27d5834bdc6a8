"""Marks go from an edition's sheets into the log, and nothing of them is lost or brought back from the dead."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from paperradar.decisions import DecisionLog, Mark
from paperradar.files import sha256_file
from paperradar.pipeline.marking import keep_marks, take_marks
from paperradar.pipeline.shortlisting import Made, make_shortlist, publish_shortlist
from paperradar.publishing import WrittenFiles
from paperradar.workspace import Workspace
from tests.pipeline.builders import Placed, clock, fan, filled, paper

EDITION = "2022-05"
PICK = Mark("pick", "good", "Ann")
NO = Mark("no", "", "Ben")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(5), start=1)])


def publish(workspace: Workspace) -> WrittenFiles:
    return publish_shortlist(workspace, make_shortlist(workspace, EDITION), clock=clock)


def kept(workspace: Workspace) -> Made:
    """A shortlist whose marks are in the log, but whose files are not written yet."""
    made = make_shortlist(workspace, EDITION)
    keep_marks(workspace, EDITION, made.taken, at=clock())
    return made


def fill(sheet: Path, identifier: str, mark: Mark, was: Mark | None = None) -> None:
    """Write into the last three cells of a row, as a person would."""
    was = was or Mark()
    before = f",{was.decision},{was.note},{was.curator}".encode()
    lines = sheet.read_bytes().split(b"\r\n")
    (place,) = [n for n, line in enumerate(lines) if b"arXiv:" + identifier.encode() in line]
    assert lines[place].endswith(before)
    lines[place] = lines[place].removesuffix(before) + f",{mark.decision},{mark.note},{mark.curator}".encode()
    sheet.write_bytes(b"\r\n".join(lines))


def rewrite(sheet: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change every row's cells, the header's as well, as a spreadsheet that saves them would."""
    rows = csv.reader(io.StringIO(sheet.read_bytes().decode("utf-8-sig"), newline=""))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([change(row) for row in rows])
    sheet.write_bytes(text.getvalue().encode("utf-8-sig"))


def without_bundle(sheet: Path) -> None:
    """Delete the column, as a curator may who finds it ugly."""
    rewrite(sheet, lambda row: [*row[:-4], *row[-3:]])


def decide(workspace: Workspace, identifier: str, mark: Mark) -> None:
    """What comes into the log by another way than this sheet: another clone, a file beside."""
    DecisionLog(workspace.decisions).record_marks(EDITION, {identifier: mark}, at=clock())


def marks(workspace: Workspace) -> dict[str, Mark]:
    return DecisionLog(workspace.decisions).marks(EDITION)


def test_without_any_sheet_there_is_nothing_to_take(workspace: Workspace) -> None:
    taken = take_marks(workspace, EDITION)
    assert (taken.sheets, taken.notes, taken.warnings) == ({}, (), ())


def test_a_filled_cell_is_in_the_log_and_in_the_next_sheet(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    made = kept(workspace)
    assert made.said == ("took the marks of 1 row from 2022-05.csv into the decisions log",)
    assert marks(workspace) == {"2204.00003": PICK}
    written = publish_shortlist(workspace, made, clock=clock)
    assert (written.csv, written.notes) == (sheet, ())
    assert b",pick,good,Ann\r\n" in sheet.read_bytes()
    (entry,) = DecisionLog(workspace.decisions).entries()
    assert (entry.at, entry.file) == (clock(), "2022-05.csv")


def test_reading_the_same_sheet_again_changes_nothing(workspace: Workspace) -> None:
    fill(publish(workspace).csv, "2204.00003", PICK)
    publish(workspace)
    log = workspace.decisions / "2022-05.jsonl"
    before = log.read_bytes()
    assert kept(workspace).said == ()
    publish(workspace)
    assert log.read_bytes() == before


def test_an_emptied_cell_clears_the_mark(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    publish(workspace)
    fill(sheet, "2204.00003", Mark(), was=PICK)
    assert kept(workspace).said == (
        "cleared the marks of 1 row, emptied in 2022-05.csv",
        "2204.00003: pick (Ann) was cleared",
    )
    assert marks(workspace) == {}


def test_what_somebody_else_decided_meanwhile_is_not_taken_back(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    decide(workspace, "2204.00002", NO)
    fill(sheet, "2204.00003", PICK)
    publish(workspace)
    assert marks(workspace) == {"2204.00002": NO, "2204.00003": PICK}


def test_a_sheet_that_cannot_be_read_stays_and_the_new_one_goes_beside_it(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    damaged = sheet.read_bytes().replace(b"decision,", b"decided,", 1)
    sheet.write_bytes(damaged)
    made = kept(workspace)
    (warning,) = made.warnings
    assert "2022-05.csv" in warning
    assert "decision is missing" in warning
    written = publish_shortlist(workspace, made, clock=clock)
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
    assert take_marks(workspace, EDITION).sheets == {sheet: sha256_file(sheet)}


def test_a_mended_sheet_does_not_bring_old_marks_back(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    good = publish(workspace).csv.read_bytes()
    sheet.write_bytes(good.replace(b"decision,", b"decided,", 1))
    beside = publish(workspace).csv
    fill(beside, "2204.00003", NO, was=PICK)
    publish(workspace)
    sheet.write_bytes(good)
    publish(workspace)
    assert marks(workspace) == {"2204.00003": NO}


def test_a_stale_copy_that_is_put_back_reverts_nothing(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    copy = sheet.with_name("for Ann.csv")
    copy.write_bytes(sheet.read_bytes())
    fill(sheet, "2204.00002", NO)
    fill(sheet, "2204.00004", NO)
    publish(workspace)
    # Ben thinks again about one of the two. Ann's copy is from before and has none of his words.
    fill(sheet, "2204.00004", Mark("maybe", "", "Ben"), was=NO)
    publish(workspace)
    fill(copy, "2204.00003", PICK)
    copy.replace(sheet)
    made = kept(workspace)
    assert made.said == ("took the marks of 1 row from 2022-05.csv into the decisions log",)
    assert publish_shortlist(workspace, made, clock=clock).notes == ()
    both = {"2204.00002": NO, "2204.00003": PICK, "2204.00004": Mark("maybe", "", "Ben")}
    assert marks(workspace) == both
    assert sheet.read_bytes().count(b",no,,Ben\r\n") == sheet.read_bytes().count(b",pick,good,Ann\r\n") == 1


def test_a_sheet_that_was_saved_late_does_not_bring_an_old_word_back(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00002", NO)
    publish(workspace)
    opened = sheet.read_bytes()  # in LibreOffice, for hours
    fill(sheet, "2204.00002", Mark("maybe", "", "Ben"), was=NO)
    publish(workspace)
    sheet.write_bytes(opened)
    fill(sheet, "2204.00003", PICK)
    publish(workspace)
    assert marks(workspace) == {"2204.00002": Mark("maybe", "", "Ben"), "2204.00003": PICK}


@pytest.mark.parametrize("restored", [True, False])
def test_killed_between_sheet_and_manifest(workspace: Workspace, restored: bool) -> None:
    first = publish(workspace)
    sheet, manifest = first.csv, first.manifest.read_bytes()
    fill(sheet, "2204.00002", NO)
    fill(sheet, "2204.00003", PICK)
    publish(workspace)
    if restored:
        first.manifest.write_bytes(manifest)
    else:
        first.manifest.unlink()
    decide(workspace, "2204.00002", Mark("maybe", "", "Ben"))
    fill(sheet, "2204.00003", Mark(), was=PICK)
    assert publish(workspace).csv == sheet
    assert marks(workspace) == {"2204.00002": Mark("maybe", "", "Ben")}


def test_rows_of_two_states_in_one_sheet(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00002", NO)
    publish(workspace)
    old = sheet.read_bytes().split(b"\r\n")
    decide(workspace, "2204.00002", Mark("maybe", "", "Ben"))
    fill(sheet, "2204.00003", PICK)
    publish(workspace)
    # The row of 2 is from before, where it said no; the row of 3 is from now, and emptied.
    fill(sheet, "2204.00003", Mark(), was=PICK)
    (before,) = [line for line in old if b"arXiv:2204.00002" in line]
    sheet.write_bytes(
        b"\r\n".join(before if b"arXiv:2204.00002" in line else line for line in sheet.read_bytes().split(b"\r\n"))
    )
    made = kept(workspace)
    assert made.said == (
        "cleared the marks of 1 row, emptied in 2022-05.csv",
        "2204.00003: pick (Ann) was cleared",
    )
    assert marks(workspace) == {"2204.00002": Mark("maybe", "", "Ben")}


@pytest.mark.parametrize("lost", ["column", "bundle", "damaged"])
def test_where_the_bundle_is_not_known_cells_fill_and_do_not_clear(workspace: Workspace, lost: str) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00002", NO)
    fill(sheet, "2204.00003", PICK)
    written = publish(workspace)
    fill(sheet, "2204.00002", Mark(), was=NO)
    fill(sheet, "2204.00003", Mark("maybe", "good", "Ann"), was=PICK)
    fill(sheet, "2204.00004", PICK)
    if lost == "column":
        without_bundle(sheet)
    elif lost == "bundle":
        written.bundle.unlink()
    else:
        written.bundle.write_bytes(b"rubbish")
    made = kept(workspace)
    assert made.warnings == ()
    assert made.said == (
        "took the marks of 2 rows from 2022-05.csv into the decisions log",
        "2204.00003: pick (Ann) became maybe (Ann)",
        "kept marks whose cells are empty in 2022-05.csv, since these rows name no bundle that is there: 2204.00002",
    )
    assert marks(workspace) == {"2204.00002": NO, "2204.00003": Mark("maybe", "good", "Ann"), "2204.00004": PICK}
    publish_shortlist(workspace, made, clock=clock)
    assert kept(workspace).said == ()


def test_a_mark_that_takes_anothers_place_is_told(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    copy = sheet.read_bytes()
    fill(sheet, "2204.00002", NO)
    publish(workspace)
    sheet.write_bytes(copy)
    fill(sheet, "2204.00002", PICK)
    fill(sheet, "2204.00003", PICK)
    assert kept(workspace).said == (
        "took the marks of 2 rows from 2022-05.csv into the decisions log",
        "2204.00002: no (Ben) became pick (Ann)",
    )
    publish(workspace)
    fill(sheet, "2204.00002", Mark("pick", "better", "Ann"), was=PICK)
    fill(sheet, "2204.00003", Mark("", "good", "Ann"), was=PICK)
    assert sorted(kept(workspace).said)[:2] == [
        "2204.00002: the note of pick (Ann) was changed",
        "2204.00003: pick (Ann) became no decision (Ann)",
    ]


def test_many_changes_are_told_by_five_and_a_number(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(6), start=1)])
    numbers = [f"2204.{n:05}" for n in range(1, 7)]
    sheet = publish(workspace).csv
    for number in numbers:
        fill(sheet, number, Mark("no", "", "Ben"))
    publish(workspace)
    for number in numbers:
        fill(sheet, number, Mark("x" * 100, "", "Ann\u202e"), was=NO)
    said = take_marks(workspace, EDITION).notes
    assert len(said) == 7
    assert said[1].endswith(f": no (Ben) became {'x' * 39}… (Ann)")
    assert said[-1] == "and 1 more that were marked before"


def test_a_sheet_that_the_system_refuses_is_a_warning(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    sheet.unlink()
    sheet.mkdir()
    made = kept(workspace)
    assert made.warnings == (f"marks were not read: {sheet}: cannot be read: Is a directory",)
    assert made.taken.sheets == {}
    written = publish_shortlist(workspace, made, clock=clock)
    assert written.csv != sheet
    assert "left as it is" in written.notes[0]
    assert sheet.is_dir()


def test_a_list_that_is_not_published_keeps_nothing_and_shows_what_the_sheet_says(workspace: Workspace) -> None:
    sheet = publish(workspace).csv
    fill(sheet, "2204.00003", PICK)
    made = make_shortlist(workspace, EDITION)
    assert [row["decision"] for row in made.bundle["rows"] if row["identifier"] == "2204.00003"] == ["pick"]
    assert marks(workspace) == {}
    # Had it been kept without a new sheet, taking the mark back would look like an untouched cell.
    fill(sheet, "2204.00003", Mark(), was=PICK)
    publish(workspace)
    assert marks(workspace) == {}


def test_a_lost_log_gets_its_marks_back_from_the_sheet(workspace: Workspace) -> None:
    fill(publish(workspace).csv, "2204.00003", PICK)
    sheet = publish(workspace).csv
    (workspace.decisions / f"{EDITION}.jsonl").unlink()
    made = make_shortlist(workspace, EDITION)
    assert any("had lost marks that 2022-05.csv still has" in text and "2204.00003" in text for text in made.said)
    publish(workspace)
    assert marks(workspace) == {"2204.00003": PICK}
    assert b",pick,good,Ann\r\n" in sheet.read_bytes()
