"""What a curator may see: others' votes only when they cannot sway, and no authors where the vote is blind.

While an edition is voted on, others' votes on a paper show after one's own; or all of them, once the curator says to be
through. In every other state all votes show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from paperradar.decisions import Ballot
from paperradar.desk.reading import Reading
from paperradar.pipeline.editions import Card

# Parts of a row's explanation that tell who wrote a paper, or nearly.
_TELLING = ("these authors", "a team of")


@dataclass(frozen=True, slots=True)
class Eyes:
    """A curator's eyes on an edition. ``secret``: others' votes on a paper show only after one's own."""

    name: str
    blind: bool
    secret: bool
    reading: Reading

    def mine(self, card: Card) -> Ballot | None:
        """The curator's own word on a card."""
        return card.ballots.get(self.name)

    def voted(self, card: Card) -> bool:
        """Whether the curator voted on it; a note alone is no vote."""
        mine = self.mine(card)
        return mine is not None and mine.vote is not None

    def others(self, card: Card) -> Mapping[str, Ballot]:
        """The words of others that may be seen, by curator."""
        if self.secret and not self.voted(card):
            return {}
        return {name: ballot for name, ballot in card.ballots.items() if name != self.name}

    def hidden(self, card: Card) -> int:
        """How many others voted on it whose votes may not be seen yet."""
        if not self.secret or self.voted(card):
            return 0
        return sum(ballot.vote is not None for name, ballot in card.ballots.items() if name != self.name)

    def seen_card(self, card: Card) -> Card:
        """The card with those ballots only that may be seen; whatever is counted or sorted by votes uses this one."""
        mine = self.mine(card)
        ballots = {**self.others(card), **({self.name: mine} if mine else {})}
        return replace(card, ballots=ballots)

    def has_read(self, card: Card) -> bool:
        """Whether the curator read it: voted, wrote a note, opened the abstract, or went past it."""
        return card.identifier in self.reading.read or self.mine(card) is not None

    def is_new(self, card: Card) -> bool:
        """Whether it came, or somebody else said something that may be seen, since the curator last looked."""
        since = self.reading.before_at
        if since is None:
            return False
        if card.identifier not in self.reading.before:
            return True
        return any(ballot.at > since for ballot in self.others(card).values())

    def why(self, text: str) -> str:
        """A row's explanation, where authors are hidden without what tells them."""
        if not self.blind:
            return text
        return "; ".join(part for part in text.split("; ") if not any(words in part for words in _TELLING))
