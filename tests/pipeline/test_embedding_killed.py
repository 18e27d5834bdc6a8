"""Encoding that is killed goes on where it was, and ends in the same vectors to the last bit."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from paperradar.encoding import encoder_card
from paperradar.papers import DayBasis, Paper
from paperradar.pipeline.embedding import embed
from paperradar.settings import EncoderSettings
from paperradar.store import Store
from tests.encoding.builders import one_thread

if sys.platform == "win32":
    pytest.skip("SIGKILL is POSIX's", allow_module_level=True)

SETTINGS = EncoderSettings(device="cpu", precision="float32", batch_size=8)
COUNT = 200
WORDS = ["attention", "dense", "retrieval", "graphs", "diffusion", "protein", "folding", "李", "naïve", "zero-shot"]

# Says on stdout when it encodes and when a chunk is stored. "inside": stops for good in the third chunk's transaction,
# its rows written and not committed. "between": works on, for six more chunks at most.
CHILD = """
import sys
from contextlib import contextmanager
from pathlib import Path
from paperradar.encoding import load_encoder
from paperradar.pipeline import embedding
from paperradar.settings import EncoderSettings
from paperradar.store import Session, Store

path, mode = Path(sys.argv[1]), sys.argv[2]
embedding.CHUNK = 16
stored = 0

@contextmanager
def tell(label, total, *, unit=""):
    def advance(n):
        global stored
        stored += 1
        print("stored", flush=True)
        if mode == "between" and stored == 6:
            sys.stdin.readline()
    yield advance

if mode == "inside":
    put = Session.put_vectors
    def put_and_stop(self, *given, **named):
        put(self, *given, **named)
        if stored == 2:
            print("inside", flush=True)
            sys.stdin.readline()
    Session.put_vectors = put_and_stop

report = embedding.embed(Store(path), EncoderSettings.model_validate_json(sys.argv[3]), progress=tell)
print("encoded", report.encoded, "already", report.already, flush=True)
"""


def made_up_papers(count: int) -> list[Paper]:
    """Texts of one to sixty words; no two are the same."""
    draw = random.Random(7)
    return [
        Paper(f"2204.{number:05}", f"Paper {number}", " ".join(draw.choices(WORDS, k=draw.randrange(1, 60))))
        for number in range(1, count + 1)
    ]


def add(store: Store, papers: Sequence[Paper]) -> None:
    with store.writing() as session:
        session.upsert_papers([(p, dt.date(2022, 4, 20), DayBasis.SUBMITTED) for p in papers], source="test")


def start(store: Store, mode: str) -> subprocess.Popen[str]:
    # One thread: more of them would wait for those of other test workers.
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store.path), mode, SETTINGS.model_dump_json()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def kill_at(store: Store, mode: str, line: str) -> None:
    """Start encoding, and kill it as soon as it says ``line``."""
    child = start(store, mode)
    try:
        assert _said(child.stdout, line), "it ended without saying so"
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL


def _said(stdout: IO[str] | None, line: str) -> bool:
    assert stdout is not None
    return any(said.strip() == line for said in stdout)


def count(store: Store) -> int:
    with store.reading() as session:
        return session.count_vectors(encoder_card(SETTINGS).fingerprint)


def test_killed_twice_it_ends_in_the_same_vectors(tmp_path: Path) -> None:
    papers = made_up_papers(COUNT)
    killed, whole = Store(tmp_path / "killed.duckdb"), Store(tmp_path / "whole.duckdb")
    add(killed, papers)

    kill_at(killed, "inside", "inside")
    first = count(killed)
    assert first == 32  # two chunks; of the third one, nothing

    kill_at(killed, "between", "stored")
    second = count(killed)
    assert first + 16 <= second <= first + 6 * 16
    assert second % 16 == 0

    child = start(killed, "through")
    said, _ = child.communicate(timeout=120)
    assert child.returncode == 0
    assert said.splitlines()[-1] == f"encoded {COUNT - second} already {second}"

    with one_thread():
        embed(whole, SETTINGS, papers)  # in one chunk, and in another process
    hashes = [paper.text_hash for paper in papers]
    fingerprint = encoder_card(SETTINGS).fingerprint
    found = []
    for store in (killed, whole):
        with store.reading() as session:
            assert session.count_vectors(fingerprint) == COUNT
            vectors, there = session.vectors(hashes, fingerprint)
        assert there.all()
        found.append(vectors)
    assert found[0].tobytes() == found[1].tobytes()
    assert len(np.unique(found[0], axis=0)) == COUNT
