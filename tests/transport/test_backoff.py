"""How long to wait after which trouble."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.transport import Trouble, retry_after, trouble_of, wait_before
from tests.transport.builders import MORNING, settings

THROTTLED, PASSING, REFUSED = Trouble.THROTTLED, Trouble.PASSING, Trouble.REFUSED
RANDOM = st.floats(0, 1)


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (200, None),
        (204, None),
        (301, None),
        (304, None),
        (400, REFUSED),
        (401, REFUSED),
        (403, THROTTLED),
        (404, REFUSED),
        (406, THROTTLED),
        (408, REFUSED),
        (410, REFUSED),
        (429, THROTTLED),
        (500, PASSING),
        (502, PASSING),
        (503, THROTTLED),
        (504, PASSING),
        (599, PASSING),
        (600, REFUSED),
        (101, REFUSED),
    ],
)
def test_classes_of_trouble(status: int, trouble: Trouble | None) -> None:
    assert trouble_of(status) is trouble


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("Mon, 14 Jun 2021 08:31:00 GMT", 60.0),
        ("Monday, 14-Jun-21 08:31:00 GMT", 60.0),
        ("Mon, 14 Jun 2021 04:31:00 -0400", 60.0),
        ("Mon, 14 Jun 2021 08:30:00 GMT", None),
        ("Mon, 14 Jun 2021 08:29:00 GMT", None),
        ("0", None),
        ("0.0", None),
        ("-1", None),
        ("soon", None),
        ("\u0661\u0662", None),
        ("1e3", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
        ("9" * 400, 100 * 365.25 * 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 100 * 365.25 * 86_400),
        ("Mon, 99 Jun 2021 08:31:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, MORNING) == seconds


@given(st.text(max_size=120))
def test_whatever_retry_after_says_it_is_a_believable_wait_or_none(value: str) -> None:
    seconds = retry_after(value, MORNING)
    assert seconds is None or 0 < seconds < 1e10


@given(st.integers(1, 10**6))
def test_seconds_and_dates_say_the_same(seconds: int) -> None:
    date = format_datetime(MORNING + dt.timedelta(seconds=seconds), usegmt=True)
    assert retry_after(str(seconds), MORNING) == retry_after(date, MORNING) == seconds


def test_the_waits_double_up_to_the_longest() -> None:
    usual = settings(backoff_seconds=60.0, retry_seconds=10.0, longest_backoff_seconds=900.0)
    assert [wait_before(n, THROTTLED, None, usual, lambda: 0.0) for n in range(6)] == [60, 120, 240, 480, 900, 900]
    assert [wait_before(n, PASSING, None, usual, lambda: 0.0) for n in range(4)] == [10, 20, 40, 80]
    assert wait_before(0, THROTTLED, None, usual, lambda: 1.0) == 75
    assert wait_before(1, PASSING, None, usual, lambda: 0.5) == 22.5


def test_retry_after_lengthens_the_wait_and_never_shortens_it() -> None:
    usual = settings(backoff_seconds=60.0, retry_seconds=10.0, longest_backoff_seconds=900.0)
    assert wait_before(0, THROTTLED, 5.0, usual, lambda: 0.0) == 60
    assert wait_before(0, THROTTLED, 300.0, usual, lambda: 0.0) == 300
    assert wait_before(0, PASSING, 300.0, usual, lambda: 0.0) == 300
    assert wait_before(0, THROTTLED, 900.0, usual, lambda: 1.0) == 900
    assert wait_before(0, THROTTLED, 901.0, usual, lambda: 1.0) > usual.longest_backoff_seconds


@given(
    st.integers(0, 10_000),
    st.sampled_from([THROTTLED, PASSING]),
    st.none() | st.floats(0, 1e10),
    st.floats(0, 3600),
    st.floats(0, 86_400),
    RANDOM,
)
def test_bounds_of_every_wait(
    attempt: int, trouble: Trouble, asked: float | None, first: float, longest: float, chance: float
) -> None:
    usual = settings(backoff_seconds=first, retry_seconds=first, longest_backoff_seconds=longest)
    wait = wait_before(attempt, trouble, asked, usual, lambda: chance)
    assert wait >= min(first, longest)
    assert wait >= (asked or 0)
    assert wait <= max(longest, asked or 0)
    assert wait <= wait_before(attempt + 1, trouble, asked, usual, lambda: chance)
