"""``paperradar topics``: the topic profiles of a workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, many, note, open_workspace, print_json
from paperradar.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperradar.calendar import Window
    from paperradar.pipeline.topic_checking import Match, TopicCheck
    from paperradar.pipeline.topic_evaluation import SkippedMonth, TopicEvaluation, TopicMonth, TopicResult
    from paperradar.topics import TopicProfile
    from paperradar.workspace import Workspace

app = typer.Typer(
    name="topics",
    help="List, show, check, evaluate and start topic profiles.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

# So many of a kind are told one by one; --json has them all.
_TOLD = 10

SlugArgument = Annotated[str, typer.Argument(metavar="SLUG", help="The profile's file name without .toml.")]


@app.command("list")
def list_topics(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the topic profiles of the workspace."""
    profiles = open_workspace(workspace).topics
    if as_json:
        print_json([_as_dict(profile) for profile in profiles])
        return
    if not profiles:
        note("there are no topic profiles; start one with: paperradar topics new SLUG")
        return
    width = max(len(profile.slug) for profile in profiles)
    for profile in profiles:
        print(
            f"{profile.slug:<{width}}  {many(len(profile.seeds), 'seed paper')},"
            f" {many(len(profile.include), 'include phrase')}, {many(len(profile.exclude), 'exclude phrase')},"
            f" weight {profile.weight:g}, threshold {profile.threshold}"
        )


@app.command("show")
def show(slug: SlugArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show one topic profile."""
    profile = _profile(open_workspace(workspace), slug)
    if as_json:
        print_json(_as_dict(profile))
        return
    print(f"{profile.name} ({profile.slug})\n")
    print(f"{profile.description}\n")
    for label, texts in (
        ("include", profile.include),
        ("exclude", profile.exclude),
        ("categories", profile.categories),
    ):
        print(f"{label + ':':<12}{', '.join(texts) or '-'}")
    print(f"{'weight:':<12}{profile.weight:g}")
    print(f"{'floor:':<12}{'as in ranking.lanes.floor' if profile.floor is None else profile.floor}")
    print(f"{'threshold:':<12}{profile.threshold}")
    if profile.seeds:
        print("\nseed papers:")
        for seed in profile.seeds:
            print(f"  {seed.identifier}  {seed.title}")


@app.command("check")
def check(
    slug: Annotated[
        str | None, typer.Argument(metavar="[SLUG]", help="Check only this profile.", show_default=False)
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(
            "--month", "-m", metavar="YYYY-MM", help="Look at this edition's window.  [default: the newest 31 days]"
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many papers to show on either side of the threshold.")] = 10,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a profile catches in the store, and what it nearly catches."""
    place = open_workspace(workspace)
    window = _window(place, month)

    from paperradar.pipeline.topic_checking import check_topics
    from paperradar.progress import progress

    checks = check_topics(place, slug, limit=limit, window=window, progress=progress)
    if as_json:
        print_json([_check_as_dict(found) for found in checks])
        return
    for position, found in enumerate(checks):
        if position:
            print()
        _print_check(found)


@app.command("evaluate")
def evaluate(
    labels: Annotated[
        Path,
        typer.Option(
            "--labels",
            metavar="FILE",
            help="A CSV with the columns topic and arxiv_id: papers that belong to a topic.",
            show_default=False,
        ),
    ],
    month: Annotated[
        list[str] | None,
        typer.Option(
            "--month",
            "-m",
            metavar="YYYY-MM",
            help="Only papers whose identifier is of this month; may be repeated.  [default: all]",
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how high the profiles have papers that are known to belong to them.

    All papers of an identifier month are put in the order of their match with a profile; the figures are the shares of
    the labels in the store that are within the first so many per cent of their month. Labels are positives only: a
    paper without one may belong to the topic all the same, so nothing is said of precision. A profile's own seed papers
    do not count. Topics and profiles are matched by name or slug.
    """
    place = open_workspace(workspace)
    months = _months(month)

    from paperradar.pipeline.topic_evaluation import evaluate_topics
    from paperradar.progress import progress

    found = evaluate_topics(place, labels, months=months, progress=progress)
    _note_left_out(found, labels)
    if as_json:
        print_json(found.as_dict())
        return
    for position, result in enumerate(found.results):
        if position:
            print()
        _print_result(result)


@app.command("new")
def new(slug: SlugArgument, workspace: WorkspaceOption = None) -> None:
    """Start a profile: write a commented file that can be used at once."""
    from paperradar.files import write_atomically
    from paperradar.topics import new_topic_text
    from paperradar.workspace import TOPICS_FOLDER, find_root

    text = new_topic_text(slug)
    # Only the root is wanted: a mistake in another profile must not stand in the way of this one.
    path = find_root(workspace, os.environ, Path.cwd()) / TOPICS_FOLDER / f"{slug}.toml"
    if path.exists():
        raise UsageError(f"{path} is there already; edit it, or choose another slug")
    write_atomically(path, text.encode())
    print(path)
    note(f"fill in the description, then: paperradar topics check {slug}")


def _profile(workspace: Workspace, slug: str) -> TopicProfile:
    from paperradar.topics import find_topic

    return find_topic(workspace.topics, slug)


def _window(workspace: Workspace, month: str | None) -> Window | None:
    from paperradar.calendar import edition_window

    return None if month is None else edition_window(month, workspace.settings.edition)


def _months(texts: Sequence[str] | None) -> list[str]:
    from paperradar.calendar import is_edition

    for text in texts or ():
        if not is_edition(text):
            raise UsageError(f"--month {text!r} is not a month; write it as 2021-06")
    return sorted(set(texts or ()))


def _as_dict(profile: TopicProfile) -> dict[str, object]:
    from paperradar.topics import profile_hash

    return {
        "slug": profile.slug,
        **profile.model_dump(mode="json", exclude={"slug"}),
        "profile_hash": profile_hash(profile),
    }


def _check_as_dict(found: TopicCheck) -> dict[str, object]:
    return {
        "slug": found.slug,
        "threshold": found.threshold,
        "first": found.window.first.isoformat(),
        "last": found.window.last.isoformat(),
        "papers": found.papers,
        "total_caught": found.total_caught,
        "caught": _matches_as_dicts(found.caught),
        "nearly": _matches_as_dicts(found.nearly),
    }


def _matches_as_dicts(matches: Sequence[Match]) -> list[dict[str, object]]:
    return [{"identifier": match.identifier, "title": match.title, "match": match.match} for match in matches]


def _print_check(found: TopicCheck) -> None:
    print(
        f"{found.slug}: catches {found.total_caught:,} of {many(found.papers, 'paper')}"
        f" announced from {found.window.first} to {found.window.last} (threshold {found.threshold})"
    )
    if found.caught:
        print("  caught, the best:")
        _print_matches(found.caught)
    if found.nearly:
        print("  nearly caught:")
        _print_matches(found.nearly)


def _print_matches(matches: Sequence[Match]) -> None:
    for match in matches:
        print(f"  {match.match:>5}  {match.identifier:<16}  {match.title}")


def _print_result(result: TopicResult) -> None:
    from paperradar.pipeline.topic_evaluation import SHARES

    shares = "  ".join(f"{f'top {share} %':>8}" for share in SHARES)
    print(f"{result.profile.slug}: recall of {many(result.present, 'label')} in the pools")
    print(f"  {'month':<8}  {'papers':>7}  {'labels':>6}  {'in pool':>7}  {shares}")
    for item in result.months:
        _print_recall(item.month, f"{item.papers:,}", item.labels, (item,))
    _print_recall("overall", "", result.labels, result.months)


def _print_recall(name: str, papers: str, labels: int, months: Sequence[TopicMonth]) -> None:
    from paperradar.pipeline.topic_evaluation import SHARES, recall

    figures = (recall(months, share) for share in SHARES)
    cells = "  ".join(f"{'-' if value is None else f'{value:.3f}':>8}" for value in figures)
    present = sum(len(item.ranks) for item in months)
    print(f"  {name:<8}  {papers:>7}  {labels:>6,}  {present:>7,}  {cells}")


def _note_left_out(found: TopicEvaluation, labels: Path) -> None:
    """Say what the figures leave out, and that labels are positives only."""
    for row in found.set_aside[:_TOLD]:
        note(f"{labels}:{row.line}: set aside: {row.reason}")
    if (more := len(found.set_aside) - _TOLD) > 0:
        note(f"{labels}: {more} more rows set aside (all with --json)")
    for topic, count in found.unmatched.items():
        note(f"note: no profile is named {topic!r}: {many(count, 'label')} left out")
    if found.unlabelled:
        note(f"note: no label names: {', '.join(found.unlabelled)}")
    for words, skipped in (
        ("of which the store holds no papers", [item for item in found.skipped if not item.papers]),
        ("with too few papers in the store", [item for item in found.skipped if item.papers]),
    ):
        if skipped:
            note(f"note: skipped {_months_in_words(skipped)} {words}")
    note("note: labels are positives only; a paper without one may belong to the topic all the same")


def _months_in_words(skipped: Sequence[SkippedMonth]) -> str:
    names = [item.month for item in skipped]
    shown = ", ".join(names) if len(names) <= _TOLD else f"{names[0]} .. {names[-1]}"
    count = sum(item.labels for item in skipped)
    return f"{many(len(names), 'month')} ({shown}; {many(count, 'label')})"
