"""Feeds and OAI-PMH pages of made-up papers, written as arXiv writes them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

HOME = "cs.IR"  # the category that is asked for, where a test does not say otherwise
_LICENSE = "http://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Item:
    """One announced paper. An empty field is left out of the feed."""

    identifier: str = "2205.00001"
    version: int = 1
    kind: str = "new"
    title: str = "Small models search well"
    abstract: str = "We look at small models."
    authors: Sequence[str] = ("Ada Ahn", "Bob de Vries")
    categories: Sequence[str] = (HOME, "cs.CL")
    doi: str = ""
    journal_ref: str = ""
    extra: str = ""  # XML that stands in the item as it is

    @property
    def named(self) -> str:
        return f"{self.identifier}v{self.version}"


def rss(items: Iterable[Item] = (), *, date: str = "Mon, 02 May 2022 00:00:00 -0400", title: str = "") -> bytes:
    """Today's RSS 2.0. Without ``date`` the channel names none."""
    dates = f"<lastBuildDate>Mon, 02 May 2022 04:00:09 +0000</lastBuildDate><pubDate>{date}</pubDate>" if date else ""
    entries = "".join(
        f"""
    <item>
      <title>{escape(item.title)}</title>
      <link>https://arxiv.org/abs/{item.identifier}</link>
      <description>{escape(_described(item))}</description>
      <guid isPermaLink="false">oai:arXiv.org:{item.named}</guid>
      {"".join(f"<category>{category}</category>" for category in item.categories)}
      <pubDate>Mon, 02 May 2022 00:00:00 -0400</pubDate>
      {_fields(item)}
    </item>"""
        for item in items
    )
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
  <channel>
    <title>{title or f"{HOME} updates on arXiv.org"}</title>
    <link>http://rss.arxiv.org/rss/{HOME}</link>
    <description>{HOME} updates on the arXiv.org e-print archive.</description>
    <atom:link href="http://rss.arxiv.org/rss/{HOME}" rel="self" type="application/rss+xml"/>
    <language>en-us</language>
    <managingEditor>rss-help@arxiv.org</managingEditor>
    {dates}
    <skipDays><day>Saturday</day><day>Sunday</day></skipDays>{entries}
  </channel>
</rss>
""".encode()


def atom(items: Iterable[Item] = (), *, updated: str = "2022-05-02T04:00:19.866337+00:00") -> bytes:
    """Today's Atom."""
    entries = "".join(
        f"""
  <entry>
    <id>oai:arXiv.org:{item.named}</id>
    <title>{escape(item.title)}</title>
    <updated>2022-05-02T04:00:19.899254+00:00</updated>
    <link href="https://arxiv.org/abs/{item.identifier}" rel="alternate" type="text/html"/>
    <summary>{escape(_described(item))}</summary>
    {"".join(f'<category term="{category}"/>' for category in item.categories)}
    <published>2022-05-02T00:00:00-04:00</published>
    {_fields(item)}
  </entry>"""
        for item in items
    )
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/{HOME}</id>
  <title>{HOME} updates on arXiv.org</title>
  <updated>{updated}</updated>
  <link href="http://rss.arxiv.org/atom/{HOME}" rel="self" type="application/atom+xml"/>
  <subtitle>{HOME} updates on the arXiv.org e-print archive.</subtitle>{entries}
</feed>
""".encode()


def rdf(items: Iterable[Item] = (), *, date: str = "2022-05-01T20:30:00-05:00") -> bytes:
    """The old feed of before 2024, whose texts are HTML. ``categories[0]`` is the paper's primary category."""
    return rdf_of_titles(
        (
            (
                f"http://arxiv.org/abs/{item.identifier}",
                html.escape(f"{item.title}. ({_stamp(item)})", quote=False),
                f"<p>{html.escape(item.abstract, quote=False)}\n</p>\n",
                ", ".join(f'<a href="http://arxiv.org/find/cs/1/au:+A/0/1">{html.escape(a)}</a>' for a in item.authors),
            )
            for item in items
        ),
        date=date,
    )


def rdf_of_titles(items: Iterable[tuple[str, str, str, str]], *, date: str = "2022-05-01T20:30:00-05:00") -> bytes:
    """The old feed from link, title with its bracket, description and authors, all as HTML."""
    entries = "".join(
        f"""
<item rdf:about="{link}">
<title>{escape(title)}</title>
<link>{link}</link>
<description rdf:parseType="Literal">{escape(description)}</description>
<dc:creator> {escape(creators)}</dc:creator>
</item>"""
        for link, title, description, creators in items
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>

<rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
>
<channel rdf:about="http://arxiv.org/">
<title>{HOME} updates on arXiv.org</title>
<link>http://arxiv.org/</link>
<description rdf:parseType="Literal">{HOME} updates on the arXiv.org e-print archive</description>
<dc:date>{date}</dc:date>
<dc:publisher>www-admin@arxiv.org</dc:publisher>
<image rdf:resource="http://arxiv.org/icons/sfx.gif" />
</channel>
<image rdf:about="http://arxiv.org/icons/sfx.gif">
<title>arXiv.org</title>
<url>http://arxiv.org/icons/sfx.gif</url>
</image>{entries}
</rdf:RDF>
""".encode()


def oai(inner: str) -> bytes:
    """An OAI-PMH answer around its verb's element or its errors."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<responseDate>2022-05-03T04:10:00Z</responseDate>
<request verb="ListRecords" metadataPrefix="arXivRaw">http://oaipmh.arxiv.org/oai</request>
{inner}
</OAI-PMH>
""".encode()


def records(*inner: str, token: str = "") -> bytes:
    """An answer to ListRecords; ``token`` is the element as it is."""
    return oai(f"<ListRecords>{''.join(inner)}{token}</ListRecords>")


def raw_record(item: Item, *, versions: str = "", fields: str = "", datestamp: str = "2022-05-03") -> str:
    """A record in the format arXivRaw, with as many versions as the item has, one a day from 2 May 2022."""
    versions = versions or "".join(
        f'<version version="v{number}"><date>{number + 1:02} May 2022 12:30:00 GMT</date><size>9kb</size></version>'
        for number in range(1, item.version + 1)
    )
    return _record(
        item.identifier,
        f"""<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{item.identifier}</id><submitter>Ada Ahn</submitter>
{versions}<title>{escape(item.title)}</title><authors>{escape(", ".join(item.authors))}</authors>
<categories>{" ".join(item.categories)}</categories>{fields}<license>{_LICENSE}</license>
<abstract>  {escape(item.abstract)}
</abstract></arXivRaw>""",
        datestamp,
    )


def arxiv_record(item: Item, *, authors: str, dates: str = "<created>2022-05-02</created>", fields: str = "") -> str:
    """A record in the format arXiv; ``authors`` are its elements as they are."""
    return _record(
        item.identifier,
        f"""<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{item.identifier}</id>{dates}<authors>{authors}</authors>
<title>{escape(item.title)}</title><categories>{" ".join(item.categories)}</categories>{fields}
<license>{_LICENSE}</license><abstract>  {escape(item.abstract)}
</abstract></arXiv>""",
        "2022-05-03",
    )


def deleted_record(identifier: str) -> str:
    return (
        f'<record><header status="deleted"><identifier>oai:arXiv.org:{identifier}</identifier>'
        "<datestamp>2022-05-03</datestamp></header></record>"
    )


def _record(identifier: str, metadata: str, datestamp: str) -> str:
    return (
        f"<record><header><identifier>oai:arXiv.org:{identifier}</identifier><datestamp>{datestamp}</datestamp>"
        f"<setSpec>cs:cs:IR</setSpec></header><metadata>{metadata}</metadata></record>"
    )


def _described(item: Item) -> str:
    return f"arXiv:{item.named} Announce Type: {item.kind} \nAbstract: {item.abstract}"


def _fields(item: Item) -> str:
    fields = {
        "arxiv:announce_type": item.kind,
        "dc:rights": _LICENSE,
        "arxiv:DOI": item.doi,
        "arxiv:journal_reference": item.journal_ref,
        "dc:creator": ", ".join(item.authors),
    }
    written = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)
    return written + item.extra


def _stamp(item: Item) -> str:
    flag = {"new": "", "cross": " CROSS LISTED"}.get(item.kind, " UPDATED")
    return f"arXiv:{item.named} [{item.categories[0]}]{flag}"
