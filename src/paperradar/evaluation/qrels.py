"""Labels: which papers count as right for an edition, and which of them an order could have had at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from paperradar.decisions import Pick
from paperradar.papers import identifier_order
from paperradar.ranking import Shortlist

# An order by rows: the row's own paper first, then the papers folded into it.
Run = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """Identifiers of main entries and of papers that are only mentioned; no paper is in both."""

    entries: frozenset[str]
    mentions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """One kind of labels against a pool, each in identifier order: in the pool, and outside of it."""

    present: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many labels there are."""
        return len(self.present) + len(self.outside)


def unite(picks: Iterable[Pick]) -> Labels:
    """Labels of several sources, united by identifier: a main entry anywhere is a main entry."""
    entries: set[str] = set()
    mentions: set[str] = set()
    for pick in picks:
        (entries if pick.is_entry else mentions).add(pick.identifier)
    return Labels(frozenset(entries), frozenset(mentions - entries))


def judge(labels: Iterable[str], pool: Collection[str]) -> Judged:
    """Split labels by whether they are in the pool."""
    present: list[str] = []
    outside: list[str] = []
    for identifier in sorted(labels, key=identifier_order):
        (present if identifier in pool else outside).append(identifier)
    return Judged(tuple(present), tuple(outside))


def run_of(shortlist: Shortlist) -> Run:
    """A shortlist as a run: a story's members stand at their row."""
    return tuple(
        (row.candidate.paper.identifier, *(member.candidate.paper.identifier for member in row.story))
        for row in shortlist.rows
    )
