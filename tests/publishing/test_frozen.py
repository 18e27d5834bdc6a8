"""A frozen list brought up to date: its rows stand, today's facts show, later papers go below, nothing vanishes."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from paperradar.decisions import Mark
from paperradar.papers import Author, Paper, Version
from paperradar.publishing import Bundle, bundle_bytes, bundle_id, render, with_late
from paperradar.ranking import COMPONENTS, LeftOut, Row, StoryMember
from tests.publishing.builders import bundle, candidate, many, paper, row

DAY = dt.date(2022, 5, 1)
SECOND = (Version(1), Version(2, dt.datetime(2022, 5, 2, tzinfo=dt.UTC)))
PICK = Mark("pick", "read it", "Ann")


def later(rank: int, number: int, day: dt.date = dt.date(2022, 5, 2), **keys: Any) -> Row:
    return row(rank, candidate=candidate(paper(f"2205.{number:05}", f"Later {number}"), day), **keys)


def update(
    frozen: Bundle, current: Bundle, marks: Mapping[str, Mark] | None = None, papers: Sequence[Paper] = ()
) -> Bundle:
    """The way in of all tests here; neither list may be changed by it."""
    before = copy.deepcopy((frozen, current))
    today = {item.identifier: item for item in papers}
    made = with_late(frozen, current, frozen_on=DAY, marks=marks or {}, papers=today)
    assert (frozen, current) == before
    return made


def places(made: Bundle) -> list[tuple[int, str, bool]]:
    return [(item["rank"], item["identifier"], item.get("late", False)) for item in made["rows"]]


def test_frozen_rows_stand_and_later_papers_go_below_in_todays_order() -> None:
    frozen = many(3)
    current = bundle([later(1, 7), row(2, why="Something else"), later(3, 5), row(4)], notes=["A note"])
    made = update(frozen, current)
    assert places(made) == [
        (1, "2204.00001", False),
        (2, "2204.00002", False),
        (3, "2204.00003", False),
        (4, "2205.00007", True),
        (5, "2205.00005", True),
    ]
    assert made["rows"][:3] == frozen["rows"]
    assert made["rows"][3] == current["rows"][0] | {"rank": 4, "late": True}
    assert made["frozen"] == {"bundle": bundle_id(frozen), "on": "2022-05-01", "late": 2}
    assert made["notes"] == ["Frozen on 2022-05-01; 2 papers announced since are appended as late.", "A note"]
    assert made["counts"] == current["counts"] | {"rows": 5}


@pytest.mark.parametrize(
    ("day", "late"), [(dt.date(2022, 4, 29), 0), (DAY, 1), (dt.date(2022, 5, 2), 1), (dt.date(2022, 5, 5), 1)]
)
def test_late_is_what_was_announced_on_the_day_of_freezing_or_after(day: dt.date, late: int) -> None:
    made = update(many(1), bundle([later(1, 1, day)]))
    assert made["frozen"]["late"] == late
    assert len(made["rows"]) == 1 + late


def test_the_note_says_how_many() -> None:
    assert update(many(1), bundle([later(1, 1)]))["notes"] == [
        "Frozen on 2022-05-01; 1 paper announced since is appended as late."
    ]
    assert update(many(1), many(1))["notes"] == ["Frozen on 2022-05-01; no paper announced since is on this list."]


def test_the_list_of_the_same_day_is_the_frozen_one() -> None:
    made = update(many(4), many(4), papers=[])
    assert {key: value for key, value in made.items() if key not in ("frozen", "notes")} == {
        key: value for key, value in many(4).items() if key != "notes"
    }


def test_marks_are_todays_also_where_the_current_list_has_no_such_row() -> None:
    frozen = bundle([row(1), row(2)], {"2204.00001": Mark("maybe", "", "Ben"), "2204.00002": PICK})
    made = update(frozen, bundle([row(1)]), {"2204.00001": PICK})
    assert [(item["decision"], item["note"], item["curator"]) for item in made["rows"]] == [
        ("pick", "read it", "Ann"),
        ("", "", ""),
    ]


def test_a_paper_is_shown_as_arxiv_has_it_today() -> None:
    of = paper(
        "2204.00001", "A better title", "Code: https://github.com/a/b", authors=(Author("Doe"),), versions=SECOND
    )
    frozen = many(1)
    (shown,) = update(frozen, bundle([]), papers=[of])["rows"]
    assert (shown["title"], shown["authors"], shown["version"]) == ("A better title", ["Doe"], 2)
    assert shown["code_links"] == ["https://github.com/a/b"]
    judged = ("rank", "score", "components", "why", "lanes", "lifted_by", "topic", "match", "date", "date_basis")
    assert {key: shown[key] for key in judged} == {key: frozen["rows"][0][key] for key in judged}


def test_a_withdrawn_paper_stays_and_says_so_until_it_is_back() -> None:
    of = paper("2204.00001", withdrawn=True)
    gone = LeftOut(candidate(of), "withdrawn")
    other = LeftOut(candidate(paper("2204.00009")), "withdrawn")
    made = update(many(2), bundle([row(1, paper("2204.00002"))], left_out=[gone, other]), papers=[of])
    assert [item["identifier"] for item in made["rows"]] == ["2204.00001", "2204.00002"]
    assert made["rows"][0]["withdrawn"] is True
    assert made["rows"][0]["why"] == "Withdrawn since the list was frozen. Fits a profile (match 1)"
    assert "withdrawn" not in made["rows"][1]
    # What has a row is not left out.
    assert [item["identifier"] for item in made["left_out"]] == ["2204.00009"]
    # Frozen anew in this state, it says so once; and no longer once arXiv has a good version.
    assert update(made, made, papers=[of])["rows"][0]["why"].count("Withdrawn") == 1
    assert update(made, made)["rows"][0] == made["rows"][0]
    back = update(made, made, papers=[paper("2204.00001")])["rows"][0]
    assert back["why"] == "Fits a profile (match 1)"
    assert "withdrawn" not in back


@pytest.mark.parametrize("mark", [Mark("no"), Mark(note="hm"), Mark(curator="Ann")])
def test_an_older_marked_row_of_neither_list_is_appended_without_being_late(mark: Mark) -> None:
    marks = {"2204.00380": mark}
    frozen = bundle([row(1), row(150)])
    current = bundle([later(1, 1), row(2), row(380)], marks)
    assert places(update(frozen, current, marks)) == [
        (1, "2204.00001", False),
        (150, "2204.00150", False),
        (151, "2205.00001", True),
        (152, "2204.00380", False),
    ]


def test_an_older_paper_that_a_curator_asked_back_is_appended() -> None:
    old = dt.date(2022, 2, 1)
    asked = row(1, candidate=candidate(paper("2202.00001"), old, resurfaced="a prize", by_curator="Ann"))
    itself = row(2, candidate=candidate(paper("2202.00002"), old, resurfaced="version 2 of 2022-05-03"))
    made = update(many(1), bundle([asked, itself]))
    assert places(made) == [(1, "2204.00001", False), (2, "2202.00001", False)]


def test_a_late_near_duplicate_joins_the_frozen_rows_story() -> None:
    def member(number: int) -> StoryMember:
        return StoryMember(candidate(paper(f"2205.{number:05}")), 0.95, 100)

    frozen = bundle([row(1, story=(member(1),)), row(2)])
    second = StoryMember(candidate(paper("2204.00002")), 0.95, 100)
    made = update(frozen, bundle([row(1, story=(member(1), member(3), second))]))
    # The second frozen row is folded today; it is on the list all the same, so it is no member.
    assert [item["identifier"] for item in made["rows"][0]["story"]] == ["2205.00001", "2205.00003"]
    assert made["rows"][1]["story"] == []


def test_rows_of_a_list_that_is_frozen_anew_are_no_longer_late() -> None:
    first = update(many(1), bundle([later(1, 1)]))
    again = update(first, bundle([later(1, 1), later(2, 2)]))
    assert places(again) == [(1, "2204.00001", False), (2, "2205.00001", False), (3, "2205.00002", True)]
    assert again["frozen"] == {"bundle": bundle_id(first), "on": "2022-05-01", "late": 1}


def test_components_of_another_version_still_add_up() -> None:
    frozen = many(1)
    frozen["components"] = [*frozen["components"][1:], {"name": "old", "label": "Old", "description": "Gone."}]
    parts = frozen["rows"][0]["components"]
    parts["old"] = parts.pop(COMPONENTS[0].name)
    made = update(frozen, bundle([later(1, 1)]))
    assert [part["name"] for part in made["components"]] == [*(part.name for part in COMPONENTS), "old"]
    for cells in sheet(made):
        assert sum(int(value) for name, value in cells.items() if name.startswith("score_")) == int(cells["score"])


def sheet(made: Bundle) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(made, "csv").decode("utf-8-sig"), newline=""), strict=True))


def test_sheet_and_page_show_what_is_late_and_what_was_withdrawn() -> None:
    made = update(many(2), bundle([later(1, 1)]), papers=[paper("2204.00002", withdrawn=True)])
    cells = sheet(made)
    assert [line["late"] for line in cells] == ["", "", "late"]
    assert cells[1]["why"].startswith("Withdrawn since the list was frozen. ")
    page = render(made, "html").decode()
    assert "<li>Frozen on 2022-05-01; 1 paper announced since is appended as late.</li>" in page
    items = page.split("<li id=")[1:]
    assert [">Late</span>" in item for item in items] == [False, False, True]
    assert [">Withdrawn</span>" in item for item in items] == [False, True, False]


def test_a_list_that_is_not_frozen_has_none_of_this() -> None:
    made = many(2)
    assert b"frozen" not in bundle_bytes(made)
    assert b'"late"' not in bundle_bytes(made)
    assert {line["late"] for line in sheet(made)} == {""}
    page = render(made, "html").decode()
    assert ">Late<" not in page
    assert "Frozen on" not in page
