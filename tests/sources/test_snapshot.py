"""Lines of the metadata snapshot become papers, or an error that says why not."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.papers import Author, Paper, Version, clean_text
from paperradar.sources.snapshot import parse_record
from tests.sources.builders import line, record

NOON = dt.datetime(2022, 5, 2, 12, 30, tzinfo=dt.UTC)
FULL = Paper(
    identifier="2205.00001",
    title="On the 1 habits of small models",
    abstract="We look at 1 models. They are small.",
    authors=(Author("Ahn", "Ada"), Author("de Vries", "Bob")),
    categories=("cs.CL", "cs.LG"),
    comments="9 pages",
    journal_ref="J. Inv. 1 (2022)",
    doi="10.1000/invented",
    report_no="R-1",
    license="http://creativecommons.org/licenses/by/4.0/",
    submitter="Ada Ahn",
    versions=(Version(1, NOON),),
    updated=dt.date(2022, 5, 3),
)


def parsed(**changes: object) -> Paper:
    return parse_record(line(record(**changes)))  # type: ignore[arg-type]


def test_a_full_record() -> None:
    assert parse_record(line(record())) == FULL
    assert parse_record(line(record()).decode()) == FULL
    assert parse_record(b"\xef\xbb\xbf  " + line(record()) + b"\r\n") == FULL


def test_a_record_of_identifier_and_title_alone_is_kept() -> None:
    assert parse_record(b'{"id": "2205.00001", "title": "T"}') == Paper("2205.00001", "T")
    nulls = dict.fromkeys(record(), None) | {"id": "2205.00001", "title": "T"}
    assert parse_record(line(nulls)) == Paper("2205.00001", "T")
    empty = dict.fromkeys(record(), "") | {"id": "2205.00001", "title": "T", "versions": [], "authors_parsed": []}
    assert parse_record(line(empty)) == Paper("2205.00001", "T")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON: Expecting value at character 1"),
        (b'{"id": "2205.00001", "ti', "not JSON: Unterminated string starting at character 22"),
        (b"\x00\xff\xfe", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'"2205.00001"', "not a JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": ' + b"1" * 5000 + b"}", "a number is too long"),
        (b"{}", "no id"),
        (line(record(id=None)), "no id"),
        (line(record(id="")), "no id"),
        (line(record(id=2205.001)), "id is not text"),
        (line(record(id=["2205.00001"])), "id is not text"),
        (line(record(id="not one")), "'not one' is not an arXiv identifier"),
        (line(record(id="2" * 300)), "id is not an arXiv identifier"),
        (line(record(title=None)), "2205.00001 has no title"),
        (line(record(title=" \n\x00")), "2205.00001 has no title"),
        (line(record(title=7)), "title is not text"),
        (b'{"id": "2205.00001", "title": NaN}', "title is not text"),
        (line(record(abstract=["a"])), "abstract is not text"),
        (line(record(journal_ref={})), "journal-ref is not text"),
        (line(record(categories={"cs.CL": 1})), "categories is not text"),
        (line(record(categories=["cs.CL", 1])), "categories is not text"),
        (line(record(versions={"v1": "now"})), "versions is not a list"),
        (line(record(versions="v1")), "versions is not a list"),
    ],
)
def test_what_cannot_be_used_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_record(raw)
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 400


def test_text_is_cleaned_and_tex_entities_and_scripts_stay() -> None:
    title = "=A  $\\mathcal{O}(n^{2})$\n bound &amp; 中文\u202e by Erd\\H{o}s\x00"
    assert parsed(title=title).title == "=A $\\mathcal{O}(n^{2})$ bound &amp; 中文 by Erd\\H{o}s"


def test_surrogates_and_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    assert (
        parse_record(rb'{"id": "2205.00001", "title": "\ud83d\ude00 \ud83d \ude00"}').title
        == "\U0001f600 \ufffd \ufffd"
    )
    assert parse_record(b'{"id": "2205.00001", "title": "caf\xe9"}').title == "caf\ufffd"


@pytest.mark.parametrize(
    ("named", "identifier", "highest"),
    [
        ("2205.00001v3", "2205.00001", 3),
        ("quant-ph/0201082", "quant-ph/0201082", 1),
        ("math.GT/0309136v2", "math/0309136", 2),
        ("arXiv:0704.0001", "0704.0001", 1),
        (" 2205.00001\n", "2205.00001", 1),
    ],
)
def test_identifiers_of_all_styles(named: str, identifier: str, highest: int) -> None:
    paper = parsed(id=named)
    assert (paper.identifier, paper.version) == (identifier, highest)
    assert paper.versions[0] == Version(1, NOON)


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ([["Ahn", "Ada", ""]], (Author("Ahn", "Ada"),)),
        ([["Ahn", "Ada", "Jr.", "One University", "Another"]], (Author("Ahn", "Ada", "Jr."),)),
        ([["Ahn"], ["Ford", "Bob"]], (Author("Ahn"), Author("Ford", "Bob"))),
        ([["", "Plato", ""]], (Author("Plato"),)),
        ([[" de\nVries ", "B.", ""]], (Author("de Vries", "B."),)),
        ([["Ahn", None, ""], "Bob", None, [], 7, ["", "", ""], ["Ford", "Bob", ""]], (Author("Ford", "Bob"),)),
    ],
)
def test_authors_that_are_split_already(value: object, authors: tuple[Author, ...]) -> None:
    assert parsed(authors_parsed=value).authors == authors


@pytest.mark.parametrize("value", [None, [], [[]], "Ahn", {"family": "Ahn"}, [["", ""]]])
def test_without_them_the_string_is_split(value: object) -> None:
    assert parsed(authors_parsed=value).authors == (Author("Ahn", "Ada"), Author("de Vries", "Bob"))
    assert parsed(authors_parsed=value, authors=None).authors == ()


@pytest.mark.parametrize(
    ("value", "categories"),
    [
        ("cs.CL", ("cs.CL",)),
        ("stat.ML  cs.LG\ncs.AI", ("stat.ML", "cs.LG", "cs.AI")),
        ("cs.LG cs.CL cs.LG", ("cs.LG", "cs.CL")),
        (["cs.LG stat.ML"], ("cs.LG", "stat.ML")),
        (["cs.LG", "stat.ML"], ("cs.LG", "stat.ML")),
        ("", ()),
        ([], ()),
        (None, ()),
    ],
)
def test_categories_keep_their_order(value: object, categories: tuple[str, ...]) -> None:
    assert parsed(categories=value).categories == categories


@pytest.mark.parametrize(
    ("created", "time"),
    [
        ("Mon, 2 May 2022 12:30:00 GMT", NOON),
        ("Mon, 02 May 2022 12:30:00 GMT", NOON),
        ("2 May 2022 12:30", NOON),
        ("2022-05-02T12:30:00Z", NOON),
        ("2022-05-02T08:30:00-04:00", NOON),
        ("2022-05-02 12:30:00", NOON),
        ("Mon, 2 May 2022 00:00:00 GMT", NOON.replace(hour=0, minute=0)),
        ("2022-05-02", NOON.replace(hour=0, minute=0)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", dt.datetime(2016, 12, 31, 23, 59, 59, tzinfo=dt.UTC)),
        ("Mon, 2 May 2022 12:30:00 EST", None),
        ("Mon, 31 Feb 2022 12:30:00 GMT", None),
        ("Mon, 2 Mai 2022 12:30:00 GMT", None),
        ("1969-12-31", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01T00:00:00+12:00", None),
        ("yesterday", None),
        ("", None),
        ("2" * 1000, None),
        (1651494600, None),
        (None, None),
    ],
)
def test_times_of_versions(created: object, time: dt.datetime | None) -> None:
    (version,) = parsed(versions=[{"version": "v1", "created": created}]).versions
    assert version == Version(1, time)
    assert time is None or (version.created is not None and version.created.tzinfo == dt.UTC)


def test_versions_are_sorted_each_once_and_what_is_malformed_is_left_out() -> None:
    written: list[object] = [
        {"version": "v3", "created": "4 May 2022"},
        {"version": "v1"},
        {"version": "v1", "created": "Mon, 2 May 2022 12:30:00 GMT"},
        {"version": "v1", "created": "3 May 2022"},
        {"version": "v0"},
        {"version": "v12345"},
        {"version": 2},
        {"created": "4 May 2022"},
        "v2",
        None,
    ]
    assert parsed(versions=written).versions == (Version(1, NOON), Version(3, dt.datetime(2022, 5, 4, tzinfo=dt.UTC)))


@pytest.mark.parametrize(
    ("written", "day"),
    [("2022-05-03", dt.date(2022, 5, 3)), ("2022-13-03", None), ("soon", None), (20220503, None), (None, None)],
)
def test_the_day_of_the_last_change(written: object, day: dt.date | None) -> None:
    assert parsed(update_date=written).updated == day


def test_withdrawn_papers_are_told() -> None:
    assert parsed(comments="This paper has been\nwithdrawn by the authors").withdrawn
    assert parsed(abstract="This paper has been withdrawn.").withdrawn
    assert not parsed(comments="Withdrawn from a workshop").withdrawn


def test_the_samples_own_marks() -> None:
    ours = parsed(paperradar={"abstract_by": "paperradar", "reference": True})
    assert ours == replace(FULL, abstract_by="paperradar", reference=True)
    others: list[object] = [None, [], {}, {"abstract_by": "somebody", "reference": 1}]
    for value in others:
        assert parsed(paperradar=value) == FULL


ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(["v1", "2205.00001", "cs.CL"])
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["version", "created", "x"]), inner)
    ),
    max_leaves=8,
)


def check_invariants(paper: Paper) -> None:
    assert paper.title
    for text in (paper.title, paper.abstract, paper.comments, paper.doi, *paper.categories):
        assert text == clean_text(text)
    assert [version.number for version in paper.versions] == sorted({version.number for version in paper.versions})
    assert all(author.family for author in paper.authors)
    assert len(paper.text_hash) == 32


@given(st.dictionaries(st.sampled_from([*record(), "paperradar"]), VALUES, max_size=5))
def test_any_values_give_a_paper_or_an_expected_error(changes: dict[str, object]) -> None:
    try:
        paper = parse_record(json.dumps(record() | changes))
    except InputError:
        return
    check_invariants(paper)


@given(st.one_of(st.binary(), st.builds(lambda a, b: a + b, st.just(line(record())[:200]), st.binary())))
def test_any_bytes_give_a_paper_or_an_expected_error(raw: bytes) -> None:
    try:
        paper = parse_record(raw)
    except InputError:
        return
    check_invariants(paper)


@given(st.text(), st.text(), st.text())
def test_texts_come_through_as_cleaned(title: str, abstract: str, comments: str) -> None:
    paper = parsed(title=f"T {title}", abstract=abstract, comments=comments)
    assert paper.title == clean_text(f"T {title}")
    assert (paper.abstract, paper.comments) == (clean_text(abstract), clean_text(comments))
