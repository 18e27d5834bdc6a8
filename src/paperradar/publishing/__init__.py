"""Publishing: the bundle of an edition, and the CSV, page and manifest that are made from it and nothing else."""

from paperradar.publishing.backtest_page import BacktestPage, PagePart, PagePick, render_backtest
from paperradar.publishing.bundle import (
    Bundle,
    Counts,
    EditionFacts,
    LaneFacts,
    TopicFacts,
    build_bundle,
    bundle_bytes,
    bundle_id,
    marks_of,
)
from paperradar.publishing.edition_files import (
    EditionPaths,
    WrittenFiles,
    bundles_of,
    edition_paths,
    present_bundle,
    read_bundle,
    render,
    sheets_of,
    write_edition,
)
from paperradar.publishing.frozen import with_late
from paperradar.publishing.list_diff import ListDiff, RowChange, diff_lists

__all__ = [
    "BacktestPage",
    "Bundle",
    "Counts",
    "EditionFacts",
    "EditionPaths",
    "LaneFacts",
    "ListDiff",
    "PagePart",
    "PagePick",
    "RowChange",
    "TopicFacts",
    "WrittenFiles",
    "build_bundle",
    "bundle_bytes",
    "bundle_id",
    "bundles_of",
    "diff_lists",
    "edition_paths",
    "marks_of",
    "present_bundle",
    "read_bundle",
    "render",
    "render_backtest",
    "sheets_of",
    "with_late",
    "write_edition",
]
