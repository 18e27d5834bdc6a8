"""Placing papers by their numbers: exactly where listings are known, and never on a day whose listing lacks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.calendar import estimate_announcement_day, is_announcement_day
from paperradar.papers import AnnouncementKind, DayBasis, Paper, Version, identifier_order
from paperradar.pipeline.placing import Placer
from tests.pipeline.fetched import days_between, first_days
from tests.standin import World

# Over a month's end and two week-ends.
DAYS = days_between("2021-06-24", "2021-07-09")
WORLDS = [World.made(DAYS, new_per_day=6, seed=seed) for seed in range(3)]
FIRST_DAYS = [first_days(world) for world in WORLDS]
ONE_DAY = dt.timedelta(days=1)

Listing = tuple[dt.date, str, str]


def listings(world: World, hidden: Collection[dt.date] = ()) -> list[Listing]:
    """The lowest and the highest identifier that was new on each day, but those that are hidden."""
    known = []
    for day in world.days:
        new = [item.identifier for item in world.announcements(day, day) if item.kind is AnnouncementKind.NEW]
        if day not in hidden:
            known.append((day, min(new, key=identifier_order), max(new, key=identifier_order)))
    return known


def paper(identifier: str, submitted: str = "", updated: str = "") -> Paper:
    """``submitted`` and ``updated`` are days."""
    versions = (Version(1, dt.datetime.fromisoformat(f"{submitted}T12:00:00+00:00")),) if submitted else ()
    return Paper(
        identifier, "On quiet habits", versions=versions, updated=dt.date.fromisoformat(updated) if updated else None
    )


def held_back(record: Paper, days: int) -> Paper:
    """The paper as if it had been submitted earlier, and kept by moderators."""
    (first, *rest) = record.versions
    assert first.created
    return replace(record, versions=(replace(first, created=first.created - ONE_DAY * days), *rest))


worlds = st.sampled_from(range(len(WORLDS)))
moderation = st.integers(0, 60)


@given(worlds, st.sampled_from(DAYS[1:-1]), moderation, st.randoms(use_true_random=False))
def test_papers_of_a_hidden_day_are_placed_on_it(number: int, day: dt.date, held: int, dice: object) -> None:
    world, truth = WORLDS[number], FIRST_DAYS[number]
    known = listings(world, {day})
    dice.shuffle(known)  # type: ignore[attr-defined]
    placer = Placer(known)
    mine = [record for name, record in world.records.items() if truth[name] == day]
    assert len(mine) == 6
    for record in mine:
        assert placer.day(record) == (day, DayBasis.SUBMITTED)
        assert placer.day(held_back(record, held)) == (day, DayBasis.SUBMITTED)
        assert placer.day(replace(record, versions=(), updated=DAYS[-1])) == (day, DayBasis.IDENTIFIER)


@given(worlds, st.sets(st.sampled_from(DAYS)), moderation)
def test_a_day_whose_listing_lacks_a_paper_does_not_get_it(number: int, hidden: set[dt.date], held: int) -> None:
    world, truth = WORLDS[number], FIRST_DAYS[number]
    known = [day for day in DAYS if day not in hidden]
    placer = Placer(listings(world, hidden))
    for name, record in world.records.items():
        if truth[name] not in hidden:
            continue
        day, _ = placer.day(held_back(record, held))
        assert day not in known
        assert max((other for other in known if other < truth[name]), default=dt.date.min) < day
        assert day < min((other for other in known if other > truth[name]), default=dt.date.max)
        assert is_announcement_day(day)


@given(worlds, st.sets(st.sampled_from(DAYS)), moderation)
def test_a_paper_within_a_listing_is_of_its_day(number: int, hidden: set[dt.date], held: int) -> None:
    world, truth = WORLDS[number], FIRST_DAYS[number]
    known = {day: (identifier_order(low), identifier_order(high)) for day, low, high in listings(world, hidden)}
    placer = Placer(listings(world, hidden))
    for name, record in world.records.items():
        low, high = known.get(truth[name], (("", "", 0), ("", "", 0)))
        if low <= identifier_order(name) <= high:
            assert placer.day(held_back(record, held))[0] == truth[name]


# A cross is no part of what is new in the feeds that are known, so its number can lie outside all listings.
@pytest.mark.parametrize("number", range(3))
def test_a_number_between_two_listings_in_a_row_is_of_one_of_them(number: int) -> None:
    world, truth = WORLDS[number], FIRST_DAYS[number]
    placer = Placer(listings(world))
    for name, record in world.records.items():
        place = DAYS.index(truth[name])
        if place < len(DAYS) - 1:
            day, _ = placer.day(held_back(record, 20))
            assert day in DAYS[max(place - 1, 0) : place + 2]


# The ends: Monday 2021-06-14 to Friday 2021-06-18 are announcement days.
ONE = [(dt.date(2021, 6, 16), "2106.05000", "2106.06000")]
WEEK = [(dt.date(2021, 6, 14), "2106.03000", "2106.03999"), *ONE, (dt.date(2021, 6, 18), "2106.08000", "2106.08999")]


@pytest.mark.parametrize(
    ("known", "identifier", "submitted", "day"),
    [
        # below the only listing: any day before it
        (ONE, "2106.04999", "2021-06-10", "2021-06-11"),
        (ONE, "2106.04999", "2021-06-14", "2021-06-15"),
        (ONE, "2106.04999", "2021-06-15", "2021-06-15"),
        (ONE, "2106.04999", "2021-06-25", "2021-06-15"),
        # within it, at both ends
        (ONE, "2106.05000", "2021-06-10", "2021-06-16"),
        (ONE, "2106.05555", "2021-06-25", "2021-06-16"),
        (ONE, "2106.06000", "2021-06-10", "2021-06-16"),
        # above it
        (ONE, "2106.06001", "2021-06-10", "2021-06-17"),
        (ONE, "2106.06001", "2021-06-16", "2021-06-17"),
        (ONE, "2106.06001", "2021-06-24", "2021-06-25"),
        # between two
        (WEEK, "2106.04000", "2021-06-01", "2021-06-15"),
        (WEEK, "2106.07000", "2021-06-01", "2021-06-17"),
        (WEEK, "2106.07000", "2021-06-25", "2021-06-17"),
        (WEEK, "2106.09000", "2021-06-01", "2021-06-21"),
        (WEEK, "2106.02999", "2021-06-25", "2021-06-11"),
        (WEEK, "2105.20000", "2021-05-20", "2021-05-21"),
        (WEEK, "2107.00001", "2021-06-30", "2021-07-02"),
        # nothing is known
        ([], "2106.05555", "2021-06-10", "2021-06-11"),
    ],
)
def test_bounds(known: Sequence[Listing], identifier: str, submitted: str, day: str) -> None:
    assert Placer(known).day(paper(identifier, submitted)) == (dt.date.fromisoformat(day), DayBasis.SUBMITTED)


def test_of_several_days_the_nearest_to_the_estimate_is_taken() -> None:
    apart = [(dt.date(2021, 6, 11), "2106.03000", "2106.03999"), (dt.date(2021, 6, 18), "2106.08000", "2106.08999")]
    placer = Placer(apart)
    placed = [placer.day(paper("2106.05000", f"2021-06-{day:02}"))[0].day for day in (1, 11, 14, 15, 16, 25)]
    assert placed == [14, 14, 15, 16, 17, 17]


def test_days_before_a_week_end_or_a_holiday_are_skipped() -> None:
    # Thursday 2021-11-25 had no deadline, so nothing was announced on the 26th.
    thursday = [(dt.date(2021, 11, 25), "2111.12000", "2111.12999")]
    assert Placer(thursday).day(paper("2111.13000", "2021-11-01"))[0] == dt.date(2021, 11, 29)
    monday = [(dt.date(2021, 11, 29), "2111.13500", "2111.13999")]
    assert Placer(monday).day(paper("2111.13000", "2021-12-10"))[0] == dt.date(2021, 11, 25)


OLD = st.builds(
    lambda archive, month, number: f"{archive}/{month}{number:03}",
    st.sampled_from(["quant-ph", "hep-th", "math"]),
    st.sampled_from(["9107", "9912", "0001", "0601", "0703"]),
    st.integers(1, 999),
)


@given(OLD, st.sampled_from(["", "2007-03-12"]))
def test_old_identifiers_are_left_where_they_are(identifier: str, submitted: str) -> None:
    old = paper(identifier, submitted, "2010-01-04")
    # As if new numbers had begun earlier: by its number the paper would come before them.
    near = [(dt.date(2007, 3, 5), "0704.0001", "0704.0099")]
    assert Placer(near).day(old) == Placer([]).day(old) == estimate_announcement_day(old)
