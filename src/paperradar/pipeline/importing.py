"""Importing arXiv's metadata snapshot: streamed in batches, resumable, idempotent.

Each batch is parsed with the database closed, then written in one transaction together with how far the file
came. So a process killed at any moment and run again ends in the same store as one that was not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from paperradar.calendar import estimate_announcement_day
from paperradar.errors import InputError
from paperradar.files import sha256_file
from paperradar.papers import Paper, clean_text
from paperradar.progress import Progress, silent
from paperradar.sources.lines import LONGEST_LINE, LineReader, RawLine
from paperradar.sources.snapshot import parse_record
from paperradar.store import ImportState, SetAside, Store, Upserted

BATCH = 2_000  # records a transaction
_EXCERPT = 120  # characters
# What people hand in by mistake, by its first bytes.
_OTHER_FORMATS = {
    b"PK\x03\x04": "is a zip archive; unpack it and import the file inside",
    b"\xff\xfe": "is UTF-16 text; convert it to UTF-8",
    b"\xfe\xff": "is UTF-16 text; convert it to UTF-8",
    b"BZh": "is compressed with bzip2; unpack it or use gzip",
    b"\xfd7zXZ": "is compressed with xz; unpack it or use gzip",
    b"(\xb5/\xfd": "is compressed with zstd; unpack it or use gzip",
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``read`` is the sum of the five counts after it.

    ``older`` counts records of a version lower than the one known, ``skipped_as_done`` the records that an
    earlier run had finished with.
    """

    file: str
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    set_aside: int = 0
    skipped_as_done: int = 0
    seconds: float = 0.0


class ImportStopped(InputError):
    """A file broke off in the middle; ``report`` says what was kept."""

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message)
        self.report = report


def import_snapshot(
    store: Store, path: Path, *, again: bool = False, progress: Progress = silent, batch_size: int = BATCH
) -> ImportReport:
    """Import a file of arXiv's metadata snapshot: JSON lines, plain or gzip-compressed.

    A file whose very bytes were imported before is skipped; one that begins with what an earlier run had
    finished with (that run was killed, or the file broke off, or it has grown) is continued there. ``again``
    reads all of it. Records that cannot be used are set aside. Raises InputError where the file cannot be read
    at all, ImportStopped where it breaks off, StoreBusy.
    """
    started = time.monotonic()
    size = _check(path)
    source = clean_text(path.name)
    sha256 = sha256_file(path)
    with store.reading() as session:
        finished = None if again else session.finished_import(sha256)
        known = None if again else session.import_state(source)
    report = ImportReport(source)
    if finished:
        return replace(report, skipped_as_done=finished.records, seconds=time.monotonic() - started)
    with progress(source, size, unit="bytes") as advance:
        reader = LineReader(path, on_read=advance)
        state = ImportState(source, 0, 0, 0, reader.prefix_sha256(), sha256, done=False)
        if known and reader.skip_to(known.position, known.lines, known.prefix_sha256):
            state = replace(known, file_sha256=sha256, done=False)
            report = replace(report, skipped_as_done=known.records)
        try:
            for batch in _batches(reader, state, batch_size):
                report = _add(report, batch, _write(store, batch))
        except _Stopped as stop:
            report = _add(report, stop.batch, _write(store, stop.batch))
            report = replace(report, seconds=time.monotonic() - started)
            raise ImportStopped(str(stop), report) from stop
    return replace(report, seconds=time.monotonic() - started)


@dataclass(slots=True)
class _Batch:
    """Records that become one transaction. ``state`` is how far the file came with them."""

    before: ImportState
    state: ImportState
    papers: list[Paper] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.papers) + len(self.set_aside)


class _Stopped(InputError):
    """The file broke off; ``batch`` holds what was read since the last full batch."""

    def __init__(self, message: str, batch: _Batch) -> None:
        super().__init__(message)
        self.batch = batch


def _batches(reader: LineReader, state: ImportState, size: int) -> Iterator[_Batch]:
    """The rest of a file in batches; only the last one is done. Nothing here touches the store."""
    batch = _Batch(state, state)
    try:
        for line in reader:
            if len(batch) >= size:
                yield batch
                batch = _Batch(batch.state, batch.state)
            _read(line, batch)
            # A last line without line break may be half a line: it counts, but is read anew when the file has grown.
            if line.complete:
                batch.state = replace(
                    batch.before,
                    position=reader.position,
                    lines=reader.lines,
                    records=batch.before.records + len(batch),
                    prefix_sha256=reader.prefix_sha256(),
                )
    except InputError as error:
        raise _Stopped(str(error), batch) from error
    batch.state = replace(batch.state, done=True)
    yield batch


def _read(line: RawLine, batch: _Batch) -> None:
    """Parse a line into the batch; blank ones are no records."""
    if line.raw is not None and not line.raw.strip():
        return
    try:
        if line.raw is None:
            raise InputError(f"the line is longer than {LONGEST_LINE // 1024 // 1024} MiB")
        batch.papers.append(parse_record(line.raw))
    except InputError as error:
        excerpt = clean_text(line.start.decode("utf-8", "replace"))[:_EXCERPT]
        batch.set_aside.append(SetAside(line.number, str(error), excerpt))


def _write(store: Store, batch: _Batch) -> Upserted:
    """One short transaction: papers, what was set aside, how far the file came."""
    rows = [(paper, *estimate_announcement_day(paper)) for paper in batch.papers]
    source, after = batch.state.source, batch.before.lines
    with store.writing() as session:
        done = session.upsert_papers(rows, source=source)
        # These lines may have been set aside by an earlier run, when the file was another one.
        session.forget_set_aside(source, after, None if batch.state.done else batch.state.lines)
        session.set_aside(source, batch.set_aside)
        session.save_import_state(batch.state)
    return done


def _add(report: ImportReport, batch: _Batch, done: Upserted) -> ImportReport:
    return replace(
        report,
        read=report.read + len(batch),
        new=report.new + done.new,
        updated=report.updated + done.updated,
        unchanged=report.unchanged + done.unchanged,
        older=report.older + done.older,
        set_aside=report.set_aside + len(batch.set_aside),
    )


def _check(path: Path) -> int:
    """The file's size. Raises InputError where it is none that can be imported, saying what it is."""
    try:
        if not path.is_file():
            raise InputError(f"{path} is not a file" if path.exists() else f"there is no file {path}")
        with path.open("rb") as file:
            beginning = file.read(8)
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    for magic, problem in _OTHER_FORMATS.items():
        if beginning.startswith(magic):
            raise InputError(f"{path} {problem}")
    return size
