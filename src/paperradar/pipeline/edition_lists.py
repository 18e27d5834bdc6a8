"""The lists of an edition held against each other, and its picks against the list that they were chosen from."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from paperradar.calendar import parse_edition
from paperradar.decisions import State
from paperradar.errors import NotFoundError, UsageError
from paperradar.pipeline.curating import edition_log
from paperradar.pipeline.editions import EditionView, bundle_of
from paperradar.publishing import Bundle, ListDiff, bundles_of, diff_lists, edition_paths, present_bundle
from paperradar.workspace import Workspace

_DEPTHS = (50, 100)


@dataclass(frozen=True, slots=True)
class ListsCompared:
    """What changed from the bundle ``before`` to the bundle ``after`` (their ids)."""

    edition: str
    before: str
    after: str
    diff: ListDiff


@dataclass(frozen=True, slots=True)
class PickDepth:
    """How deep in the list the ten were found. ``ranks``: by identifier in the order of the issue, None: no row.

    A near-duplicate counts at the rank of the row that it is folded into. ``median``: of those with a rank, None
    without any. ``within``: by depth, how many stood so high. ``bundle``: the list's id; ``rows``: how many it has.
    """

    bundle: str
    rows: int
    ranks: Mapping[str, int | None]
    median: float | None
    within: Mapping[int, int]

    @property
    def off_list(self) -> tuple[str, ...]:
        """Those that were not on the list at all."""
        return tuple(identifier for identifier, rank in self.ranks.items() if rank is None)


def compare_lists(workspace: Workspace, edition: str, before: str = "", after: str = "") -> ListsCompared:
    """What changed between two lists of an edition, named by their bundles' ids.

    Without names: from the list as it was frozen to the present one; where it was frozen more than once, from the
    freezing before to the last one. Raises UsageError where that is not known, NotFoundError for a bundle that is not
    there, InputError for a damaged one.
    """
    edition = parse_edition(edition)
    if not (before and after):
        first, second = _usual(workspace, edition)
        before, after = before or first, after or second
    lists = [_bundle(workspace, edition, name) for name in (before, after)]
    return ListsCompared(edition, before, after, diff_lists(*lists))


def pick_depth(workspace: Workspace, view: EditionView) -> PickDepth:
    """How deep the ten were found: in the frozen list where there is one, else in the present one."""
    name, bundle = view.bundle_id, view.bundle
    if view.frozen_id:
        path = edition_paths(workspace.shortlists, view.edition).bundle(view.frozen_id)
        if path.exists():
            name, bundle = view.frozen_id, bundle_of(path)
    ranks = _ranks(bundle)
    found = {place.identifier: ranks.get(place.identifier) for place in view.ten}
    known = [rank for rank in found.values() if rank is not None]
    return PickDepth(
        bundle=name,
        rows=len(bundle["rows"]),
        ranks=found,
        median=float(statistics.median(known)) if known else None,
        within={depth: sum(rank <= depth for rank in known) for depth in _DEPTHS},
    )


def _ranks(bundle: Bundle) -> dict[str, int]:
    folded = {member["identifier"]: int(row["rank"]) for row in bundle["rows"] for member in row["story"]}
    return folded | {row["identifier"]: int(row["rank"]) for row in bundle["rows"]}


def _usual(workspace: Workspace, edition: str) -> tuple[str, str]:
    """The two lists that are compared if none is named."""
    said = edition_log(workspace, edition).replay()
    present = present_bundle(workspace.shortlists, edition)
    if not (frozen := said.reached().get(State.FROZEN)) or not present:
        there = ", ".join(_there(workspace, edition)[:3])
        raise UsageError(
            f"edition {edition} is not frozen, so there are no two lists to compare; freeze it with:"
            f" paperradar edition freeze {edition}; or name two with --from and --to{there and f', such as {there}'}"
        )
    last = str(frozen.payload["bundle"])
    earlier = [name for name in said.freezings() if name != last]
    return (earlier[-1], last) if earlier else (last, present)


def _bundle(workspace: Workspace, edition: str, name: str) -> Bundle:
    if name not in (there := _there(workspace, edition)):
        raise NotFoundError(
            f"edition {edition} has no bundle {name[:40]!r}; it has {', '.join(there[:5]) or 'none'}"
            + (f" and {len(there) - 5} more" if len(there) > 5 else "")
        )
    return bundle_of(edition_paths(workspace.shortlists, edition).bundle(name))


def _there(workspace: Workspace, edition: str) -> list[str]:
    """The ids of an edition's bundles, the newest files first."""
    found = bundles_of(workspace.shortlists, edition)
    return sorted(found, key=lambda name: (-found[name].stat().st_mtime_ns, name))
