"""One holder at a time: other processes and other threads wait, then are told who holds the file."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from paperradar.errors import InputError, StoreBusy
from paperradar.papers import DayBasis, Paper
from paperradar.store import Store
from paperradar.store.connection import opened

HOLD = """
import sys, time
from pathlib import Path
from paperradar.store import Store
store = Store(Path(sys.argv[1]))
with getattr(store, sys.argv[2])():
    print("held", flush=True)
    sys.stdin.readline()
"""


class Holder:
    """A real process that holds the database until `let_go`."""

    def __init__(self, path: Path, how: str = "writing") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "held\n"

    def let_go(self) -> None:
        self.process.communicate("\n", timeout=30)
        assert self.process.returncode == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "papers.duckdb"
    with Store(path).writing():
        pass
    return path


def test_making_a_store_opens_nothing_and_a_missing_one_reads_as_empty(tmp_path: Path) -> None:
    store = Store(tmp_path / "no" / "such.duckdb")
    with store.reading() as session:
        assert session.papers() == []
        assert session.set_aside_records() == []
    assert list(tmp_path.iterdir()) == []


def test_a_new_database_appears_whole_and_alone(path: Path) -> None:
    assert [entry.name for entry in path.parent.iterdir()] == ["papers.duckdb"]


@pytest.mark.parametrize("mine", ["reading", "writing"])
@pytest.mark.parametrize("theirs", ["reading", "writing"])
def test_another_process_is_waited_for_then_named(path: Path, theirs: str, mine: str) -> None:
    holder = Holder(path, theirs)
    try:
        store = Store(path, wait_seconds=0.2)
        if (theirs, mine) == ("reading", "reading"):
            with store.reading() as session:  # readers do not mind each other
                assert session.count_papers() == 0
            return
        with pytest.raises(StoreBusy) as caught, getattr(store, mine)():
            pass
        message = str(caught.value)
        assert str(path) in message
        assert "run the same command again" in message
        assert caught.value.exit_code == 75
        if Path("/proc/self/cmdline").exists():
            assert f"process {holder.process.pid}" in message
            assert "paperradar.store import Store" in message
    finally:
        holder.let_go()


def test_who_waits_long_is_told_once_for_whom(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    holder = Holder(path)
    try:
        with pytest.raises(StoreBusy), Store(path, wait_seconds=3.5).reading():
            pass
        (told,) = caplog.messages
        assert f"{path} is held by process {holder.process.pid}" in told
        assert "waiting up to" in told
    finally:
        holder.let_go()


def test_waiting_is_worth_it(path: Path) -> None:
    holder = Holder(path)
    timer = threading.Timer(0.5, holder.let_go)
    timer.start()
    started = time.monotonic()
    with Store(path, wait_seconds=30).writing() as session:
        assert session.count_papers() == 0
    assert time.monotonic() - started > 0.3
    timer.join()


def test_threads_take_turns(path: Path) -> None:
    inside, seen = threading.Semaphore(1), list[int]()

    def work(number: int) -> None:
        store = Store(path, wait_seconds=60)
        for how in ("writing", "reading"):
            with getattr(store, how)() as session:
                assert inside.acquire(blocking=False), "two sessions at once"
                if how == "writing":
                    paper = Paper(f"2205.0000{number}", "T")
                    day = dt.date(2022, 5, 4)
                    session.upsert_papers([(paper, day, DayBasis.SUBMITTED)], source="test")
                seen.append(session.count_papers())
                inside.release()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    with Store(path).reading() as session:
        assert session.count_papers() == 6


def test_a_thread_that_holds_too_long_is_named(path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with Store(path).reading():
            entered.set()
            leave.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(30)
    try:
        store = Store(path, wait_seconds=0.1)
        with pytest.raises(StoreBusy, match=f"another thread of this process .PID {os.getpid()}"), store.reading():
            pass
    finally:
        leave.set()
        thread.join()


def test_sessions_do_not_nest(path: Path) -> None:
    store = Store(path)
    with store.reading(), pytest.raises(RuntimeError, match="do not nest"), store.writing():
        pass
    with store.writing():  # and the gate is open again
        pass


@pytest.mark.parametrize("content", [b"", b"not a database at all"])
def test_a_file_that_is_no_database_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "papers.duckdb"
    path.write_bytes(content)
    for opening in (Store(path).reading, Store(path).writing):
        with pytest.raises(InputError, match=r"papers\.duckdb cannot be opened"), opening():
            pass
    assert path.read_bytes() == content


def test_a_place_where_nothing_can_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot create the database"), Store(tmp_path / "file" / "x.db").writing():
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_a_killed_writer_committed_is_there(path: Path) -> None:
    code = (
        "import os, sys, datetime\nfrom pathlib import Path\nfrom paperradar.store import connection\n"
        "with connection.opened(Path(sys.argv[1]), read_only=False, wait_seconds=1) as c:\n"
        "    for line in (1, 2):\n"
        "        c.begin()\n"
        "        c.execute('INSERT INTO set_aside VALUES (?, ?, ?, ?)', ['a', line, 'r', 'x'])\n"
        "        if line == 1: c.commit()\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    for opening in (Store(path).reading, Store(path).writing):
        with opening() as session:
            assert [record.line for record in session.set_aside_records()] == [1]


def test_no_extension_is_fetched(path: Path) -> None:
    with opened(path, read_only=True, wait_seconds=1) as connection:
        rows = connection.execute(
            "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%known_extensions'"
        ).fetchall()
        assert dict(rows) == {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def test_trouble_with_the_disk_is_an_input_error(path: Path) -> None:
    with pytest.raises(InputError, match="cannot be used: disk full"), Store(path).writing():
        raise duckdb.IOException("disk full\nand more")
