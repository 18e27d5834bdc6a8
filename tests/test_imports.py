"""House rules that no linter holds: a light start, short modules, no text that belongs to one machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "apprise", "arxiv", "bibtexparser", "bm25s", "duckdb", "faiss", "feedgen", "feedparser", "ir_measures", "lxml",
    "numpy", "prefect", "requests", "sentence_transformers", "sklearn", "torch",
}  # fmt: skip

ASK_FOR_HELP = """
import contextlib, json, sys
from typing import Any
import typer
from paperradar.cli.app import app, main

def ask(*words: str) -> None:
    sys.argv = ["paperradar", *words, "--help"]
    with contextlib.suppress(SystemExit):
        main()

def walk(command: Any, words: tuple[str, ...]) -> None:
    ask(*words)
    for name, child in getattr(command, "commands", {}).items():
        walk(child, (*words, name))

if sys.argv[1] == "all":
    walk(typer.main.get_command(app), ())
else:
    ask()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


@pytest.mark.parametrize("depth", ["root", "all"])
def test_help_imports_nothing_heavy(depth: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", ASK_FOR_HELP, depth], capture_output=True, text=True, timeout=120, check=True
    )
    assert "Usage: paperradar" in run.stdout
    imported = set(json.loads(run.stderr))
    assert "typer" in imported
    assert not imported & HEAVY


def python_files(root: Path) -> list[Path]:
    return sorted(
        path for folder in ("src", "tests", "flows", "bench", "docs") for path in (root / folder).rglob("*.py")
    )


def test_no_module_is_over_400_lines(root: Path) -> None:
    lengths = {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(root)
    }
    assert lengths
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}


# Spelled in pieces, so that this file does not hold what it forbids.
BANNED = {
    "a path of a machine": r"(?<![\w./-])/(?:wor" + r"k|hom" + r"e|roo" + r"t|op" + r"t|User" + r"s)/[\w.]",
    "a registry's or mirror's host": r"(?i)\b(?:pypi\.or" + r"g|pythonhosted\.or" + r"g|download\.pytorch\.or" + r"g"
    r"|registry\.npmj" + r"s|deb\.debian\.or" + r"g)",
    "a local version": r"==[\w.]+\+(?:cp" + r"u|cu\d)",
}  # fmt: skip


def tracked_files(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        pytest.skip("not a git checkout, so what is tracked is not known")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    return [root / name for name in listing.decode().split("\0") if name]


@pytest.mark.parametrize("what", sorted(BANNED))
def test_no_tracked_text_holds(what: str, root: Path) -> None:
    pattern = re.compile(BANNED[what])
    found: list[str] = []
    for path in tracked_files(root):
        if path.is_file() and path.suffix not in {".gz", ".png", ".ico"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(root)}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a path of a machine", "see /wor" + "k/main for more"),
        ("a path of a machine", '"/hom' + 'e/me/x"'),
        ("a registry's or mirror's host", "https://pypi.or" + "g/simple"),
        ("a local version", "torch==2.13.0+cp" + "u"),
    ],
)
def test_what_is_banned_would_be_found(what: str, text: str) -> None:
    assert re.search(BANNED[what], text)


def test_constraints_are_plain_versions(root: Path) -> None:
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins)
    names = [pin.partition("==")[0].lower().replace("_", "-") for pin in pins]
    assert len(names) == len(set(names))
    assert "torch==2.13.0" in pins
    assert not [name for name in names if name.startswith(("nvidia", "cuda", "triton", "paperradar"))]
    declared = re.findall(
        r'^  "([A-Za-z0-9_-]+)[<>=]', (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name.lower().replace("_", "-") for name in declared} <= set(names)
