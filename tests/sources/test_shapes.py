"""The expected forms of documents: held to recorded documents, and to what the parsers really read."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from paperradar.errors import PaperradarError, Unavailable
from paperradar.sources.api import read_page
from paperradar.sources.oai import parse_page
from paperradar.sources.rss import parse_feed
from paperradar.sources.shapes import EXPECTED, Form, Lack, Unknown, compare, shape_of, time_shape
from paperradar.transport import Document, replay_session
from tests.standin import World, api, feeds, oai
from tests.standin.asking import DAYS, morning

NOW = morning(DAYS[2])
WORLD = World.made(DAYS)
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
QUERY = "cat:cs.CL"


@lru_cache
def document(name: str) -> bytes:
    """A sound document of a form, with all kinds of records."""
    if name in ("rss", "atom"):
        return feeds.respond(WORLD, NOW, f"/{name}/cs.CL").body
    if name == "api":
        return api.respond(WORLD, NOW, urlencode({"search_query": QUERY, "start": 0, "max_results": 50})).body
    if name == "identify":
        return oai.respond(WORLD, NOW, "verb=Identify", 50).body
    return oai.respond(WORLD, NOW, f"verb=ListRecords&metadataPrefix={name}&set=cs:cs:CL", 10).body


def parsed_api(data: bytes) -> object:
    base = "http://127.0.0.1:9/api/query"
    asked = {"search_query": QUERY, "id_list": "", "sortBy": "submittedDate", "sortOrder": "ascending"}
    url = f"{base}?{urlencode({**asked, 'start': 0, 'max_results': 50})}"
    with replay_session([Document(url, 200, data, NOW)]) as session:
        return read_page(session.requests, base, QUERY, start=0, size=50)


PARSERS: Mapping[str, Callable[[bytes], object]] = {
    "rss": lambda data: parse_feed(data, "cs.CL"),
    "atom": lambda data: parse_feed(data, "cs.CL"),
    "api": parsed_api,
    "arXivRaw": parse_page,
    "arXiv": parse_page,
}


@lru_cache
def parsed(name: str, data: bytes) -> object:
    """What the parser makes of it, or why it cannot use it."""
    try:
        return PARSERS[name](data)
    except PaperradarError as error:
        return str(error)


def without(data: bytes, path: str) -> bytes:
    """The document without the elements or attributes at a path, found in another way than the module finds them."""
    root = etree.fromstring(data)
    steps, _, attribute = path.partition("/@")
    found, space = [root], etree.QName(root).namespace
    for step in _steps(steps)[1:]:
        name = step if step.startswith("{") else f"{{{space}}}{step}" if space else step
        found = [child for element in found for child in element if child.tag == name]
        space = etree.QName(name).namespace
    for element in found:
        if attribute:
            element.attrib.pop(attribute, "")
        elif (parent := element.getparent()) is not None:
            parent.remove(element)
    return etree.tostring(root)


def _steps(path: str) -> list[str]:
    """A path's steps; the slashes of namespaces part nothing."""
    steps: list[str] = [""]
    inside = False
    for letter in path:
        inside = (inside or letter == "{") and letter != "}"
        if letter == "/" and not inside:
            steps.append("")
        else:
            steps[-1] += letter
    return steps


# Read in place of something else, so that nothing is lost where only they are missing.
SPARE = {
    "rss": "pubDate lastBuildDate description item/guid item/link item/pubDate",
    "atom": "updated subtitle entry/id entry/link/@href entry/published",
    "api": f"entry/{ARXIV}primary_category/@term",
    "arXivRaw": "record/header/identifier record/metadata/{http://arxiv.org/OAI/arXivRaw/}arXivRaw/id",
    "arXiv": "record/header/identifier record/metadata/{http://arxiv.org/OAI/arXiv/}arXiv/id",
}


def short(name: str, path: str) -> str:
    """A path as seen from what is in every document of the form."""
    return path.removeprefix(EXPECTED[name].records.rpartition("/")[0] + "/")


def cases(*members: str) -> list[object]:
    return [
        pytest.param(name, path, id=f"{name}:{short(name, path)}")
        for name in PARSERS
        for member in members
        for path in getattr(EXPECTED[name], member)
        if path in shape_of(document(name))
    ]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sound_document_has_the_expected_form(name: str) -> None:
    found = compare(document(name), EXPECTED[name])
    assert found.root == EXPECTED[name].root
    assert (found.lacks, found.unknown) == ((), ())
    assert (found.records > 3) == bool(EXPECTED[name].records)
    for path in EXPECTED[name].times:
        assert path in found.times


@pytest.mark.parametrize(("name", "path"), cases("needed", "read"))
def test_what_is_expected_is_really_read(name: str, path: str) -> None:
    data = document(name)
    cut = without(data, path)
    assert shape_of(cut).keys() < shape_of(data).keys()
    assert (parsed(name, cut) == parsed(name, data)) == (short(name, path) in SPARE[name].split())
    lacks = compare(cut, EXPECTED[name]).missing
    assert (path in lacks) == (path in EXPECTED[name].needed)


@pytest.mark.parametrize(("name", "path"), cases("passed"))
def test_what_is_passed_over_is_not_read(name: str, path: str) -> None:
    data = document(name)
    assert parsed(name, without(data, path)) == parsed(name, data)


def test_most_of_what_is_expected_was_tried() -> None:
    untried = {
        path
        for name in PARSERS
        for path in (*EXPECTED[name].needed, *EXPECTED[name].read)
        if path not in shape_of(document(name))
    }
    assert {path.rpartition("}")[2].rpartition("/")[2] for path in untried} <= {
        "error", "@code", "@status", "DOI", "journal_reference", "journal_ref", "doi", "report-no", "journal-ref",
        "suffix", "comment",
    }  # fmt: skip


def test_some_records_lack_what_is_needed_and_have_what_is_not_known() -> None:
    data = document("rss")
    data = data.replace(b"<arxiv:announce_type>new</arxiv:announce_type>", b"<arxiv:colour>red</arxiv:colour>", 1)
    data = data.replace(b"<title>", b'<title lang="en">', 2)
    found = compare(data, EXPECTED["rss"])
    path = f"rss/channel/item/{ARXIV}announce_type"
    assert found.lacks == (Lack(path, found.records - 1, found.records),)
    assert found.missing == ()
    assert set(found.unknown) == {
        Unknown("rss/channel/title/@lang", 1, "en"),
        Unknown("rss/channel/item/title/@lang", 1, "en"),
        Unknown(f"rss/channel/item/{ARXIV}colour", 1, "red"),
    }
    assert set(found.values[path]) == {"new", "cross", "replace", "replace-cross"}
    assert found.namespaces[ARXIV[1:-1]] == "arxiv"


def test_empty_elements_are_as_good_as_missing_and_deleted_records_lack_nothing() -> None:
    form = Form("r", needed=("r/x/a", "r/x/b/@c", "r/head"), records="r/x", gone="r/x/@gone", passed=("r/x/b",))
    found = compare(b"<r><x><a>1</a><b c='2'/></x><x><a> </a><b c=' '/></x><x gone='yes'/></r>", form)
    assert found.lacks == (Lack("r/x/a", 1, 2), Lack("r/x/b/@c", 1, 2), Lack("r/head", 0, 1))
    assert found.records == 3


def test_namespaces_are_written_where_they_change() -> None:
    data = b'<a><b xmlns="u:1"><c xmlns=""><d/></c><b/></b></a>'
    assert shape_of(data) == {"a": 1, "a/{u:1}b": 1, "a/{u:1}b/{}c": 1, "a/{u:1}b/{}c/d": 1, "a/{u:1}b/b": 1}


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(Unavailable):
        compare(b"<rss><channel>", EXPECTED["rss"])
    found = compare(b"<html><body>Closed</body></html>", EXPECTED["rss"])
    assert found.root == "html"
    assert found.unknown[1] == Unknown("html/body", 1, "Closed")


def test_a_way_of_writing_a_time() -> None:
    assert time_shape("Sun, 27 Apr 2025 00:00:00 -0400") == "Ddd, 99 Mmm 9999 99:99:99 -9999"
    assert time_shape("2025-08-20T04:00:19.866337+00:00") == "9999-99-99T99:99:99.999999+99:99"


NAMES = st.sampled_from(["a", "b", "{u:1}a", "{u:1}b", "{u:2}a"])
TREES = st.recursive(NAMES, lambda inner: st.tuples(NAMES, st.lists(inner, max_size=4)), max_leaves=12)


def built(tree: str | tuple[str, list[object]]) -> etree._Element:
    name, children = (tree, []) if isinstance(tree, str) else tree
    element = etree.Element(name)
    element.extend(built(child) for child in children)  # type: ignore[arg-type]
    return element


@settings(deadline=None)
@given(TREES)
def test_a_shape_counts_every_element(tree: str | tuple[str, list[object]]) -> None:
    root = built(tree)
    assert sum(shape_of(etree.tostring(root)).values()) == len(list(root.iter()))


# Recorded documents

SAMPLES = {
    "rss": "rss_new/rss2*",
    "atom": "rss_new/atom*",
    "api": "api_atom/*",
    "arXivRaw": "oai/Get*",
    "arXiv": "oai/ListRec*",
}


def recorded(shared: Path, name: str) -> list[bytes]:
    found = []
    for path in sorted((shared / "data" / "raw").glob(SAMPLES[name])):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found.append(data.replace(b"GetRecord>", b"ListRecords>"))
    assert found
    return found


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_recorded_documents_have_the_expected_form(name: str, shared: Path) -> None:
    form = EXPECTED[name]
    seen: set[str] = set()
    for data in recorded(shared, name):
        if b"/api/errors" in data:
            continue
        found = compare(data, form)
        assert (found.root, found.lacks, found.unknown) == (form.root, (), ())
        seen |= shape_of(data).keys()
    # The only feed in RSS is that of a Sunday.
    needed = [path for path in form.needed if name != "rss" or "/item/" not in path]
    assert seen >= set(needed)


def test_how_recorded_documents_write_times(shared: Path) -> None:
    ways = {
        (name, way)
        for name in SAMPLES
        for data in recorded(shared, name)
        for shapes in compare(data, EXPECTED[name]).times.values()
        for way in shapes
    }
    assert {way for name, way in ways if name == "atom"} == {
        "9999-99-99T99:99:99.999999+99:99",
        "9999-99-99T99:99:99-99:99",
    }
    assert {way for name, way in ways if name == "api"} == {"9999-99-99T99:99:99Z"}
    assert ("arXivRaw", "Ddd, 99 Mmm 9999 99:99:99 GMT") in ways
    assert ("rss", "Ddd, 99 Mmm 9999 99:99:99 -9999") in ways
