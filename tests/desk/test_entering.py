"""Coming in, the name one has, and pages that are not there."""

from __future__ import annotations

from pathlib import Path

from tests.desk.visiting import LIST, Visitor, desk
from tests.pipeline.curated import cast, listed


def test_who_comes_first_is_asked_for_a_name(tmp_path: Path) -> None:
    workspace = listed(tmp_path)
    cast(workspace, "Bo & <i>Co</i>", r1="pick")
    somebody = Visitor(desk(workspace))
    assert somebody.get("/").headers["location"] == "/who?back=/2022-05"
    assert "Bo &amp; &lt;i&gt;Co&lt;/i&gt;" in somebody.text("/who")
    page = somebody.text()  # without a name one can read
    assert "Say who you are" in page
    assert f'action="{LIST}/vote"' not in page
    done = somebody.post("/who", name="  Zoë\u202e  Ångström ", back=LIST)
    assert (done.status_code, done.headers["location"]) == (303, LIST)
    assert "<bdi>Zoë Ångström</bdi>" in somebody.text()
    assert somebody.get("/").headers["location"] == LIST


def test_an_empty_name_is_none(tmp_path: Path) -> None:
    somebody = Visitor(desk(listed(tmp_path)))
    assert somebody.post("/who", name=" \u202e ", back="/").status_code == 400


def test_a_name_in_a_cookie_is_cleaned_like_any_text(tmp_path: Path) -> None:
    somebody = Visitor(desk(listed(tmp_path)))
    somebody.client.cookies.set("paperradar-curator", "%3Cscript%3E%0a" + "x" * 100)
    page = somebody.text()
    assert "<bdi>&lt;script&gt; xxx" in page
    assert "x" * 60 not in page


def test_hiding_authors_is_a_visitors_own(tmp_path: Path) -> None:
    app = desk(listed(tmp_path))
    ann, bo = Visitor(app, "Ann"), Visitor(app, "Bo")
    ann.post("/blind", on="1", back=LIST)
    assert "Møller" not in ann.text()
    assert "Møller" in bo.text()
    ann.post("/blind", on="", back=LIST)
    assert "Møller" in ann.text()


def test_pages_that_are_not_there_say_so(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")
    for path in (
        "/2022-06",
        "/nonsense",
        "/2022-13",
        "/assets/nothing.css",
        "/2022-05/nothing",
        "/assets/..%2Fpage.py",
    ):
        answer = ann.get(path)
        assert answer.status_code == 404, path
        assert "That did not work" in answer.text
    assert "paperradar shortlist --month 2022-06" in ann.get("/2022-06").text


def test_without_any_list_the_desk_says_how_to_make_one(tmp_path: Path) -> None:
    workspace = listed(tmp_path)
    for path in workspace.shortlists.glob("*"):
        if path.is_file():
            path.unlink()
    somebody = Visitor(desk(workspace))
    answer = somebody.get("/")
    assert answer.status_code == 404
    assert "paperradar shortlist --month" in answer.text
    assert somebody.get("/who").status_code == 200


def test_files_are_kept_by_their_version(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")
    page = ann.text()
    for name in ("page.css", "desk.css", "desk.js", "icon.svg"):
        (address,) = {part.split('"')[0] for part in page.split('"') if part.startswith(f"/assets/{name}?v=")}
        assert "immutable" in ann.get(address).headers["cache-control"]
        assert ann.get(f"/assets/{name}?v=old").headers["cache-control"] == "no-cache"
