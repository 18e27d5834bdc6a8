"""arXiv's days, editions and windows."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.calendar import (
    ARXIV_ZONE,
    Window,
    announcement_days,
    edition_window,
    estimate_announcement_day,
    holidays_known_until,
    holidays_warning,
    identifier_days,
    is_announcement_day,
    is_deadline_day,
    listing_day,
    next_announcement_day,
    next_edition,
    parse_edition,
    previous_edition,
    running_edition,
    submission_days,
)
from paperradar.errors import UsageError
from paperradar.papers import DayBasis, Paper, Version, identifier_month
from paperradar.settings import EditionSettings

DEFAULTS = EditionSettings()
EDITIONS = st.dates(dt.date(1992, 1, 1), dt.date(2190, 12, 31)).map("{:%Y-%m}".format)
DAYS = st.dates(dt.date(1992, 1, 1), dt.date(2040, 12, 31))
CLOCKS = st.one_of(st.just(dt.time()), st.times())
TIMES = st.builds(lambda date, clock: dt.datetime.combine(date, clock, tzinfo=dt.UTC), DAYS, CLOCKS)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def eastern(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ARXIV_ZONE)


# Editions


def test_the_window_of_the_design() -> None:
    assert edition_window("2022-05", DEFAULTS) == Window(day("2022-03-25"), day("2022-05-05"))
    assert edition_window("2022-01", DEFAULTS) == Window(day("2021-11-24"), day("2022-01-05"))
    bounds = EditionSettings(opens_days_before=0, closes_on_day=1)
    assert edition_window("2022-05", bounds) == Window(day("2022-04-01"), day("2022-05-01"))


@pytest.mark.parametrize("text", ["", "2022", "2022-5", "2022-13", "2022-00", "22-05", "2022-05-01", "٢٠٢٢-05", "may"])
def test_what_is_not_an_edition(text: str) -> None:
    with pytest.raises(UsageError, match="write the month"):
        parse_edition(text)
    with pytest.raises(UsageError):
        edition_window(text, DEFAULTS)


@given(EDITIONS)
def test_editions_follow_each_other(edition: str) -> None:
    assert parse_edition(f" {edition} ") == edition
    assert previous_edition(edition) < edition < next_edition(edition)
    assert next_edition(previous_edition(edition)) == edition == previous_edition(next_edition(edition))
    # Neighbouring windows leave no day out.
    assert edition_window(edition, DEFAULTS).last >= edition_window(next_edition(edition), DEFAULTS).first


@given(DAYS, st.builds(EditionSettings, opens_days_before=st.integers(0, 62), closes_on_day=st.integers(1, 28)))
def test_the_running_edition_is_the_first_that_is_not_closed(today: dt.date, bounds: EditionSettings) -> None:
    edition = running_edition(today, bounds)
    assert edition_window(edition, bounds).last >= today > edition_window(previous_edition(edition), bounds).last


# Announcement days


@pytest.mark.parametrize(
    ("submitted", "listed"),
    [
        ("2022-05-02T13:59:59", "2022-05-03"),  # Monday before the deadline
        ("2022-05-02T14:00:00", "2022-05-04"),
        ("2022-05-05T13:00", "2022-05-06"),  # Thursday
        ("2022-05-05T14:00", "2022-05-09"),  # Thursday after it: mailed on Sunday
        ("2022-05-06T13:59", "2022-05-09"),
        ("2022-05-06T14:00", "2022-05-10"),  # Friday after it: mailed on Monday
        ("2022-05-07T10:00", "2022-05-10"),
        ("2022-05-08T23:00", "2022-05-10"),
        ("2016-12-20T15:59", "2016-12-21"),  # the deadline was 16:00 then
        ("2016-12-20T16:00", "2016-12-22"),
        ("2017-01-03T15:59", "2017-01-05"),
        ("2021-11-24T13:00", "2021-11-25"),  # the day before Thanksgiving is mailed as always
        ("2021-11-24T15:00", "2021-11-29"),  # and nothing on Thanksgiving: no listing on Friday
        ("2021-11-26T13:00", "2021-11-29"),
        ("2025-07-03T15:00", "2025-07-08"),  # the holiday is a Friday: no mailing on Sunday, no listing on Monday
        ("2026-12-24T15:00", "2026-12-29"),
        ("2026-12-28T15:00", "2026-12-31"),  # Tuesday 29 is a holiday
    ],
)
def test_listing_days(submitted: str, listed: str) -> None:
    assert listing_day(eastern(submitted)) == day(listed)


def test_midnight_in_utc_is_a_whole_day_of_arxiv() -> None:
    assert listing_day(dt.datetime(2022, 5, 2, tzinfo=dt.UTC)) == day("2022-05-03")
    # One second later the time is known: it is Sunday evening at arXiv, and the listing the same.
    assert listing_day(dt.datetime(2022, 5, 3, 0, 0, 1, tzinfo=dt.UTC)) == day("2022-05-04")
    assert listing_day(dt.datetime(2022, 5, 2, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))) == day("2022-05-03")


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        listing_day(dt.datetime(2022, 5, 2))  # noqa: DTZ001 (naive on purpose)


def test_the_holidays_of_2026() -> None:
    texts = ["01-01", "01-19", "06-19", "07-03", "09-07", "11-26", "12-25", "12-29", "12-31"]
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    weekdays_off = [d for d in days if d.weekday() < 5 and not is_deadline_day(d)]
    assert weekdays_off == [day(f"2026-{text}") for text in texts]
    assert holidays_known_until() == day("2026-12-31")
    assert is_deadline_day(day("2027-01-01"))  # nobody knows yet


def test_each_deadline_day_has_one_listing() -> None:
    days = [dt.date(2004, 1, 1) + dt.timedelta(days=n) for n in range(365 * 24)]
    noon = dt.time(12, tzinfo=ARXIV_ZONE)
    listings = [listing_day(dt.datetime.combine(d, noon)) for d in days if is_deadline_day(d)]
    window = Window(listings[0], listings[-1])
    assert listings == list(announcement_days(window))


@given(TIMES)
def test_listing_days_are_announcement_days_soon_after(submitted: dt.datetime) -> None:
    listed = listing_day(submitted)
    local = submitted.date() if submitted.time() == dt.time() else submitted.astimezone(ARXIV_ZONE).date()
    assert is_announcement_day(listed)
    assert dt.timedelta(days=1) <= listed - local <= dt.timedelta(days=7)


@given(TIMES, TIMES)
def test_who_submits_later_is_not_listed_earlier(one: dt.datetime, other: dt.datetime) -> None:
    known = [time for time in sorted((one, other)) if time.time() != dt.time()]
    listed = [listing_day(time) for time in known]
    assert listed == sorted(listed)


@given(DAYS)
def test_the_next_announcement_day_skips_none(start: dt.date) -> None:
    found = next_announcement_day(start)
    assert found == start if is_announcement_day(start) else found > start
    assert list(announcement_days(Window(start, found))) == [found]


@pytest.mark.parametrize(
    ("listed", "first", "last"),
    [
        ("2022-05-03", "2022-04-29", "2022-05-02"),  # Tuesday: from Friday's deadline to Monday's
        ("2022-05-09", "2022-05-05", "2022-05-06"),  # Monday: Thursday's to Friday's
        ("2021-11-29", "2021-11-24", "2021-11-26"),  # after Thanksgiving
    ],
)
def test_the_days_on_which_a_listing_was_submitted(listed: str, first: str, last: str) -> None:
    days = submission_days(day(listed))
    assert (days[0], days[-1]) == (day(first), day(last))
    assert len(days) == (days[-1] - days[0]).days + 1


@pytest.mark.parametrize("text", ["2022-05-07", "2021-11-26"])
def test_what_is_no_announcement_day_has_no_submissions(text: str) -> None:
    assert submission_days(day(text)) == ()


RECENT = st.dates(dt.date(2018, 1, 1), dt.date(2026, 12, 31))
# Days around which the clocks change, and times around the deadlines, as well as any other.
NEAR_DEADLINES = st.sampled_from(["17:59:59", "18:00", "18:59:59", "19:00", "23:59:59", "00:00:01"]).map(
    dt.time.fromisoformat
)


@given(RECENT, CLOCKS | NEAR_DEADLINES, st.integers(-12, 14))
def test_each_submission_lies_on_a_day_of_its_listing(date: dt.date, clock: dt.time, offset: int) -> None:
    zone = dt.timezone(dt.timedelta(hours=offset))
    submitted = dt.datetime.combine(date, clock, tzinfo=dt.UTC).astimezone(zone)
    assert date in submission_days(listing_day(submitted))


@given(RECENT)
def test_no_submission_day_is_named_in_vain(date: dt.date) -> None:
    for submitted in submission_days(date):
        begin, end = (dt.datetime.combine(submitted, clock, tzinfo=dt.UTC) for clock in (dt.time(5), dt.time.max))
        assert listing_day(begin) <= date <= listing_day(end)


def test_people_are_warned_before_the_holidays_end() -> None:
    until = holidays_known_until()
    assert holidays_warning(until - dt.timedelta(days=60)) is None
    for today in (until - dt.timedelta(days=59), until, until + dt.timedelta(days=400)):
        said = holidays_warning(today)
        assert said is not None
        assert f"known until {until} only" in said
        assert "; upgrade paperradar, or add next year's days" in said


# Estimates


def test_the_days_of_an_identifier_month() -> None:
    assert identifier_days("2022-05") == Window(day("2022-05-03"), day("2022-06-01"))
    assert identifier_days("2021-07") == Window(day("2021-07-02"), day("2021-08-02"))
    assert identifier_days("2021-12") == Window(day("2021-12-02"), day("2022-01-03"))


@pytest.mark.parametrize(
    ("identifier", "created", "updated", "expected", "basis"),
    [
        ("2205.01068", "2022-05-02T17:49:50", None, "2022-05-03", DayBasis.SUBMITTED),
        ("2205.00001", "2022-04-02T17:00:00", None, "2022-05-03", DayBasis.SUBMITTED),  # kept back a month
        ("2204.00001", "2022-06-02T17:00:00", None, "2022-05-02", DayBasis.SUBMITTED),  # a wrong date
        ("2205.01068", None, "2022-05-14", "2022-05-16", DayBasis.IDENTIFIER),
        ("2205.01068", None, "2023-01-14", "2022-06-01", DayBasis.IDENTIFIER),
        ("2205.01068", None, "2021-01-14", "2022-05-03", DayBasis.IDENTIFIER),
        ("2205.01068", None, None, "2022-05-03", DayBasis.IDENTIFIER),
        ("quant-ph/0201082", None, None, "2002-01-02", DayBasis.IDENTIFIER),
    ],
)
def test_estimates(identifier: str, created: str | None, updated: str | None, expected: str, basis: DayBasis) -> None:
    versions = (Version(1, dt.datetime.fromisoformat(created).replace(tzinfo=dt.UTC)),) if created else ()
    paper = Paper(identifier, "A title", versions=versions, updated=day(updated) if updated else None)
    assert estimate_announcement_day(paper) == (day(expected), basis)


@pytest.mark.parametrize("first", [(Version(1),), ()])
def test_a_later_version_says_nothing_about_the_first_announcement(first: tuple[Version, ...]) -> None:
    versions = (*first, Version(2, dt.datetime(2022, 5, 20, 12, tzinfo=dt.UTC)))
    paper = Paper("2205.01068", "A title", versions=versions, updated=day("2022-05-25"))
    assert estimate_announcement_day(paper) == (day("2022-05-25"), DayBasis.IDENTIFIER)


@given(DAYS, st.none() | TIMES, st.none() | DAYS)
def test_estimates_are_announcement_days_of_the_identifiers_month(
    month: dt.date, created: dt.datetime | None, updated: dt.date | None
) -> None:
    identifier = f"{month:%y%m}.00001" if month.year >= 2008 else f"math/{month:%y%m}001"
    paper = Paper(identifier, "A title", versions=(Version(1, created),), updated=updated)
    estimate, basis = estimate_announcement_day(paper)
    assert is_announcement_day(estimate)
    assert estimate in identifier_days(identifier_month(identifier))
    assert basis is (DayBasis.SUBMITTED if created else DayBasis.IDENTIFIER)


def test_estimates_agree_with_real_announcements(shared: Path) -> None:
    seen: dict[str, dt.date] = {}
    log = shared / "data" / "announcements-2021-05-22_2021-08-25.jsonl.gz"
    with gzip.open(log, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            listed = dt.date.fromisoformat(record["seen"][:10])
            # The log's first day was fetched late, and may hold what was listed before it.
            if record["flag"] == "NEW" and listed > day("2021-05-22"):
                seen[record["id"]] = min(listed, seen.get(record["id"], listed))
    off = []
    with gzip.open(shared / "data" / "snapshot" / "arxiv-2021-05_08.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record["id"] in seen:
                created = parsedate_to_datetime(record["versions"][0]["created"])
                paper = Paper(record["id"], "A title", versions=(Version(1, created),))
                off.append((seen[record["id"]] - estimate_announcement_day(paper)[0]).days)
    # arXiv gives identifiers by the deadline's month, so no new paper is listed outside these days.
    assert all(listed in identifier_days(identifier_month(identifier)) for identifier, listed in seen.items())
    assert len(off) > 10_000
    assert sum(n == 0 for n in off) / len(off) > 0.8  # only the submission's day is known there, not the hour
    assert sum(abs(n) <= 3 for n in off) / len(off) > 0.98
