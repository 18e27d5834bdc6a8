"""Every suite of the backtest on the shared data, as one table (see docs/ranking.md). Started by bench/backtest.sh.

Each suite is one `paperradar backtest`, a process that a user would start: method and baselines in the same run, learnt
from the same picks. The workspace is made and filled where it is missing. Prints Markdown; progress goes to stderr.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SNAPSHOTS = ("arxiv-2021-05_08", "arxiv-2025-03_05")
PICKS = ("zeta-alpha", "weekly-and-daily-lists", "researcher-daily-2021")
BASELINES = ("random", "newest", "topics", "centroid", "tfidf-svm")


@dataclass(frozen=True)
class Suite:
    """What is asked of ``paperradar backtest``, and the figures that the table shows."""

    name: str
    arguments: tuple[str, ...]
    figures: tuple[str, ...] = ("recall@50", "recall@100", "recall@200", "recall@500", "median_rank")
    pool_files: tuple[str, ...] = field(default=())


def _weeks(first: str, last: str) -> tuple[str, ...]:
    """``--pool days:MONDAY..FRIDAY`` for each week."""
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    found: list[str] = []
    while day <= end:
        found += ["--pool", f"days:{day}..{day + dt.timedelta(days=4)}"]
        day += dt.timedelta(days=7)
    return tuple(found)


def _editions(*names: str) -> tuple[str, ...]:
    """``--edition NAME`` for each."""
    return tuple(part for name in names for part in ("--edition", name))


SUITES = (
    Suite(
        "monthly issue 2022-02..05, titles",
        ("--source", "zeta-alpha", "--titles-only", *_editions("2022-02", "2022-03", "2022-04", "2022-05")),
        pool_files=("titles-2021-11_2022-05.csv.gz",),
    ),
    Suite("monthly issue 2021-07", ("--source", "zeta-alpha", "--pool", "window", "--edition", "2021-07")),
    Suite(
        "weekly lists 2505",
        ("--source", "dair-ai", "--source", "ml-news", "--pool", "id-month", "--edition", "2025-05"),
    ),
    Suite("daily crowd 2505", ("--source", "hf-daily-papers", "--pool", "id-month", "--edition", "2025-05")),
    Suite(
        "researcher 2021, weeks from 12 July",
        ("--source", "researcher-daily-2021", *_weeks("2021-07-12", "2021-08-23")),
    ),
)


def main() -> int:
    """Fill the workspace where it is missing, run the suites, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared", help="the folder of real data")
    parser.add_argument("--workspace", type=Path, default=HERE / ".workspace", help="made where it is missing")
    parser.add_argument("--suite", action="append", metavar="WORDS", help="only suites whose name holds these words")
    parser.add_argument("--json", type=Path, metavar="DIR", help="keep each suite's JSON in this folder")
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured before")
    asked = parser.parse_args()
    data = asked.shared / "data"
    if not data.is_dir():
        print(f"there is no {data}; name the folder with --shared", file=sys.stderr)
        return 2
    _fill(asked.workspace, data)
    print(f"{_commit()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for suite in SUITES:
        if asked.suite and not any(words in suite.name for words in asked.suite):
            continue
        arguments = list(suite.arguments)
        for name in suite.pool_files:
            arguments += ["--pool-file", str(data / name)]
        if asked.fresh:
            arguments.append("--fresh")
        started = time.monotonic()
        report = json.loads(_paperradar("backtest", *arguments, "--json", "--workspace", str(asked.workspace)))
        if asked.json:
            asked.json.mkdir(parents=True, exist_ok=True)
            name = "".join(c if c.isalnum() else "-" for c in suite.name)
            (asked.json / f"{name}.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
        for line in _table(suite, report, time.monotonic() - started):
            print(line, flush=True)
    return 0


def _table(suite: Suite, report: dict[str, Any], seconds: float) -> list[str]:
    overall = report["method"]["overall"]
    names = [name.replace("recall@", "r@").replace("_", " ") for name in suite.figures]
    lines = [
        f"**{suite.name}**: {overall['candidates']:,} candidates, {overall['picks']} picks, {overall['present']} in the"
        f" pools; {seconds:.0f} s",
        "",
        f"| ranking | {' | '.join(names)} | method ahead at r@100 | at r@500 |",
        f"|---|{'---|' * len(names)}---|---|",
    ]
    for name in ("method", *BASELINES):
        side = report["method"] if name == "method" else report["baselines"][name]
        cells = [_figure(side["overall"].get(figure), figure) for figure in suite.figures]
        cells += ["", ""] if name == "method" else [_interval(side, f"recall@{depth}") for depth in (100, 500)]
        lines.append(f"| {'**method**' if name == 'method' else name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _figure(value: float | None, name: str) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if name == "median_rank" else f"{value:.2f}"


def _interval(side: dict[str, Any], figure: str) -> str:
    found = side.get("difference", {}).get(figure)
    return "-" if not found else f"{found['mean']:+.2f} ({found['low']:+.2f} to {found['high']:+.2f})"


def _fill(workspace: Path, data: Path) -> None:
    if not (workspace / "config" / "paperradar.toml").exists():
        _paperradar("init", str(workspace))
    for name in SNAPSHOTS:
        _paperradar("import", str(data / "snapshot" / f"{name}.jsonl.gz"), "--workspace", str(workspace))
    for name in PICKS:
        _paperradar("picks", "import", str(data / "picks" / f"{name}.csv"), "--workspace", str(workspace))


def _paperradar(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "paperradar", *arguments], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"paperradar {arguments[0]} ended with {done.returncode}")
    return done.stdout


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=HERE, stdout=subprocess.PIPE, text=True, check=False
    )
    return f"commit {done.stdout.strip() or 'unknown'}"


if __name__ == "__main__":
    sys.exit(main())
