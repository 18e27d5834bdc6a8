"""Digests: what is news, and its two forms."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paperradar.publishing.decided import DecidedEdition, DecidedPaper
from paperradar.publishing.digest import (
    Digest,
    DigestItem,
    daily_digest,
    daily_news,
    list_digest,
    short_authors,
    ten_digest,
)
from tests.pipeline.listed import days_list
from tests.publishing.builders import bundle, full_row, row


def ranks(rows: Any) -> list[int]:
    return [one["rank"] for one in rows]


def test_to_somebody_new_the_newest_day_is_news() -> None:
    rows = days_list("2022-05-02", "2022-05-04", "2022-05-04", "2022-05-03")["rows"]
    assert ranks(daily_news(rows, known=None, days=10)) == [2, 3]


def test_to_others_what_they_were_not_told_of_is_news() -> None:
    rows = days_list("2022-05-02", "2022-05-04", "2022-05-04", "2022-05-03")["rows"]
    known = {"2204.00002", "2204.00001"}
    # The paper of the third came late: the day was told of, the paper was not.
    assert ranks(daily_news(rows, known=known, days=10)) == [3, 4]
    assert ranks(daily_news(rows, known=known, days=1)) == [3]
    assert daily_news(rows, known={one["identifier"] for one in rows}, days=10) == []
    assert daily_news([], known=None, days=10) == []


def test_a_daily_digest_shows_the_best_and_counts_all() -> None:
    made = days_list("2022-05-03", "2022-05-04", "2022-05-04")
    digest = daily_digest(made, made["rows"], title="Trends", most=2)
    assert digest.subject == "Trends: 3 new papers of 3 May 2022 to 4 May 2022"
    assert digest.intro == "New on the list of May 2022; the 2 best of them."
    assert digest.text == (
        "New on the list of May 2022; the 2 best of them.\n\n"
        "1. Paper 1\n   Ann Møller, Richard Roe Jr.\n   Fits a profile (match 1)\n   https://arxiv.org/abs/2204.00001\n\n"
        "2. Paper 2\n   Ann Møller, Richard Roe Jr.\n   Fits a profile (match 2)\n   https://arxiv.org/abs/2204.00002\n"
    )
    assert daily_digest(made, made["rows"][:1], title="T", most=2).subject == "T: 1 new paper of 3 May 2022"


def test_links_to_code_and_projects_are_told() -> None:
    made = bundle([full_row()])
    text = list_digest(made, title="Trends", most=10).text
    assert "   Code: https://github.com/a/b\n" in text
    assert "   Project: https://a.example/demo\n" in text
    assert "Author0, Author1, Author2, Author3, Author4, Author5 and 6 more" in text


def test_an_undecided_edition_shows_the_top_of_its_list() -> None:
    digest = list_digest(bundle([row(rank) for rank in range(1, 13)]), title="Trends", most=10)
    assert digest.subject == "Trends, May 2022: the top of the list"
    assert len(digest.items) == 10


def test_the_ten_with_reasons_and_mentions() -> None:
    ten = (
        DecidedPaper("First", "https://arxiv.org/abs/2204.00001", ("Ann",), "So it is", 1),
        DecidedPaper("Second", "", rank=2, group="Two of a kind"),
        DecidedPaper("Same", "", rank=2, group="Two of a kind"),
    )
    at = dt.datetime(2022, 5, 6, tzinfo=dt.UTC)
    edition = DecidedEdition("2022-05", at, ten, (DecidedPaper("Third", "https://a.example/3"),))
    digest = ten_digest(edition, title="Trends")
    assert digest.subject == "Trends, May 2022"
    assert (
        "1. First\n   Ann\n   So it is\n   https://arxiv.org/abs/2204.00001\n\n2. Second (Two of a kind)\n"
        in digest.text
    )
    assert "2. Same (Two of a kind)\n" in digest.text
    assert "Also worth a look\n\n- Third\n" in digest.text
    published = ten_digest(DecidedEdition("2022-05", at, ten, (), "https://example.org/may"), title="Trends")
    assert published.text.startswith("The issue is out:\n\nhttps://example.org/may\n")
    assert published.name != digest.name


def test_few_authors_are_all_named() -> None:
    assert short_authors(["A"] * 8) == ", ".join(["A"] * 8)
    assert short_authors(["A"] * 9) == "A, A, A, A, A, A and 3 more"


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses |= {value or "" for name, value in attributes}


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_is_markup_or_a_second_line(text: str, other: str) -> None:
    link = f"javascript:{other}"
    item = DigestItem(text, other, text, (("", link), (other, "https://a.example/x")), 1, heading=other)
    digest = Digest(text, other, (item,), url=link)
    found = _Tags(digest.html)
    assert found.tags <= {"html", "body", "h2", "h3", "p", "b", "i", "br", "a"}
    assert found.addresses <= {"https://a.example/x"}
    assert "javascript:" not in digest.text or "javascript:" in text + other
    assert len(digest.text.splitlines()) <= 12
