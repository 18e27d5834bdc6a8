"""``paperradar reparse``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paperradar.cli.app import app
from paperradar.errors import UsageError
from paperradar.transport import Document, RawArchive
from tests.sources.feeds import Item, rss

AT = dt.datetime(2022, 5, 2, 8, 0, tzinfo=dt.UTC)


def keep(workspace: Path, body: bytes, hours: int = 0) -> None:
    document = Document("https://rss.arxiv.org/rss/cs.IR", 200, body, AT + dt.timedelta(hours=hours))
    RawArchive(workspace / "data" / "raw").keep(document, "rss-cs.IR")


def test_the_counts_in_a_sentence_and_what_cannot_be_used_on_stderr(workspace: Path) -> None:
    keep(workspace, rss([Item("2205.00001"), Item("2205.00002"), Item("2205.00003", title="")]))
    keep(workspace, b"<html/>", 1)
    (kept,) = (workspace / "data" / "raw").glob("*/080000*")
    kept.with_name("235959.000000-rss-cs.IR-00000000.gz").write_bytes(b"no gzip")
    result = CliRunner().invoke(app, ["reparse"])
    assert result.exit_code == 0
    assert result.stdout == ("2 answers (1 from feeds, 1 unusable); 3 records (2 new, 1 broken); 2 new announcements\n")
    first, second = result.stderr.splitlines()
    assert first.startswith("2022-05-02 09:00 UTC, rss-cs.IR: the answer is no feed")
    assert "is damaged" in second

    again = CliRunner().invoke(app, ["reparse", "--json"])
    told = json.loads(again.stdout)
    assert (told["answers"], told["new"], told["unchanged"], told["announcements"]) == (2, 0, 2, 0)
    assert told["unusable"][0]["url"] == "https://rss.arxiv.org/rss/cs.IR"
    assert len(told["damaged"]) == 1


def test_days_bound_what_is_read(workspace: Path) -> None:
    keep(workspace, rss([Item()]))
    result = CliRunner().invoke(app, ["reparse", "--since", "2022-05-03"])
    assert result.exit_code == 0
    assert result.stdout.startswith("0 answers; 0 records;")
    assert "nothing to read" in result.stderr
    result = CliRunner().invoke(app, ["reparse", "--until", "2022-05-02", "--json"])
    assert json.loads(result.stdout)["new"] == 1


@pytest.mark.parametrize("days", [("2022-05-03", "2022-05-02"), ("May", "2022-05-02")], ids=["exchanged", "no day"])
def test_days_that_cannot_be(days: tuple[str, str], workspace: Path) -> None:
    result = CliRunner().invoke(app, ["reparse", "--since", days[0], "--until", days[1]])
    assert isinstance(result.exception, UsageError)
