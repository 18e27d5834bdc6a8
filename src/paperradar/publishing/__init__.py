"""Publishing: the bundle of an edition, and the CSV, page and manifest that are made from it and nothing else."""

from paperradar.publishing.bundle import (
    Bundle,
    Counts,
    EditionFacts,
    LaneFacts,
    Mark,
    TopicFacts,
    build_bundle,
    bundle_bytes,
    bundle_id,
)
from paperradar.publishing.edition_files import (
    EditionPaths,
    WrittenFiles,
    edition_paths,
    read_bundle,
    render,
    write_edition,
)

__all__ = [
    "Bundle",
    "Counts",
    "EditionFacts",
    "EditionPaths",
    "LaneFacts",
    "Mark",
    "TopicFacts",
    "WrittenFiles",
    "build_bundle",
    "bundle_bytes",
    "bundle_id",
    "edition_paths",
    "read_bundle",
    "render",
    "write_edition",
]
