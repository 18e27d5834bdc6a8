"""Which paper a row means: never a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.curation import Papers
from paperradar.errors import InputError

ROUND, OTHER, OLD, ARCHIVE, PAGE = "2204.10000", "2204.10628", "0704.0010", "quant-ph/0201082", "page:0123456789ab"
TITLES = {ROUND: "A round, numbered título", OTHER: "Another", OLD: "An old one", ARCHIVE: "日本語", PAGE: "A post"}
PAPERS = Papers(TITLES)


@pytest.mark.parametrize("identifier", TITLES)
@pytest.mark.parametrize("before", ["", "arXiv:", "'"])
def test_whole_identifiers(identifier: str, before: str) -> None:
    cell = identifier if identifier == PAGE else f"{before}{identifier}"
    assert PAPERS.meant_by(cell, "") == identifier
    assert PAPERS.meant_by(cell, TITLES[identifier]) == identifier
    assert PAPERS.meant_by("arXiv:2204.99999v2", "") == "2204.99999"  # whether it takes part is another question


@pytest.mark.parametrize("cell", ["2204.1", "2204,1", "'2204.1", "2204.1000", "arXiv:2204.1"])
def test_a_number_is_recovered(cell: str) -> None:
    assert PAPERS.meant_by(cell, "") == ROUND
    # Encodings and spreadsheets may have changed what is no plain letter.
    assert PAPERS.meant_by(cell, "a ROUND numbered t?tulo") == PAPERS.meant_by(cell, TITLES[ROUND])
    assert PAPERS.meant_by("704.001", "") == OLD


@pytest.mark.parametrize("cell", ["2204.2", "2204", "1E+05", "", "page:ffffffffffff", "2204.1.0", "22041"])
def test_what_fits_nothing_is_refused(cell: str) -> None:
    with pytest.raises(InputError):
        PAPERS.meant_by(cell, "")


def test_a_number_whose_title_is_another_is_refused() -> None:
    with pytest.raises(InputError, match=r"2204\.10000 fits it, but its title is “A round.* and not “Else”"):
        PAPERS.meant_by("2204.1", "Else")


def test_columns_that_were_sorted_apart_are_noticed() -> None:
    with pytest.raises(InputError, match=r"2204\.10628 stands beside the title of 2204\.10000"):
        PAPERS.meant_by(f"arXiv:{OTHER}", TITLES[ROUND])
    assert PAPERS.meant_by(OTHER, "Another one, as corrected later") == OTHER
    assert Papers({OTHER: "The same", ROUND: "The same"}).meant_by(OTHER, "The same") == OTHER


@given(st.sets(st.integers(1, 99999), min_size=1, max_size=30), st.data())
def test_no_number_is_ever_taken_for_another_paper(numbers: set[int], data: st.DataObject) -> None:
    papers = Papers({f"2204.{number:05}": f"Title {number}" for number in numbers})
    number = data.draw(st.integers(1, 99999))
    cell = str(float(f"2204.{number:05}"))
    try:
        assert papers.meant_by(cell, "") == f"2204.{number:05}"
    except InputError:
        assert number not in numbers
