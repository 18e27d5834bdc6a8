"""The bundled sample: its listing imported into a store of its own."""

from __future__ import annotations

from paperradar.bundled import bundled_root
from paperradar.pipeline.importing import import_snapshot
from paperradar.pipeline.opening import open_store
from paperradar.progress import Progress, silent
from paperradar.workspace import Workspace


def prepare_sample(workspace: Workspace, *, progress: Progress = silent) -> None:
    """Import the sample's listing into the workspace of `paperradar.workspace.sample_workspace`, once."""
    store = open_store(workspace)
    import_snapshot(store, bundled_root() / "data" / "sample" / "listing.jsonl", progress=progress)
