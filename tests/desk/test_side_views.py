"""What the side pages show, from what was asked of the store before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from paperradar.coverage import State
from paperradar.decisions import State as EditionState
from paperradar.decisions import Vote
from paperradar.desk.backtest_view import CHANCE, decided_view, measured_view, recall_at
from paperradar.desk.coverage_view import SHOWN, coverage_view
from paperradar.desk.trends_view import trends_view
from paperradar.pipeline.curating import advance, cast_votes, order_ten
from paperradar.pipeline.desk_facts import LEAST_PAPERS, DayFacts, DeskFacts, MonthFacts
from paperradar.settings import Settings
from paperradar.taste.keeping import TasteShelf
from paperradar.workspace import Workspace
from tests.pipeline.curated import EDITION, MEMBER, MEMBER_RANK, at_rank, clock, listed, view
from tests.taste.test_keeping import a_taste

MADE_ON = dt.date(2022, 5, 6)
WINDOW = (dt.date(2022, 4, 25), dt.date(2022, 5, 5))
CLOCK = dt.datetime(2022, 5, 6, 9, tzinfo=dt.UTC)


def facts(*, days: tuple[DayFacts, ...] = (), months: tuple[MonthFacts, ...] = ()) -> DeskFacts:
    return DeskFacts(
        edition="2022-05", bundle="b" * 12, made_on=MADE_ON, papers={}, months=months,
        topics={"first": "First", "second": "Second"}, days=days,
        coverage="coverage: 1 of 2 announcement days complete",
    )  # fmt: skip


def month(name: str, *, papers: int = 100, caught: int = 10, whole: bool = True) -> MonthFacts:
    return MonthFacts(name, papers, papers, {"first": caught, "second": 1}, papers, {"cs.CL": papers // 2}, whole)


# Coverage


def test_every_state_has_a_sign_and_words() -> None:
    assert set(SHOWN) == set(State)
    assert all(shown.sign and shown.label and shown.means for shown in SHOWN.values())


def test_a_month_is_a_calendar_of_its_working_days() -> None:
    days = (
        DayFacts(dt.date(2022, 4, 29), State.SHORT, 12, "cs.CL 3 of 7"),
        DayFacts(dt.date(2022, 5, 2), State.COMPLETE, 1),
    )
    found = coverage_view(facts(days=days), WINDOW)
    may, april = found["months"]
    assert (may["month"], april["month"], april["papers"]) == ("2022-05", "2022-04", 12)
    assert april["weekdays"] == ("Mon", "Tue", "Wed", "Thu", "Fri")
    assert april["weeks"][0][:4] == [None] * 4  # April 2022 began on a Friday
    friday = april["weeks"][-1][4]
    assert (friday["number"], friday["state"], friday["said"]) == (29, "short", "short, 12 papers: cs.CL 3 of 7")
    assert friday["in_window"]
    monday = may["weeks"][0][0]
    assert (monday["said"], monday["sign"], monday["in_window"]) == ("complete, 1 paper", "✓", True)
    assert may["weeks"][1][0] == {"number": 9, "in_window": False, "state": "", "sign": "", "said": ""}
    assert found["line"] == "1 of 2 announcement days complete"
    assert [(item["state"], item["count"]) for item in found["legend"]] == [("complete", 1), ("short", 1)]


def test_a_week_end_with_a_listing_gets_its_columns() -> None:
    days = (DayFacts(dt.date(2022, 4, 30), State.COMPLETE, 3),)
    (april,) = coverage_view(facts(days=days), WINDOW)["months"]
    assert april["weekdays"][-2:] == ("Sat", "Sun")
    assert april["weeks"][-1][5]["state"] == "complete"


def test_alarms_are_told_newest_first() -> None:
    days = (
        DayFacts(dt.date(2022, 4, 4), State.MISSING, 0),
        DayFacts(dt.date(2022, 4, 5), State.UNKNOWN, 5),
        DayFacts(dt.date(2022, 4, 28), State.STALE, 2, "cs.IR"),
    )
    alarms = coverage_view(facts(days=days), WINDOW)["alarms"]
    assert [(item["day"], item["label"], item["in_window"]) for item in alarms] == [
        ("2022-04-28", "stale", True), ("2022-04-04", "missing", False)
    ]  # fmt: skip


def test_without_days_there_is_no_calendar() -> None:
    assert coverage_view(facts(), WINDOW)["months"] == []


# Trends


def test_shares_are_of_the_papers_that_were_compared() -> None:
    found = trends_view(facts(months=(month("2022-02", caught=5), month("2022-03"), month("2022-04", caught=25))))
    topics = found["plots"][0]
    assert topics["head"] == ["month", "First", "Second"]
    assert topics["rows"] == (("2022-02", "5 %", "1 %"), ("2022-03", "10 %", "1 %"), ("2022-04", "25 %", "1 %"))
    assert "<svg" in topics["svg"]
    growth = found["growth"]
    assert (growth["month"], growth["before"]) == ("2022-04", 2)
    assert growth["rows"][0] == {"name": "First", "now": "25 %", "usual": "7.5 %", "change": "+17.5"}


def test_a_month_in_part_is_marked_and_a_small_one_has_no_share() -> None:
    found = trends_view(
        facts(
            months=(
                month("2021-01", papers=3),
                month("2022-02", whole=False),
                month("2022-03", papers=LEAST_PAPERS - 1),
                month("2022-04"),
            )
        )
    )
    assert [row[:2] for row in found["plots"][0]["rows"]] == [
        ("2022-02*", "10 %"),
        ("2022-03", ""),
        ("2022-04", "10 %"),
    ]
    assert found["partial"]
    assert found["growth"] is None  # one whole month of some size


def test_an_empty_store_has_no_plot() -> None:
    assert trends_view(facts())["plots"] == []


def test_lines_that_could_not_be_told_apart_are_in_the_table_only() -> None:
    many = {f"topic-{n:02}": f"Topic {n:02}" for n in range(11)}
    made = DeskFacts(
        edition="2022-05", bundle="b" * 12, made_on=MADE_ON, papers={}, topics=many, days=(), coverage="",
        months=tuple(
            MonthFacts(name, 100, 100, {slug: n for n, slug in enumerate(many)}, 100, {}, whole=True)
            for name in ("2022-03", "2022-04")
        ),
    )  # fmt: skip
    topics = trends_view(made)["plots"][0]
    assert (len(topics["head"]), topics["left_out"]) == (12, 3)
    assert topics["head"][1] == "Topic 10"
    assert "Topic 10" in topics["svg"]
    assert "Topic 00" not in topics["svg"]


# Backtest


def test_recall_counts_what_is_not_on_the_list_as_not_found() -> None:
    assert [recall_at([1, 10, None, 400], depth) for depth in (1, 10, 1000)] == [0.25, 0.5, 0.75]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, Settings(), ())


def test_without_a_taste_it_says_which_command_measures(workspace: Workspace) -> None:
    assert "paperradar taste train" in measured_view(workspace)["problem"]


@pytest.mark.parametrize("measured", [None, {"pool": "window", "editions": {}}, "nonsense"])
def test_a_taste_without_a_measurement(workspace: Workspace, measured: object) -> None:
    shelf = TasteShelf(workspace.taste)
    shelf.adopt(shelf.put(a_taste(measured=measured)), at=CLOCK, comparison={})
    assert "was not measured" in measured_view(workspace)["problem"]


def test_a_damaged_taste_is_told(workspace: Workspace) -> None:
    shelf = TasteShelf(workspace.taste)
    name = shelf.put(a_taste())
    shelf.adopt(name, at=CLOCK, comparison={})
    (workspace.taste / f"{name}.npz").write_bytes(b"no")
    assert "not a taste" in measured_view(workspace)["problem"]


def test_the_adopted_tastes_ranks_make_curves(workspace: Workspace) -> None:
    editions = {
        "2022-04": {"candidates": 1000, "picks": 3, "ranks": {"2204.00001": 5, "2204.00002": None}},
        "2022-05": {"candidates": 500, "picks": 2, "ranks": {"2205.00001": 40, "2205.00002": 90}},
    }
    measured = {"pool": "window", "sources": ["ours"], "settings": "", "overall": {}, "editions": editions}
    shelf = TasteShelf(workspace.taste)
    shelf.adopt(shelf.put(a_taste(measured=measured)), at=CLOCK, comparison={})
    found = measured_view(workspace)
    assert (found["problem"], found["kind"], found["sources"]) == ("", "edition", ["ours"])
    assert [(part["name"], part["ranks"], part["median"]) for part in found["parts"]] == [
        ("2022-04", [5, None], "503"), ("2022-05", [40, 90], "65")
    ]  # fmt: skip
    plot = found["plot"]
    assert plot["head"] == ["rows read", "all picks", CHANCE, "2022-04", "2022-05"]
    by_depth = {depth: cells for depth, *cells in plot["rows"]}
    assert by_depth["10"] == ["25 %", "1.5 %", "50 %", "0 %"]
    assert by_depth["100"] == ["75 %", "15 %", "50 %", "100 %"]
    assert list(by_depth)[-1] == "1,000"
    assert by_depth["1,000"][1] == "100 %"


def test_a_decided_near_duplicate_has_the_row_that_it_is_folded_into(tmp_path: Path) -> None:
    workspace = listed(tmp_path)
    assert decided_view(workspace, [view(workspace)]) == {"rows": [], "plot": None}
    cast_votes(workspace, EDITION, "Ann", {MEMBER: (Vote.PICK, "")}, clock=clock)
    order_ten(workspace, EDITION, [at_rank(7), MEMBER], by="Ann", clock=clock)
    advance(workspace, EDITION, EditionState.DECIDED, by="Ann", clock=clock)
    (row,) = decided_view(workspace, [view(workspace)])["rows"]
    assert (row["ranks"], row["deepest"], row["added"]) == (sorted([7, MEMBER_RANK]), max(7, MEMBER_RANK), 0)
