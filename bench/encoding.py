"""Compare precisions and ways of batching: texts a second, and how far the vectors move.

    .venv/bin/python bench/encoding.py ../shared/data/snapshot/arxiv-2021-05_08.jsonl.gz

Encodes the first abstracts of a metadata snapshot in float32 and bfloat16, in batches of fixed shapes (as paperradar
does it) and in sentence-transformers' own, which are padded to their longest text. The ways take turns. Cosines are to
the vectors of float32 in fixed shapes. "moved" tells how many of a few texts get other bytes when encoded alone.
On two cores without other work it takes about four minutes; ``--texts 128 --runs 1`` takes a quarter of one.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paperradar.encoding import describe_machine, load_encoder, locate_model
from paperradar.errors import InputError
from paperradar.progress import progress
from paperradar.settings import EncoderSettings
from paperradar.sources.snapshot import parse_record

if TYPE_CHECKING:
    from collections.abc import Iterator

Pairs = list[tuple[str, str]]
Vectors = NDArray[np.float32]


@dataclass
class Way:
    """One way to encode, its times, and what came out: for all texts together, and for a few alone."""

    name: str
    encode: Callable[[Pairs], Vectors]
    seconds: list[float] = field(default_factory=list)
    vectors: Vectors = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    alone: Vectors = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))


def main() -> None:
    """Measure all ways alternately and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("snapshot", type=Path, help="an arXiv metadata snapshot, JSON lines, .gz or plain")
    parser.add_argument("--texts", type=int, default=512, help="how many abstracts")
    parser.add_argument("--runs", type=int, default=3, help="runs of each way")
    parser.add_argument("--batch-size", type=int, default=32, help="texts in a batch")
    parser.add_argument("--max-tokens", type=int, default=256, help="where a text is cut")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--model", default="bundled", help="bundled, a folder, or a hub model that is on this machine")
    asked = parser.parse_args()
    texts = list(islice(abstracts(asked.snapshot), asked.texts))
    ways = list(all_ways(vars(asked)))
    with progress("Encoding", len(ways) * asked.runs * len(texts), unit="texts") as advance:
        for way in ways:  # this also warms up
            way.alone = np.concatenate([way.encode([texts[row]]) for row in a_few(texts)])
        for _ in range(asked.runs):
            for way in ways:
                started = time.perf_counter()
                way.vectors = way.encode(texts)
                way.seconds.append(time.perf_counter() - started)
                advance(len(texts))
    report(ways, texts, vars(asked))


def all_ways(asked: dict[str, Any]) -> Iterator[Way]:
    """Load the model once for each precision."""
    from sentence_transformers import SentenceTransformer

    from paperradar.encoding.machine import torch_dtype

    for precision in ("float32", "bfloat16"):
        settings = encoder_settings(asked, precision)
        encoder = load_encoder(settings)
        theirs = SentenceTransformer(
            str(locate_model(settings).folder),
            device=encoder.device,
            local_files_only=True,
            model_kwargs={"dtype": torch_dtype(encoder.precision)},
        )
        theirs.max_seq_length = settings.max_tokens

        def padded(texts: Pairs, model: SentenceTransformer = theirs, size: int = settings.batch_size) -> Vectors:
            joined = [f"{title}\n{abstract}" for title, abstract in texts]
            rows = np.asarray(model.encode_document(joined, batch_size=size, show_progress_bar=False), dtype=np.float32)
            unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
            return unit

        yield Way(f"{precision}, fixed shapes", encoder.encode_documents)
        yield Way(f"{precision}, padded to longest", padded)


def encoder_settings(asked: dict[str, Any], precision: str) -> EncoderSettings:
    """What the arguments say, as settings."""
    wanted = {name: asked[name] for name in ("batch_size", "max_tokens", "device", "model")}
    return EncoderSettings.model_validate({**wanted, "precision": precision})


def abstracts(path: Path) -> Iterator[tuple[str, str]]:
    """Title and abstract of the snapshot's usable records."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            try:
                paper = parse_record(line)
            except InputError:
                continue
            if paper.abstract:
                yield paper.title, paper.abstract


def a_few(texts: Pairs) -> list[int]:
    """The rows of sixteen texts, spread over all."""
    return sorted({int(row) for row in np.linspace(0, len(texts) - 1, 16)})


def report(ways: list[Way], texts: Pairs, asked: dict[str, Any]) -> None:
    """Print the machine, the input, and a line for each way."""
    machine = describe_machine(encoder_settings(asked, "auto"))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, {machine.device} ({machine.device_name}, {machine.build},"
        f" {machine.threads} threads); auto precision is {machine.precision}; Python {platform.python_version()}",
        end="",
    )
    print("".join(f", {name} {version(name)}" for name in ("torch", "transformers", "sentence-transformers")))
    letters = sum(len(title) + len(abstract) for title, abstract in texts) / len(texts)
    print(
        f"{len(texts)} texts of {letters:,.0f} characters on average, model {asked['model']}, batches of"
        f" {asked['batch_size']}, {asked['max_tokens']} tokens; median (slowest to fastest) of {asked['runs']} runs\n"
    )
    print(f"{'':<28}{'texts/s':>26}{'mean cosine':>14}{'min cosine':>14}{'moved':>12}")
    reference = ways[0].vectors
    for way in ways:
        cosines = np.sum(way.vectors.astype(np.float64) * reference, axis=1)
        moved = int((way.vectors[a_few(texts)] != way.alone).any(axis=1).sum())
        middle, slowest, fastest = (
            len(texts) / seconds for seconds in (statistics.median(way.seconds), max(way.seconds), min(way.seconds))
        )
        rate = f"{middle:.1f} ({slowest:.1f} to {fastest:.1f})"
        print(
            f"{way.name:<28}{rate:>26}{cosines.mean():>14.6f}{cosines.min():>14.6f}{f'{moved} of {len(way.alone)}':>12}"
        )


if __name__ == "__main__":
    main()
