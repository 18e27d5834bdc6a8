"""What people decide: an append-only log of lines that diff and merge, and the tables replayed from it.

Never in the papers' database: everything there can be fetched or computed again, this cannot. See docs/decisions.md.
"""

from paperradar.decisions.ballots import WORD_KINDS, Ballot, curator_name, last_cast, same_curator, words_of
from paperradar.decisions.edition_log import EditionLog
from paperradar.decisions.edition_replay import EditionReplay
from paperradar.decisions.edition_values import (
    CLOSED,
    NEEDS,
    PLACE_ROLES,
    Added,
    Place,
    PlaceRole,
    Reached,
    State,
    is_page,
    page_identifier,
)
from paperradar.decisions.entries import Entry, Kind
from paperradar.decisions.journal import Problem
from paperradar.decisions.log import DecisionLog, Frozen, Mark, Resurfacing
from paperradar.decisions.picks import (
    OWN,
    BadRow,
    Pick,
    PicksFile,
    checked_identifier,
    decided_on,
    load_edition_files,
    pick_order,
    read_picks,
    unite_picks,
)
from paperradar.decisions.replay import still_alive
from paperradar.decisions.votes import SYNONYMS, Vote, vote_of

__all__ = [
    "CLOSED",
    "NEEDS",
    "OWN",
    "PLACE_ROLES",
    "SYNONYMS",
    "WORD_KINDS",
    "Added",
    "BadRow",
    "Ballot",
    "DecisionLog",
    "EditionLog",
    "EditionReplay",
    "Entry",
    "Frozen",
    "Kind",
    "Mark",
    "Pick",
    "PicksFile",
    "Place",
    "PlaceRole",
    "Problem",
    "Reached",
    "Resurfacing",
    "State",
    "Vote",
    "checked_identifier",
    "curator_name",
    "decided_on",
    "is_page",
    "last_cast",
    "load_edition_files",
    "page_identifier",
    "pick_order",
    "read_picks",
    "same_curator",
    "still_alive",
    "unite_picks",
    "vote_of",
    "words_of",
]
