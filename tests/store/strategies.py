"""Papers as hypothesis makes them."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from paperradar.papers import Author, Paper, Version

IDENTIFIERS = ("2205.00001", "2205.00002", "hep-th/9901001")
# Few values, so that records collide often; the empty one stands for a field that a source lacks.
texts = st.sampled_from(["", "a", "b", "longer"])
days = st.sampled_from([None, dt.date(2022, 5, 2), dt.date(2022, 5, 3), dt.date(2022, 6, 1)])
times = st.sampled_from(
    [
        None,
        dt.datetime(2022, 5, 2, tzinfo=dt.UTC),
        dt.datetime(2022, 5, 2, 3, 4, 5, tzinfo=dt.UTC),
        dt.datetime(2022, 5, 4, tzinfo=dt.UTC),
        dt.datetime(2022, 6, 1, 12, 30, 0, 250, tzinfo=dt.UTC),
    ]
)
versions = st.dictionaries(st.integers(1, 3), times, max_size=3).map(
    lambda found: tuple(Version(number, found[number]) for number in sorted(found))
)
authors = st.lists(st.builds(Author, st.sampled_from(["Ahn", "Öz", "李"]), texts, texts), max_size=2).map(tuple)
categories = st.lists(st.sampled_from(["cs.CL", "cs.LG", "stat.ML"]), max_size=2, unique=True).map(tuple)


def papers(identifiers: tuple[str, ...] = IDENTIFIERS) -> st.SearchStrategy[Paper]:
    """Records of few papers with few values."""
    return st.builds(
        Paper,
        identifier=st.sampled_from(identifiers),
        title=st.sampled_from(["A title", "Another title"]),
        abstract=texts,
        authors=authors,
        categories=categories,
        comments=texts,
        journal_ref=texts,
        doi=texts,
        report_no=texts,
        license=texts,
        submitter=texts,
        versions=versions,
        updated=days,
        withdrawn=st.booleans(),
        abstract_by=st.sampled_from(["arxiv", "paperradar"]),
        reference=st.booleans(),
    )
