"""Announcements, and the days that papers have from them."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.papers import Announcement, AnnouncementKind, DayBasis, Paper, identifier_order
from paperradar.store import Session, Store
from paperradar.store.announcements import is_first

ONE = "2205.00001"
ESTIMATE = dt.date(2022, 5, 3)
LISTED = Announcement(ONE, 1, "cs.CL", AnnouncementKind.NEW, dt.date(2022, 5, 6))
CROSSED = Announcement(ONE, 1, "cs.LG", AnnouncementKind.CROSS, dt.date(2022, 5, 5))
REPLACED = Announcement(ONE, 2, "cs.CL", AnnouncementKind.REPLACE, dt.date(2022, 5, 4))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


def _day(store: Store) -> list[tuple[dt.date, DayBasis]]:
    with store.reading() as session:
        return [(item.announced_on, item.basis) for item in session.papers()]


def _paper(session: Session) -> None:
    session.upsert_papers([(Paper(ONE, "T"), ESTIMATE, DayBasis.SUBMITTED)], source="test")


def test_announcements_are_kept_once(store: Store) -> None:
    with store.writing() as session:
        assert session.add_announcements([LISTED, CROSSED, LISTED]) == 2
        assert session.add_announcements([REPLACED, LISTED]) == 1
        assert session.add_announcements([]) == 0
    with store.reading() as session:
        assert session.announcements(dt.date(2022, 5, 5), dt.date(2022, 5, 6)) == [CROSSED, LISTED]
        assert session.announcements(dt.date(2022, 5, 7), dt.date(2022, 5, 9)) == []


@pytest.mark.parametrize("order", ["paper first", "announcement first"])
def test_a_listing_beats_the_estimate(store: Store, order: str) -> None:
    with store.writing() as session:
        if order == "paper first":
            _paper(session)
            session.add_announcements([LISTED, REPLACED])
        else:
            session.add_announcements([LISTED, REPLACED])
            _paper(session)
    assert _day(store) == [(LISTED.day, DayBasis.ANNOUNCED)]


def test_the_first_listing_counts_and_an_estimate_never_comes_back(store: Store) -> None:
    with store.writing() as session:
        _paper(session)
        session.add_announcements([LISTED])
        session.add_announcements([CROSSED])
        _paper(session)
    assert _day(store) == [(CROSSED.day, DayBasis.ANNOUNCED)]


def test_a_replacement_alone_says_nothing(store: Store) -> None:
    with store.writing() as session:
        _paper(session)
        session.add_announcements([REPLACED])
    assert _day(store) == [(ESTIMATE, DayBasis.SUBMITTED)]


def test_a_late_cross_list_is_no_first_announcement() -> None:
    def cross(identifier: str, version: int, day: dt.date) -> bool:
        return is_first(Announcement(identifier, version, "cs.CL", AnnouncementKind.CROSS, day))

    assert cross("2112.12345", 1, dt.date(2022, 1, 3))  # the last deadline of December is listed in January
    assert not cross("2112.12345", 2, dt.date(2021, 12, 15))
    assert not cross("2112.12345", 1, dt.date(2022, 2, 1))
    assert not cross("2112.12345", 1, dt.date(2021, 11, 1))
    assert is_first(Announcement("2112.12345", 1, "cs.CL", AnnouncementKind.NEW, dt.date(2022, 2, 1)))


# Numbers


def _new(identifier: str, day: int, version: int = 1, kind: AnnouncementKind = AnnouncementKind.NEW) -> Announcement:
    return Announcement(identifier, version, "cs.CL", kind, dt.date(2022, 5, day))


def _ledger(day: int, highest: str, by: CountedBy = CountedBy.ANNOUNCED) -> LedgerRow:
    at = dt.datetime(2022, 5, 9, tzinfo=dt.UTC)
    return LedgerRow(dt.date(2022, 5, day), "cs.CL", "rss", by, State.COMPLETE, 1, 1, highest, at)


def _bounds(store: Store, day: int) -> tuple[str, str]:
    with store.reading() as session:
        return session.highest_before(dt.date(2022, 5, day)), session.lowest_after(dt.date(2022, 5, day))


def _listed(session: Session, items: Sequence[Announcement]) -> None:
    """Announce, as a listing does that a second source has confirmed: the ledger knows each day's highest number."""
    session.add_announcements(items)
    new: dict[dt.date, list[str]] = {}
    for item in items:
        if item.kind is AnnouncementKind.NEW:
            new.setdefault(item.day, []).append(item.identifier)
    session.save_coverage(
        [replace(_ledger(1, max(names, key=identifier_order)), day=day) for day, names in new.items()]
    )


def test_numbers_around_a_day(store: Store) -> None:
    assert _bounds(store, 4) == ("", "")
    with store.writing() as session:
        _listed(
            session,
            [
                _new("2205.00009", 3),
                _new("2205.00010", 3),
                _new("2205.00011", 4),
                _new("2205.00020", 5),
                _new("2205.00021", 5),
                _new("2205.00030", 6),
                # Neither of these tells a border.
                _new("2205.00019", 3, 1, AnnouncementKind.CROSS),
                _new("2205.00012", 5, 1, AnnouncementKind.CROSS),
                _new("2205.00013", 5, 2),
                _new("2204.00001", 5, 2, AnnouncementKind.REPLACE),
                _new("hep-th/0703001", 5),
            ],
        )
    assert _bounds(store, 4) == ("2205.00010", "2205.00020")
    assert _bounds(store, 3) == ("", "2205.00011")
    assert _bounds(store, 6) == ("2205.00021", "")


def test_the_ledger_knows_days_whose_feed_is_gone(store: Store) -> None:
    with store.writing() as session:
        _listed(session, [_new("2205.00010", 3)])
        session.save_coverage(
            [_ledger(4, "2205.00015"), _ledger(5, "2205.00099"), _ledger(3, "2205.00077", CountedBy.SUBMITTED)]
        )
        session.save_coverage([_ledger(2, "")])
    assert _bounds(store, 4)[0] == "2205.00010"
    assert _bounds(store, 5)[0] == "2205.00015"


def test_what_comes_late_or_twice_is_no_border(store: Store) -> None:
    with store.writing() as session:
        _listed(session, [_new("2205.00010", 3), _new("2205.00019", 4), _new("2205.00030", 5)])
        session.add_announcements([_new("2205.00015", 5), _new("2205.00010", 5)])
    assert _bounds(store, 4) == ("2205.00010", "2205.00030")
    with store.reading() as session:
        around = session.listings_around(dt.date(2022, 5, 4), dt.timedelta(days=1))
        assert around == [
            (dt.date(2022, 5, 3), "2205.00010", "2205.00010"),
            (dt.date(2022, 5, 4), "2205.00019", "2205.00019"),
            (dt.date(2022, 5, 5), "2205.00030", "2205.00030"),
        ]
        assert session.listings_around(dt.date(2022, 5, 5), dt.timedelta()) == [
            (dt.date(2022, 5, 5), "2205.00010", "2205.00030")
        ]
        assert session.listings_around(dt.date(2022, 5, 9), dt.timedelta(days=1)) == []


def test_the_highest_is_that_of_the_order_of_identifiers(store: Store) -> None:
    identifiers = [
        "hep-th/9107001", "hep-th/9901001", "hep-th/9901002", "math/9901001", "math-ph/9901001", "math/0001001",
        "hep-th/0703999", "0704.0001", "0704.9999", "1412.9999", "1501.00001", "2205.00001", "2205.10000",
    ]  # fmt: skip
    assert identifiers == sorted(identifiers, key=identifier_order)
    with store.writing() as session:
        # Each on its own day, so each has its turn to be the highest.
        _listed(session, [_new(identifier, day) for day, identifier in enumerate(identifiers, start=2)])
    for day, identifier in enumerate(identifiers, start=2):
        assert _bounds(store, day + 1)[0] == identifier
        later = [other for other in identifiers[day - 1 :] if "/" not in other]
        assert _bounds(store, day)[1] == (later[0] if later else "")


def test_what_a_feed_had_before(store: Store) -> None:
    with store.writing() as session:
        session.add_announcements([_new(ONE, 3), _new(ONE, 4, 2), _new("2205.00002", 3), _new(ONE, 5, 3), CROSSED])
    with store.reading() as session:
        day = dt.date(2022, 5, 5)
        assert session.announced_before("cs.CL", day, [ONE, ONE, "2205.00003"]) == {(ONE, 1), (ONE, 2)}
        assert session.announced_before("cs.LG", day, [ONE]) == set()
        assert session.announced_before("cs.LG", dt.date(2022, 5, 6), [ONE]) == {(ONE, 1)}
        assert session.announced_before("cs.CL", day, []) == set()


def test_real_listings_lie_one_after_the_other(shared: Path, store: Store) -> None:
    primary = {}
    with gzip.open(shared / "data" / "snapshot" / "arxiv-2021-05_08.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            primary[record["id"]] = record["categories"].partition(" ")[0]
    listed = []
    log = shared / "data" / "announcements-2021-05-22_2021-08-25.jsonl.gz"
    with gzip.open(log, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record["flag"] == "NEW":
                # As feeds have it: new is what has its primary category there, and the rest is cross-listed.
                at_home = primary.get(record["id"], record["feed"]) == record["feed"]
                kind = AnnouncementKind.NEW if at_home else AnnouncementKind.CROSS
                day = dt.date.fromisoformat(record["seen"][:10])
                listed.append(Announcement(record["id"], int(record["version"][1:]), record["feed"], kind, day))
    with store.writing() as session:
        _listed(session, listed)
    days = sorted({item.day for item in listed})
    off = set()
    with store.reading() as session:
        around = session.listings_around(days[30], dt.timedelta(days=365))
        assert [day for day, _, _ in around] == days
        assert all(one[2] < other[1] for one, other in pairwise(around))
        for day in days:
            above, below = session.highest_before(day), session.lowest_after(day)
            assert bool(above) == (day != days[0])
            assert bool(below) == (day != days[-1])
            off |= {
                (item.identifier, item.kind)
                for item in listed
                if item.day == day and not (above < item.identifier and (not below or item.identifier < below))
            }
    assert len(listed) > 10_000
    # One paper was cross-listed a day after it came out.
    assert len(off) == 1
    assert {kind for _, kind in off} == {AnnouncementKind.CROSS}
