"""What the tests of commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.workspace import init_workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace, which is the present folder."""
    init_workspace(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path
