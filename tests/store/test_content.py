"""The checksum of the database's content: the same for the same content, another one for any change that counts."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paperradar.papers import Announcement, AnnouncementKind, DayBasis, Paper, Version
from paperradar.store import Session, Store

DAY = dt.date(2022, 5, 4)
NOON = dt.datetime(2022, 5, 4, 12, tzinfo=dt.UTC)
PAPERS = [
    Paper(f"2205.{number:05}", f"Title {number}", f"Abstract {number}.", versions=(Version(1, NOON),), updated=DAY)
    for number in range(1, 30)
]
SIGNALS = [("votes", PAPERS[0].identifier, DAY, 3.0), ("votes", PAPERS[1].identifier, DAY, 5.0)]
LISTED = Announcement(PAPERS[0].identifier, 1, "cs.CL", AnnouncementKind.NEW, DAY)


def put(session: Session, papers: Sequence[Paper]) -> None:
    session.upsert_papers([(paper, DAY, DayBasis.SUBMITTED) for paper in papers], source="test")


def digest(store: Store) -> str:
    with store.reading() as session:
        return session.content_digest()


def filled(path: Path, papers: Sequence[Paper] = PAPERS) -> Store:
    store = Store(path, wait_seconds=5)
    with store.writing() as session:
        put(session, papers)
        session.put_signals(SIGNALS)
        session.add_announcements([LISTED])
    return store


def test_the_order_of_rows_and_the_process_make_no_difference(tmp_path: Path) -> None:
    store = filled(tmp_path / "a.duckdb")
    assert digest(filled(tmp_path / "b.duckdb", PAPERS[::-1])) == digest(store)
    script = (
        "import sys; from pathlib import Path; from paperradar.store import Store\n"
        "with Store(Path(sys.argv[1])).reading() as session: print(session.content_digest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(store.path)], check=True, capture_output=True, text=True, timeout=60
    )
    assert told.stdout.strip() == digest(store)


def test_a_missing_database_is_an_empty_one(tmp_path: Path) -> None:
    store = Store(tmp_path / "papers.duckdb")
    missing = digest(store)
    assert not store.path.exists()
    with store.writing() as session:
        assert session.content_digest() == missing
        put(session, PAPERS)
        assert session.content_digest() != missing


@pytest.mark.parametrize(
    "change",
    [
        lambda session: put(session, [Paper("2205.00099", "One more")]),
        lambda session: put(session, [replace(PAPERS[0], title="Rewritten", versions=(Version(2, NOON),))]),
        # Of the version before only its day becomes known.
        lambda session: put(session, [replace(PAPERS[0], versions=(Version(3),))]),
        lambda session: put(session, [replace(PAPERS[0], comments="accepted")]),
        lambda session: session.mark_deleted([PAPERS[0].identifier], seen=NOON),
        lambda session: session.put_signals([(*SIGNALS[0][:3], 4.0)]),
        # Two rows swap what stands last in them.
        lambda session: session.put_signals([(*SIGNALS[0][:3], 5.0), (*SIGNALS[1][:3], 3.0)]),
        lambda session: session.forget_signals("votes"),
        lambda session: session.add_announcements([replace(LISTED, category="cs.LG")]),
    ],
)
def test_whatever_a_ranking_may_read_counts(tmp_path: Path, change: Callable[[Session], object]) -> None:
    store = filled(tmp_path / "papers.duckdb")
    before = digest(store)
    with store.writing() as session:
        change(session)
    assert digest(store) != before


def test_what_is_made_of_the_texts_and_the_bookkeeping_do_not(tmp_path: Path) -> None:
    store = filled(tmp_path / "papers.duckdb")
    before = digest(store)
    with store.writing() as session:
        keys = [paper.text_hash for paper in PAPERS]
        session.put_vectors("an-encoder", keys, np.ones((len(keys), 4), dtype=np.float32))
        session.put_tokens("words", keys, [np.arange(3, dtype=np.uint32) for _ in keys])
        session.start_run("daily", "cron", NOON)
        put(session, PAPERS)
    assert digest(store) == before
