"""Lanes and their floors: a lane is sure of some rows near the top; the order itself stays one global score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paperradar.topics import DATASETS, RESURFACED, WILDCARD

OWN_LANES = {
    DATASETS: "Datasets & benchmarks",
    WILDCARD: "Wildcard",
    RESURFACED: "Resurfaced",
}


@dataclass(frozen=True, slots=True)
class Lifted:
    """The final order, and for each row that a floor lifted the lane that did."""

    order: tuple[int, ...]
    lifted_by: Mapping[int, str]


def lift(order: Sequence[int], lanes: Mapping[int, Sequence[str]], floors: Mapping[str, int], depth: int) -> Lifted:
    """Let the first ``depth`` rows hold at least ``floors[lane]`` rows of each lane, where the lane has that many.

    ``order``: row indices by score, best first. For a lane that falls short, its best rows from below ``depth``
    move up; they take the last places of the first ``depth``, in their own order. To make room the lowest rows
    go down that no floor needs. Rows that go down keep their order before the rest. Where the floors ask for
    more rows than ``depth`` has, the lanes named first are served first.
    """
    top, rest = list(order[:depth]), list(order[depth:])
    held = {lane: sum(lane in lanes[row] for row in top) for lane in floors}
    lifted_by: dict[int, str] = {}
    for lane, floor in floors.items():
        for row in [row for row in rest if lane in lanes[row]]:
            if held[lane] >= floor:
                break
            # A row may go unless that would bring one of its lanes under its floor; lifted rows stay.
            loser = next(
                (
                    candidate
                    for candidate in reversed(top)
                    if candidate not in lifted_by
                    and all(held[other] > floors[other] for other in lanes[candidate] if other in floors)
                ),
                None,
            )
            if loser is None:
                break
            top.remove(loser)
            rest.remove(row)
            rest.append(loser)
            top.append(row)
            lifted_by[row] = lane
            for other in lanes[loser]:
                if other in held:
                    held[other] -= 1
            for other in lanes[row]:
                if other in held:
                    held[other] += 1
    place = {row: position for position, row in enumerate(order)}
    kept = sorted((row for row in top if row not in lifted_by), key=place.__getitem__)
    raised = sorted(lifted_by, key=place.__getitem__)
    return Lifted((*kept, *raised, *sorted(rest, key=place.__getitem__)), lifted_by)
