"""Tastes on disk, and the log of what was adopted."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError, NotFoundError
from paperradar.ranking import Taste, View
from paperradar.taste.keeping import ADOPT, REFUSE, ROLLBACK, TasteShelf, read_taste, taste_bytes

AT = dt.datetime(2022, 5, 10, 9, 30, 15, 7, tzinfo=dt.UTC)


def a_taste(bias: float = 0.5, **card: object) -> Taste:
    words = View(
        "own", "title-words", np.array([0.5, -2], np.float32), bias, 0.1, 2.0, 0.25,
        np.array([3, 2**63 + 5], np.uint64), np.array([1, 1.5], np.float32),
    )  # fmt: skip
    vector = View("prior", "text-vector", np.arange(4, dtype=np.float32), -bias, 0.0, 1.0, 0.75)
    return Taste((words, vector), dt.date(2022, 5, 5), "an-encoder", card)


def same(first: Taste, second: Taste) -> bool:
    return taste_bytes(first) == taste_bytes(second)


@pytest.fixture
def shelf(tmp_path: Path) -> TasteShelf:
    return TasteShelf(tmp_path / "taste")


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=8), max_size=3),
)
def test_what_is_read_is_what_was_written(tmp_path_factory: pytest.TempPathFactory, bias: float, card: dict) -> None:  # type: ignore[type-arg]
    path = tmp_path_factory.mktemp("taste") / "a.npz"
    path.write_bytes(taste_bytes(a_taste(bias, **card)))
    again = read_taste(path)
    assert (again.trained_until, again.encoder, dict(again.card)) == (dt.date(2022, 5, 5), "an-encoder", card)
    assert [view.kind for view in again.views] == ["title-words", "text-vector"]
    assert again.views[0].bias == bias
    assert again.views[0].terms.tolist() == [3, 2**63 + 5]
    assert again.views[0].idf.dtype == np.float32


def test_numpy_can_read_it_without_objects() -> None:
    with np.load(io.BytesIO(taste_bytes(a_taste())), allow_pickle=False) as arrays:
        assert arrays["0.weights"].tolist() == [0.5, -2]


def test_a_name_is_a_checksum(shelf: TasteShelf) -> None:
    name = shelf.put(a_taste())
    assert name == shelf.put(a_taste()) != shelf.put(a_taste(0.6))
    assert same(shelf.load(name), a_taste())


def test_putting_a_taste_again_mends_its_file(shelf: TasteShelf, tmp_path: Path) -> None:
    name = shelf.put(a_taste())
    (tmp_path / "taste" / f"{name}.npz").write_bytes(b"half")
    with pytest.raises(InputError, match="not a taste"):
        shelf.load(name)
    assert shelf.put(a_taste()) == name
    assert same(shelf.load(name), a_taste())


@pytest.mark.parametrize("name", ["", "nothing", "../../etc/x", "0" * 12])
def test_a_taste_that_is_not_there(shelf: TasteShelf, name: str) -> None:
    with pytest.raises(NotFoundError, match="taste show"):
        shelf.load(name)


def tampered(**changes: object) -> bytes:
    """A file whose head was changed; None removes an entry."""
    with zipfile.ZipFile(io.BytesIO(taste_bytes(a_taste()))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for key, value in changes.items():
        if key == "head":
            members["head.json"] = json.dumps(json.loads(members["head.json"]) | value).encode()
        elif value is None:
            del members[key.replace("__", ".")]
        else:
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, value, allow_pickle=True)  # type: ignore[arg-type]
            members[key.replace("__", ".")] = buffer.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        tampered(head={"format": 99}),
        tampered(head={"views": [{}]}),
        tampered(head={"trained_until": "soon"}),
        tampered(**{"0__weights__npy": None}),
        tampered(**{"0__weights__npy": np.array([1.0])}),
        tampered(**{"0__weights__npy": np.zeros((2, 2), np.float32)}),
        tampered(**{"0__weights__npy": np.array([{}], dtype=object)}),
    ],
)
def test_any_other_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npz"):
        read_taste(path)


def test_the_last_adopted_one_counts(shelf: TasteShelf) -> None:
    assert shelf.adopted() is None
    assert shelf.history() == ()
    first, second = shelf.put(a_taste(1)), shelf.put(a_taste(2))
    shelf.adopt(first, at=AT, comparison={"why": "the first"})
    shelf.adopt(second, at=AT, comparison={})
    adopted = shelf.adopted()
    assert adopted is not None
    assert adopted[0] == second
    assert same(adopted[1], a_taste(2))
    assert [(item.name, item.action) for item in shelf.history()] == [(first, ADOPT), (second, ADOPT)]
    assert shelf.history()[0].at == AT.replace(microsecond=0)
    assert shelf.history()[0].comparison == {"why": "the first"}


def test_one_that_was_refused_does_not_count(shelf: TasteShelf) -> None:
    first, second = shelf.put(a_taste(1)), shelf.put(a_taste(2))
    shelf.refuse(second, at=AT, comparison={"why": "it fell"})
    assert shelf.adopted() is None
    shelf.adopt(first, at=AT, comparison={})
    shelf.refuse(second, at=AT, comparison={"why": "it fell"})
    assert shelf.adopted_name() == first
    assert [item.action for item in shelf.history()] == [REFUSE, ADOPT, REFUSE]


def test_rollback_goes_back_one_by_one(shelf: TasteShelf) -> None:
    names = [shelf.put(a_taste(n)) for n in range(3)]
    for name in names:
        shelf.adopt(name, at=AT, comparison={})
        shelf.refuse(shelf.put(a_taste(9)), at=AT, comparison={})
    assert shelf.rollback(at=AT) == names[1]
    assert shelf.adopted_name() == names[1]
    assert shelf.rollback(at=AT) == names[0]
    with pytest.raises(NotFoundError, match="no earlier taste"):
        shelf.rollback(at=AT)
    assert shelf.history()[-1].action == ROLLBACK
    shelf.adopt(names[2], at=AT, comparison={})
    assert shelf.rollback(at=AT) == names[0], "what was taken back does not come back"


def test_what_is_not_there_cannot_be_adopted(shelf: TasteShelf) -> None:
    with pytest.raises(NotFoundError):
        shelf.adopt("0" * 12, at=AT, comparison={})
    assert shelf.history() == ()


def test_a_damaged_history_names_its_line(shelf: TasteShelf, tmp_path: Path) -> None:
    shelf.adopt(shelf.put(a_taste()), at=AT, comparison={})
    path = tmp_path / "taste" / "history.jsonl"
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(InputError, match=r"history\.jsonl:2: damaged"):
        shelf.history()


def test_a_card_is_kept_whole(shelf: TasteShelf) -> None:
    card = {"measured": {"editions": {"2022-05": {"ranks": {"2204.00001": 7, "2204.00002": None}}}}}
    assert shelf.load(shelf.put(replace(a_taste(), card=card))).card == card
