"""Rows of returned sheets against what is known; and there and back through whatever saved the sheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.cells import BALLOT_COLUMN, BUNDLE_COLUMN, MARK_COLUMNS, bundle_cell, cell
from paperradar.curation import (
    DECISION_COLUMN,
    IDENTIFIER_COLUMN,
    NOTHING,
    Known,
    Papers,
    Review,
    Word,
    read_rows,
    review_sheets,
)
from paperradar.decisions import SYNONYMS, Ballot, Mark, Vote
from paperradar.papers import clean_text
from paperradar.publishing import bundle_id, marks_of
from paperradar.publishing.review_sheet import CuratorCells, ReviewRow, own_sheet
from tests.publishing.builders import bundle, paper, row

AT = dt.datetime(2022, 5, 3, 12, tzinfo=dt.UTC)
IDENTIFIERS = tuple(f"2204.{number:05}" for number in range(1, 6))
ONE, TWO, THREE = IDENTIFIERS[:3]
LIST = bundle([row(rank, paper(name, f"=Title {rank}; “é”, x")) for rank, name in enumerate(IDENTIFIERS, start=1)])
TITLES = {name: f"=Title {rank}; “é”, x" for rank, name in enumerate(IDENTIFIERS, start=1)}
BUNDLE = bundle_id(LIST)

# Notes as people and programs write them, formulas and separators above all.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text(alphabet=st.sampled_from(list("'=+-@ \t\r\n,;|\"\u200b\ufeff\uff1d\uff20aé")), max_size=10),
)
WORDS = st.builds(Word, st.none() | st.sampled_from(Vote), TEXTS.map(clean_text))


def known(
    words: Mapping[str, Word] | None = None, *, curator: str = "Ada", marks: Mapping[str, Mark] | None = None
) -> Known:
    """What the log has of one curator (an entry's id is made from its paper), and the marks that BUNDLE has."""
    entries = {name: f"{place:032x}" for place, name in enumerate(IDENTIFIERS)}
    ballots = {
        name: Ballot(word.vote, word.note, AT, "", entries[name]) for name, word in (words or {}).items() if word
    }
    return Known(
        edition="2022-05",
        papers=Papers(TITLES),
        written={BUNDLE: marks or {}},
        said={ballot.entry: (curator, ballot) for ballot in ballots.values()},
        standing={curator: ballots} if ballots else {},
    )


def lines(path: Path, *rows: str, header: str = "identifier,bundle,decision,note,curator") -> Path:
    path.write_text("\n".join((header, *rows, "")).replace("BUNDLE", bundle_cell(BUNDLE)), encoding="utf-8")
    return path


def held(path: Path, against: Known, **keys: object) -> Review:
    sheet = read_rows(path, (IDENTIFIER_COLUMN, DECISION_COLUMN))
    return review_sheets([sheet], against, **keys)  # type: ignore[arg-type]


def saved_again(data: bytes, path: Path, how: st.DataObject) -> Path:
    """The sheet as some program saves it: columns moved and added, rows left out, another delimiter and encoding."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    order = how.draw(st.permutations(range(len(rows[0]) + 1)))
    kept = [rows[0], *how.draw(st.lists(st.sampled_from(rows[1:]), unique_by=id, min_size=1))]
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=how.draw(st.sampled_from(",;\t")),
        lineterminator=how.draw(st.sampled_from(["\n", "\r\n"])),
        quoting=how.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    writer.writerows([[*cells, "mine"][place] for place in order] for cells in kept)
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]
    try:
        text.getvalue().encode("cp1252")
        encodings.append("cp1252")
    except UnicodeEncodeError:
        pass
    path.write_bytes(text.getvalue().encode(how.draw(st.sampled_from(encodings))))
    return path


@settings(deadline=None)  # files are written
@given(st.dictionaries(st.sampled_from(IDENTIFIERS), WORDS), st.data())
def test_a_curators_own_sheet_comes_back_as_nothing_new(
    tmp_path_factory: pytest.TempPathFactory, words: dict[str, Word], how: st.DataObject
) -> None:
    against = known(words)
    standing = against.standing.get("Ada", {})
    rows = []
    for of_list in LIST["rows"]:
        name = of_list["identifier"]
        said = {"Ada": CuratorCells(b.vote or "", b.note, b.entry)} if (b := standing.get(name)) else {}
        rows.append(ReviewRow(name, of_list["title"], of_list["authors"], "", of_list, said=said))
    data = own_sheet(LIST, rows, "Ada", blind=how.draw(st.booleans()))
    path = saved_again(data, tmp_path_factory.mktemp("sheet") / "ada.csv", how)
    review = held(path, against)
    assert (review.changes, review.problems, review.conflicts, review.notes) == ((), (), (), ())


@settings(deadline=None)  # files are written
@given(st.dictionaries(st.sampled_from(IDENTIFIERS), WORDS.filter(bool), min_size=1), st.data())
def test_what_a_curator_fills_in_is_what_is_taken(
    tmp_path_factory: pytest.TempPathFactory, words: dict[str, Word], how: st.DataObject
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("title", IDENTIFIER_COLUMN, BUNDLE_COLUMN, *MARK_COLUMNS))
    for name in IDENTIFIERS:
        word = words.get(name, NOTHING)
        said = how.draw(st.sampled_from(SYNONYMS[word.vote])) if word.vote else ""
        mark = (cell(said), cell(word.note), "Ada" if word else "")
        writer.writerow((cell(TITLES[name]), f"arXiv:{name}", bundle_cell(BUNDLE), *mark))
    path = saved_again(text.getvalue().encode("utf-8-sig"), tmp_path_factory.mktemp("sheet") / "a.csv", how)
    review = held(path, known())
    there = {row.identifier.removeprefix("arXiv:") for row in read_rows(path, ()).rows}
    assert {change.identifier: change.after for change in review.changes} == {
        name: word for name, word in words.items() if name in there
    }
    assert (review.problems, review.conflicts) == ((), ())


# Cell by cell


@pytest.mark.parametrize(
    ("now", "cells", "after"),
    [
        # The row was written with Ada's "pick" and the note "n".
        (Word(Vote.PICK, "n"), "pick,n", None),
        (Word(Vote.NO, "n"), "pick,n", None),
        (Word(Vote.NO, "m"), "pick,n", None),
        (Word(Vote.PICK, "n"), "maybe,n", Word(Vote.MAYBE, "n")),
        (Word(Vote.PICK, "m"), "maybe,n", Word(Vote.MAYBE, "m")),
        (Word(Vote.NO, "n"), "pick,other", Word(Vote.NO, "other")),
        (Word(Vote.PICK, "n"), ",n", Word(None, "n")),
        (Word(Vote.PICK, "n"), ",", NOTHING),
        (Word(Vote.MAYBE, "n"), "maybe,n", None),
    ],
)
def test_each_cell_is_held_against_what_it_was(tmp_path: Path, now: Word, cells: str, after: Word | None) -> None:
    against = known({ONE: now}, marks={ONE: Mark("pick", "n", "Ada")})
    review = held(lines(tmp_path / "a.csv", f"{ONE},BUNDLE,{cells},Ada"), against)
    assert [change.after for change in review.changes] == ([] if after is None else [after])
    assert (review.conflicts, review.problems) == ((), ())


@pytest.mark.parametrize(("now", "cells"), [(Word(Vote.NO, "n"), "maybe,n"), (Word(Vote.PICK, "m"), "pick,other")])
def test_a_cell_changed_on_both_sides_is_a_conflict(tmp_path: Path, now: Word, cells: str) -> None:
    against = known({ONE: now}, marks={ONE: Mark("pick", "n", "Ada")})
    path = lines(tmp_path / "a.csv", f"{ONE},BUNDLE,{cells},Ada")
    review = held(path, against)
    assert (len(review.conflicts), review.changes) == (1, ())
    assert len(held(path, against, overwrite=True).changes) == 1


@pytest.mark.parametrize(("cells", "note"), [("pick,n", ""), ("pick,mine", "mine")])
def test_who_puts_a_name_over_another_ones_says_the_same(tmp_path: Path, cells: str, note: str) -> None:
    against = known({ONE: Word(Vote.PICK, "n")}, marks={ONE: Mark("pick", "n", "Ada")})
    (change,) = held(lines(tmp_path / "a.csv", f"{ONE},BUNDLE,{cells},Ben"), against).changes
    assert (change.curator, change.before, change.after) == ("Ben", NOTHING, Word(Vote.PICK, note))


def test_without_its_state_a_row_fills_and_empties_nothing(tmp_path: Path) -> None:
    against = known({ONE: Word(Vote.NO, "n"), TWO: Word(Vote.NO)})
    review = held(lines(tmp_path / "a.csv", f"{ONE},,pick,,Ada", f"{TWO},,,,Ada"), against)
    assert [(one.kind, one.identifier, one.after) for one in review.changes] == [("changed", ONE, Word(Vote.PICK, "n"))]


def test_names_alone_say_nothing(tmp_path: Path) -> None:
    review = held(lines(tmp_path / "a.csv", *(f"{name},BUNDLE,,,Ada" for name in IDENTIFIERS)), known())
    assert review == Review((), 0, (), (), ())


def test_an_unknown_word_that_stood_there_is_no_error(tmp_path: Path) -> None:
    against = known(marks={ONE: Mark("hmm", "", "Ada")})
    path = lines(tmp_path / "a.csv", f"{ONE},BUNDLE,hmm,,Ada", f"{ONE},BUNDLE,hmm,a note,Ada")
    review = held(path, against)
    assert [change.after for change in review.changes] == [Word(None, "a note")]
    (problem,) = held(lines(path, f"{ONE},BUNDLE,hmmm,,Ada"), against).problems
    assert problem.endswith("'hmmm' is no vote; write pick, maybe, no or mention")


def test_the_documentation_has_the_vocabulary(root: Path) -> None:
    text = (root / "docs" / "curating.md").read_text(encoding="utf-8")
    for vote, words in SYNONYMS.items():
        assert f"| `{vote}` | {', '.join(words)} |" in text


def test_rows_that_are_there_twice(tmp_path: Path) -> None:
    rows = (f"{ONE},BUNDLE,,,", f"{ONE},BUNDLE,pick,,Ada", f"{ONE},BUNDLE,yes,,ada", f"{ONE},BUNDLE,no,,Ben")
    review = held(lines(tmp_path / "a.csv", *rows), known())
    assert [(one.curator, one.after.vote) for one in review.changes] == [("Ada", Vote.PICK), ("Ben", Vote.NO)]
    (conflict,) = held(lines(tmp_path / "a.csv", *rows, f"{ONE},BUNDLE,no,,ADA"), known()).conflicts
    assert conflict.endswith(f"Ada says no of {ONE}, but pick in {tmp_path / 'a.csv'}:3; keep one of them")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{ONE},BUNDLE,pick,good, very,Ada\n", ["moved"]),
        (f"{ONE},BUNDLE,pick,,Ada\n{TWO},BUNDLE,p", ["breaks off"]),
        ("2204.3,BUNDLE,pick,,Ada\n,BUNDLE,no,,Ada\nlegend,,,,\n", ["a number that", "not an arXiv identifier"]),
        (f"{ONE},BUNDLE,1,,Ada\n{TWO},BUNDLE,x,,\n", ["'1' is no vote", "not by whom"]),
        (f"{ONE},BUNDLE,pick,#NAME?,Ada\n{TWO},BUNDLE,no,Err:509,Ada\n", ["a formula", "a formula"]),
        ("2203.00001,BUNDLE,pick,,Ada\n", ["edition add 2022-05 2203.00001"]),
    ],
)
def test_all_that_is_wrong_is_told(tmp_path: Path, text: str, words: list[str]) -> None:
    path = lines(tmp_path / "a.csv")
    path.write_text(path.read_text("utf-8") + text.replace("BUNDLE", bundle_cell(BUNDLE)), encoding="utf-8")
    problems = held(path, known()).problems
    assert len(problems) == len(words)
    for problem, word in zip(problems, words, strict=True):
        assert problem.startswith(f"{path}:")
        assert word in problem


def test_an_entry_that_the_log_lacks_tells_no_state(tmp_path: Path) -> None:
    header = f"identifier,{BALLOT_COLUMN},decision,note,curator"
    path = lines(tmp_path / "a.csv", f"{ONE},log:{'f' * 32},pick,,Ada", f"{TWO},log:{'f' * 32},,,Ada", header=header)
    review = held(path, known({ONE: Word(Vote.NO), TWO: Word(Vote.NO)}))
    assert [(one.identifier, one.after) for one in review.changes] == [(ONE, Word(Vote.PICK))]


def test_the_marks_of_a_bundle_are_what_its_rows_were_written_with() -> None:
    marks = {ONE: Mark("pick", "", "Ada")}
    made = bundle([row(1, paper(ONE))], marks)
    assert marks_of(made) == marks
