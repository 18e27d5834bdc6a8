"""Trying the parsers on arXiv: what is asked, what is told of sound documents, and of all that can be wrong."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from paperradar.pipeline.checkup import Status
from paperradar.pipeline.live_check import examine_live
from paperradar.pipeline.live_documents import LiveDocument
from paperradar.settings import FetchSettings, Settings, UrlSettings
from paperradar.transport import RawArchive
from paperradar.workspace import Workspace
from tests.standin import Scenario, StandIn, World, api, feeds, oai
from tests.standin.asking import DAYS, morning
from tests.standin.scenarios import parse_scenario
from tests.transport.servers import answer, serving

DAY = DAYS[2]
NOW = morning(DAY)
WORLD = World.made(DAYS)
NAMES = ["rss", "atom", "api", "oai identify", "oai arXivRaw", "oai arXiv"]
ARXIV = "{http://arxiv.org/schemas/atom}"


@pytest.fixture(autouse=True)
def undisturbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turnstile of the test's own, and no proxy."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def workspace(folder: Path, urls: Mapping[str, str]) -> Workspace:
    fetch = FetchSettings(
        interval_seconds=0, backoff_seconds=0.01, longest_backoff_seconds=0.05, urls=UrlSettings(**dict(urls))
    )
    return Workspace(folder, Settings(categories=("cs.CL", "cs.IR"), fetch=fetch), ())


def clock(time: dt.datetime) -> Iterator[dt.datetime]:
    while True:
        time += dt.timedelta(milliseconds=1)
        yield time


def looked_at(place: Workspace, now: dt.datetime = NOW) -> tuple[dict[str, LiveDocument], list[str]]:
    times = clock(now)
    notes: list[str] = []
    found = list(examine_live(place, clock=lambda: next(times), note=notes.append))
    assert all(json.loads(json.dumps(document.as_dict())) for document in found)
    assert all(document.finding.remedy for document in found if document.finding.status is not Status.OK)
    return {document.finding.name: document for document in found}, notes


def played(*rules: Mapping[str, object]) -> Scenario:
    return parse_scenario("a test's", {"rules": [dict(rule) for rule in rules]})


def rule(source: str, action: str, **values: object) -> dict[str, object]:
    return {"source": source, "action": action, **values}


@contextmanager
def standing_in(*rules: Mapping[str, object], now: dt.datetime = NOW) -> Iterator[StandIn]:
    with StandIn(WORLD, now=now, scenario=played(*rules) if rules else None, oai_page=5) as standin:
        yield standin


def bodies(**changed: bytes) -> list[bytes]:
    """The six documents in the order in which they are asked for; some are put in their place."""
    query = "search_query=cat:cs.CL&max_results=5"
    records = "verb=ListRecords&set=cs:cs:CL&metadataPrefix="
    sound = {
        "rss": feeds.respond(WORLD, NOW, "/rss/cs.CL").body,
        "atom": feeds.respond(WORLD, NOW, "/atom/cs.CL").body,
        "api": api.respond(WORLD, NOW, query).body,
        "identify": oai.respond(WORLD, NOW, "verb=Identify", 9).body,
        "arXivRaw": oai.respond(WORLD, NOW, f"{records}arXivRaw", 9).body,
        "arXiv": oai.respond(WORLD, NOW, f"{records}arXiv", 9).body,
    }
    return list((sound | changed).values())


def served(folder: Path, documents: list[bytes], headers: Mapping[str, str] | None = None) -> dict[str, LiveDocument]:
    with serving(*(answer(body=body, headers=headers or {}) for body in documents)) as server:
        urls = {"rss": f"{server.url}/rss", "api": f"{server.url}/api", "oai": f"{server.url}/oai"}
        found, _ = looked_at(workspace(folder, urls))
        assert len(server.seen) == 6
    return found


def test_six_polite_requests_for_sound_documents(tmp_path: Path) -> None:
    with standing_in() as standin:
        place = workspace(tmp_path, standin.urls)
        found, notes = looked_at(place)
        asked = [hit.path for hit in standin.log]
        assert standin.overlaps() == []
    assert list(found) == NAMES
    assert {document.finding.status for document in found.values()} == {Status.OK}
    assert asked[0::3] == ["/rss/cs.CL", "/oai?verb=Identify"]
    assert asked[1] == "/atom/cs.CL"
    assert "max_results=5" in asked[2]
    assert "submittedDate%3A%5B202106090800+TO+202106160800%5D" in asked[2]
    assert asked[4].endswith("verb=ListRecords&metadataPrefix=arXivRaw&set=cs:cs:CL&from=2021-06-15")
    assert asked[5].endswith("verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:CL&from=2021-06-15")
    assert len(asked) == len(notes) == 6
    assert notes[0] == f"asking for rss: {place.settings.fetch.urls.rss}/cs.CL"

    rss, raw = found["rss"], found["oai arXivRaw"]
    assert (rss.status, rss.is_reached, rss.error) == (200, True, "")
    assert rss.headers is not None
    assert rss.headers["content-type"] == "application/rss+xml"
    assert rss.made is not None
    assert rss.made.day == DAY
    assert rss.made.kinds is not None
    assert sum(rss.made.kinds.values()) == rss.made.papers == rss.made.records == 6
    assert rss.shape is not None
    assert rss.shape.records == 6
    assert rss.shape.values[f"rss/channel/item/{ARXIV}announce_type"] == rss.made.kinds
    assert raw.made is not None
    assert raw.made.resumes
    assert raw.made.total == 11
    assert raw.made.records == 5
    assert raw.made.fields is not None
    assert raw.made.fields["submitted"] == 5
    assert found["api"].made is not None
    assert found["api"].made.records == 5
    assert found["oai identify"].made is None
    assert found["oai identify"].shape is not None
    assert any("YYYY-MM-DD" in values for values in found["oai identify"].shape.values.values())


def test_the_answers_are_kept_under_names_of_their_own(tmp_path: Path) -> None:
    with standing_in() as standin:
        place = workspace(tmp_path, standin.urls)
        found, _ = looked_at(place)
    kept = list(RawArchive(place.raw).documents())
    assert [label for label, _ in kept] == [
        "rss-cs.CL", "atom-cs.CL", "api-cs.CL", "identify-oai", "oai-cs.CL", "split-cs.CL",
    ]  # fmt: skip
    files = [document.kept for document in found.values()]
    assert len(set(files)) == 6
    assert all(file is not None and file.is_file() for file in files)
    assert [document.size for document in found.values()] == [len(document.body) for _, document in kept]


def test_only_what_arxiv_serves_as_atom_is_asked_for(tmp_path: Path) -> None:
    with standing_in() as standin:
        urls = standin.urls | {"rss": f"{standin.url}/atom"}
        found, _ = looked_at(workspace(tmp_path, urls))
    assert list(found) == [name for name in NAMES if name != "atom"]
    assert found["rss"].finding.status is Status.PROBLEM
    assert "its root is {http://www.w3.org/2005/Atom}feed, not rss" in found["rss"].finding.detail


def test_a_week_end_leaves_the_feeds_unknown(tmp_path: Path) -> None:
    now = NOW + dt.timedelta(days=4)
    with standing_in(now=now) as standin:
        found, _ = looked_at(workspace(tmp_path, standin.urls), now)
    finding = found["rss"].finding
    assert finding.status is Status.NOTE
    assert "it is empty (arXiv announces nothing on 2021-06-20)" in finding.detail
    assert found["oai arXivRaw"].finding.status is Status.NOTE
    assert found["oai arXivRaw"].shape is not None
    assert {"noRecordsMatch": 1} in found["oai arXivRaw"].shape.values.values()


def test_a_feed_of_another_day_is_noted(tmp_path: Path) -> None:
    with standing_in() as standin:
        found, _ = looked_at(workspace(tmp_path, standin.urls), NOW + dt.timedelta(days=1))
    assert found["rss"].finding.status is Status.NOTE
    assert "its day is 2021-06-16, today's listing is that of 2021-06-17" in found["rss"].finding.detail
    assert found["api"].finding.status is Status.OK


def test_records_that_are_set_aside_are_told_with_reason(tmp_path: Path) -> None:
    with standing_in(rule("rss", "broken_item", times=-1)) as standin:
        found, _ = looked_at(workspace(tmp_path, standin.urls))
    rss = found["rss"]
    assert rss.finding.status is Status.NOTE
    assert "needed paths that some records lack: 2; records set aside: 1" in rss.finding.detail
    assert rss.made is not None
    assert rss.made.broken_records == 1
    assert rss.made.broken[0].place == 1
    assert rss.shape is not None
    assert [(lack.path, lack.have, lack.of) for lack in rss.shape.lacks] == [
        ("rss/channel/item/title", 5, 6),
        ("rss/channel/item/guid", 5, 6),
    ]


def test_what_is_missing_everywhere_is_a_problem_although_the_parser_goes_on(tmp_path: Path) -> None:
    rss = bodies()[0].replace(b"dc:creator>", b"dc:author>")
    found = served(tmp_path, bodies(rss=rss))
    finding = found["rss"].finding
    assert finding.status is Status.PROBLEM
    assert "missing everywhere: rss/channel/item/{http://purl.org/dc/elements/1.1/}creator" in finding.detail
    assert "unknown paths: 1" in finding.detail
    assert "no paper has: authors" in finding.detail
    assert "mend paperradar.sources.rss" in finding.remedy
    assert str(found["rss"].kept) in finding.remedy
    assert [document.finding.status for document in found.values()][1:] == [Status.OK] * 5


def test_another_namespace_is_told_with_examples(tmp_path: Path) -> None:
    raw = bodies()[4].replace(b"http://arxiv.org/OAI/arXivRaw/", b"http://arxiv.org/OAI/raw2/")
    found = served(tmp_path, bodies(arXivRaw=raw))["oai arXivRaw"]
    assert found.finding.status is Status.PROBLEM
    assert "the parser can use none of its records" in found.finding.detail
    assert found.made is not None
    assert found.made.broken_records == found.made.records > 5
    assert found.shape is not None
    examples = {item.path.rpartition("/")[2]: item.example for item in found.shape.unknown}
    assert examples["categories"].startswith("cs.")
    assert len(found.shape.missing) == 8


def test_an_element_that_nobody_knows_is_worth_a_note(tmp_path: Path) -> None:
    atom = bodies()[1].replace(b"</entry>", b"<arxiv:colour>red</arxiv:colour></entry>")
    found = served(tmp_path, bodies(atom=atom))["atom"]
    assert found.finding.status is Status.NOTE
    assert found.shape is not None
    assert [(item.path.rpartition("}")[2], item.example) for item in found.shape.unknown] == [("colour", "red")]


def test_what_matters_of_the_headers_is_told(tmp_path: Path) -> None:
    headers = {"ETag": '"1"', "Last-Modified": "Wed, 16 Jun 2021 04:00:00 GMT", "Retry-After": "3", "X-Other": "no"}
    found = served(tmp_path, bodies(), headers)["rss"]
    assert found.headers is not None
    assert {"etag", "last-modified", "retry-after"} <= found.headers.keys()
    assert "x-other" not in found.headers
    assert "without a content type" in found.finding.detail


@pytest.mark.parametrize("action", ["html", "hostile", "truncate"])
def test_what_is_no_document_is_a_problem(action: str, tmp_path: Path) -> None:
    with standing_in(rule("any", action, times=-1)) as standin:
        found, _ = looked_at(workspace(tmp_path, standin.urls))
        assert len(standin.log) == 6, "nothing is asked twice"
    assert list(found) == NAMES
    for document in found.values():
        assert document.finding.status is Status.PROBLEM
        assert document.is_reached
        assert document.shape is None
        assert document.error
        assert not document.refused
        assert document.kept is not None


def test_what_arxiv_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    rules = [rule("rss", "error_feed"), rule("api", "error_feed"), rule("oai", "status", status=404)]
    with standing_in(*rules) as standin:
        found, _ = looked_at(workspace(tmp_path, standin.urls))
    assert [name for name, document in found.items() if document.refused] == ["rss", "api", "oai identify"]
    assert "Bad category 'cs.CL'" in found["rss"].finding.detail
    assert "incorrect query" in found["api"].finding.detail
    assert found["oai identify"].status == 404
    assert found["oai identify"].shape is None
    assert "check fetch.urls" in found["oai identify"].finding.remedy
    assert found["oai arXivRaw"].finding.status is Status.OK


def test_whoever_says_slow_down_is_not_asked_again(tmp_path: Path) -> None:
    with standing_in(rule("oai", "status", times=-1, status=429)) as standin:
        found, _ = looked_at(workspace(tmp_path, standin.urls))
        assert [hit.source for hit in standin.log] == ["rss", "rss", "api", "oai"]
    document = found["oai identify"]
    assert (document.is_reached, document.status, document.finding.status) == (False, None, Status.PROBLEM)
    assert "answered 429" in document.error
    assert document.finding.remedy == "paperradar doctor --live, later"
    assert found["api"].finding.status is Status.OK


def test_nobody_there(tmp_path: Path) -> None:
    with standing_in() as standin:
        urls = standin.urls
    found, _ = looked_at(workspace(tmp_path, urls))
    assert list(found) == ["rss", "api", "oai identify"]
    assert not any(document.is_reached for document in found.values())


def test_redirects_are_told_and_followed_only_to_arxiv(tmp_path: Path) -> None:
    with standing_in() as standin:
        there = rule("rss", "redirect", location=f"{standin.url}/atom/cs.IR")
        standin.use(played(there, rule("api", "redirect")))
        found, _ = looked_at(workspace(tmp_path, standin.urls))
    rss, moved = found["rss"], found["api"]
    assert rss.redirects == (f"302 from {standin.url}/rss/cs.CL to {standin.url}/atom/cs.IR",)
    assert f"redirected: 302 from {standin.url}" in rss.finding.detail
    assert rss.url == f"{standin.url}/rss/cs.CL"
    assert moved.finding.status is Status.PROBLEM
    assert "elsewhere.invalid, which is not followed" in moved.error
    assert moved.is_reached
    assert moved.status is None


def test_without_categories_the_first_of_the_defaults_is_asked_for(tmp_path: Path) -> None:
    with standing_in() as standin:
        place = workspace(tmp_path, standin.urls)
        none = Settings(categories=(), fetch=place.settings.fetch)
        looked_at(Workspace(tmp_path, none, ()))
        assert standin.log[0].path == "/rss/cs.CL"
