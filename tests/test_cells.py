"""Text in cells: nothing that a spreadsheet computes, and back again without a loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.cells import LONGEST_CELL, cell, guard, unguard
from paperradar.papers import clean_text

RISKY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\u200b=1",
    "\ufeff=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "\tx",
]
ODD = st.text(alphabet=st.sampled_from(list("'=+-@ \t\r\n\u200b\ufeff\uff1d\uff0b\uff0d\uff20ab\"")), max_size=8)


@pytest.mark.parametrize("text", RISKY)
def test_what_a_spreadsheet_would_compute_is_guarded(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["", "A title", "'tis", "a=b", "''", "arXiv:2204.10628", "2204.10628"])
def test_other_text_stays(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@given(st.one_of(st.text(), ODD))
def test_guarding_is_undone(text: str) -> None:
    guarded = guard(text)
    assert unguard(guarded) == text
    assert guarded.lstrip(" \u200b\ufeff")[:1] not in set("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


@given(st.one_of(st.text(), ODD))
def test_a_cell_is_one_line_and_gives_back_its_text(text: str) -> None:
    made = cell(text)
    assert "\n" not in made
    assert "\r" not in made
    assert unguard(made) == clean_text(text)


def test_a_cell_fits_into_excel() -> None:
    made = cell("= " + "word " * 20_000)
    assert len(made) <= LONGEST_CELL + 1
    assert made.startswith("'= word")
    assert made.endswith("…")
