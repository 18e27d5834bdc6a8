"""One entry of the decisions log and its line of JSON. Knows no files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from paperradar.papers import text_hash

PayloadValue = str | int | None


class Kind(StrEnum):
    """What a person decided."""

    PICK = "pick"  # a source chose a paper for an edition
    MARK = "mark"  # the decision, note and curator cells of a sheet's row
    CLEAR = "clear"  # those cells, emptied again
    RESURFACE = "resurface"  # an older paper shall come back
    FREEZE = "freeze"  # an edition's list stands; about the edition, so its identifier is empty
    BALLOT = "ballot"  # a curator's vote on a paper of an edition; an empty one takes it back
    ADD = "add"  # a paper or a page that is on no shortlist takes part in an edition
    PLACE = "place"  # where a paper stands in an edition's issue; an empty role takes it out
    VOTING = "voting"  # an edition is open to votes
    DECIDE = "decide"  # an edition's ten stand
    PUBLISH = "publish"  # an edition is out
    UNDO = "undo"  # an earlier entry no longer counts


class BrokenLine(ValueError):
    """A line that is not an entry. The message says why, without file and line."""


# What an entry's payload must hold, by kind; more is allowed and kept.
_PAYLOADS: Mapping[Kind, Mapping[str, tuple[type, ...]]] = {
    Kind.PICK: {"source": (str,), "role": (str,), "rank": (int, type(None)), "title": (str,)},
    Kind.MARK: {"decision": (str,), "note": (str,)},
    Kind.CLEAR: {},
    Kind.RESURFACE: {"why": (str,)},
    Kind.FREEZE: {"bundle": (str,)},
    Kind.BALLOT: {"vote": (str,), "note": (str,)},
    Kind.ADD: {"title": (str,), "authors": (str,), "url": (str,), "source": (str,)},
    Kind.PLACE: {"role": (str,), "rank": (int, type(None)), "why": (str,), "group": (str,)},
    Kind.VOTING: {"bundle": (str,)},
    Kind.DECIDE: {"places": (str,)},
    Kind.PUBLISH: {"url": (str,)},
    Kind.UNDO: {"undoes": (str,)},
}
_TEXTS = ("id", "at", "kind", "edition", "identifier", "by", "from")


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. ``at`` is aware, in UTC, whole seconds. ``by`` decided it; ``file`` is the name of the file it came
    from (``from`` in JSON), empty where there was none. ``after`` names the entries that it replaces.

    ``id`` is a hash of everything but ``at`` and ``file``: the same fact, learnt twice, is one entry.
    """

    kind: Kind
    edition: str
    identifier: str
    at: dt.datetime
    by: str = ""
    file: str = ""
    payload: Mapping[str, PayloadValue] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    # Made when it is first asked for: replaying a log asks for all ids many times.
    _hash: str = field(default="", init=False, repr=False, compare=False)

    @property
    def id(self) -> str:
        """32 hex digits."""
        if not self._hash:
            said = [self.kind, self.edition, self.identifier, self.by, self.payload, sorted(self.after)]
            object.__setattr__(self, "_hash", text_hash(_canonical(said)))
        return self._hash

    def line(self) -> bytes:
        """The entry as one line of canonical JSON (sorted keys, UTF-8), with its LF."""
        values = {
            "id": self.id,
            "at": self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "kind": self.kind,
            "edition": self.edition,
            "identifier": self.identifier,
            "by": self.by,
            "from": self.file,
            "payload": self.payload,
            "after": sorted(self.after),
        }
        return _canonical(values).encode("utf-8") + b"\n"


def parse_line(line: bytes) -> Entry:
    """The entry of a line. Raises BrokenLine, also where the content does not match its ``id``."""
    try:
        values = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BrokenLine("it is not a line of JSON") from error
    if not isinstance(values, dict):
        raise BrokenLine("it is not a JSON object")
    if wrong := [name for name in _TEXTS if not isinstance(values.get(name), str)]:
        raise BrokenLine(f"{wrong[0]} is missing or not a text")
    if values["kind"] not in set(Kind):
        raise BrokenLine(f"the kind {values['kind'][:40]!r} is unknown; a newer paperradar may have written it")
    kind = Kind(values["kind"])
    entry = Entry(
        kind=kind,
        edition=values["edition"],
        identifier=values["identifier"],
        at=_time(values["at"]),
        by=values["by"],
        file=values["from"],
        payload=_payload(kind, values.get("payload")),
        after=_after(values.get("after")),
    )
    if _id(entry) != values["id"]:
        raise BrokenLine("its content does not match its id; the file is damaged, or was edited instead of appended to")
    return entry


def _id(entry: Entry) -> str:
    try:
        return entry.id
    except (UnicodeEncodeError, TypeError, ValueError) as error:
        raise BrokenLine("it holds text or values that cannot be written") from error


def _time(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise BrokenLine(f"at {text[:40]!r} is not a time") from error
    if at.tzinfo is None:
        raise BrokenLine(f"at {text[:40]!r} lacks its time zone")
    return at.astimezone(dt.UTC)


def _payload(kind: Kind, value: Any) -> dict[str, PayloadValue]:
    if not isinstance(value, dict):
        raise BrokenLine("payload is missing or not an object")
    for name, types in _PAYLOADS[kind].items():
        if name not in value or not isinstance(value[name], types) or isinstance(value[name], bool):
            raise BrokenLine(f"payload.{name} is missing or of the wrong type")
    return value


def _after(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BrokenLine("after is missing or not a list of texts")
    return tuple(value)


def _canonical(value: object) -> str:
    # Not escaped to ASCII, so that a diff shows names and notes as people wrote them.
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
