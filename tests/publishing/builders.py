"""Made-up shortlists for the tests of publishing: nothing here is anybody's text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from paperradar.decisions import Mark
from paperradar.papers import Author, DayBasis, Paper, Version
from paperradar.publishing import Bundle, Counts, EditionFacts, LaneFacts, TopicFacts, build_bundle
from paperradar.ranking import COMPONENTS, Candidate, Featured, LeftOut, Row, Shortlist, StoryMember

LANES = ("information-retrieval", "diffusion", "datasets-benchmarks", "wildcard")
NAMES = tuple(part.name for part in COMPONENTS)
WORDS = ("retrieval", "diffusion", "graphs", "speech", "sparse experts", "captions", "benchmarks", "planning")


def paper(identifier: str, title: str = "A title", abstract: str = "An abstract.", **keys: Any) -> Paper:
    keys.setdefault("authors", (Author("Møller", "Ann"), Author("Roe", "Richard", "Jr.")))
    keys.setdefault("categories", ("cs.IR", "cs.CL"))
    keys.setdefault("versions", (Version(1, dt.datetime(2022, 4, 19, 12, 30, tzinfo=dt.UTC)),))
    return Paper(identifier, title, abstract, **keys)


def candidate(of: Paper, day: dt.date = dt.date(2022, 4, 20), **keys: Any) -> Candidate:
    return Candidate(of, day, keys.pop("basis", DayBasis.SUBMITTED), **keys)


def row(rank: int, of: Paper | None = None, **keys: Any) -> Row:
    """A row whose score follows from its components; the lower the rank, the lower the score."""
    parts = keys.pop("components", {name: max(300 - 20 * index - rank, 0) for index, name in enumerate(NAMES)})
    of = of or paper(f"2204.{rank:05}", f"Paper {rank} about {WORDS[rank % len(WORDS)]}", f"It says {rank}.")
    return Row(
        rank=rank,
        candidate=keys.pop("candidate", None) or candidate(of, dt.date(2022, 4, 1) + dt.timedelta(days=rank % 28)),
        score=sum(parts.values()),
        components=parts,
        topic=keys.pop("topic", LANES[rank % 2]),
        match=keys.pop("match", {LANES[0]: 500, LANES[1]: 100}),
        lanes=keys.pop("lanes", (LANES[rank % len(LANES)],)),
        lifted_by=keys.pop("lifted_by", ""),
        why=keys.pop("why", f"Fits a profile (match {rank})"),
        **keys,
    )


def full_row(rank: int = 1) -> Row:
    """A row with everything that a row can have."""
    of = paper(
        "2204.10628",
        "=SUM of “everything”, with TeX $O(n^2)$",
        "Code is at https://github.com/a/b and a demo at https://a.example/demo.",
        authors=tuple(Author(f"Author{number}") for number in range(12)),
        comments="Accepted, 12 pages",
        versions=(
            Version(1, dt.datetime(2022, 4, 19, 12, 30, tzinfo=dt.UTC)),
            Version(2, dt.datetime(2022, 4, 28, tzinfo=dt.UTC)),
        ),
    )
    return row(
        rank,
        components={**dict.fromkeys(NAMES, 0), "description": 310, "phrases": 90, "excluded": -60},
        candidate=candidate(of, resurfaced="accepted at a conference", by_curator="Ann"),
        lanes=("information-retrieval", "wildcard"),
        lifted_by="wildcard",
        story=(StoryMember(candidate(paper("2204.10999", "Nearly the same")), 0.9312, 280),),
        featured=(Featured("zeta-alpha", "2022-03", "top10", 4), Featured("own", "2022-04", "mention")),
    )


def shortlist(rows: Sequence[Row], left_out: Sequence[LeftOut] = ()) -> Shortlist:
    return Shortlist(tuple(rows), tuple(left_out))


def facts(**keys: Any) -> EditionFacts:
    keys.setdefault("counts", Counts(3412, {"announced": 12, "submitted": 3300, "identifier": 100}, 7, 3, 2, 3400))
    return EditionFacts(
        edition=keys.pop("edition", "2022-05"),
        first=dt.date(2022, 3, 25),
        last=dt.date(2022, 5, 5),
        components=COMPONENTS,
        lanes=[LaneFacts(slug, slug.replace("-", " ").capitalize(), 40) for slug in LANES],
        topics=[TopicFacts(slug, slug.capitalize(), "ab" * 16) for slug in LANES[:2]],
        encoder={"model": "a-model", "fingerprint": "f" * 32},
        settings_hash="cd" * 16,
        versions={"paperradar": "0.1.0"},
        papers_digest="ef" * 16,
        **keys,
    )


def bundle(
    rows: Sequence[Row], marks: Mapping[str, Mark] | None = None, left_out: Sequence[LeftOut] = (), **keys: Any
) -> Bundle:
    return build_bundle(shortlist(rows, left_out), facts=facts(**keys), marks=marks or {})


def many(count: int) -> Bundle:
    return bundle([row(rank) for rank in range(1, count + 1)])
