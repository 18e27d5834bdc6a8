"""A real Prefect server for the flows' tests: a temporary one, with a home and a database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Two cores that are busy with other tests need it; alone it takes 20 s.
_STARTUP_SECONDS = 180


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Flows that are called run against this server. Imports Prefect, so tests import the flows in their functions."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PREFECT_")]:
            patch.delenv(name)
        # All this is read when Prefect is imported for the first time.
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.setenv("DO_NOT_TRACK", "1")
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=_STARTUP_SECONDS):
            yield


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a test's workspace comes to lie."""
    return tmp_path / "issue"
