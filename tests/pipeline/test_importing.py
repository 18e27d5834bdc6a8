"""Importing snapshot files: what is kept, what is set aside, and where the next run goes on."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.errors import InputError
from paperradar.files import sha256_file
from paperradar.papers import DayBasis, Paper
from paperradar.pipeline.importing import ImportReport, ImportStopped, import_snapshot
from paperradar.progress import Advance
from paperradar.store import ImportState, Session, SetAsideRecord, Store, StoredPaper
from tests.sources.builders import Record, line, record, text, versions, write


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


def run(store: Store, path: Path, *, again: bool = False, batch_size: int = 3) -> ImportReport:
    """The report of an import, without its seconds, which no test can know."""
    report = import_snapshot(store, path, again=again, batch_size=batch_size)
    assert report.seconds >= 0
    assert report.read == report.new + report.updated + report.unchanged + report.older + report.set_aside
    return replace(report, seconds=0)


def broken_off(store: Store, path: Path, *, batch_size: int = 3) -> ImportStopped:
    with pytest.raises(ImportStopped) as caught:
        import_snapshot(store, path, batch_size=batch_size)
    return caught.value


def contents(store: Store) -> list[StoredPaper]:
    with store.reading() as session:
        return session.papers()


def paper(store: Store, identifier: str) -> Paper:
    with store.reading() as session:
        (found,) = session.papers([identifier])
    return found.paper


def everything(store: Store, *sources: str) -> tuple[list[StoredPaper], list[SetAsideRecord], list[ImportState | None]]:
    with store.reading() as session:
        return session.papers(), session.set_aside_records(), [session.import_state(source) for source in sources]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
@pytest.mark.parametrize("batch_size", [2, 5, 1000])
def test_every_record_becomes_a_paper(tmp_path: Path, store: Store, name: str, batch_size: int) -> None:
    path = write(tmp_path / name, [record(number) for number in range(1, 6)])
    assert run(store, path, batch_size=batch_size) == ImportReport(name, read=5, new=5)
    found = contents(store)
    assert [item.paper.identifier for item in found] == [f"2205.0000{number}" for number in range(1, 6)]
    assert {(item.announced_on, item.basis) for item in found} == {(dt.date(2022, 5, 3), DayBasis.SUBMITTED)}
    with store.reading() as session:
        assert session.sources_of("2205.00001") == [name]
        state = session.import_state(name)
    content = text([record(number) for number in range(1, 6)])
    assert state is not None
    assert (state.position, state.lines, state.records, state.done) == (len(content), 5, 5, True)
    assert state.file_sha256 == sha256_file(path)


def test_an_empty_file_is_finished_at_once(tmp_path: Path, store: Store) -> None:
    assert run(store, write(tmp_path / "a.jsonl", [])) == ImportReport("a.jsonl")
    assert run(store, write(tmp_path / "b.jsonl.gz", [])) == ImportReport("b.jsonl.gz")


def test_odd_records_are_kept(tmp_path: Path, store: Store) -> None:
    path = write(
        tmp_path / "a.jsonl",
        [
            rb'{"id": "2205.00001", "title": "half a \ud83d smile"}',
            record(2, id="quant-ph/0201082", versions=[{"version": "v1", "created": "15 Jan 2002"}]),
            record(3, title=r"$\mathcal{O}(n)$ \& Erd\H{o}s"),
            record(4, abstract=""),
            record(5, abstract=None, categories=None, authors=None, authors_parsed=[], versions=None, update_date=None),
            record(6, categories=""),
            b'{"id": "2205.00007", "title": "caf\xe9"}',
            b"",
            b"   \r",
            record(8, title="x" * 100_000),
        ],
    )
    assert run(store, path) == ImportReport("a.jsonl", read=8, new=8)
    assert paper(store, "2205.00001").title == "half a \ufffd smile"
    assert paper(store, "quant-ph/0201082").title == "On the 2 habits of small models"
    assert paper(store, "2205.00003").title == r"$\mathcal{O}(n)$ \& Erd\H{o}s"
    assert paper(store, "2205.00004").abstract == ""
    bare = paper(store, "2205.00005")
    assert (bare.abstract, bare.categories, bare.authors, bare.versions, bare.version) == ("", (), (), (), 1)
    assert paper(store, "2205.00006").categories == ()
    assert paper(store, "2205.00007").title == "caf\ufffd"
    assert len(paper(store, "2205.00008").title) == 100_000
    days = {item.paper.identifier: (item.announced_on, item.basis) for item in contents(store)}
    assert days["2205.00005"] == (dt.date(2022, 5, 3), DayBasis.IDENTIFIER)
    assert days["quant-ph/0201082"] == (dt.date(2002, 1, 16), DayBasis.SUBMITTED)


def test_broken_records_are_set_aside_with_line_and_reason(tmp_path: Path, store: Store) -> None:
    path = write(
        tmp_path / "a.jsonl",
        [
            record(1),
            b'{"id": "2205.00002", "ti\xff',
            b"",
            record(3, title=None),
            record(4),
            b"[]",
            b'{"id": "2205.00005", "title": "' + b"x" * (8 * 1024 * 1024) + b'"}',
            record(6),
        ],
    )
    assert run(store, path) == ImportReport("a.jsonl", read=7, new=3, set_aside=4)
    with store.reading() as session:
        records = session.set_aside_records("a.jsonl")
    assert [(found.line, found.reason) for found in records] == [
        (2, "not JSON: Unterminated string starting at character 22"),
        (4, "2205.00003 has no title"),
        (6, "not a JSON object"),
        (7, "the line is longer than 8 MiB"),
    ]
    assert records[0].excerpt == '{"id": "2205.00002", "ti\ufffd'
    assert records[3].excerpt.startswith('{"id": "2205.00005", "title": "xxx')
    assert all(len(found.excerpt) <= 120 for found in records)
    assert [item.paper.identifier for item in contents(store)] == ["2205.00001", "2205.00004", "2205.00006"]


def test_the_same_bytes_are_imported_once_under_whatever_name(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl", [record(1), b"{}", record(2)])
    run(store, path)
    before = everything(store, "a.jsonl")
    assert run(store, path) == ImportReport("a.jsonl", skipped_as_done=3)
    assert run(store, path.rename(tmp_path / "b.jsonl")) == ImportReport("b.jsonl", skipped_as_done=3)
    assert everything(store, "a.jsonl") == before


def test_again_reads_all_and_changes_nothing(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl", [*(record(number) for number in range(1, 8)), b"{}"])
    run(store, path)
    before = everything(store, "a.jsonl")
    assert run(store, path, again=True) == ImportReport("a.jsonl", read=8, unchanged=7, set_aside=1)
    assert everything(store, "a.jsonl") == before


def test_compressed_anew_it_is_the_same_text_and_nothing_is_read_twice(tmp_path: Path, store: Store) -> None:
    content = text([record(1), record(2)])
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(content, 1))
    run(store, path)
    path.write_bytes(gzip.compress(b"") + gzip.compress(content, 9))
    assert run(store, path) == ImportReport("a.jsonl.gz", skipped_as_done=2)
    with store.reading() as session:
        assert session.finished_import(sha256_file(path)) is not None


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_grown_file_is_continued(tmp_path: Path, store: Store, name: str) -> None:
    path = write(tmp_path / name, [record(1), b"{}", record(2)])
    run(store, path)
    more = text([record(3), b"[]", record(4)])
    with path.open("ab") as file:
        file.write(gzip.compress(more) if name.endswith(".gz") else more)
    assert run(store, path) == ImportReport(name, read=3, new=2, set_aside=1, skipped_as_done=3)
    with store.reading() as session:
        assert [found.line for found in session.set_aside_records(name)] == [2, 5]
    fresh = Store(tmp_path / "fresh.duckdb")
    run(fresh, path)
    assert everything(store, name) == everything(fresh, name)


def test_a_last_line_that_was_half_written_is_read_anew(tmp_path: Path, store: Store) -> None:
    whole, last = text([record(1)]), line(record(2))
    path = tmp_path / "a.jsonl"
    path.write_bytes(whole + last[:100])
    assert run(store, path) == ImportReport("a.jsonl", read=2, new=1, set_aside=1)
    path.write_bytes(whole + last[:-1])  # whole now, but for its line break
    assert run(store, path) == ImportReport("a.jsonl", read=1, new=1, skipped_as_done=1)
    path.write_bytes(whole + last + line(record(3)))
    assert run(store, path) == ImportReport("a.jsonl", read=2, new=1, unchanged=1, skipped_as_done=1)
    papers, set_aside, (state,) = everything(store, "a.jsonl")
    assert (len(papers), set_aside) == (3, [])
    assert state is not None
    assert (state.lines, state.records, state.done) == (3, 3, True)


def test_another_file_of_the_same_name_is_read_from_its_beginning(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl", [record(1), b"{}", b"[]"])
    run(store, path)
    write(path, [record(2), record(3), b"{}", record(4)])
    assert run(store, path, batch_size=2) == ImportReport("a.jsonl", read=4, new=3, set_aside=1)
    with store.reading() as session:  # what was said of the other file's lines is forgotten
        assert [(found.line, found.reason) for found in session.set_aside_records()] == [(3, "no id")]
        assert session.count_papers() == 4


def test_a_shorter_file_leaves_no_notes_on_lines_it_does_not_have(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl", [*(record(number) for number in range(1, 8)), b"{}"])
    run(store, path)
    run(store, write(path, [record(9), b"{}"]))
    with store.reading() as session:
        assert [found.line for found in session.set_aside_records()] == [2]


@pytest.mark.parametrize("batch_size", [50, 1000])
def test_a_compressed_file_that_broke_off_is_continued_when_it_is_whole(
    tmp_path: Path, store: Store, batch_size: int
) -> None:
    records = [record(number) if number % 10 else b"{}" for number in range(1, 401)]
    path = write(tmp_path / "a.jsonl.gz", records)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    stop = broken_off(store, path, batch_size=batch_size)
    kept = stop.report.read
    assert 0 < kept < 400
    assert f"breaks off inside its compressed data after line {kept} " in str(stop)
    with store.reading() as session:
        assert session.count_papers() == stop.report.new == kept - kept // 10
        assert len(session.set_aside_records()) == stop.report.set_aside == kept // 10
    # The same half once more: nothing to do, and still not finished.
    assert replace(broken_off(store, path).report, seconds=0) == ImportReport("a.jsonl.gz", skipped_as_done=kept)
    path.write_bytes(whole)
    rest = run(store, path, batch_size=batch_size)
    assert (rest.read, rest.skipped_as_done) == (400 - kept, kept)
    fresh = Store(tmp_path / "fresh.duckdb")
    run(fresh, path, batch_size=1000)
    assert everything(store, path.name) == everything(fresh, path.name)


class Interrupted(Exception):
    """Stands for whatever ends a process between two transactions."""


class BreakingStore(Store):
    """A real store that fails when a session is to be committed, after so many that were."""

    def __init__(self, path: Path, commits: int) -> None:
        super().__init__(path)
        self.left = commits

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            self.left -= 1
            if self.left < 0:
                raise Interrupted


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("commits", [0, 1, 2, 3])
def test_an_interrupted_import_goes_on_behind_its_last_transaction(
    tmp_path: Path, store: Store, commits: int, again: bool
) -> None:
    records: list[Record | bytes] = [
        record(1),
        b"{}",
        record(2),
        b"",
        record(1, versions=versions(2)),
        record(3),
        b"[]",
        record(4),
    ]
    path = write(tmp_path / "a.jsonl.gz", records)
    whole = Store(tmp_path / "whole.duckdb")
    run(whole, path, batch_size=2)
    if again:
        run(store, path)
    with pytest.raises(Interrupted):
        import_snapshot(BreakingStore(store.path, commits), path, again=again, batch_size=2)
    report = run(store, path, batch_size=2)
    if not again or commits:
        assert (report.read, report.skipped_as_done) == (7 - 2 * commits, 2 * commits)
    assert everything(store, path.name) == everything(whole, path.name)


def test_two_files_in_either_order_give_the_same_papers(tmp_path: Path) -> None:
    first = write(
        tmp_path / "first.jsonl",
        [
            record(1, versions=versions(3), title="The third version"),
            record(2, doi=None, comments="added later", update_date="2022-06-01"),
            record(3, versions=None),
            record(4, categories="", authors_parsed=[], authors=""),
        ],
    )
    second = write(
        tmp_path / "second.jsonl",
        [
            record(1, title="The first version"),
            record(2, comments="9 pages"),
            record(3, update_date="2022-05-10"),
            record(4, abstract=""),
            record(5),
            record(5, versions=versions(2), title="The second version"),
        ],
    )
    found = []
    for order in itertools.permutations([first, second]):
        store = Store(tmp_path / f"{order[0].stem}.duckdb")
        for path in order:
            run(store, path, batch_size=2)
        found.append(contents(store))
    assert found[0] == found[1]
    by_number = {int(item.paper.identifier[-1]): item.paper for item in found[0]}
    assert (by_number[1].title, len(by_number[1].versions)) == ("The third version", 3)
    assert (by_number[2].doi, by_number[2].comments) == ("10.1000/invented", "added later")
    assert (by_number[4].categories, by_number[4].abstract) == (
        ("cs.CL", "cs.LG"),
        "We look at 4 models. They are small.",
    )
    assert by_number[5].title == "The second version"


def test_an_older_version_is_counted_and_does_not_win(tmp_path: Path, store: Store) -> None:
    run(store, write(tmp_path / "a.jsonl", [record(1, versions=versions(2), title="New")]))
    assert run(store, write(tmp_path / "b.jsonl", [record(1, title="Old")])) == ImportReport("b.jsonl", read=1, older=1)
    assert run(store, write(tmp_path / "c.jsonl", [record(1, versions=versions(3), title="Newest")])).updated == 1
    assert paper(store, "2205.00001").title == "Newest"
    with store.reading() as session:
        assert session.sources_of("2205.00001") == ["a.jsonl", "b.jsonl", "c.jsonl"]


@pytest.mark.parametrize(
    ("beginning", "problem"),
    [
        (b"PK\x03\x04rest", "is a zip archive; unpack it"),
        (b"\xff\xfe{\x00", "is UTF-16 text; convert it to UTF-8"),
        (b"\xfe\xff\x00{", "is UTF-16 text; convert it to UTF-8"),
        (b"BZh91AY", "is compressed with bzip2"),
        (b"\xfd7zXZ\x00", "is compressed with xz"),
        (b"(\xb5/\xfd\x04", "is compressed with zstd"),
    ],
)
def test_what_people_hand_in_by_mistake_is_named(tmp_path: Path, store: Store, beginning: bytes, problem: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(beginning)
    with pytest.raises(InputError, match=problem):
        import_snapshot(store, path)
    assert not store.path.exists()


def test_what_is_no_file_is_said_so(tmp_path: Path, store: Store) -> None:
    with pytest.raises(InputError, match="there is no file"):
        import_snapshot(store, tmp_path / "nowhere.jsonl")
    with pytest.raises(InputError, match="is not a file"):
        import_snapshot(store, tmp_path)


def test_the_bar_moves_by_the_bytes_of_the_file(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path / "a.jsonl.gz", [record(1), record(2)])
    opened, moved = list[tuple[str, int | None, str]](), list[int]()

    @contextmanager
    def bar(label: str, total: int | None, *, unit: str = "") -> Iterator[Advance]:
        opened.append((label, total, unit))
        yield moved.append

    import_snapshot(store, path, progress=bar)
    assert opened == [("a.jsonl.gz", path.stat().st_size, "bytes")]
    assert sum(moved) == path.stat().st_size
    moved.clear()
    write(path, [record(3)])  # another file: skipping fails, and the bar starts over
    import_snapshot(store, path, progress=bar)
    assert sum(moved) == path.stat().st_size
