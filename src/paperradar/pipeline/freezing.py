"""Freezing: from a day on an edition's list stands, and what is announced later only goes below it.

The word stands in the decisions log, the list in its bundle; `make_shortlist` puts both together. This module only says
when it is time, and does it once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from paperradar.calendar import ARXIV_ZONE, parse_edition
from paperradar.clock import Clock
from paperradar.decisions import DecisionLog
from paperradar.errors import InputError
from paperradar.pipeline.shortlisting import make_shortlist, publish_shortlist
from paperradar.publishing import edition_paths, read_bundle
from paperradar.settings import EditionSettings, Settings
from paperradar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Frozen:
    """An edition's frozen list. ``frozen_on`` is the day in New York. ``already``: it was frozen before.

    ``rows``: how many rows were frozen; 0 where the bundle of a list frozen before is lost.
    """

    edition: str
    bundle_id: str
    frozen_on: dt.date
    rows: int
    already: bool


def freezing_day(edition: str, bounds: EditionSettings) -> dt.date:
    """The day (America/New_York) on which an edition's list is frozen. Raises UsageError for a wrong edition."""
    return dt.date.fromisoformat(f"{parse_edition(edition)}-{bounds.freezes_on_day:02}")


def is_time_to_freeze(edition: str, settings: Settings, today: dt.date) -> bool:
    """Whether the day of freezing has come on ``today`` (America/New_York), or is over."""
    return today >= freezing_day(edition, settings.edition)


def freeze_edition(workspace: Workspace, edition: str, *, clock: Clock, by: str) -> Frozen:
    """Make and publish an edition's list, then write down that it stands. Does nothing where it is frozen already.

    It asks nothing about the day, see `is_time_to_freeze`. Killed before the word is in the log, the list is published
    and not frozen; the next call freezes it. Raises what `make_shortlist` and `publish_shortlist` raise.
    """
    edition = parse_edition(edition)
    log = DecisionLog(workspace.decisions, workspace.settings.edition)
    if said := log.frozen(edition):
        rows = _rows(workspace, edition, said.bundle)
        return Frozen(edition, said.bundle, said.at.astimezone(ARXIV_ZONE).date(), rows, already=True)
    # One time for all of it: what is announced at midnight, while this runs, must count as later.
    now = clock()
    today = now.astimezone(ARXIV_ZONE).date()
    made = make_shortlist(workspace, edition, rows=workspace.settings.ranking.rows, today=today)
    written = publish_shortlist(workspace, made, clock=lambda: now)
    log.freeze(edition, written.bundle_id, at=now, by=by)
    return Frozen(edition, written.bundle_id, today, len(made.bundle["rows"]), already=False)


def _rows(workspace: Workspace, edition: str, bundle: str) -> int:
    try:
        return len(read_bundle(edition_paths(workspace.shortlists, edition).bundle(bundle))["rows"])
    except InputError:
        return 0
