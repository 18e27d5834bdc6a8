"""The references of an edition, in BibTeX: of the issue as it was decided or composed, or of the whole list."""

from __future__ import annotations

from paperradar.errors import NotFoundError
from paperradar.papers import is_identifier
from paperradar.pipeline.editions import Card, view_edition
from paperradar.publishing.bibtex import Reference, reference_keys, write_bibtex
from paperradar.publishing.bundle import year_of
from paperradar.workspace import Workspace


def edition_bibtex(workspace: Workspace, edition: str, *, everything: bool = False) -> bytes:
    """The issue's entries in its order, the ten before the mentions; with ``everything`` those of all that takes part.

    A paper has the same key in both. Raises UsageError for a wrong name, NotFoundError where no list was made yet or
    nothing is composed yet.
    """
    view = view_edition(workspace, edition)
    if everything:
        cards, what = list(view.cards.values()), "the whole list, and what was added to it"
    else:
        if not view.issue:
            raise NotFoundError(
                f"nothing is chosen for edition {view.edition} yet; compose the ten first, or use --all for the list"
            )
        cards = [view.cards[place.identifier] for place in view.issue if place.identifier in view.cards]
        what = "the issue as it is composed so far" if view.decided is None else "the issue"
    references = {card.identifier: _reference(card) for card in view.cards.values()}
    keys = reference_keys(references.values())
    return write_bibtex([references[card.identifier] for card in cards], keys, f"Edition {view.edition}: {what}")


def _reference(card: Card) -> Reference:
    row = card.row or {}
    eprint = card.identifier if is_identifier(card.identifier) else ""
    return Reference(
        identifier=card.identifier,
        title=card.title or card.identifier,
        authors=card.authors,
        year=year_of(card.identifier, row),
        eprint=eprint,
        category=next(iter(row.get("categories", ())), ""),
        url=card.url,
        doi=row.get("doi", ""),
        journal_ref=row.get("journal_ref", ""),
        source=card.added.source if card.added else "",
    )
