"""The page as text: self-contained, closed to the network by its own policy, and never markup from arXiv."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import Mark
from paperradar.papers import Author
from paperradar.publishing import Bundle, render
from paperradar.publishing.page import _COLOURS, asset
from paperradar.ranking import COMPONENTS, LeftOut
from tests.publishing.builders import bundle, candidate, full_row, many, paper, row

HOSTILE = (
    "<script>window.caught=1</script>",
    "</script><script>window.caught=1</script>",
    '"><img src=x onerror="window.caught=1">',
    "' onmouseover='window.caught=1",
    "</title></style></details><svg onload=window.caught=1>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe\u202c and \u2067more",
    "<!-- -->]]>&lt;b&gt;&#60;b&#62;",
)


class Reader(HTMLParser):
    """What a page consists of: its start tags with attributes, and the text between them."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(made: Bundle) -> Reader:
    return Reader(render(made, "html"))


def hostile() -> Bundle:
    rows = [
        row(
            rank,
            paper(f"2204.{rank:05}", text, text, authors=(Author(text),), comments=text, categories=(text,)),
            why=text,
        )
        for rank, text in enumerate(HOSTILE, start=1)
    ]
    return bundle(
        rows,
        {"2204.00001": Mark(HOSTILE[0], HOSTILE[1], HOSTILE[2])},
        [LeftOut(candidate(paper("2204.99999", HOSTILE[1])), "withdrawn")],
        notes=HOSTILE,
    )


def test_the_page_loads_nothing_and_runs_only_its_own_script() -> None:
    page = read(bundle([full_row(), row(2)]))
    (style,) = re.findall(r"<style>(.*?)</style>", render(many(1), "html").decode(), re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", render(many(1), "html").decode(), re.DOTALL)
    policy = next(meta["content"] for meta in page.named("meta") if meta.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for text in (style, script):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert "\r" not in style + script
    assert "url(" not in style
    assert "@import" not in style
    for tag, attributes in page.tags:
        assert not {"src", "srcset", "style", "action", "data", "poster"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")]
        for link in (attributes.get("href"),):
            assert link is None or link.startswith(("https://", "http://", "#")) or link == "data:,"


def test_links_that_lead_away_tell_nothing_of_where_they_come_from() -> None:
    links = [link for link in read(bundle([full_row()])).named("a") if str(link["href"]).startswith("http")]
    assert len(links) >= 6
    assert all(link["rel"] == "noopener noreferrer" and link["target"] == "_blank" for link in links)


def test_a_full_row_shows_everything() -> None:
    page = read(bundle([full_row()], {"2204.10628": Mark("pick", "read it", "Ann")}, notes=["A note on this list"]))
    text = " ".join(" ".join(page.text).split())
    for words in (
        "Shortlist for May 2022",
        "25 March to 5 May 2022",
        "A note on this list",
        "=SUM of “everything”, with TeX $O(n^2)$",
        "Author5",
        "and 6 more",
        "Author11",
        "20 Apr 2022",
        "cs.IR cs.CL",
        "2204.10628 v2",
        "Lifted by the lane Wildcard",
        "Featured before: entry 4 of 2022-03 (zeta-alpha); mentioned in 2022-04 (own)",
        "Resurfaced by Ann : accepted at a conference",
        "pick: read it (Ann)",
        "1 near-duplicate folded in",
        "2204.10999, score 280, cosine 0.93",
        "a/b",
        "a.example/demo",
        "Accepted, 12 pages",
        "3,412",
    ):
        assert words in text.replace("2204.10628v2", "2204.10628 v2").replace("by Ann:", "by Ann :"), words
    assert len([item for item in page.named("li") if item.get("data-rank")]) == 1
    bars = [(int(str(item["x"])), int(str(item["width"])), item["class"]) for item in page.named("rect")]
    # 310 and 90 add up from the left; 60 is taken from their end, so that 340 is left.
    assert bars == [(0, 310, "c0"), (310, 90, "c1"), (340, 60, "minus")]


def test_descriptions_of_the_sample_say_whose_they_are() -> None:
    page = render(bundle([row(1, paper("2204.00001", abstract_by="paperradar"))], sample=True), "html").decode()
    assert "Description by paperradar" in page
    assert ">sample<" in page
    assert "<summary>Abstract</summary>" not in page


def test_hostile_text_is_text() -> None:
    page, plain = read(hostile()), read(many(len(HOSTILE)))
    text = "".join(page.text)
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags} | {"ul", "li", "bdi", "small"}
    assert len(page.named("script")) == 1
    assert not page.named("img")
    for words in HOSTILE[:6]:
        assert text.count(words) >= 4
    assert "&lt;b&gt;" in text
    assert not set(text) & set("\u202e\u2066\u2067\u202c")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https://a.example/\" onclick='x'", ""])
def test_an_address_that_a_bundle_should_not_have_becomes_no_link(address: str) -> None:
    made = bundle([full_row()])
    part: dict[str, Any] = made["rows"][0]
    part["links"] = dict.fromkeys(part["links"], address)
    part["code_links"] = part["project_links"] = [address]
    part["story"][0]["abs"] = address
    hrefs = [str(link["href"]) for link in read(made).named("a")]
    assert hrefs == ["#rows"]


@given(st.text(max_size=60))
def test_any_title_leaves_the_structure_alone(text: str) -> None:
    of = paper("2204.00001", text, "An abstract", authors=(Author("Name"),))
    tags = [tag for tag, _ in read(bundle([row(1, of)])).tags]
    assert tags == [tag for tag, _ in read(bundle([row(1, paper("2204.00001", "x", authors=(Author("Name"),)))])).tags]


def test_no_rows_and_no_facts() -> None:
    page = render(bundle([], notes=()), "html").decode()
    assert "No paper was ranked for this window." in page
    assert 'aria-label="Notes"' not in page


def test_only_components_that_count_somewhere_are_shown() -> None:
    parts = [{"taste": 300, "description": 10}, {"taste": -20, "novelty": 5}]
    made = bundle([row(rank, components=item) for rank, item in enumerate(parts, start=1)])
    page = render(made, "html").decode()
    legend = re.search(r'<dl class="legend".*?</dl>', page, re.DOTALL)
    assert legend is not None
    assert re.findall(r"</i>([^<]+)</dt>", legend[0]) == ["Taste", "Topic", "Novelty"]
    assert re.findall(r'<option value="\w+" data-part="(\d)">([^<]+)</option>', page) == [
        ("0", "Taste"), ("1", "Topic"), ("2", "Novelty"),
    ]  # fmt: skip
    assert re.findall(r'data-parts="([^"]+)"', page) == ["300 10 0", "-20 0 5"], "as the script reads them"
    colours = dict(re.findall(r'<i class="(c\d+)"></i>([^<]+)</dt>', legend[0]))
    assert colours == {"c0": "Taste", "c1": "Topic", "c2": "Novelty"}
    for colour in colours:
        assert f'class="{colour}"/>' in page, "the bar's piece has the legend's colour"


def test_there_are_colours_for_all_components() -> None:
    style = asset("page.css")
    colours = re.findall(r"\.(c\d+) \{ color: (#[0-9a-f]{6}); fill: (#[0-9a-f]{6}); \}", style)
    assert [name for name, *_ in colours] == [f"c{number}" for number in range(_COLOURS)]
    assert all(text == fill for _, text, fill in colours)
    assert len({text for _, text, _ in colours}) == _COLOURS >= len(COMPONENTS)


def test_what_reading_buys_and_what_was_learnt_stand_on_the_page() -> None:
    line = "Reading the first 100 rows finds about 4 of 10 picks (2 to 6)"
    taste = {"name": "abcabcabcabc", "trained_until": "2022-04-05", "prior_until": "2021-12-31", "prior_share": 167}
    page = render(bundle([row(1)], depth={"line": line}, taste=taste), "html").decode()
    assert f'<p class="facts">{line}.</p>' in page
    assert "<code>abcabcabcabc</code>, picks until 2022-04-05; shipped prior, 17 %, picks until 2021-12-31" in page
    alone = {"prior_until": "2021-12-31", "prior_share": 1000}
    assert "<td>shipped prior, 100 %, picks" in render(bundle([row(1)], taste=alone), "html").decode()
    bare = render(bundle([row(1)]), "html").decode()
    assert "finds about" not in bare
    assert '<th scope="row">Taste</th>' not in bare


def test_a_bundle_of_before_there_was_taste_has_a_page() -> None:
    made = {key: value for key, value in many(2).items() if key not in ("taste", "depth")}
    assert b"<h1>Shortlist" in render(made, "html")


def test_the_same_bundle_gives_the_same_page() -> None:
    assert render(many(4), "html") == render(many(4), "html")


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour[1:3]) + 0.7152 * linear(colour[3:5]) + 0.0722 * linear(colour[5:7])


def test_text_has_enough_contrast_in_light_and_dark() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text. https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    style = render(many(1), "html").decode()
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    )
    for colours in (light, dark):
        pairs = [(name, ground) for name in ("ink", "soft", "quiet", "accent") for ground in ("ground", "raised")]
        pairs += [(name, f"{name}-ground") for name in ("accent", "warm", "mark")]
        for name, ground in (*pairs, ("ink", "accent-ground"), ("quiet", "accent-ground")):
            one, other = sorted((luminance(colours[name]), luminance(colours[ground])))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (name, ground)
