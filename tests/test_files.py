"""Atomic writes and checksums."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from paperradar import files
from paperradar.errors import TryAgainLater
from paperradar.files import may_replace, sha256_bytes, sha256_file, write_atomically, write_if_changed


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_is_written_into_folders_that_it_makes(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file.csv"
    write_atomically(path, b"one\r\n\x00")
    assert path.read_bytes() == b"one\r\n\x00"
    write_atomically(path, b"")
    assert path.read_bytes() == b""
    assert names(path.parent) == ["file.csv"]


def test_whoever_has_the_old_file_open_keeps_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with path.open("rb") as held:
        try:
            write_atomically(path, b"new")
        except PermissionError:
            pytest.skip("this system does not replace a file that somebody has open")
        assert held.read() == b"old"
    assert path.read_bytes() == b"new"


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(descriptor: int) -> None:
        del descriptor
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert (names(tmp_path), path.read_bytes()) == (["file"], b"old")


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"folder'$"):  # and not the temporary file beside it
        write_atomically(tmp_path / "folder", b"new")
    assert names(tmp_path) == ["folder"]


def test_readers_and_writers_at_once_see_whole_files_only(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([letter]) * 100_000 for letter in b"abcd"]
    write_atomically(path, contents[0])

    def keep_writing(data: bytes) -> None:
        for _ in range(10):
            write_atomically(path, data)

    writers = [threading.Thread(target=keep_writing, args=(data,)) for data in contents]
    for writer in writers:
        writer.start()
    try:
        while any(writer.is_alive() for writer in writers):
            assert path.read_bytes() in contents
    finally:
        for writer in writers:
            writer.join()
    assert path.read_bytes() in contents
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("data", [b"", b"one\n", bytes(300_000)])
def test_checksums(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    assert sha256_file(tmp_path / "file") == sha256_bytes(data) == hashlib.sha256(data).hexdigest()


def test_an_error_names_the_file_that_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", Path()):
        with pytest.raises(IsADirectoryError) as caught:
            write_atomically(path, b"new")
        assert (caught.value.filename, caught.value.filename2) == (str(path), None)

    def full(descriptor: int) -> None:
        del descriptor
        raise OSError(28, "No space left on device")  # which names no file

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as refused:
        write_atomically(tmp_path / "file", b"new")
    assert refused.value.filename == str(tmp_path / "file")


def test_what_is_there_already_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    assert write_if_changed(path, b"one")
    before = path.stat().st_ino
    assert not write_if_changed(path, b"one")
    assert path.stat().st_ino == before
    assert write_if_changed(path, b"two")
    assert path.read_bytes() == b"two"

    def held(path: Path, data: bytes) -> None:  # as Windows does while Excel has the file open
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "write_atomically", held)
    with pytest.raises(TryAgainLater, match="close the program"):
        write_if_changed(path, b"three")


def test_what_may_be_written_over(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert may_replace(path, ())
    path.write_bytes(b"ours")
    assert may_replace(path, {None, sha256_bytes(b"ours")})
    assert not may_replace(path, {None, sha256_bytes(b"another")})
    assert not may_replace(tmp_path, {None})
