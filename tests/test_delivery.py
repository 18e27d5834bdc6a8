"""Sending, to a real SMTP server and a real webhook."""

from __future__ import annotations

import logging
import subprocess
import sys
import time

import pytest

from paperradar.delivery import SCHEMES, Delivery, Message, check_address, deliver
from paperradar.errors import InputError
from tests.receivers import mail_server, webhook

MESSAGE = Message(
    "Two papers über $x$",
    "1. One & two <!channel> @everyone\n   https://arxiv.org/abs/2204.00001\n",
    '<p>1. <b>One &amp; two</b><br><a href="https://arxiv.org/abs/2204.00001">https://arxiv.org/abs/2204.00001</a></p>',
)


def test_a_mail_has_both_parts_and_its_subject() -> None:
    with mail_server() as box:
        assert deliver(box.url(), MESSAGE, seconds=20) == Delivery(True)
    [mail] = box.mails
    assert mail["Subject"] == MESSAGE.subject
    assert mail["To"] == "ann@example.org"
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert "One & two" in plain
    assert "https://arxiv.org/abs/2204.00001" in plain
    assert html.strip() == MESSAGE.html
    assert "github" not in mail.as_string()


@pytest.mark.parametrize(("answer", "passing"), [("550 no such user", False), ("451 later", True)])
def test_a_refused_recipient_is_told_by_its_number(answer: str, passing: bool) -> None:
    with mail_server(bob=answer) as box:
        failed = deliver(box.url("bob@example.org"), MESSAGE, seconds=20)
    assert failed == Delivery(False, f"the server answered {answer[:3]}", passing)
    assert box.mails == []


def test_a_server_that_is_not_there_may_come_back() -> None:
    with mail_server() as box:
        gone = box.url()
    assert deliver(gone, MESSAGE, seconds=20) == Delivery(
        False, "there is no connection to the server, or it broke", passing=True
    )


def test_a_webhook_gets_the_text_and_calls_nobody() -> None:
    with webhook() as hook:
        assert deliver(hook.url, MESSAGE, seconds=20).sent
    [post] = hook.posts
    assert post["title"] == MESSAGE.subject
    assert "https://arxiv.org/abs/2204.00001" in post["message"]
    assert "<!channel>" not in post["message"]
    assert "@everyone" not in post["message"]


@pytest.mark.parametrize(("status", "passing"), [(500, True), (503, True), (429, True), (403, False), (302, False)])
def test_a_refusing_webhook_is_told_by_its_number(status: int, passing: bool) -> None:
    with webhook(status) as hook:
        assert deliver(hook.url, MESSAGE, seconds=20) == Delivery(False, f"the server answered {status}", passing)
        # What the address says of itself does not make a failure a success.
        assert not deliver(f"{hook.url}?optional=yes", MESSAGE, seconds=20).sent


def test_a_hanging_webhook_is_given_up() -> None:
    with webhook(hanging=True) as hook:
        began = time.monotonic()
        failed = deliver(f"{hook.url}?rto=600", MESSAGE, seconds=0.5)
        assert time.monotonic() - began < 10
    assert not failed.sent
    assert failed.passing


@pytest.mark.parametrize(
    "address",
    [
        "syslog://", "dbus://", "windows://", "gnome://", "macosx://", "rsyslog://host", " SYSLOG://", "apprise://host/x",
        "file:///etc/motd", "exec://rm", "slack", "", "mailto:ann@example.org", "xml://host",
        "json://host/\ud800", "json://host/\x00",
    ],
)  # fmt: skip
def test_other_services_are_refused_without_showing_the_address(address: str) -> None:
    with pytest.raises(InputError) as caught:
        deliver(address + "s3cret", MESSAGE, seconds=1)
    assert "s3cret" not in str(caught.value)


def test_what_people_write_for_a_service_is_told_its_scheme() -> None:
    with pytest.raises(InputError, match="did you mean workflows://"):
        check_address("msteams://x")


def test_a_broken_address_is_one_line_without_it(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="not what slack:// needs") as caught:
        deliver("slack://s3cret", MESSAGE, seconds=1)
    assert "s3cret" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_logged_further(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    with webhook(500) as hook:
        deliver(hook.url, MESSAGE, seconds=20)
    assert [record for record in caplog.records if record.name.startswith("apprise")] == []
    assert capfd.readouterr() == ("", "")


def test_apprise_knows_every_scheme() -> None:
    # In a process of its own: its plugins import what is deprecated.
    ask = f"from apprise.manager_plugins import NotificationManager as M; print([s for s in {SCHEMES} if s not in M()])"
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", ask], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
