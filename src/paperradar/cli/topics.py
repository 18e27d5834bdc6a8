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
    from paperradar.topics import TopicProfile
    from paperradar.workspace import Workspace

app = typer.Typer(
    name="topics",
    help="List, show, check and start topic profiles.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

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
