"""A digest: the new papers of a day, or the ten of a month, as plain text and as HTML for a mail.

Made from a bundle's rows or a decided edition alone. No clock, so the same input gives the same digest and name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paperradar.papers import clean_text, text_hash
from paperradar.papers.links import is_web_address
from paperradar.publishing.bundle import Bundle
from paperradar.publishing.days import day_words, month_words
from paperradar.publishing.decided import DecidedEdition, DecidedPaper
from paperradar.publishing.page import environment, names_shown


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A paper in a digest. ``links``: label and address; one without a label is the paper's own.

    ``heading`` stands above it, where it begins a group; ``number`` before its title.
    """

    title: str
    authors: str = ""
    why: str = ""
    links: tuple[tuple[str, str], ...] = ()
    number: int | None = None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """``subject`` is one line. ``url``: where the issue was published, or empty."""

    subject: str
    intro: str
    items: tuple[DigestItem, ...]
    url: str = ""

    @property
    def text(self) -> str:
        """The digest as plain text; every line of arXiv's is one line here."""
        blocks = [clean_text(self.intro)]
        if is_web_address(self.url):
            blocks.append(self.url)
        for item in self.items:
            if item.heading:
                blocks.append(clean_text(item.heading))
            said = [line for line in (item.authors, item.why) if line]
            said += [f"{label}: {link}" if label else link for label, link in item.links if is_web_address(link)]
            number = f"{item.number}. " if item.number else "- "
            lines = [f"{number}{clean_text(item.title)}", *(f"   {clean_text(line)}" for line in said)]
            blocks.append("\n".join(lines))
        return "\n\n".join(blocks) + "\n"

    @property
    def html(self) -> str:
        """The digest as a mail's body: no style, no script, nothing that is fetched."""
        return environment().get_template("digest/mail.html.j2").render(digest=self)

    @property
    def name(self) -> str:
        """Names what it says: 32 hex digits."""
        return text_hash(self.subject, self.text)


def short_authors(names: Sequence[str]) -> str:
    """The first names; of many, how many more there are."""
    shown = names_shown(names)
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def new_papers(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that can be news: not those of withdrawn papers, nor of those that came back from before the window."""
    return [row for row in rows if not row.get("withdrawn") and not row["resurfaced"]]


def daily_news(
    rows: Sequence[Mapping[str, Any]], *, known: Collection[str] | None, days: int
) -> list[Mapping[str, Any]]:
    """The rows that are news to somebody who was told of ``known`` before: of the last ``days`` announcement days.

    None: to somebody who was never told of anything, only the newest day is news. In the list's order.
    """
    fresh = new_papers(rows)
    newest = sorted({row["date"] for row in fresh}, reverse=True)[: days if known is not None else 1]
    return [row for row in fresh if row["date"] in newest and (known is None or row["identifier"] not in known)]


def daily_digest(bundle: Bundle, news: Sequence[Mapping[str, Any]], *, title: str, most: int) -> Digest:
    """The ``most`` best of these rows, at least one, of an edition's list."""
    days = sorted({row["date"] for row in news})
    when = day_words(days[0]) if len(days) == 1 else f"{day_words(days[0])} to {day_words(days[-1])}"
    shown = sorted(news, key=lambda row: row["rank"])[:most]
    more = f"; the {len(shown)} best of them" if len(news) > len(shown) else ""
    papers = "paper" if len(news) == 1 else "papers"
    return Digest(
        subject=clean_text(f"{title}: {len(news)} new {papers} of {when}"),
        intro=f"New on the list of {month_words(bundle['edition'])}{more}.",
        items=tuple(_of_row(row, number) for number, row in enumerate(shown, start=1)),
    )


def ten_digest(edition: DecidedEdition, *, title: str) -> Digest:
    """The ten of a decided edition, and its mentions."""
    ten = [_of_paper(paper) for paper in edition.ten]
    mentions = [_of_paper(replace(paper, rank=None)) for paper in edition.mentions]
    if mentions:
        mentions[0] = replace(mentions[0], heading="Also worth a look")
    published = is_web_address(edition.url)
    return Digest(
        subject=clean_text(f"{title}, {month_words(edition.edition)}"),
        intro="The issue is out:" if published else "The curators decided on these papers.",
        items=(*ten, *mentions),
        url=edition.url if published else "",
    )


def list_digest(bundle: Bundle, *, title: str, most: int) -> Digest:
    """The first rows of the list of an edition that is not decided yet."""
    rows = [row for row in bundle["rows"] if not row.get("withdrawn")][:most]
    return Digest(
        subject=clean_text(f"{title}, {month_words(bundle['edition'])}: the top of the list"),
        intro="Nothing is decided yet. These papers stand first on the list.",
        items=tuple(_of_row(row, number) for number, row in enumerate(rows, start=1)),
    )


def _of_row(row: Mapping[str, Any], number: int) -> DigestItem:
    links = [("", row["links"]["abs"])]
    links += [("Code", link) for link in row["code_links"]] + [("Project", link) for link in row["project_links"]]
    return DigestItem(
        row["title"] or row["identifier"], short_authors(row["authors"]), row["why"], tuple(links), number
    )


def _of_paper(paper: DecidedPaper) -> DigestItem:
    return DigestItem(paper.heading, short_authors(paper.authors), paper.why, (("", paper.url),), paper.rank)
