"""A process that imports is killed, at any moment, and run again: the store ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paperradar.pipeline.importing import import_snapshot
from paperradar.store import ImportState, SetAsideRecord, Store, StoredPaper
from tests.sources.builders import record, versions, write

if os.name != "posix":
    pytest.skip("only POSIX systems have SIGKILL", allow_module_level=True)

RECORDS = 3000
# Imports, and says so after each transaction, in more words than a pipe holds for long: a process that is to be
# killed after its third transaction cannot run to its end meanwhile, however slowly this one reads.
IMPORT = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from paperradar.pipeline.importing import import_snapshot
from paperradar.store import Store

database, file, batch_size, killed_in = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])

class Telling(Store):
    committed = 0

    @contextmanager
    def writing(self):
        with super().writing() as session:
            yield session
            if self.committed + 1 == killed_in:
                os.kill(os.getpid(), signal.SIGKILL)
        self.committed += 1
        print("committed".ljust(20_000), flush=True)

print(import_snapshot(Telling(database), file, batch_size=batch_size).read)
"""

Contents = tuple[list[StoredPaper], list[SetAsideRecord], ImportState | None]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with broken records in it, and with papers that come back in another version."""
    records = [
        b'{"id": "2205.0'
        if number % 97 == 0
        else record(number - number % 5, versions=versions(2), title="Changed")
        if number % 50 == 3
        else record(number)
        for number in range(1, RECORDS + 1)
    ]
    return write(tmp_path_factory.mktemp("snapshot") / "a.jsonl.gz", records)


@pytest.fixture(scope="module")
def expected(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """What an import that nobody interrupts leaves in the store."""
    store = Store(tmp_path_factory.mktemp("whole") / "papers.duckdb")
    report = import_snapshot(store, snapshot)
    assert (report.read, report.set_aside) == (RECORDS, RECORDS // 97)
    return contents(store, snapshot)


def contents(store: Store, file: Path) -> Contents:
    with store.reading() as session:
        return session.papers(), session.set_aside_records(), session.import_state(file.name)


def start(store: Store, file: Path, *, batch_size: int, killed_in: int = 0) -> subprocess.Popen[str]:
    arguments = [str(store.path), str(file), str(batch_size), str(killed_in)]
    return subprocess.Popen([sys.executable, "-c", IMPORT, *arguments], stdout=subprocess.PIPE, text=True)


def kill_after(process: subprocess.Popen[str], commits: int) -> None:
    with process:
        assert process.stdout is not None
        for _ in range(commits):
            assert process.stdout.readline().startswith("committed")
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def finish(process: subprocess.Popen[str]) -> int:
    """Let a process run to its end; returns how many records it read."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return int(output.splitlines()[-1])


def check_half_way(store: Store, file: Path, at_least: int) -> int:
    """The killed process left whole transactions; returns how many records they held."""
    with store.reading() as session:
        state = session.import_state(file.name)
        assert state is not None
        assert not state.done
        assert at_least <= state.records < RECORDS
        assert all(found.line <= state.lines for found in session.set_aside_records())
        return state.records


def test_killed_from_outside_twice_and_run_to_its_end(tmp_path: Path, snapshot: Path, expected: Contents) -> None:
    store = Store(tmp_path / "papers.duckdb")
    kill_after(start(store, snapshot, batch_size=40), 1)
    first = check_half_way(store, snapshot, 40)
    kill_after(start(store, snapshot, batch_size=41), 3)
    second = check_half_way(store, snapshot, first + 3 * 41)
    assert finish(start(store, snapshot, batch_size=1000)) == RECORDS - second
    assert contents(store, snapshot) == expected


@pytest.mark.parametrize("transaction", [1, 2])
def test_killed_when_all_is_written_and_not_committed(
    tmp_path: Path, snapshot: Path, expected: Contents, transaction: int
) -> None:
    store = Store(tmp_path / "papers.duckdb")
    process = start(store, snapshot, batch_size=700, killed_in=transaction)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    kept = 700 * (transaction - 1)
    with store.reading() as session:
        state = session.import_state(snapshot.name)
        assert (state.records if state else 0) == kept
    assert import_snapshot(store, snapshot).read == RECORDS - kept
    assert contents(store, snapshot) == expected
