"""``paperradar publish``: the draft of the issue, and the templates that it is made with."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import (
    EditionArgument,
    JsonOption,
    SampleOption,
    WorkspaceOption,
    many,
    note,
    open_workspace,
    print_bytes,
    print_json,
)
from paperradar.errors import UsageError

if TYPE_CHECKING:
    from paperradar.publishing.issue_files import IssueFormat

app = typer.Typer(
    name="publish",
    help="Turn a decided edition into what readers get.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class DraftFormat(StrEnum):
    """What to write a draft as."""

    MD = "md"
    HTML = "html"
    BOTH = "both"


@app.command("draft")
def draft(
    edition: EditionArgument,
    kind: Annotated[DraftFormat, typer.Option("--format", "-f", help="What to write.")] = DraftFormat.BOTH,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Write into this folder.  [default: data/issues]", show_default=False
        ),
    ] = None,
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Print the draft and write no file; Markdown unless --format html.")
    ] = False,
    as_json: JsonOption = False,
    sample: SampleOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Draft the issue: what was decided, with links, reasons, facts, references and statistics.

    What only a person can write is marked TODO. News come from config/news/YYYY-MM.toml where there is one. An edition
    that is not decided yet is drafted as it is composed so far, and the draft says so. A draft in which somebody wrote
    is never written over.
    """
    kinds = _kinds(kind, stdout=stdout, output=output, as_json=as_json)
    place = open_workspace(workspace, sample=sample)

    from paperradar.pipeline.issue_drafting import draft_issue, draft_text, write_draft

    issue = draft_issue(place, edition)
    for text in issue.warnings:
        note(f"note: {text}")
    if stdout:
        print_bytes(draft_text(place, issue, kinds[0]))
        if kinds[0] == "md" and issue.plots:
            note("note: the plots that the text names are files; they are written without --stdout")
        return
    written = write_draft(place, issue, kinds, output)
    for text in written.notes:
        note(f"note: {text}")
    if as_json:
        print_json(
            {
                "edition": issue.edition,
                "state": issue.state,
                "decided": issue.decided,
                "entries": len(issue.entries),
                "mentions": len(issue.mentions),
                "drafts": [str(path) for path in written.drafts],
                "plots": [str(path) for path in written.plots],
                "warnings": list(issue.warnings),
                "notes": list(written.notes),
            }
        )
        return
    for path in (*written.drafts, *written.plots):
        print(path)
    note(
        f"{many(len(issue.entries), 'entry', 'entries')}; search the draft for TODO: what stands there is to be written"
    )


@app.command("templates")
def templates(workspace: WorkspaceOption = None) -> None:
    """Copy the draft's templates into config/templates, where they can be changed.

    A file that is there already stays as it is.
    """
    place = open_workspace(workspace)

    from paperradar.pipeline.issue_drafting import copy_templates

    done = copy_templates(place)
    for path in done.copied:
        print(path)
    for path in done.kept:
        note(f"note: {path} is there already and stays as it is")


def _kinds(kind: DraftFormat, *, stdout: bool, output: Path | None, as_json: bool) -> tuple[IssueFormat, ...]:
    """Which drafts to make. Raises UsageError for options that contradict each other."""
    if stdout and (output or as_json):
        raise UsageError("--stdout prints the draft and writes no file; leave out --output and --json")
    if output is not None and output.exists() and not output.is_dir():
        raise UsageError(f"--output {output} is a file; name a folder")
    if kind is DraftFormat.HTML:
        return ("html",)
    return ("md",) if kind is DraftFormat.MD or stdout else ("md", "html")
