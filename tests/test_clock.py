"""Clocks: the machine's, one that starts at another time and goes on from there, and arXiv's day by any of them."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.calendar import arxiv_day
from paperradar.clock import CLOCK_VARIABLE, clock_from, system_clock
from paperradar.errors import UsageError

MORNING = "2021-06-14T04:30:00-04:00"
EVENING = "2022-01-03T20:00:00+00:00"
SECOND = dt.timedelta(seconds=1)
# However busy the machine is between two lines of a test.
SOON = dt.timedelta(seconds=60)


def test_the_machine_tells_the_time_in_utc() -> None:
    before = dt.datetime.now(dt.UTC)
    assert before <= system_clock() <= dt.datetime.now(dt.UTC)
    assert system_clock().tzinfo is dt.UTC


@pytest.mark.parametrize("environ", [{}, {CLOCK_VARIABLE: ""}, {"CLOCK": MORNING}], ids=["none", "empty", "other"])
def test_without_a_name_it_is_the_machines_clock(environ: dict[str, str]) -> None:
    assert clock_from(environ) is system_clock
    assert clock_from(environ, "") is system_clock


@pytest.mark.parametrize(
    ("environ", "setting", "begins"),
    [
        ({CLOCK_VARIABLE: MORNING}, "", MORNING),
        ({}, MORNING, MORNING),
        ({CLOCK_VARIABLE: ""}, MORNING, MORNING),
        ({CLOCK_VARIABLE: MORNING}, EVENING, MORNING),
        ({CLOCK_VARIABLE: "2021-06-14T08:30:00Z"}, "", MORNING),
    ],
    ids=["environment", "setting", "empty", "both", "z"],
)
def test_the_environment_goes_before_the_setting(environ: dict[str, str], setting: str, begins: str) -> None:
    start = dt.datetime.fromisoformat(begins)
    assert start <= clock_from(environ, setting)() < start + SOON


def test_it_goes_on_as_time_does() -> None:
    clock = clock_from({CLOCK_VARIABLE: MORNING})
    begun, first = time.monotonic(), clock()
    time.sleep(0.05)
    last = clock()
    assert SECOND / 25 <= last - first <= dt.timedelta(seconds=time.monotonic() - begun) + SECOND / 1000


def test_two_clocks_start_when_they_are_made() -> None:
    first = clock_from({CLOCK_VARIABLE: MORNING})
    time.sleep(0.05)
    second = clock_from({CLOCK_VARIABLE: MORNING})
    assert first() - second() >= SECOND / 25


# Hypothesis takes bounds without a zone.
_FROM, _TO = (dt.datetime(year, 1, 2) for year in (1991, 2100))  # noqa: DTZ001


@settings(max_examples=40)
@given(st.datetimes(_FROM, _TO, timezones=st.timezones()))
def test_any_time_with_an_offset_is_told_in_utc(start: dt.datetime) -> None:
    # Some old offsets have seconds; ISO 8601 as Python writes it can say so.
    told = clock_from({}, start.isoformat())()
    assert told.tzinfo is dt.UTC
    assert dt.timedelta() <= told - start.astimezone(dt.UTC) < SOON


@pytest.mark.parametrize("text", ["soon", "2021-06-14", "2021-06-14T04:30:00", "04:30", " ", "2021-06-31T04:30:00Z"])
@pytest.mark.parametrize("where", ["environment", "setting"])
def test_what_is_no_time_with_an_offset_is_a_wrong_call(text: str, where: str) -> None:
    environ = {CLOCK_VARIABLE: text} if where == "environment" else {}
    with pytest.raises(UsageError) as caught:
        clock_from(environ, text if where == "setting" else "")
    assert repr(text) in str(caught.value)
    assert "2021-06-14T04:30:00-04:00" in str(caught.value)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_the_calendar_is_a_wrong_call(text: str) -> None:
    with pytest.raises(UsageError):
        clock_from({CLOCK_VARIABLE: text})()


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2021-06-14T03:59:59", "2021-06-13"),
        ("2021-06-14T04:00:00", "2021-06-14"),
        ("2021-06-15T03:59:59", "2021-06-14"),
        ("2021-12-14T04:59:59", "2021-12-13"),
        ("2021-12-14T05:00:00", "2021-12-14"),
        # clocks go forward at 07:00 and back at 06:00 UTC
        ("2021-03-15T03:59:59", "2021-03-14"),
        ("2021-11-08T04:59:59", "2021-11-07"),
    ],
)
def test_the_day_is_new_yorks(utc: str, day: str) -> None:
    time = dt.datetime.fromisoformat(f"{utc}+00:00")
    for zone in (dt.UTC, dt.timezone(dt.timedelta(hours=9))):
        assert arxiv_day(lambda zone=zone: time.astimezone(zone)) == dt.date.fromisoformat(day)  # type: ignore[misc]
