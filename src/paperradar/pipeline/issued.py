"""Editions as those see them who read along: what was decided of each, and which list is the present one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from paperradar.calendar import is_edition, running_edition
from paperradar.decisions import DecisionLog, EditionLog, Place, State
from paperradar.errors import InputError, NotFoundError
from paperradar.pipeline.editions import EditionView, editions_with_list, view_edition
from paperradar.publishing import Bundle
from paperradar.publishing.decided import DecidedEdition, DecidedPaper
from paperradar.workspace import Workspace


def decided_edition(workspace: Workspace, edition: str) -> DecidedEdition | None:
    """What was decided of an edition, None before. Raises NotFoundError where its list is gone."""
    view = view_edition(workspace, edition)
    if view.decided is None:
        return None
    reached = view.reached.get(State.PUBLISHED)
    return DecidedEdition(
        edition=view.edition,
        at=(reached or view.reached[State.DECIDED]).at,
        ten=_papers(view, view.ten),
        mentions=_papers(view, view.mentions),
        url=str(reached.payload["url"]) if reached else "",
    )


def decided_editions(workspace: Workspace) -> tuple[tuple[DecidedEdition, ...], tuple[str, ...]]:
    """All decided editions, newest first; and why others that were decided are not among them."""
    found, notes = [], []
    for edition in decided_names(workspace):
        try:
            if one := decided_edition(workspace, edition):
                found.append(one)
        except (NotFoundError, InputError) as error:
            notes.append(f"{edition} is decided and left out: {error}")
    return tuple(found), tuple(notes)


def decided_names(workspace: Workspace) -> tuple[str, ...]:
    """The editions that are decided, newest first, also where their lists are gone."""
    folder, bounds = workspace.decisions, workspace.settings.edition
    months = [name for name in DecisionLog(folder, bounds).editions() if is_edition(name)]
    return tuple(
        sorted((name for name in months if EditionLog(folder, name, bounds).decided() is not None), reverse=True)
    )


def present_list(workspace: Workspace, today: dt.date) -> Bundle:
    """The list of the edition that runs on a day, else the newest one that was made. Raises NotFoundError."""
    running = running_edition(today, workspace.settings.edition)
    names = editions_with_list(workspace)
    if not names:
        raise NotFoundError(f"no list was made yet; make one with: paperradar shortlist --month {running}")
    return view_edition(workspace, running if running in names else names[0]).bundle


def _papers(view: EditionView, places: Sequence[Place]) -> tuple[DecidedPaper, ...]:
    papers = []
    for place in places:
        card = view.cards.get(place.identifier)
        # No card: decided on another machine, and taken out of the composed issue on this one. Of the reasons, the
        # list's own are not told: its scores are for curators, not for readers.
        title, url, authors = (card.title, card.url, card.authors) if card else ("", "", ())
        paper = DecidedPaper(title or place.identifier, url, authors, place.why, place.rank, place.group)
        papers.append(paper)
    return tuple(papers)
