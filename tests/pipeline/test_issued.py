"""What was decided, and which list is the present one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.errors import NotFoundError
from paperradar.pipeline.issued import decided_edition, decided_editions, decided_names, present_list
from tests.pipeline.listed import NOW, TODAY, days_list, decided, listed, workspace


def test_a_decided_edition_has_its_ten_its_reasons_and_its_time(tmp_path: Path) -> None:
    place = listed(workspace(tmp_path), days_list("2022-05-03", "2022-05-04"))
    assert decided_edition(place, "2022-05") is None
    assert decided_names(place) == ()
    decided(place, ["2204.00002"], ["2204.00001"], why="Because")
    edition = decided_edition(place, "2022-05")
    assert edition is not None
    assert [paper.title for paper in edition.ten] == ["Paper 2"]
    assert edition.ten[0].url == "https://arxiv.org/abs/2204.00002"
    assert (edition.ten[0].why, edition.ten[0].rank) == ("Because", 1)
    assert [paper.title for paper in edition.mentions] == ["Paper 1"]
    assert (edition.at, edition.url) == (NOW, "")


def test_the_list_s_own_reason_is_not_the_curators(tmp_path: Path) -> None:
    place = decided(listed(workspace(tmp_path), days_list("2022-05-03")), ["2204.00001"])
    edition = decided_edition(place, "2022-05")
    assert edition is not None
    assert edition.ten[0].why == ""


def test_a_published_edition_has_its_address_and_that_time(tmp_path: Path) -> None:
    place = listed(workspace(tmp_path), days_list("2022-05-03"))
    decided(place, ["2204.00001"], url="https://example.org/may")
    edition = decided_edition(place, "2022-05")
    assert edition is not None
    assert (edition.at, edition.url) == (NOW + dt.timedelta(days=1), "https://example.org/may")


def test_all_decided_ones_newest_first_and_one_whose_list_is_gone_is_told(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    for name in ("2022-04", "2022-05"):
        decided(listed(place, days_list("2022-04-20", edition=name)), ["2204.00001"], edition=name)
    decided(place, ["2203.00001"], edition="2022-03")
    (place.decisions / "notes.jsonl").write_text("", encoding="utf-8")
    found, notes = decided_editions(place)
    assert [edition.edition for edition in found] == ["2022-05", "2022-04"]
    assert len(notes) == 1
    assert "2022-03 is decided and left out" in notes[0]


def test_the_present_list_is_the_running_one_else_the_newest(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    with pytest.raises(NotFoundError, match="paperradar shortlist --month 2022-05"):
        present_list(place, TODAY)
    for name in ("2022-04", "2022-05", "2022-06"):
        listed(place, days_list("2022-04-20", edition=name))
    assert present_list(place, TODAY)["edition"] == "2022-05"
    assert present_list(place, dt.date(2023, 1, 1))["edition"] == "2022-06"
