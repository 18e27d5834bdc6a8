"""OAI-PMH: shaped like the recorded documents; sets, dates, tokens and errors are the protocol's."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from tests.standin import StandIn, World
from tests.standin.asking import DAYS, OAI, children, get, morning, texts, tree
from tests.standin.categories import in_set, is_set, set_spec

PATH = "/oai"
ARXIV = "{http://arxiv.org/OAI/arXiv/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"


@pytest.fixture(scope="module")
def world() -> World:
    return World.made(DAYS)


@pytest.fixture
def standin(world: World) -> Iterator[StandIn]:
    with StandIn(world, now=morning(DAYS[2]), oai_page=4) as server:
        yield server


def harvest(standin: StandIn, verb: str = "ListRecords", **parameters: object) -> list[etree._Element]:
    """All pages of a list."""
    pages = [tree(standin, PATH, verb=verb, metadataPrefix="arXiv", **parameters)]
    while token := pages[-1].findtext(f"{OAI}{verb}/{OAI}resumptionToken"):
        pages.append(tree(standin, PATH, verb=verb, resumptionToken=token))
    return pages


def names(pages: list[etree._Element]) -> list[str]:
    return [name.removeprefix("oai:arXiv.org:") for page in pages for name in texts(page, f".//{OAI}identifier")]


def error(root: etree._Element) -> str | None:
    found = root.find(f"{OAI}error")
    return None if found is None else found.get("code")


def test_pages_and_tokens_add_up(world: World, standin: StandIn) -> None:
    pages = harvest(standin)
    assert sorted(names(pages)) == sorted(world.on(DAYS[2]))
    tokens = [page.find(f"{OAI}ListRecords/{OAI}resumptionToken") for page in pages]
    assert [token.get("cursor") for token in tokens if token is not None] == [str(4 * n) for n in range(len(pages))]
    assert {token.get("completeListSize") for token in tokens if token is not None} == {str(len(names(pages)))}
    assert not (tokens[-1].text if tokens[-1] is not None else "missing")
    assert names(harvest(standin, "ListIdentifiers")) == names(pages)
    stamps = [stamp for page in pages for stamp in texts(page, f".//{OAI}datestamp")]
    assert stamps == sorted(stamps)


def test_a_list_that_fills_its_pages_ends_with_the_last_one(world: World) -> None:
    size = len(world.on(DAYS[0]))
    with StandIn(world, now=morning(DAYS[0]), oai_page=size) as whole:
        (page,) = harvest(whole)
        assert len(names([page])) == size
        assert page.find(f".//{OAI}resumptionToken") is None
    with StandIn(world, now=morning(DAYS[0]), oai_page=size // 2) as halves:
        assert [len(names([page])) for page in harvest(halves)] == [size // 2] * 2


@pytest.mark.parametrize("wanted", ["cs", "cs:cs", "cs:cs:IR", "stat", "stat:stat:ML"])
def test_sets(world: World, standin: StandIn, wanted: str) -> None:
    papers = world.on(DAYS[2])
    expected = [name for name, paper in papers.items() if in_set(wanted, paper.categories)]
    assert expected
    assert sorted(names(harvest(standin, set=wanted))) == sorted(expected)


def test_dates_are_those_of_the_last_event(world: World, standin: StandIn) -> None:
    for first, last in itertools.combinations_with_replacement(DAYS[:3], 2):
        expected = [
            name for name, paper in world.on(DAYS[2]).items() if paper.updated and first <= paper.updated <= last
        ]
        assert sorted(names(harvest(standin, from_=first, until=last))) == sorted(expected)


def test_a_records_content(world: World, standin: StandIn) -> None:
    papers = world.on(DAYS[2])
    for page in harvest(standin):
        for record in page.iter(f"{ARXIV}arXiv"):
            paper = papers[record.findtext(f"{ARXIV}id") or ""]
            assert record.findtext(f"{ARXIV}created") == f"{paper.versions[0].created:%Y-%m-%d}"
            updated = f"{paper.versions[-1].created:%Y-%m-%d}" if paper.version > 1 else None
            assert record.findtext(f"{ARXIV}updated") == updated
            assert " ".join((record.findtext(f"{ARXIV}title") or "").split()) == paper.title
            assert " ".join((record.findtext(f"{ARXIV}abstract") or "").split()) == paper.abstract
            assert record.findtext(f"{ARXIV}categories") == " ".join(paper.categories)
            assert texts(record, f".//{ARXIV}keyname") == [author.family for author in paper.authors]
            assert texts(record, f".//{ARXIV}suffix") == [a.suffix for a in paper.authors if a.suffix]
    first = next(iter(world.records))
    root = tree(standin, PATH, verb="GetRecord", identifier=f"oai:arXiv.org:{first}", metadataPrefix="arXivRaw")
    assert [version.get("version") for version in root.iter(f"{RAW}version")] == ["v1", "v2", "v3"]
    assert texts(root, f".//{RAW}date")[1:] == ["Mon, 14 Jun 2021 12:00:00 GMT", "Tue, 15 Jun 2021 12:00:00 GMT"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Listen", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=cs", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&colour=red", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&set=cs&set=cs", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2021-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2021-06-15&until=2021-06-14", "badArgument"),
        ("verb=ListRecords&metadataPrefix=arXiv&set=nonsense", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:SE", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=arXiv&until=2021-06-11", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=arXiv&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=arXiv&identifier=oai:arXiv.org:2106.99999", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=arXiv&identifier=nonsense", "idDoesNotExist"),
    ],
)
def test_errors(standin: StandIn, query: str, code: str) -> None:
    root = tree(standin, f"{PATH}?{query}")
    assert error(root) == code
    request = root.find(f"{OAI}request")
    assert request is not None
    assert bool(request.attrib) == (code not in ("badVerb", "badArgument"))


def test_a_token_holds_for_its_verb_and_its_day(standin: StandIn) -> None:
    first = tree(standin, PATH, verb="ListRecords", metadataPrefix="arXiv", set="cs:cs:CL")
    token = first.findtext(f"{OAI}ListRecords/{OAI}resumptionToken") or ""
    assert "%3D" in token
    assert unquote(token) != token
    again = [tree(standin, PATH, verb="ListRecords", resumptionToken=token) for _ in range(2)]
    assert names(again[:1]) == names(again[1:]) != names([first])
    assert error(tree(standin, PATH, verb="ListIdentifiers", resumptionToken=token)) == "badResumptionToken"
    standin.now += dt.timedelta(days=1)
    assert error(tree(standin, PATH, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"


def test_about_the_repository(standin: StandIn) -> None:
    identity = tree(standin, PATH, verb="Identify")
    assert identity.findtext(f"{OAI}Identify/{OAI}granularity") == "YYYY-MM-DD"
    formats = tree(standin, PATH, verb="ListMetadataFormats")
    assert texts(formats, f".//{OAI}metadataPrefix") == ["arXiv", "arXivRaw"]
    sets = texts(tree(standin, PATH, verb="ListSets"), f".//{OAI}setSpec")
    assert {"cs", "cs:cs", "cs:cs:IR", "physics", "stat:stat:ML"} <= set(sets)
    assert all(map(is_set, sets))


@pytest.mark.parametrize(
    ("category", "spec"),
    [
        ("cs.IR", "cs:cs:IR"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.CO", "physics:astro-ph:CO"),
        ("math.OC", "math:math:OC"),
    ],
)
def test_names_of_sets(category: str, spec: str) -> None:
    assert set_spec(category) == spec
    assert is_set(spec)
    assert not is_set(category)


def test_lists_are_shaped_like_the_recorded_one(shared: Path, standin: StandIn) -> None:
    raw = shared / "data" / "raw" / "oai"
    path = raw / "ListRecords_arXiv_set-cs_2016-03-01_1000records.xml.gz"
    real = etree.fromstring(gzip.decompress(path.read_bytes()))
    for place, served in enumerate(harvest(standin, set="cs")):
        assert (served.tag, served.attrib, served.nsmap) == (real.tag, real.attrib, real.nsmap)
        assert [name for name, _ in children(served)] == [name for name, _ in children(real)]
        assert place > 0 or children(served) == children(real)
        assert children(served[-1]) == children(real[-1])
        assert {tuple(children(one)) for one in served.iter(f"{OAI}record", f"{OAI}header")} == {
            tuple(children(one)) for one in real.iter(f"{OAI}record", f"{OAI}header")
        }
        before = {pair for one in real.iter(f"{ARXIV}arXiv") for pair in itertools.combinations(children(one), 2)}
        for record in served.iter(f"{ARXIV}arXiv"):
            assert record.attrib == next(real.iter(f"{ARXIV}arXiv")).attrib
            assert set(itertools.combinations(children(record), 2)) <= before
        authors = {tuple(children(author)) for author in real.iter(f"{ARXIV}author")}
        assert {tuple(children(author)) for author in served.iter(f"{ARXIV}author")} <= authors


def test_a_raw_record_and_headers_are_shaped_like_the_recorded_ones(
    shared: Path, world: World, standin: StandIn
) -> None:
    raw = shared / "data" / "raw" / "oai"
    real = etree.parse(raw / "GetRecord_arXivRaw_1304.4214_2013.xml").getroot()
    chosen = next(name for name, one in world.records.items() if one.comments and not one.doi and not one.journal_ref)
    named = f"oai:arXiv.org:{chosen}"
    served = tree(standin, PATH, verb="GetRecord", identifier=named, metadataPrefix="arXivRaw")
    assert children(served) == children(real)
    one, other = (next(root.iter(f"{RAW}arXivRaw")) for root in (served, real))
    assert (children(one), one.attrib) == (children(other), other.attrib)
    assert children(next(one.iter(f"{RAW}version"))) == children(next(other.iter(f"{RAW}version")))
    real = etree.parse(raw / "ListIdentifiers_2014-05-05_2014-05-07.xml").getroot()
    served = tree(standin, PATH, verb="ListIdentifiers", metadataPrefix="arXiv", from_=DAYS[0], until=DAYS[0])
    assert children(served) == children(real)
    assert children(served[-1])[:1] == children(real[-1])


def test_get_answers_the_type_of_xml(standin: StandIn) -> None:
    assert get(standin, PATH, verb="Identify").headers["Content-Type"] == "application/xml"
