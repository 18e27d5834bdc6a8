"""A workspace that asks the stand-in, and what its store holds. For tests of everything that fetches."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote_plus

import numpy as np
import pytest

from paperradar.calendar import ARXIV_ZONE, Window, announcement_days
from paperradar.cli.app import main
from paperradar.coverage import LedgerRow
from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import Announcement, text_hash
from paperradar.pipeline.opening import open_store
from paperradar.settings import Settings
from paperradar.store import StoredPaper
from paperradar.workspace import SETTINGS_FILE, TOPICS_FOLDER, Workspace, init_workspace, read_workspace
from tests.ranking.builders import DIMENSION, unit
from tests.standin import StandIn, World

CATEGORIES = ("cs.CL", "cs.IR")
# An impatient client of a near server: nothing here is asked of arXiv.
_FETCH: dict[str, object] = {
    "contact": "tests@example.org",
    "interval_seconds": 0.001,
    "retry_seconds": 0.01,
    "backoff_seconds": 0.02,
    "longest_backoff_seconds": 2.0,
    "timeout_seconds": 5.0,
    "longest_seconds": 10.0,
    "page_size": 5,
}
_DESCRIPTION = "How words are found again in many texts."
_NO_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def workspace_for(standin: StandIn, folder: Path, **overrides: object) -> Workspace:
    """A new workspace in ``folder`` that asks ``standin``, with real files, so that other processes can use it.

    ``overrides`` are keys of the settings' top level (``categories``, ``store={...}``) or else of ``[fetch]``
    (``attempts``, ``sources`` ...). It has one small topic, so that ranking has next to nothing to encode.
    """
    init_workspace(folder)
    for profile in (folder / TOPICS_FOLDER).glob("*.toml"):
        profile.unlink()
    (folder / TOPICS_FOLDER / "words.toml").write_text(
        f'name = "Words"\ndescription = "{_DESCRIPTION}"\ninclude = ["words"]\n', encoding="utf-8"
    )
    write_settings(standin, folder, **overrides)
    return read_workspace(folder)


def write_settings(standin: StandIn, folder: Path, **overrides: object) -> None:
    """Write ``config/paperradar.toml`` anew (see `workspace_for`); for a stand-in that lies elsewhere now, too."""
    top = {name: value for name, value in overrides.items() if name in Settings.model_fields}
    fetch = _FETCH | {name: value for name, value in overrides.items() if name not in top}
    tables = {name: value for name, value in top.items() if isinstance(value, dict)}
    plain = {"categories": CATEGORIES} | {name: value for name, value in top.items() if name not in tables}
    lines = [*_pairs(plain), "[fetch]", *_pairs(fetch), "[fetch.urls]", *_pairs(standin.urls)]
    for name, table in tables.items():
        lines += [f"[{name}]", *_pairs(table)]
    (folder / SETTINGS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def encoded(workspace: Workspace, world: World) -> None:
    """Give the store vectors and token ids of all texts that a world ever shows, so that no model is loaded."""
    papers = {paper.text_hash: paper for day in world.days for paper in world.on(day).values()}
    dice = np.random.default_rng(0)
    vectors = np.stack([unit(*dice.normal(size=DIMENSION)) for _ in papers])
    card, queries = encoder_card(workspace.settings.encoder), encoder_card(workspace.settings.encoder, "query")
    with open_store(workspace).writing() as session:
        session.put_vectors(card.fingerprint, list(papers), vectors)
        alone = {
            text_hash(paper.title, ""): (paper.title, vector)
            for paper, vector in zip(papers.values(), vectors, strict=True)
        }
        session.put_vectors(card.fingerprint, list(alone), np.stack([vector for _, vector in alone.values()]))
        session.put_tokens(LEXICAL_FINGERPRINT, list(alone), [tokenise(title) for title, _ in alone.values()])
        session.put_vectors(queries.fingerprint, [text_hash(_DESCRIPTION)], unit(1)[None, :])
        texts = [f"{paper.title}\n{paper.abstract}" for paper in papers.values()]
        session.put_tokens(LEXICAL_FINGERPRINT, list(papers), [tokenise(text) for text in texts])


@dataclass(frozen=True, slots=True)
class Dump:
    """What a store holds, without the times at which it was asked: two that went different ways can be compared."""

    papers: tuple[StoredPaper, ...]
    announcements: frozenset[Announcement]
    ledger: tuple[LedgerRow, ...]

    @property
    def announced_on(self) -> dict[str, dt.date]:
        """The announcement day of each paper."""
        return {stored.paper.identifier: stored.announced_on for stored in self.papers}

    def rows(self, day: dt.date, category: str = "") -> dict[str, LedgerRow]:
        """The ledger's rows of a day by source; of one category, or of the only one."""
        found = [row for row in self.ledger if row.day == day and row.category == (category or row.category)]
        assert len({row.source for row in found}) == len(found), "name a category"
        return {row.source: row for row in found}


def dump(workspace: Workspace, first: dt.date, last: dt.date) -> Dump:
    """Papers (all), announcements and ledger rows (of the days from ``first`` to ``last``) of a store."""
    with open_store(workspace).reading() as session:
        return Dump(
            papers=tuple(session.papers()),
            announcements=frozenset(session.announcements(first, last)),
            ledger=tuple(replace(row, at=_NO_TIME) for row in session.ledger(first, last)),
        )


def calm(world: World) -> World:
    """The world in which each paper stands in the listings of one day only, so that no later listing has it."""
    crossed = {(event.identifier, event.feed) for event in world.events if event.flag == "CROSS LISTED"}
    records = {
        name: replace(record, categories=tuple(feed for feed in record.categories if (name, feed) not in crossed))
        for name, record in world.records.items()
    }
    return World(records, [event for event in world.events if event.flag == "NEW"])


def first_days(world: World) -> dict[str, dt.date]:
    """The truth: on which day each paper of a world was first announced."""
    days: dict[str, dt.date] = {}
    for event in world.events:  # by day
        days.setdefault(event.identifier, event.day)
    return days


def days_between(first: str, last: str) -> list[dt.date]:
    """The announcement days from one to the other, both included."""
    return list(announcement_days(Window(dt.date.fromisoformat(first), dt.date.fromisoformat(last))))


def morning(day: dt.date, hour: int = 5) -> dt.datetime:
    """An hour of New York's on a day, in UTC: when the day's listing is out."""
    return dt.datetime.combine(day, dt.time(hour), ARXIV_ZONE).astimezone(dt.UTC)


def slices_asked(standin: StandIn, source: str = "") -> list[dt.date]:
    """The days of submission that the API was asked for, in order; a day once for all its pages and repetitions."""
    days: list[dt.date] = []
    for hit in standin.log:
        if source and hit.source != source:
            continue
        found = re.search(r"submittedDate:\[(\d{8})0000 TO (\d{8})0000\]", unquote_plus(hit.path))
        assert found
        day = dt.datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=dt.UTC).date()
        if not days or days[-1] != day:
            days.append(day)
    return days


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line came to."""

    code: int
    out: str
    err: str


def command(*arguments: str) -> Ran:
    """Run ``paperradar`` in this process, errors and exit status and all. What is not expected is raised."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code: object = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["paperradar", *arguments])
        patch.setattr(sys, "excepthook", sys.excepthook)  # typer sets its own
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    return Ran(code if isinstance(code, int) else int(code is not None), _said(out), _said(err))


def _said(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def _pairs(table: dict[str, object] | dict[str, str]) -> list[str]:
    """Keys of a table as TOML; strings, numbers, truth values and lists of them look alike in JSON."""
    return [f"{name} = {json.dumps(value)}" for name, value in table.items()]
