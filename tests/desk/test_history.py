"""What was decided about a paper, as one curator may see it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.decisions import OWN, DecisionLog, EditionLog, Mark, Pick, Place, Vote
from paperradar.desk import history
from paperradar.desk.history import history_of, picked_by, told_to
from paperradar.settings import Settings
from paperradar.workspace import Workspace

EDITION = "2022-05"
PAPER = "2204.00001"
AT = dt.datetime(2022, 5, 6, 9, tzinfo=dt.UTC)


def later(minutes: int) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)


def everything(edition: str) -> bool:
    del edition
    return False


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, Settings(), ())


def said(workspace: Workspace, curator: str = "Cy", hides: object = everything) -> list[tuple[str, str, str]]:
    assert callable(hides)
    rows = told_to(history_of(workspace), PAPER, curator, hides).rows
    return [(row["by"], row["what"], row["note"]) for row in rows]


def test_of_each_file_one_state_is_kept(workspace: Workspace) -> None:
    log = EditionLog(workspace.decisions, EDITION)
    for minute, vote in enumerate((Vote.PICK, Vote.NO, Vote.MAYBE)):
        log.cast("Ada", {PAPER: (vote, "")}, at=later(minute))
        assert len(history_of(workspace).entries[PAPER]) == minute + 1
    kept = [stamp for stamp, _ in history._newest.values() if stamp[0].parent == workspace.decisions]
    assert len(kept) == 1


def test_newest_first_with_who_and_from_which_file(workspace: Workspace) -> None:
    log = EditionLog(workspace.decisions, EDITION)
    log.cast("Ada", {PAPER: (Vote.MAYBE, ""), "2204.00009": (Vote.NO, "")}, at=later(0), file="ada.csv")
    log.cast("Ada", {PAPER: (Vote.PICK, "the first of its kind")}, at=later(1))
    log.place([Place(PAPER, "top10", 3, "new idea", "", "Bo", "")], at=later(2))
    log.place([], at=later(3), out=[PAPER])
    DecisionLog(workspace.decisions).record_marks(
        EDITION, {PAPER: Mark("maybe", "hm", "Bo")}, at=later(4), file="s.csv"
    )
    assert said(workspace) == [
        ("Bo", "marked it “maybe” on the sheet", "hm"),
        ("", "took it out of the issue", ""),
        ("Bo", "put it in the ten, No. 3", "new idea"),
        ("Ada", "voted pick", "the first of its kind"),
        ("Ada", "voted maybe", ""),
    ]
    rows = told_to(history_of(workspace), PAPER, "Cy", everything).rows
    assert [(row["at"], row["edition"], row["file"]) for row in rows][-1] == ("2022-05-06 09:00", EDITION, "ada.csv")


def test_others_votes_are_counted_and_not_told_while_they_are_hidden(workspace: Workspace) -> None:
    log = EditionLog(workspace.decisions, EDITION)
    log.cast("Ada", {PAPER: (Vote.PICK, "a secret")}, at=later(0))
    log.cast("Bo", {PAPER: (Vote.NO, "")}, at=later(1))
    log.cast("Bo", {PAPER: (Vote.PICK, "")}, at=later(2))
    log.place([Place(PAPER, "top10", None, "", "", "Bo", "")], at=later(3))
    history = history_of(workspace)
    told = told_to(history, PAPER, "cy", lambda edition: edition == EDITION)
    assert [row["what"] for row in told.rows] == ["put it in the ten"]
    assert told.hidden == 2
    own = told_to(history, PAPER, "ADA", lambda edition: edition == EDITION)
    assert [row["note"] for row in own.rows] == ["", "a secret"]
    assert own.hidden == 1
    elsewhere = told_to(history, PAPER, "cy", lambda edition: edition == "2022-04")
    assert (len(elsewhere.rows), elsewhere.hidden) == (4, 0)


def test_an_undone_vote_is_told_as_such_and_its_undo_is_as_secret(workspace: Workspace) -> None:
    EditionLog(workspace.decisions, EDITION).cast("Ada", {PAPER: (Vote.PICK, "")}, at=later(0))
    log = DecisionLog(workspace.decisions)
    (entry,) = log.entries()
    log.undo(entry.id, at=later(1), by="Ada")
    assert said(workspace) == [("Ada", "took back: voted pick", ""), ("Ada", "voted pick", "")]
    history = history_of(workspace)
    assert [row["alive"] for row in told_to(history, PAPER, "Cy", everything).rows] == [True, False]
    hidden = told_to(history, PAPER, "Cy", lambda _: True)
    assert (hidden.rows, hidden.hidden) == ([], 1)


def test_a_new_entry_is_there_at_once(workspace: Workspace) -> None:
    log = EditionLog(workspace.decisions, EDITION)
    assert said(workspace) == []
    log.cast("Ada", {PAPER: (Vote.NO, "")}, at=later(0))
    assert len(said(workspace)) == 1
    log.cast("Ada", {PAPER: (None, "")}, at=later(1))
    assert said(workspace)[0] == ("Ada", "took the vote back", "")


def test_sources_that_picked_it_oldest_first(workspace: Workspace) -> None:
    day = dt.date(2022, 6, 5)
    DecisionLog(workspace.decisions).add_picks(
        [
            Pick("weekly", "2022-06", 2, "top10", PAPER, "A title", day),
            Pick(OWN, "2022-05", None, "mention", PAPER, "A title", dt.date(2022, 5, 5)),
            Pick("weekly", "2022-06", 1, "top10", "2204.00002", "Another", day),
        ],
        at=AT,
        file="picks.csv",
    )
    history = history_of(workspace)
    assert [(pick["source"], pick["edition"], pick["rank"]) for pick in picked_by(history, PAPER)] == [
        (OWN, "2022-05", None), ("weekly", "2022-06", 2)
    ]  # fmt: skip
    assert ("weekly", "picked it as No. 2 (top10)", "") in said(workspace)
    assert picked_by(history, "2204.00003") == []
