"""The forms of documents that the parsers of this package expect, as data.

arXiv can change its documents on any day, so what a parser takes for granted stands here in the open. Tests hold it to
recorded documents and to the parsers themselves. `paperradar.sources.shapes` says what a path is, and compares.

Sources: arXiv's own serializers, https://github.com/arXiv/arxiv-feed (feed/serializers) and
https://github.com/arXiv/oaipmh (oaipmh/templates); https://info.arxiv.org/help/api/user-manual.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# In the texts below a prefix stands for its namespace.
_NAMESPACES = {
    "arxiv": "http://arxiv.org/schemas/atom",
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "raw": "http://arxiv.org/OAI/arXivRaw/",
    "split": "http://arxiv.org/OAI/arXiv/",
    "search": "http://a9.com/-/spec/opensearch/1.1/",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


@dataclass(frozen=True, slots=True)
class Form:
    """What a parser expects of one kind of document. All members but the first are paths.

    ``records``: what it reads one by one. ``needed``: what every record (or the document) has, and without which
    something is lost. ``read``: what it reads where it is there. ``passed``: what it knows and passes over; ``x/**`` is
    all below x. ``gone``: records that have it are empty on purpose. ``values`` and ``times``: whose values, or ways of
    writing a time, are worth telling.
    """

    root: str
    needed: tuple[str, ...]
    records: str = ""
    read: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    gone: str = ""
    values: tuple[str, ...] = ()
    times: tuple[str, ...] = ()

    def knows(self, path: str) -> bool:
        """Whether a path is one of the form's, or leads to one."""
        for known in (*self.needed, *self.read, *self.passed):
            if known == path or known.startswith(f"{path}/"):
                return True
            if known.endswith("/**") and path.startswith(known[:-2]):
                return True
        return False


def _paths(base: str, text: str) -> tuple[str, ...]:
    return tuple(f"{base}/{'/'.join(map(_expanded, name.split('/')))}" for name in text.split())


def _expanded(step: str) -> str:
    prefix, colon, name = step.lstrip("@").rpartition(":")
    space = f"{{{_NAMESPACES[prefix]}}}" if colon else ""
    return f"{'@' if step.startswith('@') else ''}{space}{name}"


_FEED = _expanded("atom:feed")
_OAI = _expanded("oai:OAI-PMH")
_RECORDS = f"{_OAI}/ListRecords/record"
_AROUND_RECORDS = _paths(
    _OAI,
    """@xsi:schemaLocation responseDate request request/@verb request/@metadataPrefix request/@set request/@from
    request/@until request/@resumptionToken request/@identifier
    ListRecords/resumptionToken/@cursor ListRecords/resumptionToken/@expirationDate
    ListRecords/resumptionToken/@expires ListRecords/record/header/setSpec""",
)


def _oai_records(metadata: str, needed: str, passed: str, times: str) -> Form:
    """A page of ListRecords, whose records hold ``metadata``."""
    fields = f"{_RECORDS}/metadata/{_expanded(metadata)}"
    return Form(
        root=_OAI,
        records=_RECORDS,
        needed=(*_paths(_RECORDS, "header/identifier header/datestamp"), *_paths(fields, needed)),
        read=(
            *_paths(
                _OAI, "error error/@code ListRecords/resumptionToken ListRecords/resumptionToken/@completeListSize"
            ),
            *_paths(_RECORDS, "header/@status"),
            *_paths(fields, "comments journal-ref doi report-no license"),
            *(_paths(fields, "authors/author/forenames authors/author/suffix") if metadata == "split:arXiv" else ()),
        ),
        passed=(*_AROUND_RECORDS, *_paths(fields, f"@xsi:schemaLocation proxy msc-class acm-class {passed}")),
        gone=f"{_RECORDS}/header/@status",
        values=(
            *_paths(_OAI, "error error/@code request/@verb request/@set request/@from"),
            *_paths(f"{_OAI}/ListRecords/resumptionToken", "@cursor @completeListSize @expirationDate @expires"),
            *_paths(_RECORDS, "header/@status header/setSpec"),
        ),
        times=(*_paths(_OAI, "responseDate ListRecords/record/header/datestamp"), *_paths(fields, times)),
    )


EXPECTED: Mapping[str, Form] = {
    # paperradar.sources.rss, asked at /rss
    "rss": Form(
        root="rss",
        records="rss/channel/item",
        needed=(
            *_paths("rss/channel", "title pubDate"),
            *_paths("rss/channel/item", "title description guid category arxiv:announce_type dc:creator"),
        ),
        read=(
            *_paths("rss/channel", "description lastBuildDate"),
            *_paths("rss/channel/item", "link pubDate dc:rights arxiv:DOI arxiv:journal_reference"),
        ),
        passed=(
            *_paths("rss", "@version"),
            *_paths("rss/channel", "link atom:link/@href atom:link/@rel atom:link/@type docs language"),
            *_paths("rss/channel", "managingEditor skipDays/day item/guid/@isPermaLink"),
        ),
        values=_paths("rss/channel", "title item/arxiv:announce_type item/guid/@isPermaLink"),
        times=_paths("rss/channel", "pubDate lastBuildDate item/pubDate"),
    ),
    # the same parser, asked at /atom
    "atom": Form(
        root=_FEED,
        records=f"{_FEED}/entry",
        needed=(
            *_paths(_FEED, "title"),
            *_paths(f"{_FEED}/entry", "id title summary category/@term published arxiv:announce_type dc:creator"),
        ),
        read=(
            *_paths(_FEED, "subtitle updated"),
            *_paths(f"{_FEED}/entry", "link/@href dc:rights arxiv:DOI arxiv:journal_reference"),
        ),
        passed=(
            *_paths(_FEED, "@xml:lang id link/@href link/@rel link/@type"),
            *_paths(f"{_FEED}/entry", "updated link/@rel link/@type"),
        ),
        values=_paths(_FEED, "title entry/arxiv:announce_type"),
        times=_paths(_FEED, "updated entry/updated entry/published"),
    ),
    # paperradar.sources.api
    "api": Form(
        root=_FEED,
        records=f"{_FEED}/entry",
        needed=(
            *_paths(_FEED, "search:totalResults"),
            *_paths(f"{_FEED}/entry", "id title updated published summary author/name category/@term"),
            *_paths(f"{_FEED}/entry", "arxiv:primary_category/@term"),
        ),
        read=_paths(f"{_FEED}/entry", "arxiv:comment arxiv:journal_ref arxiv:doi"),
        passed=(
            *_paths(_FEED, "id title updated link/@href link/@type search:itemsPerPage search:startIndex"),
            *_paths(f"{_FEED}/entry", "link/@href link/@rel link/@type link/@title category/@scheme"),
            *_paths(f"{_FEED}/entry", "arxiv:primary_category/@scheme author/arxiv:affiliation"),
        ),
        values=_paths(_FEED, "search:totalResults search:itemsPerPage search:startIndex entry/category/@scheme"),
        times=_paths(_FEED, "updated entry/updated entry/published"),
    ),
    # no parser, but what a harvest by day rests on
    "identify": Form(
        root=_OAI,
        needed=_paths(f"{_OAI}/Identify", "baseURL protocolVersion earliestDatestamp deletedRecord granularity"),
        passed=(
            *_paths(_OAI, "@xsi:schemaLocation responseDate request request/@verb"),
            *_paths(f"{_OAI}/Identify", "repositoryName adminEmail compression description/**"),
        ),
        read=_paths(_OAI, "error error/@code"),
        values=_paths(
            _OAI,
            """error error/@code Identify/baseURL Identify/protocolVersion Identify/earliestDatestamp
            Identify/deletedRecord Identify/granularity Identify/compression""",
        ),
        times=_paths(_OAI, "responseDate Identify/earliestDatestamp"),
    ),
    # paperradar.sources.oai, in its two formats
    "arXivRaw": _oai_records(
        "raw:arXivRaw",
        "id submitter version/@version version/date title authors categories abstract",
        "version/size version/source_type",
        "version/date",
    ),
    "arXiv": _oai_records(
        "split:arXiv",
        "id created title authors/author/keyname categories abstract",
        "updated authors/author/affiliation",
        "created updated",
    ),
}
