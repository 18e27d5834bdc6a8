"""``paperradar edition``: from the frozen list to the published issue. What it prints is made in `edition_text`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import (
    ByOption,
    EditionArgument,
    JsonOption,
    WorkspaceOption,
    clock_of,
    curator_from,
    many,
    note,
    open_workspace,
    print_json,
)
from paperradar.errors import InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from paperradar.clock import Clock
    from paperradar.decisions import PlaceRole, State
    from paperradar.workspace import Workspace

app = typer.Typer(
    name="edition",
    help="Vote on an edition's list, compose the ten, decide, and say that they are published.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

UndoOption = Annotated[bool, typer.Option("--undo", help="Take it back; the edition is in the state before again.")]
SizeOption = Annotated[int, typer.Option(metavar="N", min=1, help="How many ranks the issue has at most.")]


@app.command()
def show(
    month: EditionArgument,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="First the papers on which votes lie furthest apart.")
    ] = False,
    blind: Annotated[bool, typer.Option("--blind", help="Hide authors.")] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show how far an edition is, who voted what, and the ten as they are composed.

    Once it is decided: also how deep in the list the ten were found.
    """
    from paperradar.cli.edition_text import print_view, view_as_dict
    from paperradar.pipeline.edition_lists import pick_depth
    from paperradar.pipeline.editions import view_edition

    place = open_workspace(workspace)
    view = view_edition(place, month)
    depth = pick_depth(place, view) if view.decided is not None else None
    hidden = blind or view.blind
    for text in view.notes:
        note(f"note: {text}")
    if as_json:
        print_json(view_as_dict(view, depth, blind=hidden, disagreements=disagreements))
    else:
        print_view(view, depth, blind=hidden, disagreements=disagreements)


@app.command()
def freeze(
    month: EditionArgument, undo: UndoOption = False, by: ByOption = None, workspace: WorkspaceOption = None
) -> None:
    """Freeze an edition's list: from now on its rows keep their ranks, and later papers go below.

    `paperradar run edition` does the same on its day.
    """
    from paperradar.decisions import State
    from paperradar.pipeline.freezing import freeze_edition

    place, clock, who = _opened(workspace, by)
    if undo:
        _take_back(place, month, State.FROZEN, who, clock)
        return
    print(freeze_edition(place, month, clock=clock, by=who).line)


@app.command()
def vote(
    month: EditionArgument,
    blind: Annotated[
        bool | None,
        typer.Option(
            "--blind/--no-blind", help="Hide authors at the desk and in exported sheets while it is voted on."
        ),
    ] = None,
    undo: UndoOption = False,
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Open the votes on a frozen list, and say who has voted so far.

    Votes are cast at the desk or with a sheet; this only says that it is time. With --blind or --no-blind later on,
    it changes that.
    """
    from paperradar.cli.edition_text import votes_line
    from paperradar.decisions import State
    from paperradar.pipeline.curating import advance
    from paperradar.pipeline.editions import view_edition

    place, clock, who = _opened(workspace, by)
    if undo:
        _take_back(place, month, State.VOTING, who, clock)
        return
    new = advance(place, month, State.VOTING, by=who, clock=clock, blind=blind)
    view = view_edition(place, month)
    print(
        f"edition {view.edition} is {'' if new else 'already '}open to votes on bundle {view.frozen_id}"
        f"{', authors hidden' if view.blind else ''}"
    )
    print(votes_line(view))
    note(
        "vote at the desk (paperradar desk), or fill in a sheet"
        f" (paperradar review export --month {month} --curator NAME --output FILE) and take it back"
        " (paperradar review import FILE)"
    )


@app.command("place")
def place_ten(
    month: EditionArgument,
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Papers by identifier, pages by address.", show_default=False),
    ] = None,
    rank: Annotated[int | None, typer.Option(metavar="N", min=1, help="The rank, from 1.", show_default=False)] = None,
    why: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The reason; the issue prints it.", show_default=False)
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Several papers at one rank are a group of this name.", show_default=False),
    ] = None,
    mention: Annotated[
        bool | None, typer.Option("--mention/--ten", help="Among the mentions, or among the ten.", show_default=False)
    ] = None,
    out: Annotated[bool, typer.Option("--out", help="Take them out of the issue.")] = False,
    order: Annotated[
        bool, typer.Option("--order", help="These are the ten, in this order; others are taken out.")
    ] = False,
    from_votes: Annotated[bool, typer.Option("--from-votes", help="Take the ten that the votes say.")] = False,
    size: SizeOption = 10,
    undo: Annotated[bool, typer.Option("--undo", help="Undo what you last changed here.")] = False,
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Compose the ten: give papers their places, put all in order, or begin with what the votes say.

    What is not said of a paper stays as it is. Where votes are tied for the last places, --from-votes places the sure
    ones, names the others, and exits with 1: people break ties. It takes nothing out that people placed.
    """
    from paperradar.cli.edition_text import issue_lines
    from paperradar.pipeline.curating import faults_of, identifier_of, order_ten, place_at, place_papers
    from paperradar.pipeline.editions import view_edition
    from paperradar.pipeline.undoing import undo_last_step

    changes = any(value is not None for value in (rank, why, group))
    modes = sum((out, order, from_votes, undo, changes or (mention is not None and not order)))
    if modes > 1 or bool(identifiers) is (from_votes or undo) or ((from_votes or undo) and mention is not None):
        raise UsageError(
            "name papers and one of: their place (--rank, --why, --group, --mention), --order, or --out;"
            " or name none, with --from-votes or --undo"
        )
    if len(identifiers or ()) > 1 and (why is not None or (rank is not None and not group)):
        raise UsageError(
            "several papers at one rank are a group: give it a name with --group; a reason is of one paper"
        )
    place, clock, who = _opened(workspace, by)
    named = [identifier_of(text) for text in identifiers or ()]
    tied: list[str] = []
    role: PlaceRole | None = None if mention is None else "mention" if mention else "top10"
    if undo:
        undo_last_step(place, month, who, clock=clock)
    elif from_votes:
        tied = _place_votes(place, month, size, who, clock)
    elif order:
        order_ten(place, month, named, by=who, clock=clock, role=role or "top10")
    elif out:
        place_papers(place, month, [], clock=clock, out=named, by=who)
    else:
        place_at(place, month, named, by=who, clock=clock, role=role, rank=rank, why=why, group=group)
    view = view_edition(place, month)
    for line in issue_lines(view):
        print(line)
    for fault in faults_of(view.places, size) if view.places else ():
        note(f"note: {fault}")
    if tied:
        raise InputError(
            f"{many(len(tied), 'paper')} are tied for the last places: {', '.join(tied)}; choose with:"
            f" paperradar edition place {view.edition} ID --rank N"
        )


@app.command()
def decide(
    month: EditionArgument,
    size: SizeOption = 10,
    undo: UndoOption = False,
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Decide: the issue as it is composed stands, and takes no vote and no change any more.

    Ranks go from 1 without a gap; several papers at one rank are a named group. From then on the ten are picks of the
    source own, which the next taste learns from.
    """
    from paperradar.cli.edition_text import issue_lines
    from paperradar.decisions import State
    from paperradar.pipeline.curating import advance
    from paperradar.pipeline.editions import view_edition

    place, clock, who = _opened(workspace, by)
    if undo:
        _take_back(place, month, State.DECIDED, who, clock)
        return
    new = advance(place, month, State.DECIDED, by=who, clock=clock, size=size)
    view = view_edition(place, month)
    missing = [
        words
        for state, words in ((State.FROZEN, "its list was not frozen"), (State.VOTING, "votes were not opened"))
        if state not in view.reached
    ]
    ranks = len({place.rank for place in view.ten})
    if ranks < size:
        missing.append(f"it has {many(ranks, 'rank')} of {size}")
    for words in missing if new else ():
        note(f"note: {words}")
    print(f"edition {view.edition} is decided" if new else f"edition {view.edition} was decided already")
    for line in issue_lines(view):
        print(line)
    note(f"draft the issue with: paperradar publish draft {month}")


@app.command()
def publish(
    month: EditionArgument,
    url: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where the issue is to be read.", show_default=False)
    ] = "",
    undo: UndoOption = False,
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Say that a decided edition is published. It sends nothing anywhere."""
    from paperradar.decisions import State
    from paperradar.pipeline.curating import advance, edition_log

    place, clock, who = _opened(workspace, by)
    if undo:
        _take_back(place, month, State.PUBLISHED, who, clock)
        return
    new = advance(place, month, State.PUBLISHED, by=who, clock=clock, text=url)
    said = str(edition_log(place, month).reached()[State.PUBLISHED].payload["url"])
    print(f"edition {month} is {'' if new else 'already '}published" + (f": {said}" if said else ""))


@app.command()
def add(
    month: EditionArgument,
    what: Annotated[
        str, typer.Argument(metavar="ID|ADDRESS", help="A paper of arXiv's, or a page.", show_default=False)
    ],
    title: Annotated[str, typer.Option(metavar="TEXT", help="The page's title.", show_default=False)] = "",
    authors: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAME", help="An author; may repeat.", show_default=False)
    ] = None,
    source: Annotated[str, typer.Option(metavar="NAME", help="Whose page it is.", show_default=False)] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Bring a paper that is not on the list to an edition, or a page that is no paper of arXiv's.

    A paper's title and authors come from the store; a page needs --title.
    """
    from paperradar.papers import is_identifier
    from paperradar.pipeline.adding import add_page, add_paper, take_back_added
    from paperradar.pipeline.curating import identifier_of

    place, clock, who = _opened(workspace, by)
    if undo:
        item = take_back_added(place, month, what, by=who, clock=clock)
        print(f"{item.identifier} takes no part in {month} any more: {item.title}")
        return
    if is_identifier(identifier_of(what)):
        if authors or source:
            raise UsageError("--author and --source are for pages; a paper's facts are arXiv's")
        item = add_paper(place, month, what, by=who, clock=clock, title=title)
    else:
        item = add_page(place, month, what, title=title, authors=authors or (), source=source, by=who, clock=clock)
    print(f"{item.identifier} takes part in {month}: {item.title}")


@app.command()
def diff(
    month: EditionArgument,
    before: Annotated[str, typer.Option("--from", metavar="BUNDLE", help="The earlier list.", show_default=False)] = "",
    after: Annotated[str, typer.Option("--to", metavar="BUNDLE", help="The later list.", show_default=False)] = "",
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Say what changed between two lists of an edition: who entered, left, moved, has a new version, was withdrawn.

    Default: from the frozen list to the present one; where it was frozen more than once, from the freezing before to
    the last one. A list is named by its bundle's id.
    """
    from paperradar.cli.edition_text import diff_lines
    from paperradar.pipeline.edition_lists import compare_lists

    found = compare_lists(open_workspace(workspace), month, before, after)
    if as_json:
        print_json({"edition": found.edition, "from": found.before, "to": found.after, **found.diff.as_dict()})
    else:
        for line in diff_lines(found):
            print(line)


def _opened(workspace: Path | None, by: str | None) -> tuple[Workspace, Clock, str]:

    place = open_workspace(workspace)
    return place, clock_of(place), curator_from(by)


def _take_back(place: Workspace, month: str, state: State, who: str, clock: Clock) -> None:
    from paperradar.cli.edition_text import state_words
    from paperradar.pipeline.curating import take_back

    now = take_back(place, month, state, by=who, clock=clock)
    print(f"edition {month} is {state_words(now)} again")


def _place_votes(place: Workspace, month: str, size: int, who: str, clock: Clock) -> list[str]:
    """Place the ten that the votes say; returns those that are tied.

    Raises InputError where nobody picked any, or where people placed what the votes do not: it would go.
    """
    from paperradar.pipeline.curating import order_ten, proposed_ten
    from paperradar.pipeline.editions import view_edition

    view = view_edition(place, month)
    sure, tied = proposed_ten(view, size)
    if not (sure or tied):
        raise InputError(
            f"nobody picked any paper of edition {month} yet; paperradar edition show {month} says who voted"
        )
    by_hand = [one.identifier for one in view.ten if one.identifier not in sure]
    if by_hand and view.decided is None:
        raise InputError(
            f"the ten hold {many(len(by_hand), 'paper')} that the votes do not put there, and nothing was changed; to"
            f" begin anew take them out first: paperradar edition place {month} {' '.join(by_hand)} --out"
        )
    if sure:
        order_ten(place, month, sure, by=who, clock=clock)
    return tied
