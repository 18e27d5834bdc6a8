"""Slices of the API: everything that was submitted in a time, or known not to be everything."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.slices import Slice, read_slice
from paperradar.pipeline.upstream import upstream
from paperradar.sources.api import submission_query
from tests.pipeline.fetched import CATEGORIES, days_between, morning, workspace_for
from tests.standin import Scenario, StandIn, World, api
from tests.standin.scenarios import parse_scenario
from tests.transport.servers import Server, answer, serving

DAYS = days_between("2021-06-07", "2021-06-09")
WORLD = World.made(DAYS)
NOW = morning(DAYS[-1])
# All that Tuesday's listing announced was submitted on Monday: six papers.
MONDAY = dt.datetime(2021, 6, 7, tzinfo=dt.UTC)
LAST_MINUTE = MONDAY + dt.timedelta(hours=23, minutes=59)
TRUTH = {
    name for name, record in WORLD.records.items() if record.submitted and MONDAY <= record.submitted <= LAST_MINUTE
}


def scenario(action: str, *, times: int = 1, first: int = 0, **parameters: object) -> Scenario:
    rule = {"source": "api", "action": action, "times": times, "first": first, **parameters}
    return parse_scenario("test", {"rules": [rule]})


@contextmanager
def arxiv(harm: str | Scenario | None = None) -> Iterator[StandIn]:
    with StandIn(WORLD, now=NOW) as elsewhere, StandIn(WORLD, now=NOW, scenario=harm, elsewhere=elsewhere.url) as found:
        yield found


def read(standin: StandIn | Scripted, folder: Path, **overrides: object) -> Slice:
    """Monday's slice, in pages of two."""
    workspace = workspace_for(standin, folder, **{"page_size": 2, **overrides})  # type: ignore[arg-type]
    with upstream(workspace, lambda: NOW) as way:
        found = read_slice(way, CATEGORIES, MONDAY, LAST_MINUTE, label="api-slice")
    assert not workspace.database.exists()  # it is closed, and not even made, while arXiv is asked
    return found


def names(found: Slice) -> list[str]:
    return [paper.identifier for paper in found.papers]


def starts(standin: StandIn) -> list[int]:
    """The first record of each page that was asked for."""
    return [int(parse_qs(urlsplit(hit.path).query)["start"][0]) for hit in standin.log]


def test_all_pages_are_read(tmp_path: Path) -> None:
    with arxiv() as standin:
        found = read(standin, tmp_path)
    assert len(TRUTH) == 6
    assert set(names(found)) == TRUTH
    assert (found.total, found.received, found.is_complete, found.outcome) == (6, 6, True, Outcome.DONE)
    assert starts(standin) == [0, 2, 4]
    assert not standin.overlaps()


def test_both_ends_are_included_and_nothing_else(tmp_path: Path) -> None:
    times = sorted(record.submitted for name, record in WORLD.records.items() if name in TRUTH and record.submitted)
    workspace = None
    with arxiv() as standin:
        workspace = workspace_for(standin, tmp_path)
        with upstream(workspace, lambda: NOW) as way:
            inner = read_slice(way, CATEGORIES, times[1], times[-2], label="x")
            one = read_slice(way, ("cs.IR",), times[0], times[-1], label="x")
    assert [paper.submitted for paper in inner.papers] == times[1:-1]
    assert set(names(one)) == {name for name in TRUTH if "cs.IR" in WORLD.records[name].categories}
    assert {path.name.split("-")[1] for path in workspace.raw.rglob("*.gz")} == {"x"}


@pytest.mark.parametrize(
    "name",
    [
        "empty-first-page", "short-page", "total-changes", "truncated", "broken-off", "reset", "html", "hostile",
        "server-error-500", "throttled-429-missing", "throttled-429-zero",
    ],
)  # fmt: skip
def test_passing_trouble_changes_nothing(tmp_path: Path, name: str) -> None:
    with arxiv(name) as standin:
        found = read(standin, tmp_path)
    assert set(names(found)) == TRUTH
    assert len(names(found)) == len(TRUTH)
    assert (found.is_complete, found.outcome, found.detail) == (True, Outcome.DONE, "")
    assert 3 <= len(standin.log) <= 7  # only what was bad was asked again


@pytest.mark.parametrize(
    ("page", "by"),
    [
        (0, -2),
        (0, -6),
        (0, 3),
        (1, 3),
        (1, -6),
        (1, -2),
        (1, -4),
    ],
)
def test_a_total_that_is_wrong_once_loses_nothing(tmp_path: Path, page: int, by: int) -> None:
    with arxiv(scenario("total_changes", by=by, first=page)) as standin:
        found = read(standin, tmp_path)
    assert set(names(found)) == TRUTH
    assert (found.total, found.is_complete) == (6, True)


def test_pages_that_stay_short(tmp_path: Path) -> None:
    with arxiv(scenario("short_page", missing=1, first=1, times=-1)) as standin:
        found = read(standin, tmp_path, attempts=3)
    assert len(names(found)) == 2
    assert set(names(found)) < TRUTH
    assert (found.total, found.is_complete, found.outcome) == (6, False, Outcome.LATER)
    assert "1 of the 2 records of a page" in found.detail
    assert starts(standin) == [0, 2, 2, 2]


def test_a_total_that_is_always_too_high_gives_all_that_came(tmp_path: Path) -> None:
    with arxiv(scenario("total_changes", by=3, times=-1)) as standin:
        found = read(standin, tmp_path, attempts=2)
    assert set(names(found)) == TRUTH
    assert (found.total, found.received, found.is_complete, found.outcome) == (9, 6, False, Outcome.LATER)
    assert "0 of the 2 records" in found.detail or "9" in found.detail
    assert starts(standin) == [0, 2, 4, 6, 6]


def test_what_shifts_between_two_pages_is_read_again(tmp_path: Path) -> None:
    query = submission_query(CATEGORIES, MONDAY, LAST_MINUTE)
    whole = [page(query, start) for start in (0, 2, 4)]
    shifted = page(query, 1).replace(b":startIndex>1<", b":startIndex>2<")
    with scripted(whole[0], shifted, whole[2], *whole) as standin:
        found = read(standin, tmp_path)
    assert set(names(found)) == TRUTH
    assert (found.total, found.received, found.is_complete) == (6, 6, True)
    assert len(standin.server.seen) == 6


def test_a_slice_that_never_comes_whole_is_short_and_says_so(tmp_path: Path) -> None:
    query = submission_query(CATEGORIES, MONDAY, LAST_MINUTE)
    twice = [page(query, 0), page(query, 0), page(query, 4)]
    with scripted(*twice, *twice) as standin:
        found = read(standin, tmp_path, attempts=2)
    assert (found.total, found.received, found.is_complete, found.outcome) == (6, 4, False, Outcome.LATER)
    assert found.detail == "the API counts 6 papers and gave 4"


def test_nothing_is_believed_the_second_time_only(tmp_path: Path) -> None:
    query = submission_query(CATEGORIES, MONDAY, LAST_MINUTE)
    nothing = page(submission_query(("math.OC",), MONDAY, LAST_MINUTE), 0)
    with scripted(nothing, *(page(query, start) for start in (0, 2, 4))) as standin:
        assert set(names(read(standin, tmp_path))) == TRUTH
    with scripted(nothing) as standin:
        found = read(standin, tmp_path / "empty")
        assert len(standin.server.seen) == 2
    assert (found.papers, found.total, found.received, found.is_complete) == ((), 0, 0, True)
    assert (found.outcome, found.detail) == (Outcome.DONE, "")


def test_broken_records_are_counted_and_have_their_place(tmp_path: Path) -> None:
    query = submission_query(CATEGORIES, MONDAY, LAST_MINUTE)
    pages = [page(query, start) for start in (0, 2, 4)]
    pages[1] = re.sub(rb"(<entry>.*?<title>)[^<]*", rb"\1", pages[1], count=1, flags=re.DOTALL)
    with scripted(*pages) as standin:
        found = read(standin, tmp_path)
    assert len(found.papers) == 5
    assert [(item.place, item.reason) for item in found.broken] == [(3, "it has no title")]
    assert (found.total, found.received, found.is_complete) == (6, 6, True)


def test_a_wrong_query_is_not_tried_again(tmp_path: Path) -> None:
    with arxiv("error-feed") as standin:
        found = read(standin, tmp_path)
    assert (found.papers, found.is_complete, found.outcome) == ((), False, Outcome.FAILED)
    assert "the API refuses a query" in found.detail
    assert len(standin.log) == 1


def test_an_arxiv_that_is_away_is_asked_as_often_as_the_settings_say(tmp_path: Path) -> None:
    with arxiv("throttled-for-ever") as standin:
        found = read(standin, tmp_path, attempts=3)
    assert (found.papers, found.total, found.is_complete, found.outcome) == ((), None, False, Outcome.LATER)
    assert "slow down" in found.detail
    assert len(standin.log) == 3


def test_what_came_before_arxiv_went_away_is_kept(tmp_path: Path) -> None:
    with arxiv(scenario("status", status=503, first=2, times=-1)) as standin:
        found = read(standin, tmp_path, attempts=2)
    assert len(names(found)) == 4
    assert (found.total, found.is_complete, found.outcome) == (6, False, Outcome.LATER)


def test_more_than_the_api_gives_is_a_failure_and_no_endless_paging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paperradar.sources.api.MOST_RECORDS", 4)
    with arxiv() as standin:
        found = read(standin, tmp_path)
    assert starts(standin) == [0, 2]
    assert (len(found.papers), found.is_complete, found.outcome) == (4, False, Outcome.FAILED)
    assert found.detail == "the API counts 6 papers and gives no more than 4; ask for a shorter time"


# A server that answers by script


class Scripted:
    """What `workspace_for` needs of a stand-in, for a server with a script."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.urls = {name: f"{server.url}/{name}" for name in ("rss", "api", "oai")}


@contextmanager
def scripted(*bodies: bytes) -> Iterator[Scripted]:
    with serving(*(answer(body=body, headers={"Content-Type": "application/atom+xml"}) for body in bodies)) as server:
        yield Scripted(server)


def page(query: str, start: int) -> bytes:
    """The stand-in's answer to a query, two records of it."""
    asked = {"search_query": query, "start": start, "max_results": 2, "sortBy": "submittedDate"}
    return api.respond(WORLD, NOW, urlencode({**asked, "sortOrder": "ascending"})).body
