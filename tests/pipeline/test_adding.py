"""Papers and pages that are not on the list come to an edition, and go again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paperradar.decisions import page_identifier
from paperradar.errors import InputError, NotFoundError
from paperradar.papers import Author, DayBasis
from paperradar.pipeline.adding import add_page, add_paper, take_back_added
from paperradar.pipeline.curating import place_at, place_papers
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.pipeline.builders import paper
from tests.pipeline.curated import EDITION, NOW, at_rank, clock, listed, view

URL = "https://a.example/post"
BY: dict[str, Any] = {"by": "Ann", "clock": clock}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return listed(tmp_path)


def test_a_paper_of_the_store_is_added(workspace: Workspace) -> None:
    other = replace(paper(5, "2203"), authors=(Author("Doe", "Ann"),))
    with Store(workspace.database).writing() as session:
        session.upsert_papers([(other, NOW.date(), DayBasis.SUBMITTED)], source="test")
    item = add_paper(workspace, EDITION, "https://arxiv.org/abs/2203.00005v2", **BY)
    assert (item.identifier, item.title, item.authors) == ("2203.00005", "Title 5", ("Ann Doe",))
    assert view(workspace).cards["2203.00005"].title == "Title 5"
    with pytest.raises(NotFoundError, match="give its title"):
        add_paper(workspace, EDITION, "2203.00006", **BY)
    assert add_paper(workspace, EDITION, "2203.00006", title="Unknown", **BY).title == "Unknown"
    with pytest.raises(InputError, match="at rank 2"):
        add_paper(workspace, EDITION, at_rank(2), **BY)


def test_a_page_is_added_and_taken_back(workspace: Workspace) -> None:
    item = add_page(workspace, EDITION, f" {URL} ", title=" A  post ", authors=["A; B", " "], source="Blog", **BY)
    assert (item.identifier, item.title, item.authors) == (page_identifier(URL), "A post", ("A, B",))
    for wrong in ("ftp://a.example", "javascript:alert(1)", "a.example"):
        with pytest.raises(InputError, match="web address"):
            add_page(workspace, EDITION, wrong, title="x", **BY)
    with pytest.raises(InputError, match="title"):
        add_page(workspace, EDITION, URL, title=" ", **BY)
    place_at(workspace, EDITION, [item.identifier], rank=1, **BY)
    with pytest.raises(InputError, match="--out"):
        take_back_added(workspace, EDITION, URL, **BY)
    place_papers(workspace, EDITION, [], out=[item.identifier], **BY)
    assert take_back_added(workspace, EDITION, URL, **BY) == item
    with pytest.raises(NotFoundError, match="nothing to take back"):
        take_back_added(workspace, EDITION, URL, **BY)
