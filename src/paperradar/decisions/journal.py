"""One file of the decisions log: whole lines appended and flushed to disk, damage told and never spread."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from paperradar.decisions.entries import BrokenLine, Entry, parse_line
from paperradar.decisions.locking import exclusive
from paperradar.files import write_atomically

_log = logging.getLogger(__name__)

# What this process has said already, whichever log it was: a command opens the log several times.
_told: set[Problem] = set()

_BINARY = getattr(os, "O_BINARY", 0)
_ATTRIBUTES = "# Two curators' entries are both kept when their branches meet.\n*.jsonl -text merge=union\n"


@dataclass(frozen=True, slots=True)
class Problem:
    """A damaged line: skipped, or (the last one, torn) set aside. ``line`` counts from 1."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reading:
    """The good entries, in the file's order, the first of each id; and what was wrong."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Appended:
    """The entries that were new, and what was wrong with the lines already there."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def tell_problems(problems: Iterable[Problem]) -> None:
    """Warn of damaged lines, of each once in a process."""
    for problem in problems:
        if problem not in _told:
            _told.add(problem)
            _log.warning("decisions log: %s", problem)


class Journal:
    """A file of entries, one JSON line each. It is only ever appended to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Reading:
        """All good entries; a missing file has none.

        A last line without LF is what a crash leaves. It is set aside in ``<name>.torn`` (see `append`) where
        the folder can be written; either way it is told and everything before it is kept.
        """
        data = self._bytes()
        if data and not data.endswith(b"\n"):
            try:
                with self._open() as file:
                    return self._mend(file)
            except OSError:
                # A workspace that may only be read: tell it, leave it.
                pass
        return self._parse(data)

    def append(self, entries: Iterable[Entry]) -> Appended:
        """Append the entries whose id is not there yet; they are on the disk when this returns.

        A torn last line is set aside first: appended to ``<name>.torn`` beside the file, then cut off here. If it
        is a whole entry that only lacks its LF, it gets the LF. Raises TryAgainLater where another process holds the
        file for long, OSError where it cannot be written; then nothing of these entries is there.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._tell_git()
        made = not self.path.exists()
        with self._open(os.O_CREAT) as file:
            reading = self._mend(file)
            new = {entry.id: entry for entry in reversed(list(entries))}
            for entry in reading.entries:
                new.pop(entry.id, None)
            appended = tuple(reversed(new.values()))
            _write_all(file, b"".join(entry.line() for entry in appended))
        if made:
            _flush_folder(self.path.parent)
        return Appended(appended, reading.problems)

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    @contextmanager
    def _open(self, flags: int = 0) -> Iterator[int]:
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | _BINARY | flags, 0o666)
        try:
            with exclusive(file, self.path):
                yield file
        finally:
            os.close(file)

    def _mend(self, file: int) -> Reading:
        """Read under the lock; nobody is in the middle of a line then."""
        data = self._bytes()
        good, newline, tail = data.rpartition(b"\n")
        if not tail:
            return self._parse(data)
        if _is_entry(tail):
            _write_all(file, b"\n")
            return self._parse(data + b"\n")
        torn = self.path.with_name(f"{self.path.name}.torn")
        beside = os.open(torn, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _BINARY, 0o666)
        try:
            _write_all(beside, tail + b"\n")
        finally:
            os.close(beside)
        os.ftruncate(file, len(good) + len(newline))
        os.fsync(file)
        reading = self._parse(good + newline)
        number = good.count(b"\n") + (2 if newline else 1)
        problem = Problem(self.path, number, f"the last line was torn by a crash; set aside in {torn.name}")
        return Reading(reading.entries, (*reading.problems, problem))

    def _parse(self, data: bytes) -> Reading:
        entries: dict[str, Entry] = {}
        problems = []
        for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                entry = parse_line(line)
            except BrokenLine as error:
                problems.append(Problem(self.path, number, f"skipped: {error}"))
                continue
            # Two clones can have learnt the same fact; the earlier time stands, whichever way they were merged.
            known = entries.get(entry.id)
            if known is None or (entry.at, entry.file) < (known.at, known.file):
                entries[entry.id] = entry
        return Reading(tuple(entries.values()), tuple(problems))

    def _tell_git(self) -> None:
        attributes = self.path.with_name(".gitattributes")
        if not attributes.exists():
            with suppress(OSError):  # it only helps git; the entries themselves must not wait for it
                write_atomically(attributes, _ATTRIBUTES.encode())


def _is_entry(line: bytes) -> bool:
    try:
        parse_line(line)
    except BrokenLine:
        return False
    return True


def _write_all(file: int, data: bytes) -> None:
    """Write and flush; where that fails half-way (a full disk), take back what was written."""
    if not data:
        return
    size = os.fstat(file).st_size
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    except BaseException:
        os.ftruncate(file, size)
        raise


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
