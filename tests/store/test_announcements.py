"""Announcements, and the days that papers have from them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.papers import Announcement, AnnouncementKind, DayBasis, Paper
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
