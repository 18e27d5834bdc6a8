"""Opening the database: one holder at a time, waiting for it, naming it.

DuckDB locks the whole file: a writer shuts out every other process, readers included, and a reader shuts out
writers. Inside one process DuckDB would share one instance between threads, and refuse a second mode;
a gate per file makes threads take turns as processes do.

Mind: closing any other descriptor of the file in this process drops POSIX locks. Never read the file's bytes
while a session is open.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import shlex
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from paperradar.errors import InputError, StoreBusy
from paperradar.store.migrations import migrate, pending

_log = logging.getLogger(__name__)

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0  # seconds
# Who waits longer than this is told for whom: a silent command looks like a broken one.
_TOLD_AFTER = 2.0
_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?)\s*\(PID (?P<pid>\d+)\)")
# What may go wrong with a file or a machine; every other DuckDB error is a bug here and stays one.
_TROUBLE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException, duckdb.SerializationException)

# The same trouble in errors of no class of its own: a damaged block read late, a disk that is full at the commit.
_BROKEN = re.compile(r"Corrupt database file|No space left on device")


class _Gate:
    """Lets one thread of this process at a file."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner: int | None = None


_gates: dict[str, _Gate] = {}
_gates_lock = threading.Lock()


@contextmanager
def opened(path: Path, *, read_only: bool, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the database at ``path``, its schema up to date, closed at the end.

    Read-only, a missing database reads as an empty one (and is not created). Raises StoreBusy where another
    holder outlasts ``wait_seconds``, InputError where the file cannot be used, UsageError where it is newer
    than this program.
    """
    deadline = time.monotonic() + wait_seconds
    with _gate(path, wait_seconds):
        if not path.exists():
            if read_only:
                connection = duckdb.connect(":memory:", config=_CONFIG)
                migrate(connection, path)
            else:
                _create(path)
                connection = _connect(path, read_only=False, deadline=deadline, waited=wait_seconds)
        else:
            connection = _connect(path, read_only=read_only, deadline=deadline, waited=wait_seconds)
        try:
            with translated(path):
                if read_only and pending(connection, path):
                    connection.close()
                    connection = _connect(path, read_only=False, deadline=deadline, waited=wait_seconds)
                    migrate(connection, path)
                    connection.close()
                    connection = _connect(path, read_only=True, deadline=deadline, waited=wait_seconds)
                elif not read_only:
                    migrate(connection, path)
                yield connection
        finally:
            with translated(path):
                connection.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn DuckDB's words on a bad file or a full disk into an InputError."""
    try:
        yield
    except duckdb.Error as error:
        if not isinstance(error, _TROUBLE) and not _BROKEN.search(str(error)):
            raise
        raise InputError(f"the database {path} cannot be used: {_first_line(error)}; {_remedy(error)}") from error


@contextmanager
def _gate(path: Path, wait_seconds: float) -> Iterator[None]:
    key = os.path.realpath(path)
    with _gates_lock:
        gate = _gates.setdefault(key, _Gate())
    if gate.owner == threading.get_ident():
        raise RuntimeError(f"the store {path} is already open in this thread; sessions do not nest")
    if not gate.lock.acquire(timeout=max(wait_seconds, 0)):
        raise StoreBusy(f"{path} is held by another thread of this process (PID {os.getpid()}); run again later")
    gate.owner = threading.get_ident()
    try:
        yield
    finally:
        gate.owner = None
        gate.lock.release()


def _create(path: Path) -> None:
    """Make an empty database in one step: a crash half-way leaves no file that DuckDB cannot open."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(temporary), config=_CONFIG)
        try:
            migrate(connection, path)
        finally:
            connection.close()
        try:
            os.link(temporary, path)  # unlike a rename, this never replaces what another process just made
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            if not path.exists():
                temporary.rename(path)
    except (OSError, *_TROUBLE) as error:
        raise InputError(f"cannot create the database {path}: {_first_line(error)}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
            temporary.with_name(f"{temporary.name}.wal").unlink(missing_ok=True)


def _connect(path: Path, *, read_only: bool, deadline: float, waited: float) -> duckdb.DuckDBPyConnection:
    pause, begun, told = _FIRST_PAUSE, time.monotonic(), False
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only, config=_CONFIG)
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error):
                raise InputError(
                    f"the database {path} cannot be opened: {_first_line(error)}; {_remedy(error)}"
                ) from error
            left = deadline - time.monotonic()
            if left <= 0:
                raise StoreBusy(
                    f"{path} is held by {_holder(str(error))}; waited {waited:.0f} s."
                    " Let it finish or end it, then run the same command again"
                ) from error
            if not told and time.monotonic() - begun > _TOLD_AFTER:
                told = True
                _log.warning("%s is held by %s; waiting up to %.0f s more", path, _holder(str(error)), left)
        except duckdb.Error as error:
            raise InputError(f"the database {path} cannot be opened: {_first_line(error)}; {_remedy(error)}") from error
        time.sleep(min(pause, left))
        pause = min(pause * 1.6, _LONGEST_PAUSE)


def _holder(message: str) -> str:
    """Who holds the database, from DuckDB's words."""
    found = _HOLDER.search(message)
    if not found:
        return "another process"
    pid = int(found["pid"])
    return f"process {pid} ({_command_line(pid) or found['program'] or 'unknown program'})"


def _command_line(pid: int) -> str:
    """The command line of a process where /proc tells it, shortened; else nothing."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    words = raw.decode("utf-8", "replace").rstrip("\0").split("\0")
    line = " ".join(shlex.join(words).split())
    return line if len(line) <= 200 else line[:197] + "..."


def _remedy(error: BaseException) -> str:
    if "No space left" in str(error):
        return "make room on the disk and run the same command again"
    return "if that stays so, move the file away, then import and embed again: people's decisions are not in it"


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0]
