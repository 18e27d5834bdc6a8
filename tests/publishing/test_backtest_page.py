"""The backtest's page: self-contained, never markup from arXiv, and its plot drawn from the ranks."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.publishing import BacktestPage, PagePart, PagePick, render_backtest
from tests.publishing.conftest import ARGUMENTS
from tests.publishing.test_page import HOSTILE, Reader

CHROMIUM = os.environ.get("PAPERRADAR_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ORDERS = ("method", "random", "tfidf-svm")
FIGURES = {name: {"recall@100": "0.500", "median rank": "80.0"} for name in ORDERS}
PICK = PagePick(
    identifier="2204.00001",
    title="A made-up title",
    mention=False,
    ranks={"method": 3, "random": 700, "tfidf-svm": None},
    why="Fits a profile (match 400)",
    parts=(("Topic", 300, 180.0), ("Words", 20, 60.5), ("Phrases", 0, 0.0), ("Seed papers", 90, 90.0)),
)


def part(name: str = "2022-05", **keys: object) -> PagePart:
    values: dict[str, object] = {
        "facts": "1,000 candidates",
        "present": 4,
        "deepest": 1000,
        "figures": FIGURES,
        "ranks": {"method": [1, 10, 10, 1000], "random": [100], "tfidf-svm": []},
        "picks": (PICK, replace(PICK, identifier="2204.00002", mention=True)),
        "notes": ("Not in the pool: 2112.00001",),
        **keys,
    }
    return PagePart(name, **values)  # type: ignore[arg-type]


def page(*parts: PagePart, **keys: object) -> BacktestPage:
    values: dict[str, object] = {
        "title": "Backtest on the picks of ours",
        "facts": ("1 pool of the kind window",),
        "orders": ORDERS,
        "overall": part("overall", picks=()),
        "editions": parts or (part(),),
        "difference_head": ("baseline", "recall@100"),
        "differences": (("random", "+0.100 [-0.050, +0.250]"),),
        "protocol": (("sources", "ours"),),
        **keys,
    }
    return BacktestPage(**values)  # type: ignore[arg-type]


def test_it_says_everything_and_needs_nothing() -> None:
    made = render_backtest(page())
    read = Reader(made)
    text = " ".join(" ".join(read.text).split())
    for words in (
        "Backtest on the picks of ours", "0.500", "+0.100 [-0.050, +0.250]", "Not in the pool: 2112.00001",
        "A made-up title", "Lifted by Topic +120; sunk by Words -40", "left out", "700", "mention", "Fits a profile",
    ):  # fmt: skip
        assert words in text, words
    assert made == render_backtest(page())
    assert not read.named("script")
    assert {a["href"] for a in read.named("link")} == {"data:,"}
    assert {a["href"] for a in read.named("a")} == {
        "#overall", "https://arxiv.org/abs/2204.00001", "https://arxiv.org/abs/2204.00002",
    }  # fmt: skip
    assert not [attributes for _, attributes in read.tags if "style" in attributes]
    (policy,) = [meta["content"] for meta in read.named("meta") if "http-equiv" in meta]
    assert policy is not None
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")


def test_the_curve_steps_at_each_pick() -> None:
    read = Reader(render_backtest(page()))
    curves = [a["d"] for a in read.named("path") if (a["class"] or "").startswith("curve s0") and "V" in (a["d"] or "")]
    (overall,) = curves  # a single edition has no plot of its own
    # Rows 1, 10 (two picks) and 1000 lie at the axis' beginning, third and end; four picks are all of the height.
    assert overall == "M56.0 276.0H56.0V210.0H268.0V78.0H692.0V12.0H692.0"
    two = Reader(render_backtest(page(part(), part("2022-06"))))
    assert sum("s0" in (a["class"] or "") and "V" in (a["d"] or "") for a in two.named("path")) == 3


def test_a_part_without_picks_has_no_plot() -> None:
    empty = part(present=0, ranks={name: [] for name in ORDERS}, picks=())
    read = Reader(render_backtest(page(empty, overall=empty, differences=())))
    assert not read.named("svg")
    assert "How much higher" not in "".join(read.text)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_text_becomes_markup(words: str) -> None:
    made = page(
        part(
            words, facts=words, notes=(words,), figures={words: {"a": "1"}}, ranks={},
            picks=(replace(PICK, title=words, why=words, ranks=dict.fromkeys((words, *ORDERS), 3)),),
        ),
        part(),
        title=words, facts=(words,), orders=(words, *ORDERS), differences=((words, "1"),), protocol=((words, words),),
        overall=part(words, figures={words: {"a": "1"}}, ranks={}),
    )  # fmt: skip
    clean = page(part("x", picks=(PICK,)), part(), orders=("x", *ORDERS))
    tags = {name for name, _ in Reader(render_backtest(made)).tags}
    assert tags <= {name for name, _ in Reader(render_backtest(clean)).tags}
    for _, attributes in Reader(render_backtest(made)).tags:
        assert not [name for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(tmp_path: Path, scheme: str) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium: install it, or name it in PAPERRADAR_CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    file = tmp_path / "page.html"
    file.write_bytes(render_backtest(page(part(), part("2022-06"))))
    said: list[str] = []
    asked: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        view = browser.new_page(color_scheme=scheme, viewport={"width": 380, "height": 800})
        view.on("console", lambda message: said.append(message.text))
        view.on("request", lambda request: asked.append(request.url))
        view.goto(file.as_uri())
        # A telephone shows the page without moving it sideways; wide tables move by themselves.
        assert view.evaluate("document.documentElement.scrollWidth") <= 380
        stroke = view.evaluate("getComputedStyle(document.querySelector('.curve.s0')).stroke")
        browser.close()
    assert said == []
    assert set(asked) <= {file.as_uri(), "data:,"}
    assert re.fullmatch(r"rgb\(\d+, \d+, \d+\)", stroke)
    assert stroke == {"light": "rgb(20, 84, 138)", "dark": "rgb(143, 193, 243)"}[scheme]
