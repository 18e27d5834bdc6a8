"""Fetching a window that nobody ever fetched nor imported, so that a newcomer's first shortlist has papers in it."""

from __future__ import annotations

import time

from paperradar.calendar import Window, announcement_days, arxiv_day
from paperradar.clock import Clock
from paperradar.pipeline.backfilling import backfill
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.upstream import Sleep
from paperradar.progress import Progress, silent
from paperradar.workspace import Workspace


def fetch_window(
    workspace: Workspace,
    window: Window,
    *,
    clock: Clock,
    sleep: Sleep = time.sleep,
    progress: Progress = silent,
) -> tuple[str, ...]:
    """Fetch a window: by days of submission from the API, and today's listing if it is one of its days.

    Returns what people must be told: that arXiv could not be reached, or not all of it could be had.
    """
    report = backfill(workspace, window, clock=clock, sleep=sleep, progress=progress)
    notes = []
    if report.outcome is not Outcome.DONE:
        detail = next(item.detail for item in report.slices if item.outcome is not Outcome.DONE)
        notes.append(f"not all of the window could be fetched: {detail}; paperradar backfill goes on where it stopped")
    today = arxiv_day(clock)
    if not notes and today in window and today in announcement_days(Window(today, today)):
        listing = fetch(workspace, day=today, clock=clock, sleep=sleep, progress=progress)
        bad = [item for item in listing if item.outcome is not Outcome.DONE]
        if bad:
            notes.append(f"today's listing is not complete ({bad[0].category}: {bad[0].detail}); run paperradar fetch")
    return tuple(notes)
