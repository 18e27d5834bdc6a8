"""The page in a real browser: it asks for nothing, and search, lanes, sorting and keys do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paperradar.publishing import Bundle, render
from tests.publishing.builders import WORDS, bundle, full_row, many, row
from tests.publishing.test_page import HOSTILE, hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@contextmanager
def opened(
    browser: Browser, folder: Path, made: Bundle, *, width: int = 1200, hash_: str = "", script: bool = True
) -> Iterator[Page]:
    """The bundle's page; asserts that it asked for nothing but itself and complained of nothing."""
    file = folder / "page.html"
    file.write_bytes(render(made, "html"))
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page = context.new_page()
    page.set_default_timeout(15_000)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page.goto(file.as_uri() + hash_)
    yield page
    assert {url.partition("#")[0] for url in asked} <= {file.as_uri(), "data:,"}
    assert said == []
    context.close()


def shown(page: Page) -> list[int]:
    ranks: list[int] = page.evaluate(
        "Array.from(document.querySelectorAll('#rows > li:not([hidden])'), (row) => Number(row.dataset.rank))"
    )
    return ranks


def current(page: Page) -> int:
    rank: int = page.evaluate("Number(document.querySelector('[aria-current]')?.dataset.rank ?? 0)")
    return rank


def wait_for_count(page: Page, text: str) -> None:
    page.wait_for_function("(text) => document.getElementById('count').textContent === text", arg=text)


def test_search(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, bundle([full_row(), *(row(rank) for rank in range(2, 33))])) as page:
        assert shown(page) == list(range(1, 33))
        page.fill("#search", "  SPARSE experts ")
        wait_for_count(page, "4 of 32 shown")
        assert [rank % len(WORDS) for rank in shown(page)] == [WORDS.index("sparse experts")] * 4
        page.fill("#search", "moller 2204.00012")  # a name without its accents, and an identifier
        wait_for_count(page, "1 of 32 shown")
        assert shown(page) == [12]
        page.fill("#search", "nearly same")  # in a folded story
        wait_for_count(page, "1 of 32 shown")
        page.fill("#search", "nowhere to be found")
        wait_for_count(page, "0 of 32 shown")
        assert page.is_visible("#nothing")
        page.click("#clear")
        wait_for_count(page, "32 of 32 shown")
        assert page.is_hidden("#nothing")


def test_lanes(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, many(16)) as page:
        page.click("[data-lane=wildcard]")
        assert shown(page) == [3, 7, 11, 15]
        assert page.get_attribute("[data-lane=wildcard]", "aria-pressed") == "true"
        page.click("[data-lane=diffusion]")
        assert shown(page) == [1, 3, 5, 7, 9, 11, 13, 15]
        page.click("[data-lane=wildcard]")
        page.click("[data-lane=diffusion]")
        wait_for_count(page, "16 of 16 shown")


def test_sort(browser: Browser, tmp_path: Path) -> None:
    rows = [
        row(1, components={"description": 100}),
        row(2, components={"description": 50, "novelty": 40}),
        row(3, components={"description": 300, "excluded": -20}, lifted_by="wildcard"),
    ]
    with opened(browser, tmp_path, bundle(rows)) as page:
        for key, order in (
            ("score", [3, 1, 2]),
            ("date", [3, 2, 1]),
            ("description", [3, 1, 2]),
            ("novelty", [2, 1, 3]),
            ("excluded", [1, 2, 3]),
            ("rank", [1, 2, 3]),
        ):
            page.select_option("#sort", key)
            assert shown(page) == order, key


def test_the_address_keeps_what_was_chosen(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, many(16)) as page:
        page.fill("#search", "speech")
        wait_for_count(page, "2 of 16 shown")
        page.click("[data-lane=wildcard]")
        page.select_option("#sort", "date")
        kept = page.evaluate("location.hash")
        assert kept == "#q=speech&lanes=wildcard&sort=date"
        page.fill("#search", "")
        page.click("[data-lane=wildcard]")
        page.select_option("#sort", "rank")
        page.wait_for_function("location.hash === ''")
    with opened(browser, tmp_path, many(16), hash_=kept) as page:
        assert page.input_value("#search") == "speech"
        assert shown(page) == [11, 3]
        page.evaluate("location.hash = '#lanes=diffusion'")
        wait_for_count(page, "4 of 16 shown")
    with opened(browser, tmp_path, many(3), hash_="#sort=nonsense&lanes=%%%&x") as page:
        assert page.input_value("#sort") == "rank"


def test_keys(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, bundle([full_row(), *(row(rank) for rank in range(2, 41))])) as page:
        keys = page.keyboard
        keys.press("j")
        assert current(page) == 1
        for _ in range(3):
            keys.press("j")
        keys.press("k")
        assert current(page) == 3
        assert page.evaluate("document.activeElement.dataset.rank") == "3"
        abstract, score = "[data-rank='3'] details.abstract", "[data-rank='3'] details.score"
        assert page.get_attribute(abstract, "open") is None
        keys.press("o")
        assert page.get_attribute(abstract, "open") is not None
        keys.press("Enter")
        assert page.get_attribute(abstract, "open") is None
        keys.press("s")
        assert page.get_attribute(score, "open") is not None
        keys.press("a")
        assert page.locator("details.abstract[open]").count() == 40
        keys.press("a")
        assert page.locator("details.abstract[open]").count() == 0
        keys.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        keys.type("jo/")  # letters in the search are letters
        assert page.input_value("#search") == "jo/"
        wait_for_count(page, "0 of 40 shown")
        page.fill("#search", "planning")
        wait_for_count(page, "5 of 40 shown")
        keys.press("Enter")
        assert current(page) == shown(page)[0]
        keys.press("?")
        assert page.is_visible("#help")
        keys.press("j")
        assert current(page) == shown(page)[0]
        keys.press("Escape")
        assert page.is_hidden("#help")


def test_steps_stay_in_sight_below_the_tools(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, many(40)) as page:
        for key in ["j"] * 20 + ["k"] * 12:
            page.keyboard.press(key)
            at, below = page.evaluate(
                "[document.querySelector('[aria-current]').getBoundingClientRect(), document.getElementById('tools')"
                ".getBoundingClientRect().bottom].map((value) => value.top ?? value)"
            )
            assert below - 1 <= at < 800
        assert current(page) == 8


def test_x_opens_the_arxiv_page(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, many(3)) as page:
        page.context.route("**/*", lambda route: route.abort())
        page.keyboard.press("j")
        page.keyboard.press("j")
        with page.context.expect_event("request") as asked:
            page.keyboard.press("x")
        assert asked.value.url == "https://arxiv.org/abs/2204.00002"
        assert "referer" not in asked.value.headers


def test_a_score_tells_its_parts(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, bundle([full_row(), row(2)])) as page:
        summary = page.locator("[data-rank='1'] .score > summary")
        summary.hover()
        tip = page.locator("#tip")
        tip.wait_for(state="visible")
        words = tip.inner_text()
        assert "310" in words
        assert "-60" in words
        assert "exclude phrases" in words
        page.keyboard.press("Escape")
        assert tip.is_hidden()
        page.mouse.move(2, 2)
        summary.click()
        assert page.get_attribute("[data-rank='1'] details.score", "open") is not None
        assert tip.is_hidden()
        summary.click()
        page.focus("[data-rank='2'] details.abstract > summary")
        page.keyboard.press("Tab")
        tip.wait_for(state="visible")


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_wider_than_the_screen(browser: Browser, tmp_path: Path, width: int) -> None:
    long = [row(2, why="x" * 300), row(3, why="https://a.example/" + "long-" * 60)]
    with opened(browser, tmp_path, bundle([full_row(), *long]), width=width) as page:
        page.keyboard.press("a")
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # A row clips what is too wide for it, so each part is looked at by itself.
        clipped = page.evaluate(
            "Array.from(document.querySelectorAll('#rows p, #rows h2, #rows .authors, #rows .chip'))"
            ".filter((part) => part.clientWidth && part.scrollWidth > part.clientWidth + 1)"
            ".map((part) => part.className)"
        )
        assert clipped == []


def test_hostile_text_is_inert(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, hostile()) as page:
        assert page.evaluate("window.caught") is None
        assert page.locator("#rows h2").all_inner_texts()[:6] == [" ".join(text.split()) for text in HOSTILE[:6]]
        assert page.locator("script").count() == 1
        assert page.locator("img").count() == 0
        page.fill("#search", "<script>")
        wait_for_count(page, f"2 of {len(HOSTILE)} shown")


def test_the_policy_stops_a_script_that_got_in(browser: Browser, tmp_path: Path) -> None:
    data = render(many(1), "html")
    file = tmp_path / "tampered.html"
    file.write_bytes(
        data.replace(b"<main>", b"<main><script>window.caught = 1</script><img src='https://a.example/x'>")
    )
    page = browser.new_page()
    sent: list[str] = []
    page.on("response", lambda response: sent.append(response.url))
    page.goto(file.as_uri())
    assert page.evaluate("window.caught") is None
    assert [url for url in sent if not url.startswith("file:")] == []
    page.close()


def test_without_javascript_all_can_be_read(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, bundle([full_row(), row(2)]), script=False) as page:
        assert page.locator("#rows > li").count() == 2
        assert page.locator("#tools").is_hidden()
        page.click("[data-rank='1'] details.abstract > summary")
        assert page.locator("[data-rank='1'] details.abstract p").first.is_visible()
        page.click("[data-rank='1'] .score > summary")
        assert page.locator("[data-rank='1'] .score table").is_visible()


def test_ten_thousand_rows_are_quick(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, many(10_000)) as page:
        took = page.evaluate(
            """async () => {
              const search = document.getElementById("search"), count = document.getElementById("count");
              const begin = performance.now();
              search.value = "captions";
              search.dispatchEvent(new Event("input"));
              while (!count.textContent.startsWith("1,250 ")) await new Promise((done) => setTimeout(done, 5));
              return performance.now() - begin;
            }"""
        )
        assert took < 5000
