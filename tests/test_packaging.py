"""What is in the wheel, and that a wheel without a clone beside it finds its config and its sample."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest


def hatch(source: Path, target: Path, kind: str) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", target],
        cwd=source,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hatch(root, tmp_path_factory.mktemp("wheel"), "wheel")


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_package_is_in_the_wheel(root: Path, wheel: Path) -> None:
    package = root / "src" / "paperradar"
    files = {
        f"paperradar/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "paperradar/py.typed" in files
    assert any(name.endswith((".html", ".j2", ".jinja")) for name in files)
    assert any("holidays" in name for name in files)
    assert files <= names(wheel)


@pytest.mark.parametrize("folder", ["config", "data/sample", "data/editions"])
def test_what_ships_beside_the_package_is_in_the_wheel(folder: str, root: Path, wheel: Path) -> None:
    files = {path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file()}
    assert files
    assert {f"paperradar/_bundled/{name}" for name in files} <= names(wheel)


def test_the_wheel_holds_nothing_that_a_workspace_made(wheel: Path) -> None:
    assert not [
        name for name in names(wheel) if name.endswith((".duckdb", ".wal", ".lock", ".pyc")) or "sample-store" in name
    ]


def test_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
        metadata = archive.read(next(name for name in inside if name.endswith("/METADATA"))).decode()
        entry = archive.read(next(name for name in inside if name.endswith("/entry_points.txt"))).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert "paperradar = paperradar.cli:main" in entry
    assert any(name.endswith("/licenses/LICENSE") for name in inside)
    runtime = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert runtime
    assert not [line for line in runtime if any(tool in line for tool in ("pytest", "ruff", "mypy", "playwright"))]


def test_an_sdist_builds_the_same_wheel(root: Path, wheel: Path, tmp_path: Path) -> None:
    sdist = hatch(root, tmp_path / "sdist", "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    assert names(hatch(source, tmp_path / "again", "wheel")) == names(wheel)


def test_an_unpacked_wheel_finds_config_and_sample_inside_itself(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    script = (
        "import os, paperradar; from paperradar.workspace import sample_workspace;"
        "place = sample_workspace(os.environ);"
        "print(paperradar.__file__); print(*sorted(topic.slug for topic in place.topics))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site), "PAPERRADAR_SAMPLE_DIR": str(tmp_path / "store")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    origin, slugs = run.stdout.splitlines()
    assert Path(origin).is_relative_to(site)
    assert slugs.split() == ["diffusion", "information-retrieval", "mixture-of-experts", "multimodal"]
