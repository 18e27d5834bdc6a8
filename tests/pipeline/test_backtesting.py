"""The backtest: on chosen vectors, through the real store, so that no model is needed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paperradar.calendar import Window
from paperradar.decisions import DecisionLog, Mark
from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError, UsageError
from paperradar.evaluation import BASELINES, DEPTHS, METHOD, BacktestReport, Labels
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import DayBasis, Paper, Version, text_hash
from paperradar.pipeline import backtesting
from paperradar.pipeline.backtesting import backtest, measure
from paperradar.ranking import Known, Pool, Shortlist, rank
from paperradar.settings import LaneSettings, RankingSettings, Settings
from paperradar.store import Store
from paperradar.topics import TopicProfile
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.ranking.builders import candidate, known, pool, topic, unit

WINDOW = Window(dt.date(2022, 3, 25), dt.date(2022, 5, 5))
PROFILE = TopicProfile(slug="first", name="First", description="About the first axis.")


def steady(report: BacktestReport) -> dict[str, object]:
    """The report without what differs from run to run."""
    return {name: value for name, value in report.as_dict().items() if name != "seconds"}


def fan(count: int) -> list[np.ndarray]:
    """Unit vectors that turn away from the first axis, one after the other, too far apart to be a story."""
    angles = np.linspace(0, np.pi, count)
    return [unit(float(np.cos(angle)), float(np.sin(angle))) for angle in angles]


def test_measuring_one_pool() -> None:
    names = [f"2204.{number:05}" for number in range(1, 9)]
    papers = pool([candidate(name) for name in names], fan(8), duplicates=[(0, 5, 0.95)])
    labels = Labels(frozenset({names[0], names[5], names[7], "2201.00001"}), frozenset({names[2], "2201.00002"}))
    measured = measure(papers, known(topic("first", unit(1))), RankingSettings(), labels, "2022-05", WINDOW)
    assert measured.candidates == 8
    assert (measured.entries.present, measured.entries.outside) == ((names[0], names[5], names[7]), ("2201.00001",))
    assert (measured.mentions.present, measured.mentions.outside) == ((names[2],), ("2201.00002",))
    assert list(measured.runs) == [METHOD, *BASELINES]
    assert measured.runs[METHOD][0] == (names[0], names[5])
    assert list(measured.runs["topics"]) == names
    assert list(measured.seconds) == [METHOD, *BASELINES]
    assert {name: "note" in chosen for name, chosen in measured.settings.items()} == {
        "centroid": True,
        "tfidf-svm": True,
    }
    first, folded, last, mentioned = measured.found
    assert (first.rank, first.row, folded.rank, folded.row) == (1, names[0], 1, names[0])
    assert first.components == folded.components
    assert last.rank == 7
    assert (mentioned.identifier, mentioned.mention) == (names[2], True)
    assert set(measured.typical) == set(first.components)


def test_the_ranking_is_not_told_what_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Known] = []

    def listening(papers: Pool, knows: Known, settings: RankingSettings) -> Shortlist:
        told.append(knows)
        return rank(papers, knows, settings)

    monkeypatch.setattr(backtesting, "rank", listening)
    labels = Labels(frozenset({"2204.00002"}), frozenset())
    leaky = replace(known(topic("first", unit(1))), chosen=frozenset({"2204.00002"}))
    papers = pool([candidate("2204.00001"), candidate("2204.00002")], fan(2))
    measure(papers, leaky, RankingSettings(), labels, "2022-05", WINDOW)
    assert [knows.chosen for knows in told] == [frozenset()]


def test_baselines_do_not_rank_what_came_back_in_vain() -> None:
    inside = [candidate(f"2204.{number:05}") for number in range(1, 5)]
    older = [candidate(f"2201.{number:05}", resurfaced="version 2") for number in range(1, 21)]
    papers = pool([*older, *inside], [unit(0, 0, 1)] * 20 + [unit(0, 1)] * 4)
    labels = Labels(frozenset({"2204.00001"}), frozenset())
    few = RankingSettings(lanes=LaneSettings(resurfaced_most=2))
    measured = measure(papers, known(topic("first", unit(1))), few, labels, "2022-05", WINDOW)
    assert measured.candidates == 6
    assert {len(run) for run in measured.runs.values()} == {6}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """120 papers of April 2022 and five of January, whose vectors are in the store; picks of two sources."""
    workspace = Workspace(tmp_path, Settings(), (PROFILE,))
    papers = [Paper(f"2204.{number:05}", f"Title {number}", f"Abstract {number}.") for number in range(1, 121)]
    older = [Paper(f"2201.{number:05}", f"Old {number}", f"Old abstract {number}.") for number in range(1, 6)]
    documents, queries = (
        encoder_card(workspace.settings.encoder).fingerprint,
        encoder_card(workspace.settings.encoder, "query").fingerprint,
    )
    titles = [text_hash(paper.title, "") for paper in (*papers, *older)]
    texts = {paper.text_hash: f"{paper.title} {paper.abstract}" for paper in (*papers, *older)}
    # What a pick of a paper that the store lacks is known by.
    texts[text_hash("A title", "")] = "A title"
    texts |= dict(zip(titles, (paper.title for paper in (*papers, *older)), strict=True))
    with Store(workspace.database).writing() as session:
        session.put_tokens(LEXICAL_FINGERPRINT, list(texts), [tokenise(text) for text in texts.values()])
        session.upsert_papers(
            [(paper, dt.date(2022, 4, 1 + place // 5), DayBasis.SUBMITTED) for place, paper in enumerate(papers)]
            + [(paper, dt.date(2022, 1, 10), DayBasis.SUBMITTED) for paper in older],
            source="test",
        )
        for fingerprint, hashes, vectors in (
            (documents, [paper.text_hash for paper in papers], fan(len(papers))),
            (documents, [paper.text_hash for paper in older], fan(len(older))),
            (documents, titles, [*fan(len(papers)), *fan(len(older))]),
            (documents, [text_hash("A title", "")], [unit(0, 0, 1)]),
            (queries, [text_hash(PROFILE.description)], [unit(1)]),
        ):
            session.register_encoder(fingerprint, {})
            session.put_vectors(fingerprint, hashes, np.stack(vectors))
    DecisionLog(workspace.decisions).add_picks(
        [
            pick("2204.00010", "ours", rank=1, role="top10"),
            pick("2204.00110", "ours", rank=2, role="top10"),
            pick("2204.00011", "ours", role="mention"),
            pick("2112.00001", "ours", rank=3, role="top10"),
            pick("2204.00110", "theirs", role="mention"),
            pick("2204.00020", "theirs"),
            pick("2204.00030", "weekly", edition="2022-W30"),
            pick("2204.00040", "weekly", edition="2022"),
            pick("2201.00002", "weekly", edition="2022-W01"),
        ],
        at=at(0),
    )
    return workspace


def test_a_window(workspace: Workspace) -> None:
    report = backtest(workspace, sources=["ours"], editions=["2022-05"]).as_dict()
    assert json.loads(json.dumps(report)) == report
    assert list(report) == ["method", "baselines", "protocol", "seconds"]
    method, baselines, protocol = report["method"], report["baselines"], report["protocol"]
    assert isinstance(method, dict)
    assert isinstance(baselines, dict)
    assert isinstance(protocol, dict)
    assert list(baselines) == ["random", "newest", "topics", "centroid", "tfidf-svm"]
    edition = method["editions"]["2022-05"]
    assert (edition["candidates"], edition["picks"], edition["present"], edition["outside"]) == (120, 3, 2, 1)
    assert set(edition["ranks"]) == {"2204.00010", "2204.00110"}
    assert (edition["mentions"]["picks"], edition["mentions"]["present"]) == (1, 1)
    told = protocol["editions"]["2022-05"]
    assert (told["first"], told["last"], told["as_of"]) == ("2022-03-25", "2022-05-05", "2022-05-05")
    assert (told["outside"], told["mentions_outside"]) == (["2112.00001"], [])
    assert told["learnt"]["of_the_sources"] == 0
    topics = baselines["topics"]["editions"]["2022-05"]
    assert topics["ranks"] == {"2204.00010": 10, "2204.00110": 110}
    assert [topics[f"recall@{depth}"] for depth in DEPTHS] == [0.5, 0.5, 0.5, 1.0, 1.0]
    assert topics["median_rank"] == 60
    assert baselines["newest"]["editions"]["2022-05"]["ranks"] == {"2204.00110": 11, "2204.00010": 111}
    assert {name: value for name, value in method["overall"].items() if name.startswith("recall")} == {
        name: value for name, value in edition.items() if name.startswith("recall")
    }


def test_sources_are_united(workspace: Workspace) -> None:
    (edition,) = backtest(workspace, sources=["theirs", "ours"], editions=["2022-05"]).editions
    assert edition.entries.present == ("2204.00010", "2204.00020", "2204.00110")
    assert edition.mentions.present == ("2204.00011",)


def test_an_identifier_month_finds_picks_of_any_edition(workspace: Workspace) -> None:
    report = backtest(workspace, sources=["weekly"], editions=["2022-04", "2022-01"], pool="id-month")
    april, january = report.editions
    assert (april.candidates, april.entries.present, april.as_of) == (
        120,
        ("2204.00030", "2204.00040"),
        dt.date(2022, 5, 2),
    )
    assert (january.candidates, january.entries.present) == (5, ("2201.00002",))
    assert report.overall("topics").recall[50] == 1.0
    assert report.overall("topics").median_rank == 30


def test_days_find_picks_of_their_papers(workspace: Workspace) -> None:
    daily = {
        "2204.00025": "2022-04-06",
        "2204.00030": "2022-04-20",  # of the pool, picked later
        "2204.00100": "2022-04-07",  # picked in these days, but announced later
        "2204.00101": "2022-04-20",  # neither
        "2204.00026": "2022-04-04",  # decided before the first day: known, not sought
    }
    picks = [pick(identifier, "daily", edition) for identifier, edition in daily.items()]
    DecisionLog(workspace.decisions).add_picks(picks, at=at(1))
    spans = [Window(dt.date(2022, 4, 5), dt.date(2022, 4, 10)), Window(dt.date(2022, 4, 18), dt.date(2022, 4, 22))]
    report = backtest(workspace, sources=["daily"], pool="days", days=spans)
    first, second = report.editions
    assert (first.edition, first.candidates, first.as_of) == ("2022-04-05..2022-04-10", 30, dt.date(2022, 4, 10))
    assert (first.entries.present, first.entries.outside) == (("2204.00025", "2204.00030"), ("2204.00100",))
    assert (second.entries.present, second.entries.outside) == (("2204.00101",), ("2204.00030",))
    assert second.learnt["of_the_sources"] == 3
    weeks = backtest(workspace, sources=["daily"], pool="days", days=spans[:1], editions=["2022-W14"])
    assert (weeks.editions[0].entries.present, weeks.editions[0].entries.outside) == (("2204.00025",), ("2204.00100",))


def test_a_pool_file_is_enough(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Settings(), ())
    DecisionLog(workspace.decisions).add_picks(
        [pick("2204.00002", "ours"), pick("2203.00009", "ours", "2022-04")], at=at(0)
    )
    midnight = dt.datetime(2022, 4, 4, tzinfo=dt.UTC)
    extra = [
        Paper(f"2204.{number:05}", f"A made-up title {number}", versions=(Version(1, midnight),))
        for number in range(1, 6)
    ]
    report = backtest(workspace, sources=["ours"], editions=["2022-05"], extra=extra, titles_only=True)
    (measured,) = report.editions
    assert (measured.candidates, measured.entries.present) == (5, ("2204.00002",))
    assert set(measured.runs["tfidf-svm"]) == {paper.identifier for paper in extra}
    assert (report.protocol["titles_only"], report.protocol["pool_file_papers"]) == (True, 5)


def test_what_was_decided_about_the_edition_changes_nothing(workspace: Workspace) -> None:
    before = steady(backtest(workspace, sources=["ours"], editions=["2022-05"]))
    log = DecisionLog(workspace.decisions)
    log.record_marks("2022-05", {"2204.00110": Mark("pick"), "2204.00010": Mark("pick")}, at=at(1))
    log.resurface("2201.00003", edition="2022-05", why="a prize", at=at(1))
    assert steady(backtest(workspace, sources=["ours"], editions=["2022-05"])) == before


def test_the_same_twice(workspace: Workspace) -> None:
    reports = [
        json.dumps(
            steady(backtest(workspace, sources=["ours", "weekly"], editions=["2022-04"], pool="id-month", fresh=True))
        )
        for _ in range(2)
    ]
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("sources", "editions", "kind", "error", "word"),
    [
        (["nobody"], ["2022-05"], "window", NotFoundError, "nobody.*ours, theirs, weekly.*paperradar picks import"),
        (["ours", "nobody"], ["2022-05"], "window", NotFoundError, "nobody"),
        (["ours"], ["2022-05", "2022-03"], "window", NotFoundError, "2022-03.*paperradar picks import"),
        (["ours"], ["2022-05"], "id-month", NotFoundError, "2022-05"),
        (["weekly"], ["2022-W30"], "window", UsageError, "2022-W30"),
        (["weekly"], [], "window", UsageError, "needs an edition"),
        (["weekly"], ["2022-13"], "days", UsageError, "2022-13"),
        (["weekly"], ["2031"], "days", NotFoundError, "of these days"),
    ],
)
def test_what_cannot_be_measured(
    workspace: Workspace, sources: list[str], editions: list[str], kind: str, error: type[Exception], word: str
) -> None:
    with pytest.raises(error, match=word):
        backtest(workspace, sources=sources, editions=editions, pool=kind, days=[WINDOW])  # type: ignore[arg-type]


def test_a_store_without_papers_is_told(workspace: Workspace) -> None:
    DecisionLog(workspace.decisions).add_picks([pick("2105.00001", "ours", edition="2021-06")], at=at(0))
    with pytest.raises(NotFoundError, match="paperradar import"):
        backtest(workspace, sources=["ours"], editions=["2021-06"])
    measured = backtest(workspace, sources=["ours"], editions=["2021-06", "2022-05"]).as_dict()["method"]
    assert isinstance(measured, dict)
    assert measured["editions"]["2021-06"]["candidates"] == 0
    assert measured["editions"]["2021-06"]["recall@100"] is None
