"""Picks: the day they were decided, and the files they come in."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import checked_identifier, decided_on, load_edition_files, read_picks
from paperradar.errors import InputError
from paperradar.settings import EditionSettings
from tests.decisions.builders import BOUNDS


@pytest.mark.parametrize(
    ("edition", "day"),
    [
        ("2021-07-10", "2021-07-10"),
        ("2022-W18", "2022-05-08"),
        ("2020-W53", "2021-01-03"),
        ("2021-W01", "2021-01-10"),
        ("2022-05", "2022-05-05"),
        ("2021", "2021-12-31"),
    ],
)
def test_the_day_of_decision(edition: str, day: str) -> None:
    assert decided_on(edition, BOUNDS).isoformat() == day


@pytest.mark.parametrize(
    "edition", ["2021-13", "2021-00", "2021-W53", "2021-W00", "2021-02-29", "21-05", "", "May 2022", "2022-5", "٢٠٢٢"]
)
def test_what_is_no_edition(edition: str) -> None:
    with pytest.raises(InputError):
        decided_on(edition, BOUNDS)


@given(st.dates(dt.date(1991, 1, 1), dt.date(2199, 12, 31)))
def test_a_day_is_decided_within_its_own_week_month_and_year(day: dt.date) -> None:
    year, week, _ = day.isocalendar()
    assert decided_on(day.isoformat(), BOUNDS) == day
    if 1991 <= year <= 2199:
        assert 0 <= (decided_on(f"{year}-W{week:02}", BOUNDS) - day).days <= 6
    assert decided_on(f"{day:%Y-%m}", EditionSettings(closes_on_day=9)) == day.replace(day=9)
    assert decided_on(str(day.year), BOUNDS) == dt.date(day.year, 12, 31)


@pytest.mark.parametrize("text", ["2202.1063", "2202.0699", "1412.12345", "704.0001", "2202,10630", "2.2E3", ""])
def test_identifiers_that_a_spreadsheet_spoiled(text: str) -> None:
    with pytest.raises(InputError):
        checked_identifier(text)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("arXiv:2202.10630v2", "2202.10630"),
        ("1412.1234", "1412.1234"),
        ("1501.00001", "1501.00001"),
        ("quant-ph/0201082", "quant-ph/0201082"),
        ("https://arxiv.org/abs/2202.10630", "2202.10630"),
    ],
)
def test_identifiers_that_are_whole(text: str, identifier: str) -> None:
    assert checked_identifier(text) == identifier


def test_good_rows_are_kept_and_bad_ones_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_bytes(
        b"\xef\xbb\xbfsource,edition,rank,role,arxiv_id,title\r\n"
        b"ours,2022-05,1,top10,2204.03458v1,Video  Diffusion Models\r\n"
        b"ours,2022-05,,mention,2204.00598,\r\n"
        b"ours,2022-13,1,pick,2204.00598,no such month\r\n"
        b"ours,2022-05,first,pick,2204.00598,no number\r\n"
        b"ours,2022-05,1,winner,2204.00598,no role\r\n"
        b"ours,2022-05,1,pick,2204.0598,lost a digit\r\n"
        b"ours,2022-05,1,pick,2204.00598,Moved, by a comma\r\n"
        b"\r\n"
        b",2022-w18,2.0,,arXiv:2204.00598,'=title\r\n"
    )
    read = read_picks(path, BOUNDS)
    assert [(item.source, item.edition, item.rank, item.role, item.identifier, item.title) for item in read.picks] == [
        ("ours", "2022-05", 1, "top10", "2204.03458", "Video Diffusion Models"),
        ("ours", "2022-05", None, "mention", "2204.00598", ""),
        ("lists", "2022-W18", 2, "pick", "2204.00598", "=title"),
    ]
    assert [row.line for row in read.set_aside] == [4, 5, 6, 7, 8]
    for row, word in zip(read.set_aside, ["2022-13", "first", "winner", "digits", "cells"], strict=True):
        assert word in row.reason
    assert "no such month" in read.set_aside[0].excerpt


def test_a_plain_list_takes_its_source_from_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "my-daily.csv"
    path.write_text("date,arxiv_id\n2021-05-04,2105.00171\n", encoding="utf-8")
    (one,) = read_picks(path, BOUNDS).picks
    assert (one.source, one.edition, one.role, one.rank) == ("my-daily", "2021-05-04", "pick", None)
    (named,) = read_picks(path, BOUNDS, source="me").picks
    assert named.source == "me"


def test_a_file_that_is_not_one_of_picks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "attention.csv"
    path.write_text("post_date,arxiv_id,retweets\n2021-05-04,2105.00171,3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"attention\.csv.*edition or date.*post_date"):
        read_picks(path, BOUNDS)
    path.write_text("edition,title\n2021-05,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="arxiv_id"):
        read_picks(path, BOUNDS)


def test_edition_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load_edition_files(tmp_path / "nowhere") == ()
    (tmp_path / "2022-05.csv").write_text("edition,rank,role,arxiv_id\n2022-05,1,top10,2204.03458\n", encoding="utf-8")
    (tmp_path / "2022-03.csv").write_text(
        "source,edition,rank,role,arxiv_id\nzeta-alpha,2022-03,2,top10,2202.09318\nzeta-alpha,2022-03,x,top10,bad\n",
        encoding="utf-8",
    )
    (tmp_path / ".~lock.2022-03.csv").write_text("someone", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        picks = load_edition_files(tmp_path)
    assert [(item.source, item.identifier) for item in picks] == [("own", "2204.03458"), ("zeta-alpha", "2202.09318")]
    assert "2022-03.csv:3: row left out" in caplog.text


def test_the_real_lists_are_read_without_a_loss(shared: Path) -> None:
    counts = {"zeta-alpha": 112, "weekly-and-daily-lists": 8601, "researcher-daily-2021": 494}
    for stem, count in counts.items():
        read = read_picks(shared / "data" / "picks" / f"{stem}.csv", BOUNDS)
        assert (len(read.picks), read.set_aside) == (count, ())
    assert {item.source for item in read.picks} == {"researcher-daily-2021"}
