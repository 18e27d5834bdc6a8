"""What the rows of returned sheets say, held against an edition: new and changed votes, and all that is wrong.

Pure: knows sheets and votes, no log and no files of the edition. A row is compared, cell by cell, with the state that
it was written from. What is unchanged says nothing; what changed here and in the log as well is a conflict, which a
person has to settle. A row never touches the word of a curator other than its own. See docs/curating.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from paperradar.cells import cell
from paperradar.curation.identifying import Papers
from paperradar.curation.sheet import EditionSheet, MarkedRow
from paperradar.decisions import SYNONYMS, Ballot, Mark, Vote, curator_name, same_curator, vote_of
from paperradar.errors import InputError
from paperradar.papers import clean_text

VOCABULARY = "; ".join(f"{vote}: {', '.join(words)}" for vote, words in SYNONYMS.items())
_WORDS = f"{', '.join(list(Vote)[:-1])} or {list(Vote)[-1]}"
# What spreadsheets put in the place of a text that they could not compute.
_COMPUTED = re.compile(r"#(?:NAME|REF|VALUE|N/A|DIV/0|NULL|NUM|ERROR)[?!]?|Err:\d{3}", re.ASCII)
_SHOWN = 40  # characters of what somebody wrote; it may be a page
_NAMED = 5  # papers told one by one


@dataclass(frozen=True, slots=True)
class Word:
    """What a curator says of a paper. Nothing at all is a word too: it takes back what was said."""

    vote: Vote | None = None
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.vote or self.note)

    def __str__(self) -> str:
        return self.vote or ("only a note" if self.note else "nothing")

    def is_same(self, other: Word) -> bool:
        """Whether both say the same. Notes are compared as a sheet shows them: it cuts very long ones."""
        return self.vote == other.vote and cell(self.note) == cell(other.note)


NOTHING = Word()


@dataclass(frozen=True, slots=True)
class Known:
    """What an edition's rows are held against.

    ``papers``: all that take part, near-duplicates included. ``written``: by bundle, the marks that its rows were
    written with. ``said``: by entry of the log, whose word it was and what, undone and replaced ones included.
    ``imported``: by file name, curator (see `same_curator`) and identifier, what came from such a file last and was not
    undone. ``standing``: by curator and identifier, what counts now.
    """

    edition: str
    papers: Papers
    written: Mapping[str, Mapping[str, Mark]] = field(default_factory=dict)
    said: Mapping[str, tuple[str, Ballot]] = field(default_factory=dict)
    imported: Mapping[tuple[str, str, str], Word] = field(default_factory=dict)
    standing: Mapping[str, Mapping[str, Ballot]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes. ``said``: its decision cell, verbatim. ``path``: its sheet; ``where``: file and line."""

    curator: str
    identifier: str
    before: Word
    after: Word
    said: str
    path: Path
    where: str

    @property
    def kind(self) -> str:
        """``new``, ``changed`` or ``taken back``."""
        return "new" if not self.before else "changed" if self.after else "taken back"


@dataclass(frozen=True, slots=True)
class Review:
    """What sheets come to. Where there is any problem or conflict (texts that begin with file and line), nothing may be
    written. ``unchanged``: filled rows that are as they were written, or whose word the log has. ``notes``: for people.
    """

    changes: tuple[Change, ...]
    unchanged: int
    conflicts: tuple[str, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a row says.

    ``written``: what its curator's word was when the row was written, and when the file was imported last; NOTHING
    where nobody knows, and then the row is not ``dated``.
    """

    curator: str
    identifier: str
    word: Word
    written: tuple[Word, ...]
    dated: bool
    row: MarkedRow
    path: Path

    @property
    def is_unchanged(self) -> bool:
        """Whether every cell is as it was."""
        vote_was, note_was = self._was()
        return self.word.vote in vote_was and cell(self.word.note) in note_was

    def merged(self, now: Word) -> Word:
        """The curator's new word where the log has ``now``: a cell that is as it was leaves the log's own value."""
        vote_was, note_was = self._was()
        return Word(
            now.vote if self.word.vote in vote_was else self.word.vote,
            now.note if cell(self.word.note) in note_was else self.word.note,
        )

    def clashes(self, now: Word) -> bool:
        """Whether a cell was changed in the sheet, and in the log to something else that the sheet did not know."""
        vote_was, note_was = self._was()
        votes, notes = (self.word.vote, now.vote), (cell(self.word.note), cell(now.note))
        return self.dated and (
            (votes[0] != votes[1] and not vote_was.intersection(votes))
            or (notes[0] != notes[1] and not note_was.intersection(notes))
        )

    def _was(self) -> tuple[set[Vote | None], set[str]]:
        return {word.vote for word in self.written}, {cell(word.note) for word in self.written}


def review_sheets(
    sheets: Sequence[EditionSheet], known: Known, *, curator: str = "", overwrite: bool = False
) -> Review:
    """Hold the rows of all sheets against what is known.

    ``curator``: whose the rows are that name nobody. ``overwrite``: a sheet's word counts also where the log has
    another one of the same curator since the sheet was written.
    """
    reading = _Reading(known, curator, overwrite=overwrite)
    for sheet in sheets:
        reading.read(sheet)
    return reading.review()


class _Reading:
    """Takes sheets one after the other; nothing of it is raised, so that all problems of all sheets are told."""

    def __init__(self, known: Known, curator: str, *, overwrite: bool) -> None:
        self._known = known
        self._overwrite = overwrite
        # "ada" and "Ada" are one person; the spelling that was there first is kept.
        self._spelling = {same_curator(name): name for name in known.standing if name}
        self._default = self._name(curator)
        self._changes: dict[tuple[str, str], Change] = {}
        self._agreed: dict[tuple[str, str], _Statement] = {}
        self._unchanged = 0
        self._problems: list[str] = []
        self._conflicts: list[str] = []
        self._notes: list[str] = []
        self._emptied: list[str] = []

    def read(self, sheet: EditionSheet) -> None:
        theirs: dict[str, None] = {}
        for row in sheet.rows:
            try:
                statement = self._statement(row, sheet)
            except InputError as error:
                self._problems.append(f"{row.where}: {error}")
                continue
            if statement is None:
                continue
            if not self._take(statement):
                self._unchanged += 1
            elif self._default and statement.curator != self._default:
                theirs[statement.curator] = None
        if theirs:
            self._notes.append(
                f"{sheet.path}: what rows say that name {_some(list(theirs))} is theirs, not {self._default}'s"
            )
        if self._emptied:
            self._notes.append(
                f"{sheet.path}: these rows are empty, but what was said of them stands: {_some(self._emptied)}; to take"
                " votes back, empty them in a curator's own sheet (paperradar review export --curator NAME)"
            )
            self._emptied = []

    def review(self) -> Review:
        return Review(
            changes=tuple(self._changes.values()),
            unchanged=self._unchanged,
            conflicts=tuple(self._conflicts),
            problems=tuple(self._problems),
            notes=tuple(self._notes),
        )

    # A row

    def _statement(self, row: MarkedRow, sheet: EditionSheet) -> _Statement | None:
        """What a row says, None for one that says nothing. Raises InputError where that is not certain."""
        if row.damage:
            raise InputError(row.damage)
        filled = bool(row.mark.decision or row.mark.note)
        try:
            identifier = self._known.papers.meant_by(row.identifier, row.title)
        except InputError as error:
            if filled:
                raise InputError(f"the row is marked, but {error}") from error
            return None
        before = self._before(row, identifier)
        if before is not None and not sheet.has_notes:
            row = replace(row, mark=replace(row.mark, note=before.note))
            filled = bool(row.mark.decision or row.mark.note)
        if before is not None and _is_as_before(row.mark, before):
            if not filled:
                return None
            word = _word_of(before)
            return _Statement(self._name(before.curator), identifier, word, (word,), True, row, sheet.path)
        curator = self._name(row.mark.curator) or self._default
        imported = self._known.imported.get((sheet.path.name, same_curator(curator), identifier))
        # What another curator's cells were says nothing of this one's.
        was = NOTHING if before is None or self._name(before.curator) != curator else _word_of(before)
        if not filled:
            if was and curator:
                return _Statement(curator, identifier, NOTHING, (was,), True, row, sheet.path)
            if (before and _word_of(before)) or (imported and self._now(curator, identifier)[0]):
                self._emptied.append(identifier)
            return None
        if identifier not in self._known.papers.titles:
            raise InputError(
                f"{identifier} is on no list of edition {self._known.edition}; if it shall take part, bring it in first"
                f" with: paperradar edition add {self._known.edition} {identifier}"
            )
        if not curator:
            raise InputError("the row is marked, but not by whom; fill in the column curator, or say --curator NAME")
        word = self._word(row, curator, before)
        dated = before is not None or imported is not None
        return _Statement(curator, identifier, word, (was, imported or was), dated, row, sheet.path)

    def _before(self, row: MarkedRow, identifier: str) -> Mark | None:
        """What the row's cells were when it was written; None where nobody knows."""
        if row.ballot is None:
            bundle = self._known.written.get(row.bundle)
            return None if bundle is None else bundle.get(identifier, Mark())
        if not row.ballot:
            return Mark(curator=row.mark.curator)
        if row.ballot not in self._known.said:
            return None
        whose, ballot = self._known.said[row.ballot]
        return Mark(ballot.vote or "", ballot.note, whose)

    def _now(self, curator: str, identifier: str) -> tuple[Word, Ballot | None]:
        ballot = self._known.standing.get(curator, {}).get(identifier)
        return (Word(ballot.vote, ballot.note), ballot) if ballot else (NOTHING, None)

    def _word(self, row: MarkedRow, curator: str, before: Mark | None) -> Word:
        said, note = row.mark.decision, clean_text(row.mark.note)
        vote = vote_of(said)
        if said and vote is None and not (before and cell(said) == cell(before.decision)):
            self._notes_once(f"words for a decision are, {VOCABULARY}")
            raise InputError(f"the decision {_short(said)!r} is no vote; write {_WORDS}")
        if _COMPUTED.fullmatch(note):
            raise InputError(f"the note is {note}, since a spreadsheet took it for a formula; write it again")
        if before and before.curator and self._name(before.curator) != curator and cell(note) == cell(before.note):
            note = ""  # the note was there already, and is the one's who wrote it
        return Word(vote, note)

    # What it comes to

    def _take(self, said: _Statement) -> bool:
        """Whether the row changes anything, or would if it were no conflict."""
        if said.is_unchanged:
            return False
        key = (said.curator, said.identifier)
        now, ballot = self._now(*key)
        after, other = said.merged(now), self._agreed.setdefault(key, said)
        if not said.word.is_same(other.word):
            self._conflicts.append(
                f"{said.row.where}: {said.curator} says {said.word} of {said.identifier}, but {other.word} in"
                f" {other.row.where}; keep one of them"
            )
        elif after.is_same(now):
            return False
        elif ballot and said.clashes(now) and not self._overwrite:
            self._conflicts.append(
                f"{said.row.where}: {said.curator} says {said.word} of {said.identifier}, but the log has {now} since"
                f" {ballot.at:%Y-%m-%d %H:%M} UTC, of which the sheet did not know; write the same here, or take the"
                " sheet's word with --overwrite"
            )
        elif key not in self._changes:
            self._changes[key] = Change(*key, now, after, said.row.mark.decision, said.path, said.row.where)
        return True

    def _notes_once(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _name(self, name: str) -> str:
        """A curator's name in the spelling that is known."""
        name = curator_name(name)
        return self._spelling.setdefault(same_curator(name), name) if name else ""


def _word_of(mark: Mark) -> Word:
    return Word(vote_of(mark.decision), mark.note)


def _is_as_before(mark: Mark, before: Mark) -> bool:
    """Whether a row says what it said when it was written; without a name it says nothing for anybody else."""
    return (
        cell(mark.decision) == cell(before.decision)
        and cell(mark.note) == cell(before.note)
        and same_curator(mark.curator) in ("", same_curator(before.curator))
    )


def _short(text: str) -> str:
    line = clean_text(text)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
