"""Papers in and out of the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperradar.papers import Author, DayBasis, Paper, Version
from paperradar.store import Store, StoredPaper, Upserted
from paperradar.store.merging import unite_versions
from tests.store.strategies import papers

DAY = dt.date(2022, 5, 4)
SEEN = dt.datetime(2022, 5, 5, 1, 0, tzinfo=dt.UTC)
FULL = Paper(
    "2205.01068",
    "=1+1 is “2”",
    "An abstract with $\\TeX$ and 中文.",
    (Author("Jones", "Bob", "Jr."), Author("李", "")),
    ("cs.CL", "stat.ML"),
    "12 pages",
    "J. 1",
    "10.1/x",
    "R-1",
    "http://l",
    "Bob",
    (Version(1, dt.datetime(2022, 5, 2, 17, 0, 1, tzinfo=dt.UTC)), Version(3)),
    dt.date(2022, 5, 3),
    withdrawn=True,
    abstract_by="paperradar",
    reference=True,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


def put(store: Store, *records: Paper, day: dt.date = DAY, source: str = "test") -> Upserted:
    with store.writing() as session:
        return session.upsert_papers([(record, day, DayBasis.SUBMITTED) for record in records], source=source)


def contents(store: Store) -> list[StoredPaper]:
    with store.reading() as session:
        return session.papers()


def test_a_paper_comes_back_as_it_went_in(store: Store) -> None:
    assert put(store, FULL) == Upserted(new=1)
    assert contents(store) == [StoredPaper(FULL, DAY, DayBasis.SUBMITTED)]


@settings(max_examples=15, deadline=None)
@given(records=st.lists(papers(), max_size=6))
def test_any_paper_comes_back(tmp_path_factory: pytest.TempPathFactory, records: list[Paper]) -> None:
    records = list({record.identifier: record for record in records}.values())
    store = Store(tmp_path_factory.mktemp("papers") / "p.duckdb")
    put(store, *records)
    assert {item.paper.identifier: item.paper for item in contents(store)} == {
        record.identifier: record for record in records
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    records=st.lists(st.tuples(papers(), st.sampled_from([DAY, DAY + dt.timedelta(1)]), st.sampled_from(DayBasis))),
    cuts=st.lists(st.integers(0, 12), max_size=3),
    random=st.randoms(use_true_random=False),
)
def test_any_order_and_any_split_gives_the_same_store(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[Paper, dt.date, DayBasis]],
    cuts: list[int],
    random: Random,
) -> None:
    folder = tmp_path_factory.mktemp("split")
    whole, split = Store(folder / "whole.duckdb"), Store(folder / "split.duckdb")
    with whole.writing() as session:
        counts = session.upsert_papers(records, source="test")
    assert counts.new + counts.updated + counts.unchanged + counts.older == len(records)
    other = list(records)
    random.shuffle(other)
    edges = sorted({0, *(min(cut, len(other)) for cut in cuts), len(other)})
    for start, end in pairwise(edges):
        with split.writing() as session:
            session.upsert_papers(other[start:end], source="test")
    assert contents(whole) == contents(split)
    for item in contents(whole):
        assert item.paper.versions == unite_versions(item.paper.versions)


def test_counts_say_what_happened(store: Store) -> None:
    first = Paper("2205.00001", "One", versions=(Version(1),))
    second = Paper("2205.00001", "Two", versions=(Version(2),))
    assert put(store, second, second) == Upserted(new=1, unchanged=1)
    assert put(store, first) == Upserted(older=1)
    assert put(store, second) == Upserted(unchanged=1)
    assert put(store, Paper("2205.00001", "Three", versions=(Version(3),))) == Upserted(updated=1)
    assert put(store) == Upserted()
    assert Upserted(1, 2, 3, 4) + Upserted(1, 1, 1, 1) == Upserted(2, 3, 4, 5)


def test_papers_are_found_by_identifier_and_sorted(store: Store) -> None:
    records = [Paper(identifier, "T") for identifier in ("2205.00002", "hep-th/9901001", "2110.00001", "2205.00001")]
    put(store, *records)
    with store.reading() as session:
        assert [item.paper.identifier for item in session.papers()] == [
            "hep-th/9901001",
            "2110.00001",
            "2205.00001",
            "2205.00002",
        ]
        asked = session.papers(["2205.00002", "2110.00001", "2205.00002", "2001.00001"])
        assert [item.paper.identifier for item in asked] == ["2110.00001", "2205.00002"]
        assert session.papers([]) == []
        assert session.count_papers() == 4


def test_papers_of_a_window(store: Store) -> None:
    for number in range(1, 6):
        put(store, Paper(f"2205.0000{number}", "T"), day=dt.date(2022, 5, number))
    with store.reading() as session:

        def found(first: dt.date | None, last: dt.date | None) -> list[int]:
            return [item.announced_on.day for item in session.papers_announced(first, last)]

        assert found(dt.date(2022, 5, 2), dt.date(2022, 5, 3)) == [2, 3]
        assert found(None, dt.date(2022, 5, 2)) == [1, 2]
        assert found(dt.date(2022, 5, 4), None) == [4, 5]
        assert found(None, None) == [1, 2, 3, 4, 5]
        assert session.announced_days() == (dt.date(2022, 5, 1), dt.date(2022, 5, 5))


def test_sources_are_a_set(store: Store) -> None:
    put(store, FULL, source="b")
    put(store, FULL, source="a")
    put(store, FULL, source="b")
    with store.reading() as session:
        assert session.sources_of(FULL.identifier) == ["a", "b"]
        assert session.sources_of("2001.00001") == []


def test_an_exception_leaves_nothing_behind(store: Store) -> None:
    put(store, FULL)

    def fail_half_way() -> None:
        with store.writing() as session:
            session.upsert_papers([(Paper("2205.00009", "T"), DAY, DayBasis.SUBMITTED)], source="test")
            assert session.count_papers() == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert [item.paper for item in contents(store)] == [FULL]


def test_changed_papers_are_older_ones_with_news(store: Store) -> None:
    since = dt.date(2022, 5, 10)
    late = dt.datetime(2022, 5, 10, tzinfo=dt.UTC)
    put(
        store,
        Paper("2205.00001", "a", versions=(Version(1), Version(2, late))),
        Paper("2205.00002", "b", versions=(Version(1), Version(2, late - dt.timedelta(seconds=1)))),
        Paper("2205.00003", "c", versions=(Version(1, late),)),
        Paper("2205.00004", "d", updated=since),
        Paper("2205.00005", "e", updated=since - dt.timedelta(1)),
        Paper("2205.00007", "g", versions=(Version(1), Version(2, late + dt.timedelta(hours=47)))),
        Paper("2205.00008", "h", versions=(Version(1), Version(2, late + dt.timedelta(hours=48)))),
        Paper("2205.00009", "i", updated=since + dt.timedelta(2)),
    )
    put(store, Paper("2205.00006", "f", updated=since), day=since)
    with store.reading() as session:
        changed = session.papers_changed(since, since + dt.timedelta(1), announced_before=since)
    assert [item.paper.identifier for item in changed] == ["2205.00001", "2205.00004", "2205.00007"]


def test_titles_and_texts_by_day(store: Store) -> None:
    same = [Paper("2205.00002", "a title", categories=("cs.CL", "cs.IR")), Paper("2204.00009", "a title")]
    put(store, *same)
    put(store, Paper("2205.00001", "another"), day=DAY + dt.timedelta(1))
    with store.reading() as session:
        titles = session.titles()
        assert [(item.identifier, item.categories) for item in session.texts_announced(DAY, DAY)] == [
            ("2204.00009", ()),
            ("2205.00002", ("cs.CL", "cs.IR")),
        ]
        assert session.texts_announced(DAY - dt.timedelta(9), DAY - dt.timedelta(1)) == []
        assert len(session.texts_announced(DAY, DAY + dt.timedelta(1))) == 3
        assert session.count_texts() == 2
        assert session.announced_days() == (DAY, DAY + dt.timedelta(1))
    assert [(item.identifier, item.title) for item in titles] == [
        ("2204.00009", "a title"),
        ("2205.00001", "another"),
        ("2205.00002", "a title"),
    ]
    assert titles[0].text_hash == same[0].text_hash


def test_texts_that_lack_features_are_each_named_once(store: Store) -> None:
    put(store, Paper("2205.00003", "twice"), Paper("2205.00001", "twice"), Paper("2205.00002", "once"))
    with store.reading() as session:
        assert session.texts_without("v", "t") == ["2205.00001", "2205.00002"]
    key = Paper("2205.00001", "twice").text_hash
    with store.writing() as session:
        session.put_vectors("v", [key], np.ones((1, 2), dtype=np.float32))
    with store.reading() as session:
        assert session.texts_without("v", "t") == ["2205.00001", "2205.00002"], "token ids are missing still"
    with store.writing() as session:
        session.put_tokens("t", [key], [np.ones(1, dtype=np.uint32)])
    with store.reading() as session:
        assert session.texts_without("v", "t") == ["2205.00002"]
        assert session.texts_without("another", "t") == ["2205.00001", "2205.00002"]


def test_imported_papers_are_counted_by_day(store: Store) -> None:
    put(store, Paper("2205.00001", "a"), Paper("2205.00002", "b"), source="snapshot.jsonl")
    put(store, Paper("2205.00003", "c"), day=DAY + dt.timedelta(2), source="more.jsonl")
    put(store, Paper("2205.00003", "c"), day=DAY + dt.timedelta(2), source="oai")
    for source in ("rss", "oai", "api"):
        put(store, Paper("2205.00004", "d"), source=source)
    with store.reading() as session:
        assert session.imported_per_day(DAY, DAY + dt.timedelta(2)) == {DAY: 2, DAY + dt.timedelta(2): 1}
        assert session.imported_per_day(DAY + dt.timedelta(1), DAY + dt.timedelta(1)) == {}


def test_papers_are_counted_by_day_and_category(store: Store) -> None:
    later = DAY + dt.timedelta(1)
    papers = [
        (Paper("2205.00001", "a", categories=("cs.CL", "cs.IR")), DAY),
        (Paper("2205.00002", "b", categories=("cs.IR",)), DAY),
        (Paper("2205.00003", "c"), DAY),
        (Paper("2205.00004", "d", categories=("cs.CL",)), later),
    ]
    with store.writing() as session:
        session.upsert_papers([(paper, day, DayBasis.SUBMITTED) for paper, day in papers], source="api")
    with store.reading() as session:
        assert session.papers_per_day(DAY, later) == {(DAY, "cs.CL"): 1, (DAY, "cs.IR"): 2, (later, "cs.CL"): 1}
        assert session.papers_per_day(DAY, DAY) == {(DAY, "cs.CL"): 1, (DAY, "cs.IR"): 2}


def test_deleted_papers_are_marked_once(store: Store) -> None:
    one, two = Paper("2205.00001", "a", authors=FULL.authors), Paper("2205.00002", "b")
    put(store, two)
    with store.writing() as session:
        # One is written and marked in the same transaction.
        session.upsert_papers([(one, DAY, DayBasis.SUBMITTED)], source="test")
        assert session.mark_deleted([one.identifier, one.identifier, "2205.99999"], seen=SEEN) == 1
        assert session.mark_deleted([one.identifier], seen=SEEN) == 0
        assert session.mark_deleted([], seen=SEEN) == 0
    assert [item.paper for item in contents(store)] == [replace(one, withdrawn=True), two]
    assert put(store, one) == Upserted(unchanged=1), "a source that does not know changes nothing"
    assert contents(store)[0].paper.withdrawn
