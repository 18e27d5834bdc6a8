"""Writing files so that a reader, or a crash, never sees half of one, and nobody's work is written over."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from paperradar.errors import TryAgainLater


def write_atomically(path: Path, data: bytes) -> None:
    """Write to a temporary name beside ``path``, flush it to disk, rename. Makes missing folders.

    An OSError names ``path``, or the folder that could not be made.
    """
    if not path.name:  # "." or "/"
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        # The temporary name says nothing to anybody, and a full disk (fsync) names no file at all.
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_if_changed(path: Path, data: bytes) -> bool:
    """`write_atomically`, unless the file has these bytes already; returns whether it was written.

    Raises TryAgainLater where another program holds the file.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        write_atomically(path, data)
    except PermissionError as error:
        raise TryAgainLater(
            f"{path} cannot be written ({error.strerror});"
            " close the program that holds it, or check who may write there"
        ) from error
    return True


def may_replace(path: Path, known: Collection[str | None]) -> bool:
    """Whether nothing is lost when a file is written over: it is not there, or its SHA-256 (hex) is a known one."""
    try:
        return sha256_file(path) in known
    except FileNotFoundError:
        return True
    except OSError:  # no permission, or a folder of that name: nobody knows what would be lost
        return False


def sha256_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_bytes(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()
