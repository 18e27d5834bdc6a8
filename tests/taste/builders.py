"""Tastes learnt from made-up papers: picked ones say "sparse retrieval" things and lie on the first axis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from paperradar.papers import Paper
from paperradar.ranking import Examples, PastPick, Taste, View
from paperradar.settings import TasteSettings
from paperradar.taste import learn
from tests.evaluation.builders import Past, examples, liked, ordinary, past_pick

UNTIL = dt.date(2022, 4, 5)
ENCODER = "an-encoder"

__all__ = ["ENCODER", "UNTIL", "a_past", "learnt", "of_source", "only_view", "with_abstracts"]


def a_past(picked: int = 10, others: int = 30) -> list[Past]:
    return [liked(n) for n in range(picked)] + [ordinary(n) for n in range(others)]


def of_source(source: str, count: int, start: int = 0, **keys: object) -> list[Past]:
    return [liked(start + n, past_pick(source, **keys)) for n in range(count)]  # type: ignore[arg-type]


def with_abstracts(made: Examples) -> Examples:
    """The same, where every paper has an abstract that says what its title says."""
    papers = tuple(Paper(paper.identifier, paper.title, f"{paper.title}.") for paper in made.papers)
    return Examples(papers, made.picks, made.days, made.vectors, made.title_vectors, made.tokens, made.title_tokens)


def learnt(
    past: Sequence[Past], *sources: str, settings: TasteSettings | None = None, most_terms: int | None = None
) -> Taste:
    made = learn(
        with_abstracts(examples(past)),
        sources or ("ours",),
        settings or TasteSettings(),
        encoder=ENCODER,
        until=UNTIL,
        most_terms=most_terms,
    )
    assert made is not None
    return made


def only_view(taste: Taste, source: str, kind: str) -> View:
    (view,) = [view for view in taste.views if (view.source, view.kind) == (source, kind)]
    return view


def past_of(*picks: PastPick) -> Past:
    return liked(0, *picks)
