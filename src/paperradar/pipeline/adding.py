"""What curators bring to an edition that is not on its list: papers and pages.

It is the one thing they do that asks the store, so it is apart from `pipeline.curating`: voting and composing neither
wait for the database nor load it.
"""

from __future__ import annotations

from collections.abc import Sequence

from paperradar.clock import Clock
from paperradar.decisions import Added, DecisionLog, checked_identifier, curator_name, page_identifier
from paperradar.errors import InputError, NotFoundError, StoreBusy
from paperradar.papers import Paper, abs_url, clean_text
from paperradar.papers.links import is_web_address
from paperradar.pipeline.curating import identifier_of, open_log
from paperradar.pipeline.editions import view_edition
from paperradar.pipeline.opening import open_store
from paperradar.workspace import Workspace


def add_paper(workspace: Workspace, edition: str, identifier: str, *, by: str, clock: Clock, title: str = "") -> Added:
    """Bring a paper of arXiv's to an edition that is not on its list. Its facts come from the store.

    Where the store lacks it, ``title`` is needed. Raises NotFoundError, StoreBusy, UsageError, and InputError where
    the paper is on the list already.
    """
    log = open_log(workspace, edition)
    key = checked_identifier(identifier)
    if (card := view_edition(workspace, edition).cards.get(key)) and card.rank:
        raise InputError(f"{key} is on the list of {edition} already, at rank {card.rank}")
    paper = _stored(workspace, key, needed=not title.strip())
    if paper is None and not title.strip():
        raise NotFoundError(f"{key} is not in the store; import it, or give its title too")
    item = Added(
        identifier=key,
        title=clean_text(title or (paper.title if paper else "")),
        authors=tuple(clean_text(author.name) for author in paper.authors) if paper else (),
        url=abs_url(key),
        source="arXiv",
        by=curator_name(by),
    )
    log.add(item, at=clock())
    return item


def add_page(
    workspace: Workspace,
    edition: str,
    url: str,
    *,
    title: str,
    authors: Sequence[str] = (),
    source: str = "",
    by: str,
    clock: Clock,
) -> Added:
    """Bring a page that is no paper of arXiv's to an edition: a blog post, say. Raises InputError, UsageError."""
    log = open_log(workspace, edition)
    address = url.strip()
    if not is_web_address(address):
        raise InputError(f"{address[:80]!r} is not a web address; it must begin with https:// or http://")
    if not clean_text(title):
        raise InputError("give a title: what is no paper of arXiv's has none that paperradar knows")
    item = Added(
        identifier=page_identifier(address),
        title=clean_text(title),
        authors=tuple(name for author in authors if (name := clean_text(author).replace(";", ","))),
        url=address,
        source=clean_text(source),
        by=curator_name(by),
    )
    log.add(item, at=clock())
    return item


def take_back_added(workspace: Workspace, edition: str, what: str, *, by: str, clock: Clock) -> Added:
    """Undo that a paper or a page (see `identifier_of`) was brought to an edition.

    Raises NotFoundError where it was not, InputError while it has a place in the issue, UsageError.
    """
    log = open_log(workspace, edition)
    key = identifier_of(what)
    item = log.added().get(key)
    if item is None:
        raise NotFoundError(f"{what[:80]!r} was not added to edition {edition}; there is nothing to take back")
    if any(place.identifier == key for place in log.places()):
        raise InputError(f"{key} has a place in the issue; first: paperradar edition place {edition} {key} --out")
    DecisionLog(workspace.decisions, workspace.settings.edition).undo(item.entry, at=clock(), by=curator_name(by))
    return item


def _stored(workspace: Workspace, identifier: str, *, needed: bool) -> Paper | None:
    """The paper as the store has it. Raises StoreBusy only where it is ``needed``."""
    try:
        with open_store(workspace).reading() as session:
            found = session.papers([identifier])
    except StoreBusy:
        if needed:
            raise
        return None
    return found[0].paper if found else None
