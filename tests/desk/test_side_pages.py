"""The pages beside the list, asked over HTTP and looked at in a browser."""

from __future__ import annotations

import datetime as dt
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from paperradar.decisions import Place, State, Vote
from paperradar.papers import Author, Paper, Version
from paperradar.pipeline.adding import add_page
from paperradar.pipeline.curating import advance, cast_votes, place_papers
from paperradar.pipeline.freezing import freeze_edition
from paperradar.pipeline.making_facts import build_desk_facts
from paperradar.pipeline.shortlisting import make_shortlist, publish_shortlist
from paperradar.settings import Settings
from paperradar.taste.keeping import TasteShelf
from paperradar.workspace import Workspace
from tests.desk.visiting import served
from tests.pipeline.builders import Placed, clock, fan, filled, paper
from tests.publishing.conftest import browser as browser
from tests.publishing.test_page import HOSTILE
from tests.taste.test_keeping import a_taste

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EDITION = "2022-05"
FIRST = dt.datetime(2022, 4, 18, 9, tzinfo=dt.UTC)
NEWS = dt.datetime(2022, 5, 6, 9, tzinfo=dt.UTC)
PAGES = ("trends", "coverage", "backtest", "paper/2204.00001", "paper/2204.00004")


def after() -> dt.datetime:
    return NEWS


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """An edition of some papers, hostile titles among them; older ones; a measured taste; facts."""
    placed = [
        Placed(
            paper(n, categories=("cs.CL",), versions=(Version(1, FIRST),), authors=(Author("Lovelace", "Ada"),)),
            angle=angle,
        )
        for n, angle in enumerate(fan(6), start=1)
    ]
    hostile = [
        Placed(Paper(f"2204.{40 + n:05}", title, title, categories=("cs.CL",)), angle=0.02 * n)
        for n, title in enumerate(HOSTILE)
    ]
    older = [
        Placed(paper(n, month, categories=("cs.CL",)), dt.date(2022, int(month[2:]), 10), angle=0.05 * n)
        for month in ("2202", "2203")
        for n in range(100, 130)
    ]
    older.append(Placed(paper(90, "2201", categories=("cs.CL",)), dt.date(2022, 1, 31)))
    settings = Settings.model_validate({"ranking": {"story_similarity": 0.99999}})
    made = filled(tmp_path_factory.mktemp("desk"), [*placed, *hostile, *older], settings)
    publish_shortlist(made, make_shortlist(made, EDITION), clock=clock)
    editions = {"2022-04": {"candidates": 900, "picks": 2, "ranks": {"2203.00001": 4, "2203.00002": None}}}
    measured = {"pool": "window", "sources": [HOSTILE[0]], "settings": "", "overall": {}, "editions": editions}
    shelf = TasteShelf(made.taste)
    shelf.adopt(shelf.put(a_taste(measured=measured)), at=NEWS, comparison={})
    build_desk_facts(made, EDITION, today=dt.date(2022, 4, 28))
    return made


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    with served(workspace, clock=after) as made:
        yield made


def ask(address: str, *, blind: bool = False) -> tuple[int, str]:
    """The status and the text of a page, asked for by a curator."""
    cookies = "paperradar-curator=Cy" + ("; paperradar-blind=1" if blind else "")
    request = urllib.request.Request(address, headers={"Cookie": cookies})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def text_of(address: str, name: str, status: int = 200) -> str:
    answered, text = ask(f"{address}/{EDITION}/{name}")
    assert answered == status, text[:300]
    return text


def test_the_trends_have_plots_and_tables(address: str) -> None:
    page = text_of(address, "trends")
    assert page.count("<svg") == 3
    assert page.count("<summary>Numbers</summary>") == 3
    assert "What grew in March 2022" in page
    assert "Share of papers that each topic profile catches, by month" in page


def test_the_coverage_is_a_calendar_with_the_window_framed(address: str) -> None:
    page = text_of(address, "coverage")
    assert "April 2022" in page
    assert "unknown, 14 papers" in page
    assert 'class="day unknown window"' in page


def test_the_backtest_shows_the_measured_ranks(address: str) -> None:
    page = text_of(address, "backtest")
    assert "4, none" in page
    assert "No edition is decided yet" in page
    assert "paperradar backtest --html" in page


def test_a_paper_with_its_versions_and_neighbours(address: str) -> None:
    page = text_of(address, "paper/2204.00001")
    assert "Abstract 1." in page
    assert "Ada Lovelace" in page
    assert "Version 1: <time" in page
    assert f'href="/{EDITION}/paper/2204.00040"' in page  # a neighbour on the list
    assert 'href="https://arxiv.org/abs/2202.00100"' in text_of(address, "paper/2204.00006")  # one that is not
    assert "Nobody said anything yet." in page


def test_who_takes_no_part_has_no_page(address: str) -> None:
    assert "takes no part" in text_of(address, "paper/2204.99999", 404)
    assert "takes no part" in text_of(address, "paper/..%2f..%2fetc", 404)
    assert ask(f"{address}/2022-09/trends")[0] == 404
    assert ask(f"{address}/nonsense/coverage")[0] == 404


@pytest.mark.parametrize("name", PAGES)
def test_nothing_hostile_is_markup(address: str, name: str) -> None:
    page = text_of(address, name)
    assert "<script>window" not in page
    assert "<img src=x" not in page
    assert "onload=window" not in page.replace("&lt;svg onload=window", "")


def test_authors_are_hidden_from_who_asks_for_it(address: str) -> None:
    assert "Lovelace" in ask(f"{address}/{EDITION}/paper/2204.00001")[1]
    assert "Lovelace" not in ask(f"{address}/{EDITION}/paper/2204.00001", blind=True)[1]


def test_without_facts_the_pages_say_what_to_do(workspace: Workspace, tmp_path: Path) -> None:
    paths = workspace.settings.paths.model_copy(update={"desk": tmp_path / "empty"})
    bare = replace(workspace, settings=workspace.settings.model_copy(update={"paths": paths}))
    with served(bare, clock=after) as address:
        for name in ("trends", "coverage"):
            assert f"paperradar desk --month {EDITION}" in text_of(address, name)
        assert "Nothing is known" in text_of(address, "paper/2204.00001")


def test_they_read_no_database(workspace: Workspace, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise AssertionError("the papers' database was asked for")

    monkeypatch.setattr("paperradar.store.store.opened", closed)
    for name in PAGES:
        text_of(address, name)


def test_others_votes_stay_hidden_until_ones_own_and_a_decided_ten_tells_its_rows(tmp_path: Path) -> None:
    papers = [Placed(paper(n, categories=("cs.CL",)), angle=angle) for n, angle in enumerate(fan(4), start=1)]
    voted = filled(tmp_path, papers)
    publish_shortlist(voted, make_shortlist(voted, EDITION), clock=clock)
    freeze_edition(voted, EDITION, clock=after, by="Ada")
    advance(voted, EDITION, State.VOTING, by="Ada", clock=after)
    cast_votes(voted, EDITION, "Ada", {"2204.00001": (Vote.PICK, "a secret")}, clock=after)
    added = add_page(voted, EDITION, "https://example.org/post", title="A post", by="Bo", clock=after)
    with served(voted, clock=after) as address:
        page = text_of(address, "paper/2204.00001")
        assert "a secret" not in page
        assert page.count("1 other voted; shown after your vote.") == 2  # below the row and above the history
        cast_votes(voted, EDITION, "Cy", {"2204.00001": (Vote.NO, "")}, clock=after)
        assert "a secret" in text_of(address, "paper/2204.00001")

        page = text_of(address, f"paper/{added.identifier}")
        assert "brought it to the edition" in page
        assert "A post" in page

        places = [Place(f"2204.0000{n}", "top10", rank, "new", "", "Ada", "") for rank, n in enumerate((3, 1), start=1)]
        place_papers(voted, EDITION, places, clock=after)
        assert "put it in the ten, No. 1" in text_of(address, "paper/2204.00003")
        advance(voted, EDITION, State.DECIDED, by="Ada", clock=after, size=2)
        page = text_of(address, "backtest")
        assert "Where the papers of decided issues stood" in page
        assert "1, 3" in page


# In a browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.add_cookies([{"name": "paperradar-curator", "value": "Cy", "url": address}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith(address) else None)
    for name in PAGES:
        page.goto(f"{address}/{EDITION}/{name}")
        page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        # axe is injected as a script, which the pages' own policy rightly refuses
        found = axe.Axe().run(page)
        assert found.violations_count == 0, (name, found.generate_report())
        assert page.evaluate("window.caught") is None
    assert said == []
    context.close()
