"""``paperradar publish bib``, ``feed`` and ``send``."""

from __future__ import annotations

import json
from pathlib import Path

import feedparser
import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.publish import app
from paperradar.errors import NotFoundError, UsageError
from paperradar.workspace import Workspace, read_workspace
from tests.pipeline.listed import NOW, days_list, decided, listed
from tests.receivers import mail_server, webhook


@pytest.fixture
def place(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """With the list of May in it."""
    monkeypatch.setenv("PAPERRADAR_CLOCK", NOW.isoformat())
    return listed(read_workspace(workspace), days_list("2022-05-03", "2022-05-04"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_bib_goes_to_stdout_or_a_file(place: Workspace) -> None:
    decided(place, ["2204.00002"])
    shown = run("bib", "2022-05")
    assert shown.exit_code == 0
    assert shown.stdout.count("@misc{") == 1
    assert shown.stderr == ""
    written = run("bib", "2022-05", "--all", "--output", "refs/may.bib")
    assert (written.stdout, written.stderr) == ("", "wrote refs/may.bib\n")
    text = (place.root / "refs" / "may.bib").read_text(encoding="utf-8")
    assert text.count("@misc{") == 2
    assert shown.stdout.partition("@misc")[2] in text


def test_bib_of_nothing_says_what_to_do(place: Workspace) -> None:
    result = run("bib", "2022-05")
    assert isinstance(result.exception, NotFoundError)
    assert "--all" in str(result.exception)


def test_feed_writes_both(place: Workspace) -> None:
    decided(place, ["2204.00002"])
    result = run("feed")
    assert result.exit_code == 0
    assert result.stdout == (
        f"Editions: {place.feeds / 'editions.atom'} (1 entry)\nDaily:    {place.feeds / 'daily.atom'} (2 entries)\n"
    )
    assert len(feedparser.parse((place.feeds / "daily.atom").read_bytes()).entries) == 2
    told = json.loads(run("feed", "--json").stdout)
    assert (told["changed"], told["daily"]["entries"]) == ([], 2)
    elsewhere = json.loads(run("feed", "--json", "--output", "www").stdout)
    assert elsewhere["editions"]["path"] == str(place.root / "www" / "editions.atom")


def test_send_without_channels_is_a_note(place: Workspace) -> None:
    result = run("send", "--digest", "daily")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("note: no channel takes it")


def test_send_and_its_endings(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as box, webhook(500) as hook:
        monkeypatch.setenv("HOOK", hook.url)
        place.channels.write_text(
            f'[[channel]]\nname = "team"\nurl = "{box.url()}"\n[[channel]]\nname = "chat"\nurl_env = "HOOK"\n',
            encoding="utf-8",
        )
        dry = run("send", "--digest", "daily", "--dry-run")
        assert box.mails == []
        first = run("send", "--digest", "daily")
        again = run("send", "--digest", "daily", "--json")
        hook.status = 200
        third = run("send", "-d", "daily", "-c", "chat")
        assert isinstance(run("send", "-d", "daily", "-c", "nope").exception, UsageError)
    assert dry.stderr == "would go to: team, chat; nothing is sent\n"
    assert dry.stdout.startswith(
        "Trends in AI: 1 new paper of 4 May 2022\n\nNew on the list of May 2022.\n\n1. Paper 2\n"
    )
    assert first.exit_code == 75
    assert first.stdout == (
        "team: sent (Trends in AI: 1 new paper of 4 May 2022)\nchat: failed (the server answered 500)\n"
    )
    assert again.exit_code == 75
    assert [one["ending"] for one in json.loads(again.stdout)["sendings"]] == ["nothing new", "failed"]
    assert (third.exit_code, third.stdout) == (0, "chat: sent (Trends in AI: 1 new paper of 4 May 2022)\n")
    for result in (dry, first, again, third):
        assert "127.0.0.1" not in result.output
        assert "s3cret" not in result.output


def test_send_the_month(place: Workspace) -> None:
    shown = json.loads(run("send", "--digest", "monthly", "--month", "2022-05", "--dry-run", "--json").stdout)
    assert shown["subject"] == "Trends in AI, May 2022: the top of the list"
    assert shown["html"].startswith("<html>")
    assert shown["channels"] == []
    assert run("send", "--digest", "weekly").exit_code == 2
