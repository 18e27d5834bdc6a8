"""The desk in a real browser: by keys alone, two curators at once, on a phone, in the dark, without JavaScript."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from paperradar.decisions import Vote
from paperradar.pipeline.adding import add_page
from paperradar.pipeline.curating import cast_votes
from paperradar.publishing import write_edition
from paperradar.settings import Settings
from paperradar.workspace import Workspace
from tests.desk.visiting import LIST, served
from tests.pipeline.curated import EDITION, at_rank, clock, view
from tests.publishing.builders import bundle, full_row, row
from tests.publishing.conftest import browser as browser
from tests.publishing.test_page import HOSTILE, hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROWS = 120


@dataclass(frozen=True)
class Served:
    """A desk that listens, and its workspace."""

    workspace: Workspace
    address: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A long list; each test has curators of its own."""
    workspace = Workspace(tmp_path_factory.mktemp("desk"), Settings(), ())
    rows = [full_row(), *(row(rank) for rank in range(2, ROWS + 1))]
    write_edition(workspace.shortlists, bundle(rows, notes=["A note on this list"]))
    add_page(
        workspace, EDITION, "https://a.example/post", title="A post", authors=["B"], source="C", by="Di", clock=clock
    )
    cast_votes(workspace, EDITION, "Di", {at_rank(3): (Vote.NO, "seen before")}, clock=clock)
    with served(workspace) as address:
        yield Served(workspace, address)


@contextmanager
def opened(browser: Browser, address: str, name: str, path: str = LIST, **keys: Any) -> Iterator[Page]:
    """A page for a curator; asserts that it asked nobody else and complained of nothing."""
    keys.setdefault("viewport", {"width": 1300, "height": 900})
    context = browser.new_context(**keys)
    context.add_cookies([{"name": "paperradar-curator", "value": name, "url": address}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address + path)
    yield page
    assert [url for url in asked if not url.startswith(address)] == []
    assert said == []
    context.close()


def current(page: Page) -> str:
    found: str = page.evaluate("document.querySelector('[aria-current=true]')?.id ?? ''")
    return found


def wait_until(page: Page, script: str) -> None:
    """Wait for what a script says. Playwright's own way evaluates strings in the page, which its policy forbids."""
    deadline = time.monotonic() + 20
    while not page.evaluate(script):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(30)


def test_ten_papers_are_voted_on_and_the_ten_composed_by_keys_alone(browser: Browser, desk: Served) -> None:
    with opened(browser, desk.address, "Key") as page:
        keys = page.keyboard
        keys.press("j")
        assert current(page) == "p-2204.10628"
        for number, key in enumerate("pmnapppppp"):
            keys.press("j")
            keys.press(key)
            keys.press("t")
            wait_until(page, f"document.querySelectorAll('#panel ol > li').length === {number + 1}")
        assert current(page) == f"p-{at_rank(11)}"
        keys.press("c")
        keys.type("Read it/twice")  # keys are letters in a note
        keys.press("Escape")
        wait_until(page, "document.querySelector('[aria-current=true] .note q')?.textContent === 'Read it/twice'")
        keys.press("k")
        keys.press("p")  # the same again takes the vote back
        keys.press("u")  # which is undone
        wait_until(page, f"""document.querySelector('[id="p-{at_rank(10)}"] [aria-pressed=true]')?.value === ''""")
        wait_until(page, "document.getElementById('progress').textContent.includes('11 of')")
        keys.press("g")
        page.wait_for_url("**/ten")
        assert page.locator(".places > li").count() == 10
        for _ in range(10):
            keys.press("j")
        keys.press("[")
        wait_until(page, f"document.querySelectorAll('.places > li')[8].id === 't-{at_rank(11)}'")
        keys.press("u")  # nobody else moved them, so that is undone
        wait_until(page, f"document.querySelectorAll('.places > li')[9].id === 't-{at_rank(11)}'")
        wait_until(page, f"document.querySelector('[aria-current=true]')?.id === 't-{at_rank(11)}'")
        keys.press("[")
        wait_until(page, f"document.querySelectorAll('.places > li')[8].id === 't-{at_rank(11)}'")
        keys.press("a")  # to the mentions
        wait_until(page, "document.querySelectorAll('[aria-label=Mentions] > li').length === 1")
        keys.press("c")
        keys.type("A reason")
        keys.press("Escape")
        wait_until(page, "document.querySelector('[aria-label=Mentions] textarea').textContent === 'A reason'")
        keys.press("k")
        keys.press("k")
        keys.press("]")  # the last but one goes below the last
        wait_until(page, f"document.querySelectorAll('.places > li')[8].id === 't-{at_rank(9)}'")
    votes = {
        card.identifier: card.ballots["Key"] for card in view(desk.workspace).cards.values() if "Key" in card.ballots
    }
    expected = ["pick", "maybe", "no", "mention", *["pick"] * 6]
    assert [votes[at_rank(rank)].vote for rank in range(2, 12)] == expected
    assert votes[at_rank(11)].note == "Read it/twice"
    places = {place.identifier: place for place in view(desk.workspace).places}
    assert sum(place.role == "top10" for place in places.values()) == 9
    assert places[at_rank(11)].why == "A reason"


def test_other_keys(browser: Browser, desk: Served) -> None:
    with opened(browser, desk.address, "Oth") as page:
        keys = page.keyboard
        keys.press("j")
        keys.press("o")
        assert page.locator("details.abstract[open]").count() == 1
        keys.press("Enter")
        keys.press("s")
        assert page.locator("details.score[open]").count() == 1
        keys.press("?")
        assert page.is_visible("#help")
        keys.press("p")
        keys.press("Escape")
        assert page.is_hidden("#help")
        assert page.locator("[aria-pressed=true]").count() == 0
        keys.press("r")
        wait_until(page, "document.querySelector('[aria-current=true] [data-key=r]').textContent === 'Mark read'")
        keys.press("/")
        keys.type("planning 00007")
        keys.press("Enter")
        page.wait_for_url("**q=planning+00007**")
        assert page.locator("#rows > li").count() == 1
        page.select_option("select[name=show]", "split")
        page.wait_for_url("**show=split**")


def test_two_curators_at_once_see_each_other_and_lose_nothing(browser: Browser, desk: Served) -> None:
    with opened(browser, desk.address, "One") as one, opened(browser, desk.address, "Two") as two:
        for page in (one, two):
            page.keyboard.press("j")
            page.keyboard.press("j")
        for _ in range(5):
            for page, key in ((one, "p"), (two, "n")):
                page.keyboard.press("j")
                page.keyboard.press(key)
        wait_until(one, f"""document.querySelector('[id="p-{at_rank(7)}"] .said')?.textContent.includes('Two: no')""")
        wait_until(two, f"""document.querySelector('[id="p-{at_rank(7)}"] .said')?.textContent.includes('One: pick')""")
        # What somebody is writing stays when news come in.
        two.keyboard.press("c")
        two.keyboard.type("half a sent")
        one.keyboard.press("m")
        wait_until(
            one, f"""document.querySelector('[id="p-{at_rank(7)}"] [aria-pressed=true]')?.textContent === 'Maybe'"""
        )
        two.wait_for_timeout(4500)
        assert two.input_value(f'[id="p-{at_rank(7)}"] textarea') == "half a sent"
        two.keyboard.press("Escape")
        wait_until(
            two, f"""document.querySelector('[id="p-{at_rank(7)}"] .said')?.textContent.includes('One: maybe')"""
        )
    cards = view(desk.workspace).cards
    assert [cards[at_rank(rank)].ballots["One"].vote for rank in range(3, 8)] == [*["pick"] * 4, "maybe"]
    assert [cards[at_rank(rank)].ballots["Two"].vote for rank in range(3, 8)] == ["no"] * 5
    assert cards[at_rank(7)].ballots["Two"].note == "half a sent"


def test_a_reload_in_the_middle_of_voting_loses_nothing(browser: Browser, desk: Served) -> None:
    with opened(browser, desk.address, "Rel") as page:
        for key in ("j", "j", "p", "j", "n", "j", "m", "c"):
            page.keyboard.press(key)
        page.keyboard.type("half a sentence")
        page.reload()
        page.goto(f"{desk.address}{LIST}?show=mine")
        ballots = {
            name: card.ballots["Rel"].vote for name, card in view(desk.workspace).cards.items() if "Rel" in card.ballots
        }
        assert ballots == {at_rank(2): "pick", at_rank(3): "no", at_rank(4): "maybe"}
        assert page.locator("#rows > li").count() == 3
        assert "4 of" in page.inner_text("#progress")
        wait_until(
            page, f"""document.querySelector('[id="p-{at_rank(4)}"] .note q')?.textContent === 'half a sentence'"""
        )


def test_without_javascript_one_can_read_search_vote_and_write(browser: Browser, desk: Served) -> None:
    with opened(browser, desk.address, "Nojs", java_script_enabled=False) as page:
        mine = page.locator(f'[id="p-{at_rank(2)}"]')
        mine.get_by_role("button", name="Pick").click()
        assert page.url == f"{desk.address}{LIST}#p-{at_rank(2)}"
        assert mine.get_by_role("button", name="Pick").get_attribute("aria-pressed") == "true"
        mine.get_by_text("Add a note").click()
        mine.get_by_label("Your note").fill("by hand")
        mine.get_by_role("button", name="Save").click()
        assert mine.locator(".note q").inner_text() == "by hand"
        page.get_by_role("searchbox").fill("2204.00002")
        page.get_by_role("button", name="Show", exact=True).click()
        assert page.locator("#rows > li").count() == 1
    assert view(desk.workspace).cards[at_rank(2)].ballots["Nojs"].note == "by hand"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1300, "dark")])
def test_it_is_accessible_and_no_wider_than_the_screen(browser: Browser, desk: Served, scheme: Any, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python").Axe()
    with opened(
        browser, desk.address, f"Axe {width} {scheme}", color_scheme=scheme, viewport={"width": width, "height": 844}
    ) as page:
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("p")
        wait_until(page, "document.querySelector('[aria-pressed=true]') !== null")
        for path in (
            f"{LIST}?q=paper+1",
            f"{LIST}/ten",
            f"{LIST}/add",
            "/who",
            f"{LIST}?show=added",
            f"{LIST}?q=nowhere",
        ):
            page.goto(desk.address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            found = axe.run(page)
            assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_hostile_titles_are_inert(browser: Browser, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Settings(), ())
    write_edition(workspace.shortlists, hostile())
    for number, text in enumerate(HOSTILE, start=1):
        cast_votes(workspace, EDITION, text, {at_rank(number): (Vote.PICK, text)}, clock=clock)
    with served(workspace) as address, opened(browser, address, "Ann") as page:
        for key in ("j", "p", "t", "j", "p", "t"):
            page.keyboard.press(key)
        wait_until(page, "document.querySelectorAll('#panel ol > li').length === 2")
        assert page.evaluate("window.caught") is None
        assert page.locator("#rows h2").all_inner_texts()[:6] == [" ".join(text.split()) for text in HOSTILE[:6]]
        assert page.locator("script").count() == 1
        page.keyboard.press("g")
        page.wait_for_url("**/ten")
        assert page.evaluate("window.caught") is None
        assert page.locator("img").count() == 0
