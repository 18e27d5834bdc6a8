"""Which cards of an edition a curator asked for: search, lane, state of the votes, and which page. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from paperradar.desk.eyes import Eyes
from paperradar.papers import plain_letters
from paperradar.pipeline.editions import Card, EditionView

PAGE_SIZE = 100

# What a list can be narrowed to, in the order in which it is offered.
SHOWS: Mapping[str, str] = {
    "": "All papers",
    "unread": "Not read yet",
    "new": "New since I last looked",
    "open": "Without my vote",
    "mine": "With my vote",
    "picked": "Picked by anybody",
    "split": "Disagreements",
    "ten": "In the issue",
    "added": "Added by curators",
    "late": "Late",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a list asks for. ``page`` counts from 1."""

    words: str = ""
    lane: str = ""
    show: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """From an address. What makes no sense asks for nothing."""
        page = query.get("page", "1")
        return cls(
            words=query.get("q", "")[:200].strip(),
            lane=query.get("lane", "")[:80],
            show=show if (show := query.get("show", "")) in SHOWS else "",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
        )

    def query(self, page: int | None = None) -> str:
        """The same as the part of an address behind the question mark, "" for everything's first page."""
        said = {"q": self.words, "lane": self.lane, "show": self.show}
        number = self.page if page is None else page
        return urlencode(
            {name: value for name, value in said.items() if value} | ({"page": number} if number > 1 else {})
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The page that was asked for. ``total``: how many cards match on all ``pages`` pages."""

    cards: Sequence[Card]
    total: int
    page: int
    pages: int


class Finder:
    """Finds cards. Keeps the plain texts of the list that it searched last, so that the next search is quick."""

    def __init__(self) -> None:
        self._kept: tuple[str, dict[str, str]] = ("", {})

    def find(self, view: EditionView, asked: Asked, eyes: Eyes) -> Found:
        """The cards that match. In the list's order; picks and disagreements with the strongest first."""
        wanted = _SHOWN[asked.show]
        cards = [
            card
            for card in view.cards.values()
            if (not asked.lane or _in_lane(card, asked.lane)) and wanted(card, eyes)
        ]
        if words := plain_letters(asked.words).split():
            cards = [card for card in cards if self._holds(view, card, words, eyes)]
        if asked.show in _ORDERS:
            cards.sort(key=lambda card: _ORDERS[asked.show](eyes.seen_card(card)))
        pages = max(1, -(-len(cards) // PAGE_SIZE))
        page = min(asked.page, pages)
        return Found(cards[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], len(cards), page, pages)

    def _holds(self, view: EditionView, card: Card, words: Sequence[str], eyes: Eyes) -> bool:
        text = self._text(view, card)
        # Where authors are hidden, a search must not tell them either.
        if not eyes.blind:
            text = f"{text} {plain_letters(' '.join(card.authors))}"
        mine = eyes.mine(card)
        if mine and mine.note:
            text = f"{text} {plain_letters(mine.note)}"
        return all(word in text for word in words)

    def _text(self, view: EditionView, card: Card) -> str:
        if card.row is None:
            return plain_letters(f"{card.identifier} {card.title}")
        if self._kept[0] != view.bundle_id:
            self._kept = (view.bundle_id, {})
        texts = self._kept[1]
        if (text := texts.get(card.identifier)) is None:
            row = card.row
            story = " ".join(f"{member['identifier']} {member['title']}" for member in row["story"])
            parts = (card.identifier, row["title"], *row["categories"], row["abstract"], row["comments"], story)
            texts[card.identifier] = text = plain_letters(" ".join(parts))
        return text


def _in_lane(card: Card, lane: str) -> bool:
    return bool(card.row and lane in card.row["lanes"])


def _picked(card: Card, eyes: Eyes) -> bool:
    return eyes.seen_card(card).approvals > 0


def _split(card: Card, eyes: Eyes) -> bool:
    return len(card.ballots) > 1 and eyes.seen_card(card).disagreement > 0


_SHOWN: Mapping[str, Callable[[Card, Eyes], bool]] = {
    "": lambda card, eyes: True,
    "unread": lambda card, eyes: not eyes.has_read(card),
    "new": lambda card, eyes: eyes.is_new(card),
    "open": lambda card, eyes: not eyes.voted(card),
    "mine": lambda card, eyes: eyes.mine(card) is not None,
    "picked": _picked,
    "split": _split,
    "ten": lambda card, eyes: card.place is not None,
    "added": lambda card, eyes: card.added is not None,
    "late": lambda card, eyes: bool(card.row and card.row.get("late")),
}
_ORDERS: Mapping[str, Callable[[Card], tuple[float, ...]]] = {
    "picked": lambda card: card.approval_order,
    "split": lambda card: card.disagreement_order,
}
