"""Numbered migrations: in order, whole or not at all, with the data that is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from paperradar.errors import UsageError
from paperradar.store import Store
from paperradar.store.migrations import Migration, migrate, pending, shipped

PATH = Path("papers.duckdb")
FIRST = Migration(1, "first", "CREATE TABLE things (name VARCHAR); INSERT INTO things VALUES ('old')")
SECOND = Migration(2, "second", "ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size = length(name)")
BROKEN = Migration(2, "second", "ALTER TABLE things ADD COLUMN size INTEGER; INSERT INTO nowhere VALUES (1)")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(tmp_path / "x.duckdb"))
    yield connection
    connection.close()


def _numbers(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    return connection.execute("SELECT number, name FROM schema_migrations ORDER BY number").fetchall()


def test_shipped_migrations_are_numbered_without_gaps() -> None:
    assert [migration.number for migration in shipped()] == list(range(1, len(shipped()) + 1))
    assert shipped()[0].name == "first"


def test_a_migration_carries_the_data(connection: duckdb.DuckDBPyConnection) -> None:
    assert migrate(connection, PATH, [FIRST]) == [1]
    assert migrate(connection, PATH, [FIRST, SECOND]) == [2]
    assert migrate(connection, PATH, [FIRST, SECOND]) == []
    assert connection.execute("FROM things").fetchall() == [("old", 3)]
    assert _numbers(connection) == [(1, "first"), (2, "second")]


def test_a_crash_in_a_migration_leaves_the_old_schema(connection: duckdb.DuckDBPyConnection) -> None:
    migrate(connection, PATH, [FIRST])
    with pytest.raises(duckdb.CatalogException):
        migrate(connection, PATH, [FIRST, BROKEN])
    assert connection.execute("FROM things").fetchall() == [("old",)]
    assert _numbers(connection) == [(1, "first")]
    assert pending(connection, PATH, [FIRST, SECOND]) == [SECOND]
    assert migrate(connection, PATH, [FIRST, SECOND]) == [2]


def test_a_newer_database_asks_for_an_upgrade(tmp_path: Path) -> None:
    store = Store(tmp_path / "papers.duckdb")
    with store.writing():
        pass
    connection = duckdb.connect(str(store.path))
    connection.execute("INSERT INTO schema_migrations VALUES (999, 'of the future')")
    connection.close()
    for opening in (store.reading, store.writing):
        with pytest.raises(UsageError, match=r"newer paperradar \(schema 999.*upgrade"), opening():
            pass


def test_a_reader_brings_an_old_database_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "papers.duckdb"
    duckdb.connect(str(path)).close()  # a database without any of our tables
    with Store(path).reading() as session:
        assert session.count_papers() == 0
    connection = duckdb.connect(str(path), read_only=True)
    assert _numbers(connection) == [(migration.number, migration.name) for migration in shipped()]
    connection.close()
