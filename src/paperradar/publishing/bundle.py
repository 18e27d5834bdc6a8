"""The bundle of an edition: everything that its CSV, its page and the desk show, as one plain JSON value.

It holds no clock and no path: the same store and the same settings give the same bytes. The bundle's name is made
from its bytes, so a name always means the same state. Texts are cleaned here, once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from paperradar.decisions import Mark
from paperradar.papers import Paper, abs_url, clean_text, identifier_month, is_identifier
from paperradar.papers.links import code_links, html_url, pdf_url, project_links

if TYPE_CHECKING:  # the page of a bundle that is there already needs no numpy
    from paperradar.ranking import Component, Featured, LeftOut, Row, Shortlist, StoryMember

# Grows when a key changes its meaning or goes away; a new key does not count.
FORMAT = 1
_ID_LENGTH = 12

Bundle = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers there were.

    ``in_window``: announced in the window and in scope; ``by_basis``: the same by where their announcement day comes
    from (``announced``, ``submitted``, ``identifier``). ``without_vectors``: judged without their meaning.
    ``withdrawn`` and ``featured``: left out for that reason. ``ranked``: rows before the list was cut. ``older``: how
    many earlier papers novelty was measured against.
    """

    in_window: int
    by_basis: Mapping[str, int]
    without_vectors: int
    withdrawn: int
    featured: int
    ranked: int
    older: int = 0


@dataclass(frozen=True, slots=True)
class LaneFacts:
    """A lane, its name for people, and how many ranked rows it has before the list was cut."""

    slug: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic profile and the hash of everything in it."""

    slug: str
    name: str
    hash: str


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What a list rests on. Days are arXiv's (America/New_York), both ends of the window included.

    ``overridden``: the window is not the edition's own. ``components``: in the order of columns and bars, see
    `paperradar.ranking.COMPONENTS`. ``lanes``: in the order in which they are shown. ``encoder``: the encoder's
    card. ``coverage``: which of the window's days are complete, as `paperradar.coverage.Coverage.summary` gives it.
    ``taste``: which taste made it; ``depth``: what reading it buys (with a ``line`` in words); see docs/taste.md.
    ``settings_hash`` and ``papers_digest`` name the settings and the papers that were ranked. ``versions``:
    of paperradar and of what else can change an order. ``notes``: what readers should know; shown on the page.
    """

    edition: str
    first: dt.date
    last: dt.date
    counts: Counts
    components: Sequence[Component]
    lanes: Sequence[LaneFacts]
    topics: Sequence[TopicFacts]
    encoder: Mapping[str, Any] = field(default_factory=dict)
    coverage: Mapping[str, Any] = field(default_factory=dict)
    settings_hash: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    papers_digest: str = ""
    overridden: bool = False
    sample: bool = False
    notes: Sequence[str] = ()
    taste: Mapping[str, Any] = field(default_factory=dict)
    depth: Mapping[str, Any] = field(default_factory=dict)


def build_bundle(shortlist: Shortlist, *, facts: EditionFacts, marks: Mapping[str, Mark]) -> Bundle:
    """Put a shortlist (already cut to its length) and its facts into one plain value.

    ``marks``: by identifier, what the log says of a paper. Raises ValueError where a row's score is not the sum of its
    components, or a row has a component that the facts don't name.
    """
    return {
        "format": FORMAT,
        "edition": facts.edition,
        "sample": facts.sample,
        "window": {
            "first": facts.first.isoformat(),
            "last": facts.last.isoformat(),
            "overridden": facts.overridden,
        },
        "counts": {**asdict(facts.counts), "by_basis": dict(facts.counts.by_basis), "rows": len(shortlist.rows)},
        "components": [
            {"name": part.name, "label": part.label, "description": part.description} for part in facts.components
        ],
        "lanes": [asdict(lane) for lane in facts.lanes],
        "topics": [asdict(topic) for topic in facts.topics],
        "coverage": dict(facts.coverage),
        "encoder": dict(facts.encoder),
        "settings_hash": facts.settings_hash,
        "versions": dict(facts.versions),
        "papers_digest": facts.papers_digest,
        "taste": dict(facts.taste),
        "depth": dict(facts.depth),
        "notes": [clean_text(text) for text in facts.notes],
        "rows": [_row(row, facts.components, marks) for row in shortlist.rows],
        # Papers that would have come back but for their number are no news; the others are.
        "left_out": [_left_out(item) for item in shortlist.left_out if item.loud or item.reason != "resurfaced"],
    }


def bundle_bytes(bundle: Bundle) -> bytes:
    """The bundle as canonical JSON: sorted keys, no white space, UTF-8."""
    return json.dumps(bundle, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def bundle_id(bundle: Bundle) -> str:
    """The bundle's name: the first 12 hex digits of the SHA-256 of its canonical JSON."""
    return hashlib.sha256(bundle_bytes(bundle)).hexdigest()[:_ID_LENGTH]


def marks_of(bundle: Bundle) -> dict[str, Mark]:
    """By identifier, the marks that a bundle's sheet was written with; rows without one are not there."""
    marks = {row["identifier"]: Mark(row["decision"], row["note"], row["curator"]) for row in bundle["rows"]}
    return {identifier: mark for identifier, mark in marks.items() if mark}


def mark_keys(mark: Mark) -> Bundle:
    """The keys of a row that say what curators marked."""
    return {
        "decision": clean_text(mark.decision),
        "note": clean_text(mark.note),
        "curator": clean_text(mark.curator),
    }


def paper_keys(paper: Paper) -> Bundle:
    """The keys of a row that say what arXiv's record has of its paper, and what follows from that alone."""
    text = f"{paper.abstract} {paper.comments}"
    return {
        **_paper(paper),
        "links": {
            "abs": abs_url(paper.identifier),
            "pdf": pdf_url(paper.identifier),
            "html": html_url(paper.identifier),
        },
        "code_links": list(code_links(text)),
        "project_links": list(project_links(text)),
    }


def year_of(identifier: str, row: Mapping[str, Any]) -> str:
    """The year of a paper's first submission by its ``row`` (empty for one without), else of its identifier.

    Four digits, or empty where neither tells: of a page.
    """
    return str(row.get("submitted", ""))[:4] or (identifier_month(identifier)[:4] if is_identifier(identifier) else "")


def _row(row: Row, components: Sequence[Component], marks: Mapping[str, Mark]) -> Bundle:
    paper, mark = row.candidate.paper, marks.get(row.candidate.paper.identifier, Mark())
    parts = {part.name: int(row.components.get(part.name, 0)) for part in components}
    if not set(row.components) <= set(parts) or sum(parts.values()) != row.score:
        raise ValueError(f"{paper.identifier}: the components {dict(row.components)} do not make the score {row.score}")
    return {
        **paper_keys(paper),
        "rank": row.rank,
        "score": int(row.score),
        "components": parts,
        "topic": row.topic,
        "match": {slug: int(match) for slug, match in row.match.items()},
        "lanes": list(row.lanes),
        "lifted_by": row.lifted_by,
        "why": clean_text(row.why),
        "date": row.candidate.announced_on.isoformat(),
        "date_basis": str(row.candidate.basis),
        "story": [_member(member) for member in row.story],
        "featured": [_featured(item) for item in row.featured],
        "resurfaced": clean_text(row.candidate.resurfaced),
        "resurfaced_by": clean_text(row.candidate.by_curator),
        **mark_keys(mark),
    }


def _paper(paper: Paper) -> Bundle:
    return {
        "identifier": paper.identifier,
        "version": paper.version,
        "title": clean_text(paper.title),
        "authors": [name for author in paper.authors if (name := clean_text(author.name))],
        "categories": [clean_text(category) for category in paper.categories],
        "submitted": paper.submitted.astimezone(dt.UTC).date().isoformat() if paper.submitted else "",
        "abstract": clean_text(paper.abstract),
        "abstract_by": paper.abstract_by,
        "comments": clean_text(paper.comments),
        "journal_ref": clean_text(paper.journal_ref),
        "doi": clean_text(paper.doi),
        "reference": paper.reference,
    }


def _member(member: StoryMember) -> Bundle:
    paper = member.candidate.paper
    return {
        "identifier": paper.identifier,
        "title": clean_text(paper.title),
        "authors": [name for author in paper.authors if (name := clean_text(author.name))],
        "date": member.candidate.announced_on.isoformat(),
        "score": int(member.score),
        # In thousandths like every other number here: a float's last digit may differ between machines.
        "similarity": round(float(member.similarity) * 1000),
        "abs": abs_url(paper.identifier),
    }


def _featured(item: Featured) -> Bundle:
    return {"source": item.source, "edition": item.edition, "role": item.role, "rank": item.rank}


def _left_out(item: LeftOut) -> Bundle:
    paper = item.candidate.paper
    return {
        "identifier": paper.identifier,
        "title": clean_text(paper.title),
        "reason": item.reason,
        "loud": item.loud,
        "abs": abs_url(paper.identifier),
    }
