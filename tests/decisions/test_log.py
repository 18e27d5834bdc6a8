"""The tables that are replayed from the log."""

from __future__ import annotations

import logging
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import DecisionLog, Kind, Mark, read_picks
from paperradar.decisions.journal import Journal
from paperradar.errors import InputError, NotFoundError
from paperradar.settings import EditionSettings
from tests.decisions.builders import BOUNDS, EDITION, at, mark, pick

PAPER = "2204.00598"


@pytest.fixture
def log(tmp_path: Path) -> DecisionLog:
    return DecisionLog(tmp_path / "decisions")


def lines(log: DecisionLog) -> int:
    return sum(path.read_bytes().count(b"\n") for path in log.folder.glob("*.jsonl"))


def test_an_empty_log_makes_no_folder(log: DecisionLog) -> None:
    assert (log.picks(), log.marks(EDITION), log.resurfaced(), log.entries(), log.problems()) == ((), {}, {}, [], [])
    assert not log.folder.exists()


def test_picks_by_source_and_edition(log: DecisionLog) -> None:
    picks = [
        pick("2204.00598", rank=2, role="top10"),
        pick("2204.03458", rank=1, role="top10"),
        pick("2204.03458", source="theirs", edition="2022-W18"),
        pick("2203.00001", edition="2022-04", role="mention"),
    ]
    assert log.add_picks(picks, at=at(0), file="a.csv") == 4
    assert log.add_picks(picks, at=at(9), file="b.csv") == 0
    assert log.picks("ours") == (picks[3], picks[1], picks[0])
    assert log.picks(edition=EDITION) == (picks[1], picks[0])
    assert log.picks("theirs", "2022-W18") == (picks[2],)
    assert len(log.picks()) == 4
    assert log.picks("nobody") == ()
    assert sorted(path.name for path in log.folder.glob("*.jsonl")) == ["picks-ours.jsonl", "picks-theirs.jsonl"]


@pytest.mark.parametrize(
    "names",
    [
        ["a/b", "a-b", "a b", "A-b", "../a-b", "a--b", ""],
        ["zeta-alpha", "Zeta-Alpha", "ZETA-ALPHA"],
        ["日本", "中国", "..", "/", "\\"],
        ["x" * 300, "x" * 301],
    ],
)
def test_sources_never_share_a_file_and_never_leave_the_folder(log: DecisionLog, names: list[str]) -> None:
    for name in names:
        assert log.add_picks([pick(source=name)], at=at(0)) == 1
    files = list(log.folder.glob("picks-*.jsonl"))
    assert len({path.name.casefold() for path in files}) == len(names)
    assert [item.name for item in log.folder.parent.iterdir()] == ["decisions"]
    for name in names:
        assert [found.source for found in log.picks(name)] == [name]


def test_a_corrected_import_stands_and_the_better_of_two_in_one_file(log: DecisionLog) -> None:
    log.add_picks([pick(rank=8, role="top10"), pick(rank=3, role="top10"), pick(role="mention")], at=at(0))
    assert [item.rank for item in log.picks()] == [3]
    log.add_picks([pick(rank=5, role="top10")], at=at(1))
    assert [item.rank for item in log.picks()] == [5]


def test_the_closing_day_is_the_workspaces(tmp_path: Path) -> None:
    DecisionLog(tmp_path).add_picks([pick()], at=at(0))
    (moved,) = DecisionLog(tmp_path, EditionSettings(closes_on_day=1)).picks()
    assert moved.decided_on.isoformat() == "2022-05-01"


def test_a_mind_changed_and_changed_back(log: DecisionLog) -> None:
    for minute, decision in enumerate(["yes", "no", "yes", ""]):
        wanted = mark(decision) if decision else Mark()
        assert log.record_marks(EDITION, {PAPER: wanted}, at=at(minute)) == 1
        assert log.record_marks(EDITION, {PAPER: wanted}, at=at(minute)) == 0
        assert log.marks(EDITION) == ({PAPER: wanted} if wanted else {})
    assert lines(log) == 4
    assert [entry.kind for entry in log.entries()] == [Kind.MARK, Kind.MARK, Kind.MARK, Kind.CLEAR]
    assert log.marks("2022-06") == {}


def test_a_clock_that_goes_back_does_not_bring_back_the_old_decision(log: DecisionLog) -> None:
    log.record_marks(EDITION, {PAPER: mark("yes")}, at=at(10))
    log.record_marks(EDITION, {PAPER: mark("no")}, at=at(0))
    assert log.marks(EDITION)[PAPER].decision == "no"


def test_clearing_what_is_not_marked_says_nothing(log: DecisionLog) -> None:
    assert log.record_marks(EDITION, {PAPER: Mark()}, at=at(0)) == 0


@pytest.mark.parametrize("edition", ["../2022-05", "2022-13", "", "picks-zeta-alpha"])
def test_an_edition_must_be_one(log: DecisionLog, edition: str) -> None:
    with pytest.raises(InputError):
        log.record_marks(edition, {PAPER: mark()}, at=at(0))
    with pytest.raises(InputError):
        log.marks(edition)


def test_a_naive_time_is_refused(log: DecisionLog) -> None:
    with pytest.raises(ValueError, match="time zone"):
        log.record_marks(EDITION, {PAPER: mark()}, at=at(0).replace(tzinfo=None))


def test_undo_brings_back_what_was_before_and_can_be_undone(log: DecisionLog) -> None:
    log.record_marks(EDITION, {PAPER: mark("yes")}, at=at(0))
    log.record_marks(EDITION, {PAPER: mark("no")}, at=at(1))
    second = log.entries()[-1].id
    assert log.undo(second, at=at(2), by="bob") == 1
    assert log.marks(EDITION)[PAPER].decision == "yes"
    assert log.undo(second, at=at(3)) == 0
    assert log.undo(log.entries()[-1].id, at=at(4)) == 1
    assert log.marks(EDITION)[PAPER].decision == "no"
    assert log.undo(second, at=at(5), by="bob") == 1
    assert log.marks(EDITION)[PAPER].decision == "yes"
    assert lines(log) == 5
    with pytest.raises(NotFoundError):
        log.undo("0" * 32, at=at(6))


def test_undo_of_a_pick_and_of_a_resurfacing(log: DecisionLog) -> None:
    log.add_picks([pick()], at=at(0))
    log.resurface("2203.00001", edition=EDITION, why="won a prize", at=at(1))
    for entry in log.entries():
        assert log.undo(entry.id, at=at(2)) == 1
    assert (log.picks(), log.resurfaced()) == ((), {})


def test_resurfacing(log: DecisionLog) -> None:
    assert log.resurface(PAPER, edition="2022-05", why="code is out", curator="ada", at=at(0)) == 1
    assert log.resurface(PAPER, edition="2022-05", why="code is out", curator="ada", at=at(1)) == 0
    assert log.resurface(PAPER, edition="2022-05", why="and weights", curator="ada", at=at(2)) == 1
    assert log.resurface(PAPER, edition="2022-06", why="a prize", at=at(3)) == 1
    assert log.resurfaced("2022-05")[PAPER].why == "and weights"
    assert log.resurfaced("2022-05")[PAPER].curator == "ada"
    assert log.resurfaced("2022-06")[PAPER].why == "a prize"
    assert log.resurfaced()[PAPER].edition == "2022-06"
    assert log.resurfaced("2022-07") == {}
    with pytest.raises(InputError, match="why"):
        log.resurface(PAPER, edition="2022-05", why="  ", at=at(4))


def test_two_curators_apart_and_then_one_word_over_both(log: DecisionLog, tmp_path: Path) -> None:
    log.record_marks(EDITION, {PAPER: mark("maybe")}, at=at(0))
    other = DecisionLog(tmp_path / "clone")
    Journal(other.folder / "2022-05.jsonl").append(log.entries())
    log.record_marks(EDITION, {PAPER: mark("yes")}, at=at(1))
    other.record_marks(EDITION, {PAPER: mark("no", curator="bob")}, at=at(2))
    Journal(log.folder / "2022-05.jsonl").append(other.entries())
    assert log.marks(EDITION)[PAPER] == mark("no", curator="bob")
    # What is decided after the merge replaces both, even by a clock that is behind.
    log.record_marks(EDITION, {PAPER: mark("yes")}, at=at(-9))
    assert log.marks(EDITION)[PAPER] == mark("yes")


def test_several_entries_are_undone_at_once(log: DecisionLog) -> None:
    log.record_marks(EDITION, {PAPER: mark(), "2204.03458": mark("no")}, at=at(0))
    ids = [entry.id for entry in log.entries()]
    assert log.undo_all(EDITION, [*ids, "no such id"], at=at(1), by="bob") == 2
    assert log.marks(EDITION) == {}
    assert {entry.at for entry in log.entries() if entry.kind is Kind.UNDO} == {at(1)}
    assert log.undo_all(EDITION, ids, at=at(2)) == 0


def test_freezing_and_its_undo(log: DecisionLog) -> None:
    assert log.frozen(EDITION) is None
    assert log.freeze(EDITION, "a" * 12, at=at(0), by="ann") == 1
    assert log.freeze(EDITION, "a" * 12, at=at(1), by="ben") == 0
    said = log.frozen(EDITION)
    assert said is not None
    assert (said.bundle, said.at, said.by) == ("a" * 12, at(0), "ann")
    assert log.frozen("2022-06") is None
    # A later word stands, by whatever clock.
    assert log.freeze(EDITION, "b" * 12, at=at(-5), by="ann") == 1
    second = log.frozen(EDITION)
    assert second is not None
    assert second.bundle == "b" * 12
    assert log.undo(second.entry, at=at(2)) == 1
    assert log.frozen(EDITION) == said
    assert log.undo(said.entry, at=at(3)) == 1
    assert log.frozen(EDITION) is None
    # The same word after an undo counts again, and can be undone again.
    assert log.freeze(EDITION, "a" * 12, at=at(4), by="ann") == 1
    third = log.frozen(EDITION)
    assert third is not None
    assert (third.bundle, third.at) == ("a" * 12, at(4))
    assert log.undo(third.entry, at=at(5)) == 1
    assert log.frozen(EDITION) is None
    assert lines(log) == 6
    assert log.problems() == []


def test_two_freeze_apart_and_the_later_stands(log: DecisionLog, tmp_path: Path) -> None:
    log.freeze(EDITION, "a" * 12, at=at(1))
    other = DecisionLog(tmp_path / "clone")
    other.freeze(EDITION, "b" * 12, at=at(0))
    Journal(other.folder / "2022-05.jsonl").append(log.entries())
    said = other.frozen(EDITION)
    assert said is not None
    assert said.bundle == "a" * 12
    assert other.freeze(EDITION, "c" * 12, at=at(-9)) == 1
    last = other.frozen(EDITION)
    assert last is not None
    assert last.bundle == "c" * 12


def test_a_freezing_is_about_no_paper(log: DecisionLog) -> None:
    log.freeze(EDITION, "a" * 12, at=at(0), by="ann")
    assert (log.marks(EDITION), log.heard_of(EDITION), log.picks(), log.resurfaced()) == ({}, set(), (), {})
    assert log.record_marks(EDITION, {PAPER: mark()}, at=at(1)) == 1
    assert log.heard_of(EDITION) == {PAPER}
    assert [(entry.kind, entry.identifier) for entry in log.entries()] == [(Kind.FREEZE, ""), (Kind.MARK, PAPER)]
    with pytest.raises(InputError):
        log.freeze("../2022-05", "a" * 12, at=at(2))
    with pytest.raises(InputError):
        log.frozen("2022-13")


STEPS = st.lists(
    st.tuples(st.sampled_from(["2204.00001", "2204.00002"]), st.sampled_from(["yes", "no", ""]), st.integers(0, 5)),
    max_size=8,
)


@given(STEPS, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]], rng: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("log")
    log = DecisionLog(folder)
    wanted: dict[str, Mark] = {}
    for identifier, decision, minute in steps:
        wanted[identifier] = mark(decision) if decision else Mark()
        log.record_marks(EDITION, {identifier: wanted[identifier]}, at=at(minute))
    expected = {identifier: item for identifier, item in wanted.items() if item}
    assert log.marks(EDITION) == expected
    path = folder / "2022-05.jsonl"
    if path.exists():
        shuffled = path.read_bytes().splitlines(keepends=True) * 2
        rng.shuffle(shuffled)
        path.write_bytes(b"".join(shuffled))
    assert log.marks(EDITION) == expected


def test_damage_is_told_once_and_counted(log: DecisionLog, caplog: pytest.LogCaptureFixture) -> None:
    log.record_marks(EDITION, {PAPER: mark()}, at=at(0))
    path = log.folder / "2022-05.jsonl"
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    with caplog.at_level(logging.WARNING):
        assert log.marks(EDITION) == {PAPER: mark()}
        assert log.marks(EDITION) == {PAPER: mark()}
    assert [record.getMessage() for record in caplog.records] == [
        f"decisions log: {path}:1: skipped: it is not a line of JSON"
    ]
    assert [(problem.path, problem.line) for problem in log.problems()] == [(path, 1)]


def test_all_real_picks_replay_well_within_a_second(log: DecisionLog, shared: Path) -> None:
    for name in ("zeta-alpha.csv", "weekly-and-daily-lists.csv"):
        read = read_picks(shared / "data" / "picks" / name, BOUNDS)
        assert read.set_aside == ()
        assert log.add_picks(read.picks, at=at(0), file=name) == len(read.picks)
    begun = time.perf_counter()
    picks = log.picks()
    seconds = time.perf_counter() - begun
    assert len(picks) == 8712  # one paper stands twice on one list
    assert seconds < 3  # 0.4 s on two slow cores; the bound is for a busy machine
    assert len(log.picks("zeta-alpha", "2022-05")) > 10
