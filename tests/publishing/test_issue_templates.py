"""Issues as Markdown and HTML: structure, hostile text, templates of the user's own, and mistakes in them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from paperradar.decisions import State
from paperradar.errors import SettingsError
from paperradar.papers import clean_text
from paperradar.papers.links import code_links, project_links
from paperradar.publishing.issue_templates import TEMPLATES, render_html, render_markdown, shipped_template
from paperradar.publishing.issue_values import Issue
from tests.publishing.issues import PAGE, hostile_issue, made_issue
from tests.publishing.test_markdown import HOSTILE, READER
from tests.publishing.test_page import HOSTILE as HOSTILE_PAGES

BRACKETS = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D"})
NOWHERE = Path("no-such-folder")
PARTS = ["News", "Papers", "Also worth reading", "The month in numbers", "References"]
ARXIV = re.compile(r"https://(?:arxiv\.org/(?:abs|pdf)|ar5iv\.labs\.arxiv\.org/html)/2204\.\d{5}")


def tokens(source: bytes, reader: MarkdownIt = READER) -> list[Token]:
    """All tokens, those inside a line as well."""
    found = []
    for token in reader.parse(source.decode()):
        found += [token, *(token.children or [])]
    return found


def headings(source: bytes, level: int) -> list[str]:
    found = READER.parse(source.decode())
    return [
        "".join(child.content for child in found[n + 1].children or [])
        for n, token in enumerate(found)
        if token.type == "heading_open" and token.tag == f"h{level}"
    ]


def links(source: bytes) -> set[str]:
    return {str(token.attrs["href"]) for token in tokens(source) if token.type == "link_open"}


def test_the_shape_of_the_markdown() -> None:
    made = render_markdown(made_issue(), NOWHERE)
    assert headings(made, 1) == ["Trends in AI: May 2022"]
    assert headings(made, 2) == PARTS
    entries = [heading for heading in headings(made, 3) if heading[0].isdigit()]
    assert [entry.partition(". ")[0] for entry in entries] == [str(n) for n in range(1, 11)]
    assert entries[1] == "2. =SUM of “everything”, with TeX $O(n^2)$"
    assert entries[9] == "10. Datasets & benchmarks"
    assert headings(made, 4) == ["Paper 10 about graphs", "Paper 11 about speech"]
    text = made.decode()
    assert text.count("**Why**") == text.count("**Key insights**") == 11
    assert text.count("TODO: a figure. Source: [") == 11
    assert "- [A model came out](https://news.example/a) (A lab)\n- A date\n" in text
    assert "\n\n\n" not in text
    assert {"https://github.com/a/b", "https://a.example/demo", PAGE} < links(made)
    pictures = [str(token.attrs["src"]) for token in tokens(made) if token.type == "image"]
    assert pictures[0] == "2022-05/papers-by-topic.svg"
    assert len(pictures) == 5
    ordered = [token for token in READER.parse(text) if token.type == "ordered_list_open"]
    assert len(ordered) == 1


def test_what_is_not_decided_says_so_in_its_first_lines() -> None:
    issue = made_issue(state=State.VOTING, decided=False)
    assert render_markdown(issue, NOWHERE).startswith(b"# Trends in AI: May 2022\n\n> DRAFT: edition 2022-05 is voting")
    page = render_html(issue, NOWHERE).decode()
    assert "<title>Trends in AI: May 2022 (draft)</title>" in page
    assert "<li>DRAFT: edition 2022-05 is voting" in page
    assert b"DRAFT" not in render_markdown(made_issue(), NOWHERE)


@settings(deadline=None, max_examples=40)
@given(text=HOSTILE.filter(clean_text))
def test_no_text_breaks_the_markdown(text: str) -> None:
    made = tokens(render_markdown(hostile_issue(text), NOWHERE))
    plain = tokens(render_markdown(hostile_issue("word"), NOWHERE))
    assert {token.type for token in made} == {token.type for token in plain}
    tags = [[token.tag for token in some if token.type == "heading_open"] for some in (made, plain)]
    assert tags[0] == tags[1]
    found = {str(token.attrs["href"]) for token in made if token.type == "link_open"}
    # What the abstract and the comment name as code or project is linked on purpose.
    named = {
        address.translate(BRACKETS) for address in (*code_links(f"{text} {text}"), *project_links(f"{text} {text}"))
    }
    assert {address for address in found if not ARXIV.fullmatch(address)} <= {PAGE, *named}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links |= {value or "" for name, value in attributes if name in ("href", "src")}


def read(page: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(page.decode())
    return reader


@pytest.mark.parametrize("text", [*HOSTILE_PAGES, "](javascript:alert(1))", "javascript:alert(1)"])
def test_no_text_breaks_the_page(text: str) -> None:
    plain, made = (read(render_html(hostile_issue(word), NOWHERE)) for word in ("word", text))
    assert [tag for tag in made.tags if tag not in ("a", "span")] == [
        tag for tag in plain.tags if tag not in ("a", "span")
    ]
    assert {link.partition(":")[0] for link in made.links if not link.startswith("#")} == {"https", "data"}


def test_a_template_of_the_users_own_wins(tmp_path: Path) -> None:
    (tmp_path / "issue.md.j2").write_text("{{ issue.title }} {% include 'more.txt' %}\n", encoding="utf-8")
    (tmp_path / "more.txt").write_text("{{ issue.entries | length }} *entries*", encoding="utf-8")
    assert render_markdown(made_issue(), tmp_path) == b"Trends in AI: May 2022 10 *entries*\n"
    assert render_html(made_issue(), tmp_path) == render_html(made_issue(), NOWHERE)
    (tmp_path / "issue.css").write_text("h1 { color: teal; }", encoding="utf-8")
    assert b"h1 { color: teal; }" in render_html(made_issue(), tmp_path)


def test_macros_and_joins_are_escaped_once(tmp_path: Path) -> None:
    text = "{% macro b(x) %}**{{ x }}**{% endmacro %}{{ b('*a*') }} {{ issue.topics | join('_') }} {{ 1 + 1 }}"
    (tmp_path / "issue.md.j2").write_text(text, encoding="utf-8")
    assert render_markdown(made_issue(), tmp_path) == b"**\\*a\\*** Information-retrieval\\_Diffusion 2\n"


def test_what_is_escaped_by_hand_is_escaped_for_markdown(tmp_path: Path) -> None:
    (tmp_path / "issue.md.j2").write_text("{{ '[x](https://a.example)' | e }}", encoding="utf-8")
    assert links(render_markdown(made_issue(), tmp_path)) == set()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a\n{{ issue.titel }}\n", 2, "has no attribute 'titel'"),
        ("a\n\n{% if %}\n", 3, "Expected an expression"),
        ("{{ nothing }}", 1, "'nothing' is undefined"),
        ("\n{% for entry in issue.entries %}\n{{ entry.rank + 'x' }}\n{% endfor %}", 3, "TypeError"),
        ("\n{{ 1 / 0 }}", 2, "ZeroDivisionError"),
        ("{{ issue.entries[99].rank }}", 1, "no element 99"),
        ("\n{{ issue.title.__class__.__mro__ }}", 2, "unsafe"),
        ("\n{{ ''.__class__ }}", 2, "unsafe"),
        ("\n\n{% include '../../secrets.txt' %}", 3, "there is no template"),
        ("\n{% include '/etc/passwd' %}", 2, "there is no template"),
        ("{{ range(10**9) | length }}", 1, "Range too big"),
        ("{{ issue.plots[0] | rows(1, 2) }}", 1, "TypeError"),
    ],
)
def test_a_mistake_is_one_line_naming_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "issue.md.j2"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        render_markdown(made_issue(), tmp_path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_templates_are_told(tmp_path: Path) -> None:
    (tmp_path / "issue.md.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"issue\.md\.j2: not UTF-8"):
        render_markdown(made_issue(), tmp_path)
    (tmp_path / "issue.css").write_text("</style><script>alert(1)</script>", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"issue\.css: holds </"):
        render_html(made_issue(), tmp_path)


def test_an_issue_with_little_in_it(tmp_path: Path) -> None:
    issue = hostile_issue("x")
    few = Issue(**{**{name: getattr(issue, name) for name in Issue.__slots__}, "mentions": (), "news": (), "plots": ()})
    text = render_markdown(few, tmp_path).decode()
    assert "- TODO: news, or list them in config/news/2022-05.toml." in text.replace("\\", "")
    assert "Also worth reading" not in text
    assert b"Also worth reading" not in render_html(few, tmp_path)


def test_all_templates_ship() -> None:
    assert all(shipped_template(name) for name in TEMPLATES)
