"""The store of a workspace, opened with the workspace's patience."""

from __future__ import annotations

from paperradar.store import Store
from paperradar.workspace import Workspace

# What to say where a store is empty.
NO_PAPERS = (
    "the store holds no papers yet; fetch some with: paperradar backfill --month YYYY-MM, or import some with:"
    " paperradar import FILE"
)


def open_store(workspace: Workspace) -> Store:
    """The workspace's store. Opens nothing yet; its sessions wait for other holders as long as the settings say."""
    return Store(workspace.database, wait_seconds=workspace.settings.store.wait_seconds)
