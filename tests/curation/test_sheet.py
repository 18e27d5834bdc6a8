"""Curators' marks, back from whatever saved the sheet, into the log."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.cells import cell
from paperradar.curation import Harvest, SheetMarks, harvest, read_marks
from paperradar.decisions import DecisionLog, Mark
from paperradar.errors import InputError
from tests.decisions.builders import EDITION, at, mark

ONE, TWO, THREE = "2204.10628", "2204.00598", "2204.03458"
COLUMNS = ("rank", "identifier", "title", "bundle", "decision", "note", "curator")
BUNDLE, OTHER = "0123456789ab", "ba9876543210"


def write(
    path: Path,
    marks: dict[str, Mark],
    *,
    bundle: str = "",
    columns: tuple[str, ...] = COLUMNS,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    ends: str = "\r\n",
) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, columns, extrasaction="ignore", delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL
    )
    writer.writeheader()
    for rank, (identifier, item) in enumerate(marks.items(), start=1):
        cells = {"decision": cell(item.decision), "note": cell(item.note), "curator": cell(item.curator)}
        cells["bundle"] = bundle and f"sha256:{bundle}"
        writer.writerow({"rank": rank, "identifier": f"arXiv:{identifier}", "title": "'=A, title; of é", **cells})
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "2022-05.csv"


@pytest.fixture
def log(tmp_path: Path) -> DecisionLog:
    return DecisionLog(tmp_path / "decisions")


def take(log: DecisionLog, path: Path, previous: dict[str, Mark] | None = None, minute: int = 0) -> Harvest:
    """``previous``: what BUNDLE was written with; without it no bundle is there."""
    written = {} if previous is None else {BUNDLE: previous}
    return keep(log, read_marks(path, edition=EDITION), written, minute)


def keep(log: DecisionLog, marks: SheetMarks, written: dict[str, dict[str, Mark]], minute: int) -> Harvest:
    """Harvest, and write down what was found, as a shortlist does."""
    done = harvest(marks, log.marks(EDITION), log.heard_of(EDITION), written)
    log.record_marks(EDITION, done.wanted, at=at(minute), file="2022-05.csv")
    return done


def lines(path: Path, *rows: str) -> Path:
    """A sheet of rows of identifier, bundle, decision, note, curator."""
    path.write_text("\n".join(("identifier,bundle,decision,note,curator", *rows, "")), encoding="utf-8")
    return path


MARKS = {ONE: Mark("pick", "=strong; really", "Ada"), TWO: Mark(), THREE: Mark("", "@see é", "")}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_program_that_saves_a_sheet(sheet: Path, delimiter: str, encoding: str) -> None:
    for ends in ("\n", "\r\n"):
        write(sheet, MARKS, delimiter=delimiter, encoding=encoding, ends=ends)
        assert read_marks(sheet, edition=EDITION) == SheetMarks(EDITION, MARKS)


def test_columns_moved_and_added(sheet: Path) -> None:
    write(sheet, MARKS, columns=("curator", "my own", "note", "identifier", "decision"))
    assert read_marks(sheet, edition=EDITION).marks == MARKS


@pytest.mark.parametrize("identifier", ["2204.10628", "'2204.10628", "arXiv:2204.10628v2", " arxiv:2204.10628 "])
def test_ways_to_write_an_identifier(sheet: Path, identifier: str) -> None:
    sheet.write_text(f"identifier,decision,note,curator\n{identifier},yes,,\n", encoding="utf-8")
    assert read_marks(sheet, edition=EDITION).marks == {ONE: Mark("yes")}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("identifier,decision,note\n", "curator is missing"),
        ("title,decision,note,curator\n", "identifier is missing"),
        ("identifier,decision,decision,note,curator\n", "decision is there twice"),
        ("identifier,decision,note,curator\n2204.1063,yes,,\n", ":2: the row is marked, but .*digits"),
        ("identifier,decision,note,curator\n,,a note,\n", ":2: the row is marked"),
        ("identifier,decision,note,curator\n2204.10628,yes,good, very,Ada\n", ":2: .*more cells"),
        ("identifier,decision,note,curator\n2204.10628,yes,,\n2204.10628,no,,\n", ":3: .*twice"),
        ("identifier,decision,note,curator\n2204.10628,yes,,\n2204.00598,y", ":3: the file breaks off"),
        ('identifier,decision,note,curator\n2204.10628,yes,"broken', "safely"),
        ("edition,identifier,decision,note,curator\n2022-03,2204.10628,yes,,\n", "edition 2022-03"),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(sheet: Path, text: str, word: str) -> None:
    sheet.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=word) as caught:
        read_marks(sheet, edition=EDITION)
    assert str(sheet) in str(caught.value)


def test_the_edition_in_the_files_name(tmp_path: Path) -> None:
    for name in ("2022-05.csv", "shortlist-2022-05 (2).csv", "copy of 2022-05 made 2022-04-30.csv", "sheet.csv"):
        assert read_marks(write(tmp_path / name, MARKS), edition=EDITION).marks == MARKS
    for name in ("2022-03.csv", "Shortlist 2022-03 ada.csv"):
        with pytest.raises(InputError, match="2022-03"):
            read_marks(write(tmp_path / name, MARKS), edition=EDITION)


def test_a_damaged_identifier_on_a_row_without_marks_is_no_matter(sheet: Path) -> None:
    sheet.write_text("identifier,decision,note,curator\n2204.1063,,,\nlegend\n2204.10628,yes,,\n", encoding="utf-8")
    assert read_marks(sheet, edition=EDITION).marks == {ONE: Mark("yes")}


def test_a_copied_row_says_it_once(sheet: Path) -> None:
    sheet.write_text("identifier,decision,note,curator\n2204.10628,,,\n2204.10628,yes,,\n2204.10628,,,\n", "utf-8")
    assert read_marks(sheet, edition=EDITION).marks == {ONE: Mark("yes")}


def test_new_changed_and_cleared(sheet: Path, log: DecisionLog) -> None:
    done = take(log, write(sheet, MARKS, bundle=BUNDLE))
    assert (done.marked, done.cleared) == ({ONE: MARKS[ONE], THREE: MARKS[THREE]}, ())
    assert log.marks(EDITION) == {ONE: MARKS[ONE], THREE: MARKS[THREE]}
    assert {entry.file for entry in log.entries()} == {"2022-05.csv"}
    written = log.marks(EDITION)
    assert take(log, sheet, written) == Harvest({})

    edited = {ONE: Mark(), TWO: mark("no"), THREE: MARKS[THREE]}
    done = take(log, write(sheet, edited, bundle=BUNDLE), written, minute=1)
    assert done == Harvest({ONE: Mark(), TWO: mark("no")}, before={ONE: MARKS[ONE]})
    assert log.marks(EDITION) == {TWO: mark("no"), THREE: MARKS[THREE]}


def test_the_same_sheet_twice_adds_nothing(sheet: Path, log: DecisionLog) -> None:
    write(sheet, MARKS)
    take(log, sheet)
    before = (log.folder / "2022-05.jsonl").read_bytes()
    assert take(log, sheet, minute=9) == Harvest({})
    assert (log.folder / "2022-05.jsonl").read_bytes() == before


def test_empty_cells_that_were_never_filled_clear_nothing(sheet: Path, log: DecisionLog) -> None:
    log.record_marks(EDITION, {ONE: mark()}, at=at(0))
    assert take(log, write(sheet, {ONE: Mark()}, bundle=BUNDLE), {}) == Harvest({})
    assert log.marks(EDITION) == {ONE: mark()}


def test_a_row_that_is_gone_clears_nothing(sheet: Path, log: DecisionLog) -> None:
    log.record_marks(EDITION, {ONE: mark(), TWO: mark()}, at=at(0))
    take(log, write(sheet, {ONE: mark()}, bundle=BUNDLE), log.marks(EDITION))
    assert set(log.marks(EDITION)) == {ONE, TWO}


def test_what_another_curator_changed_meanwhile_stands(sheet: Path, log: DecisionLog) -> None:
    written = {ONE: Mark("yes", "first note", "Ada"), TWO: mark("yes")}
    log.record_marks(EDITION, written, at=at(0))
    log.record_marks(EDITION, {ONE: Mark("no", "first note", "Bob"), TWO: mark("no")}, at=at(1))
    # Only the note of one row was touched in this sheet.
    edited = {ONE: Mark("yes", "second note", "Ada"), TWO: mark("yes")}
    done = take(log, write(sheet, edited, bundle=BUNDLE), written, minute=2)
    assert done.marked == {ONE: Mark("no", "second note", "Bob")}
    assert done.before == {ONE: Mark("no", "first note", "Bob")}
    assert log.marks(EDITION) == {ONE: Mark("no", "second note", "Bob"), TWO: mark("no")}


def test_a_note_of_many_lines_is_not_changed_by_being_shown(sheet: Path, log: DecisionLog) -> None:
    log.record_marks(EDITION, {ONE: Mark("yes", "one\ntwo  three\n" + "long " * 9000)}, at=at(0))
    before = log.marks(EDITION)
    assert take(log, write(sheet, before, bundle=BUNDLE), before) == Harvest({})
    assert log.marks(EDITION) == before


@pytest.mark.parametrize(
    "bundle",
    [f"sha256:{BUNDLE}", f" SHA256:{BUNDLE.upper()} ", "", BUNDLE, "sha256:0123456789", f"sha256:{BUNDLE}0", "../x"],
)
def test_what_names_a_bundle(sheet: Path, bundle: str) -> None:
    said = read_marks(lines(sheet, f"{ONE},{bundle},yes,,"), edition=EDITION)
    assert said.marks == {ONE: Mark("yes")}
    assert said.named == ({BUNDLE} if bundle.strip().casefold() == f"sha256:{BUNDLE}" else set())


def test_each_row_is_held_against_the_bundle_that_it_names(sheet: Path, log: DecisionLog) -> None:
    known = {ONE: mark("no"), TWO: mark("no"), THREE: mark("no")}
    log.record_marks(EDITION, known, at=at(0))
    # All three rows read "yes". Only in the first one it was there when the row was written, and so says nothing.
    marks = read_marks(
        lines(
            sheet,
            f"{ONE},sha256:{BUNDLE},yes,,ada",
            f"{TWO},sha256:{OTHER},yes,,ada",
            f"{THREE},sha256:ffffffffffff,yes,,ada",
        ),
        edition=EDITION,
    )
    assert marks.named == {BUNDLE, OTHER, "f" * 12}
    written = {BUNDLE: {ONE: mark(), TWO: mark()}, OTHER: {ONE: mark()}}
    done = keep(log, marks, written, 1)
    assert done == Harvest({TWO: mark(), THREE: mark()}, before={TWO: mark("no"), THREE: mark("no")})


def test_rows_that_say_the_same_may_come_from_two_bundles(sheet: Path, log: DecisionLog) -> None:
    written = {BUNDLE: {ONE: mark(), TWO: mark()}, OTHER: {}}
    log.record_marks(EDITION, {ONE: mark(), TWO: mark()}, at=at(0))
    first, second = f"{ONE},sha256:{BUNDLE},,,", f"{ONE},sha256:{OTHER},,,"
    # Cleared in one sheet, never filled in the other; and a filled row says more than its empty copy.
    for minute, rows in enumerate(((first, second), (second, first)), start=1):
        log.record_marks(EDITION, {ONE: mark()}, at=at(minute))
        path = lines(sheet, *rows, f"{TWO},sha256:{BUNDLE},,,", f"{TWO},sha256:{OTHER},yes,,ada")
        done = keep(log, read_marks(path, edition=EDITION), written, 9)
        assert done == Harvest({ONE: Mark()}, before={ONE: mark()})


@pytest.mark.parametrize("bundle", [OTHER, ""])
def test_without_its_bundle_a_row_fills_but_never_clears(sheet: Path, log: DecisionLog, bundle: str) -> None:
    log.record_marks(EDITION, {ONE: mark(), TWO: mark()}, at=at(0))
    before = log.marks(EDITION)
    rows = {ONE: Mark(), TWO: Mark("no", "", "bob"), THREE: mark()}
    done = take(log, write(sheet, rows, bundle=bundle), before, minute=1)
    assert done == Harvest({TWO: rows[TWO], THREE: mark()}, before={TWO: mark()}, kept=(ONE,))
    assert log.marks(EDITION) == {ONE: mark(), TWO: rows[TWO], THREE: mark()}


def test_the_column_may_be_missing_but_not_there_twice(sheet: Path) -> None:
    columns = tuple(name for name in COLUMNS if name != "bundle")
    assert read_marks(write(sheet, MARKS, columns=columns), edition=EDITION) == SheetMarks(EDITION, MARKS)
    sheet.write_text("identifier,bundle,bundle,decision,note,curator\n", encoding="utf-8")
    with pytest.raises(InputError, match="bundle is there twice"):
        read_marks(sheet, edition=EDITION)


def test_a_refused_sheet_leaves_the_log_alone(sheet: Path, log: DecisionLog) -> None:
    sheet.write_text("identifier,decision,note,curator\n2204.10628,yes,,\n2204.1063,yes,,\n", encoding="utf-8")
    with pytest.raises(InputError):
        take(log, sheet)
    assert not log.folder.exists()


def test_a_damaged_log_still_takes_marks(sheet: Path, log: DecisionLog, caplog: pytest.LogCaptureFixture) -> None:
    take(log, write(sheet, {ONE: mark()}))
    path = log.folder / "2022-05.jsonl"
    path.write_bytes(b"rubbish\n" + path.read_bytes())
    with caplog.at_level(logging.WARNING):
        take(log, write(sheet, {ONE: mark("no")}))
    assert log.marks(EDITION) == {ONE: mark("no")}
    assert "2022-05.jsonl:1" in caplog.text


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.builds(Mark, TEXTS, TEXTS, TEXTS))
def test_what_was_logged_and_shown_reads_as_unchanged(tmp_path_factory: pytest.TempPathFactory, logged: Mark) -> None:
    folder = tmp_path_factory.mktemp("round")
    log = DecisionLog(folder / "decisions")
    log.record_marks(EDITION, {ONE: logged}, at=at(0))
    before = log.marks(EDITION)
    sheet = write(folder / "2022-05.csv", {ONE: logged}, bundle=BUNDLE)
    assert take(log, sheet, before, minute=1) == Harvest({})
    assert log.marks(EDITION) == before


def test_a_mark_that_the_log_lost_is_taken_from_the_sheet(sheet: Path, log: DecisionLog) -> None:
    written = {ONE: mark(), TWO: mark()}
    log.record_marks(EDITION, {TWO: mark()}, at=at(0))
    log.record_marks(EDITION, {TWO: Mark()}, at=at(1))
    done = take(log, write(sheet, {ONE: mark(), TWO: mark()}, bundle=BUNDLE), written, minute=2)
    # Of the one the log knows nothing, of the other it knows that it was cleared.
    assert done == Harvest({ONE: mark()}, restored=(ONE,))
    assert log.marks(EDITION) == {ONE: mark()}
