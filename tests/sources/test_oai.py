"""arXiv's OAI-PMH: addresses of a harvest, pages of records in both formats, arXiv's errors, and broken records."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paperradar.errors import TryAgainLater, Unavailable, UpstreamError
from paperradar.papers import Author, Paper, Version, clean_text
from paperradar.sources.oai import TokenExpired, list_records_url, parse_page, set_of
from paperradar.sources.values import Page
from tests.sources.feeds import Item, arxiv_record, deleted_record, oai, raw_record, records

BASE = "https://oaipmh.example.org/oai"
LICENSE = "http://creativecommons.org/licenses/by/4.0/"
FIELDS = (
    "<comments>9 pages,\n  2 figures</comments><report-no>R-1</report-no><journal-ref>J. Inv. 1</journal-ref>"
    "<doi>10.1000/invented</doi><msc-class>00A00</msc-class>"
)
AUTHORS = (
    "<author><keyname>Ahn</keyname><forenames>Ada</forenames><affiliation>Some University</affiliation></author>"
    "<author><keyname>de Vries</keyname><forenames>Bob</forenames><suffix>Jr.</suffix></author>"
    "<author><keyname>The Invented Collaboration</keyname></author>"
)
MIDNIGHT = dt.datetime(2022, 5, 2, tzinfo=dt.UTC)


def time(day: int) -> dt.datetime:
    return dt.datetime(2022, 5, day, 12, 30, tzinfo=dt.UTC)


def parsed(record: str) -> Paper:
    page = parse_page(records(record))
    assert page.broken == ()
    (paper,) = page.papers
    return paper


def test_a_full_record_in_the_raw_format() -> None:
    item = Item(version=2, authors=["Ada Ahn (Some University)", "Bob de Vries, Jr. and Plato"])
    assert parsed(raw_record(item, fields=FIELDS)) == Paper(
        identifier="2205.00001",
        title="Small models search well",
        abstract="We look at small models.",
        authors=(Author("Ahn", "Ada"), Author("de Vries", "Bob", "Jr."), Author("Plato")),
        categories=("cs.IR", "cs.CL"),
        comments="9 pages, 2 figures",
        journal_ref="J. Inv. 1",
        doi="10.1000/invented",
        report_no="R-1",
        license=LICENSE,
        submitter="Ada Ahn",
        versions=(Version(1, time(2)), Version(2, time(3))),
        updated=dt.date(2022, 5, 3),
    )


def test_a_full_record_with_split_names() -> None:
    assert parsed(arxiv_record(Item(), authors=AUTHORS, fields=FIELDS)) == Paper(
        identifier="2205.00001",
        title="Small models search well",
        abstract="We look at small models.",
        authors=(Author("Ahn", "Ada"), Author("de Vries", "Bob", "Jr."), Author("The Invented Collaboration")),
        categories=("cs.IR", "cs.CL"),
        comments="9 pages, 2 figures",
        journal_ref="J. Inv. 1",
        doi="10.1000/invented",
        report_no="R-1",
        license=LICENSE,
        versions=(Version(1, MIDNIGHT),),
        updated=dt.date(2022, 5, 3),
    )


@pytest.mark.parametrize(
    ("dates", "versions"),
    [
        ("<created>2022-05-02</created>", (Version(1, MIDNIGHT),)),
        ("<created>2022-05-02</created><updated>2022-05-09</updated>", (Version(1, MIDNIGHT),)),
        ("<updated>2022-05-09</updated>", ()),
        ("<created>soon</created>", ()),
    ],
)
def test_the_format_with_split_names_knows_one_version(dates: str, versions: tuple[Version, ...]) -> None:
    assert parsed(arxiv_record(Item(), authors=AUTHORS, dates=dates)).versions == versions


def test_authors_without_a_name_are_left_out() -> None:
    authors = "<author/><author><forenames>Plato</forenames></author><author><keyname> </keyname></author>"
    assert parsed(arxiv_record(Item(), authors=authors)).authors == (Author("Plato"),)


def test_versions_are_sorted_each_once_and_what_is_malformed_is_left_out() -> None:
    written = [("v3", "4 May 2022 12:30:00 GMT"), ("v1", ""), ("v1", "Mon, 2 May 2022 12:30:00 GMT")]
    written += [("v1", "3 May 2022 12:30:00 GMT"), ("v2", "soon"), ("v0", ""), ("2", ""), ("", ""), ("v12345", "")]
    versions = "".join(f'<version version="{name}"><date>{date}</date></version>' for name, date in written)
    paper = parsed(raw_record(Item(), versions=f"{versions}<version/>"))
    assert paper.versions == (Version(1, time(2)), Version(2), Version(3, time(4)))


@pytest.mark.parametrize(
    ("datestamp", "day"),
    [("2022-05-03", dt.date(2022, 5, 3)), ("2022-05-03T23:59:59Z", dt.date(2022, 5, 3)), ("soon", None), ("", None)],
)
def test_the_datestamp_is_the_day_of_the_last_change(datestamp: str, day: dt.date | None) -> None:
    assert parsed(raw_record(Item(), datestamp=datestamp)).updated == day


@pytest.mark.parametrize("identifier", ["2205.00001", "quant-ph/0201082", "0704.0001"])
def test_identifiers_of_all_styles(identifier: str) -> None:
    assert parsed(raw_record(Item(identifier))).identifier == identifier
    record = raw_record(Item(identifier))
    assert parsed(record.replace(f"<id>{identifier}</id>", "")).identifier == identifier


def test_withdrawn_papers_are_told_by_comment_or_abstract() -> None:
    assert parsed(raw_record(Item(), fields="<comments>Withdrawn by the authors</comments>")).withdrawn
    assert parsed(raw_record(Item(abstract="This paper has been withdrawn."))).withdrawn
    assert not parsed(raw_record(Item(), fields="<comments>Withdrawn from a workshop</comments>")).withdrawn


@pytest.mark.parametrize(
    "title", ["=1+1", "A &amp; B < C", "$\\mathcal{O}(n^{2})$ & Erd\\H{o}s", "中文 עברית ﷽", "A ]]> B", "T\x0b1"]
)
def test_texts_come_as_arxiv_has_them(title: str) -> None:
    for record in (raw_record(Item(title=title)), arxiv_record(Item(title=title), authors=AUTHORS)):
        assert parsed(record).title == title.replace("\x0b", " ")


@pytest.mark.parametrize(
    ("token", "total", "resume"),
    [
        ("", None, ""),
        ("<resumptionToken/>", None, ""),
        ('<resumptionToken cursor="1000" completeListSize="1500"/>', 1500, ""),
        (
            '<resumptionToken cursor="0" completeListSize="102133">1114880|1001</resumptionToken>',
            102133,
            "1114880|1001",
        ),
        (
            "<resumptionToken expires='2022-05-04T00:00:00Z'>verb%3DX%26skip%3D1</resumptionToken>",
            None,
            "verb%3DX%26skip%3D1",
        ),
        ('<resumptionToken completeListSize="many">t</resumptionToken>', None, "t"),
        pytest.param(f'<resumptionToken completeListSize="{"9" * 5000}">t</resumptionToken>', None, "t", id="too long"),
        ('<resumptionToken completeListSize="-1">t</resumptionToken>', None, "t"),
    ],
)
def test_the_token_and_the_total(token: str, total: int | None, resume: str) -> None:
    page = parse_page(records(raw_record(Item()), token=token))
    assert (page.total, page.resume, page.records) == (total, resume, 1)


def test_one_record_that_was_asked_for() -> None:
    page = parse_page(oai(f"<GetRecord>{raw_record(Item())}</GetRecord>"))
    assert [paper.identifier for paper in page.papers] == ["2205.00001"]
    assert (page.records, page.resume) == (1, "")


def test_deleted_and_broken_records_stop_no_other() -> None:
    good, last = raw_record(Item()), raw_record(Item("2205.00009"))
    broken = [
        (raw_record(Item("number")), "is not an arXiv identifier"),
        (raw_record(Item(title=" ")), "it has no title"),
        (raw_record(Item(title="t" * 6000)), "its title has 6000 characters"),
        ("<record/>", "no metadata in the formats arXivRaw or arXiv"),
        ('<record><metadata><dc xmlns="x"/></metadata></record>', "no metadata in the formats arXivRaw or arXiv"),
        (deleted_record("number"), "is not an arXiv identifier"),
    ]
    page = parse_page(records(good, *(record for record, _ in broken), deleted_record("cs/0112017"), last))
    assert [paper.identifier for paper in page.papers] == ["2205.00001", "2205.00009"]
    assert page.deleted == ("cs/0112017",)
    assert [found.place for found in page.broken] == [2, 3, 4, 5, 6, 7]
    for found, (_, reason) in zip(page.broken, broken, strict=True):
        assert reason in found.reason
        assert len(found.excerpt) <= 120
    assert page.broken[0].excerpt.startswith("oai:arXiv.org:number")
    assert page.records == 9


def test_nothing_matches() -> None:
    assert parse_page(oai('<error code="noRecordsMatch">An empty list.</error>')) == Page(total=0)


@pytest.mark.parametrize("code", ["badArgument", "cannotDisseminateFormat", "idDoesNotExist", "badVerb", ""])
def test_arxivs_refusals_are_told_with_code_and_text(code: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        parse_page(oai(f'<error code="{code}">Set does not\n exist</error>'))
    assert code in str(caught.value)
    assert "Set does not exist; check the settings" in str(caught.value)
    both = f'<error code="noRecordsMatch"/><error code="{code}">why</error>'
    with pytest.raises(UpstreamError):
        parse_page(oai(both))


def test_a_token_that_is_no_longer_good_passes_by_beginning_again() -> None:
    with pytest.raises(TokenExpired, match=r"expired.*begin the harvest again") as caught:
        parse_page(oai('<error code="badResumptionToken">It has expired.</error>'))
    assert isinstance(caught.value, TryAgainLater)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Retry after 10 seconds</body></html>",
        b"<OAI-PMH><ListRecords/></OAI-PMH>",
        oai(""),
        oai("<ListIdentifiers/>"),
        oai("<ListRecords/><ListRecords/>"),
        b"<!DOCTYPE x>" + records(raw_record(Item())).split(b"?>", 1)[1],
    ],
    ids=["empty", "html", "no namespace", "no verb", "another verb", "two verbs", "doctype"],
)
def test_what_is_no_answer_is_never_an_empty_page(data: bytes) -> None:
    with pytest.raises(Unavailable):
        parse_page(data)


def test_a_page_that_is_cut_anywhere_is_refused() -> None:
    data = records(raw_record(Item(title="Ünïcode 中文")), deleted_record("2205.00002"), token="<resumptionToken/>")
    whole = parse_page(data)
    assert whole.records == 2
    end = len(data.rstrip())
    for length in range(end):
        with pytest.raises(Unavailable):
            parse_page(data[:length])
    for length in range(end, len(data) + 1):
        assert parse_page(data[:length]) == whole


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"))


@given(
    st.lists(
        st.builds(Item, title=TEXTS.map(lambda text: f"T{text}"), abstract=TEXTS, version=st.integers(1, 9)), max_size=4
    )
)
@settings(max_examples=50)
def test_any_papers_come_through(items: list[Item]) -> None:
    page = parse_page(records(*map(raw_record, items)))
    assert [(paper.title, paper.abstract, paper.version) for paper in page.papers] == [
        (clean_text(item.title), clean_text(item.abstract), item.version) for item in items
    ]
    page = parse_page(records(*(arxiv_record(item, authors=AUTHORS) for item in items)))
    assert [(paper.title, paper.abstract, len(paper.authors)) for paper in page.papers] == [
        (clean_text(item.title), clean_text(item.abstract), 3) for item in items
    ]


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.IR", "cs:cs:IR"),
        ("stat.ML", "stat:stat:ML"),
        ("eess.AS", "eess:eess:AS"),
        ("math.NA", "math:math:NA"),
        ("q-bio.QM", "q-bio:q-bio:QM"),
        ("cs", "cs:cs"),
        ("quant-ph", "physics:quant-ph"),
        ("math-ph", "physics:math-ph"),
        ("hep-th", "physics:hep-th"),
        ("nucl-ex", "physics:nucl-ex"),
        ("gr-qc", "physics:gr-qc"),
        ("cond-mat.str-el", "physics:cond-mat:str-el"),
        ("nlin.CD", "physics:nlin:CD"),
        ("physics.flu-dyn", "physics:physics:flu-dyn"),
    ],
)
def test_sets(category: str, name: str) -> None:
    assert set_of(category) == name


def test_addresses() -> None:
    since = dt.date(2022, 5, 2)
    first = list_records_url(BASE, category="cs.IR", since=since)
    assert first == f"{BASE}?verb=ListRecords&metadataPrefix=arXivRaw&set=cs:cs:IR&from=2022-05-02"
    assert list_records_url(BASE, category=None, since=None, prefix="arXiv") == (
        f"{BASE}?verb=ListRecords&metadataPrefix=arXiv"
    )
    assert "until" not in first


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("verb%3DListRecords%26skip%3D1")  # as arXiv writes them
def test_a_token_goes_alone_and_arrives_as_it_is(token: str) -> None:
    address = list_records_url(BASE, category="cs.IR", since=dt.date(2022, 5, 2), token=token)
    assert parse_qs(urlsplit(address).query, keep_blank_values=True) == {
        "verb": ["ListRecords"],
        "resumptionToken": [token],
    }
    assert address.isascii()


def test_a_real_page(shared: Path) -> None:
    (path,) = (shared / "data" / "raw" / "oai").glob("ListRecords_*.xml.gz")
    page = parse_page(gzip.decompress(path.read_bytes()))
    assert (page.records, len(page.papers), page.broken, page.deleted) == (1000, 1000, (), ())
    assert (page.total, page.resume) == (102133, "1114880|1001")
    for paper in page.papers:
        assert paper.authors
        assert paper.abstract
        assert paper.updated
        assert paper.submitted
        assert any(category.startswith("cs.") for category in paper.categories)
    assert sum(paper.withdrawn for paper in page.papers) == 6


def test_a_real_record(shared: Path) -> None:
    page = parse_page((shared / "data" / "raw" / "oai" / "GetRecord_arXivRaw_1304.4214_2013.xml").read_bytes())
    (paper,) = page.papers
    assert paper.identifier == "1304.4214"
    assert paper.versions == (Version(1, dt.datetime(2013, 4, 15, 19, 33, 21, tzinfo=dt.UTC)),)
    assert paper.updated == dt.date(2013, 4, 16)
    assert len(paper.authors) == 2
    assert paper.categories == ("cond-mat.str-el",)


def test_a_real_list_of_identifiers_is_no_page_of_records(shared: Path) -> None:
    (path,) = (shared / "data" / "raw" / "oai").glob("ListIdentifiers_*.xml")
    with pytest.raises(Unavailable):
        parse_page(path.read_bytes())
