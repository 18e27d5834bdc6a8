"""What came over the wire, before anybody looked into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One answer as it came. ``body`` is without the transfer's compression. ``fetched_at`` is aware, in UTC.

    ``headers`` are the answer's, names in lower case.
    """

    url: str
    status: int
    body: bytes
    fetched_at: dt.datetime
    headers: Mapping[str, str] = field(default_factory=dict)
