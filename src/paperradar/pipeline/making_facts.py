"""What the desk's side pages need of the papers' database: asked once, and kept as a file.

For each paper of an edition its versions and its nearest neighbours; by month how many papers there are and which
topics they are of; and the coverage of those months. A text without a vector is left out, never encoded: the desk must
start while an import holds the database, and without a model.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from paperradar import neighbours
from paperradar.coverage import WATCHED_FOR, DayCoverage, State
from paperradar.encoding import encoder_card
from paperradar.errors import ModelError, TryAgainLater, UsageError
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.desk_facts import (
    DayFacts,
    DeskFacts,
    MonthFacts,
    Neighbour,
    PaperFacts,
    keep_desk_facts,
    load_desk_facts,
)
from paperradar.pipeline.editions import view_edition
from paperradar.pipeline.month_counting import count_months
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.picking import issues_before
from paperradar.pipeline.pooling import month_days
from paperradar.progress import Progress, silent
from paperradar.store import Store, StoredTitle
from paperradar.workspace import Workspace

_log = logging.getLogger(__name__)

NEAREST = 6
_NAMED = 4


def ensure_desk_facts(
    workspace: Workspace, edition: str, *, today: dt.date, progress: Progress = silent
) -> DeskFacts | None:
    """The facts of an edition, built where they are missing, of another list, or of another day.

    Where that cannot be done, because the store is busy, say, the old ones serve and a warning says so; None without
    old ones. Raises what `view_edition` raises.
    """
    kept = load_desk_facts(workspace, edition)
    if kept and (kept.bundle, kept.made_on) == (view_edition(workspace, edition).bundle_id, today):
        return kept
    try:
        return build_desk_facts(workspace, edition, today=today, progress=progress)
    except (TryAgainLater, ModelError, OSError) as error:
        instead = f"those of {kept.made_on} serve" if kept else "pages that need them say so"
        _log.warning("the facts for the desk's side pages could not be made, %s: %s", instead, error)
        return kept


def build_desk_facts(workspace: Workspace, edition: str, *, today: dt.date, progress: Progress = silent) -> DeskFacts:
    """Ask the store and keep what it says. ``today``: arXiv's day (America/New_York).

    The store is open for a moment at a time. Raises StoreBusy, ModelError, and what `view_edition` raises.
    """
    view = view_edition(workspace, edition)
    wanted = dict.fromkeys(view.cards)
    wanted |= dict.fromkeys(member["identifier"] for row in view.bundle["rows"] for member in row["story"])
    # Of earlier issues there may be no list, which would say their categories.
    wanted |= dict.fromkeys(name for names in issues_before(workspace, edition).values() for name in names)
    store = open_store(workspace)
    with store.reading() as session:
        titles = session.titles()
    papers = _papers(workspace, store, titles, wanted)
    counted = count_months(workspace, titles, kept=_months_kept(workspace), progress=progress)
    days, line = _days(workspace, titles, [item.month for item in counted.months], today)
    facts = DeskFacts(
        edition=edition,
        bundle=view.bundle_id,
        made_on=today,
        papers=papers,
        months=counted.months,
        topics=counted.topics,
        days=days,
        coverage=line,
    )
    keep_desk_facts(workspace, facts)
    return facts


def _months_kept(workspace: Workspace) -> list[MonthFacts]:
    """The months that were counted for any edition before."""
    found: list[MonthFacts] = []
    for path in workspace.desk.glob("*.facts.json"):
        try:
            facts = load_desk_facts(workspace, path.name.removesuffix(".facts.json"))
        except UsageError:  # a file of somebody else's
            continue
        found += facts.months if facts else ()
    return found


def _papers(
    workspace: Workspace, store: Store, titles: Sequence[StoredTitle], wanted: Mapping[str, object]
) -> dict[str, PaperFacts]:
    """What the store says of these identifiers; those that it lacks are left out."""
    rows = [row for row, item in enumerate(titles) if item.identifier in wanted]
    with store.reading() as session:
        stored = session.papers([titles[row].identifier for row in rows])
        fingerprint = encoder_card(workspace.settings.encoder).fingerprint
        vectors, found = session.vectors([item.text_hash for item in titles], fingerprint)
    # One more than is shown: each is the nearest to itself.
    places, cosines = neighbours.nearest(vectors[rows], vectors, NEAREST + 1)
    near = {
        titles[row].identifier: _near(titles, row, places[asked], cosines[asked]) if found[row] else None
        for asked, row in enumerate(rows)
    }
    return {
        item.paper.identifier: PaperFacts(
            identifier=item.paper.identifier,
            title=item.paper.title,
            announced_on=item.announced_on,
            categories=item.paper.categories,
            versions=tuple(
                (version.number, version.created.date() if version.created else None) for version in item.paper.versions
            ),
            neighbours=near[item.paper.identifier],
        )
        for item in stored
    }


def _near(
    titles: Sequence[StoredTitle], own: int, places: NDArray[np.int64], cosines: NDArray[np.float32]
) -> tuple[Neighbour, ...]:
    found = [
        Neighbour(
            titles[place].identifier, titles[place].title, titles[place].announced_on, round(max(cosine, -1.0), 4)
        )
        for place, cosine in zip(places.tolist(), cosines.tolist(), strict=True)
        if place not in (own, -1)
    ]
    return tuple(found[:NEAREST])


def _days(
    workspace: Workspace, titles: Sequence[StoredTitle], months: Sequence[str], today: dt.date
) -> tuple[tuple[DayFacts, ...], str]:
    """The coverage of these months, and of the days since for as long as somebody may still be watching."""
    if not months:
        return (), ""
    last = month_days(months[-1]).last
    if today - last <= WATCHED_FOR:
        last = max(last, today)
    covered = coverage_of_store(workspace, month_days(months[0]).first, last, today=today)
    papers = Counter(item.announced_on for item in titles)
    return tuple(DayFacts(day.day, day.state, papers[day.day], _words(day)) for day in covered.days), covered.line


def _words(day: DayCoverage) -> str:
    """The categories that make the day's state, with what they have of what there is."""
    if day.state in (State.COMPLETE, State.COMPLETE_BY_SUBMISSION, State.HOLIDAY):
        return ""
    mine = [item for item in day.categories if item.state is day.state]
    if len(mine) == len(day.categories) and not any(item.expected for item in mine):
        return ""
    said = [f"{item.category} {item.received} of {item.expected}" if item.expected else item.category for item in mine]
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    return ", ".join(said[:_NAMED]) + more
