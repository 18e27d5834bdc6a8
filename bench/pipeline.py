"""Time the way from snapshot files to a shortlist, each step as the process that a user would start.

    .venv/bin/python bench/pipeline.py ../shared/data/snapshot/*.gz --month 2022-05 --month 2021-07

Encoding is most of it; ``--limit`` takes only the first so many records of each file. Prints each step's wall seconds
and peak memory, and of each shortlist the median of three runs. POSIX only.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3


def main() -> None:
    """Run every step in a scratch workspace."""
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, help="arXiv metadata snapshots, JSON lines, .gz or plain")
    parser.add_argument("--month", action="append", required=True, metavar="YYYY-MM", help="an edition; may repeat")
    parser.add_argument("--limit", type=int, default=0, help="records of each file, 0 for all")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="paperradar-bench-") as folder:
        scratch = Path(folder)
        files = [_head(path, scratch, asked.limit) for path in asked.files] if asked.limit else asked.files
        workspace = scratch / "workspace"
        _run("init", str(workspace))
        doctor = json.loads(_run("doctor", "--json", "--workspace", str(workspace))[1])
        said = {finding["name"]: finding["detail"] for finding in doctor}
        print(f"{platform.machine()}, {os.cpu_count()} cores; {said['paperradar']}; torch {said['torch']}")
        print(f"{said['libraries']}\n")
        print(f"{'step':<28}{'seconds':>9}{'min':>9}{'max':>9}{'peak MB':>9}")
        for step in (["import", *map(str, files)], ["embed"]) * 2:
            seconds, _, peak = _run(*step, "--workspace", str(workspace))
            print(f"{step[0]:<28}{seconds:>9.2f}{'':>18}{peak:>9.0f}", flush=True)
        for month in asked.month:
            runs = [_run("shortlist", "--month", month, "--workspace", str(workspace)) for _ in range(RUNS)]
            times, peak = [seconds for seconds, _, _ in runs], max(peak for _, _, peak in runs)
            print(
                f"{'shortlist ' + month:<28}{statistics.median(times):>9.2f}{min(times):>9.2f}{max(times):>9.2f}"
                f"{peak:>9.0f}   {runs[0][1].partition(chr(10))[0]}",
                flush=True,
            )


def _run(*arguments: str) -> tuple[float, str, float]:
    """Wall seconds, stdout, and the process's peak of resident memory in MB. POSIX only."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-m", "paperradar", *arguments], stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            sys.exit(f"paperradar {' '.join(arguments)}: exit {child.returncode}: {err.read().strip()}")
        # Linux counts KiB, macOS bytes.
        return seconds, out.read(), usage.ru_maxrss / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def _head(path: Path, scratch: Path, limit: int) -> Path:
    target = scratch / path.name.removesuffix(".gz")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        target.write_text("".join(itertools.islice(lines, limit)), encoding="utf-8")
    return target


if __name__ == "__main__":
    main()
