"""Papers that nobody wrote: titles, abstracts and names made from an identifier, the same at every call."""

from __future__ import annotations

import random
from dataclasses import replace

from paperradar.papers import Author, Paper

LICENSES = (
    "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "http://creativecommons.org/licenses/by/4.0/",
)

_WORDS_TEXT = (
    "amber answer archive bridge broad candle careful cellar clover compass copper corner dense document drifting early"
    " engine evening fallow feather finding gentle granite harbour hollow index inland kernel kindling ladder lantern"
    " lattice learned letter likely listing maple margin measure meadow memory mirror narrow needle night orchard"
    " passage patient pebble query quiet ranking ready record ribbon river saddle sample season signal simple slow"
    " sparse spring stable stone stream summer table tender thread timber token uneven valley vector village walking"
    " weather willow winter wooden"
)
_GIVEN_TEXT = "Ada Bruno Chiara Dmitri Élise Farid Greta Hana Ines Jón Kofi Łucja Mai Noor Óscar Priya Quentin Rosa"
_WORDS, _GIVEN = _WORDS_TEXT.split(), _GIVEN_TEXT.split()
_FAMILY = (
    "Ahn", "Bäcker", "Castellano", "de Vries", "Edwards-Lund", "Farrokh", "García Sol", "Hoang", "Ibsen", "Jacobi",
    "Kovač", "Lindqvist", "Mbeki", "Nørgaard", "O'Dwyer", "Petrov", "Quist", "van der Linde",
)  # fmt: skip

# Titles and authors that break naive programs; `World.made` gives them to its first papers.
HARD: tuple[tuple[str, Author], ...] = (
    ("On the $\\mathcal{O}(n^{2} \\log n)$ cost of asking twice", Author("Castellano", "Chiara")),
    ("Search & rescue: what to rank when $k < 5$ and x > y", Author("Ford", "Bob", "Jr.")),
    ("=SUM(A1) of small parts: a title that begins like a formula", Author("O'Dwyer", "Élise")),
    ("検索の小さな習慣: поиск and small habits", Author("王", "小明")),
    ('Erd\\H{o}s numbers of &amp; in "quoted" listings', Author("Kovač", "Łucja")),
    ("A paper, by a collaboration -- with 100% of <b>tags</b>", Author("The Lantern Collaboration")),
)


def paper(identifier: str, categories: tuple[str, ...] = ()) -> Paper:
    """A made-up paper without versions: 1 to 5 authors, an abstract of 60 to 120 words."""
    dice = random.Random(identifier)
    names = [Author(dice.choice(_FAMILY), dice.choice(_GIVEN)) for _ in range(dice.randint(1, 5))]
    authors = tuple(dict.fromkeys(names))
    return Paper(
        identifier=identifier,
        title=_sentence(dice, dice.randint(5, 11)).removesuffix("."),
        abstract=_abstract(dice, dice.randint(60, 120)),
        authors=authors,
        categories=categories,
        comments=dice.choice(("", f"{dice.randint(4, 40)} pages", f"{dice.randint(4, 12)} pages, 3 figures")),
        doi=f"10.1000/invented.{identifier}" if dice.random() < 0.1 else "",
        journal_ref=f"J. Inv. Lett. {dice.randint(1, 30)} ({dice.randint(2018, 2021)})" if dice.random() < 0.1 else "",
        license=dice.choice(LICENSES),
        submitter=authors[0].name,
    )


def hard_paper(number: int, made: Paper) -> Paper:
    """A made-up paper with the title and first author number ``number`` of `HARD`."""
    title, author = HARD[number]
    return replace(made, title=title, authors=(author, *made.authors), submitter=author.name)


def _abstract(dice: random.Random, words: int) -> str:
    sentences = []
    while words:
        length = words if words < 20 else dice.randint(6, 14)
        sentences.append(_sentence(dice, length))
        words -= length
    return " ".join(sentences)


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words)).capitalize() + "."
