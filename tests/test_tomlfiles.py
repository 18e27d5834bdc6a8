"""A mistake in a configuration file is one line that names file, key and what is allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, Field

from paperradar.errors import SettingsError
from paperradar.tomlfiles import Category, Table, read_table


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("expected an even number")
    return number


class Entry(Table):
    name: str
    count: int = 0


class Free(Table):
    number: float = 0.0


class Inner(Table):
    ratio: Annotated[float, Field(gt=0, le=1)] = 0.5
    level: Annotated[int, Field(ge=-5, le=5)] = 0
    most: Annotated[int, Field(ge=1)] | None = None
    even: Annotated[int, AfterValidator(_even)] = 0


class Outer(Table):
    mode: Literal["fast", "slow"] = "fast"
    on: bool = True
    names: tuple[str, ...] = ()
    place: Path = Path("data/x")
    category: Category = "cs.IR"
    inner: Inner = Inner()
    entries: tuple[Entry, ...] = ()


def write(folder: Path, text: str) -> Path:
    path = folder / "some.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistake(folder: Path, text: str) -> str:
    path = write(folder, text)
    with pytest.raises(SettingsError) as caught:
        read_table(path, Outer)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def test_reads_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(b'\xef\xbb\xbfmode = "slow"\n[inner]\nratio = 1\n')
    assert read_table(path, Outer) == Outer(mode="slow", inner=Inner(ratio=1.0))


def test_paths_stay_as_written(tmp_path: Path) -> None:
    assert read_table(write(tmp_path, 'place = "../up/./here"'), Outer).place == Path("../up/here")
    assert read_table(write(tmp_path, 'place = "/abs"'), Outer).place == Path("/abs")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('mode = "quick"', 'mode = "quick": expected one of fast, slow'),
        ("on = 1", "on = 1: expected true or false"),
        ("on = 'yes'", 'on = "yes": expected true or false'),
        ('names = "a"', 'names = "a": expected a list, each entry a text'),
        ('names = ["a", 2]', "names (entry 2) = 2: expected a text"),
        ("place = 3", "place = 3: expected a path"),
        ("category = 3", "category = 3: expected an arXiv category such as cs.CL"),
        ('category = "cs"', 'category = "cs": cs is an archive; name its categories, such as cs.AI'),
        ("inner = 3", "inner = 3: expected a table with the keys ratio, level, most, even"),
        ("[inner]\nratio = 0", "inner.ratio = 0: expected a number, more than 0 and at most 1"),
        ("[inner]\nratio = nan", "inner.ratio = NaN: expected a number, more than 0 and at most 1"),
        ("[inner]\nlevel = 9", "inner.level = 9: expected a whole number from -5 to 5"),
        ("[inner]\nlevel = 1.5", "inner.level = 1.5: expected a whole number from -5 to 5"),
        ('[inner]\nlevel = "1"', 'inner.level = "1": expected a whole number from -5 to 5'),
        ("[inner]\nlevel = true", "inner.level = true: expected a whole number from -5 to 5"),
        ("[inner]\nmost = 0", "inner.most = 0: expected a whole number, at least 1"),
        ("[inner]\neven = 3", "inner.even = 3: expected an even number"),
        ("[[entries]]\ncount = 2", "entries.name (entry 1): missing; expected a text"),
    ],
)
def test_wrong_values(tmp_path: Path, text: str, message: str) -> None:
    assert mistake(tmp_path, text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "mod = 'fast'",
            "mod: unknown key; did you mean mode? allowed are mode, on, names, place, category, inner, entries",
        ),
        (
            "[inner]\nlevle = 1",
            "inner.levle: unknown key; did you mean level? allowed in inner are ratio, level, most, even",
        ),
        ("[inner]\nzzz = 1", "inner.zzz: unknown key; allowed in inner are ratio, level, most, even"),
        (
            "level = 1",
            "level: unknown key; did you mean inner.level?"
            " allowed are mode, on, names, place, category, inner, entries",
        ),
        (
            "[[entries]]\nname = 'a'\n[[entries]]\nname = 'b'\ncuont = 1",
            "entries.cuont (entry 2): unknown key; did you mean count? allowed in entries (entry 2) are name, count",
        ),
    ],
)
def test_unknown_keys_name_the_nearest_and_the_allowed_ones(tmp_path: Path, text: str, message: str) -> None:
    assert mistake(tmp_path, text) == message


def test_the_first_of_several_mistakes_is_told_and_the_rest_counted(tmp_path: Path) -> None:
    message = mistake(tmp_path, "mode = 3\non = 3\nnames = 3")
    assert message == "mode = 3: expected one of fast, slow (and 2 more mistakes)"
    assert mistake(tmp_path, "mode = 3\non = 3").endswith("(and 1 more mistake)")


def test_infinity_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="number = Infinity: expected a number"):
        read_table(write(tmp_path, "number = inf"), Free)


def test_long_values_are_cut(tmp_path: Path) -> None:
    assert len(mistake(tmp_path, f"mode = '{'x' * 5000}'")) < 150


def test_files_that_are_not_toml(tmp_path: Path) -> None:
    assert "not valid TOML" in mistake(tmp_path, "mode = ")
    path = tmp_path / "latin.toml"
    path.write_bytes('mode = "caf\xe9"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read_table(path, Outer)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_table(tmp_path / "none.toml", Outer)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_table(tmp_path, Outer)


VALUES: st.SearchStrategy[object] = st.one_of(
    st.integers(-(10**9), 10**9), st.booleans(), st.floats(), st.text(max_size=8), st.just([])
)


@given(
    key=st.sampled_from(["mode", "on", "names", "place", "inner", "level", "entries", "other"]),
    value=VALUES,
)
def test_any_value_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    text = repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    path = write(tmp_path_factory.mktemp("any"), f"{key} = {text}\n")
    told = ""
    try:
        read_table(path, Outer)
    except SettingsError as error:
        told = str(error)
    assert told == "" or told.startswith(f"{path}: {key}")
    assert "\n" not in told
