"""``paperradar taste``: learning from past picks, and what was learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, clock_of, many, note, open_workspace, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from paperradar.pipeline.training import Trained
    from paperradar.taste.keeping import Adoption

app = typer.Typer(
    name="taste",
    help="Learn what a team picks from its past picks, and keep what was learnt only if it helps.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        "-s",
        metavar="NAME",
        help="Whose taste; may be repeated. Default: edition.featured_sources.",
        show_default=False,
    ),
]


@app.command()
def train(
    source: SourceOption = None,
    force: Annotated[bool, typer.Option("--force", help="Adopt the new taste even where the backtest fell.")] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Learn from all picks until today, measure by the backtest, and adopt what was learnt.

    Measured are the newest editions (six at most) with picks in the store, each ranked as it would have been then.
    Sources whose editions are weeks, days or years are measured by months. The new taste is not adopted where
    recall@100 fell on the picks that it and the present one were both measured on, or, with that equal, where the
    median rank rose. taste show lists what was adopted and why.
    """
    _learn(source, force=force, keep=True, as_json=as_json, workspace=workspace)


@app.command()
def compare(source: SourceOption = None, as_json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Do the same as train, but adopt and keep nothing."""
    _learn(source, force=False, keep=False, as_json=as_json, workspace=workspace)


@app.command()
def show(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A taste's name, or prior for the one that ships. Default: the one that counts now.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show a taste's card (from what it was learnt, how it was measured) and what was adopted when."""
    from paperradar.errors import NotFoundError
    from paperradar.taste.keeping import TasteShelf
    from paperradar.taste.prior import PRIOR_VIEWS, prior

    shelf = TasteShelf(open_workspace(workspace).taste)
    history = shelf.history()
    present = shelf.adopted_name()
    wanted = name or present or PRIOR_VIEWS
    taste = prior() if wanted == PRIOR_VIEWS else shelf.load(wanted)
    if taste is None:
        raise NotFoundError("no taste was adopted yet, and no prior ships; learn one with: paperradar taste train")
    card = dict(taste.card)
    views = [{"source": view.source, "kind": view.kind, "share": round(view.share, 4)} for view in taste.views]
    if as_json:
        print_json(
            {
                "name": wanted,
                "adopted": present,
                "trained_until": taste.trained_until.isoformat(),
                "card": card,
                "views": views,
                "history": [_entry(item) for item in history],
            }
        )
        return
    if not name and not present:
        note(
            "note: no taste was adopted yet, so the shipped prior counts alone; learn one with: paperradar taste train"
        )
    print(f"taste {wanted}{', which counts now' if wanted == present else ''}")
    for line in _card_lines(card):
        print(line)
    for view in views:
        print(f"  {view['source']} {view['kind']}: {view['share']:.1%}")
    if history and not name:
        print("history, newest last")
        for item in history:
            why = item.comparison.get("why", "")
            print(f"  {item.at:%Y-%m-%d %H:%M} UTC  {item.action:<8}  {item.name}{f'  {why}' if why else ''}")


@app.command()
def rollback(workspace: WorkspaceOption = None) -> None:
    """Let the taste before the present one count again."""
    from paperradar.taste.keeping import TasteShelf

    place = open_workspace(workspace)
    print(f"taste {TasteShelf(place.taste).rollback(at=clock_of(place)())} counts again")


def _learn(source: list[str] | None, *, force: bool, keep: bool, as_json: bool, workspace: Path | None) -> None:
    from paperradar.pipeline.training import train_taste
    from paperradar.progress import progress

    place = open_workspace(workspace)
    done = train_taste(place, sources=source or (), clock=clock_of(place), force=force, keep=keep, progress=progress)
    compared = done.compared
    if as_json:
        print_json(
            {
                "name": done.name,
                "adopted": done.adopted,
                "comparison": compared.as_dict(),
                "trained_until": done.taste.trained_until.isoformat(),
                "card": dict(done.taste.card),
            }
        )
        return
    for line in _card_lines(done.taste.card):
        print(line)
    for line in _comparison(done):
        print(line)
    print(_verdict(done, keep=keep, force=force))


def _verdict(done: Trained, *, keep: bool, force: bool) -> str:
    fell = done.compared.fell
    if not keep:
        return f"it would {'not be adopted' if fell else 'be adopted'}; nothing was kept"
    if done.adopted:
        return f"taste {done.name} is adopted{', although the backtest fell' if fell and force else ''}"
    return f"taste {done.name} is not adopted; paperradar taste train --force adopts it all the same"


def _comparison(done: Trained) -> list[str]:
    compared = done.compared
    lines = []
    if compared.picks:
        lines.append(
            f"on the {many(compared.picks, 'pick')} that both were measured on ({', '.join(compared.editions)}):"
        )
        for what, figures in ((compared.against, compared.before), ("new", compared.after)):
            lines.append(f"  {what:<12}  r@100 {figures['recall@100']:.3f}  median rank {figures['median_rank']:g}")
    return [*lines, compared.why]


def _card_lines(card: Mapping[str, Any]) -> list[str]:
    from paperradar.pipeline.tasting import measured_by

    picks = card.get("picks", {})
    lines = [
        f"learnt from {', '.join(f'{count:,} picks of {source}' for source, count in picks.items()) or 'no picks'}"
        f" and {card.get('ordinary_papers', 0):,} ordinary papers; picks until {card.get('trained_until', '?')}"
    ]
    if not (part := measured_by(card)):
        lines.append("not measured: the store holds no edition and no whole month with enough picks of these sources")
        return lines
    measured = card["measured"]
    editions = measured["editions"]
    count = sum(len(figures["ranks"]) for figures in editions.values())
    names = sorted(editions)
    span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    lines.append(
        f"measured on {many(count, 'pick')} of {many(len(names), part)} ({span}): {_figures(measured['overall'])}"
    )
    lines += [f"  {name}: {many(len(editions[name]['ranks']), 'pick')}: {_figures(editions[name])}" for name in names]
    return lines


def _figures(figures: Mapping[str, Any]) -> str:
    shown = [(f"recall@{depth}", f"r@{depth}") for depth in (10, 50, 100, 200, 500)]
    parts = [f"{short} {figures[name]:.3f}" for name, short in shown if figures.get(name) is not None]
    if figures.get("median_rank") is not None:
        parts.append(f"median rank {figures['median_rank']:g}")
    return ", ".join(parts)


def _entry(item: Adoption) -> dict[str, object]:
    return {
        "name": item.name,
        "at": item.at.isoformat(),
        "action": item.action,
        "comparison": dict(item.comparison),
    }
