"""Records and files of a small snapshot, made up."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

Record = dict[str, object]


def record(number: int = 1, **changes: object) -> Record:
    """A full record, 2205.00001 for number 1. A keyword changes a field (``journal_ref`` is ``journal-ref``)."""
    values: Record = {
        "id": f"2205.{number:05}",
        "submitter": "Ada Ahn",
        "authors": "Ada Ahn and Bob de Vries (Some University)",
        "title": f"On the {number} habits\n  of small models",
        "comments": "9 pages",
        "journal-ref": "J. Inv. 1 (2022)",
        "doi": "10.1000/invented",
        "report-no": "R-1",
        "categories": "cs.CL cs.LG",
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "abstract": f"  We look at {number} models.\nThey are small.\n",
        "versions": [{"version": "v1", "created": "Mon, 2 May 2022 12:30:00 GMT"}],
        "update_date": "2022-05-03",
        "authors_parsed": [["Ahn", "Ada", ""], ["de Vries", "Bob", "", "Some University"]],
    }
    return values | {name.replace("_", "-") if name in _DASHED else name: value for name, value in changes.items()}


_DASHED = {"journal_ref", "report_no"}


def versions(highest: int) -> list[dict[str, str]]:
    """The versions up to ``highest``, one a day from 2 May 2022, as the snapshot writes them."""
    return [
        {"version": f"v{number}", "created": f"{number + 1} May 2022 12:30:00 GMT"} for number in range(1, highest + 1)
    ]


def line(value: Mapping[str, object] | bytes) -> bytes:
    """A record as a line; bytes are a line already."""
    return (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n"


def text(records: Iterable[Mapping[str, object] | bytes]) -> bytes:
    """Records as the text of a file."""
    return b"".join(line(value) for value in records)


def write(path: Path, records: Iterable[Mapping[str, object] | bytes]) -> Path:
    """Write a file of records, compressed where its name ends so."""
    content = text(records)
    path.write_bytes(gzip.compress(content, 1) if path.suffix == ".gz" else content)
    return path
