"""Stories: near-duplicates and concurrent work folded into one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def fold(order: Sequence[int], duplicates: Iterable[tuple[int, int, float]]) -> dict[int, list[tuple[int, float]]]:
    """Fold near-duplicates: by leading candidate, its story's other members with their cosine to it.

    ``order``: candidate indices, best first. Each one not folded yet leads a story and takes its own
    near-duplicates along; what is only near to *those* stays apart, so a chain of small steps never makes one
    story of two different papers. Members stand in the order given. Every candidate of ``order`` comes out
    exactly once, as a leader or a member.
    """
    place = {index: position for position, index in enumerate(order)}
    near: dict[int, dict[int, float]] = {}
    for i, j, cosine in duplicates:
        if i in place and j in place:
            near.setdefault(i, {})[j] = cosine
            near.setdefault(j, {})[i] = cosine
    stories: dict[int, list[tuple[int, float]]] = {}
    folded: set[int] = set()
    for leader in order:
        if leader in folded:
            continue
        members = sorted(
            (m for m in near.get(leader, ()) if m not in folded and m not in stories), key=place.__getitem__
        )
        stories[leader] = [(member, near[leader][member]) for member in members]
        folded.update(members)
    return stories
