"""Sheets of votes come back from curators: taken into the decisions log as a whole, listed, and undone.

Everything of all files is checked before anything is written. A curator's word goes to the log as a ballot. Only in the
edition's shared sheet it is a mark, as `pipeline.marking` takes it from there, so that it never counts twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from paperradar.calendar import parse_edition
from paperradar.clock import Clock
from paperradar.curation import (
    DECISION_COLUMN,
    IDENTIFIER_COLUMN,
    Change,
    EditionSheet,
    Known,
    Papers,
    Review,
    Word,
    read_rows,
    review_sheets,
)
from paperradar.decisions import (
    WORD_KINDS,
    DecisionLog,
    EditionLog,
    Mark,
    Place,
    Vote,
    curator_name,
    same_curator,
    still_alive,
    vote_of,
    words_of,
)
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.pipeline.curating import edition_log, open_log
from paperradar.pipeline.editions import Card, EditionView, view_edition
from paperradar.publishing import Bundle, bundles_of, marks_of, read_bundle, sheets_of
from paperradar.publishing.review_sheet import CuratorCells, ReviewRow, merged_sheet, own_sheet
from paperradar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ImportedSheets:
    """What `import_sheets` found in files, and how many words it ``wrote`` to the log."""

    edition: str
    files: tuple[Path, ...]
    review: Review
    wrote: int

    @property
    def is_refused(self) -> bool:
        """Whether nothing may be written."""
        return bool(self.review.problems or self.review.conflicts)


@dataclass(frozen=True, slots=True)
class SheetImport:
    """Votes or marks that came to the log from a file of one name at one time (aware, in UTC).

    ``counts``: by curator, how many. ``entries``: their ids. ``undone``: none of them counts any more.
    """

    file: str
    at: dt.datetime
    counts: Mapping[str, int]
    entries: tuple[str, ...]
    undone: bool


def import_sheets(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    clock: Clock,
    edition: str | None = None,
    curator: str = "",
    overwrite: bool = False,
    dry_run: bool = False,
) -> ImportedSheets:
    """Take the votes and notes of sheets into the log: all of them, or none where anything is wrong.

    ``edition``: by default the one that the sheets say they are of. ``curator``: whose the rows are that name nobody.
    ``overwrite``: a sheet's word counts also where the log has another one of the same curator since it was written.
    Raises UsageError where no single edition is told or the edition is decided, NotFoundError where it has no list.
    """
    problems: list[str] = []
    sheets = [sheet for path in dict.fromkeys(paths) if (sheet := _read(path, problems))]
    name = parse_edition(edition) if edition else _edition_of(workspace, sheets, problems)
    log = open_log(workspace, name)
    review = _reviewed(workspace, log, sheets, problems, curator=curator, overwrite=overwrite)
    found = ImportedSheets(name, tuple(paths), review, 0)
    if dry_run or found.is_refused:
        return found
    return replace(found, wrote=_write(workspace, log, review.changes, clock()))


def holds_more_than_the_log(workspace: Workspace, edition: str, path: Path, *, curator: str = "") -> bool:
    """Whether a file that is there would be missed: it says something that was not imported, or is no such sheet.

    ``curator``: whose the rows are that name nobody. Raises UsageError for a wrong edition, NotFoundError where it has
    no list.
    """
    if not path.exists():
        return False
    problems: list[str] = []
    sheet, log = _read(path, problems), edition_log(workspace, edition)
    review = _reviewed(workspace, log, [sheet] if sheet else [], problems, curator=curator)
    return bool(review.changes or review.conflicts or review.problems)


def sheet_imports(workspace: Workspace, edition: str) -> tuple[SheetImport, ...]:
    """What came to an edition's log from files, oldest first. Raises UsageError for a wrong edition."""
    entries = edition_log(workspace, edition).entries()
    alive = {entry.id for entry in still_alive(entries)}
    found = defaultdict(list)
    for entry in entries:
        if entry.kind in WORD_KINDS and entry.file:
            found[entry.at, entry.file].append(entry)
    return tuple(
        SheetImport(
            file=file,
            at=at,
            counts=dict(sorted(Counter(entry.by for entry in group).items())),
            entries=tuple(entry.id for entry in group),
            undone=not any(entry.id in alive for entry in group),
        )
        for (at, file), group in sorted(found.items())
    )


def undo_import(workspace: Workspace, edition: str, file: str = "", *, by: str = "", clock: Clock) -> SheetImport:
    """Undo the last import that still counts, of files of this name if one is given. What stood before counts again.

    Raises NotFoundError where there is none, UsageError where the edition is decided.
    """
    log, name = open_log(workspace, edition), Path(file).name
    imports = [one for one in sheet_imports(workspace, log.edition) if not one.undone and name in ("", one.file)]
    if not imports:
        of = f" of {name}" if name else ""
        raise NotFoundError(
            f"no import{of} counts in edition {log.edition}; see: paperradar review list --month {log.edition}"
        )
    decisions = DecisionLog(workspace.decisions, workspace.settings.edition)
    decisions.undo_all(log.edition, imports[-1].entries, at=clock(), by=curator_name(by))
    return imports[-1]


def review_sheet(
    workspace: Workspace,
    edition: str,
    *,
    curator: str = "",
    blind: bool = False,
    disagreements: bool = False,
) -> bytes:
    """The edition as a CSV with everybody's votes, or a ``curator``'s own sheet, which `import_sheets` takes back.

    ``blind`` leaves the authors out, as it is while a blind vote is open; ``disagreements`` puts first what curators
    differ about most. Raises UsageError for a wrong edition, NotFoundError where it has no list.
    """
    view = view_edition(workspace, edition)
    blind = blind or view.blind
    places = {place.identifier: place for place in view.issue}
    cards = view.disagreements() if disagreements else view.cards.values()
    rows = [_review_row(card, places.get(card.identifier)) for card in cards]
    if curator := curator_name(curator):
        return own_sheet(view.bundle, rows, view.name_of(curator), blind=blind)
    return merged_sheet(view.bundle, rows, view.curators, blind=blind)


def is_shared_sheet(workspace: Workspace, edition: str, path: Path) -> bool:
    """Whether a file is the edition's own sheet, or lies beside it as one."""
    return path.resolve() in {sheet.resolve() for sheet in sheets_of(workspace.shortlists, edition)}


def _reviewed(
    workspace: Workspace,
    log: EditionLog,
    sheets: Sequence[EditionSheet],
    problems: list[str],
    *,
    curator: str,
    overwrite: bool = False,
) -> Review:
    """What sheets say beside what the log has; ``problems``: what was wrong with files before they were sheets."""
    view, bundles = view_edition(workspace, log.edition), _bundles(workspace, log.edition)
    own = [sheet for sheet in sheets if _is_of(workspace, sheet, log.edition, problems)]
    known = _known(view, bundles, log)
    review = review_sheets(own, known, curator=curator_name(curator), overwrite=overwrite)
    return replace(review, problems=(*problems, *review.problems))


def _read(path: Path, problems: list[str]) -> EditionSheet | None:
    try:
        return read_rows(path, (IDENTIFIER_COLUMN, DECISION_COLUMN))
    except InputError as error:
        problems.append(str(error))
        return None


def _edition_of(workspace: Workspace, sheets: Sequence[EditionSheet], problems: Sequence[str]) -> str:
    """The one edition that the sheets are of, by the bundles that their rows name, or else by name."""
    if not sheets:
        raise InputError(problems[-1])
    by_bundle = _editions_by_bundle(workspace)
    named: set[str] = set()
    for sheet in sheets:
        told = {by_bundle[row.bundle] for row in sheet.rows if row.bundle in by_bundle} or sheet.editions
        if not told:
            raise UsageError(f"{sheet.path}: nothing tells which edition this sheet is of; name it with --month")
        named |= told
    if len(named) > 1:
        raise UsageError(f"these sheets are of several editions ({', '.join(sorted(named))}); name one with --month")
    return parse_edition(named.pop())


def _editions_by_bundle(workspace: Workspace) -> dict[str, str]:
    """By bundle that is there, of any edition, its edition."""
    editions = [path.name for path in (workspace.shortlists / "bundles").glob("*")]
    return {name: edition for edition in editions for name in bundles_of(workspace.shortlists, edition)}


def _is_of(workspace: Workspace, sheet: EditionSheet, edition: str, problems: list[str]) -> bool:
    """Whether a sheet is of the edition; what tells otherwise is added to ``problems``."""
    try:
        sheet.must_be_of(edition)
    except InputError as error:
        problems.append(str(error))
        return False
    by_bundle = _editions_by_bundle(workspace)
    for row in sheet.rows:
        if (told := by_bundle.get(row.bundle, edition)) != edition:
            problems.append(f"{row.where}: this row is of edition {told}, not of {edition}")
            return False
    return True


def _bundles(workspace: Workspace, edition: str) -> dict[str, Bundle]:
    """By id, every state of the edition's list that is there and whole."""
    found = {}
    for name, path in bundles_of(workspace.shortlists, edition).items():
        try:
            found[name] = read_bundle(path)
        except InputError:
            continue
    return found


def _known(view: EditionView, bundles: Mapping[str, Bundle], log: EditionLog) -> Known:
    replay = log.replay()
    said = words_of(replay.entries)
    titles = {
        paper["identifier"]: str(paper["title"])
        for bundle in (*bundles.values(), view.bundle)  # the present titles last
        for row in bundle["rows"]
        for paper in (*row["story"], row)
    }
    titles |= {card.identifier: card.title or titles.get(card.identifier, "") for card in view.cards.values()}
    imported = {}
    for entry in sorted(still_alive(replay.entries), key=lambda entry: (entry.at, entry.id)):
        if entry.id in said:
            ballot = said[entry.id][1]
            imported[entry.file, same_curator(entry.by), entry.identifier] = Word(ballot.vote, ballot.note)
    return Known(
        edition=view.edition,
        papers=Papers(titles),
        written={name: marks_of(bundle) for name, bundle in bundles.items()},
        said=said,
        imported=imported,
        standing=replay.ballots(),
    )


def _write(workspace: Workspace, log: EditionLog, changes: Sequence[Change], at: dt.datetime) -> int:
    ballots: dict[tuple[str, str], dict[str, tuple[Vote | None, str]]] = defaultdict(dict)
    marks: dict[tuple[str, str], dict[str, Mark]] = defaultdict(dict)
    shared = {change.path for change in changes if is_shared_sheet(workspace, log.edition, change.path)}
    for change in changes:
        key, after = (change.curator, change.path.name), change.after
        if change.path not in shared:
            ballots[key][change.identifier] = (after.vote, after.note)
        else:
            # Verbatim, as a shortlist would take it; but where only the note is new the log's vote stands.
            decision = change.said if vote_of(change.said) == after.vote else after.vote or ""
            marks[key][change.identifier] = Mark(decision, after.note, change.curator)
    wrote = log.cast_all([(curator, votes, file) for (curator, file), votes in ballots.items()], at=at)
    decisions = DecisionLog(workspace.decisions, workspace.settings.edition)
    for (_, file), of_one in marks.items():
        wrote += decisions.record_marks(log.edition, of_one, at=at, file=file)
    return wrote


def _review_row(card: Card, place: Place | None) -> ReviewRow:
    return ReviewRow(
        identifier=card.identifier,
        title=card.title,
        authors=card.authors,
        url=card.url,
        row=card.row,
        approvals=card.approvals,
        place=f"{place.role} {place.rank or ''}".strip() if place else "",
        said={
            name: CuratorCells(ballot.vote or "", ballot.note, ballot.entry) for name, ballot in card.ballots.items()
        },
    )
