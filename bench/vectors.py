"""Compare how vectors are kept: BLOBs, as the store does it, and a DuckDB column of type FLOAT[n].

    .venv/bin/python bench/vectors.py

Random vectors in scratch databases; nothing is needed and nothing is left. Prints rows a second for writing one
transaction and for reading all of it back as one matrix, each with opening and closing the file, and the file's size.
Takes about half a minute.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from paperradar.progress import progress
from paperradar.store import Store

Vectors = NDArray[np.float32]
FINGERPRINT = "random"


@dataclass
class Way:
    """One way to keep vectors: writes them to a new file, and reads them back in the order of the keys."""

    name: str
    write: Callable[[Path, list[str], Vectors], None]
    read: Callable[[Path, list[str]], Vectors]
    writing: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)
    size: int = 0


def main() -> None:
    """Measure all ways alternately and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000, help="vectors")
    parser.add_argument("--dimension", type=int, default=384, help="numbers in a vector")
    parser.add_argument("--runs", type=int, default=5, help="runs of each way")
    asked = parser.parse_args()
    vectors = np.random.default_rng(0).normal(size=(asked.rows, asked.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = [f"{number:032x}" for number in np.random.default_rng(1).permutation(asked.rows).tolist()]
    ways = (
        Way("BLOB float16 (store)", partial(write_store, dtype="float16"), read_store),
        Way("BLOB float32 (store)", partial(write_store, dtype="float32"), read_store),
        Way(f"FLOAT[{asked.dimension}]", write_array, read_array),
    )
    with progress("Measuring", asked.runs * len(ways), unit="runs") as advance:
        for _ in range(asked.runs):
            for way in ways:
                measure(way, keys, vectors)
                advance(1)
    print(f"{platform.machine()}, {os.cpu_count()} cores; Python {platform.python_version()}", end="")
    print("".join(f", {name} {version(name)}" for name in ("duckdb", "numpy")))
    print(f"{asked.rows} vectors of {asked.dimension} numbers; median (slowest to fastest) of {asked.runs} runs\n")
    print(f"{'':<22}{'rows/s written':>30}{'rows/s read':>30}{'bytes a row':>13}{'MB':>7}")
    for way in ways:
        print(
            f"{way.name:<22}{rates(way.writing, asked.rows):>30}{rates(way.reading, asked.rows):>30}"
            f"{way.size / asked.rows:>13.0f}{way.size / 1e6:>7.1f}"
        )


def measure(way: Way, keys: list[str], vectors: Vectors) -> None:
    """Write and read once in a new folder."""
    with tempfile.TemporaryDirectory(prefix="paperradar-bench-") as folder:
        path = Path(folder) / "vectors.duckdb"
        started = time.perf_counter()
        way.write(path, keys, vectors)
        written = time.perf_counter()
        found = way.read(path, keys)
        way.reading.append(time.perf_counter() - written)
        way.writing.append(written - started)
        way.size = path.stat().st_size
        assert np.allclose(found, vectors, atol=1e-3), "what was read is not what was written"


def write_store(path: Path, keys: list[str], vectors: Vectors, *, dtype: str) -> None:
    """As `paperradar embed` does it."""
    with Store(path).writing() as session:
        session.put_vectors(FINGERPRINT, keys, vectors, dtype=dtype)


def read_store(path: Path, keys: list[str]) -> Vectors:
    """As a shortlist does it."""
    with Store(path).reading() as session:
        return session.vectors(keys, FINGERPRINT)[0]


def write_array(path: Path, keys: list[str], vectors: Vectors) -> None:
    """The same key, appender and transaction, but for the column's type."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE vectors (encoder INTEGER NOT NULL, text_hash VARCHAR NOT NULL, "
            f"vector FLOAT[{vectors.shape[1]}] NOT NULL, PRIMARY KEY (encoder, text_hash))"
        )
        connection.begin()
        with connection.appender("vectors", action="upsert") as appender:
            appender.append_rows((1, key, row.tolist()) for key, row in zip(keys, vectors, strict=True))
        connection.commit()


def read_array(path: Path, keys: list[str]) -> Vectors:
    """By the fastest way there is without another library: whole columns as numpy arrays."""
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("CREATE TEMP TABLE wanted (position INTEGER, key VARCHAR)")
        with connection.appender("wanted") as appender:
            appender.append_rows(enumerate(keys))
        columns = connection.execute(
            "SELECT position, vector FROM wanted JOIN vectors ON text_hash = key WHERE encoder = 1 ORDER BY position"
        ).fetchnumpy()
    return np.stack(columns["vector"].tolist()).astype(np.float32, copy=False)


def rates(seconds: list[float], rows: int) -> str:
    """Rows a second: the median, the slowest and the fastest run."""
    median, slowest, fastest = (rows / value for value in (statistics.median(seconds), max(seconds), min(seconds)))
    return f"{median:,.0f} ({slowest:,.0f} to {fastest:,.0f})"


if __name__ == "__main__":
    main()
