"""One edition in the log: curators' own words, places, states; and that nothing depends on the order of lines."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.decisions import Added, DecisionLog, EditionLog, Mark, Place, State, Vote, is_page, page_identifier
from paperradar.errors import InputError
from tests.decisions.builders import EDITION, at, mark

ONE, TWO = "2204.00001", "2204.00002"
PAGE = Added(page_identifier("https://a.example/x"), "A post", ("A. B", "C"), "https://a.example/x", "Blog", "ada")


@pytest.fixture
def log(tmp_path: Path) -> EditionLog:
    return EditionLog(tmp_path / "decisions", EDITION)


def place(identifier: str = ONE, rank: int | None = 1, **keys: Any) -> Place:
    return Place(identifier, keys.pop("role", "top10"), rank, keys.pop("why", ""), keys.pop("group", ""), "ada", "")


def shared(log: EditionLog, folder: Path) -> DecisionLog:
    return DecisionLog(folder / "decisions")


def votes(log: EditionLog) -> dict[str, dict[str, Vote | None]]:
    return {name: {key: ballot.vote for key, ballot in said.items()} for name, said in log.ballots().items()}


def ten(log: EditionLog) -> list[tuple[str, int | None]]:
    return [(item.identifier, item.rank) for item in log.places()]


def test_an_edition_of_which_nothing_is_said(log: EditionLog) -> None:
    assert (log.ballots(), log.added(), log.places(), log.decided(), log.reached()) == ({}, {}, (), None, {})
    assert log.state() is State.OPEN
    with pytest.raises(InputError):
        EditionLog(Path("decisions"), "../2022-05")


def test_a_vote_a_note_a_change_of_mind_and_its_taking_back(log: EditionLog) -> None:
    assert log.cast("ada", {ONE: (Vote.PICK, ""), TWO: (None, "see fig. 2")}, at=at(0), file="a.csv") == 2
    assert log.cast("ada", {ONE: (Vote.PICK, ""), TWO: (None, "see fig. 2")}, at=at(1)) == 0
    ballot = log.ballots()["ada"][ONE]
    assert (ballot.vote, ballot.note, ballot.at, ballot.file) == (Vote.PICK, "", at(0), "a.csv")
    assert log.cast("ada", {ONE: (Vote.NO, "")}, at=at(-5)) == 1
    assert votes(log) == {"ada": {ONE: Vote.NO, TWO: None}}
    assert log.cast("ada", {ONE: (None, ""), "2204.00003": (None, "")}, at=at(2)) == 1
    assert votes(log) == {"ada": {TWO: None}}
    with pytest.raises(InputError, match="curator"):
        log.cast("  ", {ONE: (Vote.PICK, "")}, at=at(3))


def test_a_name_is_one_curators_in_any_case(log: EditionLog) -> None:
    log.cast("Ada L", {ONE: (Vote.PICK, "")}, at=at(0))
    log.cast("ada  l", {ONE: (Vote.NO, "")}, at=at(1))
    assert log.cast("ADA L", {ONE: (Vote.NO, "")}, at=at(2)) == 0
    assert votes(log) == {"Ada L": {ONE: Vote.NO}}


def test_a_mark_is_its_curators_vote_also_after_another_ones(log: EditionLog, tmp_path: Path) -> None:
    sheet = shared(log, tmp_path)
    sheet.record_marks(EDITION, {ONE: mark("Pick it", "good")}, at=at(0))
    sheet.record_marks(EDITION, {ONE: mark("no", curator="bob"), TWO: Mark("yes")}, at=at(1))
    assert votes(log) == {"": {TWO: Vote.PICK}, "ada": {ONE: Vote.PICK}, "bob": {ONE: Vote.NO}}
    assert log.ballots()["ada"][ONE].note == "good"
    assert log.ballots(marks=False) == {}
    # Who empties the row takes back what stood in it.
    sheet.record_marks(EDITION, {ONE: Mark()}, at=at(2))
    assert votes(log) == {"": {TWO: Vote.PICK}, "ada": {ONE: Vote.PICK}}


def test_of_a_curators_mark_and_ballot_the_later_counts(log: EditionLog, tmp_path: Path) -> None:
    sheet = shared(log, tmp_path)
    sheet.record_marks(EDITION, {ONE: mark("no")}, at=at(10))
    # By a clock that is behind: the ballot was cast in the knowledge of the mark.
    assert log.cast("ada", {ONE: (Vote.PICK, "")}, at=at(0)) == 1
    assert votes(log) == {"ada": {ONE: Vote.PICK}}
    sheet.record_marks(EDITION, {ONE: mark("maybe")}, at=at(11))
    assert votes(log) == {"ada": {ONE: Vote.MAYBE}}
    log.cast("ada", {ONE: (Vote.MENTION, "")}, at=at(12))
    sheet.record_marks(EDITION, {ONE: Mark()}, at=at(13))
    assert votes(log) == {"ada": {ONE: Vote.MENTION}}, "an emptied row takes back a mark, no ballot"
    assert log.cast("ada", {ONE: (None, "")}, at=at(14)) == 1
    assert votes(log) == {}


def test_the_same_vote_again_after_an_undo(log: EditionLog, tmp_path: Path) -> None:
    sheet = shared(log, tmp_path)
    for minute in range(3):
        assert log.cast("ada", {ONE: (Vote.PICK, "")}, at=at(minute)) == 1
        assert sheet.undo(log.ballots()["ada"][ONE].entry, at=at(minute)) == 1
        assert votes(log) == {}
    for minute in range(3):
        assert sheet.record_marks(EDITION, {ONE: mark()}, at=at(minute)) == 1
        (ballot,) = log.ballots()["ada"].values()
        assert sheet.undo(ballot.entry, at=at(minute)) == 1
        assert sheet.marks(EDITION) == {}


def test_what_came_after_an_undone_word_came_after_the_one_before_it_as_well(log: EditionLog, tmp_path: Path) -> None:
    """By a clock that goes back, so that only what the entries name can tell."""
    sheet = shared(log, tmp_path)
    for minute, vote in ((10, Vote.PICK), (5, Vote.NO), (0, Vote.MAYBE)):
        log.cast("ada", {ONE: (vote, "")}, at=at(minute))
        sheet.record_marks(EDITION, {TWO: mark(vote)}, at=at(minute))
        log.place([place(ONE, minute + 1)], at=at(minute))
    for entry in log.entries():
        if entry.at == at(5):
            sheet.undo(entry.id, at=at(20))
    assert votes(log) == {"ada": {ONE: Vote.MAYBE, TWO: Vote.MAYBE}}
    assert ten(log) == [(ONE, 1)]
    assert sheet.marks(EDITION) == {TWO: mark("maybe")}


def test_what_is_added_is_corrected_and_taken_back(log: EditionLog, tmp_path: Path) -> None:
    assert log.add(PAGE, at=at(0)) == 1
    assert log.add(PAGE, at=at(1)) == 0
    assert log.added() == {PAGE.identifier: PAGE}
    assert is_page(PAGE.identifier)
    better = Added(PAGE.identifier, "A better title", (), PAGE.url, "", "bob")
    assert log.add(better, at=at(2)) == 1
    assert log.added() == {PAGE.identifier: better}
    shared(log, tmp_path).undo(log.added()[PAGE.identifier].entry, at=at(3))
    assert log.added() == {PAGE.identifier: PAGE}
    with pytest.raises(InputError, match="title"):
        log.add(Added("2204.00003", " ", (), "https://a.example", "", "ada"), at=at(4))


def test_places_are_kept_in_the_issues_order(log: EditionLog) -> None:
    places = [
        place("m", None, role="mention"),
        place("c", None),
        place("b", 2, why="clear"),
        place("a", 1),
        place("z", 2),
    ]
    assert log.place(places, at=at(0)) == 5
    assert log.place(places, at=at(1)) == 0
    assert ten(log) == [("a", 1), ("b", 2), ("z", 2), ("c", None), ("m", None)]
    assert log.places()[1].why == "clear"
    assert log.place([place("c", 3)], at=at(2), out=["a", "m", "nobody"], by="bob") == 3
    assert ten(log) == [("b", 2), ("z", 2), ("c", 3)]
    assert {entry.by for entry in log.entries() if entry.payload.get("role") == ""} == {"bob"}
    assert log.place([place("a", 1), place("a", 4)], at=at(3), out=["a"]) == 1
    assert ten(log)[-1] == ("a", 4), "of two places the last counts, and before being taken out"


def test_states_are_reached_and_undone_one_after_the_other(log: EditionLog, tmp_path: Path) -> None:
    sheet = shared(log, tmp_path)
    with pytest.raises(InputError, match="nothing is chosen"):
        log.reach(State.DECIDED, at=at(0), by="ada")
    log.place([place()], at=at(0))
    sheet.freeze(EDITION, "a" * 12, at=at(1), by="ada")
    steps: list[tuple[State, dict[str, Any], dict[str, Any]]] = [
        (State.VOTING, {"text": "a" * 12, "blind": True}, {"bundle": "a" * 12, "blind": 1}),
        (State.DECIDED, {}, {"places": log.places()[0].entry}),
        (State.PUBLISHED, {"text": "https://a.example"}, {"url": "https://a.example"}),
    ]
    for minute, (state, keys, payload) in enumerate(steps):
        assert log.reach(state, at=at(minute), by="ben", **keys) == 1
        assert log.reach(state, at=at(9), by="eve", **keys) == 0
        assert log.state() is state
        said = log.reached()[state]
        assert (said.at, said.by, dict(said.payload)) == (at(minute), "ben", payload)
    assert list(log.reached()) == [State.PUBLISHED, State.DECIDED, State.VOTING, State.FROZEN]
    for state in (State.PUBLISHED, State.DECIDED, State.VOTING, State.FROZEN):
        assert log.state() is state
        sheet.undo(log.reached()[state].entry, at=at(20))
    assert log.state() is State.OPEN
    assert log.replay().freezings() == ("a" * 12,)


def test_a_state_whose_ground_was_taken_away_does_not_count(log: EditionLog, tmp_path: Path) -> None:
    sheet = shared(log, tmp_path)
    log.place([place()], at=at(0))
    sheet.freeze(EDITION, "a" * 12, at=at(0))
    log.reach(State.VOTING, at=at(1), by="ada", text="a" * 12)
    log.reach(State.DECIDED, at=at(2), by="ada")
    log.reach(State.PUBLISHED, at=at(3), by="ada")
    # As after a merge: one clone published while the other took the decision back.
    sheet.undo(log.reached()[State.DECIDED].entry, at=at(4))
    assert (log.state(), log.decided()) == (State.VOTING, None)
    sheet.undo(log.reached()[State.FROZEN].entry, at=at(5))
    assert log.state() is State.OPEN


def test_a_decided_list_stays_what_it_was(log: EditionLog, tmp_path: Path) -> None:
    log.place([place(ONE, 1, why="clear"), place(TWO, 2)], at=at(0))
    log.reach(State.DECIDED, at=at(1), by="ada")
    decided = log.decided()
    assert decided is not None
    assert [(item.identifier, item.rank, item.why) for item in decided] == [(ONE, 1, "clear"), (TWO, 2, "")]
    log.place([place(TWO, 1), place("2204.00003", 3)], at=at(2), out=[ONE])
    shared(log, tmp_path).undo(decided[0].entry, at=at(3))
    assert log.decided() == decided


# What happens to an edition, as plain values: who, what, to which paper, and at which minute of an unsteady clock.
CURATORS, PAPERS = ("ada", "bob", "Ada"), (ONE, TWO)
MINUTES = st.integers(0, 4)
CASTS = st.tuples(
    st.just("cast"),
    st.sampled_from(CURATORS),
    st.sampled_from(PAPERS),
    st.sampled_from([*Vote, None]),
    st.sampled_from(["", "a note"]),
    MINUTES,
)
STEPS = st.one_of(
    CASTS,
    st.tuples(
        st.just("mark"),
        st.sampled_from([*CURATORS, ""]),
        st.sampled_from(PAPERS),
        st.sampled_from(["pick", "no", ""]),
        MINUTES,
    ),
    st.tuples(st.just("place"), st.sampled_from(PAPERS), st.sampled_from([1, 2, None]), MINUTES),
    st.tuples(st.just("out"), st.sampled_from(PAPERS), MINUTES),
    st.tuples(st.just("add"), st.sampled_from(["A", "B"]), MINUTES),
    st.tuples(st.just("freeze"), st.sampled_from(["a", "b"]), MINUTES),
    st.tuples(st.just("reach"), st.sampled_from([State.VOTING, State.DECIDED, State.PUBLISHED]), MINUTES),
    st.tuples(st.just("undo"), st.integers(0, 20), MINUTES),
)


def do(log: EditionLog, sheet: DecisionLog, step: Sequence[Any]) -> None:
    what, *rest, minute = step
    when = at(minute)
    if what == "cast":
        curator, paper, vote, note = rest
        log.cast(curator, {paper: (vote, note)}, at=when)
    elif what == "mark":
        curator, paper, decision = rest
        sheet.record_marks(EDITION, {paper: Mark(decision, "", curator if decision else "")}, at=when)
    elif what == "place":
        log.place([place(*rest)], at=when)
    elif what == "out":
        log.place([], at=when, out=rest, by="ada")
    elif what == "add":
        log.add(Added("page:1", rest[0], (), "https://a.example", "", "ada"), at=when)
    elif what == "freeze":
        sheet.freeze(EDITION, rest[0] * 12, at=when)
    elif what == "reach" and (rest[0] is not State.DECIDED or log.places()):
        log.reach(rest[0], at=when, by="ada", text="x")
    elif what == "undo" and (entries := log.entries()):
        sheet.undo(entries[rest[0] % len(entries)].id, at=when)


def told(log: EditionLog, sheet: DecisionLog) -> tuple[Any, ...]:
    """All that the log says of the edition."""
    frozen = sheet.frozen(EDITION)
    return (
        log.ballots(), log.ballots(marks=False), log.places(), log.added(), log.decided(), log.reached(), log.state(),
        log.replay().freezings(), sheet.marks(EDITION), frozen and frozen.bundle,
    )  # fmt: skip


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], tuple[EditionLog, DecisionLog, Path]]:
    def made() -> tuple[EditionLog, DecisionLog, Path]:
        folder = tmp_path_factory.mktemp("log")
        return EditionLog(folder, EDITION), DecisionLog(folder), folder / f"{EDITION}.jsonl"

    return made


Logs = Callable[[], tuple[EditionLog, DecisionLog, Path]]


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(CASTS, max_size=12))
def test_each_curators_last_word_stands_whatever_the_others_say(logs: Logs, steps: list[tuple[Any, ...]]) -> None:
    log, sheet, _ = logs()
    wanted: dict[str, dict[str, tuple[Vote | None, str]]] = {}
    for step in steps:
        do(log, sheet, step)
        _, curator, paper, vote, note, _ = step
        wanted.setdefault(curator.casefold(), {})[paper] = (vote, note)
    found = {
        name.casefold(): {paper: (ballot.vote, ballot.note) for paper, ballot in said.items()}
        for name, said in log.ballots().items()
    }
    kept = {name: {key: said for key, said in papers.items() if any(said)} for name, papers in wanted.items()}
    assert found == {name: papers for name, papers in kept.items() if papers}


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=14), rng=st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(logs: Logs, steps: list[tuple[Any, ...]], rng: random.Random) -> None:
    log, sheet, path = logs()
    for step in steps:
        do(log, sheet, step)
    before = told(log, sheet)
    if path.exists():
        lines = path.read_bytes().splitlines(keepends=True) * 2
        rng.shuffle(lines)
        path.write_bytes(b"".join(lines))
    assert told(log, sheet) == before


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=8), last=STEPS)
def test_an_undo_brings_back_what_was_and_an_undone_undo_what_came(
    logs: Logs, steps: list[tuple[Any, ...]], last: tuple[Any, ...]
) -> None:
    log, sheet, _ = logs()
    for step in steps:
        do(log, sheet, step)
    before, known = told(log, sheet), {entry.id for entry in log.entries()}
    do(log, sheet, last)
    after = told(log, sheet)
    new = [entry.id for entry in log.entries() if entry.id not in known]
    assert len(new) <= 1
    for entry in new:
        sheet.undo(entry, at=at(9))
        # That a list was once frozen is remembered.
        assert told(log, sheet)[:7] == before[:7]
        (undo,) = [item.id for item in log.entries() if item.id not in known and item.id != entry]
        sheet.undo(undo, at=at(9))
        assert told(log, sheet) == after


@settings(max_examples=60, deadline=None)
@given(base=st.lists(STEPS, max_size=5), mine=st.lists(STEPS, max_size=5), theirs=st.lists(STEPS, max_size=5))
def test_two_clones_merge_to_the_same_either_way(
    logs: Logs, base: list[tuple[Any, ...]], mine: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]
) -> None:
    one, two = logs(), logs()
    for steps, sides in ((base, (one, two)), (mine, (one,)), (theirs, (two,))):
        for step in steps:
            for log, sheet, _ in sides:
                do(log, sheet, step)
    both = [path.read_bytes() if path.exists() else b"" for *_, path in (one, two)]
    answers = []
    for order in (both, both[::-1]):
        log, sheet, path = logs()
        path.write_bytes(b"".join(order))
        answers.append(told(log, sheet))
    assert answers[0] == answers[1]
