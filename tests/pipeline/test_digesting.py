"""Sending digests: to whom, once, and what a failure does. Real servers on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paperradar.channels import DigestName
from paperradar.errors import NotFoundError, SettingsError, UsageError
from paperradar.pipeline.digesting import (
    Ending,
    SendReport,
    digest_takers,
    preview_digest,
    send_after_run,
    send_digests,
)
from paperradar.workspace import Workspace
from tests.pipeline.listed import clock, days_list, decided, listed, workspace
from tests.receivers import mail_server, webhook


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return listed(workspace(tmp_path, send_seconds=20.0), days_list("2022-05-03", "2022-05-04", "2022-05-04"))


def channels(place: Workspace, **urls: str) -> None:
    """The workspace's channels, by name."""
    write(place, "".join(f'[[channel]]\nname = "{name}"\nurl = "{url}"\n' for name, url in urls.items()))


def write(place: Workspace, text: str) -> None:
    place.channels.parent.mkdir(exist_ok=True)
    place.channels.write_text(text, encoding="utf-8")


def send(place: Workspace, digest: DigestName = "daily", **keys: object) -> SendReport:
    return send_digests(place, digest, clock=clock, environ={}, **keys)  # type: ignore[arg-type]


def endings(report: SendReport) -> dict[str, Ending]:
    return {one.channel: one.ending for one in report.sendings}


def test_without_channels_nothing_is_sent_and_it_is_said(place: Workspace) -> None:
    report = send(place)
    assert (report.sendings, report.exit_code) == ((), 0)
    assert "channels.toml" in report.note
    assert send_after_run(place, "2022-05", clock=clock, environ={}) is None
    assert not place.feeds.exists()


def test_a_digest_goes_to_all_once(place: Workspace) -> None:
    with mail_server() as box, webhook() as hook:
        channels(place, team=box.url(), chat=hook.url)
        first = send(place)
        assert endings(first) == {"team": Ending.SENT, "chat": Ending.SENT}
        assert endings(send(place)) == {"team": Ending.NOTHING_NEW, "chat": Ending.NOTHING_NEW}
        assert len(box.mails) == len(hook.posts) == 1
        assert box.mails[0]["Subject"] == "Trends in AI: 2 new papers of 4 May 2022"
        assert endings(send(place, again=True, channels=["chat"])) == {"chat": Ending.SENT}
        assert (len(box.mails), len(hook.posts)) == (1, 2)
        assert hook.posts[0] == hook.posts[1]
    assert first.exit_code == 0
    state = (place.feeds / "sent.json").read_text(encoding="utf-8")
    assert "127.0.0.1" not in state
    assert "s3cret" not in state


def test_what_came_since_is_told_also_of_a_day_that_was_told_of(place: Workspace) -> None:
    with webhook() as hook:
        channels(place, chat=hook.url)
        send(place)
        listed(place, days_list("2022-05-03", "2022-05-04", "2022-05-04", "2022-05-04", "2022-05-05"))
        assert endings(send(place)) == {"chat": Ending.SENT}
    assert "Paper 4" in hook.posts[1]["message"]
    assert "Paper 5" in hook.posts[1]["message"]
    assert "Paper 2" not in hook.posts[1]["message"]


def test_one_that_fails_stops_no_other_and_is_told_what_it_missed(place: Workspace) -> None:
    with webhook(500) as broken, webhook() as hook:
        channels(place, broken=broken.url, chat=hook.url)
        report = send(place)
        assert endings(report) == {"broken": Ending.FAILED, "chat": Ending.SENT}
        assert report.exit_code == 75
        assert "s3cret" not in json.dumps(report.as_dict())
        assert "broken: failed (the server answered 500)" in report.line
        broken.status = 200
        assert endings(send(place)) == {"broken": Ending.SENT, "chat": Ending.NOTHING_NEW}


def test_what_cannot_pass_is_exit_code_1(place: Workspace) -> None:
    with mail_server(bob="550 no") as box, webhook(503) as later, webhook() as hook:
        write(
            place,
            f"""[[channel]]
name = "bob"
url = "{box.url("bob@example.org")}"
[[channel]]
name = "unset"
url_env = "NOT_SET_ANYWHERE"
[[channel]]
name = "wrong"
url = "syslog://s3cret"
[[channel]]
name = "later"
url = "{later.url}"
[[channel]]
name = "chat"
url_env = "CHAT"
""",
        )
        report = send_digests(place, "daily", clock=clock, environ={"CHAT": hook.url})
    assert report.exit_code == 1
    assert [one.ending for one in report.sendings] == [Ending.FAILED] * 4 + [Ending.SENT]
    assert [one.passing for one in report.sendings] == [False, False, False, True, False]
    assert "NOT_SET_ANYWHERE is not set" in report.sendings[1].detail
    assert "syslog:// is not among" in report.sendings[2].detail
    assert "s3cret" not in report.line


def test_a_hanging_one_is_given_up(tmp_path: Path) -> None:
    place = listed(workspace(tmp_path, send_seconds=0.5), days_list("2022-05-03"))
    with webhook(hanging=True) as hanging, webhook() as hook:
        channels(place, hanging=hanging.url, chat=hook.url)
        report = send(place)
    assert endings(report) == {"hanging": Ending.FAILED, "chat": Ending.SENT}
    assert report.exit_code == 75


def test_channels_say_what_they_take(place: Workspace) -> None:
    write(
        place,
        """[[channel]]
name = "month"
url_env = "X"
digests = ["monthly"]
[[channel]]
name = "off"
url_env = "X"
enabled = false
[[channel]]
name = "all"
url_env = "X"
""",
    )
    assert digest_takers(place, "daily") == ("all",)
    assert digest_takers(place, "monthly") == ("month", "all")
    assert digest_takers(place, "monthly", ["all"]) == ("all",)
    with pytest.raises(UsageError, match="channel month does not take it"):
        digest_takers(place, "daily", ["month"])
    with pytest.raises(UsageError, match="channel off does not take it"):
        digest_takers(place, "daily", ["off"])
    with pytest.raises(UsageError, match="channel nope is not there"):
        digest_takers(place, "daily", ["nope"])


def test_the_month_of_an_undecided_edition_and_then_its_ten(place: Workspace) -> None:
    with mail_server() as box:
        channels(place, team=box.url())
        assert endings(send(place, "monthly")) == {"team": Ending.SENT}
        decided(place, ["2204.00003"], why="Because")
        assert endings(send(place, "monthly")) == {"team": Ending.SENT}
        assert endings(send(place, "monthly")) == {"team": Ending.NOTHING_NEW}
    top, ten = box.mails
    assert top["Subject"] == "Trends in AI, May 2022: the top of the list"
    assert ten["Subject"] == "Trends in AI, May 2022"
    plain = ten.get_body(("plain",))
    assert plain is not None
    assert "Paper 3" in plain.get_content()
    assert "Because" in plain.get_content()
    assert "https://arxiv.org/abs/2204.00003" in plain.get_content()


def test_the_month_is_the_newest_decided_one(place: Workspace) -> None:
    decided(listed(place, days_list("2022-04-20", edition="2022-04", first=9)), ["2204.00009"], edition="2022-04")
    assert preview_digest(place, "monthly", clock=clock).subject == "Trends in AI, April 2022"
    assert preview_digest(place, "monthly", clock=clock, edition="2022-05").subject.startswith(
        "Trends in AI, May 2022:"
    )
    assert preview_digest(place, "daily", clock=clock).subject == "Trends in AI: 2 new papers of 4 May 2022"
    with pytest.raises(NotFoundError):
        preview_digest(place, "daily", clock=clock, edition="2022-03")


def test_after_a_run_no_trouble_is_raised(place: Workspace) -> None:
    with webhook(500) as broken:
        channels(place, broken=broken.url)
        report = send_after_run(place, "2022-05", clock=clock, environ={})
        assert report is not None
        assert report.exit_code == 75
        gone = send_after_run(place, "2022-06", clock=clock, environ={})
    assert gone is not None
    assert (gone.exit_code, gone.sendings) == (1, ())
    assert gone.line.startswith("daily digest: not sent: no list of edition 2022-06")
    write(place, 'channel = "slack://s3cret"\n')
    wrong = send_after_run(place, "2022-05", clock=clock, environ={})
    assert wrong is not None
    assert "channels.toml" in wrong.error
    assert "s3cret" not in wrong.error
    with pytest.raises(SettingsError):
        send(place)
