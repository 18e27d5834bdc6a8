"""Time the desk's pages on a long list: a made-up one, or the newest one of a workspace.

    .venv/bin/python bench/desk.py --rows 10000 --ballots 3000
    .venv/bin/python bench/desk.py --workspace ~/issue

The desk answers inside this process, without a network: so the figures are the pages' own time. A vote is timed on a
made-up list only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from paperradar.decisions import EditionLog, Vote
from paperradar.desk.app import make_app
from paperradar.pipeline.editions import editions_with_list
from paperradar.publishing import write_edition
from paperradar.workspace import Workspace, init_workspace, read_workspace

EDITION = "2022-05"
HOST = "http://127.0.0.1:8017"
PARTS = ("taste", "description", "seeds", "bm25", "novelty", "authors")
LANES = ("retrieval", "diffusion", "multimodal", "wildcard")
WORDS = ("sparse", "dense", "retrieval", "diffusion", "captions", "benchmarks", "planning", "speech", "graphs", "video")


def main() -> None:
    """Make the list, ask for each page several times, print the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the made-up list")
    parser.add_argument("--ballots", type=int, default=3_000, help="votes of three curators on it")
    parser.add_argument("--runs", type=int, default=7, help="how often each page is asked for")
    parser.add_argument("--workspace", type=Path, help="time the newest list of this workspace instead")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="paperradar-bench-") as folder:
        if asked.workspace:
            workspace, edition = read_workspace(asked.workspace), ""
            edition = editions_with_list(workspace)[0]
        else:
            workspace, edition = _made(Path(folder), asked.rows, asked.ballots), EDITION
        _time(workspace, edition, asked.runs, may_write=not asked.workspace)


def _time(workspace: Workspace, edition: str, runs: int, *, may_write: bool) -> None:
    client = TestClient(make_app(workspace, clock=lambda: dt.datetime.now(dt.UTC)), base_url=HOST)
    client.cookies.set("paperradar-curator", "Bench")
    print(f"{platform.machine()}, {os.cpu_count()} cores, edition {edition}")
    print(f"{'page':<34}{'first':>9}{'median':>9}{'max':>9}{'KB':>8}   (milliseconds)")
    pages = {
        "list": f"/{edition}",
        "list, last page": f"/{edition}?page=9999",
        "list, search": f"/{edition}?q=sparse+captions",
        "list, one lane": f"/{edition}?lane=wildcard",
        "list, not read yet": f"/{edition}?show=unread",
        "list, disagreements": f"/{edition}?show=split",
        "the ten": f"/{edition}/ten",
        "live, nothing new": f"/{edition}/live?seen={client.app.state.desk.version(edition)}",  # type: ignore[attr-defined]
    }
    for name, address in pages.items():
        _report(name, lambda address=address: client.get(address).content, runs)  # type: ignore[misc]
    if may_write:
        found = re.search(r'name="token" value="(\w+)"', client.get(f"/{edition}").text)
        token = found[1] if found else ""
        numbers = iter(range(1, 1_000))

        def vote() -> bytes:
            form = {"token": token, "id": f"2204.{next(numbers):05}", "vote": "pick"}
            return client.post(f"/{edition}/vote", data=form, headers={"Accept": "application/json"}).content

        _report("a vote", vote, runs)


def _report(name: str, ask: Callable[[], bytes], runs: int) -> None:
    times, size = [], 0
    for _ in range(runs + 1):
        begun = time.perf_counter()
        size = len(ask())
        times.append(1000 * (time.perf_counter() - begun))
    first, rest = times[0], times[1:]
    print(f"{name:<34}{first:>9.0f}{statistics.median(rest):>9.0f}{max(rest):>9.0f}{size / 1000:>8.0f}", flush=True)


def _made(folder: Path, rows: int, ballots: int) -> Workspace:
    init_workspace(folder)
    workspace = read_workspace(folder)
    write_edition(workspace.shortlists, _bundle(rows))
    log = EditionLog(workspace.decisions, EDITION)
    at, votes = dt.datetime(2022, 5, 2, 9, tzinfo=dt.UTC), tuple(Vote)
    for index, curator in enumerate(("Ann", "Bo", "Cy")):
        some = range(1, rows + 1, max(1, 3 * rows // max(ballots, 1)))
        log.cast(curator, {f"2204.{n:05}": (votes[(n + index) % len(votes)], "") for n in some}, at=at)
    return workspace


def _bundle(rows: int) -> dict[str, object]:
    """A list as `paperradar.publishing.build_bundle` makes them."""
    return {
        "format": 1, "edition": EDITION, "sample": False, "notes": [], "left_out": [], "coverage": {}, "taste": {},
        "window": {"first": "2022-03-25", "last": "2022-05-05", "overridden": False},
        "counts": {
            "in_window": rows, "by_basis": {"submitted": rows}, "without_vectors": 0, "withdrawn": 0, "featured": 0,
            "ranked": rows, "older": 0, "rows": rows,
        },
        "components": [{"name": name, "label": name, "description": name} for name in PARTS],
        "lanes": [{"slug": slug, "label": slug.capitalize(), "count": rows // len(LANES)} for slug in LANES],
        "topics": [{"slug": slug, "name": slug.capitalize(), "hash": "ab" * 16} for slug in LANES[:3]],
        "encoder": {}, "settings_hash": "cd" * 16, "versions": {}, "papers_digest": "ef" * 16, "depth": {},
        "rows": [_row(rank) for rank in range(1, rows + 1)],
    }  # fmt: skip


def _row(rank: int) -> dict[str, object]:
    identifier = f"2204.{rank:05}"
    parts = {name: max(0, 400 - 50 * index - rank % 97) for index, name in enumerate(PARTS)}
    text = " ".join(WORDS[(rank * step) % len(WORDS)] for step in range(1, 180))
    return {
        "identifier": identifier, "version": 1, "title": f"Paper {rank} on {WORDS[rank % len(WORDS)]} models",
        "authors": [f"Given{n} Family{(rank * n) % 5000}" for n in range(1, 7)], "categories": ["cs.CL", "cs.IR"],
        "submitted": "2022-04-19", "abstract": text, "abstract_by": "arxiv", "comments": "", "journal_ref": "",
        "doi": "", "reference": "", "links": {"abs": f"https://arxiv.org/abs/{identifier}", "pdf": "", "html": ""},
        "code_links": [], "project_links": [], "rank": rank, "score": sum(parts.values()), "components": parts,
        "topic": LANES[rank % 3], "match": {}, "lanes": [LANES[rank % len(LANES)]], "lifted_by": "",
        "why": f"Fits a profile (match {rank % 700}); says “{WORDS[rank % len(WORDS)]}”", "date": "2022-04-20",
        "date_basis": "submitted", "story": [], "featured": [], "resurfaced": "", "resurfaced_by": "", "decision": "",
        "note": "", "curator": "",
    }  # fmt: skip


if __name__ == "__main__":
    main()
