"""arXiv's OAI-PMH: the address of a harvest's pages, and a page of records as papers. Parsing is pure.

The datestamp is the day (UTC) of the metadata's last change, so a harvest from a day on also brings old papers; and
one that is kept up to date by ``from`` needs no ``until``, which could only lose what changes in between. arXiv's
tokens are good until the end of the day (UTC).

Sources of the format: https://info.arxiv.org/help/oa/index.html, http://www.openarchives.org/OAI/openarchivesprotocol.html
and arXiv's own server, https://github.com/arXiv/oaipmh.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote, urlencode

from lxml import etree

from paperradar.errors import InputError, Unavailable, UpstreamError
from paperradar.papers import Author, Paper, Version, clean_text, parse_identifier
from paperradar.sources.authors import split_authors
from paperradar.sources.values import Broken, Page
from paperradar.sources.withdrawn import says_withdrawn
from paperradar.sources.xml import check_texts, parse_time, parse_xml, text_of

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"
_VERSION = re.compile(r"v([1-9]\d{0,3})", re.ASCII)
_EXCERPT = 120  # characters
# The archives that are a group of their own; all the others (hep-th, quant-ph, math-ph, nlin) are physics.
_GROUPS = frozenset({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"})


class TokenExpired(Unavailable):
    """A resumption token is no longer good: the harvest has to begin again at its first page."""


def set_of(category: str) -> str:
    """The OAI-PMH set of a category: ``cs:cs:IR``, ``physics:cond-mat:str-el``, ``physics:quant-ph``; case matters.

    Group, archive, subject class; a whole archive has two parts (``cs:cs``). So arXiv's server builds them
    (arXiv/oaipmh, oaipmh/processors/create_set_list.py); it refuses an unknown or retired one with badArgument. Its
    predecessor's answers name archives only: ``cs``, ``physics:hep-th``.
    """
    archive, _, subject = category.partition(".")
    parts = (archive if archive in _GROUPS else "physics", archive, subject)
    return ":".join(part for part in parts if part)


def list_records_url(
    base: str, *, category: str | None, since: dt.date | None, prefix: str = "arXivRaw", token: str = ""
) -> str:
    """The address of the first page of a harvest, or with ``token`` of the page that the token stands for.

    ``since``: only what changed on this day (UTC) or later; arXiv refuses a day in the future. A token stands for
    the whole request, so nothing else goes with it.
    """
    asked = {"verb": "ListRecords"}
    if token:
        asked["resumptionToken"] = token
    else:
        asked["metadataPrefix"] = prefix
        if category is not None:
            asked["set"] = set_of(category)
        if since is not None:
            asked["from"] = since.isoformat()
    # A token is itself written with percent signs, which have to arrive as such.
    return f"{base}?{urlencode(asked, safe=':', quote_via=quote)}"


def parse_page(data: bytes) -> Page:
    """One answer to ListRecords or GetRecord, in the formats ``arXivRaw`` (all versions) or ``arXiv``.

    ``arXiv`` tells the day of the first version and nothing of the later ones: its papers have version 1 alone, also
    where the record says that it was updated. ``updated`` is the day of the datestamp. Records that cannot be used
    are set aside. Nothing matches: an empty page with ``total`` 0.

    Raises Unavailable for a document that is cut off or no OAI-PMH, TokenExpired for a token that arXiv no longer
    takes, and UpstreamError where arXiv says that the request is wrong.
    """
    root = parse_xml(data)
    if root.tag != f"{_OAI}OAI-PMH":
        name = clean_text(str(etree.QName(root).localname))[:40]
        raise Unavailable(f"the answer is no OAI-PMH but a document of type {name!r}; try again later")
    errors = root.findall(f"{_OAI}error")
    if errors:
        return _refused(errors)
    answers = [answer for verb in ("ListRecords", "GetRecord") for answer in root.findall(f"{_OAI}{verb}")]
    if len(answers) != 1:
        raise Unavailable("the OAI-PMH answer has no records and no error, so it is not whole; try again later")
    return _page(answers[0])


def _refused(errors: list[etree._Element]) -> Page:
    said = {(error.get("code") or "").strip(): text_of(error)[:200] for error in errors}
    if said.keys() == {"noRecordsMatch"}:
        return Page(total=0)
    code, text = next((code, text) for code, text in said.items() if code != "noRecordsMatch")
    if code == "badResumptionToken":
        raise TokenExpired(f"arXiv no longer takes the resumption token ({text or code}); begin the harvest again")
    raise UpstreamError(
        f"arXiv refuses the OAI-PMH request with {clean_text(code)[:40] or 'no code'}: {text or 'no reason given'};"
        " check the settings categories and fetch.urls.oai"
    )


def _page(answer: etree._Element) -> Page:
    papers: list[Paper] = []
    broken: list[Broken] = []
    deleted: list[str] = []
    records = answer.findall(f"{_OAI}record")
    for place, record in enumerate(records, 1):
        try:
            header = record.find(f"{_OAI}header")
            if header is not None and (header.get("status") or "").strip() == "deleted":
                deleted.append(parse_identifier(_field(header, f"{_OAI}identifier"))[0])
            else:
                papers.append(_paper(record))
        except InputError as error:
            broken.append(Broken(place, str(error), text_of(record)[:_EXCERPT]))
    token = answer.find(f"{_OAI}resumptionToken")
    size = (token.get("completeListSize") or "").strip() if token is not None else ""
    return Page(
        papers=tuple(papers),
        broken=tuple(broken),
        deleted=tuple(deleted),
        total=int(size) if size.isascii() and size.isdecimal() and len(size) < 12 else None,
        records=len(records),
        resume=text_of(token),
    )


def _paper(record: etree._Element) -> Paper:
    metadata = record.find(f"{_OAI}metadata")
    for namespace, name in ((_RAW, "arXivRaw"), (_ARXIV, "arXiv")):
        fields = metadata.find(f"{namespace}{name}") if metadata is not None else None
        if fields is not None:
            break
    else:
        raise InputError("it has no metadata in the formats arXivRaw or arXiv")
    identifier, _ = parse_identifier(
        _field(fields, f"{namespace}id") or _field(record, f"{_OAI}header/{_OAI}identifier")
    )
    title, abstract = _field(fields, f"{namespace}title"), _field(fields, f"{namespace}abstract")
    check_texts(title, abstract)
    comments = _field(fields, f"{namespace}comments")
    changed = parse_time(_field(record, f"{_OAI}header/{_OAI}datestamp"))
    raw = namespace == _RAW
    return Paper(
        identifier=identifier,
        title=title,
        abstract=abstract,
        authors=split_authors(_field(fields, f"{_RAW}authors")) if raw else _authors(fields),
        categories=tuple(dict.fromkeys(_field(fields, f"{namespace}categories").split())),
        comments=comments,
        journal_ref=_field(fields, f"{namespace}journal-ref"),
        doi=_field(fields, f"{namespace}doi"),
        report_no=_field(fields, f"{namespace}report-no"),
        license=_field(fields, f"{namespace}license"),
        submitter=_field(fields, f"{namespace}submitter"),
        versions=_versions(fields) if raw else _first_version(fields),
        updated=changed.date() if changed else None,
        withdrawn=says_withdrawn(comments, abstract),
    )


def _field(element: etree._Element, path: str) -> str:
    return text_of(element.find(path))


def _authors(fields: etree._Element) -> tuple[Author, ...]:
    authors = []
    for author in fields.findall(f"{_ARXIV}authors/{_ARXIV}author"):
        family, given, suffix = (_field(author, f"{_ARXIV}{name}") for name in ("keyname", "forenames", "suffix"))
        if family or given:
            authors.append(Author(family, given, suffix) if family else Author(given, "", suffix))
    return tuple(authors)


def _versions(fields: etree._Element) -> tuple[Version, ...]:
    """The versions of ``arXivRaw``, each once and sorted; one without a believable time keeps its number."""
    times: dict[int, dt.datetime | None] = {}
    for version in fields.findall(f"{_RAW}version"):
        if match := _VERSION.fullmatch((version.get("version") or "").strip()):
            number = int(match[1])
            times[number] = times.get(number) or parse_time(_field(version, f"{_RAW}date"))
    return tuple(Version(number, times[number]) for number in sorted(times))


def _first_version(fields: etree._Element) -> tuple[Version, ...]:
    created = parse_time(_field(fields, f"{_ARXIV}created"))
    return (Version(1, created),) if created else ()
