"""Slices of the API: the papers of some categories submitted between two times, all of them or known not to be all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from paperradar.errors import PaperradarError, Unavailable
from paperradar.papers import Paper
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.upstream import Upstream
from paperradar.sources.values import Broken, Page

# On a working day something is submitted in one of so many categories.
_ENOUGH = 5
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slice:
    """What the API has between two times of submission.

    ``total`` is what the API says that there is (None: it never said), ``received`` how many records came, broken ones
    included. ``detail`` and ``outcome`` tell why it is short, where it is.
    """

    papers: tuple[Paper, ...]
    broken: tuple[Broken, ...]
    total: int | None
    detail: str = ""
    outcome: Outcome = Outcome.DONE

    @property
    def received(self) -> int:
        """How many different records came."""
        return len(self.papers) + len(self.broken)

    @property
    def is_complete(self) -> bool:
        """Whether everything that the API counts has come."""
        return self.outcome is Outcome.DONE and self.total is not None and self.received >= self.total


def read_slice(way: Upstream, categories: Sequence[str], first: dt.datetime, last: dt.datetime, *, label: str) -> Slice:
    """Read all pages of a slice (both ends included). Where it stays short, what came is given all the same.

    A page that is empty or shorter than it should be is asked for again, and so is the whole slice where the total
    changed between its pages. Raises nothing of arXiv's.
    """
    best = Slice((), (), None, "nothing came", Outcome.LATER)
    for _ in range(way.settings.attempts):
        found = _read(way, categories, first, last, label)
        if found.received >= best.received:
            best = found
        if best.is_complete or found.outcome is not Outcome.DONE:
            break
    if best.is_complete and not best.received and len(categories) >= _ENOUGH and first.weekday() < _SATURDAY:
        return Slice((), (), None, "the API says that nothing was submitted on a working day", Outcome.LATER)
    if best.is_complete or best.outcome is not Outcome.DONE:
        return best
    said = f"the API counts {best.total} papers and gave {best.received}"
    return Slice(best.papers, best.broken, best.total, said, Outcome.LATER)


def _read(way: Upstream, categories: Sequence[str], first: dt.datetime, last: dt.datetime, label: str) -> Slice:
    from paperradar.sources.api import MOST_RECORDS, read_page, submission_query

    query = submission_query(categories, first, last)
    settings = way.settings
    papers: dict[str, Paper] = {}
    broken: list[Broken] = []
    total: int | None = None
    start = 0
    asked_twice = False
    while total is None or start < min(total, MOST_RECORDS):
        way.session.label = label

        def ask(start: int = start) -> Page:
            page = read_page(way.session.requests, settings.urls.api, query, start=start, size=settings.page_size)
            return _whole(page, start, settings.page_size)

        try:
            page = way.patiently(ask)
        except PaperradarError as error:
            return Slice(tuple(papers.values()), tuple(broken), total, str(error), Outcome.of(error))
        # A total that shrinks must not end the slice early; one that was too high is found out when all is read.
        total = max(total or 0, page.total or 0)
        papers |= {paper.identifier: paper for paper in page.papers}
        broken += [type(item)(start + item.place, item.reason, item.excerpt) for item in page.broken]
        start += page.records
        if not page.records and total:
            break
        if not total and not asked_twice:
            # Nothing at all is hardly ever true, and at times what a busy API says.
            asked_twice, total = True, None
    if total is not None and total > MOST_RECORDS:
        said = f"the API counts {total} papers and gives no more than {MOST_RECORDS}; ask for a shorter time"
        return Slice(tuple(papers.values()), tuple(broken), total, said, Outcome.FAILED)
    return Slice(tuple(papers.values()), tuple(broken), total)


def _whole(page: Page, start: int, size: int) -> Page:
    """The page, if it holds what its own total promises. Raises Unavailable."""
    if page.total is None:
        raise Unavailable("the API's answer does not say how many papers there are; try again later")
    due = max(0, min(size, page.total - start))
    if page.records < due:
        raise Unavailable(f"the API gave {page.records} of the {due} records of a page; try again later")
    return page
