"""What a curator can say of a paper, and how people write it in a cell. See docs/curating.md."""

from __future__ import annotations

import re
from enum import StrEnum


class Vote(StrEnum):
    """One curator's word on one paper. PICK approves it for the ten."""

    PICK = "pick"
    MAYBE = "maybe"
    NO = "no"
    MENTION = "mention"


# What people write instead, each a whole first word. No "x" and no numbers: they mean yes to one and no to another.
SYNONYMS: dict[Vote, tuple[str, ...]] = {
    Vote.PICK: ("pick", "picked", "picks", "yes", "y", "top", "top10", "in", "take", "accept", "+1", "👍", "✓", "✔"),
    Vote.MAYBE: ("maybe", "perhaps", "unsure", "later", "?", "??"),
    Vote.NO: ("no", "n", "nope", "out", "skip", "reject", "drop", "-1", "👎"),
    Vote.MENTION: ("mention", "mentioned", "also", "related", "honorable", "honourable"),
}
_VOTES = {word: vote for vote, words in SYNONYMS.items() for word in words}
_FIRST_WORD = re.compile(r"[^\s,;:.!()]+")
# What Excel and phones put behind a symbol.
_VARIATION = str.maketrans("", "", "\N{VARIATION SELECTOR-16}")


def vote_of(decision: str) -> Vote | None:
    """The vote in a decision cell, told by its first word, such as ``pick`` in "Pick, if code comes out"; None: none.

    Case and what stands behind the first word do not matter.
    """
    found = _FIRST_WORD.match(decision.translate(_VARIATION).strip().lstrip("'").casefold())
    return _VOTES.get(found[0]) if found else None
