"""A workspace that asks the stand-in, an impatient one; and all that its store holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from paperradar.workspace import init_workspace
from tests.standin import StandIn

# Tables that tell what happened when, and so change with every run.
_HISTORY = ("runs",)


def watch(folder: Path, arxiv: StandIn, now: dt.datetime, categories: str = '"cs.CL", "cs.IR"') -> str:
    """Make a workspace whose arXiv is the stand-in and whose clock starts at ``now``; its path."""
    init_workspace(folder)
    urls = "\n".join(f'{name} = "{url}"' for name, url in arxiv.urls.items())
    (folder / "config" / "paperradar.toml").write_text(
        f"""categories = [{categories}]
[fetch]
contact = "curators@example.org"
interval_seconds = 0.0
backoff_seconds = 0.01
longest_backoff_seconds = 0.02
retry_seconds = 0.01
attempts = 2
clock = "{now.isoformat()}"
[fetch.urls]
{urls}
""",
        encoding="utf-8",
    )
    return str(folder)


def stored(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the store's tables, but for the history of runs."""
    with duckdb.connect(str(folder / "data" / "paperradar.duckdb"), read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()]
        return {name: connection.table(name).order("ALL").fetchall() for name in names if name not in _HISTORY}


def run_outcomes(folder: Path) -> list[str]:
    """How the runs ended, in their order."""
    with duckdb.connect(str(folder / "data" / "paperradar.duckdb"), read_only=True) as connection:
        return [row[0] for row in connection.execute("SELECT outcome FROM runs ORDER BY id").fetchall()]
