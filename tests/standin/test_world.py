"""Worlds: recorded ones equal their log, invented ones hold every kind of event."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.calendar import listing_day
from paperradar.papers import AnnouncementKind, clean_text, identifier_month, identifier_order
from tests.standin.asking import DAYS
from tests.standin.world import CROSS_LISTED, NEW, UPDATED, WITHDRAWN, Event, World, deadline_before

FIRST, LAST = dt.date(2021, 6, 14), dt.date(2021, 6, 25)


def record(identifier: str, **changes: object) -> dict[str, object]:
    return {
        "id": identifier,
        "title": f"Title of {identifier}",
        "abstract": "Some words.",
        "categories": "cs.CL cs.LG",
        "authors_parsed": [["Ahn", "Ada", ""]],
        "versions": [{"version": "v1", "created": "Fri, 11 Jun 2021 00:00:00 GMT"}],
    } | changes


def files(folder: Path, records: list[dict[str, object]], log: list[tuple[str, str, str, str, str]]) -> World:
    snapshot, events = folder / "snapshot.jsonl.gz", folder / "log.jsonl"
    snapshot.write_bytes(gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in records)))
    names = ("id", "version", "feed", "flag", "seen")
    events.write_text("".join(json.dumps(dict(zip(names, line, strict=True))) + "\n" for line in log))
    return World.from_files([snapshot], events, FIRST, LAST)


def test_a_world_from_files(tmp_path: Path) -> None:
    log = [
        ("2106.00001", "v1", "cs.CL", NEW, "2021-06-14T01:10:00.000Z"),
        ("2106.00001", "v1", "cs.LG", NEW, "2021-06-14T01:10:00.000Z"),
        ("2106.00001", "v3", "cs.CL", UPDATED, "2021-06-18T01:10:00.000Z"),
        ("2106.00001", "v3", "cs.IR", CROSS_LISTED, "2021-06-21T01:10:00.000Z"),
        ("2012.00002", "v2", "cs.IR", UPDATED, "2021-06-15T23:59:00.000Z"),
        ("2012.00003", "v1", "cs.IR", CROSS_LISTED, "2021-06-15T20:59:00.000-04:00"),
        ("2106.00004", "v1", "cs.IR", NEW, "2021-06-12T01:10:00.000Z"),
        ("2106.00005", "v1", "cs.IR", NEW, "2021-06-19T01:10:00.000Z"),
    ]
    world = files(tmp_path, [record("2106.00001"), record("2106.00009")], log)
    assert set(world.records) == {"2106.00001", "2012.00002", "2012.00003"}
    assert world.days == tuple(dt.date(2021, 6, day) for day in (14, 15, 16, 18, 21))
    assert world.previous_day(dt.date(2021, 6, 18)) == dt.date(2021, 6, 16)
    assert world.previous_day(FIRST) is None
    kinds = {(a.identifier, a.category, a.day.day): a.kind.value for a in world.announcements(FIRST, LAST)}
    assert kinds == {
        ("2106.00001", "cs.CL", 14): "new",
        ("2106.00001", "cs.LG", 14): "cross",
        ("2106.00001", "cs.CL", 18): "replace",
        ("2106.00001", "cs.IR", 21): "cross",
        ("2012.00002", "cs.IR", 15): "replace",
        ("2012.00003", "cs.IR", 16): "cross",
    }
    assert not world.on(dt.date(2021, 6, 13))
    early, late = (world.on(dt.date(2021, 6, day))["2106.00001"] for day in (17, 25))
    assert (early.categories, early.version, early.abstract) == (("cs.CL", "cs.LG"), 1, "Some words.")
    assert (late.categories, late.version) == (("cs.CL", "cs.LG", "cs.IR"), 3)
    assert late.abstract == "Some words. Revised in version 3."
    assert (early.updated, late.updated) == (dt.date(2021, 6, 14), dt.date(2021, 6, 21))
    assert [version.created for version in late.versions] == [
        dt.datetime(2021, 6, 11, tzinfo=dt.UTC),
        dt.datetime(2021, 6, 14, 6, tzinfo=dt.UTC),
        dt.datetime(2021, 6, 17, 12, tzinfo=dt.UTC),
    ]
    assert world.at_version(late, 3) == late
    assert world.at_version(late, 2) == replace(late, abstract="Some words.", versions=late.versions[:2])
    old, crossed = (world.on(LAST)[name] for name in ("2012.00002", "2012.00003"))
    assert (old.categories, crossed.categories) == (("cs.IR",), ("math.OC", "cs.IR"))
    for paper in (old, crossed):
        words = paper.abstract.split(" Revised")[0].split()
        assert 60 <= len(words) <= 120
        assert 1 <= len(paper.authors) <= 5
        assert paper.submitted is not None
        assert f"{paper.submitted:%Y-%m}" in ("2020-11", "2020-12")


def test_what_a_record_lacks_is_made_up_and_a_feed_is_appended(tmp_path: Path) -> None:
    bare = record("2106.00001", categories=None, abstract="", authors_parsed=[], versions=[])
    late = record("2106.00002", versions=[{"version": "v1", "created": "Wed, 16 Jun 2021 00:00:00 GMT"}])
    log = [
        ("2106.00001", "v1", "cs.MM", NEW, "2021-06-14T01:10:00Z"),
        ("2106.00001", "v1", "cs.CV", NEW, "2021-06-14T01:10:00Z"),
        ("2106.00002", "v1", "cs.IR", NEW, "2021-06-14T01:10:00Z"),
    ]
    papers = files(tmp_path, [bare, late], log).on(LAST)
    assert papers["2106.00001"].categories == ("cs.MM", "cs.CV")
    assert papers["2106.00001"].abstract
    assert papers["2106.00001"].authors
    assert papers["2106.00002"].categories == ("cs.CL", "cs.LG", "cs.IR")
    for paper in papers.values():
        assert paper.submitted is not None
        assert listing_day(paper.submitted) == FIRST


def test_ten_days_of_june_2021_equal_their_log(shared: Path) -> None:
    log = shared / "data" / "announcements-2021-05-22_2021-08-25.jsonl.gz"
    begun = time.monotonic()
    world = World.from_files([shared / "data" / "snapshot" / "arxiv-2021-05_08.jsonl.gz"], log, FIRST, LAST)
    assert time.monotonic() - begun < 20  # two seconds on an idle machine
    lines = [json.loads(line) for line in gzip.decompress(log.read_bytes()).splitlines()]
    wanted = [line for line in lines if f"{FIRST}" <= line["seen"][:10] <= f"{LAST}"]
    truth = world.announcements(FIRST, LAST)
    assert len(truth) == len(wanted) > 3000
    assert {(a.identifier, f"v{a.version}", a.category, f"{a.day}") for a in truth} == {
        (line["id"], line["version"], line["feed"], line["seen"][:10]) for line in wanted
    }
    flags = {(line["id"], line["feed"], line["seen"][:10]): line["flag"] for line in wanted}
    for announcement in truth:
        flag = flags[announcement.identifier, announcement.category, f"{announcement.day}"]
        assert announcement.kind.value.startswith("replace") == (flag == UPDATED)
    for paper in world.on(LAST).values():
        times = [version.created for version in paper.versions]
        assert all(one and other and one < other for one, other in itertools.pairwise(times))
        assert paper.title == clean_text(paper.title)
        assert paper.authors


def test_an_invented_world_holds_every_kind_of_event() -> None:
    world = World.made(DAYS)
    truth = world.announcements(DAYS[0], DAYS[-1])
    assert {announcement.kind for announcement in truth} == set(AnnouncementKind)
    assert {event.flag for event in world.events} == {NEW, UPDATED, CROSS_LISTED}
    assert {event.version for event in world.events} >= {1, 2, 3}
    assert any(record.categories[0] == "stat.ML" for record in world.records.values())
    withdrawn = [paper for paper in world.on(DAYS[-1]).values() if paper.withdrawn]
    assert [(paper.version, paper.comments) for paper in withdrawn] == [(2, WITHDRAWN)]
    assert not world.on(DAYS[0])[withdrawn[0].identifier].withdrawn
    titles = " ".join(record.title for record in world.records.values())
    assert all(mark in titles for mark in ("$", "&", "<", "=", "検"))
    assert any(author.suffix == "Jr." for record in world.records.values() for author in record.authors)
    late = [event for event in world.events if event.flag == CROSS_LISTED]
    assert late[0].feed not in world.on(DAYS[0])[late[0].identifier].categories
    assert late[0].feed in world.on(late[0].day)[late[0].identifier].categories


def test_invented_identifiers_rise_from_day_to_day_in_the_month_of_the_deadline() -> None:
    days = [dt.date(2021, 7, 30), dt.date(2021, 8, 2), dt.date(2021, 8, 3)]
    world = World.made(days, new_per_day=9, seed=4)
    new = [event for event in world.events if event.flag == NEW]
    order = [identifier_order(event.identifier) for event in sorted(new, key=lambda event: event.day)]
    assert order == sorted(order)
    assert {event.day: identifier_month(event.identifier) for event in new} == dict(
        zip(days, ("2021-07", "2021-07", "2021-08"), strict=True)
    )
    for event in new:
        submitted = world.records[event.identifier].submitted
        assert submitted is not None
        assert listing_day(submitted) == event.day
        assert dt.timedelta(0) < deadline_before(event.day) - submitted < dt.timedelta(hours=6)


def test_invented_worlds_are_the_same_at_every_call_and_differ_by_seed() -> None:
    assert World.made(DAYS).events == World.made(DAYS[::-1]).events
    assert World.made(DAYS).records == World.made(DAYS).records
    assert World.made(DAYS).events != World.made(DAYS, seed=1).events
    small = World.made(DAYS, categories=("cs.MM",), new_per_day=1)
    assert {event.feed for event in small.events} == {"cs.MM"}


def test_no_world_is_made_of_a_week_end() -> None:
    with pytest.raises(ValueError, match="2021-06-19"):
        World.made([dt.date(2021, 6, 18), dt.date(2021, 6, 19)])


def test_a_primary_category_stays_even_before_its_own_event() -> None:
    made = World.made(DAYS)
    name = next(name for name, paper in made.records.items() if paper.categories == ("cs.IR", "cs.CL"))
    events = [Event(name, 1, "cs.CL", NEW, DAYS[0]), Event(name, 1, "cs.IR", CROSS_LISTED, DAYS[2])]
    assert World({name: made.records[name]}, events).on(DAYS[0])[name].categories == ("cs.IR", "cs.CL")
