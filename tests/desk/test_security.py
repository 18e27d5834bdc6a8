"""Who may ask, whose forms are taken, and passwords."""

from __future__ import annotations

import asyncio

import pytest

from paperradar.desk.security import Guard, Refused, is_loopback


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("127.9.9.9", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("desk.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("127.0.0.1:8017", True),
        ("LOCALHOST:1", True),
        ("[::1]:8017", True),
        ("desk.lan:8017", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("192.168.1.5:8017", False),
        ("", False),
        ("[::1", False),
        ("127.0.0.1/login", False),
        ("me@127.0.0.1", False),
        ("127.0.0.1?x", False),
    ],
)
def test_hosts_by_name(header: str, known: bool) -> None:
    assert Guard("desk.lan").knows_host(header) is known


def test_on_every_address_any_address_is_known_but_no_foreign_name() -> None:
    assert Guard("127.0.0.1", names=["Desk.Example"]).knows_host("desk.example")
    guard = Guard("0.0.0.0", password="correct horse")
    assert guard.knows_host("192.168.1.5:8017")
    assert guard.knows_host("[2001:db8::1]:8017")
    assert not guard.knows_host("evil.example:8017")


def test_a_session_is_known_by_its_signature() -> None:
    guard = Guard("127.0.0.1")
    session, cookie = guard.new_session(known=True)
    assert guard.session(cookie) == session
    name, kind, signature = cookie.split(".")
    for forged in ("", "a.b", f"{name}.{kind}.{'0' * 64}", f"other.{kind}.{signature}", f"{name}.guest.{signature}"):
        assert guard.session(forged) is None, forged
    assert Guard("127.0.0.1").session(cookie) is None


def test_a_guest_cannot_make_itself_known() -> None:
    guard = Guard("127.0.0.1", password="correct horse")
    _, cookie = guard.new_session(known=False)
    assert guard.session(cookie.replace(".guest.", ".known.")) is None


def test_forms_are_taken_from_our_own_pages_only() -> None:
    guard = Guard("127.0.0.1")
    session, _ = guard.new_session(known=True)
    token = guard.token(session)
    own = {"host": "127.0.0.1:8017", "origin": "http://127.0.0.1:8017", "sec-fetch-site": "same-origin"}
    guard.check_write(own, session, token)
    guard.check_write({"host": "127.0.0.1:8017"}, session, token)  # an old browser says nothing of it
    other, _ = guard.new_session(known=True)
    for headers, said in (
        ({**own, "origin": "http://evil.example"}, token),
        ({**own, "origin": "null"}, token),
        ({**own, "origin": "http://127.0.0.1:9000"}, token),
        ({**own, "sec-fetch-site": "cross-site"}, token),
        ({**own, "sec-fetch-site": "same-site"}, token),
        (own, ""),
        (own, guard.token(other)),
        (own, "é"),
    ):
        with pytest.raises(Refused):
            guard.check_write(headers, session, said)


def test_passwords_and_the_wait_after_wrong_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("paperradar.desk.security.asyncio.sleep", sleep)
    guard = Guard("0.0.0.0", password="correct horse")

    async def ask() -> list[bool]:
        return [await guard.is_right(text) for text in ("", "wrong", "correct hors", "correct horse", "correct horse")]

    assert asyncio.run(ask()) == [False, False, False, True, True]
    assert slept == [0.5, 1.0, 2.0]


def test_many_wrong_passwords_at_once_are_turned_away() -> None:
    guard = Guard("0.0.0.0", password="correct horse")

    async def ask() -> list[bool | BaseException]:
        asked = [asyncio.create_task(guard.is_right("wrong")) for _ in range(8)]
        await asyncio.sleep(0.05)
        for task in asked:
            task.cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(ask())
    # The first is answered at once; four may wait.
    assert found[0] is False
    assert sum(isinstance(one, Refused) and one.status == 429 for one in found) == 3


def test_without_a_password_none_is_right() -> None:
    assert asyncio.run(Guard("127.0.0.1").is_right("")) is False
