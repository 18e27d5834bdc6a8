"""Freezing: from a day on an edition's list stands, and what is announced later only goes below it.

The word stands in the decisions log, the list in its bundle; `make_shortlist` puts both together. This module only says
when it is time, and does it once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from paperradar.calendar import ARXIV_ZONE, edition_window, parse_edition
from paperradar.clock import Clock
from paperradar.decisions import DecisionLog
from paperradar.errors import InputError
from paperradar.pipeline.shortlisting import make_shortlist, publish_shortlist
from paperradar.publishing import edition_paths, read_bundle
from paperradar.settings import EditionSettings
from paperradar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Frozen:
    """An edition's frozen list. ``frozen_on`` is the day in New York. ``already``: it was frozen before.

    ``rows``: how many rows were frozen; 0 where the bundle of a list frozen before is lost. ``coverage``: what the list
    rests on, in one line, where it was frozen now.
    """

    edition: str
    bundle_id: str
    frozen_on: dt.date
    rows: int
    already: bool
    coverage: str = field(default="", compare=False)

    @property
    def line(self) -> str:
        """What happened, in one line."""
        when = "was frozen already, on" if self.already else "is frozen, on"
        return f"edition {self.edition} {when} {self.frozen_on}: {self.rows:,} rows, bundle {self.bundle_id}" + (
            f"; {self.coverage}" if self.coverage else ""
        )


def freezing_day(edition: str, bounds: EditionSettings) -> dt.date:
    """The day (America/New_York) on which an edition's list is frozen. Raises UsageError for a wrong edition."""
    return dt.date.fromisoformat(f"{parse_edition(edition)}-{bounds.freezes_on_day:02}")


def due_edition(workspace: Workspace, month: str | None, today: dt.date) -> tuple[str, str]:
    """The edition that a scheduled job has to freeze on a day (America/New_York), empty for none; and why not.

    ``month`` names one (default: that of the present month). Of a month whose edition has closed nothing is frozen
    unless it is named: a workspace that is new has no papers of it. Raises UsageError.
    """
    bounds = workspace.settings.edition
    name = parse_edition(month) if month else f"{today:%Y-%m}"
    due = freezing_day(name, bounds)
    if today < due:
        return "", f"edition {name} is not due: its list freezes on {due}"
    closes = max(edition_window(name, bounds).last, due)
    if not month and today > closes:
        return "", f"edition {name} closed on {closes}; if its list is not frozen, name the month"
    return name, ""


def freeze_edition(workspace: Workspace, edition: str, *, clock: Clock, by: str) -> Frozen:
    """Make and publish an edition's list, then write down that it stands. Does nothing where it is frozen already.

    It asks nothing about the day, see `due_edition`. Killed before the word is in the log, the list is published
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
    rows = len(made.bundle["rows"])
    return Frozen(edition, written.bundle_id, today, rows, already=False, coverage=made.coverage.line)


def _rows(workspace: Workspace, edition: str, bundle: str) -> int:
    try:
        return len(read_bundle(edition_paths(workspace.shortlists, edition).bundle(bundle))["rows"])
    except InputError:
        return 0
