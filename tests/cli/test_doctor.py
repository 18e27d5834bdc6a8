"""``paperradar doctor``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paperradar.cli.app import app
from paperradar.workspace import init_workspace
from tests.standin import StandIn, World
from tests.standin.asking import DAYS, morning


def test_a_line_a_finding_and_exit_1_where_something_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init_workspace(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split()[:2] == ["ok", "paperradar"]
    assert any(line.split()[:2] == ["note", "database"] for line in lines)
    assert any(line.strip() == "-> paperradar import FILE" for line in lines)

    (tmp_path / "data" / "paperradar.duckdb").write_bytes(b"not a database")
    broken = CliRunner().invoke(app, ["doctor", "--json"])
    assert broken.exit_code == 1
    by_name = {finding["name"]: finding for finding in json.loads(broken.stdout)}
    assert by_name["database"]["status"] == "problem"
    assert by_name["model"]["status"] == "ok"


NOW = morning(DAYS[2])


@pytest.fixture
def live(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace, on a day of the stand-in's, with a turnstile of its own and no proxy."""
    monkeypatch.setenv("PAPERRADAR_CLOCK", NOW.isoformat())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    return workspace


def set_up(workspace: Path, urls: Mapping[str, str]) -> None:
    lines = ['categories = ["cs.CL"]', "[fetch]", "interval_seconds = 0", "longest_backoff_seconds = 0.05"]
    lines += ['contact = "someone@example.org"', "[fetch.urls]", *(f'{name} = "{url}"' for name, url in urls.items())]
    (workspace / "config" / "paperradar.toml").write_text("\n".join(lines), encoding="utf-8")


def test_nothing_is_asked_without_live(live: Path) -> None:
    with StandIn(World.made(DAYS), now=NOW) as standin:
        set_up(live, standin.urls)
        result = CliRunner().invoke(app, ["doctor"])
        assert standin.log == []
    assert (result.exit_code, result.stderr) == (0, "")
    assert not (live / "data" / "raw").exists()


def test_live_asks_six_times_and_tells_of_each_document(live: Path) -> None:
    with StandIn(World.made(DAYS), now=NOW) as standin:
        set_up(live, standin.urls)
        result = CliRunner().invoke(app, ["doctor", "--live"])
        assert len(standin.log) == 6
    assert result.exit_code == 0
    assert len(result.stderr.splitlines()) == 6
    lines = result.stdout.splitlines()
    heads = [line for line in lines if line.startswith(("ok ", "note ", "problem "))]
    assert [line[:21].split(None, 1)[1].strip() for line in heads][-6:] == [
        "rss", "atom", "api", "oai identify", "oai arXivRaw", "oai arXiv",
    ]  # fmt: skip
    block = lines[lines.index(heads[-6]) + 1 : lines.index(heads[-5])]
    assert all(line.startswith("    ") for line in block)
    told = {line[4:18].strip(): line[18:] for line in block}
    assert told["address"] == f"{standin.url}/rss/cs.CL"
    assert Path(told["kept in"]).is_file()
    assert told["parsed"] == "6 papers of 6 records, day 2021-06-16"
    assert told["announced"] == "new 3, cross 1, replace 1, replace-cross 1"
    assert (
        "    times         rss/channel/pubDate: Ddd, 99 Mmm 9999 99:99:99 -9999 (Wed, 16 Jun 2021 00:00:00 -0400)"
        in lines
    )


def test_live_exits_with_1_where_a_parser_cannot_use_a_document(live: Path) -> None:
    with StandIn(World.made(DAYS), now=NOW, scenario="html") as standin:
        set_up(live, standin.urls)
        result = CliRunner().invoke(app, ["doctor", "--live", "--json"])
    assert result.exit_code == 1
    found = {finding["name"]: finding for finding in json.loads(result.stdout)}
    assert found["rss"]["status"] == "problem"
    assert found["rss"]["document"]["status"] == 200
    assert "document type" in found["rss"]["document"]["error"]
    assert found["atom"]["document"]["made"]["day"] == "2021-06-16"
    assert "document" not in found["libraries"]


def test_live_exits_with_75_where_arxiv_cannot_be_reached(live: Path) -> None:
    with StandIn(World.made(DAYS), now=NOW) as standin:
        urls = standin.urls
    set_up(live, urls)
    result = CliRunner().invoke(app, ["doctor", "--live"])
    assert result.exit_code == 75
    assert "problem  rss" in result.stdout


def test_live_needs_a_workspace_to_keep_the_answers_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["doctor", "--live", "--json"])
    assert result.exit_code == 1
    last = json.loads(result.stdout)[-1]
    assert (last["name"], last["status"], last["remedy"]) == ("live", "problem", "paperradar init DIR")
