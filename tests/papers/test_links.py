"""Links in abstracts and comments, and arXiv's own addresses."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.papers.links import code_links, html_url, is_web_address, pdf_url, project_links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Code: https://github.com/a/b.", ("https://github.com/a/b",)),
        ("(see https://github.com/a/b)", ("https://github.com/a/b",)),
        ("at github.com/a/b-c, and more", ("https://github.com/a/b-c",)),
        ("www.github.com/a/b", ("https://www.github.com/a/b",)),
        (r"\url{https://github.com/a/b_c}", ("https://github.com/a/b_c",)),
        (r"\url{https://github.com/a/b\_c}.", ("https://github.com/a/b_c",)),
        (r"\href{https://github.com/a/b}{https://github.com/a/b}", ("https://github.com/a/b",)),
        (r"\href{https://gitlab.com/a/b}{here}", ("https://gitlab.com/a/b",)),
        ("{\\tt https://huggingface.co/a/b}", ("https://huggingface.co/a/b",)),
        ("HTTPS://GitHub.com/A/B", ("https://github.com/A/B",)),
        ("http://github.com/a/b and https://github.com/a/b/ and github.com/a/b.git", ("http://github.com/a/b",)),
        (
            "https://github.com/a/b,https://github.com/c/d;https://github.com/e/f",
            ("https://github.com/a/b", "https://github.com/c/d", "https://github.com/e/f"),
        ),
        (
            "https://github.com/a/bhttps://gitlab.com/c/d",
            ("https://github.com/a/b", "https://gitlab.com/c/d"),
        ),
        ("https://zenodo.org/record/12", ("https://zenodo.org/record/12",)),
        ("https://doi.org/10.5281/zenodo.4391455", ("https://doi.org/10.5281/zenodo.4391455",)),
        ("https://gitlab.inria.fr/x/y", ("https://gitlab.inria.fr/x/y",)),
        ("https: //github.com/a/b", ()),
        ("https:// github.com/a/b", ("https://github.com/a/b",)),
        ("notgithub.com/a/b", ()),
        ("me@github.com/a/b", ()),
        ("https://github.com", ()),
        ("https://github.com@evil.example/a", ()),
        ("javascript:alert(1)//github.com/a/b", ()),
        ("https://github.com/a/b“", ("https://github.com/a/b",)),
        ("代码见https://github.com/a/b。", ("https://github.com/a/b",)),
        ("https://github.com/a/b_(c)", ("https://github.com/a/b_(c)",)),
        ("", ()),
    ],
)
def test_code_links(text: str, links: tuple[str, ...]) -> None:
    assert code_links(text) == links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Project page: https://some.github.io/thing/", ("https://some.github.io/thing/",)),
        ("some.github.io/thing", ("https://some.github.io/thing",)),
        ("Demo at www.example.org.", ("https://www.example.org",)),
        (r"http://www.example.edu/$\sim$me/x.html", ("http://www.example.edu/~me/x.html",)),
        ("https://arxiv.org/abs/2204.01234 https://export.arxiv.org/x https://doi.org/10.1/2", ()),
        ("https://web.archive.org/web/2020/https://a.example/b", ("https://web.archive.org/web/2020/https://a.example/b",)),
        ("http://[::1]/x http://localhost/x http://127.0.0.1/x https://x:99999/y", ()),
        ("https://github.com/a/b or www.github.com", ()),
        ('<math xmlns="http://www.w3.org/1998/Math/MathML">', ()),
    ],
)  # fmt: skip
def test_project_links(text: str, links: tuple[str, ...]) -> None:
    assert project_links(text) == links


PIECES = st.sampled_from(
    [
        "http://", "https://", "HTTP://", "javascript:", "github.com", "/a", ".", "www.", "x.org", "@", ":", "[", "]",
        "(", ")", "\\url{", "\\href{", "}", "{", " ", "'", '"', "<", ">", "\\", "_", "%", "?q=", "#", "\u202e", "é", "://",
        "$\\sim$", "doi.org/10.", "\x00", "\n",
    ]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_whatever_comes_out_is_an_http_address(text: str) -> None:
    code, project = code_links(text), project_links(text)
    for link in (*code, *project):
        assert link.startswith(("http://", "https://"))
        assert is_web_address(link)
        parts = urlsplit(link)
        assert parts.hostname
        assert "@" not in parts.netloc
        assert not set(link) & set(" \"'<>\\\n\t\x00\u202e")
        # A link that was found is found again as itself.
        assert link in (*code_links(link), *project_links(link))
    assert not set(code) & set(project)
    assert len(set(code)) == len(code)


@pytest.mark.parametrize(
    "piece", ["https://", "a.", "www.a.", "(", "/", "github.com/", "\\url{", "$\\sim$", "https://a.b/("]
)
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    begin = time.perf_counter()
    code_links(piece * 20_000)
    assert time.perf_counter() - begin < 5


def test_arxivs_pages() -> None:
    assert pdf_url("quant-ph/0201082") == "https://arxiv.org/pdf/quant-ph/0201082"
    assert html_url("2311.17059") == "https://ar5iv.labs.arxiv.org/html/2311.17059"
    assert html_url("2312.00001") == "https://arxiv.org/html/2312.00001"
    assert html_url("hep-th/9901001") == "https://ar5iv.labs.arxiv.org/html/hep-th/9901001"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "//a.example", "https://a.example/ x", "ftp://a.example", "", "https://",
        "https://a.example/\ud800", "https://a.example/\ufffe", "https://a.example/\x7f", "https://a.example/\u202etxt",
    ],
)  # fmt: skip
def test_what_is_no_web_address(text: str) -> None:
    assert not is_web_address(text)
