"""Vectors and token ids: exact, aligned, never mixed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from paperradar.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


def _vectors(n: int) -> NDArray[np.float32]:
    return np.random.default_rng(n).normal(size=(n, 384)).astype(np.float32)


def test_vectors_come_back_aligned(store: Store) -> None:
    given_vectors = _vectors(3)
    with store.writing() as session:
        session.put_vectors("f", ["a", "b", "c"], given_vectors)
    with store.reading() as session:
        vectors, found = session.vectors(["c", "x", "a", "c"], "f")
        assert session.count_vectors("f") == 3
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 384)
    assert found.tolist() == [True, False, True, True]
    assert not vectors[1].any()
    np.testing.assert_array_equal(vectors[[0, 2, 3]], given_vectors[[2, 0, 2]].astype(np.float16))


def test_nothing_known_has_no_columns(store: Store) -> None:
    with store.reading() as session:
        vectors, found = session.vectors(["a", "b"], "f")
        assert vectors.shape == (2, 0)
        assert found.tolist() == [False, False]
        assert session.vectors([], "f")[0].shape == (0, 0)
        assert session.count_vectors("f") == session.count_tokens("f") == 0
        assert session.missing_vectors(["b", "a", "b"], "f") == ["b", "a"]
        assert session.tokens(["a"], "f") == [None]


def test_fingerprints_are_never_mixed(store: Store) -> None:
    with store.writing() as session:
        session.put_vectors("f", ["a"], np.ones((1, 4), np.float32))
        session.put_vectors("g", ["b"], np.ones((1, 2), np.float32))
        session.put_tokens("l", ["a"], [np.array([1], np.uint32)])
        assert session.missing_vectors(["a", "b", "c", "b"], "f") == ["b", "c"]
        assert session.missing_vectors(["a", "b"], "g") == ["a"]
        assert session.missing_tokens(["a", "b"], "l") == ["b"]
        assert session.missing_tokens(["a"], "f") == ["a"]
        assert session.vectors(["a", "b"], "g")[1].tolist() == [False, True]
        assert session.vectors(["a"], "l")[0].shape == (1, 0)
        assert list(session.encoders()) == ["f", "g", "l"]


def test_one_vector_is_replaced_also_by_another_dtype(store: Store) -> None:
    exact = np.array([[1 / 3, 2 / 3], [0.1, 1e-5]], np.float32)
    with store.writing() as session:
        session.put_vectors("f", ["a", "b", "a"], np.zeros((3, 2), np.float32))
        session.put_vectors("f", ["a", "b"], exact, dtype="float32")
        np.testing.assert_array_equal(session.vectors(["a", "b"], "f")[0], exact)
        session.put_vectors("f", ["b"], exact[1:])
        np.testing.assert_array_equal(session.vectors(["a", "b"], "f")[0][0], exact[0])
        np.testing.assert_array_equal(session.vectors(["a", "b"], "f")[0][1], exact[1].astype(np.float16))
        assert session.count_vectors("f") == 2


def test_vectors_that_cannot_be_kept_are_refused(store: Store) -> None:
    one = np.ones((1, 2), np.float32)
    with store.writing() as session:
        session.put_vectors("f", ["a"], one)
        with pytest.raises(ValueError, match="2 numbers, not of 3"):
            session.put_vectors("f", ["b"], np.ones((1, 3), np.float32))
        with pytest.raises(ValueError, match="do not fit"):
            session.put_vectors("f", ["a", "b"], one)
        with pytest.raises(ValueError, match="not finite in float16"):
            session.put_vectors("f", ["a"], one * 1e6)
        with pytest.raises(ValueError, match="not one of float16, float32"):
            session.put_vectors("f", ["a"], one, dtype="bfloat16")
        with pytest.raises(ValueError, match="do not fit"):
            session.put_tokens("l", ["a"], [])
        session.put_vectors("f", [], np.zeros((0, 9), np.float32))
        session.put_tokens("l", [], [])
        assert session.count_vectors("f") == 1


def test_what_a_fingerprint_stands_for(store: Store) -> None:
    with store.writing() as session:
        session.put_vectors("f", ["a"], np.ones((1, 2), np.float32))
        session.register_encoder("f", {"model": "m", "max_tokens": 256})
        session.register_encoder("f", {"model": "m", "max_tokens": 256})
        session.register_encoder("f", {})
        session.register_encoder("g", {})
    with store.writing() as session:
        session.register_encoder("f", {"model": "n"})
        assert session.encoders() == {"f": {"model": "n"}, "g": {}}
        assert session.vectors(["a"], "f")[1].all()


@settings(max_examples=10, deadline=None)
@given(st.lists(npst.arrays(np.uint32, st.integers(0, 5)), max_size=5))
def test_tokens_come_back(tmp_path_factory: pytest.TempPathFactory, tokens: list[NDArray[np.uint32]]) -> None:
    store = Store(tmp_path_factory.mktemp("tokens") / "p.duckdb")
    hashes = [f"h{number}" for number in range(len(tokens))]
    with store.writing() as session:
        session.put_tokens("l", hashes, tokens)
        session.put_tokens("l", hashes, tokens)
    with store.reading() as session:
        back = session.tokens([*hashes, "x"], "l")
        assert session.count_tokens("l") == len(tokens)
    assert back[-1] is None
    for mine, theirs in zip(tokens, back, strict=False):
        assert theirs is not None
        np.testing.assert_array_equal(mine, theirs)
        assert theirs.dtype == np.uint32


def test_reading_ten_thousand_vectors_takes_well_under_a_second(store: Store) -> None:
    hashes = [f"{number:032x}" for number in range(10_000)]
    given_vectors = _vectors(10_000)
    with store.writing() as session:
        session.put_vectors("f", hashes, given_vectors)
    started = time.perf_counter()
    with store.reading() as session:
        vectors, found = session.vectors(hashes[::-1], "f")
    # measured: 0.15 s on two cores; the bound leaves room for a busy machine
    assert time.perf_counter() - started < 2
    assert found.all()
    np.testing.assert_array_equal(vectors, given_vectors[::-1].astype(np.float16))
