"""What changed between two lists of an edition: who entered, left, moved, has a new version, was withdrawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from paperradar.publishing.bundle import Bundle

# A move matters to a reader of the list if it is at least so long, and begins or ends among the first so many rows.
MOVED_LEAST = 10
MOVED_WITHIN = 100


@dataclass(frozen=True, slots=True)
class RowChange:
    """What happened to a paper. ``before`` and ``after``: its ranks, None where it has no row.

    ``detail``: for one that left, why, where that is known; for a new version, which one.
    """

    identifier: str
    title: str
    before: int | None
    after: int | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ListDiff:
    """How a list differs from an earlier one. Each part in the order of the newer list, ``left`` of the older one.

    A paper is in as many parts as apply to it: one that moved may have a new version as well.
    """

    entered: tuple[RowChange, ...]
    left: tuple[RowChange, ...]
    moved: tuple[RowChange, ...]
    new_version: tuple[RowChange, ...]
    withdrawn: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return any((self.entered, self.left, self.moved, self.new_version, self.withdrawn))

    @property
    def far(self) -> tuple[RowChange, ...]:
        """The moves that matter, see `MOVED_LEAST` and `MOVED_WITHIN`; the longest first."""
        found = [change for change in self.moved if _length(change) >= MOVED_LEAST and _best(change) <= MOVED_WITHIN]
        return tuple(sorted(found, key=lambda change: (-_length(change), change.after or 0)))

    def as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Plain values for JSON, with all moves."""
        parts = ("entered", "left", "moved", "new_version", "withdrawn")
        return {part: [asdict(change) for change in getattr(self, part)] for part in parts}


def diff_lists(before: Bundle, after: Bundle) -> ListDiff:
    """What changed from one bundle of an edition to another. Swapped, who entered has left and every move turns round.

    A paper that is in its row's story in the newer list has left it: its detail names the row.
    """
    old = {row["identifier"]: row for row in before["rows"]}
    new = {row["identifier"]: row for row in after["rows"]}
    both = [identifier for identifier in new if identifier in old]
    reasons = _reasons(after)
    return ListDiff(
        entered=tuple(_change(row, None, row["rank"]) for key, row in new.items() if key not in old),
        left=tuple(_change(row, row["rank"], None, reasons.get(key, "")) for key, row in old.items() if key not in new),
        moved=tuple(_between(old[key], new[key]) for key in both if old[key]["rank"] != new[key]["rank"]),
        new_version=tuple(
            _between(old[key], new[key], f"v{old[key]['version']} to v{new[key]['version']}")
            for key in both
            if old[key]["version"] != new[key]["version"]
        ),
        withdrawn=tuple(
            _between(old[key], new[key]) for key in both if new[key].get("withdrawn") and not old[key].get("withdrawn")
        ),
    )


def _reasons(bundle: Bundle) -> dict[str, str]:
    """Why a paper has no row of its own, where the bundle tells."""
    folded = {
        member["identifier"]: f"folded into the row of {row['identifier']}"
        for row in bundle["rows"]
        for member in row["story"]
    }
    return folded | {item["identifier"]: item["reason"] for item in bundle["left_out"]}


def _between(old: Mapping[str, Any], new: Mapping[str, Any], detail: str = "") -> RowChange:
    return _change(new, old["rank"], new["rank"], detail)


def _change(row: Mapping[str, Any], before: int | None, after: int | None, detail: str = "") -> RowChange:
    return RowChange(row["identifier"], row["title"], before, after, detail)


def _length(change: RowChange) -> int:
    return abs((change.before or 0) - (change.after or 0))


def _best(change: RowChange) -> int:
    return min(change.before or 0, change.after or 0)
