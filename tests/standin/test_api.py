"""The API: shaped like the recorded answers, and its queries, pages and errors add up."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.standin import StandIn, World
from tests.standin.asking import ARXIV, ATOM, DAYS, SEARCH, children, get, morning, texts, tree

QUERY = "/api/query"
ALL = "(cat:cs.CL OR cat:cs.IR)"


@pytest.fixture(scope="module")
def world() -> World:
    return World.made(DAYS)


@pytest.fixture(scope="module")
def standin(world: World) -> Iterator[StandIn]:
    with StandIn(world, now=morning(DAYS[2])) as server:
        yield server


def names(root: etree._Element) -> list[str]:
    return [name.rpartition("/")[2] for name in texts(root, f"{ATOM}entry/{ATOM}id")]


def found(standin: StandIn, query: str, **more: object) -> list[str]:
    return names(tree(standin, QUERY, search_query=query, max_results=2000, **more))


def named(world: World, day: dt.date) -> dict[str, str]:
    return {name: f"{name}v{paper.version}" for name, paper in world.on(day).items()}


def test_categories_and_what_is_announced_by_then(world: World, standin: StandIn) -> None:
    papers = world.on(DAYS[2])
    assert sorted(found(standin, ALL)) == sorted(named(world, DAYS[2]).values())
    in_ir = sorted(f"{name}v{paper.version}" for name, paper in papers.items() if "cs.IR" in paper.categories)
    assert sorted(found(standin, "cat:cs.IR")) == in_ir
    assert found(standin, "cat:cs.SE") == []
    assert sorted(found(standin, "cat:cs.*")) == sorted(named(world, DAYS[2]).values())
    assert len(found(standin, "cat:cs.CL ANDNOT cat:cs.IR")) == len(papers) - len(in_ir)


def test_dates_are_of_version_1_with_both_minutes_included(world: World, standin: StandIn) -> None:
    for name, paper in world.on(DAYS[2]).items():
        assert paper.submitted is not None
        minute = f"{paper.submitted:%Y%m%d%H%M}"
        assert named(world, DAYS[2])[name] in found(standin, f"{ALL} AND submittedDate:[{minute} TO {minute}]")
        before = f"{paper.submitted - dt.timedelta(minutes=1):%Y%m%d%H%M}"
        assert named(world, DAYS[2])[name] not in found(standin, f"submittedDate:[199101010000 TO {before}] AND {ALL}")


def test_pages_add_up(world: World, standin: StandIn) -> None:
    pages = [tree(standin, QUERY, search_query=ALL, start=start, max_results=5) for start in range(0, 30, 5)]
    together = list(itertools.chain.from_iterable(map(names, pages)))
    assert sorted(together) == sorted(named(world, DAYS[2]).values())
    assert {page.findtext(f"{SEARCH}totalResults") for page in pages} == {str(len(together))}
    assert [page.findtext(f"{SEARCH}startIndex") for page in pages] == [str(n) for n in range(0, 30, 5)]
    assert {page.findtext(f"{SEARCH}itemsPerPage") for page in pages} == {"5"}
    assert len(names(tree(standin, QUERY, search_query=ALL))) == 10


def test_sorting(standin: StandIn) -> None:
    root = tree(standin, QUERY, search_query=ALL, max_results=99, sortBy="submittedDate", sortOrder="ascending")
    published = texts(root, f"{ATOM}entry/{ATOM}published")
    assert published == sorted(published)
    assert found(standin, ALL, sortBy="submittedDate") == names(root)[::-1]
    root = tree(standin, QUERY, search_query=ALL, max_results=99, sortBy="lastUpdatedDate")
    updated = texts(root, f"{ATOM}entry/{ATOM}updated")
    assert updated == sorted(updated, reverse=True) != texts(root, f"{ATOM}entry/{ATOM}published")


def test_lists_of_identifiers_and_versions(world: World, standin: StandIn) -> None:
    first, second = list(world.records)[:2]
    root = tree(standin, QUERY, id_list=f"{second},{first},{first}v1,{first}v9,0000.0000,2106.99999")
    shown = named(world, DAYS[2])
    assert names(root) == [shown[second], shown[first], f"{first}v1"]
    summaries = texts(root, f"{ATOM}entry/{ATOM}summary")
    assert summaries[1] == f"{summaries[2]} Revised in version 3."
    assert names(tree(standin, QUERY, id_list=first, search_query="cat:cs.SE")) == []
    assert names(tree(standin, QUERY)) == []


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"id_list": "abc"}, "incorrect id format for abc"),
        ({"search_query": ALL, "max_results": 2001}, "max_results must not exceed 2000"),
        ({"search_query": ALL, "max_results": -1}, "max_results must be non-negative"),
        ({"search_query": ALL, "start": 30001}, "start must not exceed 30000"),
        ({"search_query": ALL, "start": "x"}, "start must be an integer"),
        ({"search_query": ALL, "sortBy": "title"}, "sortBy must be in: relevance, lastUpdatedDate, submittedDate"),
        ({"search_query": ALL, "sortOrder": "up"}, "sortOrder must be in: ascending, descending"),
        ({"search_query": "cat:cs.CL AND"}, "search_query ends too early"),
        ({"search_query": "(cat:cs.CL"}, "search_query lacks a closing parenthesis"),
        ({"search_query": "cat:cs.CL cat:cs.IR"}, "unexpected cat:cs.IR in search_query"),
        ({"search_query": "submittedDate:[2021 TO 2022]"}, "cannot read submittedDate:[2021 TO 2022] in search_query"),
    ],
)
def test_errors_are_feeds_with_status_400(standin: StandIn, parameters: dict[str, object], message: str) -> None:
    answer = get(standin, QUERY, **parameters)
    root = etree.fromstring(answer.content)
    assert answer.status_code == 400
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "Error"
    assert root.findtext(f"{ATOM}entry/{ATOM}summary") == message


def test_answers_are_shaped_like_the_recorded_ones(shared: Path, standin: StandIn) -> None:
    recorded = [etree.parse(path).getroot() for path in sorted((shared / "data" / "raw" / "api_atom").glob("*.xml"))]
    error = next(root for root in recorded if root.findtext(f"{ATOM}entry/{ATOM}title") == "Error")
    answers = [root for root in recorded if root is not error]
    real = {tuple(children(entry)) for root in answers for entry in root.iterfind(f"{ATOM}entry")}
    root = tree(standin, QUERY, search_query=ALL, max_results=2000)
    served = {tuple(children(entry)) for entry in root.iterfind(f"{ATOM}entry")}
    optional = {f"{ARXIV}comment", f"{ARXIV}journal_ref", f"{ARXIV}doi"}
    assert {tuple(kind for kind in entry if kind[0] not in optional) for entry in served} <= {
        tuple(kind for kind in entry if kind[0] not in optional) for entry in real
    }
    assert any(entry in real for entry in served)
    for one in answers:
        assert (one.tag, one.attrib, one.nsmap) == (root.tag, root.attrib, root.nsmap)
    assert children(root) in [children(one) for one in answers]
    authors = {tuple(children(author)) for author in root.iter(f"{ATOM}author")}
    assert authors == {((f"{ATOM}name", ()),)}
    served_error = etree.fromstring(get(standin, QUERY, id_list="abc").content)
    assert children(served_error) == children(error)
    assert children(served_error[-1]) == children(error[-1])
    assert served_error.findtext(f"{ATOM}entry/{ATOM}id") == error.findtext(f"{ATOM}entry/{ATOM}id")
