"""The as-of rule: which past picks and papers may be learnt from for a pool."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import DecisionLog, Mark, Pick
from paperradar.papers import Paper, Version
from paperradar.pipeline import examples as gathering
from paperradar.pipeline.examples import AsOf, gather_examples, picks_as_of
from paperradar.pipeline.knowledge import known_as_of
from paperradar.pipeline.picking import known_picks
from paperradar.ranking import Examples
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.pipeline.learning import decide, picked, workspace_to_learn

APRIL = (dt.date(2022, 4, 1), dt.date(2022, 4, 30))
WINDOW = AsOf("window", dt.date(2022, 3, 25), dt.date(2022, 5, 5), ("own",), "2022-05")
MONTH = AsOf("id-month", *APRIL, ("own",))
DAYS = AsOf("days", *APRIL, ("own",))
RULES = pytest.mark.parametrize("rule", [WINDOW, MONTH, DAYS], ids=lambda rule: rule.kind)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Only its store is used; each test has a log of its own."""
    return workspace_to_learn(tmp_path_factory.mktemp("learning"))


def with_log(workspace: Workspace, folder: Path) -> Workspace:
    settings = workspace.settings.model_dump()
    settings["paths"] |= {"database": workspace.database, "decisions": folder / "decisions", "editions": folder / "e"}
    return Workspace(folder, Settings.model_validate(settings), ())


def gathered(workspace: Workspace, rule: AsOf, picks: list[Pick], **keys: object) -> Examples:
    store = Store(workspace.database)
    return gather_examples(store, workspace.settings, picks_as_of(picks, rule), rule, **keys)  # type: ignore[arg-type]


def known_rows(made: Examples) -> list[str]:
    return [made.papers[row].identifier for row in made.picked_by()]


@pytest.mark.parametrize(
    ("rule", "source", "edition", "known"),
    [
        (WINDOW, "own", "2022-04", True),  # closed inside the window, before this edition
        (WINDOW, "own", "2022-05", False),
        (WINDOW, "own", "2022-06", False),
        (WINDOW, "own", "2022-03-24", True),
        (WINDOW, "theirs", "2022-04", False),
        (WINDOW, "theirs", "2022-03-24", True),
        (WINDOW, "theirs", "2022-03-25", False),
        (WINDOW, "theirs", "2022-W11", True),  # Sunday, 20 March
        (WINDOW, "theirs", "2022-W12", False),  # Sunday, 27 March
        (WINDOW, "theirs", "2022", False),  # counts on 31 December
        (WINDOW, "theirs", "2021", True),
        (MONTH, "own", "2022-04", False),  # closed on 5 April
        (MONTH, "own", "2022-03", True),
        (MONTH, "own", "2022-03-31", True),
        (MONTH, "theirs", "2022-04-01", False),
        (DAYS, "own", "2022-04", False),
        (DAYS, "own", "2022-03-31", True),
        (DAYS, "theirs", "2022-03-31", True),
        (DAYS, "theirs", "2022-04-01", False),
    ],
)
def test_which_picks_are_known(rule: AsOf, source: str, edition: str, known: bool) -> None:
    assert rule.knows(pick("2201.00001", source, edition)) is known


@pytest.mark.parametrize(
    ("rule", "until"), [(WINDOW, "2022-05-05"), (MONTH, "2022-03-31"), (DAYS, "2022-03-31")], ids=["w", "m", "d"]
)
def test_the_last_day_that_anything_is_known_of(rule: AsOf, until: str) -> None:
    assert rule.known_until.isoformat() == until


@given(
    st.sampled_from([WINDOW, MONTH, DAYS]),
    st.sampled_from(["own", "theirs"]),
    st.dates(dt.date(2021, 1, 1), dt.date(2023, 1, 1)),
)
def test_no_rule_knows_a_decision_of_after_its_last_day(rule: AsOf, source: str, day: dt.date) -> None:
    if rule.knows(pick("2201.00001", source, day.isoformat())):
        assert day <= rule.last
        assert day < rule.first or (rule.kind == "window" and source == "own")


def test_a_paper_cannot_have_been_picked_before_it_was_there() -> None:
    early = [pick("2205.00001", "theirs", "2022-01-10"), pick("2206.00001", "theirs", "2022-01-10")]
    assert [item.identifier for item in picks_as_of(early, WINDOW)] == ["2205.00001"]
    assert picks_as_of(early, MONTH) == ()


@RULES
def test_a_planted_pick_is_in_no_example(workspace: Workspace, rule: AsOf) -> None:
    earlier = picked("2022-02")
    # The tested edition's own picks, later ones, and somebody else's word on the very papers.
    planted = [*picked("2022-05"), *picked("2022-05", "theirs"), pick("2203.00009", "theirs", "2022-04-20")]
    planted += [pick("2203.00010", "own", "2022-06"), pick("2204.00009", "theirs", "2022")]
    assert known_rows(gathered(workspace, rule, [*earlier, *planted])) == sorted(item.identifier for item in earlier)
    told = [pick("2203.00009", "theirs", "2022-03-24"), pick("2203.00010", "own", "2022-03-24")]
    found = known_rows(gathered(workspace, rule, [*earlier, *told]))
    assert found == sorted(item.identifier for item in [*earlier, *told]), "the same, known in time"


@RULES
def test_a_sheets_marks_are_not_known_to_itself(workspace: Workspace, tmp_path: Path, rule: AsOf) -> None:
    mine = with_log(workspace, tmp_path)
    decide(mine, "2022-02", source="theirs")
    log = DecisionLog(mine.decisions)
    log.record_marks("2022-05", {"2204.00001": Mark("pick")}, at=at(0))
    log.record_marks("2022-03", {"2202.00001": Mark("pick")}, at=at(0))
    assert {item.identifier for item in known_picks(mine, source="own")} == {"2204.00001", "2202.00001"}
    known = known_as_of(mine, Store(mine.database), rule=rule, taste=None)
    mine_known = [known.examples.papers[row].identifier for row in known.examples.picked_by(["own"])]
    assert mine_known == ["2202.00001"]
    assert set(known.featured) == {"2202.00001"}


@RULES
def test_ordinary_papers_are_of_before_the_pool(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, rule: AsOf
) -> None:
    monkeypatch.setattr(gathering, "ORDINARY_LEAST", 50)
    made = gathered(workspace, rule, picked("2022-02"))
    ordinary = made.ordinary()
    assert max(made.days[row] for row in ordinary) < rule.first
    assert min(made.days[row] for row in ordinary) >= rule.first - dt.timedelta(days=gathering.ORDINARY_DAYS)


@RULES
def test_with_few_papers_before_it_the_pools_own_stand_in(workspace: Workspace, rule: AsOf) -> None:
    made = gathered(workspace, rule, picked("2022-02"))
    assert rule.first <= max(made.days) <= rule.last


def test_papers_of_after_the_last_day_are_not_known(workspace: Workspace) -> None:
    rule = AsOf("days", dt.date(2022, 2, 12), dt.date(2022, 2, 14), ("own",))
    picks = [*picked("2022-02"), pick("2202.00009", "theirs", "2022-02-11")]  # announced on 19 February
    made = gathered(workspace, rule, picks)
    assert max(made.days) <= rule.last
    assert "2202.00009" not in known_rows(made)


def test_there_are_not_more_ordinary_papers_than_asked_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_of_them = gathered(workspace, WINDOW, picked("2022-02"))
    monkeypatch.setattr(gathering, "ORDINARY_MOST", 12)
    few = gathered(workspace, WINDOW, picked("2022-02"))
    assert len(few.ordinary()) == 12 < len(all_of_them.ordinary())
    assert {paper.identifier for paper in few.papers} < {paper.identifier for paper in all_of_them.papers}
    assert gathered(workspace, WINDOW, picked("2022-02")).papers == few.papers, "the same ones every time"


def test_rows_stand_in_identifier_order_with_all_who_picked(workspace: Workspace) -> None:
    made = gathered(
        workspace, WINDOW, [*picked("2022-03"), *picked("2022-02", "theirs"), pick("2201.00001", "a", "2022-02-01")]
    )
    identifiers = [paper.identifier for paper in made.papers]
    assert identifiers == sorted(identifiers)
    assert [item.source for item in made.picks[identifiers.index("2201.00001")]] == ["a", "theirs"]
    assert (
        len(made.vectors) == len(made.title_vectors) == len(made.tokens) == len(made.title_tokens) == len(identifiers)
    )
    assert made.vectors.any(axis=1).all()


def test_papers_of_files_take_part_and_the_stores_record_wins(workspace: Workspace) -> None:
    said = Version(1, dt.datetime(2022, 2, 8, tzinfo=dt.UTC))
    extra = [
        Paper("2201.00001", "Another title", versions=(said,)),
        Paper("2202.00041", workspace_title(workspace), versions=(said,)),
    ]
    made = gathered(workspace, WINDOW, picked("2022-02"), extra=extra)
    found = {paper.identifier: paper for paper in made.papers}
    assert found["2201.00001"].abstract
    assert found["2202.00041"].title == extra[1].title


def test_titles_only_blanks_the_rest(workspace: Workspace) -> None:
    made = gathered(workspace, WINDOW, picked("2022-02"), titles_only=True)
    assert not any(paper.abstract for paper in made.papers)


def test_without_picks_there_is_nothing_to_learn(workspace: Workspace) -> None:
    assert gathered(workspace, WINDOW, []) == Examples()


def workspace_title(workspace: Workspace) -> str:
    """A title whose vector the store has, so that no model is needed."""
    with Store(workspace.database).reading() as session:
        return session.papers(["2201.00001"])[0].paper.title
