"""What every request passes: names, sizes, the password, and the headers of every answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.visiting import JSON, LIST, Visitor, desk
from tests.pipeline.curated import at_rank, listed, view

PASSWORD = "correct horse"


def test_every_answer_carries_the_rules(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")
    for path in (LIST, f"{LIST}/ten", "/who", "/nowhere/at/all", "/assets/desk.css", f"{LIST}/live?seen=x"):
        headers = ann.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers
    assert ann.get(LIST).headers["cache-control"] == "no-store"


def test_no_machine_readable_description_is_served(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert ann.get(path).status_code == 404


def test_another_name_is_refused(tmp_path: Path) -> None:
    app = desk(listed(tmp_path))
    for address in ("http://evil.example", "http://127.0.0.1.evil.example:8017"):
        answer = Visitor(app, address=address).get(LIST)
        assert answer.status_code == 421
        assert "Paper 1" not in answer.text
        assert "set-cookie" not in answer.headers
    assert Visitor(app, address="http://localhost:9999").get(LIST).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_a_form_of_another_page_changes_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    workspace = listed(tmp_path)
    ann = Visitor(desk(workspace), "Ann")
    answer = ann.post(f"{LIST}/vote", headers, id=at_rank(1), vote="pick")
    assert answer.status_code == 403
    assert view(workspace).curators == ()


@pytest.mark.parametrize("path", ["vote", "note", "undo", "read", "through", "place", "add"])
def test_no_form_is_taken_without_its_token(tmp_path: Path, path: str) -> None:
    workspace = listed(tmp_path)
    ann = Visitor(desk(workspace), "Ann")
    for token in ("", "0" * 64, Visitor(desk(workspace)).token()):
        answer = ann.post(f"{LIST}/{path}", JSON, token=token, id=at_rank(1), vote="pick", note="n", act="put")
        assert answer.status_code == 403
        assert "load it again" in answer.json()["error"]
    assert not workspace.decisions.exists() or not list(workspace.decisions.glob("*.jsonl"))


def test_what_is_no_plain_form_is_refused(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")
    assert ann.client.put(f"{LIST}/vote").status_code == 405
    assert ann.get(f"{LIST}/vote").status_code in (404, 405)
    assert ann.post(f"{LIST}/note", JSON, note="x" * 300_000).status_code == 413
    assert ann.client.post(f"{LIST}/vote", content=iter([b"token=x"])).status_code == 411
    # In chunks a form may be longer than it says.
    both = {"content-length": "7", "transfer-encoding": "chunked"}
    assert ann.client.post(f"{LIST}/vote", content=b"token=x", headers=both).status_code == 411


def test_no_address_or_encoding_breaks_the_desk(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")
    for path in ("/%00", "/%00/ten", "/%00/live"):
        assert ann.get(path).status_code == 404
    # Half of a surrogate pair, which UTF-7 can say and UTF-8 cannot.
    fields = {"token": ann.token(), "kind": "page", "title": "+2AA-", "url": "https://a.example/+2AA-"}
    parts = "".join(f'--X\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    for body, status in ((parts, 303), (parts.replace(fields["token"], "+2AA-"), 403)):
        answer = ann.client.post(
            f"{LIST}/add",
            content=f"{body}--X--\r\n".encode(),
            headers={"content-type": "multipart/form-data; boundary=X; charset=utf-7"},
            follow_redirects=False,
        )
        assert answer.status_code == status


@pytest.mark.parametrize("path", ["/login/2022-05", "/loginx", "/login/../2022-05"])
def test_only_the_form_itself_is_open_without_the_password(tmp_path: Path, path: str) -> None:
    answer = Visitor(desk(listed(tmp_path), password=PASSWORD)).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?back=")


def test_with_a_password_nothing_shows_before_it(tmp_path: Path) -> None:
    workspace = listed(tmp_path)
    app = desk(workspace, host="0.0.0.0", password=PASSWORD)
    ann = Visitor(app)
    answer = ann.get(f"{LIST}?q=planning")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?back=/2022-05%3Fq%3Dplanning"
    assert ann.get(f"{LIST}/live?seen=x").status_code == 303
    token = ann.token("/login")
    assert ann.post(f"{LIST}/vote", token=token, id=at_rank(1), vote="pick").status_code == 403
    assert ann.post("/login", token=token, password="wrong", back=LIST).status_code == 403
    assert ann.get(LIST).status_code == 303
    done = ann.post("/login", token=token, password=PASSWORD, back=LIST)
    assert (done.status_code, done.headers["location"]) == (303, LIST)
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert ann.get(LIST).status_code == 200
    assert ann.token() != token  # a session that somebody planted before is worth nothing
    assert ann.get("/login").headers["location"] == "/"
    assert Visitor(desk(workspace, password=PASSWORD)).get(LIST).status_code == 303


def test_after_the_password_one_is_led_to_pages_of_the_desk_only(tmp_path: Path) -> None:
    app = desk(listed(tmp_path), password=PASSWORD)
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        ann = Visitor(app)
        done = ann.post("/login", token=ann.token("/login"), password=PASSWORD, back=target)
        assert done.headers["location"] == "/"
