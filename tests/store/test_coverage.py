"""The coverage ledger in the database, and old databases that lack it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.papers import DayBasis, Paper
from paperradar.store import Store
from paperradar.store.migrations import migrate, shipped

DAY = dt.date(2022, 5, 4)
AT = dt.datetime(2022, 5, 4, 4, 30, 1, 250, tzinfo=dt.UTC)
ROW = LedgerRow(DAY, "cs.CL", "rss", CountedBy.ANNOUNCED, State.SHORT, 52, 48, "2205.01068", AT, "lacks 4 “new” ones")
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2022, 12, 31)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=5)


def save(store: Store, *rows: LedgerRow) -> None:
    with store.writing() as session:
        session.save_coverage(rows)


def ledger(store: Store, first: dt.date = FIRST, last: dt.date = LAST) -> list[LedgerRow]:
    with store.reading() as session:
        return session.ledger(first, last)


def test_rows_come_back_sorted_and_by_day(store: Store) -> None:
    rows = [
        ROW,
        replace(ROW, category="cs.LG"),
        replace(ROW, day=DAY + dt.timedelta(1), category="cs.AI", source="oai", counted_by=CountedBy.ANNOUNCED),
        replace(ROW, day=DAY + dt.timedelta(1), category="cs.AI", source="oai", counted_by=CountedBy.SUBMITTED),
        replace(ROW, day=DAY + dt.timedelta(1), category="cs.AI", source="rss"),
    ]
    save(store, *rows[::-1])
    assert ledger(store) == rows
    assert ledger(store, DAY, DAY) == rows[:2]
    assert ledger(store, DAY + dt.timedelta(2)) == []


def test_a_later_row_takes_the_earlier_ones_place(store: Store) -> None:
    better = replace(ROW, state=State.COMPLETE, expected=None, received=52, at=AT + dt.timedelta(hours=1), detail="")
    save(store, ROW, replace(ROW, received=1), ROW)
    assert ledger(store) == [ROW]
    save(store, better)
    assert ledger(store) == [better]
    save(store)
    assert ledger(store) == [better]


def test_times_are_kept_in_utc(store: Store) -> None:
    save(store, replace(ROW, at=AT.astimezone(dt.timezone(dt.timedelta(hours=-4)))))
    assert ledger(store)[0].at == AT
    assert ledger(store)[0].at.tzinfo is dt.UTC
    with pytest.raises(ValueError, match="time zone"):
        save(store, replace(ROW, at=AT.replace(tzinfo=None)))


def test_the_days_of_the_ledger(store: Store) -> None:
    with store.reading() as session:
        assert session.ledger_days() is None
    save(store, ROW, replace(ROW, day=DAY - dt.timedelta(9), counted_by=CountedBy.SUBMITTED))
    with store.reading() as session:
        assert session.ledger_days() == (DAY - dt.timedelta(9), DAY)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            LedgerRow,
            day=st.dates(FIRST, LAST),
            category=st.sampled_from(["cs.CL", "cs.LG"]),
            source=st.sampled_from(["rss", "oai", "api"]),
            counted_by=st.sampled_from(CountedBy),
            state=st.sampled_from(State),
            expected=st.none() | st.integers(0, 9999),
            received=st.integers(0, 9999),
            highest=st.sampled_from(["", "2205.00001"]),
            at=st.datetimes(dt.datetime(2018, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001
            detail=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
        ),
        max_size=8,
        unique_by=lambda row: (row.day, row.category, row.source, row.counted_by),
    )
)
def test_any_row_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[LedgerRow]) -> None:
    store = Store(tmp_path_factory.mktemp("ledger") / "p.duckdb")
    save(store, *rows)
    assert ledger(store) == sorted(rows, key=lambda row: (row.day, row.category, row.source, row.counted_by.value))


@pytest.mark.parametrize("opening", ["reading", "writing"])
def test_a_database_of_the_first_schema_gets_the_tables(store: Store, opening: str) -> None:
    connection = duckdb.connect(str(store.path))
    assert migrate(connection, store.path, shipped()[:1]) == [1]
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert {"coverage", "runs"} & tables == set()
    columns = "identifier, version, title, abstract, abstract_by, authors, categories, comments, journal_ref, doi"
    connection.execute(
        f"INSERT INTO papers ({columns}, report_no, license, submitter, withdrawn, reference, text_hash, announced_on, "  # noqa: S608
        "basis, stamps) VALUES ('2205.00001', 0, 'A title', '', 'arxiv', '[]', '', '', '', '', '', '', '', false, "
        "false, 'hash', DATE '2022-05-03', 'submitted', '{}')"
    )
    connection.close()
    with store.reading() if opening == "reading" else store.writing() as session:
        assert session.ledger(FIRST, LAST) == []
        assert session.runs() == []
        assert [(item.paper, item.basis) for item in session.papers()] == [
            (Paper("2205.00001", "A title"), DayBasis.SUBMITTED)
        ]
    save(store, ROW)
    assert ledger(store) == [ROW]
