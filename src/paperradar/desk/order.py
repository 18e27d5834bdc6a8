"""The order of the issue while it is composed. Pure.

Papers with the same rank are a group and move together. Ranks are 1, 2, ... without gaps after every change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from paperradar.decisions import Place, PlaceRole

Block = list[Place]


def blocks_of(places: Iterable[Place], role: PlaceRole) -> list[Block]:
    """The places of a role, those of one rank together, in their order."""
    blocks: list[Block] = []
    for place in places:
        if place.role != role:
            continue
        if blocks and place.rank is not None and blocks[-1][0].rank == place.rank:
            blocks[-1].append(place)
        else:
            blocks.append([place])
    return blocks


def ranked(blocks: Iterable[Block], role: PlaceRole) -> list[Place]:
    """The places with the ranks and the role that their blocks give them."""
    return [
        replace(place, rank=rank, role=role)
        for rank, block in enumerate((block for block in blocks if block), start=1)
        for place in block
    ]


def put(places: Sequence[Place], place: Place) -> list[Place]:
    """The places of ``place.role`` with this one behind them; already there, it keeps its rank and takes the rest."""
    blocks = blocks_of(places, place.role)
    for block in blocks:
        for index, standing in enumerate(block):
            if standing.identifier == place.identifier:
                block[index] = place
                return ranked(blocks, place.role)
    return ranked([*blocks, [place]], place.role)


def without(places: Sequence[Place], identifier: str, role: PlaceRole) -> list[Place]:
    """The places of a role without a paper, the ranks behind it moved up."""
    blocks = [[place for place in block if place.identifier != identifier] for block in blocks_of(places, role)]
    return ranked(blocks, role)


def moved(places: Sequence[Place], identifier: str, role: PlaceRole, by: int) -> list[Place]:
    """The places of a role after the paper's block moved by so many, as far as there is room."""
    blocks = blocks_of(places, role)
    at = next((index for index, block in enumerate(blocks) if any(p.identifier == identifier for p in block)), None)
    if at is not None:
        block = blocks.pop(at)
        blocks.insert(min(max(at + by, 0), len(blocks)), block)
    return ranked(blocks, role)


def grouped(places: Sequence[Place], identifier: str, role: PlaceRole, group: str) -> list[Place]:
    """The places of a role after a paper took a group's name: it joins those who have it, or leaves its group."""
    blocks = blocks_of(places, role)
    at = next((index for index, block in enumerate(blocks) if any(p.identifier == identifier for p in block)), None)
    if at is None:
        return ranked(blocks, role)
    place = next(place for place in blocks[at] if place.identifier == identifier)
    named = replace(place, group=group)
    if group == place.group:
        return ranked(blocks, role)
    rest = [other for other in blocks[at] if other is not place]
    home = next((b for b in blocks if group and any(p.group == group and p is not place for p in b)), None)
    if home is not None and home is not blocks[at]:
        home.append(named)
        blocks[at] = rest
    elif home is not None or not rest:
        blocks[at] = [named if other is place else other for other in blocks[at]]
    else:
        blocks[at : at + 1] = [rest, [named]]
    return ranked(blocks, role)
