"""All that people decided about one paper, in every edition, as the log has it; and which sources picked it.

Of the log's files those are read again that changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from paperradar.decisions import (
    WORD_KINDS,
    DecisionLog,
    Entry,
    Kind,
    Pick,
    Vote,
    load_edition_files,
    same_curator,
    still_alive,
    unite_picks,
)
from paperradar.decisions.journal import Journal
from paperradar.settings import EditionSettings
from paperradar.workspace import Workspace

# A file, its size, and when it was changed in nanoseconds: what tells one state of it from another.
_Stamp = tuple[Path, int, int]


@dataclass(frozen=True, slots=True)
class History:
    """The log by identifier: its entries, oldest first, and the picks of sources. ``alive``: the ids of what counts.

    ``undone``: by the id of an undo, what it takes back (or brings back, where it undoes an undo).
    """

    entries: Mapping[str, Sequence[Entry]]
    picks: Mapping[str, Sequence[Pick]]
    undone: Mapping[str, Entry]
    alive: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What one curator may see of a paper's history: rows for the template, and how many votes of others are hidden."""

    rows: list[dict[str, Any]]
    hidden: int


def history_of(workspace: Workspace) -> History:
    """The history as the files have it now. Raises InputError for a published edition that cannot be read."""
    log, published = (_stamps(workspace.decisions, "*.jsonl"), _stamps(workspace.editions, "*.csv"))
    return _history(workspace.editions, workspace.settings.edition.model_dump_json(), log, published)


def told_to(history: History, identifier: str, curator: str, hides: Callable[[str], bool]) -> Told:
    """What a curator sees of a paper's history, newest first.

    ``hides``: whether others' votes on it in an edition are not to be seen by this curator yet.
    """
    rows: list[dict[str, Any]] = []
    hidden: set[tuple[str, str]] = set()
    for entry in reversed(history.entries.get(identifier, ())):
        about = history.undone.get(entry.id, entry)
        who = same_curator(about.by)
        if about.kind in WORD_KINDS and who != same_curator(curator) and hides(about.edition):
            hidden.add((about.edition, who))
            continue
        rows.append(
            {
                "at": f"{entry.at:%Y-%m-%d %H:%M}",
                "edition": about.edition,
                "by": entry.by,
                "what": _words(entry) if about is entry else f"took back: {_words(about)}",
                "note": _note(entry),
                "file": entry.file,
                "alive": entry.id in history.alive,
            }
        )
    return Told(rows, len(hidden))


def picked_by(history: History, identifier: str) -> list[dict[str, Any]]:
    """The sources that picked a paper, oldest edition first."""
    return [
        {"source": pick.source, "edition": pick.edition, "role": pick.role, "rank": pick.rank}
        for pick in history.picks.get(identifier, ())
    ]


def _stamps(folder: Path, pattern: str) -> tuple[_Stamp, ...]:
    """A folder's files, each with its size and the time when it was changed."""
    return tuple(
        (path, found.st_size, found.st_mtime_ns) for path in sorted(folder.glob(pattern)) if (found := path.stat())
    )


@lru_cache(maxsize=2)
def _history(editions: Path, bounds: str, log: tuple[_Stamp, ...], published: tuple[_Stamp, ...]) -> History:
    entries = sorted((entry for stamp in log for entry in _entries(stamp)), key=lambda entry: (entry.at, entry.id))
    by_id = {entry.id: entry for entry in entries}
    by_paper: dict[str, list[Entry]] = defaultdict(list)
    undone: dict[str, Entry] = {}
    for entry in entries:
        about = entry
        while about.kind is Kind.UNDO and (target := by_id.get(str(about.payload["undoes"]))):
            about = undone[entry.id] = target
        by_paper[about.identifier].append(entry)
    of_sources = tuple(stamp for stamp in log if stamp[0].name.startswith("picks-"))
    return History(
        entries=by_paper,
        picks=_picks(editions, bounds, of_sources, published),
        undone=undone,
        alive=frozenset(entry.id for entry in still_alive(entries)),
    )


# A vote changes one small file. Those of picks are many thousand lines, and stay. Of each file only the newest state is
# kept: a few hundred votes on a long list would be as many copies of it.
_newest: dict[Path, tuple[_Stamp, tuple[Entry, ...]]] = {}


def _entries(stamp: _Stamp) -> tuple[Entry, ...]:
    kept = _newest.get(stamp[0])
    if kept is None or kept[0] != stamp:
        _newest[stamp[0]] = kept = (stamp, Journal(stamp[0]).read().entries)
    return kept[1]


@lru_cache(maxsize=2)
def _picks(
    editions: Path, bounds: str, of_sources: tuple[_Stamp, ...], published: tuple[_Stamp, ...]
) -> Mapping[str, Sequence[Pick]]:
    del published  # they tell one state of the files from another
    settings = EditionSettings.model_validate_json(bounds)
    logged = DecisionLog(of_sources[0][0].parent, settings).picks() if of_sources else ()
    found: dict[str, list[Pick]] = defaultdict(list)
    for pick in unite_picks([*load_edition_files(editions, settings), *logged]):
        found[pick.identifier].append(pick)
    return {key: sorted(picks, key=lambda pick: (pick.decided_on, pick.source)) for key, picks in found.items()}


def _words(entry: Entry) -> str:
    """What an entry says was done, as a predicate after the curator's name."""
    said = entry.payload
    match entry.kind:
        case Kind.PICK:
            return "picked it" + (f" as No. {said['rank']}" if said["rank"] else "") + f" ({said['role']})"
        case Kind.MARK:
            return f"marked it “{said['decision']}” on the sheet" if said["decision"] else "wrote a note on the sheet"
        case Kind.CLEAR:
            return "emptied its cells on the sheet"
        case Kind.BALLOT:
            vote = str(said["vote"])
            if vote in set(Vote):
                return f"voted {vote}"
            return "wrote a note" if said["note"] else "took the vote back"
        case Kind.ADD:
            return "brought it to the edition"
        case Kind.PLACE:
            return _placed(entry)
        case Kind.RESURFACE:
            return "asked it back"
        case Kind.UNDO:
            return "took something back"
        case _:
            return str(entry.kind)


def _placed(entry: Entry) -> str:
    role, rank = entry.payload["role"], entry.payload["rank"]
    if not role:
        return "took it out of the issue"
    where = "among the mentions" if role == "mention" else "in the ten"
    return f"put it {where}" + (f", No. {rank}" if rank else "")


def _note(entry: Entry) -> str:
    """The words that somebody gave with it."""
    parts = (entry.payload.get("note"), entry.payload.get("why"))
    return "; ".join(str(part) for part in parts if part)
