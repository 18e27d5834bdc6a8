"""Resolve the runtime and the development tools in a new environment and write ``constraints.txt``.

``make constraints`` runs it, on a machine that reaches the package registry. Plain ``name==version`` lines: no
hashes, hosts or local versions, and no packages of one platform only, so that one file does everywhere.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
# Exact versions of everything that the runtime and the development tools need: what `make run` and `make test` install.
# Made with `make constraints`: plain versions, so that a CPU and a CUDA build of the same torch both satisfy it.
"""
# The parts of torch's CUDA build, and what an environment begins with.
LEFT_OUT = re.compile(r"(?i)(nvidia|cuda|triton|pip$|wheel$|paperradar$)")


def pins(frozen: str) -> list[str]:
    """The plain pins in what ``pip freeze --all`` prints, sorted without regard to case."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)(?:\+\S+)?$", frozen, re.MULTILINE)
    return sorted((f"{name}=={version}" for name, version in found if not LEFT_OUT.match(name)), key=str.lower)


def main() -> None:
    """Build the environment, ask it, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch", default="2.13.0", metavar="VERSION", help="the torch to pin (default: %(default)s)")
    torch = parser.parse_args().torch
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python")
        subprocess.run([python, "-m", "pip", "install", f"torch=={torch}", f"{ROOT}[dev]"], check=True)
        frozen = subprocess.run(
            [python, "-m", "pip", "freeze", "--all"], check=True, capture_output=True, text=True
        ).stdout
    lines = pins(frozen)
    (ROOT / "constraints.txt").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"constraints.txt: {len(lines)} packages")


if __name__ == "__main__":
    main()
