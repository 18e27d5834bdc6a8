"""A floor under the ranking, on real data beside the repository: a week of one researcher's picks, by title.

Small enough for every run of the tests; bench/backtest.sh measures all of it. Skipped where the data is not there.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

from paperradar.calendar import Window
from paperradar.evaluation import METHOD
from paperradar.pipeline.backtesting import backtest
from paperradar.pipeline.importing import import_snapshot
from paperradar.pipeline.picking import import_picks
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace

SOURCE = "researcher-daily-2021"
WEEK = Window(dt.date(2021, 7, 12), dt.date(2021, 7, 16))
# Some 3,000 records, so that encoding their titles takes no more than a minute.
FIRST, LAST = "2106.10", "2107.0999"
# Measured: 0.86 to 1.00, by how much is learnt from. Chance is 0.12.
FLOOR = 0.7


def test_the_order_finds_what_one_person_picked(shared: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "part.jsonl"
    with gzip.open(shared / "data" / "snapshot" / "arxiv-2021-05_08.jsonl.gz", "rt", encoding="utf-8") as file:
        kept = [line for line in file if FIRST <= json.loads(line)["id"] <= LAST]
    snapshot.write_text("".join(kept), encoding="utf-8")
    workspace = Workspace(tmp_path, Settings(), ())
    import_snapshot(Store(workspace.database), snapshot)
    picks = shared / "data" / "picks" / f"{SOURCE}.csv"
    import_picks(workspace, picks, clock=lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    report = backtest(workspace, sources=[SOURCE], pool="days", days=[WEEK], titles_only=True, baselines=False)
    (week,) = report.editions
    assert len(week.entries.present) > 15
    recall = report.overall(METHOD).recall[100]
    assert recall is not None
    assert recall >= FLOOR
