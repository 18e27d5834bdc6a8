"""Streaming lines from plain or gzip-compressed files, whatever state they are in.

Memory stays bounded: an overlong line is passed over without being loaded. A reader knows the hash of all
decompressed bytes before it, so that a later reader can tell whether it may skip them.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from paperradar.errors import InputError

LONGEST_LINE = 8 * 1024 * 1024  # bytes
_CHUNK = 256 * 1024
_START = 400  # bytes of a line that is too long
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line without its line break.

    ``number`` counts from 1; ``end`` is the position behind the line, in decompressed bytes. ``raw`` is None where
    the line is longer than allowed; ``start`` is how it begins. ``complete`` is False for a last line without a
    line break: more of it may come later.
    """

    number: int
    end: int
    raw: bytes | None
    start: bytes
    complete: bool = True


class _Broken(Exception):
    """The compressed data end or are damaged before their end."""


def _nothing(n: int) -> None:
    del n


class LineReader:
    """Reads a file's lines once, in order.

    ``lines`` and ``position`` (decompressed bytes) tell how far the whole lines handed out so far reach.
    ``on_read`` is told how many bytes of the file itself were read, less than 0 where it starts over.
    """

    def __init__(self, path: Path, *, on_read: Callable[[int], object] = _nothing, longest: int = LONGEST_LINE) -> None:
        self.path = path
        self.lines = 0
        self.position = 0
        self._longest = longest
        self._on_read = on_read
        self._consumed = 0
        self._digest = hashlib.sha256()  # of everything before self.position
        self._rest = b""  # decompressed already, behind self.position
        self._chunks = _decompressed(path, self._read)

    def prefix_sha256(self) -> str:
        """The SHA-256 of the decompressed bytes before ``position``."""
        return self._digest.hexdigest()

    def skip_to(self, position: int, lines: int, sha256: str) -> bool:
        """Start behind the first ``lines`` lines if the bytes up to there have this hash; else at the beginning."""
        left = position
        try:
            while left and (chunk := next(self._chunks, b"")):
                self._digest.update(chunk[:left])
                self._rest = chunk[left:]
                left -= min(left, len(chunk))
        except _Broken:
            pass  # reading it again says so
        if left or self.prefix_sha256() != sha256:
            self._on_read(-self._consumed)
            self._consumed, self._digest, self._rest = 0, hashlib.sha256(), b""
            self._chunks = _decompressed(self.path, self._read)
            return False
        self.position, self.lines = position, lines
        return True

    def __iter__(self) -> Iterator[RawLine]:
        """The lines. Where the file is broken, all whole lines come first, then InputError says where it ends."""
        held: list[bytes] = []
        size = 0
        digest = self._digest.copy()  # runs ahead of self._digest, into the line that is being read
        try:
            for chunk in self._pieces():
                begin = 0
                while (found := chunk.find(b"\n", begin) + 1) > 0:
                    piece = chunk[begin:found]
                    begin = found
                    digest.update(piece)
                    size += len(piece)
                    held.append(piece)
                    self._digest = digest.copy()
                    self.lines += 1
                    self.position += size
                    yield self._line(held, size - 1)
                    held, size = [], 0
                if begin < len(chunk):
                    piece = chunk[begin:]
                    digest.update(piece)
                    size += len(piece)
                    held = [b"".join((*held, piece))[:_START]] if size > self._longest else [*held, piece]
        except (_Broken, OSError) as error:
            raise InputError(
                f"{self.path} {error} after line {self.lines} (byte {self.position} of its text). "
                "The lines before are kept; mend the file and run the same command again"
            ) from error
        if size:
            yield self._line(held, size, complete=False)

    def _line(self, held: list[bytes], size: int, *, complete: bool = True) -> RawLine:
        raw = b"".join(held).removesuffix(b"\n")
        end = self.position if complete else self.position + size
        number = self.lines if complete else self.lines + 1
        return RawLine(number, end, raw if size <= self._longest else None, raw[:_START], complete)

    def _read(self, n: int) -> None:
        self._consumed += n
        self._on_read(n)

    def _pieces(self) -> Iterator[bytes]:
        rest, self._rest = self._rest, b""
        yield rest
        yield from self._chunks


def _decompressed(path: Path, on_read: Callable[[int], None]) -> Iterator[bytes]:
    """The file's text in pieces, at most 1 MiB each. Raises _Broken where compressed data end too early."""
    with path.open("rb") as file:

        def more() -> bytes:
            data = file.read(_CHUNK)
            on_read(len(data))
            return data

        data = more()
        if not data.startswith(_GZIP):
            while data:
                yield data
                data = more()
            return
        most = 4 * _CHUNK
        while data:
            engine = zlib.decompressobj(wbits=31)  # gzip, its checksum included
            while not engine.eof:
                try:
                    text = engine.decompress(data, most)
                except zlib.error as error:
                    raise _Broken(f"is damaged ({error})") from error
                if text:  # nothing at all would look like the end
                    yield text
                data = engine.unconsumed_tail
                if not data and not engine.eof and len(text) < most and not (data := more()):
                    raise _Broken("breaks off inside its compressed data")
            # A file can hold several members, one after another, and zeros as padding.
            data = engine.unused_data.lstrip(b"\0")
            while not data and (data := more()):
                data = data.lstrip(b"\0")
            if data and not _GZIP.startswith(data[:2]):
                raise _Broken("has something else behind its compressed data")
