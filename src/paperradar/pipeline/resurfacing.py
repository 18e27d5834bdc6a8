"""A curator's word that an older paper shall come back in an edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from paperradar.calendar import ARXIV_ZONE, parse_edition, running_edition
from paperradar.decisions import DecisionLog, checked_identifier
from paperradar.errors import TryAgainLater, UsageError
from paperradar.papers import clean_text
from paperradar.store import Store
from paperradar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Resurfaced:
    """What was recorded. ``new`` is False where the log said just that already.

    ``in_store`` tells whether the paper is in the store, None where the store was busy.
    """

    identifier: str
    edition: str
    new: bool
    in_store: bool | None


def resurface(
    workspace: Workspace,
    store: Store,
    identifier: str,
    *,
    why: str,
    edition: str | None = None,
    curator: str = "",
    clock: Callable[[], dt.datetime],
) -> Resurfaced:
    """Append that a paper shall come back, by default in the edition in preparation on the clock's day.

    Raises InputError for what is no identifier, UsageError for an empty ``why`` or a wrong edition.
    """
    key = checked_identifier(identifier)
    reason = clean_text(why)
    if not reason:
        raise UsageError("say why the paper shall come back: --why TEXT must not be empty")
    at = clock()
    bounds = workspace.settings.edition
    wanted = parse_edition(edition) if edition else running_edition(at.astimezone(ARXIV_ZONE).date(), bounds)
    log = DecisionLog(workspace.decisions, bounds)
    new = log.resurface(key, edition=wanted, why=reason, curator=clean_text(curator), at=at)
    return Resurfaced(key, wanted, new > 0, _is_in(store, key))


def _is_in(store: Store, identifier: str) -> bool | None:
    # The word is in the log by now; a busy store is no reason to fail.
    try:
        with store.reading() as session:
            return bool(session.papers([identifier]))
    except TryAgainLater:
        return None
