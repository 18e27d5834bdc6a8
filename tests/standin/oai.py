"""``/oai``: OAI-PMH 2.0 as oaipmh.arxiv.org speaks it, with the formats arXiv and arXivRaw.

Sources: https://www.openarchives.org/OAI/openarchivesprotocol.html and the recorded documents. A resumption
token is the request itself, percent-encoded, as arXiv's are today.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode

from paperradar.errors import InputError
from paperradar.papers import Paper, identifier_order, parse_identifier
from tests.standin.answers import Answer, attributes, element
from tests.standin.categories import GROUPS, in_set, is_set, set_spec
from tests.standin.oai_records import FORMATS, metadata
from tests.standin.scenarios import Rule
from tests.standin.world import World, released

_BASE = "http://oaipmh.arxiv.org/oai"
_EARLIEST = dt.date(2005, 9, 16)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ROOT = {
    "xmlns": "http://www.openarchives.org/OAI/2.0/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
}
# What each verb must and may have beside it.
_VERBS: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListSets": (set(), {"resumptionToken"}),
    "ListMetadataFormats": (set(), {"identifier"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set"}),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set"}),
}


class ProtocolError(Exception):
    """An OAI-PMH error: its code and what it says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record of a list; ``paper`` is None for a deleted one."""

    identifier: str
    datestamp: dt.date
    sets: tuple[str, ...]
    paper: Paper | None = None


def respond(world: World, now: dt.datetime, query: str, page_size: int, harm: Rule | None = None) -> Answer:
    """The answer to a query string at a time (aware), in pages of ``page_size``."""
    given = parse_qs(query, keep_blank_values=True)
    arguments = {name: values[0] for name, values in given.items()}
    day = released(now)
    shown = arguments
    try:
        _check(given)
        if harm and harm.action == "bad_token":
            raise ProtocolError("badResumptionToken", "The resumption token has expired")
        body = _body(world, day, arguments, page_size, harm)
    except ProtocolError as error:
        body = [element("error", str(error), {"code": error.code})]
        if error.code in ("badVerb", "badArgument"):
            shown = {}
    lines = [
        f"<OAI-PMH{attributes(_ROOT)}>",
        element("responseDate", f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"),
        element("request", _BASE, shown),
        *body,
        "</OAI-PMH>",
        "",
    ]
    return Answer((_DECLARATION + "\n".join(lines)).encode(), "application/xml")


def _check(given: Mapping[str, Sequence[str]]) -> None:
    """Raises ProtocolError where verb and arguments do not go together."""
    verbs = given.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in _VERBS:
        raise ProtocolError("badVerb", "The verb is missing, repeated, or none of OAI-PMH's")
    names = given.keys() - {"verb"}
    if repeated := [name for name in names if len(given[name]) > 1]:
        raise ProtocolError("badArgument", f"{repeated[0]} is repeated")
    needed, allowed = _VERBS[verbs[0]]
    if "resumptionToken" in names and verbs[0].startswith("List") and verbs[0] != "ListMetadataFormats":
        if names != {"resumptionToken"}:
            raise ProtocolError("badArgument", "resumptionToken goes with no other argument")
    elif missing := needed - names:
        raise ProtocolError("badArgument", f"{min(missing)} is required")
    elif unknown := names - needed - allowed:
        raise ProtocolError("badArgument", f"{min(unknown)} is not allowed here")


def _body(world: World, day: dt.date, arguments: Mapping[str, str], page_size: int, harm: Rule | None) -> list[str]:
    verb = arguments["verb"]
    if verb == "Identify":
        return _identify()
    if verb == "ListMetadataFormats":
        return _formats()
    if verb == "ListSets":
        return _sets(world)
    if verb == "GetRecord":
        return ["<GetRecord>", *_one(world, day, arguments), "</GetRecord>"]
    return [f"<{verb}>", *_page(world, day, arguments, page_size, harm), f"</{verb}>"]


# Lists


def _page(world: World, day: dt.date, arguments: Mapping[str, str], size: int, harm: Rule | None) -> Iterator[str]:
    skip = 0
    if token := arguments.get("resumptionToken"):
        arguments, skip = _resumed(token, arguments["verb"], day)
    found = _found(world, day, arguments)
    if harm and harm.action == "deleted_record":
        found.insert(0, _Entry(harm.text("identifier"), day, ()))
    if not found:
        raise ProtocolError("noRecordsMatch", "No record matches these arguments")
    if skip >= len(found):
        raise ProtocolError("badResumptionToken", "The token points behind the list")
    page, total = found[skip : skip + size], len(found)
    if harm and harm.action == "short_page":
        page = page[: max(len(page) - harm.number("missing"), 0)]
    if harm and harm.action == "total_changes":
        total = max(total + harm.number("by"), 0)
    for entry in page:
        yield from _header(entry) if arguments["verb"] == "ListIdentifiers" else _record(entry, arguments)
    more = skip + size < len(found)
    if more or skip:
        values = {"cursor": str(skip), "completeListSize": str(total)}
        if harm and harm.action == "no_list_size":
            values = {"expirationDate": f"{day + dt.timedelta(days=1)}T00:00:00Z"}
        yield element("resumptionToken", _token(arguments, skip + size, day) if more else "", values)


def _found(world: World, day: dt.date, arguments: Mapping[str, str]) -> list[_Entry]:
    _check_format(arguments)
    first, last = _date(arguments, "from", _EARLIEST), _date(arguments, "until", day)
    if first > last:
        raise ProtocolError("badArgument", "until must not be earlier than from")
    wanted = arguments.get("set")
    if wanted is not None and not is_set(wanted):
        raise ProtocolError("badArgument", "Set does not exist")
    entries = [
        _entry(paper)
        for paper in world.on(day).values()
        if first <= (paper.updated or _EARLIEST) <= last and (wanted is None or in_set(wanted, paper.categories))
    ]
    return sorted(entries, key=lambda entry: (entry.datestamp, identifier_order(entry.identifier)))


def _date(arguments: Mapping[str, str], name: str, default: dt.date) -> dt.date:
    written = arguments.get(name)
    if written is None:
        return default
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII):
            return dt.date.fromisoformat(written)
    except ValueError:
        pass
    raise ProtocolError("badArgument", f"{name} must be a day written as YYYY-MM-DD")


def _check_format(arguments: Mapping[str, str]) -> None:
    if arguments["metadataPrefix"] not in FORMATS:
        raise ProtocolError("cannotDisseminateFormat", "Did not recognize requested format")


def _token(arguments: Mapping[str, str], skip: int, day: dt.date) -> str:
    return quote(urlencode({**arguments, "skip": skip, "day": f"{day}"}))


def _resumed(token: str, verb: str, day: dt.date) -> tuple[dict[str, str], int]:
    values = {name: values[0] for name, values in parse_qs(unquote(token)).items()}
    skip, made = values.pop("skip", ""), values.pop("day", "")
    if not re.fullmatch(r"\d+", skip, re.ASCII) or values.get("verb") != verb or "metadataPrefix" not in values:
        raise ProtocolError("badResumptionToken", "The resumption token is none of ours")
    if made != f"{day}":
        raise ProtocolError("badResumptionToken", "The resumption token has expired")
    return values, int(skip)


# Records


def _one(world: World, day: dt.date, arguments: Mapping[str, str]) -> list[str]:
    _check_format(arguments)
    named = arguments["identifier"]
    try:
        identifier, version = parse_identifier(named)
    except InputError:
        identifier, version = "", None
    paper = world.on(day).get(identifier)
    if not named.startswith("oai:arXiv.org:") or version is not None or paper is None:
        raise ProtocolError("idDoesNotExist", "Nothing matches the identifier given")
    return _record(_entry(paper), arguments)


def _entry(paper: Paper) -> _Entry:
    return _Entry(paper.identifier, paper.updated or _EARLIEST, tuple(map(set_spec, paper.categories)), paper)


def _header(entry: _Entry) -> list[str]:
    return [
        '<header status="deleted">' if entry.paper is None else "<header>",
        f" {element('identifier', f'oai:arXiv.org:{entry.identifier}')}",
        f" {element('datestamp', f'{entry.datestamp}')}",
        *(f" {element('setSpec', name)}" for name in entry.sets),
        "</header>",
    ]


def _record(entry: _Entry, arguments: Mapping[str, str]) -> list[str]:
    lines = ["<record>", *_header(entry)]
    if entry.paper is not None:
        lines += ["<metadata>", metadata(entry.paper, arguments["metadataPrefix"]), "</metadata>"]
    return [*lines, "</record>"]


# About the repository


def _identify() -> list[str]:
    values = {
        "repositoryName": "arXiv",
        "baseURL": _BASE,
        "protocolVersion": "2.0",
        "adminEmail": "help@arxiv.org",
        "earliestDatestamp": f"{_EARLIEST}",
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DD",
    }
    return ["<Identify>", *(element(name, value) for name, value in values.items()), "</Identify>"]


def _formats() -> list[str]:
    lines = ["<ListMetadataFormats>"]
    for prefix, names in FORMATS.items():
        lines += [
            "<metadataFormat>",
            element("metadataPrefix", prefix),
            element("schema", names["schema"]),
            element("metadataNamespace", names["namespace"]),
            "</metadataFormat>",
        ]
    return [*lines, "</ListMetadataFormats>"]


def _sets(world: World) -> list[str]:
    specs = set(GROUPS)
    for paper in world.records.values():
        for spec in map(set_spec, paper.categories):
            specs |= {spec, spec.rpartition(":")[0]}
    lines = ["<ListSets>"]
    for spec in sorted(specs):
        lines += ["<set>", element("setSpec", spec), element("setName", spec.rpartition(":")[2]), "</set>"]
    return [*lines, "</ListSets>"]
