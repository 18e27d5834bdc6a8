"""Asking for a category's listing: feeds that are not to be believed, second sources, and which numbers are new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from paperradar.coverage import State
from paperradar.papers import Announcement, AnnouncementKind, Paper, Version
from paperradar.pipeline.listings import EMPTY_FEED, FULL_FEED, Check, Feed, NewNumbers, ask_feed, ask_second, repeats
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.upstream import Upstream, upstream
from paperradar.sources.values import Listing
from tests.pipeline.fetched import days_between, morning, workspace_for
from tests.sources.feeds import Item, oai, raw_record
from tests.standin import Scenario, StandIn, World
from tests.standin.scenarios import parse_scenario
from tests.transport.servers import Server, answer, serving

DAYS = days_between("2021-06-07", "2021-06-10")
BEFORE, DAY, AFTER = DAYS[1:]
WORLD = World.made(DAYS)
NUMBERS = NewNumbers(DAY)
NEW, CROSS, REPLACE = AnnouncementKind.NEW, AnnouncementKind.CROSS, AnnouncementKind.REPLACE
SATURDAY, THANKSGIVING_FRIDAY = dt.date(2021, 6, 12), dt.date(2021, 11, 26)


def truth(*days: dt.date, category: str = "cs.CL") -> set[Announcement]:
    return {item for day in days for item in WORLD.announcements(day, day) if item.category == category}


def highest(announced: Iterable[Announcement]) -> str:
    return max(item.identifier for item in announced if item.kind is NEW)


def nothing(_: Sequence[str]) -> set[tuple[str, int]]:
    return set()


def scenario(source: str, action: str, **parameters: object) -> Scenario:
    return parse_scenario("test", {"rules": [{"source": source, "action": action, **parameters}]})


@contextmanager
def asking(
    folder: Path, harm: str | Scenario | None = None, *, day: dt.date = DAY, oai_page: int = 200, **overrides: object
) -> Iterator[tuple[StandIn, Upstream]]:
    with (
        StandIn(WORLD, now=morning(day), scenario=harm, oai_page=oai_page) as standin,
        upstream(workspace_for(standin, folder, **overrides), lambda: standin.now) as way,
    ):
        yield standin, way


# Feeds


def test_a_feed_of_the_day_is_believed(tmp_path: Path) -> None:
    with asking(tmp_path) as (standin, way):
        feed = ask_feed(way, "cs.CL", NUMBERS, nothing)
        assert [hit.path for hit in standin.log] == ["/rss/cs.CL"]
    assert (feed.state, feed.detail, feed.outcome, feed.is_full) == (State.COMPLETE, "", Outcome.DONE, False)
    assert feed.listing
    assert set(feed.listing.announcements) == truth(DAY)
    assert feed.highest_new() == highest(truth(DAY))


def test_a_feed_of_another_date_is_stale(tmp_path: Path) -> None:
    with asking(tmp_path) as (_, way):
        for day in (BEFORE, AFTER):
            feed = ask_feed(way, "cs.CL", NewNumbers(day), nothing)
            assert (feed.listing, feed.state, feed.outcome) == (None, State.STALE, Outcome.LATER)
            assert feed.detail == f"the feed is that of {DAY}"


def test_an_earlier_batch_under_todays_date_is_stale(tmp_path: Path) -> None:
    asked: list[str] = []

    def announced(identifiers: Sequence[str]) -> set[tuple[str, int]]:
        asked.extend(identifiers)
        return {(item.identifier, item.version) for item in truth(BEFORE)}

    with asking(tmp_path, "stale") as (_, way):
        feed = ask_feed(way, "cs.CL", NUMBERS, announced)
    assert (feed.listing, feed.state, feed.outcome) == (None, State.STALE, Outcome.LATER)
    assert feed.detail == "the feed repeats what was announced on an earlier day"
    assert set(asked) == {item.identifier for item in truth(BEFORE) if item.kind is NEW}


def test_an_earlier_batch_is_told_by_its_numbers_too(tmp_path: Path) -> None:
    last = highest(truth(BEFORE))
    with asking(tmp_path, "stale") as (standin, way):
        for above, stale in ((last, True), (highest(truth(DAY)), True), (highest(truth(DAYS[0])), False), ("", False)):
            feed = ask_feed(way, "cs.CL", NewNumbers(DAY, above), nothing)
            assert (feed.listing is None) == stale
            assert feed.state is (State.STALE if stale else State.COMPLETE)
            if stale:
                assert (
                    feed.detail
                    == f"all that the feed calls new ends with {last}, and {above} was new on an earlier day"
                )
                assert feed.outcome is Outcome.LATER
        standin.use(None)
        assert ask_feed(way, "cs.CL", NewNumbers(DAY, last), nothing).listing


def test_an_empty_feed_is_an_alarm_on_a_working_day(tmp_path: Path) -> None:
    with asking(tmp_path, "empty-feed") as (_, way):
        assert ask_feed(way, "cs.CL", NUMBERS, nothing) == Feed(None, State.MISSING, EMPTY_FEED, Outcome.LATER)


@pytest.mark.parametrize("day", [SATURDAY, THANKSGIVING_FRIDAY], ids=str)
def test_an_empty_feed_is_right_when_arxiv_announces_nothing(tmp_path: Path, day: dt.date) -> None:
    with asking(tmp_path, day=day) as (_, way):
        assert ask_feed(way, "cs.CL", NewNumbers(day), nothing) == Feed(None, State.HOLIDAY)


@pytest.mark.parametrize(
    ("harm", "outcome", "said"),
    [
        ("throttled-for-ever", Outcome.LATER, "slow down"),
        (scenario("rss", "html", times=-1), Outcome.LATER, "document type declaration"),
        ("error-feed", Outcome.FAILED, "arXiv has no feed for cs.CL"),
        (scenario("rss", "status", status=404), Outcome.FAILED, "answered 404"),
    ],
    ids=["throttled", "html", "error-feed", "404"],
)
def test_a_feed_that_cannot_be_had(tmp_path: Path, harm: str | Scenario, outcome: Outcome, said: str) -> None:
    with asking(tmp_path, harm, attempts=2) as (standin, way):
        feed = ask_feed(way, "cs.CL", NUMBERS, nothing)
        assert len(standin.log) == (1 if outcome is Outcome.FAILED else 2)
    assert (feed.listing, feed.state, feed.outcome) == (None, State.MISSING, outcome)
    assert feed.detail.startswith("the feed could not be had: ")
    assert said in feed.detail


def listing(*items: tuple[int, int, AnnouncementKind], count: int | None = None) -> Listing:
    """A feed of (number, version, kind)."""
    announced = tuple(Announcement(name(number), version, "cs.CL", kind, DAY) for number, version, kind in items)
    papers = tuple(Paper(item.identifier, "A", versions=(Version(item.version),)) for item in announced)
    return Listing("cs.CL", DAY, papers, announced, items=len(items) if count is None else count)


def name(number: int) -> str:
    return f"2106.{number:05}"


@pytest.mark.parametrize(
    ("items", "before", "repeated"),
    [
        ([(1, 1, NEW), (2, 1, NEW)], {(1, 1), (2, 1)}, True),
        ([(1, 1, NEW), (2, 1, NEW)], {(1, 1)}, False),
        ([(1, 1, NEW), (2, 2, REPLACE)], {(1, 1)}, True),
        ([(1, 2, NEW)], {(1, 1)}, False),
        ([(2, 2, REPLACE), (3, 1, CROSS)], {(2, 2), (3, 1)}, True),
        ([(2, 2, REPLACE), (3, 1, CROSS)], {(2, 2)}, False),
        ([], set(), False),
    ],
)
def test_what_a_repeated_batch_is(
    items: list[tuple[int, int, AnnouncementKind]], before: set[tuple[int, int]], repeated: bool
) -> None:
    known = {(name(number), version) for number, version in before}
    assert repeats(listing(*items), lambda _: known) == repeated


def test_a_feed_knows_its_ends_and_when_it_is_full() -> None:
    feed = Feed(listing((5, 1, NEW), (3, 1, NEW), (9, 1, CROSS), (1, 2, REPLACE), count=FULL_FEED))
    assert (feed.lowest_new(), feed.highest_new(), feed.is_full) == (name(3), name(5), True)
    feed = Feed(listing((9, 1, CROSS), count=FULL_FEED - 1))
    assert (feed.lowest_new(), feed.highest_new(), feed.is_full) == ("", "", False)
    assert Feed(None).first(NUMBERS) == frozenset()


MIXED = [(2, 1, CROSS), (4, 1, NEW), (6, 1, CROSS), (7, 2, CROSS), (8, 2, REPLACE), (9, 1, REPLACE)]


@pytest.mark.parametrize(
    ("numbers", "first"),
    [
        (NewNumbers(DAY, above=name(3)), {4, 6}),
        (NewNumbers(DAY, above=name(6)), {4}),
        (NewNumbers(DAY, above=name(3), below=name(6)), {4}),
        (NewNumbers(DAY), {4, 6}),
    ],
)
def test_what_a_feed_announces_for_the_first_time(numbers: NewNumbers, first: set[int]) -> None:
    assert Feed(listing(*MIXED)).first(numbers) == {name(number) for number in first}


def test_without_numbers_a_cross_goes_by_its_submission_if_that_is_known() -> None:
    check = Check("oai", (submitted(2, BEFORE), submitted(6, DAYS[0])))
    assert Feed(listing(*MIXED)).first(NUMBERS, [check]) == {name(2), name(4), name(6)}
    only_crosses = Feed(listing((2, 1, CROSS), (6, 1, CROSS)))
    assert only_crosses.first(NUMBERS) == frozenset()
    assert only_crosses.first(NUMBERS, [check]) == {name(2)}


# Numbers


def submitted(number: int, day: dt.date, *later: dt.date) -> Paper:
    times = [dt.datetime.combine(day, dt.time(12), dt.UTC) for day in (day, *later)]
    return Paper(name(number), "A", versions=tuple(Version(place, time) for place, time in enumerate(times, 1)))


@pytest.mark.parametrize(
    ("numbers", "number", "is_new"),
    [
        (NewNumbers(DAY, above=name(5)), 6, True),
        (NewNumbers(DAY, above=name(5)), 5, False),
        (NewNumbers(DAY, above="2107.00001"), 9, False),
        (NewNumbers(DAY, above="quant-ph/0201082"), 1, True),
        (NewNumbers(DAY, above=name(5), below=name(8)), 7, True),
        (NewNumbers(DAY, above=name(5), below=name(8)), 8, False),
        (NewNumbers(DAY, below=name(8)), 8, False),
    ],
)
def test_bounds_of_new_numbers(numbers: NewNumbers, number: int, is_new: bool) -> None:
    assert (submitted(number, BEFORE) in numbers) == is_new


def test_without_a_lower_bound_the_submission_decides() -> None:
    assert submitted(1, BEFORE) in NUMBERS
    assert submitted(1, DAYS[0]) not in NUMBERS
    assert submitted(1, DAYS[0]) in NewNumbers(DAY, above=name(0))


def test_a_paper_with_a_second_version_by_then_is_older() -> None:
    numbers = NewNumbers(DAY, above=name(5))
    assert submitted(6, DAYS[0], BEFORE) not in numbers
    assert submitted(6, BEFORE, DAY) in numbers
    assert submitted(6, BEFORE, AFTER) in numbers
    assert Paper(name(6), "A", versions=(Version(2),)) in numbers  # as feeds tell it: without a time


def test_what_oai_pmh_has_of_later_days_is_not_of_the_day() -> None:
    dated = ((2, BEFORE), (4, AFTER), (6, DAY), (8, AFTER))
    papers = tuple(replace(submitted(number, BEFORE), updated=day) for number, day in dated)
    numbers = NewNumbers(DAY, above=name(3))
    # Number 4 changed again since; 8 came with the next batch.
    assert Check("oai", papers).first(numbers) == {name(4), name(6)}
    assert Check("oai", papers[-1:]).first(numbers) == frozenset()


def test_what_the_api_has_of_later_days_is_not_of_the_day() -> None:
    papers = (submitted(4, BEFORE), submitted(5, DAY))
    assert Check("api", papers).first(NewNumbers(DAY, above=name(3))) == {name(4)}


# A second source

SINCE = {record.identifier for record in WORLD.on(DAY).values() if (record.updated or BEFORE) >= BEFORE
         and "cs.CL" in record.categories}  # fmt: skip
assert len(SINCE) > 6


def second(way: Upstream, source: str = "oai", category: str = "cs.CL") -> Check:
    return ask_second(way, source, category, BEFORE, morning(DAY))


def tokens(standin: StandIn) -> list[bool]:
    """For each request, whether it was for a page that a token stands for."""
    return ["resumptionToken" in parse_qs(urlsplit(hit.path).query) for hit in standin.log]


@pytest.mark.parametrize("size", [1, 3, len(SINCE) - 1, len(SINCE), 200])
def test_all_pages_of_oai_are_read(tmp_path: Path, size: int) -> None:
    with asking(tmp_path, oai_page=size) as (standin, way):
        check = second(way)
        assert tokens(standin) == [False, *[True] * ((len(SINCE) - 1) // size)]
        assert f"from={BEFORE}" in standin.log[0].path
    assert sorted(paper.identifier for paper in check.papers) == sorted(SINCE)
    assert check == Check("oai", check.papers)


@pytest.mark.parametrize(
    ("harm", "asked"),
    [
        ("bad-token", [False, True, False, True, True]),
        (scenario("oai", "short_page", first=1), [False, True, True, False, True, True]),
        (scenario("oai", "total_changes", by=1), [False, True, True, False, True, True]),
        (scenario("oai", "total_changes", by=-1), [False, True, True]),
        (scenario("oai", "no_list_size", times=-1), [False, True, True]),
        (scenario("oai", "truncate", first=1), [False, True, True, True]),
    ],
    ids=["bad-token", "short-page", "promises-more", "promises-less", "no-size", "cut-off"],
)
def test_a_list_that_breaks_off_is_read_from_its_beginning(
    tmp_path: Path, harm: str | Scenario, asked: list[bool]
) -> None:
    with asking(tmp_path, harm, oai_page=(len(SINCE) + 2) // 3) as (standin, way):
        check = second(way)
        assert tokens(standin) == asked
    assert (check.outcome, check.detail) == (Outcome.DONE, "")
    assert sorted(paper.identifier for paper in check.papers) == sorted(SINCE)


def scripted_page(*numbers: int, bad: int = 0, token: str = "") -> bytes:
    items = [Item(name(number), title="" if number == bad else "A title") for number in numbers]
    more = f'<resumptionToken completeListSize="4">{token}</resumptionToken>'
    return oai(f"<ListRecords>{''.join(map(raw_record, items))}{more}</ListRecords>")


@contextmanager
def scripted(folder: Path, *bodies: bytes) -> Iterator[tuple[Server, Upstream]]:
    with serving(*(answer(body=body) for body in bodies)) as server:
        standin = SimpleNamespace(urls={source: f"{server.url}/{source}" for source in ("rss", "api", "oai")})
        workspace = workspace_for(standin, folder)  # type: ignore[arg-type]
        with upstream(workspace, lambda: morning(DAY)) as way:
            yield server, way


def test_tokens_that_are_never_taken_are_for_later(tmp_path: Path) -> None:
    harm = scenario("oai", "bad_token", times=-1)
    with asking(tmp_path, harm, oai_page=(len(SINCE) + 1) // 2, attempts=3) as (standin, way):
        check = second(way)
        assert tokens(standin) == [False, True] * 3
    assert (check.papers, check.outcome) == ((), Outcome.LATER)
    assert check.detail.startswith("oai could not be had: OAI-PMH does not know its own resumption tokens")


def test_a_size_that_is_too_high_is_believed_until_the_same_came_twice(tmp_path: Path) -> None:
    harm = scenario("oai", "total_changes", by=1, times=-1)
    with asking(tmp_path, harm, oai_page=(len(SINCE) + 1) // 2, attempts=3) as (standin, way):
        check = second(way)
        assert tokens(standin) == [False, True] * 2
    assert (check.outcome, check.detail) == (Outcome.DONE, "")
    assert sorted(paper.identifier for paper in check.papers) == sorted(SINCE)


def test_a_list_that_is_short_each_time_in_another_way_is_for_later(tmp_path: Path) -> None:
    bodies = [scripted_page(*numbers) for numbers in ((1,), (1, 2), (1, 2, 3), (1, 2), (1,))]
    with scripted(tmp_path, *bodies) as (server, way):
        check = second(way)
        assert len(server.seen) == way.settings.attempts == len(bodies)
    assert (check.papers, check.outcome) == ((), Outcome.LATER)
    assert "OAI-PMH gave 1 of 4 records" in check.detail


@pytest.mark.parametrize("source", ["oai", "api"])
@pytest.mark.parametrize("outcome", [Outcome.LATER, Outcome.FAILED])
def test_a_second_source_that_cannot_be_had(tmp_path: Path, source: str, outcome: Outcome) -> None:
    status = 429 if outcome is Outcome.LATER else 404
    with asking(tmp_path, scenario(source, "status", status=status, times=-1), attempts=2) as (_, way):
        check = second(way, source)
    assert (check.source, check.papers, check.outcome) == (source, (), outcome)
    assert str(status) in check.detail


def test_nothing_to_list_is_an_answer(tmp_path: Path) -> None:
    with asking(tmp_path) as (_, way):
        for source in ("oai", "api"):
            assert second(way, source, "cs.MM") == Check(source)
        assert second(way, "oai", "cs.NOPE").outcome is Outcome.FAILED


def test_deleted_records_are_told_once(tmp_path: Path) -> None:
    with asking(tmp_path, "deleted-record", oai_page=2) as (_, way):
        check = second(way)
    assert check.deleted == ("2001.00001",)
    assert {paper.identifier for paper in check.papers} == SINCE


def test_broken_records_are_counted_through_all_pages(tmp_path: Path) -> None:
    with scripted(tmp_path, scripted_page(1, 2, bad=2, token="more"), scripted_page(3, 4, bad=3)) as (_, way):
        check = second(way)
    assert [paper.identifier for paper in check.papers] == [name(1), name(4)]
    assert [(item.place, item.reason) for item in check.broken] == [(2, "it has no title"), (3, "it has no title")]


def test_a_list_without_an_end_is_for_later(tmp_path: Path) -> None:
    with scripted(tmp_path, scripted_page(1, 2, token="more")) as (server, way):
        assert second(way).outcome is Outcome.LATER
        assert len(server.seen) < 20


def test_the_api_as_second_source_looks_back_as_far_as_moderation(tmp_path: Path) -> None:
    with asking(tmp_path) as (standin, way):
        check = second(way, "api")
        assert all("submittedDate%3A%5B202105250000+TO+202106090900%5D" in hit.path for hit in standin.log)
        assert len(standin.log) > 2  # in pages of five
    expected = {name for name, record in WORLD.on(DAY).items() if "cs.CL" in record.categories}
    assert {paper.identifier for paper in check.papers} == expected
    assert (check.outcome, check.detail, check.deleted) == (Outcome.DONE, "", ())


def test_what_the_api_gave_before_it_broke_off_is_kept(tmp_path: Path) -> None:
    with asking(tmp_path, scenario("api", "status", status=500, first=1, times=-1), attempts=2) as (_, way):
        check = second(way, "api")
    assert (len(check.papers), check.outcome) == (5, Outcome.LATER)
    assert "answered 500" in check.detail
