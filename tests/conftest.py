"""What all tests share: an environment without the user's, and the real data beside the repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Before anything imports a library that reads these only once.
os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"})

ROOT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With ``--dist loadgroup``, all tests of the flows go to one worker, because they share a Prefect server.

    Their folder tells which they are. The mark ``xdist_group`` would, but pytest 9.2 loses it: pytest-xdist 3.8 writes
    the group into the tests' ids, which can no longer be changed.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    scheduler = LoadGroupScheduling(config, log)
    by_mark = scheduler._split_scope
    scheduler._split_scope = lambda name: "prefect" if name.startswith("tests/flows/") else by_mark(name)
    return scheduler


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("needs the real data in ../shared, which is not here")
    return folder


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the user's reaches a test; the sample's store is a temporary one, shared within a worker.

    Nor does the shipped prior, which would move all scores; tests/taste/test_prior.py looks at it.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PAPERRADAR_")]:
            patch.delenv(name)
        patch.setenv("PAPERRADAR_SAMPLE_DIR", str(tmp_path_factory.mktemp("sample") / "store"))
        # No test asks arXiv; turnstiles are not those of the user's own processes.
        patch.setenv("PAPERRADAR_OFFLINE", "1")
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("NO_COLOR", "1")
        patch.setenv("COLUMNS", "100")
        patch.setattr("paperradar.taste.prior.PRIOR_FILE", "none-in-tests.npz")
        for name in ("FORCE_COLOR", "PY_COLORS", "PYTHONWARNINGS"):
            patch.delenv(name, raising=False)
        yield
