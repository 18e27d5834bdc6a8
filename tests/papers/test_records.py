"""Papers, versions and authors as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import FrozenInstanceError, replace

import pytest

from paperradar.papers import Announcement, AnnouncementKind, Author, DayBasis, Paper, Version, text_hash

FIRST, SECOND = dt.datetime(2022, 5, 2, 3, tzinfo=dt.UTC), dt.datetime(2022, 6, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (Author("Jones", "Bob", "Jr."), "Bob Jones Jr."),
        (Author("Jones", "Bob"), "Bob Jones"),
        (Author("李"), "李"),
        (Author("Jones", suffix="III"), "Jones III"),
    ],
)
def test_names_in_reading_order(author: Author, name: str) -> None:
    assert author.name == name


@pytest.mark.parametrize(
    ("versions", "version", "submitted"),
    [
        ((), 1, None),
        ((Version(1),), 1, None),
        ((Version(1, FIRST), Version(2, SECOND)), 2, FIRST),
        ((Version(1), Version(3, SECOND)), 3, SECOND),
        ((Version(2, SECOND), Version(10)), 10, SECOND),
    ],
)
def test_the_version_is_the_highest_and_the_submission_the_first(
    versions: tuple[Version, ...], version: int, submitted: dt.datetime | None
) -> None:
    paper = Paper("2205.01068", "A title", versions=versions)
    assert (paper.version, paper.submitted) == (version, submitted)


def test_only_title_and_abstract_name_the_text() -> None:
    paper = Paper("2205.01068", "A title", "An abstract")
    assert paper.text_hash == text_hash("A title", "An abstract")
    assert replace(paper, identifier="2205.01069", comments="9 pages", withdrawn=True).text_hash == paper.text_hash
    assert replace(paper, title="Another").text_hash != paper.text_hash
    assert replace(paper, abstract="").text_hash != paper.text_hash


def test_values_can_be_compared_and_hashed_and_not_changed() -> None:
    paper = Paper("2205.01068", "A title", authors=(Author("Jones"),))
    assert {paper, replace(paper)} == {paper}
    with pytest.raises(FrozenInstanceError):
        paper.title = "Another"  # type: ignore[misc]
    said = Announcement("2205.01068", 1, "cs.CL", AnnouncementKind.NEW, FIRST.date())
    assert said == replace(said)


def test_the_words_are_arxivs_and_the_best_basis_comes_first() -> None:
    assert [kind.value for kind in AnnouncementKind] == ["new", "cross", "replace", "replace-cross"]
    assert [basis.value for basis in DayBasis] == ["announced", "submitted", "identifier"]
