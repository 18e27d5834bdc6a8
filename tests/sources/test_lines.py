"""Lines of files in every state: plain, compressed, broken off, damaged, with lines that are too long."""

from __future__ import annotations

import gzip
import hashlib
import random
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.sources.lines import LineReader, RawLine

NOISE = random.Random(0).randbytes(3 * 1024 * 1024).replace(b"\n", b" ")  # does not get smaller when compressed


def put(folder: Path, content: bytes, name: str = "lines") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def raws(reader: LineReader) -> list[bytes | None]:
    return [line.raw for line in reader]


def read_until_broken(reader: LineReader) -> tuple[list[bytes | None], str]:
    found: list[bytes | None] = []
    with pytest.raises(InputError) as caught:
        found.extend(line.raw for line in reader)
    return found, str(caught.value)


def test_lines_have_numbers_and_positions(tmp_path: Path) -> None:
    reader = LineReader(put(tmp_path, b"one\n\ntwo\r\nlast"))
    lines = iter(reader)
    assert next(lines) == RawLine(1, 4, b"one", b"one")
    assert (reader.lines, reader.position) == (1, 4)
    assert next(lines) == RawLine(2, 5, b"", b"")
    assert next(lines) == RawLine(3, 10, b"two\r", b"two\r")
    assert next(lines) == RawLine(4, 14, b"last", b"last", complete=False)
    # The last one may be half a line: the reader does not count it as read.
    assert (reader.lines, reader.position) == (3, 10)
    assert reader.prefix_sha256() == hashlib.sha256(b"one\n\ntwo\r\n").hexdigest()
    assert list(lines) == []


@pytest.mark.parametrize("content", [b"", gzip.compress(b"", mtime=0)], ids=["plain", "gz"])
def test_an_empty_file_has_no_lines(tmp_path: Path, content: bytes) -> None:
    assert raws(LineReader(put(tmp_path, content))) == []


MEMBERS = st.lists(st.lists(st.sampled_from([b"a\n", b"\n", b"bc", b"\r\n", b"d" * 300, NOISE[:400_000]]), max_size=4))


@settings(max_examples=40, deadline=None)
@given(MEMBERS, st.booleans(), st.integers(0, 3))
def test_compressed_or_not_the_lines_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, members: list[list[bytes]], padded: bool, skipped: int
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    texts = [b"".join(pieces) for pieces in members]
    whole = b"".join(texts)
    padding = bytes(1000 if padded else 0)
    plain = put(folder, whole, "plain")
    packed = put(folder, b"".join(gzip.compress(text, 1) + padding for text in texts), "packed")
    expected = [line.removesuffix(b"\n") for line in whole.splitlines(keepends=True)] if b"\r" not in whole else None
    assert raws(LineReader(plain)) == raws(LineReader(packed))
    assert expected is None or raws(LineReader(plain)) == expected
    for path in (plain, packed):
        first = LineReader(path)
        before = [line for line in islice(first, skipped) if line.complete]
        second = LineReader(path)
        assert second.skip_to(first.position, first.lines, first.prefix_sha256())
        after = list(second)
        assert [*before[: first.lines], *after] == list(LineReader(path))


def test_a_file_can_be_joined_from_compressed_ones_and_an_empty_one_does_not_end_it(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress(b"") + gzip.compress(b"a\nb") + gzip.compress(b"") + gzip.compress(b"c\nd\n"))
    first = LineReader(path)
    assert raws(first) == [b"a", b"bc", b"d"]
    second = LineReader(path)
    assert second.skip_to(5, 2, hashlib.sha256(b"a\nbc\n").hexdigest())
    assert list(second) == [RawLine(3, 7, b"d", b"d")]


def test_a_reader_skips_only_what_it_recognises(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress(b"one\ntwo\nthree\n"))
    consumed = list[int]()
    for position, content in ((4, b"1ne\n"), (99, b"one\ntwo\nthree\n"), (8, b"one\n")):
        reader = LineReader(path, on_read=consumed.append)
        assert not reader.skip_to(position, 1, hashlib.sha256(content).hexdigest())
        assert (reader.lines, reader.position) == (0, 0)
        assert raws(reader) == [b"one", b"two", b"three"]
        assert sum(consumed) == path.stat().st_size  # what was read twice was taken back
        consumed.clear()
    reader = LineReader(path, on_read=consumed.append)
    assert reader.skip_to(4, 1, hashlib.sha256(b"one\n").hexdigest())
    assert [(line.number, line.end, line.raw) for line in reader] == [(2, 8, b"two"), (3, 14, b"three")]
    assert reader.prefix_sha256() == hashlib.sha256(b"one\ntwo\nthree\n").hexdigest()
    assert sum(consumed) == path.stat().st_size


def test_nothing_to_skip_is_skipped(tmp_path: Path) -> None:
    reader = LineReader(put(tmp_path, b"one\n"))
    assert reader.skip_to(0, 0, hashlib.sha256().hexdigest())
    assert raws(reader) == [b"one"]


@pytest.mark.parametrize("compressed", [False, True])
def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, compressed: bool) -> None:
    content = b"one\n" + NOISE + b"\ntwo\n" + b"x" * 11 + b"\n" + b"y" * 10 + b"\n" + NOISE
    reader = LineReader(put(tmp_path, gzip.compress(content, 1) if compressed else content), longest=10)
    one, noise, two, eleven, ten, last = reader
    assert (noise.number, noise.raw, noise.start) == (2, None, NOISE[:400])
    assert noise.end == len(b"one\n") + len(NOISE) + 1
    assert (eleven.raw, eleven.start) == (None, b"x" * 11)
    assert (one.raw, two.raw, ten.raw) == (b"one", b"two", b"y" * 10)
    assert (last.number, last.raw, last.start, last.complete) == (6, None, NOISE[:400], False)
    assert reader.prefix_sha256() == hashlib.sha256(content.removesuffix(NOISE)).hexdigest()


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """A line of 64 MiB, compressed to a few kB, is never held: the reader says so while its peak stays small."""
    path = put(tmp_path, gzip.compress(b"a\n" + bytes(64 * 1024 * 1024) + b"\nb\n"))
    tracemalloc.start()
    try:
        found = raws(LineReader(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == [b"a", None, b"b"]
    assert peak < 24 * 1024 * 1024  # the longest line, twice, and some pieces


@pytest.mark.parametrize("missing", [1, 8, 20, 1000])
def test_a_compressed_file_that_breaks_off_gives_its_whole_lines_first(tmp_path: Path, missing: int) -> None:
    whole = [f"{number} ".encode() * 20 for number in range(2000)]
    path = put(tmp_path, gzip.compress(b"\n".join(whole) + b"\n")[:-missing])
    reader = LineReader(path)
    found, message = read_until_broken(reader)
    assert found == whole[: len(found)]
    assert len(found) > 100
    assert (reader.lines, reader.position) == (len(found), sum(len(line) + 1 for line in whole[: len(found)]))
    assert f"{path} breaks off inside its compressed data after line {len(found)} (byte {reader.position}" in message
    assert "run the same command again" in message


def test_damage_and_rubbish_are_told(tmp_path: Path) -> None:
    good = gzip.compress(b"one\ntwo\n")
    found, message = read_until_broken(LineReader(put(tmp_path, good + b"<html>")))
    assert (found, "has something else behind its compressed data after line 2" in message) == ([b"one", b"two"], True)
    found, message = read_until_broken(LineReader(put(tmp_path, b"\x1f\x8brubbish")))
    assert (found, "is damaged" in message, "after line 0" in message) == ([], True, True)
    path = put(tmp_path, good + good[:-8] + bytes(8))  # the second member's checksum is wrong
    found, message = read_until_broken(LineReader(path))
    assert (found, "is damaged" in message, "after line 2" in message) == ([b"one", b"two"], True, True)


def test_skipping_in_a_damaged_file_leaves_the_telling_to_the_reading(tmp_path: Path) -> None:
    content = gzip.compress(NOISE[:1000] + b"\n" + NOISE[:1000] + b"\n")
    reader = LineReader(put(tmp_path, content[: len(content) // 4]))
    assert not reader.skip_to(1001, 1, hashlib.sha256(NOISE[:1000] + b"\n").hexdigest())
    found, message = read_until_broken(reader)
    assert (found, "breaks off" in message) == ([], True)
