"""Editions as those see them who read along: what was decided of each, and which list is the present one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

from paperradar.calendar import parse_edition, running_edition
from paperradar.decisions import EditionLog, Place, State
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.pipeline.editions import EditionView, bundle_of, editions_with_list, view_edition
from paperradar.publishing import Bundle, edition_paths, present_bundle
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
        ten=_papers(view, [place for place in view.decided if place.role == "top10"]),
        mentions=_papers(view, [place for place in view.decided if place.role == "mention"]),
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
    names = []
    for path in workspace.decisions.glob("????-??.jsonl"):
        with suppress(UsageError):  # a stream of another name
            name = parse_edition(path.stem)
            if EditionLog(workspace.decisions, name, workspace.settings.edition).decided() is not None:
                names.append(name)
    return tuple(sorted(names, reverse=True))


def present_list(workspace: Workspace, today: dt.date) -> Bundle:
    """The list of the edition that runs on a day, else the newest one that was made. Raises NotFoundError."""
    running = running_edition(today, workspace.settings.edition)
    names = editions_with_list(workspace)
    if not names:
        raise NotFoundError(f"no list was made yet; make one with: paperradar shortlist --month {running}")
    return list_of(workspace, running if running in names else names[0])


def list_of(workspace: Workspace, edition: str) -> Bundle:
    """The list of an edition as its files show it. Raises UsageError, NotFoundError where none was made yet."""
    edition = parse_edition(edition)
    name = present_bundle(workspace.shortlists, edition)
    if name is None:
        raise NotFoundError(
            f"no list of edition {edition} was made yet; make it with: paperradar shortlist --month {edition}"
        )
    return bundle_of(edition_paths(workspace.shortlists, edition).bundle(name))


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
