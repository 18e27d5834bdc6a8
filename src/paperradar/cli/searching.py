"""``paperradar similar`` and ``paperradar search``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, note, open_workspace, print_json

if TYPE_CHECKING:
    from paperradar.pipeline.searching import Found, Hit

LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many papers to show.")]


class ModeOption(StrEnum):
    """What ``--mode`` may be."""

    BOTH = "both"
    DENSE = "dense"
    LEXICAL = "lexical"


def similar(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The paper's arXiv identifier.", show_default=False)],
    limit: LimitOption = 10,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show the papers in the store that are nearest to a paper.

    By the cosine of title and abstract. Near-duplicates are marked with =. Novelty is the distance to the nearest
    paper announced before it.
    """
    from paperradar.pipeline.searching import similar as find

    found = find(open_workspace(workspace), identifier, limit=limit)
    if as_json:
        print_json(found.as_dict())
        return
    novelty = "no earlier paper to compare with" if found.novelty is None else f"novelty {found.novelty:.3f}"
    print(f"{found.identifier}  {found.announced_on}  {found.title}  ({novelty})")
    print("  cosine    identifier        announced   title")
    for hit in found.hits:
        print(f"  {_number(hit.cosine, 3)} {'=' if hit.near_duplicate else ' '} {_paper(hit)}")
    _note_missing(found)


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to look for, in words.", show_default=False)],
    mode: Annotated[
        ModeOption,
        typer.Option(help="By meaning (dense), by words (lexical, quick: no model is loaded), or both, fused by rank."),
    ] = ModeOption.BOTH,
    limit: LimitOption = 10,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Search titles and abstracts in the store."""
    from paperradar.pipeline.searching import search as find

    found = find(
        open_workspace(workspace),
        text,
        mode="both" if mode is ModeOption.BOTH else "dense" if mode is ModeOption.DENSE else "lexical",
        limit=limit,
    )
    if as_json:
        print_json(found.as_dict())
        return
    if found.hits:
        print("  cosine     bm25  identifier        announced   title")
    for hit in found.hits:
        print(f"  {_number(hit.cosine, 3)}  {_number(hit.bm25, 2)}  {_paper(hit)}")
    if not found.hits:
        note("nothing was found")
    _note_missing(found)


def _number(value: float | None, digits: int) -> str:
    return ("-" if value is None else f"{value:.{digits}f}").rjust(7)


def _paper(hit: Hit) -> str:
    return f"{hit.identifier:<16}  {hit.announced_on}  {hit.title}"


def _note_missing(found: Found) -> None:
    if found.not_embedded:
        note(
            f"note: {found.not_embedded:,} papers in the store were not compared, they have no features yet;"
            " make them with: paperradar embed"
        )
