"""The grammar of identifiers: what is one, what it says, how they sort."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.papers import abs_url, identifier_month, identifier_order, is_identifier, parse_identifier

months = st.integers(1, 12).map("{:02}".format)
new_style = st.one_of(
    st.builds("{:02}{}.{:04}".format, st.integers(7, 14), months, st.integers(1, 9999)),
    st.builds("{:02}{}.{:05}".format, st.integers(15, 90), months, st.integers(1, 99999)),
)
old_style = st.builds(
    "{}/{:02}{}{:03}".format,
    st.sampled_from(["hep-th", "math", "cond-mat", "q-alg", "quant-ph", "physics"]),
    st.sampled_from([*range(91, 100), *range(8)]),
    months,
    st.integers(1, 999),
)
identifiers = st.one_of(new_style, old_style)


@pytest.mark.parametrize(
    ("text", "identifier", "version"),
    [
        ("2205.01068", "2205.01068", None),
        ("2205.01068v2", "2205.01068", 2),
        ("2205.01068V12", "2205.01068", 12),
        ("  2205.01068\n", "2205.01068", None),
        ("0704.0001", "0704.0001", None),
        ("quant-ph/0201082", "quant-ph/0201082", None),
        ("quant-ph/0201082v3", "quant-ph/0201082", 3),
        ("math.GT/0309136", "math/0309136", None),
        ("cond-mat.mes-hall/0309136v1", "cond-mat/0309136", 1),
        ("arXiv:2205.01068v1", "2205.01068", 1),
        ("arXiv: 2205.01068", "2205.01068", None),
        ("arXiv:2205.01068v4 [cs.CL] 21 Jun 2022", "2205.01068", 4),
        ("https://doi.org/10.48550/arXiv.2205.01068", "2205.01068", None),
        ("10.48550/arXiv.quant-ph/0201082", "quant-ph/0201082", None),
        ("https://arxiv.org/e-print/2205.01068v2", "2205.01068", 2),
        ("ARXIV:hep-th/9901001", "hep-th/9901001", None),
        ("oai:arXiv.org:2205.01068", "2205.01068", None),
        ("oai:arXiv.org:math/0309136v2", "math/0309136", 2),
        ("https://arxiv.org/abs/2205.01068", "2205.01068", None),
        ("http://www.arxiv.org/abs/hep-th/9901001v2/", "hep-th/9901001", 2),
        ("https://export.arxiv.org/pdf/2205.01068v4.pdf", "2205.01068", 4),
        ("arxiv.org/pdf/2205.01068#page=3", "2205.01068", None),
        ("https://arxiv.org/abs/2205.01068?context=cs.CL#x", "2205.01068", None),
        ("https://arxiv.org/html/2205.01068v1", "2205.01068", 1),
        ("https://arxiv.org/abs/hep-th%2F9901001", "hep-th/9901001", None),
    ],
)
def test_what_is_an_identifier(text: str, identifier: str, version: int | None) -> None:
    assert parse_identifier(text) == (identifier, version)
    assert is_identifier(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2205",
        "2213.01068",  # there is no 13th month
        "2200.01068",
        "2205.106",  # 2205.10600, taken for a number
        "10.1000/arXiv.2205.01068",  # another registrant's DOI
        "2205.010680",
        "2205.01068v0",
        "2205.01068v",
        "2205.01068v01",
        "2205.01068 v2",
        "2205.01068, 2205.01069",
        "220501068",
        "٢٢05.0106٨",  # digits, but not those of arXiv
        "hep-th/990100",
        "hep-th/9913001",
        "HEP-TH/9901001",
        "/9901001",
        "hep-th/",
        "https://arxiv.org/list/cs.CL/2205.01068",
        "https://example.org/abs/2205.01068",
        "https://arxiv.org.example.org/abs/2205.01068",
        "https://arxiv.org/abs/",
        "A title with 2205.01068 in it",
    ],
)
def test_what_is_none(text: str) -> None:
    assert not is_identifier(text)
    with pytest.raises(InputError, match="is not an arXiv identifier; write it as"):
        parse_identifier(text)


def test_a_version_longer_than_python_reads_is_an_expected_error() -> None:
    with pytest.raises(InputError):
        parse_identifier("2205.01068v" + "1" * 5000)


@given(identifiers, st.integers(1, 40))
def test_all_ways_to_write_one_mean_the_same(identifier: str, version: int) -> None:
    for before, after in (("", ""), ("arXiv:", ""), ("oai:arXiv.org:", ""), ("https://arxiv.org/pdf/", ".pdf")):
        assert parse_identifier(f"{before}{identifier}{after}") == (identifier, None)
        assert parse_identifier(f"{before}{identifier}v{version}{after}") == (identifier, version)
    assert parse_identifier(abs_url(identifier)) == (identifier, None)
    assert parse_identifier(abs_url(identifier, version)) == (identifier, version)


PIECES = st.sampled_from(
    ["2205.01068", "22", "05", ".", "v", "1", "hep-th/", "math.GT/", "9901001", "arXiv:", "https://arxiv.org/", "abs/",
     "pdf/", ".pdf", "%2F", "%", "?", "#", "/", " ", "\n", "٣", "\x00", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=8).map("".join)))
def test_any_text_is_one_or_an_expected_error(text: str) -> None:
    if not is_identifier(text):
        return
    identifier, version = parse_identifier(text)
    assert parse_identifier(identifier) == (identifier, None)
    assert version is None or version > 0
    assert identifier_month(identifier)[4:] in {f"-{month:02}" for month in range(1, 13)}
    assert identifier_order(identifier)


@pytest.mark.parametrize(
    ("identifier", "month"),
    [
        ("2205.01068", "2022-05"),
        ("0704.0001", "2007-04"),
        ("hep-th/9108001", "1991-08"),
        ("math/9912001", "1999-12"),
        ("math/0001001", "2000-01"),
        ("cond-mat/0703999", "2007-03"),
    ],
)
def test_the_month_is_in_the_identifier(identifier: str, month: str) -> None:
    assert identifier_month(identifier) == month


def test_identifiers_sort_by_month_then_archive_then_number() -> None:
    in_order = [
        "hep-th/9108001",
        "math/9912999",
        "hep-th/0001002",
        "math/0001001",
        "math/0001010",
        "0704.0002",
        "0704.0010",
        "1412.9999",
        "1501.00001",
        "2205.00009",
        "2205.00010",
        "2205.10000",
    ]
    assert sorted(sorted(in_order), key=identifier_order) == in_order


@given(identifiers, identifiers)
def test_no_two_identifiers_share_a_place(first: str, second: str) -> None:
    assert (identifier_order(first) == identifier_order(second)) == (first == second)


def test_the_address_of_a_paper() -> None:
    assert abs_url("2205.01068") == "https://arxiv.org/abs/2205.01068"
    assert abs_url("quant-ph/0201082", 3) == "https://arxiv.org/abs/quant-ph/0201082v3"


@pytest.mark.parametrize(("text", "digits"), [("2205.0106", 4), ("1501.0001", 4), ("1412.00001", 5)])
def test_a_lost_zero_is_told(text: str, digits: int) -> None:
    with pytest.raises(InputError, match=f"has {digits} digits after the dot; a spreadsheet"):
        parse_identifier(text)


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(InputError) as caught:
        parse_identifier("word " * 1000)
    assert len(str(caught.value)) < 200
