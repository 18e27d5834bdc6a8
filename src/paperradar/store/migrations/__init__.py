"""Numbered migrations: plain SQL files beside this module, applied in order, each in one transaction.

A file is named ``0001_first.sql``. Its number goes to the table ``schema_migrations``. A crash inside a
migration leaves the schema before it. A migration that was released is never changed: write the next one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from paperradar.errors import UsageError

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    sql: str


@cache
def shipped() -> tuple[Migration, ...]:
    """The migrations of this program, in order."""
    found = [
        Migration(int(match[1]), match[2], entry.read_text(encoding="utf-8"))
        for entry in resources.files(__name__).iterdir()
        if (match := _NAME.fullmatch(entry.name))
    ]
    return tuple(sorted(found, key=lambda migration: migration.number))


def pending(
    connection: duckdb.DuckDBPyConnection, path: Path, migrations: Sequence[Migration] | None = None
) -> list[Migration]:
    """The migrations that the database lacks. Raises UsageError where it knows more than this program."""
    known = shipped() if migrations is None else migrations
    try:
        applied = {number for (number,) in connection.execute("SELECT number FROM schema_migrations").fetchall()}
    except duckdb.CatalogException:  # no such table; asking duckdb_tables() first costs every opening 10 ms
        applied = set[int]()
    newest = max((migration.number for migration in known), default=0)
    if applied and max(applied) > newest:
        raise UsageError(
            f"{path} was written by a newer paperradar (schema {max(applied)}, this one knows {newest}); "
            "upgrade paperradar to use it"
        )
    return [migration for migration in known if migration.number not in applied]


def migrate(
    connection: duckdb.DuckDBPyConnection, path: Path, migrations: Sequence[Migration] | None = None
) -> list[int]:
    """Bring the schema up to date; return the numbers applied. ``path`` is for messages only."""
    todo = pending(connection, path, migrations)
    for migration in todo:
        connection.begin()
        try:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL)"
            )
            connection.execute(migration.sql)
            connection.execute("INSERT INTO schema_migrations VALUES (?, ?)", [migration.number, migration.name])
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return [migration.number for migration in todo]
