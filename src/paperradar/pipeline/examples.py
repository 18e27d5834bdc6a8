"""The papers that may be learnt from for a pool: the as-of rule, in its one place.

A shortlist, a backtest and the training of a taste all come here, so that what is measured is what is shipped.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from paperradar.calendar import estimate_announcement_day, identifier_days
from paperradar.decisions import Pick
from paperradar.papers import Paper, identifier_month, identifier_order
from paperradar.pipeline.features import features_of
from paperradar.pipeline.pooling import in_scope, title_alone
from paperradar.progress import Progress, silent
from paperradar.ranking import Examples, PastPick
from paperradar.settings import Settings
from paperradar.store import Store

PoolKind = Literal["window", "id-month", "days"]

# Ordinary papers are taken from so many days before the pool: older ones are about other things.
ORDINARY_DAYS = 120
# So many of them at most, by a hash of the identifier: enough to tell what is ordinary, and each has to be encoded.
ORDINARY_MOST = 3500
# With fewer papers before the pool than this, the pool's own stand in for ordinary ones.
ORDINARY_LEAST = 1000


@dataclass(frozen=True, slots=True)
class AsOf:
    """Which past may be known for a pool of the days from ``first`` to ``last``, whose picks by ``sources`` are sought.

    A ``window`` is ranked with those sources' earlier editions and with what others decided before its first day;
    an ``id-month`` and ``days`` with what was decided before the first day, by whomever. ``edition``: that of a
    window, never known to itself.
    """

    kind: PoolKind
    first: dt.date
    last: dt.date
    sources: tuple[str, ...]
    edition: str = ""

    @property
    def known_until(self) -> dt.date:
        """The last day of which anything else may be known: a window is ranked on its closing day."""
        return self.last if self.kind == "window" else self.first - dt.timedelta(days=1)

    def knows(self, pick: Pick) -> bool:
        """Whether a pick may be learnt from, or told."""
        if pick.decided_on < self.first:
            return True
        mine = self.kind == "window" and pick.source in self.sources
        return mine and pick.edition < self.edition and pick.decided_on <= self.last


def picks_as_of(picks: Iterable[Pick], rule: AsOf) -> tuple[Pick, ...]:
    """The picks that may be known: the one place where the rule is applied.

    A paper cannot have been picked before its identifier was given, so such a pick is a mistake and not known either.
    """
    return tuple(
        pick
        for pick in picks
        if rule.knows(pick) and identifier_days(identifier_month(pick.identifier)).first <= rule.last
    )


def gather_examples(
    store: Store,
    settings: Settings,
    picks: Sequence[Pick],
    rule: AsOf,
    *,
    extra: Sequence[Paper] = (),
    titles_only: bool = False,
    progress: Progress = silent,
) -> Examples:
    """The papers of ``picks`` (already those of `picks_as_of`), and ordinary papers of the months before the pool.

    A picked paper that neither the store nor ``extra`` holds is known by the title in the picks. Texts that lack
    vectors are encoded. Empty without picks.
    """
    if not picks:
        return Examples()
    picked: dict[str, list[Pick]] = {}
    for pick in sorted(picks, key=lambda pick: (pick.decided_on, pick.source, pick.edition, pick.role)):
        picked.setdefault(pick.identifier, []).append(pick)
    since = rule.first - dt.timedelta(days=ORDINARY_DAYS)
    with store.reading() as session:
        found = {item.paper.identifier: (item.paper, item.announced_on) for item in session.papers(sorted(picked))}
        stored = session.papers_announced(since, rule.last)
    usable = [item for item in stored if not item.paper.withdrawn and in_scope(item.paper, settings.categories)]
    around = {item.paper.identifier: (item.paper, item.announced_on) for item in usable}
    for paper in extra:
        day = estimate_announcement_day(paper)[0]
        if paper.identifier in picked:
            found.setdefault(paper.identifier, (paper, day))
        if since <= day <= rule.last:
            around.setdefault(paper.identifier, (paper, day))
    for identifier, of_paper in picked.items():
        if identifier not in found and (title := next((pick.title for pick in of_paper if pick.title), "")):
            paper = Paper(identifier, title)
            found[identifier] = paper, estimate_announcement_day(paper)[0]
    rows = [(found[key], tuple(_past(pick) for pick in picked[key])) for key in picked if key in found]
    rows = [row for row in rows if row[0][1] <= rule.last]
    ordinary = {key: item for key, item in around.items() if key not in picked}
    before = {key: item for key, item in ordinary.items() if item[1] < rule.first}
    chosen = before if len(before) >= ORDINARY_LEAST else ordinary
    rows += [(chosen[key], ()) for key in sorted(chosen, key=_lot)[:ORDINARY_MOST]]
    rows.sort(key=lambda row: identifier_order(row[0][0].identifier))
    papers = [title_alone(paper) if titles_only else paper for (paper, _), _ in rows]
    features = features_of(store, settings, papers, progress=progress)
    return Examples(
        papers=tuple(papers),
        picks=tuple(past for _, past in rows),
        days=tuple(day for (_, day), _ in rows),
        vectors=features.vectors,
        title_vectors=features.title_vectors,
        tokens=features.tokens,
        title_tokens=features.title_tokens,
    )


def _past(pick: Pick) -> PastPick:
    return PastPick(pick.source, pick.edition, pick.role, pick.decided_on)


def _lot(identifier: str) -> bytes:
    return hashlib.blake2b(identifier.encode(), digest_size=8).digest()
