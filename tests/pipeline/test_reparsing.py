"""Reading kept answers again: the same as fetching wrote, nothing twice, and what a mended parser would add."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.calendar import Window, announcement_days
from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.papers import Announcement, AnnouncementKind, DayBasis
from paperradar.pipeline.backfilling import fetch_slice
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.live_check import examine_live
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.reparsing import ReparseReport, reparse
from paperradar.settings import FetchSettings, PathSettings, Settings, UrlSettings
from paperradar.store import SetAsideRecord, Store, StoredPaper
from paperradar.transport import Document, RawArchive
from paperradar.workspace import Workspace
from tests.sources.feeds import Item, deleted_record, oai, raw_record, records, rss
from tests.standin import StandIn, World
from tests.standin.asking import morning

DAYS = tuple(announcement_days(Window(dt.date(2021, 6, 14), dt.date(2021, 6, 16))))
CATEGORIES = ("cs.CL", "cs.IR")
AT = dt.datetime(2022, 5, 2, 8, 0, tzinfo=dt.UTC)
Contents = tuple[list[StoredPaper], dict[str, list[str]], list[Announcement], list[LedgerRow], list[SetAsideRecord]]


@pytest.fixture(autouse=True)
def undisturbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turnstile of the test's own, and no proxy."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def workspace(folder: Path, standin: StandIn | None = None) -> Workspace:
    urls = UrlSettings(**standin.urls) if standin else UrlSettings()
    fetching = FetchSettings(
        interval_seconds=0, retry_seconds=0, backoff_seconds=0, keep_days=0, page_size=10, attempts=3, urls=urls
    )
    return Workspace(folder, Settings(categories=CATEGORIES, fetch=fetching), ())


def contents(place: Workspace) -> Contents:
    with Store(place.database).reading() as session:
        papers = session.papers()
        first, last = dt.date(2021, 1, 1), dt.date(2023, 1, 1)
        return (
            papers,
            {item.paper.identifier: session.sources_of(item.paper.identifier) for item in papers},
            session.announcements(first, last),
            session.ledger(first, last),
            session.set_aside_records(),
        )


def ticking(start: dt.datetime) -> Callable[[], dt.datetime]:
    """A clock that is a millisecond on whenever it is looked at."""

    def times() -> Iterator[dt.datetime]:
        time = start
        while True:
            time += dt.timedelta(milliseconds=1)
            yield time

    return times().__next__


def idle(seconds: float) -> None:
    del seconds


@contextmanager
def fetched(
    folder: Path, days: Sequence[dt.date], scenario: str | None = None, sources: Sequence[str] = ("rss", "oai")
) -> Iterator[tuple[Workspace, StandIn]]:
    """A workspace in which some days were fetched, and what it asked."""
    with StandIn(World.made(DAYS, CATEGORIES), now=morning(days[0]), scenario=scenario, oai_page=5) as standin:
        place = workspace(folder, standin)
        for day in days:
            standin.now = morning(day)
            fetch(place, day=day, clock=ticking(morning(day)), sources=sources, sleep=idle)
        standin.clear()
        yield place, standin


def test_after_a_fetch_it_changes_nothing_and_asks_nothing(tmp_path: Path) -> None:
    with fetched(tmp_path, DAYS, sources=("rss", "oai", "api")) as (place, standin):
        fetch_slice(place, dt.date(2021, 6, 11), clock=ticking(morning(DAYS[-1])), sleep=idle)
        list(examine_live(place, clock=ticking(morning(DAYS[-1])), note=lambda _: None))
        standin.clear()
        before = contents(place)
        report = reparse(place)
        assert standin.log == []
    assert contents(place) == before
    assert (report.new, report.updated, report.announcements, report.withdrawn) == (0, 0, 0, 0)
    assert (report.feeds, report.other, report.stale, report.broken) == (8, 2, 0, 0)
    assert report.oai > 6
    assert report.api > 6
    assert report.unchanged > 50
    assert (report.unusable, report.damaged) == ((), ())


@pytest.mark.parametrize(
    "scenario", ["stale", "cut-feed", "broken-item", "truncated", "bad-token", "deleted-record", "error-feed"]
)
def test_after_a_fetch_with_troubles_it_changes_nothing(scenario: str, tmp_path: Path) -> None:
    with fetched(tmp_path, DAYS[:2], scenario) as (place, _):
        pass
    before = contents(place)
    report = reparse(place)
    assert contents(place) == before
    assert (report.stale > 0) == (scenario == "stale")
    assert (report.broken > 0) == (scenario == "broken-item")
    assert bool(report.unusable) == (scenario in ("truncated", "bad-token", "error-feed"))


def test_an_empty_store_is_filled_from_the_answers_alone(tmp_path: Path) -> None:
    with fetched(tmp_path, DAYS) as (place, _):
        whole = contents(place)
    place.database.unlink()
    report = reparse(place)
    again = contents(place)
    assert [item.paper for item in again[0]] == [item.paper for item in whole[0]]
    assert again[1:3] == whole[1:3]
    assert {item.paper.identifier: item.announced_on for item in again[0]} == {
        item.paper.identifier: item.announced_on for item in whole[0]
    }
    assert again[3:] == ([], []), "the ledger tells what was known when arXiv was asked"
    assert report.new == len(whole[0])
    assert report.announcements == len(whole[2])
    second = reparse(place)
    assert contents(place) == again
    assert (second.new, second.updated, second.announcements) == (0, 0, 0)
    assert second.answers == report.answers


def keep(place: Workspace, label: str, body: bytes, at: dt.datetime = AT, status: int = 200, url: str = "") -> None:
    url = url or f"https://rss.arxiv.org/rss/{label.partition('-')[2]}"
    RawArchive(place.raw).keep(Document(url, status, body, at), label)


def stored(place: Workspace, identifier: str) -> StoredPaper:
    with Store(place.database).reading() as session:
        (paper,) = session.papers([identifier])
    return paper


def test_only_the_answers_of_some_days_are_read(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    for number in range(3):
        date = f"{('Mon', 'Tue', 'Wed')[number]}, 0{number + 2} May 2022 00:00:00 -0400"
        keep(place, "rss-cs.IR", rss([Item(f"2205.0000{number + 1}")], date=date), AT + dt.timedelta(days=number))
    assert reparse(place, since=dt.date(2022, 5, 3), until=dt.date(2022, 5, 3)).new == 1
    assert reparse(place, until=dt.date(2022, 5, 3)).new == 1
    assert reparse(place).new == 1
    assert stored(place, "2205.00003").announced_on == dt.date(2022, 5, 4)


def test_a_feed_is_that_of_its_own_day_and_category(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    keep(place, "rss-cs.IR", rss([Item(kind="cross")]), AT + dt.timedelta(days=1))
    keep(place, "atom-cs.CL", rss([Item(kind="new")]), AT + dt.timedelta(days=1))
    assert reparse(place).feeds == 2
    day = dt.date(2022, 5, 2)
    assert contents(place)[2] == [
        Announcement("2205.00001", 1, "cs.CL", AnnouncementKind.NEW, day),
        Announcement("2205.00001", 1, "cs.IR", AnnouncementKind.CROSS, day),
    ]
    assert (stored(place, "2205.00001").announced_on, stored(place, "2205.00001").basis) == (day, DayBasis.ANNOUNCED)


def test_a_feed_that_repeats_an_earlier_day_is_passed_over(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    items = [Item("2205.00001"), Item("2205.00002")]
    keep(place, "rss-cs.IR", rss(items))
    keep(place, "rss-cs.IR", rss(items, date="Tue, 03 May 2022 00:00:00 -0400"), AT + dt.timedelta(days=1))
    # Not known as such, but with lower numbers than those of an earlier day, as a second source had them.
    row = LedgerRow(dt.date(2022, 5, 2), "cs.IR", "oai", CountedBy.ANNOUNCED, State.COMPLETE, 2, 2, "2205.00002", AT)
    with open_store(place).writing() as session:
        session.save_coverage([row])
    late = rss([Item("2205.00000")], date="Tue, 03 May 2022 00:00:00 -0400")
    keep(place, "rss-cs.IR", late, AT + dt.timedelta(days=1, hours=1))
    report = reparse(place)
    assert (report.feeds, report.stale, report.announcements) == (1, 2, 2)


def test_a_paper_that_is_known_keeps_its_day_unless_there_is_better_ground(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    item = Item("2205.00007")
    keep(place, "oai-cs.IR", records(raw_record(item, versions="<version version='v1'/>")))
    reparse(place)
    assert stored(place, "2205.00007").basis is DayBasis.IDENTIFIER
    # As if a parser had learnt to read the times of versions.
    keep(place, "oai-cs.IR", records(raw_record(item)), AT + dt.timedelta(hours=1))
    reparse(place)
    assert (stored(place, "2205.00007").announced_on, stored(place, "2205.00007").basis) == (
        dt.date(2022, 5, 3),
        DayBasis.SUBMITTED,
    )
    # A later listing would place it on another day now.
    feed = rss([Item("2205.00009")], date="Fri, 29 Apr 2022 00:00:00 -0400")
    keep(place, "rss-cs.IR", feed, AT + dt.timedelta(hours=2))
    reparse(place)
    reparse(place)
    assert stored(place, "2205.00007").announced_on == dt.date(2022, 5, 3)


def test_deleted_records_mark_papers_as_withdrawn(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    keep(place, "oai-cs.IR", records(raw_record(Item("2205.00001"))))
    keep(place, "oai-cs.IR", records(deleted_record("2205.00001")), AT + dt.timedelta(hours=1))
    report = reparse(place)
    assert (report.withdrawn, report.new) == (1, 1)
    assert stored(place, "2205.00001").paper.withdrawn
    assert reparse(place).withdrawn == 0


WHOLE_AGAIN = {
    "oai-cs.IR": records(raw_record(Item("2205.00001"))),
    "rss-cs.IR": rss([Item("2205.00001")]),
}


@pytest.mark.parametrize("label", WHOLE_AGAIN)
def test_a_paper_that_comes_back_after_it_was_deleted_is_not_withdrawn(tmp_path: Path, label: str) -> None:
    place = workspace(tmp_path)
    keep(place, "oai-cs.IR", records(raw_record(Item("2205.00001"))))
    keep(place, "oai-cs.IR", records(deleted_record("2205.00001")), AT + dt.timedelta(hours=1))
    reparse(place)
    keep(place, label, WHOLE_AGAIN[label], AT + dt.timedelta(days=1))
    reparse(place)
    assert not stored(place, "2205.00001").paper.withdrawn
    # Read again up to the deletion, it is still known that the paper came back.
    assert reparse(place, until=AT.date()).withdrawn == 0
    assert not stored(place, "2205.00001").paper.withdrawn
    keep(place, "oai-cs.IR", records(deleted_record("2205.00001")), AT + dt.timedelta(days=2))
    assert reparse(place).withdrawn == 1
    assert stored(place, "2205.00001").paper.withdrawn


def test_what_no_parser_can_use_is_named_and_stops_nothing(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    keep(place, "rss-cs.IR", b"<html><body>Closed</body></html>")
    keep(place, "rss-cs.IR", rss([Item()]), AT + dt.timedelta(hours=1), status=404)
    keep(place, "oai-cs.IR", oai('<error code="badArgument">No such set</error>'), AT + dt.timedelta(hours=2))
    keep(place, "api-slice", b"<feed/>", AT + dt.timedelta(hours=3), url="https://export.arxiv.org/api/query?id_list=1")
    other = "https://export.arxiv.org/api/query?search_query=cat:cs.IR&start=0&max_results=5&extra=1"
    keep(place, "api-cs.IR", b"<feed/>", AT + dt.timedelta(hours=4), url=other)
    keep(place, "identify-oai", b"<x/>", AT + dt.timedelta(hours=5))
    keep(place, "rss-cs.IR", rss([Item()]), AT + dt.timedelta(hours=6))
    (damaged,) = place.raw.glob("*/*-identify-oai-*.gz")
    damaged.with_name("235959.000000-rss-cs.IR-00000000.gz").write_bytes(b"no gzip")
    report = reparse(place)
    assert [(item.label, item.reason.partition(";")[0]) for item in report.unusable] == [
        ("rss-cs.IR", "the answer is no feed but a document of type 'html'"),
        ("rss-cs.IR", "arXiv answered 404"),
        ("oai-cs.IR", "arXiv refuses the OAI-PMH request with badArgument: No such set"),
        ("api-slice", "its address is not that of a query for papers"),
        ("api-cs.IR", "its address is written in another way than today's, so it cannot be replayed"),
    ]
    assert (report.feeds, report.new, report.other, report.answers) == (1, 1, 1, 7)
    assert [Path(file).name[:6] for file, _ in report.damaged] == ["235959"]
    assert report.as_dict()["unusable"][0]["at"] == "2022-05-02T08:00:00+00:00"


def test_without_answers_no_store_is_made(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    assert reparse(place) == ReparseReport()
    assert not place.database.exists()


def test_each_answer_counts_for_the_progress(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    paths = PathSettings(raw=Path("kept"))
    place = replace(place, settings=place.settings.model_copy(update={"paths": paths}))
    keep(place, "rss-cs.IR", rss([Item()]))
    keep(place, "rss-cs.IR", b"", AT + dt.timedelta(hours=1))
    keep(place, "other", b"", AT + dt.timedelta(hours=2))
    moved: list[int] = []

    @contextmanager
    def progress(label: str, total: int | None, *, unit: str = "") -> Iterator[Callable[[int], None]]:
        del label, total, unit
        yield moved.append

    reparse(place, progress=progress)
    assert moved == [1, 1, 1]
