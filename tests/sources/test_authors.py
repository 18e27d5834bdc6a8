"""Strings of authors, split into names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.papers import Author, clean_text
from paperradar.sources.authors import split_authors, split_name


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("", ()),
        ("  ", ()),
        ("Plato", (Author("Plato"),)),
        ("Ada Ahn", (Author("Ahn", "Ada"),)),
        ("Ada Ahn, Bob C. Ford and Cy Fox", (Author("Ahn", "Ada"), Author("Ford", "Bob C."), Author("Fox", "Cy"))),
        ("Ada Ahn, Bob Ford, and Cy Fox", (Author("Ahn", "Ada"), Author("Ford", "Bob"), Author("Fox", "Cy"))),
        ("Ada Ahn; Bob Ford & Cy Fox", (Author("Ahn", "Ada"), Author("Ford", "Bob"), Author("Fox", "Cy"))),
        ("and Ada Ahn,,\n Bob\nFord,", (Author("Ahn", "Ada"), Author("Ford", "Bob"))),
        ("Anders Anderson and Sandy Sand", (Author("Anderson", "Anders"), Author("Sand", "Sandy"))),
        ("Ada Ahn, Jr., Bob Ford III", (Author("Ahn", "Ada", "Jr."), Author("Ford", "Bob", "III"))),
        ("Ludwig van der Ahn, Oscar de la Ford", (Author("van der Ahn", "Ludwig"), Author("de la Ford", "Oscar"))),
        ("van Ahn", (Author("Ahn", "van"),)),
        ("李 明 and Émile Öz", (Author("明", "李"), Author("Öz", "Émile"))),
        (r"J. M{\"u}ller, P\'al Erd\H{o}s", (Author(r"M{\"u}ller", "J."), Author(r"Erd\H{o}s", r"P\'al"))),
        ("The Invented Collaboration, Ada Ahn", (Author("The Invented Collaboration"), Author("Ahn", "Ada"))),
        ("Ada Ahn et al.", (Author("Ahn", "Ada"),)),
        ("Ada Ahn, et al", (Author("Ahn", "Ada"),)),
        ("Ada Ahn, Bob Ford and others", (Author("Ahn", "Ada"), Author("Ford", "Bob"))),
        ("Ada Ahn, ...", (Author("Ahn", "Ada"),)),
        (
            "A. Ahn (1 and 2), Bob Ford Jr. (2) and Carla de la Cruz ((1) One University, (2) Another)",
            (Author("Ahn", "A."), Author("Ford", "Bob", "Jr."), Author("de la Cruz", "Carla")),
        ),
        ("Ada Ahn (One Institute, Some Town", (Author("Ahn", "Ada"),)),
        ("(Ada Ahn)", (Author("Ahn", "Ada"),)),
        ("Ada Ahn), Bob Ford", (Author("Ahn", "Ada"), Author("Ford", "Bob"))),
    ],
)
def test_authors_are_split(text: str, authors: tuple[Author, ...]) -> None:
    assert split_authors(text) == authors


def test_one_name() -> None:
    assert split_name("Bob van der Jones Jr.") == Author("van der Jones", "Bob", "Jr.")
    assert split_name("Jones Jr.") == Author("Jr.", "Jones")  # two words are given and family name
    assert split_name("") == Author("")


WORDS = [
    "Ada",
    "Ahn",
    "et",
    "al.",
    "and",
    "&",
    ",",
    ";",
    "(",
    ")",
    "(1)",
    "Jr.",
    "III",
    "van",
    "de",
    "the",
    "Team",
    "李",
    "…",
]
given_names = st.sampled_from(["Ada", "Bob C.", "J.-P.", "Émile", "小明", "Sandy", "Andy"])
family_names = st.sampled_from(["Ahn", "Ford", "van der Öz", "de la Cruz", "O'Neil", "Anderson", "李"])
names = st.builds(Author, family_names, given_names, st.sampled_from(["", "Jr.", "III"]))


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_any_text_gives_names_that_are_clean(text: str) -> None:
    for author in split_authors(text):
        assert author.family
        for part in (author.family, author.given, author.suffix):
            assert part == clean_text(part)
            assert not set(part) & set("(),;")


@given(st.lists(names), st.sampled_from([", ", "; ", " and ", ", and ", " & "]))
def test_names_written_one_after_another_come_back(authors: list[Author], between: str) -> None:
    assert split_authors(between.join(author.name for author in authors)) == tuple(authors)
