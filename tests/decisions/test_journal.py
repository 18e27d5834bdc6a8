"""One file of the log: nothing good is ever lost, nothing broken goes unnoticed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import Entry, Kind
from paperradar.decisions.entries import BrokenLine, parse_line
from paperradar.decisions.journal import Journal, Reading
from paperradar.decisions.locking import exclusive, exclusive_by_file
from paperradar.errors import TryAgainLater
from tests.decisions.builders import at, entry

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "decisions" / "2022-05.jsonl")


@given(
    st.builds(
        Entry,
        kind=st.just(Kind.MARK),
        edition=TEXT,
        identifier=TEXT,
        at=st.integers(0, 10**6).map(at),
        by=TEXT,
        file=TEXT,
        payload=st.fixed_dictionaries({"decision": TEXT, "note": TEXT}),
        after=st.lists(TEXT, max_size=3).map(lambda items: tuple(sorted(items))),
    )
)
def test_a_line_gives_back_its_entry(made: Entry) -> None:
    line = made.line()
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert parse_line(line) == made
    assert parse_line(line).line() == line


def test_a_line_is_canonical_and_readable() -> None:
    line = replace(entry(1, "jä"), file="2022-05.csv").line().decode("utf-8")
    values = json.loads(line)
    assert list(values) == sorted(values)
    assert values["from"] == "2022-05.csv"
    assert values["at"] == "2022-05-03T12:00:00Z"
    assert "jä" in line


def test_the_id_is_of_the_content_alone() -> None:
    one = entry(1)
    assert replace(one, at=at(99), file="other.csv").id == one.id
    assert len({one.id, replace(one, by="bob").id, replace(one, edition="2022-06").id, entry(2).id}) == 4


@given(st.binary(max_size=60))
def test_no_bytes_are_worse_than_broken(data: bytes) -> None:
    with pytest.raises(BrokenLine):
        parse_line(data)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_flipped_byte_is_noticed_or_harmless(place: int, flip: int) -> None:
    line = bytearray(replace(entry(1), file="a.csv").line())
    line[place % (len(line) - 1)] ^= flip
    try:
        read = parse_line(bytes(line))
    except BrokenLine:
        return
    # Only the time and the file's name are outside of the id.
    assert read.id == entry(1).id


def test_appending_twice_writes_once(journal: Journal) -> None:
    assert journal.append([entry(1), entry(2)]).entries == (entry(1), entry(2))
    before = journal.path.read_bytes()
    assert journal.append([replace(entry(2), at=at(5)), entry(1)]).entries == ()
    assert journal.path.read_bytes() == before
    assert journal.append([entry(3), entry(3)]).entries == (entry(3),)
    assert journal.path.read_bytes().startswith(before)
    assert journal.read().entries == (entry(1), entry(2), entry(3))


def test_a_missing_file_is_empty_and_stays_missing(journal: Journal) -> None:
    assert journal.read().entries == ()
    assert not journal.path.parent.exists()


@pytest.mark.parametrize("reader", ["read", "append"])
def test_a_torn_last_line_is_set_aside_and_told(journal: Journal, reader: str) -> None:
    journal.append([entry(1), entry(2)])
    good = journal.path.read_bytes()
    torn = entry(3).line()[:40]
    journal.path.write_bytes(good + torn)
    problems = (journal.read() if reader == "read" else journal.append([])).problems
    assert [(problem.path, problem.line) for problem in problems] == [(journal.path, 3)]
    assert "torn" in problems[0].reason
    assert journal.path.read_bytes() == good
    beside = journal.path.with_name("2022-05.jsonl.torn")
    assert beside.read_bytes() == torn + b"\n"
    assert journal.read() == Reading((entry(1), entry(2)), ())
    # A second crash does not overwrite what the first left.
    journal.path.write_bytes(good + b'{"again')
    journal.append([entry(4)])
    assert beside.read_bytes() == torn + b'\n{"again\n'
    assert journal.read().entries == (entry(1), entry(2), entry(4))


def test_a_whole_last_line_without_its_end_is_kept(journal: Journal) -> None:
    journal.append([entry(1), entry(2)])
    journal.path.write_bytes(journal.path.read_bytes().removesuffix(b"\n"))
    journal.append([entry(3)])
    assert journal.read() == Reading((entry(1), entry(2), entry(3)), ())
    assert not journal.path.with_name("2022-05.jsonl.torn").exists()


@given(st.integers(min_value=0))
def test_cut_anywhere_only_the_last_line_is_lost(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "cut" / "2022-05.jsonl"
    path.parent.mkdir(exist_ok=True)
    lines = [entry(number).line() for number in range(3)]
    data = b"".join(lines)
    kept = cut % (len(data) + 1)
    path.write_bytes(data[:kept])
    journal = Journal(path)
    # A line that only lacks its LF is whole.
    whole = sum(kept >= len(b"".join(lines[: number + 1])) - 1 for number in range(3))
    journal.append([entry(7)])
    assert journal.read().entries == (*(entry(number) for number in range(whole)), entry(7))


def test_a_folder_that_may_only_be_read_is_read(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append([entry(1)])
    journal.path.write_bytes(journal.path.read_bytes() + b'{"torn')

    def refuse(*_: object) -> int:
        raise PermissionError("read only")

    monkeypatch.setattr(os, "open", refuse)
    reading = journal.read()
    assert reading.entries == (entry(1),)
    assert [problem.line for problem in reading.problems] == [2]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b"<<<<<<< ours", "JSON"),
        (b"[]", "object"),
        (b"{}", "id"),
        (entry(1).line().replace(b'"mark"', b'"vote"'), "newer"),
        (entry(1).line().replace(b"yes", b"no"), "does not match"),
        (entry(1).line().replace(b"12:00:00Z", b"12:00:00"), "zone"),
        (entry(1).line().replace(b'"decision":"yes"', b'"decision":3'), "decision"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_broken_line_in_the_middle_is_named_and_skipped(journal: Journal, line: bytes, word: str) -> None:
    journal.append([entry(5)])
    journal.path.write_bytes(journal.path.read_bytes() + line.strip() + b"\n" + entry(6).line())
    reading = journal.read()
    assert reading.entries == (entry(5), entry(6))
    (problem,) = reading.problems
    assert str(problem).startswith(f"{journal.path}:2: skipped: ")
    assert word in problem.reason


def test_line_ends_marks_and_blank_lines_of_editors_do_no_harm(journal: Journal) -> None:
    journal.append([entry(1), entry(2)])
    data = journal.path.read_bytes().replace(b"\n", b"\r\n\r\n")
    journal.path.write_bytes(b"\xef\xbb\xbf" + data)
    assert journal.read() == Reading((entry(1), entry(2)), ())


def test_a_write_that_fails_half_way_leaves_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append([entry(1)])
    before = journal.path.read_bytes()
    really = os.write
    calls: list[int] = []

    def full_disk(file: int, data: memoryview) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError("No space left on device")
        return really(file, data[:10])

    monkeypatch.setattr(os, "write", full_disk)
    with pytest.raises(OSError, match="No space"):
        journal.append([entry(2)])
    assert journal.path.read_bytes() == before


def test_many_threads_and_none_loses_a_line(journal: Journal) -> None:
    def work(start: int) -> None:
        for number in range(start, start + 20):
            Journal(journal.path).append([entry(number)])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 80, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reading = journal.read()
    assert {item.identifier for item in reading.entries} == {f"2204.{number:05}" for number in range(90)}
    assert journal.path.read_bytes().count(b"\n") == 90
    assert reading.problems == ()


def test_an_append_waits_for_another_one(journal: Journal) -> None:
    journal.append([entry(1)])
    held = os.open(journal.path, os.O_RDWR)
    try:
        with exclusive(held, journal.path):
            waiting = threading.Thread(target=journal.append, args=([entry(2)],))
            waiting.start()
            waiting.join(0.3)
            assert waiting.is_alive()
            assert journal.path.read_bytes() == entry(1).line()
    finally:
        os.close(held)
    waiting.join(20)
    assert journal.read().entries == (entry(1), entry(2))


APPEND_FOREVER = """
import sys
from pathlib import Path
from paperradar.decisions.journal import Journal
from tests.decisions.builders import entry
journal = Journal(Path(sys.argv[1]))
number = 0
while True:
    journal.append([entry(number), entry(number + 1)])
    print(number + 1, flush=True)
    number += 2
"""


def test_a_killed_process_loses_nothing_that_it_had_told(journal: Journal, root: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", APPEND_FOREVER, str(journal.path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = -1
        for line in process.stdout:
            told = int(line)
            if told > 50:
                break
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
    told = int(rest[-1]) if rest else told
    journal.append([])
    numbers = [int(item.identifier.partition(".")[2]) for item in journal.read().entries]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > told


def test_a_held_lock_is_waited_for_and_then_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.touch()
    first, second = os.open(path, os.O_RDWR), os.open(path, os.O_RDWR)
    try:
        with (
            exclusive(first, path),
            pytest.raises(TryAgainLater, match=r"x\.jsonl"),
            exclusive(second, path, wait_seconds=0.1),
        ):
            pass
        with exclusive(second, path, wait_seconds=0.1):
            pass
    finally:
        os.close(first)
        os.close(second)


def test_the_portable_lock_does_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.jsonl"
    with (
        exclusive_by_file(path),
        pytest.raises(TryAgainLater, match=r"x\.jsonl\.lock"),
        exclusive_by_file(path, wait_seconds=0.1),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("paperradar.decisions.locking._fcntl", lambda: None)
    begun = time.monotonic()
    Journal(path).append([entry(1)])
    assert Journal(path).read().entries == (entry(1),)
    assert time.monotonic() - begun < 5
    assert not path.with_name("x.jsonl.lock").exists()


def test_git_keeps_both_curators_lines(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words],
            cwd=tmp_path, check=True, capture_output=True, timeout=60,
        )  # fmt: skip

    journal = Journal(tmp_path / "2022-05.jsonl")
    git("init", "-q", "-b", "main")
    journal.append([entry(1)])
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "ada")
    journal.append([entry(2), entry(9)])
    git("commit", "-qam", "ada's")
    git("checkout", "-q", "main")
    journal.append([entry(3), replace(entry(9), at=at(3))])
    git("commit", "-qam", "bob's")
    git("merge", "-q", "ada")
    reading = journal.read()
    assert {item.identifier for item in reading.entries} == {"2204.00001", "2204.00002", "2204.00003", "2204.00009"}
    assert [item.at for item in reading.entries if item == entry(9)] == [entry(9).at]
    assert reading.problems == ()
