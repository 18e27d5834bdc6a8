"""The real data beside the repository: no record is lost. Skipped where it is not there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from paperradar.papers import DayBasis
from paperradar.pipeline.importing import import_snapshot
from paperradar.store import Store


def test_no_record_of_the_real_file_is_lost(shared: Path, tmp_path: Path) -> None:
    """A third of a year of records, half of them without categories, a dozen without authors, in no order."""
    path = shared / "data" / "snapshot" / "arxiv-2021-10_2022-05.jsonl.gz"
    with gzip.open(path) as file:
        records = {found["id"]: found for found in map(json.loads, file)}
    store = Store(tmp_path / "papers.duckdb")
    report = import_snapshot(store, path)
    assert (report.read, report.new, report.set_aside, report.skipped_as_done) == (9765, 9765, 0, 0)
    with store.reading() as session:
        stored = session.papers()
        assert session.set_aside_records() == []
        state = session.import_state(path.name)
    assert state is not None
    assert (state.lines, state.records, state.done) == (9765, 9765, True)
    papers = {item.paper.identifier: item.paper for item in stored}
    assert papers.keys() == records.keys()
    assert sum(not paper.categories for paper in papers.values()) == 4978
    assert sum(not paper.authors for paper in papers.values()) == 12
    assert sum(not paper.abstract for paper in papers.values()) == 5
    for identifier, found in records.items():
        paper = papers[identifier]
        assert " ".join(paper.categories) == found["categories"]
        assert len(paper.authors) == len(found["authors_parsed"])
        assert len(paper.versions) == len(found["versions"])
        assert bool(paper.abstract) == bool(found["abstract"].strip())
    # Five have no version at all; every other day comes from a submission.
    assert sum(item.basis is DayBasis.IDENTIFIER for item in stored) == 5
    assert import_snapshot(store, path).skipped_as_done == 9765
