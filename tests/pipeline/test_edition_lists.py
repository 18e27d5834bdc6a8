"""Which lists of an edition are compared, and how deep its ten were found."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.decisions import State, Vote
from paperradar.errors import NotFoundError, UsageError
from paperradar.pipeline.adding import add_page
from paperradar.pipeline.curating import advance, cast_votes, order_ten, take_back
from paperradar.pipeline.edition_lists import compare_lists, pick_depth
from paperradar.workspace import Workspace
from tests.pipeline.curated import (
    EDITION,
    MEMBER,
    MEMBER_RANK,
    at_rank,
    clock,
    freeze,
    listed,
    view,
    write_list,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path)


def test_from_the_frozen_list_to_the_present_one(workspace: Workspace) -> None:
    frozen = freeze(workspace)
    assert not compare_lists(workspace, EDITION).diff
    present = write_list(workspace, 18).bundle_id
    found = compare_lists(workspace, EDITION)
    assert (found.before, found.after) == (frozen, present)
    assert [change.after for change in found.diff.entered] == [17, 18]


def test_from_the_freezing_before_to_the_last_one(workspace: Workspace) -> None:
    first = freeze(workspace)
    take_back(workspace, EDITION, State.FROZEN, by="Ann", clock=clock)
    write_list(workspace, 14)
    second = freeze(workspace)
    write_list(workspace, 18)
    found = compare_lists(workspace, EDITION)
    assert (found.before, found.after) == (first, second)
    assert [change.before for change in found.diff.left] == [15, 16]
    swapped = compare_lists(workspace, EDITION, before=second, after=first)
    assert [change.after for change in swapped.diff.entered] == [15, 16]


def test_lists_that_are_not_there(workspace: Workspace) -> None:
    name = view(workspace).bundle_id
    with pytest.raises(UsageError, match=f"--from and --to, such as {name}"):
        compare_lists(workspace, EDITION)
    for wrong in ("0" * 12, "../" + name, ""):
        with pytest.raises((NotFoundError, UsageError), match=name):
            compare_lists(workspace, EDITION, before=name, after=wrong)


def test_how_deep_the_ten_were_found(workspace: Workspace) -> None:
    frozen = freeze(workspace)
    page = add_page(workspace, EDITION, "https://a.example/x", title="A post", by="Ann", clock=clock)
    # A near-duplicate takes part once somebody votes on it.
    cast_votes(workspace, EDITION, "Ann", {MEMBER: (Vote.PICK, "")}, clock=clock)
    # A late paper is on the present list, and was not on the one that was frozen.
    write_list(workspace, 60)
    picked = [at_rank(9), page.identifier, MEMBER, at_rank(1), at_rank(60)]
    order_ten(workspace, EDITION, picked, by="Ann", clock=clock)
    depth = pick_depth(workspace, view(workspace))
    assert depth.bundle == frozen
    assert list(depth.ranks.values()) == [9, None, MEMBER_RANK, 1, None]
    assert (depth.median, dict(depth.within)) == (3.0, {50: 3, 100: 3})
    assert depth.off_list == (page.identifier, at_rank(60))


def test_without_a_freezing_it_is_the_present_list(workspace: Workspace) -> None:
    write_list(workspace, 60)
    order_ten(workspace, EDITION, [at_rank(60), at_rank(2)], by="Ann", clock=clock)
    advance(workspace, EDITION, State.DECIDED, by="Ann", clock=clock)
    depth = pick_depth(workspace, view(workspace))
    assert depth.bundle == view(workspace).bundle_id
    assert (list(depth.ranks.values()), dict(depth.within)) == ([60, 2], {50: 1, 100: 2})


def test_nothing_chosen_has_no_median(workspace: Workspace) -> None:
    depth = pick_depth(workspace, view(workspace))
    assert (dict(depth.ranks), depth.median, depth.off_list) == ({}, None, ())
