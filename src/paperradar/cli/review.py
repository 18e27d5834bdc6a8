"""``paperradar review``: sheets of votes, back from curators and out to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperradar.cli.common import (
    ByOption,
    JsonOption,
    WorkspaceOption,
    clock_of,
    curator_from,
    many,
    note,
    open_workspace,
    print_bytes,
    print_json,
)
from paperradar.errors import InputError, UsageError

if TYPE_CHECKING:
    from paperradar.curation import Change
    from paperradar.pipeline.reviewing import ImportedSheets, SheetImport

app = typer.Typer(
    name="review",
    help="Take votes back from sheets, undo that, and write sheets for reviewing.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

# So many problems, and so many changes, are told one by one; --json has them all.
_TOLD = 40

MonthOption = Annotated[
    str,
    typer.Option("--month", "-m", metavar="YYYY-MM", help="The edition.", show_default=False),
]


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV files.", show_default=False)],
    month: Annotated[
        str | None,
        typer.Option(
            "--month",
            "-m",
            metavar="YYYY-MM",
            help="The edition. Default: the one that the sheets say they are of.",
            show_default=False,
        ),
    ] = None,
    curator: Annotated[
        str,
        typer.Option(metavar="NAME", help="Whose the rows are that name no curator.", show_default=False),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be taken.")] = False,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite",
            help="Take a sheet's word also where the log has another one of that curator since the sheet was written.",
        ),
    ] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take curators' votes and notes from sheets into the decisions log.

    Takes a shortlist's CSV as Excel, LibreOffice, Google Sheets or pandas saved it. Each row's vote is the one of its
    curator; what is as it was written says nothing. Everything is checked first: where anything in any file is wrong
    or in conflict, all of it is listed and nothing is written (exit status 1).
    """
    from paperradar.pipeline.reviewing import import_sheets

    place = open_workspace(workspace)
    done = import_sheets(
        place,
        files,
        clock=clock_of(place),
        edition=month,
        curator=curator,
        overwrite=overwrite,
        dry_run=dry_run,
    )
    if as_json:
        print_json(_as_dict(done, dry_run=dry_run))
    else:
        _show(done, dry_run=dry_run)
    for text in done.review.notes:
        note(f"note: {text}")
    wrong = [*done.review.problems, *(f"conflict: {text}" for text in done.review.conflicts)]
    if wrong:
        for text in wrong[:_TOLD]:
            note(text)
        if (more := len(wrong) - _TOLD) > 0:
            note(f"and {more:,} more (all with --json)")
        raise InputError(
            f"nothing was written: {many(len(done.review.problems), 'problem')} and"
            f" {many(len(done.review.conflicts), 'conflict')} in {many(len(files), 'file')}; mend them and import again"
        )


@app.command("export")
def export(
    month: MonthOption,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE|-", help="Write here; - is stdout.")] = "-",
    curator: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="This curator's own sheet, to be filled in and imported. Default: everybody's votes side by side.",
            show_default=False,
        ),
    ] = "",
    blind: Annotated[
        bool, typer.Option("--blind", help="Leave the authors out, as while a blind vote is open.")
    ] = False,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="First the papers on which the votes lie furthest apart.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write an edition's list with the votes on it as CSV, for Excel, LibreOffice, Google Sheets and pandas.

    A sheet with votes that were not imported yet is never written over.
    """
    from paperradar.files import write_atomically
    from paperradar.pipeline.reviewing import holds_more_than_the_log, review_sheet

    place = open_workspace(workspace)
    if output != "-":
        if Path(output).resolve().is_relative_to(place.shortlists.resolve()):
            raise UsageError(f"--output {output}: that folder holds the editions' own files; choose another")
        if holds_more_than_the_log(place, month, Path(output), curator=curator):
            raise InputError(
                f"{output} holds something that was not imported yet, or is no such sheet, so it is not written over;"
                f" import it with: paperradar review import {output}; or name another file"
            )
    data = review_sheet(place, month, curator=curator, blind=blind, disagreements=disagreements)
    if output == "-":
        print_bytes(data)
        return
    write_atomically(Path(output).resolve(), data)
    print(f"CSV: {output}")


@app.command("list")
def list_imports(month: MonthOption, as_json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """List what came to an edition's votes from files: when, whose, how many, and whether it was undone."""
    from paperradar.pipeline.reviewing import sheet_imports

    imports = sheet_imports(open_workspace(workspace), month)
    if as_json:
        print_json([_import_as_dict(one) for one in imports])
        return
    if not imports:
        note(f"no sheet of {month} was taken yet; take some with: paperradar review import FILE --month {month}")
    for one in imports:
        print(_line(one))


@app.command("undo")
def undo(
    month: MonthOption,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="The last import of a file of this name.", show_default=False),
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="The last import of any file.")] = False,
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Undo an import: its votes no longer count, and what stood before counts again. Called again, the one before."""
    from paperradar.pipeline.reviewing import is_shared_sheet, undo_import

    if last == bool(file):
        raise UsageError("name a FILE whose import is to be undone, or say --last")
    place = open_workspace(workspace)
    done = undo_import(place, month, file or "", by=curator_from(by), clock=clock_of(place))
    print(f"undone: {_line(done)}")
    if is_shared_sheet(place, month, place.shortlists / done.file):
        note(f"note: if {place.shortlists / done.file} still says so, the next shortlist takes it again")


def _show(done: ImportedSheets, *, dry_run: bool) -> None:
    review = done.review
    for kind in ("changed", "taken back", "new"):
        found = [change for change in review.changes if change.kind == kind]
        for change in found[:_TOLD]:
            print(f"{kind}: {change.identifier} {_step(change)} ({change.curator})")
        if (more := len(found) - _TOLD) > 0:
            print(f"{kind}: {more:,} more (all with --json)")
    counts = ", ".join(
        f"{sum(change.kind == kind for change in review.changes):,} {kind}" for kind in ("new", "changed", "taken back")
    )
    conflicts = f", {len(review.conflicts):,} in conflict" if review.conflicts else ""
    print(f"edition {done.edition}: {counts}, {review.unchanged:,} unchanged{conflicts}")
    if dry_run:
        note("nothing was written, since --dry-run was asked for")


def _step(change: Change) -> str:
    if change.kind == "new":
        return str(change.after)
    if change.before.vote == change.after.vote:
        return f"{change.after}, with another note"
    return f"{change.before} -> {change.after}"


def _line(one: SheetImport) -> str:
    counts = ", ".join(f"{name or 'nobody'} {count:,}" for name, count in one.counts.items())
    return f"{one.at:%Y-%m-%d %H:%M:%S} UTC  {one.file}: {counts}" + ("  (undone)" if one.undone else "")


def _import_as_dict(one: SheetImport) -> dict[str, Any]:
    return {"file": one.file, "at": one.at.isoformat(), "counts": dict(one.counts), "undone": one.undone}


def _as_dict(done: ImportedSheets, *, dry_run: bool) -> dict[str, Any]:
    review = done.review
    return {
        "edition": done.edition,
        "files": [str(path) for path in done.files],
        "dry_run": dry_run,
        "written": done.wrote,
        "unchanged": review.unchanged,
        "changes": [
            {
                "kind": change.kind,
                "curator": change.curator,
                "identifier": change.identifier,
                "before": {"vote": change.before.vote, "note": change.before.note},
                "after": {"vote": change.after.vote, "note": change.after.note},
                "where": change.where,
            }
            for change in review.changes
        ],
        "conflicts": list(review.conflicts),
        "problems": list(review.problems),
        "notes": list(review.notes),
    }
