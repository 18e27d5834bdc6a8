"""Votes go out on sheets and come back: whole or not at all, each curator's own, and undone when asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from paperradar.curation import Word
from paperradar.decisions import Added, DecisionLog, Entry, Mark, Place, State, Vote, page_identifier
from paperradar.decisions.journal import Appended, Journal
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.pipeline.marking import keep_marks, take_marks
from paperradar.pipeline.reviewing import sheet_imports, undo_import
from paperradar.workspace import Workspace
from tests.pipeline.reviewed import (
    EDITION,
    FIFTH,
    FIRST,
    FOLDED,
    FOURTH,
    LIST,
    ROUND,
    THIRD,
    clock,
    listed,
    log_of,
    publish,
    refill,
    take,
    votes,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path / "workspace")


@pytest.fixture
def shared(workspace: Workspace) -> bytes:
    """The shared sheet as it was written."""
    return (workspace.shortlists / f"{EDITION}.csv").read_bytes()


def as_number(identifier: str) -> str:
    """What a spreadsheet makes of an identifier without its prefix."""
    return str(float(identifier))


def log_bytes(workspace: Workspace) -> bytes:
    path = workspace.decisions / f"{EDITION}.jsonl"
    return path.read_bytes() if path.exists() else b""


def test_a_copy_of_the_shared_sheet_comes_back(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    sheet = refill(shared, tmp_path / "ada.csv", {FIRST: ("Yes, surely", "=good", "Ada"), THIRD: ("", "hm", "Ada")})
    done = take(workspace, sheet)
    assert (done.edition, done.wrote, done.is_refused) == (EDITION, 2, False)
    assert [(one.kind, one.identifier, one.after) for one in done.review.changes] == [
        ("new", FIRST, Word(Vote.PICK, "=good")),
        ("new", THIRD, Word(None, "hm")),
    ]
    ballot = log_of(workspace).ballots()["Ada"][FIRST]
    assert (ballot.vote, ballot.note, ballot.file, ballot.at) == (Vote.PICK, "=good", "ada.csv", clock())
    before = log_bytes(workspace)
    again = take(workspace, sheet, minute=1)
    assert (again.wrote, again.review.changes, again.review.unchanged) == (0, (), 2)
    assert log_bytes(workspace) == before


def test_the_same_file_may_say_something_else_later(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ada.csv"
    take(workspace, refill(shared, path, {FIRST: ("pick", "", "Ada")}))
    done = take(workspace, refill(shared, path, {FIRST: ("maybe", "", "Ada")}), minute=1)
    (change,) = done.review.changes
    assert (change.kind, change.before, change.after) == ("changed", Word(Vote.PICK), Word(Vote.MAYBE))
    assert votes(workspace) == {"Ada": {FIRST: "maybe"}}


def test_a_later_word_in_the_log_is_a_conflict(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    sheet = refill(shared, tmp_path / "ada.csv", {FIRST: ("pick", "", "Ada"), THIRD: ("pick", "", "Ada")})
    log_of(workspace).cast("Ada", {FIRST: (Vote.NO, "")}, at=clock())
    before = log_bytes(workspace)
    done = take(workspace, sheet, minute=1)
    (conflict,) = done.review.conflicts
    assert conflict.startswith(f"{sheet}:2: Ada says pick of {FIRST}, but the log has no since 2022-05-03 12:00 UTC")
    assert (done.wrote, log_bytes(workspace)) == (0, before)
    assert take(workspace, sheet, minute=1, overwrite=True).wrote == 2
    assert votes(workspace) == {"Ada": {FIRST: "pick", THIRD: "pick"}}


def test_everything_is_told_and_nothing_written_where_anything_is_wrong(
    workspace: Workspace, shared: bytes, tmp_path: Path
) -> None:
    good = refill(shared, tmp_path / "good.csv", {FIRST: ("pick", "", "Ada")})
    bad = refill(
        shared, tmp_path / "bad.csv", {FIRST: ("pick", "", "Ben"), THIRD: ("wow", "", "Ben"), FOURTH: ("no", "", "")}
    )
    broken = tmp_path / "broken.csv"
    broken.write_text("title,decision\nx,pick\n", encoding="utf-8")
    done = take(workspace, good, bad, broken, tmp_path / "gone.csv")
    assert done.is_refused
    assert len(done.review.changes) == 2
    broken_problem, gone, wow, nobody = done.review.problems
    assert broken_problem.startswith(f"{broken}: the column identifier is missing")
    assert gone.startswith(f"{tmp_path / 'gone.csv'}: cannot be read")
    assert wow == f"{bad}:4: the decision 'wow' is no vote; write pick, maybe, no or mention"
    assert nobody.startswith(f"{bad}:5: the row is marked, but not by whom")
    assert any("perhaps" in text for text in done.review.notes)
    assert (done.wrote, log_bytes(workspace)) == (0, b"")


def test_a_dry_run_writes_nothing(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    sheet = refill(shared, tmp_path / "ada.csv", {FIRST: ("pick", "", "Ada")})
    done = take(workspace, sheet, dry_run=True)
    assert (len(done.review.changes), done.wrote, log_bytes(workspace)) == (1, 0, b"")


def test_curators_never_overwrite_each_other(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    ada = refill(shared, tmp_path / "ada.csv", {FIRST: ("pick", "", ""), THIRD: ("no", "", "")})
    ben = refill(shared, tmp_path / "ben.csv", {FIRST: ("no", "", "Ben"), THIRD: ("", "", "")})
    take(workspace, ada, curator="Ada")
    done = take(workspace, ben, minute=1)
    assert [(one.curator, one.kind) for one in done.review.changes] == [("Ben", "new")]
    assert votes(workspace) == {"Ada": {FIRST: "pick", THIRD: "no"}, "Ben": {FIRST: "no"}}


def test_rows_that_name_somebody_else_stay_theirs(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    both = refill(shared, tmp_path / "both.csv", {FIRST: ("pick", "", "Ben"), THIRD: ("no", "", "")})
    done = take(workspace, both, curator="Ada")
    assert votes(workspace) == {"Ada": {THIRD: "no"}, "Ben": {FIRST: "pick"}}
    assert done.review.notes == (f"{both}: what rows say that name Ben is theirs, not Ada's",)


def test_names_that_differ_in_case_are_one_curator(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    take(workspace, refill(shared, tmp_path / "a.csv", {FIRST: ("pick", "", "Ada L.")}))
    take(workspace, refill(shared, tmp_path / "b.csv", {THIRD: ("no", "", " ada  l. ")}), minute=1)
    assert votes(workspace) == {"Ada L.": {FIRST: "pick", THIRD: "no"}}


def test_two_files_that_say_different_things(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    one = refill(shared, tmp_path / "one.csv", {FIRST: ("pick", "", "Ada"), THIRD: ("no", "", "Ada")})
    two = refill(shared, tmp_path / "two.csv", {FIRST: ("no", "", "Ada"), THIRD: ("no", "", "Ada")})
    done = take(workspace, one, two)
    assert done.review.conflicts == (f"{two}:2: Ada says no of {FIRST}, but pick in {one}:2; keep one of them",)
    assert done.wrote == 0


def test_identifiers_that_became_numbers(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    filled = {ROUND: ("pick", "", "Ada"), FIFTH: ("no", "", "Ada")}
    sheet = refill(shared, tmp_path / "ada.csv", filled, identifiers=as_number, delimiter=";")
    assert take(workspace, sheet).wrote == 2
    assert votes(workspace) == {"Ada": {ROUND: "pick", FIFTH: "no"}}
    sheet.write_text("identifier;decision;curator\n2204,2;maybe;Ada\n2204.9;no;Ada\n", encoding="utf-8")
    done = take(workspace, sheet, edition=EDITION, minute=1)
    assert [one.identifier for one in done.review.changes] == [ROUND]
    (problem,) = done.review.problems
    assert problem.startswith(f"{sheet}:3: the row is marked, but '2204.9' is a number")


def test_what_is_not_on_the_list_is_brought_in_first(workspace: Workspace, tmp_path: Path) -> None:
    sheet = tmp_path / "ada.csv"
    lines = f"identifier,decision,curator\n2204.12345,pick,Ada\n{FOLDED},mention,Ada\n"
    sheet.write_text(lines, encoding="utf-8")
    (problem,) = take(workspace, sheet, edition=EDITION).review.problems
    assert "paperradar edition add 2022-05 2204.12345" in problem
    url = "https://a.example/post"
    log_of(workspace).add(
        Added("2204.12345", "New", ("A",), "https://arxiv.org/abs/2204.12345", "arXiv", "Ada"), at=clock()
    )
    log_of(workspace).add(Added(page_identifier(url), "A post", (), url, "", "Ada"), at=clock())
    sheet.write_text(f"{lines}{page_identifier(url)},no,Ada\n", encoding="utf-8")
    assert take(workspace, sheet, edition=EDITION, minute=1).wrote == 3
    assert votes(workspace) == {"Ada": {"2204.12345": "pick", FOLDED: "mention", page_identifier(url): "no"}}


def test_a_sheet_of_another_edition(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    other = publish(workspace, edition="2022-04").read_bytes()
    ada = {FIRST: ("pick", "", "Ada")}
    by_bundle = refill(other, tmp_path / "by-bundle.csv", ada)
    (problem,) = take(workspace, by_bundle, edition=EDITION).review.problems
    assert problem == f"{by_bundle}:2: this row is of edition 2022-04, not of 2022-05"
    by_name = refill(shared, tmp_path / "list 2022-04.csv", ada)
    (problem,) = take(workspace, by_name, edition=EDITION).review.problems
    assert problem == f"{by_name}: this is a sheet of edition 2022-04, not of 2022-05"
    assert take(workspace, by_bundle).edition == "2022-04"
    with pytest.raises(UsageError, match="several editions"):
        take(workspace, by_bundle, refill(shared, tmp_path / "ada.csv", ada))
    untold = refill(shared, tmp_path / "ada.csv", ada, columns=("identifier", "decision", "curator"))
    with pytest.raises(UsageError, match="nothing tells"):
        take(workspace, untold)
    with pytest.raises(InputError, match=r"gone\.csv"):
        take(workspace, tmp_path / "gone.csv")


def test_a_decided_edition_takes_nothing(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    sheet = refill(shared, tmp_path / "ada.csv", {FIRST: ("pick", "", "Ada")})
    take(workspace, sheet)
    log = log_of(workspace)
    log.place([Place(FIRST, "top10", 1, "", "", "Ada", "")], at=clock())
    log.reach(State.DECIDED, at=clock(), by="Ada")
    with pytest.raises(UsageError, match="decided"):
        take(workspace, sheet)
    with pytest.raises(UsageError, match="decided"):
        undo_import(workspace, EDITION, clock=clock)


# The shared sheet


def test_the_shared_sheet_counts_once(workspace: Workspace, shared: bytes) -> None:
    path = workspace.shortlists / f"{EDITION}.csv"
    refill(shared, path, {FIRST: ("Pick!", "good", ""), THIRD: ("no", "", "Ben")})
    assert take(workspace, path, curator="Ada").wrote == 2
    assert votes(workspace) == {"Ada": {FIRST: "pick"}, "Ben": {THIRD: "no"}}
    assert DecisionLog(workspace.decisions).marks(EDITION)[FIRST] == Mark("Pick!", "good", "Ada")
    # The next shortlist finds nothing new in it, also after its curator thought again.
    log_of(workspace).cast("Ben", {THIRD: (Vote.PICK, "")}, at=clock(1))
    taken = take_marks(workspace, EDITION)
    assert taken.changes == {}
    keep_marks(workspace, EDITION, taken, at=clock(2))
    assert votes(workspace) == {"Ada": {FIRST: "pick"}, "Ben": {THIRD: "pick"}}
    assert take(workspace, path, curator="Ada", minute=3).wrote == 0


def test_marks_that_are_on_the_sheet_already_say_nothing(workspace: Workspace, tmp_path: Path) -> None:
    marks = {FIRST: Mark("pick", "strong", "Ada"), THIRD: Mark("hm", "", "")}
    DecisionLog(workspace.decisions).record_marks(EDITION, marks, at=clock())
    sheet = publish(workspace, marks)
    copy = tmp_path / "ben.csv"
    shutil.copy(sheet, copy)
    for path in (sheet, copy):
        done = take(workspace, path, curator="Ben", minute=1)
        assert (done.review.changes, done.review.problems, done.review.unchanged) == ((), (), 2)
    # Ben writes over Ada's row: that is his word, not hers, and her note stays hers.
    refill(sheet.read_bytes(), copy, {FIRST: ("no", "strong", "Ben")})
    assert take(workspace, copy, minute=1).wrote == 1
    assert votes(workspace) == {"Ada": {FIRST: "pick"}, "Ben": {FIRST: "no"}}
    assert log_of(workspace).ballots()["Ben"][FIRST].note == ""
    # Emptied by somebody else it stays; her own emptied row takes it back.
    refill(sheet.read_bytes(), copy, {FIRST: ("", "", "")})
    done = take(workspace, copy, minute=2)
    (told,) = done.review.notes
    assert told.startswith(f"{copy}: these rows are empty, but what was said of them stands: {FIRST};")
    assert done.wrote == 0
    assert take(workspace, copy, curator="Ada", minute=3).wrote == 1
    assert votes(workspace) == {"Ben": {FIRST: "no"}}


def test_an_older_copy_brings_nothing_back(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    ada = {FIRST: Mark("pick", "", "Ada")}
    copy = tmp_path / "copy.csv"
    shutil.copy(publish(workspace, ada), copy)
    DecisionLog(workspace.decisions).record_marks(EDITION, ada, at=clock())
    log_of(workspace).cast("Ada", {FIRST: (Vote.NO, "")}, at=clock(1))
    assert take(workspace, copy, minute=2).wrote == 0
    assert votes(workspace) == {"Ada": {FIRST: "no"}}


# Undo and list


def test_an_import_is_listed_and_undone(workspace: Workspace, shared: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ada.csv"
    log_of(workspace).cast("Ada", {THIRD: (Vote.MAYBE, "")}, at=clock())
    take(workspace, refill(shared, path, {FIRST: ("pick", "", "Ada"), FOURTH: ("no", "", "Ben")}), minute=1)
    take(workspace, refill(shared, path, {FIRST: ("maybe", "", "Ada")}), minute=2)
    first, second = sheet_imports(workspace, EDITION)
    assert (first.file, first.at, dict(first.counts), first.undone) == (
        "ada.csv",
        clock(1),
        {"Ada": 1, "Ben": 1},
        False,
    )
    assert (dict(second.counts), second.undone) == ({"Ada": 1}, False)

    assert undo_import(workspace, EDITION, clock=lambda: clock(3)).at == clock(2)
    assert votes(workspace) == {"Ada": {FIRST: "pick", THIRD: "maybe"}, "Ben": {FOURTH: "no"}}
    assert undo_import(workspace, EDITION, str(tmp_path / "ada.csv"), clock=lambda: clock(4)).at == clock(1)
    assert votes(workspace) == {"Ada": {THIRD: "maybe"}}
    assert [one.undone for one in sheet_imports(workspace, EDITION)] == [True, True]
    with pytest.raises(NotFoundError, match=r"ada\.csv"):
        undo_import(workspace, EDITION, "ada.csv", clock=clock)
    # What was undone can be imported again.
    assert take(workspace, path, minute=5).wrote == 1
    assert votes(workspace) == {"Ada": {FIRST: "maybe", THIRD: "maybe"}}


def test_a_folder_of_sheets_may_be_imported_again_and_again(
    workspace: Workspace, shared: bytes, tmp_path: Path
) -> None:
    path = refill(shared, tmp_path / "ada.csv", {FIRST: ("pick", "", "Ada"), THIRD: ("no", "why", "Ada")})
    take(workspace, path)
    # What she says elsewhere since is newer than her sheet, which is as it was imported.
    log_of(workspace).cast("Ada", {FIRST: (Vote.MAYBE, ""), THIRD: (None, "")}, at=clock(1))
    done = take(workspace, path, minute=2)
    assert (done.review.changes, done.review.conflicts, done.review.unchanged) == ((), (), 2)
    # Changed in the sheet as well it is a conflict; emptied there it stands.
    refill(shared, path, {FIRST: ("no", "", "Ada"), THIRD: ("", "", "Ada")})
    (conflict,) = take(workspace, path, minute=3).review.conflicts
    assert f"Ada says no of {FIRST}, but the log has maybe" in conflict
    refill(shared, path, {FIRST: ("", "", "Ada")})
    done = take(workspace, path, minute=4)
    assert (done.review.changes, len(done.review.notes)) == ((), 1)


def test_columns_may_be_missing(workspace: Workspace, tmp_path: Path) -> None:
    marks = {FIRST: Mark("pick", "strong", "Ada")}
    DecisionLog(workspace.decisions).record_marks(EDITION, marks, at=clock())
    shared = publish(workspace, marks).read_bytes()
    columns = ("decision", "identifier", "bundle")
    path = refill(shared, tmp_path / "ben.csv", {THIRD: ("no", "", "")}, columns=columns)
    # Without a name in it the row of Ada's is as it was, and not Ben's word.
    assert take(workspace, path, curator="Ben", minute=1).wrote == 1
    assert votes(workspace) == {"Ada": {FIRST: "pick"}, "Ben": {THIRD: "no"}}
    refill(shared, path, {FIRST: ("maybe", "", "")}, columns=columns)
    assert take(workspace, path, curator="Ada", minute=2).wrote == 1
    assert log_of(workspace).ballots()["Ada"][FIRST].note == "strong"


def test_an_undo_is_one_append(
    workspace: Workspace, shared: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(workspace, refill(shared, tmp_path / "a.csv", dict.fromkeys(LIST, ("pick", "", "Ada"))))
    appended: list[int] = []

    def append(journal: Journal, entries: Iterable[Entry]) -> Appended:
        entries = tuple(entries)
        appended.append(len(entries))
        return whole(journal, entries)

    whole = Journal.append
    monkeypatch.setattr(Journal, "append", append)
    undo_import(workspace, EDITION, clock=lambda: clock(1))
    assert appended == [len(LIST)]
    assert votes(workspace) == {}
