"""The learning loop: learn a taste from all picks, measure it by the backtest, adopt it if that did not fall."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paperradar.calendar import ARXIV_ZONE
from paperradar.clock import Clock
from paperradar.decisions import Pick
from paperradar.encoding import encoder_card
from paperradar.errors import InputError, NotFoundError
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.pipeline.examples import ORDINARY_DAYS, AsOf, gather_examples, picks_as_of
from paperradar.pipeline.opening import NO_PAPERS, open_store
from paperradar.pipeline.picking import known_picks
from paperradar.pipeline.taste_measuring import measure_taste
from paperradar.pipeline.tasting import measured_by
from paperradar.progress import Progress, silent
from paperradar.ranking import Taste
from paperradar.store import Store
from paperradar.taste import learn
from paperradar.taste.keeping import TasteShelf
from paperradar.workspace import Workspace

COMPARED_DEPTH = 100
_REMEDY = "import some with: paperradar picks import FILE, or mark papers as picks in an edition's CSV"


@dataclass(frozen=True, slots=True)
class Compared:
    """A new taste held against the adopted one, on the picks that both were measured on.

    ``before`` and ``after``: recall@100 and median rank of the adopted and of the new one; empty where there is no pick
    to compare on. ``fell`` says that the new one must not be adopted by itself, ``why`` in words what was found.
    """

    against: str
    editions: tuple[str, ...]
    picks: int
    before: Mapping[str, float]
    after: Mapping[str, float]
    fell: bool
    why: str

    def as_dict(self) -> dict[str, object]:
        """Plain values, for the history and for JSON."""
        return {
            "against": self.against,
            "editions": list(self.editions),
            "picks": self.picks,
            "before": dict(self.before),
            "after": dict(self.after),
            "fell": self.fell,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Trained:
    """A taste that was learnt, how it compares, and whether it counts from now on. ``name`` is empty if not kept."""

    taste: Taste
    name: str
    compared: Compared
    adopted: bool


def train_taste(
    workspace: Workspace,
    *,
    sources: Sequence[str] = (),
    clock: Clock,
    force: bool = False,
    keep: bool = True,
    progress: Progress = silent,
) -> Trained:
    """Learn from every pick decided until today, measure, compare, and adopt.

    ``sources``: whose taste (default: ``edition.featured_sources``). Ordinary papers are those of the store's newest
    months. Measured are the newest editions of these sources that have picks in the store, or months (see
    `measure_taste`), each ranked as it would have been then. The taste is adopted unless its recall@100, or with that
    equal its median rank, fell against the adopted one's on the picks that both have; ``force`` adopts it anyway, and
    without ``keep`` nothing is written. Raises NotFoundError without picks or papers, and what `backtest` raises.
    """
    now = clock()
    today = now.astimezone(ARXIV_ZONE).date()
    picks = picks_as_of(
        known_picks(workspace, today=today), AsOf("days", today + dt.timedelta(days=1), today, tuple(sources))
    )
    wanted = tuple(dict.fromkeys(sources or workspace.settings.edition.featured_sources))
    named = tuple(source for source in wanted if any(pick.source == source for pick in picks))
    if not named or (sources and set(named) != set(wanted)):
        lacking = ", ".join(source for source in wanted if source not in named)
        raise NotFoundError(f"no pick of {lacking} was decided by {today}; {_REMEDY}")
    store = open_store(workspace)
    taste = _learnt(workspace, store, picks, named, today, progress)
    measured = measure_taste(workspace, store, picks, named, today=today, progress=progress)
    taste = replace(taste, card={**taste.card, "measured": measured})
    shelf = TasteShelf(workspace.taste)
    compared = _compare(shelf, taste.card)
    if not keep:
        return Trained(taste, "", compared, adopted=False)
    name = shelf.put(taste)
    adopted = force or not compared.fell
    if not adopted:
        shelf.refuse(name, at=now, comparison=compared.as_dict())
    elif compared.against != name:
        shelf.adopt(name, at=now, comparison=compared.as_dict())
    return Trained(taste, name, compared, adopted)


def _learnt(
    workspace: Workspace,
    store: Store,
    picks: Sequence[Pick],
    sources: tuple[str, ...],
    today: dt.date,
    progress: Progress,
) -> Taste:
    with store.reading() as session:
        days = session.announced_days()
    if days is None:
        raise NotFoundError(NO_PAPERS)
    newest = min(days[1], today)
    # Ordinary papers come from the months before the rule's first day.
    rule = AsOf("days", newest + dt.timedelta(days=1), max(newest, today), sources)
    examples = gather_examples(store, workspace.settings, picks, rule, progress=progress)
    encoder = encoder_card(workspace.settings.encoder).fingerprint
    until = max(pick.decided_on for pick in picks)
    taste = learn(examples, sources, workspace.settings.taste, encoder=encoder, until=until)
    if taste is None:
        raise NotFoundError(
            f"too little to learn from: {len(examples.picked_by(sources))} picked papers of {', '.join(sources)} and"
            f" {len(examples.ordinary())} others of the {ORDINARY_DAYS} days until {newest} are known; {_REMEDY}"
        )
    latest = {pick.source: pick.edition for pick in sorted(picks, key=lambda pick: (pick.decided_on, pick.edition))}
    card = {**taste.card, "sources": list(sources), "latest": latest, "words": LEXICAL_FINGERPRINT}
    return replace(taste, card=card)


def _compare(shelf: TasteShelf, card: Mapping[str, object]) -> Compared:
    name = shelf.adopted_name()

    def without(why: str, *, fell: bool = False) -> Compared:
        return Compared(name, (), 0, {}, {}, fell, why)

    if not name:
        return without("no taste was adopted before")
    try:
        old = shelf.load(name)
    except (InputError, NotFoundError) as error:
        return without(f"the adopted taste cannot be read ({error})")
    before, after = _ranks(old.card), _ranks(card)
    if not before:
        return without(f"the adopted taste {name} was never measured")
    both = sorted(before.keys() & after.keys())
    if not both:
        why = f"no pick that the adopted taste {name} was measured on was measured now"
        was_by, now_by = measured_by(old.card), measured_by(card)
        if now_by and was_by != now_by:
            why += f": it was measured by {was_by}s, the new one by {now_by}s"
        return without(why, fell=True)
    was, now = _figures([before[key] for key in both]), _figures([after[key] for key in both])
    fell = (now["recall@100"], -now["median_rank"]) < (was["recall@100"], -was["median_rank"])
    if now == was:
        why = "recall@100 and median rank are unchanged"
    elif now["recall@100"] != was["recall@100"]:
        why = f"recall@100 went from {was['recall@100']:.3f} to {now['recall@100']:.3f}"
    else:
        why = f"recall@100 is unchanged, the median rank went from {was['median_rank']:g} to {now['median_rank']:g}"
    return Compared(name, tuple(sorted({edition for _, edition, _ in both})), len(both), was, now, fell, why)


def _ranks(card: Mapping[str, Any]) -> dict[tuple[str, str, str], float]:
    """By kind of pool, edition and identifier, the rank of each measured pick; one left out is below the last row."""
    measured, kind = card.get("measured", {}), measured_by(card)
    return {
        (kind, edition, identifier): float(figures["candidates"] + 1 if rank is None else rank)
        for edition, figures in measured.get("editions", {}).items()
        for identifier, rank in figures["ranks"].items()
    }


def _figures(ranks: Sequence[float]) -> dict[str, float]:
    found = math.fsum(rank <= COMPARED_DEPTH for rank in ranks)
    return {"recall@100": round(found / len(ranks), 6), "median_rank": float(statistics.median(ranks))}
