"""Raw answers on disk, as they came: what a mistake in a parser is repaired from, and what a replay serves.

One gzip file an answer, in one folder a day (UTC): ``2021-06-14/043000.000000-rss-cs.CL-1a2b3c4d.gz``. In it: one
line of JSON (url, status, fetched_at, headers), then the body. Knows nothing of what the bodies say.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from paperradar.files import sha256_bytes, write_atomically
from paperradar.transport.documents import Document

KEPT_HEADERS = ("content-type", "date", "last-modified", "etag", "expires", "retry-after")

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAME = re.compile(r"(\d{6}\.\d{6})-(.+)-[0-9a-f]{8}\.gz", re.ASCII)
# What a crash in the middle of `write_atomically` leaves.
_HALF = re.compile(r"\.\d{6}\.\d{6}-.+\.gz\.[0-9a-f]{8}\.tmp", re.ASCII)
_NOT_IN_LABELS = re.compile(r"[^A-Za-z0-9._+-]+")


class RawArchive:
    """The raw answers below ``folder``, which is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged: list[tuple[Path, str]] = []
        """The files that `documents` has skipped in its present or last walk, and why."""

    def keep(self, document: Document, label: str) -> Path:
        """Write one answer; return its file. An OSError names the file.

        ``label`` says what was asked for, such as ``rss-cs.CL``; other characters than those of names become ``_``.
        Of the headers, `KEPT_HEADERS` are kept. The same answer twice is one file.
        """
        time = document.fetched_at.astimezone(dt.UTC)
        header = {
            "url": document.url,
            "status": document.status,
            "fetched_at": time.isoformat(),
            "headers": {name: document.headers[name] for name in KEPT_HEADERS if name in document.headers},
        }
        data = json.dumps(header).encode() + b"\n" + document.body
        name = f"{time:%H%M%S.%f}-{clean_label(label)}-{sha256_bytes(data)[:8]}.gz"
        path = self.folder / time.date().isoformat() / name
        write_atomically(path, gzip.compress(data, mtime=0))
        return path

    def documents(
        self, first_day: dt.date | None = None, last_day: dt.date | None = None
    ) -> Iterator[tuple[str, Document]]:
        """Label and document of the answers of these days (UTC, both included), in the order of time.

        Files that are damaged are skipped and listed in `damaged`.
        """
        self.damaged = []
        for day, folder in self._days():
            if (first_day and day < first_day) or (last_day and day > last_day):
                continue
            for path in sorted(folder.iterdir()):
                if not (match := _NAME.fullmatch(path.name)):
                    continue
                try:
                    document = _read(path)
                except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, RecursionError) as error:
                    self.damaged.append((path, str(error) or type(error).__name__))
                    continue
                yield match[2], document

    def prune(self, before: dt.date) -> int:
        """Remove the answers of the days (UTC) before this one; return how many.

        Touches nothing but files that bear the names of answers, and day folders that are empty then.
        """
        removed = 0
        for day, folder in self._days():
            if day >= before:
                continue
            for path in sorted(folder.iterdir()):
                if _NAME.fullmatch(path.name) or _HALF.fullmatch(path.name):
                    path.unlink(missing_ok=True)
                    removed += path.suffix == ".gz"
            with suppress(OSError):  # somebody put something else there
                folder.rmdir()
        return removed

    def _days(self) -> list[tuple[dt.date, Path]]:
        days: list[tuple[dt.date, Path]] = []
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            # A link could lead to files that are not ours.
            if _DAY.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
                with suppress(ValueError):  # 2021-02-31
                    days.append((dt.date.fromisoformat(folder.name), folder))
        return sorted(days)


def clean_label(label: str) -> str:
    """A label as it stands in file names."""
    return _NOT_IN_LABELS.sub("_", label)[:80] or "answer"


def _read(path: Path) -> Document:
    header, newline, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    if not newline:
        raise ValueError("no header line")
    values = json.loads(header)
    url, status, headers = values["url"], values["status"], values["headers"]
    if not isinstance(url, str) or type(status) is not int or not isinstance(headers, dict):
        raise TypeError("a header of another kind")
    fetched_at = dt.datetime.fromisoformat(values["fetched_at"])
    if fetched_at.tzinfo is None:
        raise ValueError("a time without its zone")
    return Document(
        url, status, body, fetched_at.astimezone(dt.UTC), {str(name): str(value) for name, value in headers.items()}
    )
