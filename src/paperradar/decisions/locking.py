"""One appender at a time: an exclusive lock on an open file, by fcntl or, where there is none, by a file beside it."""

from __future__ import annotations

import errno
import importlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from paperradar.errors import TryAgainLater

WAIT_SECONDS = 20.0
_PAUSE_SECONDS = 0.05
# A network file system can refuse locks altogether.
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


def _fcntl() -> ModuleType | None:
    try:
        return importlib.import_module("fcntl")
    except ImportError:  # not on Windows
        return None


@contextmanager
def exclusive(file: int, path: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock on an open file descriptor; ``path`` is its name. Raises TryAgainLater after ``wait_seconds``."""
    fcntl = _fcntl()
    if fcntl is None or not _flock(fcntl, file, path, wait_seconds):
        with exclusive_by_file(path, wait_seconds=wait_seconds):
            yield
        return
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def exclusive_by_file(path: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """The portable way: whoever makes ``<path>.lock`` holds the lock. A crash leaves the file, which is then named."""
    lock = path.with_name(f"{path.name}.lock")
    until = time.monotonic() + wait_seconds
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except (FileExistsError, PermissionError) as error:
            if time.monotonic() >= until:
                raise TryAgainLater(
                    f"another process is writing {path}; try again later, or delete {lock} if none is running"
                ) from error
            time.sleep(_PAUSE_SECONDS)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _flock(fcntl: ModuleType, file: int, path: Path, wait_seconds: float) -> bool:
    """Whether the lock was taken; False where the file system knows no locks."""
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError as error:
            if error.errno in _NO_LOCKS_HERE:
                return False
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise
            if time.monotonic() >= until:
                raise TryAgainLater(f"another process is writing {path}; try again later") from error
            time.sleep(_PAUSE_SECONDS)
