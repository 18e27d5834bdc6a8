"""Text from outside is text, whatever it says; and errors become pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.decisions import Place, Vote
from paperradar.desk.app import make_app
from paperradar.pipeline.adding import add_page
from paperradar.pipeline.curating import cast_votes, place_papers
from paperradar.publishing import write_edition
from paperradar.settings import Settings
from paperradar.workspace import Workspace
from tests.desk.visiting import JSON, LIST, Visitor, desk
from tests.pipeline.curated import EDITION, at_rank, clock, listed
from tests.publishing.test_page import HOSTILE, Reader, hostile


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Every text that people or arXiv can bring is a hostile one."""
    made = Workspace(tmp_path, Settings(), ())
    write_edition(made.shortlists, hostile())
    for number, text in enumerate(HOSTILE, start=1):
        cast_votes(made, EDITION, text, {at_rank(1): (Vote.PICK, text)}, clock=clock)
        add_page(
            made, EDITION, f"https://a.example/{number}", title=text, authors=[text], source=text, by=text, clock=clock
        )
        place = Place(at_rank(number), "top10", number, text, text, text, "")
        place_papers(made, EDITION, [place], clock=clock)
    return made


def test_hostile_text_is_text_on_every_page(workspace: Workspace) -> None:
    app = desk(workspace)
    plain = Visitor(desk(listed(workspace.root / "plain")), "Ann")
    mean = Visitor(app, HOSTILE[1])
    for path in (
        LIST,
        f"{LIST}?q={HOSTILE[0]}&lane={HOSTILE[2]}",
        f"{LIST}/ten",
        f"{LIST}/add",
        "/who?back=%22%3E%3Cimg%3E",
    ):
        page, other = Reader(mean.get(path).content), Reader(plain.get(path.partition("?")[0]).content)
        assert {tag for tag, _ in page.tags} - {tag for tag, _ in other.tags} <= {
            "ul", "ol", "li", "bdi", "q", "small", "details", "summary", "h3", "label", "textarea", "svg", "rect", "a",
            "table", "thead", "tbody", "tr", "th", "td", "code", "span", "button", "p", "div", "time", "b", "br",
        }, path  # fmt: skip
        assert [item["src"] for item in page.named("script")] == [item["src"] for item in other.named("script")]
        assert not page.named("img")
        for tag, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
    shown = "".join(Reader(mean.get(LIST).content).text)
    for text in HOSTILE[:6]:
        assert text in shown
    assert "\u202e" not in mean.get(LIST).text


def test_hostile_text_in_pieces_for_the_script(workspace: Workspace) -> None:
    answer = Visitor(desk(workspace), HOSTILE[0]).vote(at_rank(1), "pick").json()
    for piece in (*answer["controls"].values(), answer["panel"], answer["progress"]):
        read = Reader(piece.encode())
        assert not read.named("script") + read.named("img")
        assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]


def test_errors_are_pages_for_people_and_json_for_the_script(tmp_path: Path) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")
    page = ann.post(f"{LIST}/vote", id="nobody", vote="pick")
    assert page.status_code == 404
    assert "load the list again" in page.text
    assert ann.post(f"{LIST}/vote", JSON, id="nobody", vote="pick").json().keys() == {"error"}


def test_a_broken_list_is_told(tmp_path: Path) -> None:
    workspace = listed(tmp_path)
    (bundle,) = (workspace.shortlists / "bundles" / EDITION).iterdir()
    bundle.write_bytes(b"x")
    answer = Visitor(desk(workspace), "Ann").get(LIST)
    assert answer.status_code == 400
    assert "run the shortlist of its edition again" in answer.text


def test_a_full_disk_is_told_and_nothing_is_said_to_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = Visitor(desk(listed(tmp_path)), "Ann")

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device", "2022-05.jsonl")

    monkeypatch.setattr("paperradar.desk.voting.cast_votes", full)
    answer = ann.vote(at_rank(1), "pick")
    assert answer.status_code == 500
    assert answer.json() == {"error": "2022-05.jsonl: No space left on device; nothing was kept"}


def test_the_edition_to_begin_with(tmp_path: Path) -> None:
    workspace = listed(tmp_path)
    app = make_app(workspace, clock=clock, edition="2022-04")
    assert Visitor(app, "Ann").get("/").headers["location"] == "/2022-04"
    assert Visitor(desk(workspace), "Ann").get("/").headers["location"] == LIST


def test_nothing_is_measured_for_anybody_else() -> None:
    app = make_app(Workspace(Path("nowhere"), Settings(), ()), clock=clock)
    assert not app._native_telemetry.enabled()
