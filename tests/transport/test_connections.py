"""Bodies are read to their true end, or not at all."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.transport.connections import Broken, TooBig, decompressed, innermost


@given(st.lists(st.binary(), min_size=1, max_size=3))
def test_gzip_comes_off_members_and_padding_included(parts: list[bytes]) -> None:
    data = b"".join(gzip.compress(part, mtime=0) for part in parts)
    assert decompressed(data, "gzip", 10**6) == b"".join(parts)
    assert decompressed(data + b"\0" * 20, " X-GZIP", 10**6) == b"".join(parts)


@given(st.binary(), st.integers(1, 30))
def test_half_a_gzip_stream_is_no_body(body: bytes, cut: int) -> None:
    data = gzip.compress(body, mtime=0)
    with pytest.raises(Broken):
        decompressed(data[: max(len(data) - cut, 0)], "gzip", 10**6)


def test_what_is_not_compressed_stays() -> None:
    assert decompressed(b"\x1f\x8b", "", 10) == b"\x1f\x8b"
    assert decompressed(b"abc", "identity", 10) == b"abc"


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_other_compressions_were_not_asked_for(encoding: str) -> None:
    with pytest.raises(Broken, match="only gzip was asked for"):
        decompressed(zlib.compress(b"abc"), encoding, 10)


def test_a_bomb_is_not_unpacked() -> None:
    data = gzip.compress(b"\0" * 1000, mtime=0)
    assert len(decompressed(data, "gzip", 1000)) == 1000
    with pytest.raises(TooBig):
        decompressed(data, "gzip", 999)
    with pytest.raises(TooBig):
        decompressed(data + data, "gzip", 1999)


def test_a_bomb_takes_no_memory() -> None:
    data = gzip.compress(b"\0" * 20_000_000, mtime=0)
    tracemalloc.start()
    try:
        with pytest.raises(TooBig):
            decompressed(data, "gzip", 1000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_error_at_the_bottom_has_the_word() -> None:
    outer = ValueError("outer", ConnectionResetError(104, "reset\n by peer"))
    assert innermost(outer) == "reset by peer"
    assert innermost(KeyError()) == "KeyError"
    loop = ValueError("loop")
    loop.__cause__ = loop
    assert innermost(loop) == "loop"
