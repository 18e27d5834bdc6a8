"""Plots: one element of shapes and text that runs nothing and fetches nothing, whatever its labels say."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.publishing.plots import Series, bars, lines, numbers, percent, plain, standalone

MONTHS = ["2022-01", "2022-02", "2022-03"]
HOSTILE = """</title></svg><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"'\x00\x1b\u202e javascript:"""
ALLOWED = {"svg", "g", "path", "rect", "circle", "text", "title", "desc"}
FORBIDDEN_ATTRIBUTES = re.compile("^on|href|style|src|class$")

texts = st.text(max_size=60)
values = st.none() | st.floats() | st.integers(-(10**9), 10**9)


def read(svg: str) -> ET.Element:
    """The element; checks what holds for each plot."""
    root = ET.fromstring(svg)
    for node in root.iter():
        assert node.tag.removeprefix("{http://www.w3.org/2000/svg}") in ALLOWED
        for name, value in node.attrib.items():
            assert not FORBIDDEN_ATTRIBUTES.search(name) or (node is root and name == "class"), name
            assert "url(" not in value
    assert root.get("role") == "img"
    assert "://" not in svg.replace("http://www.w3.org/2000/svg", "")
    return root


def said(root: ET.Element) -> list[str]:
    """What stands beside the pointer over each point or bar."""
    return [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}title")][1:]


def drawn(root: ET.Element) -> list[str]:
    return [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_lines_are_named_and_every_point_says_its_value() -> None:
    svg = lines("Shares", MONTHS, {"agents": [0.1, None, 0.25], "search": [0, 0.5, 0.125]}, form=percent)
    root = read(svg)
    name, description = root[0], root[1]
    assert name.text == "Shares"
    assert description.text == "Values from 2022-01 to 2022-03: agents, search."
    assert root.get("aria-labelledby") == f"{name.get('id')} {description.get('id')}"
    assert said(root) == [
        "agents, 2022-01: 10 %", "agents, 2022-03: 25 %",
        "search, 2022-01: 0 %", "search, 2022-02: 50 %", "search, 2022-03: 12.5 %",
    ]  # fmt: skip
    assert {*MONTHS, "agents", "search"} <= set(drawn(root))
    assert svg == lines("Shares", MONTHS, {"agents": [0.1, None, 0.25], "search": [0, 0.5, 0.125]}, form=percent)


def test_a_gap_is_a_gap_and_not_a_bridge() -> None:
    paths = [node.get("d") or "" for node in read(lines("Gap", MONTHS * 2, {"x": [1, 2, None, 4, 5, 6]})).iter()]
    assert [len(path.split()) // 2 for path in paths if "L" in path] == [2, 3]  # points that are joined


@pytest.mark.parametrize("shape", ["upright", "horizontal"])
def test_bars(shape: str) -> None:
    values: Series = {"new": [1200, None, 3], "old": [1, 2, 0.5]}
    root = read(bars("Papers", MONTHS, values, horizontal=shape == "horizontal"))
    assert {"new, 2022-01: 1,200", "new, 2022-03: 3", "old, 2022-01: 1", "old, 2022-03: 0.5"} <= set(said(root))


def test_horizontal_bars_begin_with_the_first_label() -> None:
    rows = [
        (float(node.get("y") or 0), node.text)
        for node in read(bars("Categories", ["cs.CL", "cs.IR"], {"papers": [2, 1]}, horizontal=True)).iter()
        if node.text in ("cs.CL", "cs.IR")
    ]
    assert [label for _, label in sorted(rows)] == ["cs.CL", "cs.IR"]


def test_a_legend_of_any_length_stays_within_the_plot() -> None:
    for count in range(1, 12):
        root = read(lines("Many", MONTHS, {f"series {index}": [1, 2, index] for index in range(count)}))
        *_, height = (float(number) for number in (root.get("viewBox") or "").split())
        # A legend's rows lie below their group's own shift.
        for group in root.iter("{http://www.w3.org/2000/svg}g"):
            shift = float((group.get("transform") or "(0, 0)").split(",")[1].rstrip(")"))
            for text in group.iter("{http://www.w3.org/2000/svg}text"):
                assert shift + float(text.get("y") or 0) < height, (count, text.text)


@pytest.mark.parametrize("draw", [lines, bars])
@pytest.mark.parametrize("series", [{}, {"x": [None, None, None]}, {"x": [math.nan, math.inf, None]}])
def test_without_a_number_it_says_so(draw: object, series: dict[str, list[float | None]]) -> None:
    assert callable(draw)
    assert drawn(read(draw("Nothing", MONTHS, series))) == ["no numbers yet"]
    assert drawn(read(draw("Nothing", [], {}))) == ["no numbers yet"]


def test_hostile_labels_are_text() -> None:
    svg = bars(HOSTILE, [HOSTILE, "b"], {HOSTILE: [1, 2], HOSTILE + " ": [3, 4]}, description=HOSTILE)
    assert "<script" not in svg
    assert "<img" not in svg
    assert len(said(read(svg))) == 4


@given(title=texts, table=st.lists(st.tuples(texts, values, values), max_size=6), names=st.tuples(texts, texts))
@settings(max_examples=60, deadline=None)
def test_any_labels_and_numbers_make_a_plot(
    title: str, table: list[tuple[str, float | None, float | None]], names: tuple[str, str]
) -> None:
    labels = [label for label, _, _ in table]
    series = {names[0]: [first for _, first, _ in table], names[1]: [second for _, _, second in table]}
    upright, lying = (bars(title, labels, series, horizontal=way) for way in (False, True))
    for svg in (lines(title, labels, series), upright, lying):
        read(svg)


def test_each_series_has_a_value_for_each_label() -> None:
    with pytest.raises(ValueError, match="3 values"):
        lines("Wrong", MONTHS, {"x": [1]})


def test_the_numbers_as_a_table() -> None:
    assert numbers(MONTHS, {"a": [1234, None, 0.25], "b": [math.nan, 2, 1]}) == (
        ("2022-01", "1,234", ""), ("2022-02", "", "2"), ("2022-03", "0.25", "1"),
    )  # fmt: skip
    assert (plain(-0.004), plain(1e6), percent(1)) == ("0", "1,000,000", "100 %")


def test_a_file_of_its_own_has_its_own_ground() -> None:
    made = standalone(lines("Shares", MONTHS, {"x": [1, 2, 3]})).decode()
    assert made.startswith('<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"')
    assert made.count("<style>") == 1
    assert ET.fromstring(made.encode()).tag == "{http://www.w3.org/2000/svg}svg"
