"""What an issue says, as plain values that templates print: built of an edition's bundle, votes and places alone.

Nothing here is invented. What only people can write is left empty, and a template marks the place; beside it stand the
curators' own words and facts of arXiv's record. Pure; texts are cleaned, and not escaped: that is the template's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from paperradar.decisions import Ballot, Place, State, Vote
from paperradar.papers import clean_text, is_identifier
from paperradar.papers.links import html_url, is_web_address, pdf_url
from paperradar.publishing.bundle import Bundle, year_of
from paperradar.publishing.days import month_words, span_words
from paperradar.publishing.issue_facts import facts_of
from paperradar.publishing.issue_plots import Trend, plots_of
from paperradar.publishing.issue_values import Entry, Issue, Item, Link, Note, Reference, Related, Statistic
from paperradar.publishing.news import NewsItem
from paperradar.settings import PublishingSettings


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paper or page of the issue, as an edition knows it. ``row``: the bundle's row, None for what has none.

    ``source``: whose page it is, for what was brought in; ``ballots``: by curator.
    """

    place: Place
    title: str
    authors: tuple[str, ...]
    url: str
    row: Mapping[str, Any] | None = None
    source: str = ""
    ballots: Mapping[str, Ballot] | None = None


@dataclass(frozen=True, slots=True)
class Voting:
    """How an edition was voted on: who took part, votes, papers that anybody picked, and what was brought in."""

    curators: tuple[str, ...] = ()
    votes: int = 0
    picked: int = 0
    added: int = 0


def issue_of(
    bundle: Bundle,
    chosen: Sequence[Chosen],
    *,
    state: State,
    decided: bool,
    title: str = PublishingSettings().title,
    voting: Voting | None = None,
    news: Sequence[NewsItem] = (),
    trend: Trend | None = None,
    notes: Sequence[str] = (),
) -> Issue:
    """Build an issue.

    ``bundle``: the list that was voted on. ``chosen``: what stands in the issue, in any order. ``title``: its
    name. ``trend``: papers by
    month where they are known; without it those plots are left out and a warning says so. ``notes``: more warnings.
    """
    voting = voting or Voting()
    ordered = sorted(chosen, key=lambda one: (one.place.rank is None, one.place.rank or 0, one.place.identifier))
    top = [one for one in ordered if one.place.role == "top10"]
    beside = [one for one in ordered if one.place.role == "mention"]
    references = _References()
    entries = _entries(top, _near(top, beside, bundle), voting, references)
    mentions = tuple(_item(one, voting, references) for one in beside)
    topics = _topics(top, bundle)
    month = month_words(bundle["edition"])
    window = span_words(bundle["window"]["first"], bundle["window"]["last"])
    return Issue(
        edition=bundle["edition"],
        month=month,
        title=f"{clean_text(title)}: {month}",
        state=str(state),
        decided=decided,
        teaser=_teaser(len(top), bundle, voting, topics, window),
        window=window,
        topics=topics,
        warnings=(*_warnings(bundle, top, ordered, state=state, decided=decided, trend=trend), *notes),
        news=tuple(news),
        entries=entries,
        mentions=mentions,
        references=references.all(),
        statistics=_statistics(bundle, voting),
        plots=plots_of(bundle, [(one.title, _picks(one)) for one in ordered], trend),
        coverage=_sentence(bundle.get("coverage", {}).get("line", "")),
    )


class _References:
    """The list of references as it grows: a work has one number, however often it is named."""

    def __init__(self) -> None:
        self._found: dict[str, Reference] = {}

    def of(self, one: Chosen) -> Reference:
        """The reference of what stands in the issue."""
        key = one.place.identifier
        paper = is_identifier(key)
        return self._put(
            key,
            title=one.title or (f"arXiv:{key}" if paper else one.url),
            authors=one.authors,
            year=year_of(key, one.row or {}),
            url=one.url,
            source=f"arXiv:{key}" if paper else one.source,
        )

    def of_member(self, member: Mapping[str, Any]) -> Reference:
        """The reference of a near-duplicate, as a row of the bundle has it."""
        return self._put(
            member["identifier"],
            title=member["title"],
            authors=member["authors"],
            year=year_of(member["identifier"], {}),
            url=member["abs"],
            source=f"arXiv:{member['identifier']}",
        )

    def all(self) -> tuple[Reference, ...]:
        """All that were named, in the order of their first mention."""
        return tuple(self._found.values())

    def _put(self, key: str, *, title: str, authors: Iterable[str], year: str, url: str, source: str) -> Reference:
        if key not in self._found:
            names = tuple(name for author in authors if (name := clean_text(author)))
            address = url if is_web_address(url) else ""
            self._found[key] = Reference(
                len(self._found) + 1, names, clean_text(title), year, address, clean_text(source)
            )
        return self._found[key]


def _entries(
    top: Sequence[Chosen], near: Mapping[str, Sequence[tuple[Chosen, str]]], voting: Voting, references: _References
) -> tuple[Entry, ...]:
    """By rank; what has none yet follows, each by itself."""
    ranked = [one for one in top if one.place.rank is not None]
    groups = [(int(rank or 0), list(ones)) for rank, ones in groupby(ranked, key=lambda one: one.place.rank)]
    last = groups[-1][0] if groups else 0
    unranked = [one for one in top if one.place.rank is None]
    groups += [(last + number, [one]) for number, one in enumerate(unranked, start=1)]
    made = []
    for rank, ones in groups:
        for one in ones:  # the works themselves are numbered before what stands beside them
            references.of(one)
        items = tuple(
            _item(one, voting, references, _related(one, near.get(one.place.identifier, ()), references))
            for one in ones
        )
        name = next((one.place.group for one in ones if one.place.group), "")
        made.append(Entry(rank, clean_text(name), items))
    return tuple(made)


def _item(one: Chosen, voting: Voting, references: _References, related: tuple[Related, ...] = ()) -> Item:
    row, ballots = one.row or {}, one.ballots or {}
    named = references.of(one)
    return Item(
        identifier=one.place.identifier if is_identifier(one.place.identifier) else "",
        title=named.title,
        url=named.url,
        authors=named.authors,
        source=named.source,
        year=named.year,
        links=_links(row, one.place.identifier),
        why=clean_text(one.place.why),
        notes=_notes(ballots),
        facts=facts_of(row, ballots, len(voting.curators)),
        abstract=clean_text(row.get("abstract", "")),
        related=related,
        reference=named.number,
    )


def _links(row: Mapping[str, Any], identifier: str) -> tuple[Link, ...]:
    paper = is_identifier(identifier)
    found = [
        *([("PDF", pdf_url(identifier)), ("HTML", html_url(identifier))] if paper else ()),
        *(("Code", address) for address in row.get("code_links", ())),
        *(("Project", address) for address in row.get("project_links", ())),
    ]
    return tuple(Link(label, address) for label, address in found if is_web_address(address))


def _notes(ballots: Mapping[str, Ballot]) -> tuple[Note, ...]:
    notes = [
        Note(clean_text(curator), ballot.vote or "", text)
        for curator, ballot in sorted(ballots.items())
        if (text := clean_text(ballot.note))
    ]
    return tuple(sorted(notes, key=lambda note: note.vote != Vote.PICK))


def _related(one: Chosen, near: Sequence[tuple[Chosen, str]], references: _References) -> tuple[Related, ...]:
    """The near-duplicates that the list folded into the row, then these mentions."""
    found = []
    for member in (one.row or {}).get("story", ()):
        named, how = references.of_member(member), f"near-duplicate, cosine {member['similarity'] / 1000:.2f}"
        found.append(Related(named.title, named.url, how, named.number))
    for other, topic in near:
        named, how = references.of(other), f"mentioned this month, on {topic} too"
        found.append(Related(named.title, named.url, how, named.number))
    return tuple(found)


def _near(top: Sequence[Chosen], beside: Sequence[Chosen], bundle: Bundle) -> dict[str, list[tuple[Chosen, str]]]:
    """By identifier of an entry, the mentions to name beside it, each with the topic that they share.

    A mention stands beside one entry only: of those that share a topic with it, the one whose matches with all profiles
    are most like its own.
    """
    names = {topic["slug"]: clean_text(topic["name"]) for topic in bundle["topics"]}
    found = defaultdict(list)
    for other in beside:
        shared = [(one, slug) for one in top for slug in names if slug in _lanes(one) and slug in _lanes(other)]
        if shared:
            one, slug = min(shared, key=lambda pair: _distance(pair[0], other))
            found[one.place.identifier].append((other, names[slug]))
    return found


def _lanes(one: Chosen) -> Sequence[str]:
    return one.row["lanes"] if one.row else ()


def _distance(one: Chosen, other: Chosen) -> int:
    """How far the matches of two rows with the profiles lie apart, in thousandths."""
    first, second = ((row or {}).get("match", {}) for row in (one.row, other.row))
    return sum(abs(first.get(slug, 0) - second.get(slug, 0)) for slug in {*first, *second})


def _topics(top: Sequence[Chosen], bundle: Bundle) -> tuple[str, ...]:
    names = {topic["slug"]: clean_text(topic["name"]) for topic in bundle["topics"]}
    count = Counter(names[slug] for one in top for slug in _lanes(one) if slug in names)
    return tuple(name for name, _ in count.most_common())


def _teaser(works: int, bundle: Bundle, voting: Voting, topics: Sequence[str], window: str) -> str:
    ranked = f"From {window}, {_many(bundle['counts']['ranked'], 'paper')} of arXiv's were ranked"
    voted = f", and {_many(len(voting.curators), 'curator')} voted" if voting.curators else ""
    about = f" Topics: {', '.join(topics)}." if topics else ""
    return f"{_many(works, 'work')}. {ranked}{voted}.{about}"


def _warnings(
    bundle: Bundle,
    top: Sequence[Chosen],
    ordered: Sequence[Chosen],
    *,
    state: State,
    decided: bool,
    trend: Trend | None,
) -> tuple[str, ...]:
    found = ["Notes, votes and ranks are for whoever finishes this; take out what readers need not see."]
    if not decided:
        found.insert(0, f"DRAFT: edition {bundle['edition']} is {state} and not decided; its entries may still change.")
    if bundle["sample"]:
        found.append("SAMPLE: made from the papers that ship with paperradar.")
    if unranked := sum(one.place.rank is None for one in top):
        found.append(f"Without a rank yet, and therefore last: {_many(unranked, 'work')}.")
    ranks = {one.place.rank for one in top if one.place.rank is not None}
    if missing := sorted(set(range(1, max(ranks, default=0))) - ranks):
        found.append(f"No entry has rank {', '.join(map(str, missing))}.")
    found += [
        f"Withdrawn on arXiv: {clean_text(one.title)} ({one.place.identifier})."
        for one in ordered
        if (one.row or {}).get("withdrawn")
    ]
    if trend is None:
        found.append("Plots by month are left out: their numbers are made where paperradar desk starts.")
    return tuple(found)


def _statistics(bundle: Bundle, voting: Voting) -> tuple[Statistic, ...]:
    counts = bundle["counts"]
    found = (
        ("Papers announced in the window", counts["in_window"]),
        ("Papers ranked", counts["ranked"]),
        ("Papers on the list", counts["rows"]),
        ("Left out as withdrawn", counts["withdrawn"]),
        ("Left out as featured before", counts["featured"]),
        ("Brought in by curators", voting.added),
        ("Curators who voted", len(voting.curators)),
        ("Votes", voting.votes),
        ("Papers and pages that somebody picked", voting.picked),
    )
    return tuple(Statistic(label, int(value)) for label, value in found)


def _sentence(text: str) -> str:
    cleaned = clean_text(text)
    return cleaned[:1].upper() + cleaned[1:]


def _picks(one: Chosen) -> int:
    return sum(ballot.vote is Vote.PICK for ballot in (one.ballots or {}).values())


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
