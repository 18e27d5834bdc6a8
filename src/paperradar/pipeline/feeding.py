"""Writing the feeds: of decided editions from the log and the lists, of the last days from the present list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from paperradar.errors import NotFoundError
from paperradar.files import write_if_changed
from paperradar.pipeline.issued import decided_editions, present_list
from paperradar.publishing.feeds import (
    DAILY_FILE,
    EDITIONS_FILE,
    FeedFacts,
    daily_feed,
    daily_tops,
    editions_feed,
)
from paperradar.settings import PublishingSettings
from paperradar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WrittenFeeds:
    """Where the feeds lie. ``changed``: those whose bytes are new. ``notes``: what the user should know."""

    editions: Path
    daily: Path
    edition_entries: int
    daily_entries: int
    changed: tuple[Path, ...]
    notes: tuple[str, ...]


def write_feeds(workspace: Workspace, *, today: dt.date, folder: Path | None = None) -> WrittenFeeds:
    """Write ``editions.atom`` and ``daily.atom``, atomically; bytes that are there already are left alone.

    ``today`` (America/New_York) tells which edition runs. Reads no database. A feed with nothing in it is written too,
    so that it can be subscribed to. Raises TryAgainLater where another program holds a file.
    """
    settings = workspace.settings.publishing
    facts = FeedFacts(settings.title, settings.feed_tag, settings.feed_url)
    editions, notes = decided_editions(workspace)
    try:
        bundle = present_list(workspace, today)
        rows = daily_tops(bundle["rows"], days=settings.daily_days, most=settings.daily_rows)
        labels = {lane["slug"]: lane["label"] for lane in bundle["lanes"]}
    except NotFoundError as error:
        rows, labels, notes = [], {}, (*notes, f"{DAILY_FILE} is empty: {error}")
    where = folder or workspace.feeds
    files = {where / EDITIONS_FILE: editions_feed(editions, facts), where / DAILY_FILE: daily_feed(rows, facts, labels)}
    return WrittenFeeds(
        editions=where / EDITIONS_FILE,
        daily=where / DAILY_FILE,
        edition_entries=len(editions),
        daily_entries=len(rows),
        changed=tuple(path for path, data in files.items() if write_if_changed(path, data)),
        notes=(*notes, *_advice(settings)),
    )


def _advice(settings: PublishingSettings) -> tuple[str, ...]:
    if settings.feed_url and settings.feed_tag == PublishingSettings().feed_tag:
        return ("set publishing.feed_tag before anybody subscribes: the ids of the entries begin with it",)
    return ()
