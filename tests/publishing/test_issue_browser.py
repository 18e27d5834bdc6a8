"""The issue's page in a real browser: it asks for nothing, and reads well on paper and small screens too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from paperradar.decisions import State
from paperradar.publishing.issue_templates import render_html
from paperradar.publishing.issue_values import Issue
from tests.publishing.issues import hostile_issue, made_issue

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]


@contextmanager
def opened(
    browser: Browser, folder: Path, issue: Issue, *, width: int = 1000, scheme: Scheme = "light"
) -> Iterator[Page]:
    """The issue's page; asserts that it asked for nothing but itself and complained of nothing."""
    file = folder / "issue.html"
    file.write_bytes(render_html(issue, folder))
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    yield page
    assert {url.partition("#")[0] for url in asked} <= {file.as_uri(), "data:,"}
    assert said == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("decided", [True, False])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, scheme: Scheme, decided: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    issue = made_issue(decided=decided, state=State.DECIDED if decided else State.VOTING)
    with opened(browser, tmp_path, issue, scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        found = axe.Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [340, 768])
def test_nothing_is_wider_than_the_screen(browser: Browser, tmp_path: Path, width: int) -> None:
    for issue in (made_issue(), hostile_issue("x" * 300)):
        with opened(browser, tmp_path, issue, width=width) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_plots_are_drawn_and_their_numbers_can_be_read(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, made_issue()) as page:
        assert page.locator("svg.chart").count() == 5
        heights = page.evaluate("Array.from(document.querySelectorAll('svg.chart'), (svg) => svg.clientHeight)")
        assert min(heights) > 50
        page.locator("figure.plot summary").nth(2).click()
        assert page.locator("figure.plot details[open] td").all_inner_texts() == ["", "", "900", "1,100"]


def test_references_can_be_followed(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, made_issue()) as page:
        page.locator(".entry a.cite").nth(1).click()
        assert page.locator("li:target").inner_text().endswith("arXiv:2204.10628, 2022")
        targets = page.evaluate(
            "Array.from(document.querySelectorAll('a.cite'), (a) => !!document.querySelector(a.hash))"
        )
        assert all(targets)


def test_on_paper_there_is_no_ground_and_nothing_to_click(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, made_issue(), scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not any(part.is_visible() for part in page.locator("summary, .skip").all())
        assert page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"


def test_hostile_text_is_inert(browser: Browser, tmp_path: Path) -> None:
    text = "</style></title><script>window.caught = 1</script><img src=x onerror='window.caught = 1'>"
    with opened(browser, tmp_path, hostile_issue(text)) as page:
        assert page.evaluate("window.caught") is None
        assert page.locator("img, script").count() == 0
        assert text in page.locator("h4").first.inner_text() or text in page.locator("h3").first.inner_text()
