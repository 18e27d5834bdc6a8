"""The shortlist of an edition: marks taken back, pool, knowledge, order, files. `paperradar.ranking.rank` orders."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version

from paperradar import __version__
from paperradar.calendar import ARXIV_ZONE, Window, edition_window, parse_edition
from paperradar.coverage import Coverage
from paperradar.decisions import DecisionLog, EditionLog, Frozen, Mark
from paperradar.encoding import encoder_card
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.papers import DayBasis, text_hash
from paperradar.pipeline.coverage_view import coverage_of_store
from paperradar.pipeline.examples import AsOf
from paperradar.pipeline.knowledge import known_as_of
from paperradar.pipeline.marking import TakenMarks, keep_marks, take_marks
from paperradar.pipeline.opening import NO_PAPERS, open_store
from paperradar.pipeline.picking import chosen, picked_by_any
from paperradar.pipeline.pooling import Return, build_pool
from paperradar.pipeline.tasting import PresentTaste, present_taste
from paperradar.progress import Progress, silent
from paperradar.publishing import (
    Bundle,
    Counts,
    EditionFacts,
    LaneFacts,
    TopicFacts,
    WrittenFiles,
    build_bundle,
    edition_paths,
    read_bundle,
    render,
    with_late,
    write_edition,
)
from paperradar.ranking import COMPONENTS, Known, Pool, Row, Shortlist, lane_labels, rank
from paperradar.settings import Settings
from paperradar.topics import profile_hash
from paperradar.workspace import Workspace

# What else can change an order, by the name of its distribution.
_LIBRARIES = ("bm25s", "faiss-cpu", "numpy", "sentence-transformers", "torch")
_NAMED = 5  # identifiers in a note


@dataclass(frozen=True, slots=True)
class Made:
    """A shortlist, cut to its length, and what its files are made of.

    ``bundle`` has the rows that are shown. Where the edition is frozen they are not those of today's ``shortlist``.
    ``notes`` stand on the page as well; ``said`` is true once it is published; ``warnings`` are for whoever ran it.
    """

    edition: str
    window: Window
    shortlist: Shortlist
    bundle: Bundle
    taken: TakenMarks
    coverage: Coverage
    notes: tuple[str, ...]
    said: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The edition, its window and how many papers there were, on one line."""
        counts = self.bundle["counts"]
        return (
            f"Edition {self.edition}: {counts['in_window']:,} papers announced from {self.window.first} to"
            f" {self.window.last}, {counts['rows']:,} of {counts['ranked']:,} rows"
        )

    @property
    def depth(self) -> str:
        """What reading the list buys, in one line; empty where too little was measured to tell."""
        return str(self.bundle.get("depth", {}).get("line", ""))


def make_shortlist(
    workspace: Workspace,
    edition: str,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    rows: int | None = None,
    sample: bool = False,
    today: dt.date | None = None,
    progress: Progress = silent,
) -> Made:
    """Rank an edition's window, with the marks in the edition's present CSVs.

    ``since`` and ``until`` override the window's ends. ``today`` (America/New_York): the day up to which coverage is
    looked at, for a window that is not over (None: it is). ``rows``: how many are kept (None: all); those that somebody
    marked or voted on stay beyond that, at their rank. A frozen edition keeps the rows it has, unless other days are
    asked for. Writes nothing but vectors that the store lacks. Raises UsageError for a wrong edition or window,
    NotFoundError where the window holds no paper.
    """
    settings = workspace.settings
    edition = parse_edition(edition)
    own = edition_window(edition, settings.edition)
    window = Window(since or own.first, until or own.last)
    if window.first > window.last:
        raise UsageError(f"the window ends on {window.last}, before {window.first}; check --since and --until")
    taken = take_marks(workspace, edition)
    marks = taken.marks
    log = DecisionLog(workspace.decisions, settings.edition)
    returns = {key: Return(said.why, said.curator) for key, said in log.resurfaced(edition).items()}
    said_of = EditionLog(workspace.decisions, edition, settings.edition).replay()
    # Without the log's marks: those of ``taken`` are newer.
    ballots = said_of.ballots(marks=False)
    voted = {key for votes in ballots.values() for key in votes} - said_of.added().keys()

    store = open_store(workspace)
    with store.reading() as session:
        days = session.announced_days()
    if days is None:
        raise NotFoundError(NO_PAPERS)
    pool = build_pool(store, settings, window=window, returns=returns, progress=progress)
    if not any(candidate.announced_on in window for candidate in pool.candidates):
        raise NotFoundError(
            f"the store holds no paper in scope announced from {window.first} to {window.last}"
            f" (it holds {days[0]} to {days[1]}); import that time, or choose another with --month, --since, --until"
        )
    rule = AsOf("window", own.first, own.last, settings.edition.featured_sources, edition)
    present = present_taste(workspace, rule)
    known = known_as_of(workspace, store, rule=rule, taste=present.taste, today=today, progress=progress)
    known = replace(known, chosen=chosen(marks) | picked_by_any(ballots))
    ranked = rank(pool, known, settings.ranking)
    shortlist = Shortlist(_cut(ranked.rows, rows, {*marks, *voted}), ranked.left_out)
    notes = (*_notes(window, days, sample), *present.notes)
    covered = coverage_of_store(workspace, window.first, window.last, today=today or dt.date.max)
    facts = _facts(workspace, edition, window, pool, known, ranked, covered, sample, notes, present)
    bundle = build_bundle(shortlist, facts=replace(facts, overridden=window != own), marks=marks)
    warnings = list(taken.warnings)
    if window == own and (said := log.frozen(edition)):
        bundle, more = _frozen(workspace, bundle, said, marks, voted, pool)
        warnings += more
    return Made(
        edition=edition,
        window=window,
        shortlist=shortlist,
        bundle=bundle,
        taken=taken,
        coverage=covered,
        notes=tuple(bundle["notes"]),
        said=taken.notes,
        warnings=(*warnings, *_warnings(ranked, marks, voted, returns, {row["identifier"] for row in bundle["rows"]})),
    )


def publish_shortlist(workspace: Workspace, made: Made, *, clock: Callable[[], dt.datetime]) -> WrittenFiles:
    """Take the marks that were found into the decisions log, then write the edition's files.

    See `paperradar.publishing.write_edition`.
    """
    keep_marks(workspace, made.edition, made.taken, at=clock())
    return write_edition(workspace.shortlists, made.bundle, taken=made.taken.sheets)


def render_shortlist(made: Made, kind: str) -> bytes:
    """The shortlist as ``csv``, ``json`` or ``html``."""
    return render(made.bundle, kind)


def _cut(rows: Sequence[Row], most: int | None, wanted: Collection[str]) -> tuple[Row, ...]:
    """The first rows; a row that somebody marked or voted on stays wherever it stands now."""
    if most is None:
        return tuple(rows)
    return tuple(row for row in rows if row.rank <= most or row.candidate.paper.identifier in wanted)


def _frozen(
    workspace: Workspace,
    current: Bundle,
    said: Frozen,
    marks: Mapping[str, Mark],
    voted: Collection[str],
    pool: Pool,
) -> tuple[Bundle, list[str]]:
    """The list as it was frozen, with what came later; and what to tell. Today's list where the frozen one is lost."""
    path = edition_paths(workspace.shortlists, current["edition"]).bundle(said.bundle)
    frozen_on = said.at.astimezone(ARXIV_ZONE).date()
    try:
        frozen = read_bundle(path)
    except InputError:
        return current, [
            f"the list was frozen on {frozen_on}, but {path} is lost or damaged, so this one is made as if it were not"
            " frozen; restore that file from a backup"
        ]
    papers = {candidate.paper.identifier: candidate.paper for candidate in pool.candidates}
    bundle = with_late(frozen, current, frozen_on=frozen_on, marks=marks, voted=voted, papers=papers)
    return bundle, [
        f"{row['identifier']} was {'marked' if row['identifier'] in marks else 'voted on'} and is withdrawn by its"
        " authors or arXiv; its row stays, the list is frozen"
        for row in bundle["rows"]
        if row.get("withdrawn") and row["identifier"] in {*marks, *voted}
    ]


def _facts(
    workspace: Workspace,
    edition: str,
    window: Window,
    pool: Pool,
    known: Known,
    ranked: Shortlist,
    covered: Coverage,
    sample: bool,
    notes: Sequence[str],
    present: PresentTaste,
) -> EditionFacts:
    inside = [candidate for candidate in pool.candidates if candidate.announced_on in window]
    left_out = [item for item in ranked.left_out if item.candidate.announced_on in window]
    by_lane = {lane: sum(lane in row.lanes for row in ranked.rows) for lane in lane_labels(known)}
    return EditionFacts(
        edition=edition,
        first=window.first,
        last=window.last,
        counts=Counts(
            in_window=len(inside),
            by_basis={str(basis): sum(candidate.basis is basis for candidate in inside) for basis in DayBasis},
            without_vectors=len(pool.candidates) - int(pool.vectors.any(axis=1).sum()),
            withdrawn=sum(item.reason == "withdrawn" for item in left_out),
            featured=sum(item.reason == "featured" for item in left_out),
            ranked=len(ranked.rows),
            older=pool.older,
        ),
        components=COMPONENTS,
        lanes=[LaneFacts(lane, label, by_lane[lane]) for lane, label in lane_labels(known).items()],
        topics=[TopicFacts(topic.slug, topic.name, profile_hash(topic)) for topic in workspace.topics],
        coverage=covered.summary(),
        encoder=encoder_card(workspace.settings.encoder).as_dict(),
        settings_hash=_settings_hash(workspace.settings),
        versions=_versions(),
        papers_digest=_papers_digest(pool),
        sample=sample,
        notes=notes,
        taste=present.facts,
        depth=present.depth,
    )


def _notes(window: Window, days: tuple[dt.date, dt.date], sample: bool) -> tuple[str, ...]:
    """What readers of the list should know."""
    if sample:
        return (
            "This is the bundled sample, far smaller than a real month. Every abstract is paperradar's own description,"
            " not the authors' text.",
        )
    notes = []
    if days[0] > window.first:
        notes.append(f"The store begins with {days[0]}; nothing announced before that day is on this list.")
    if days[1] < window.last:
        notes.append(f"The store ends with {days[1]}; nothing announced after that day is on this list yet.")
    return tuple(notes)


def _warnings(
    ranked: Shortlist,
    marks: Collection[str],
    voted: Collection[str],
    returns: Collection[str],
    shown: Collection[str],
) -> list[str]:
    """Papers that people decided about and that have no row, and why."""
    leads = {*shown, *(row.candidate.paper.identifier for row in ranked.rows)}
    folded = {
        member.candidate.paper.identifier: row.candidate.paper.identifier for row in ranked.rows for member in row.story
    }
    left_out = {item.candidate.paper.identifier: item for item in ranked.left_out}
    warnings = []
    lost = []
    for identifier in sorted({*marks, *voted, *returns, *(key for key, item in left_out.items() if item.loud)}):
        if identifier in leads:
            continue
        kinds = {"marked": marks, "voted on": voted, "asked back": returns}
        what = next((what for what, ids in kinds.items() if identifier in ids), "in an earlier edition")
        if identifier in left_out:
            warnings.append(f"{identifier} was {what} and is left out: {_REASONS[left_out[identifier].reason]}")
        elif identifier in folded:
            warnings.append(f"{identifier} was {what} and is folded into the row of {folded[identifier]} now")
        else:
            lost.append(identifier)
    if lost:
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        warnings.append(
            f"marked, voted on or asked back, but not among the papers of the window: {', '.join(lost[:_NAMED])}{more}"
        )
    return warnings


_REASONS = {
    "withdrawn": "its authors or arXiv withdrew it",
    "featured": "an earlier edition has it as an entry (paperradar resurface brings it back)",
    "resurfaced": "more papers came back than ranking.lanes.resurfaced_most admits",
}


def _settings_hash(settings: Settings) -> str:
    """Names the settings that can change an order: places, waiting, the asking of arXiv and publishing cannot."""
    said = settings.model_dump(
        mode="json",
        exclude={"paths": True, "store": True, "fetch": True, "publishing": True, "edition": {"freezes_on_day"}},
    )
    return text_hash(json.dumps(said, sort_keys=True, ensure_ascii=False))


def _papers_digest(pool: Pool) -> str:
    """Names the candidates: everything about a paper that can change an order, and how new it looked."""
    novelty = [float("nan")] * len(pool.candidates) if pool.novelty is None else pool.novelty.tolist()
    return text_hash(
        *(
            f"{c.paper.identifier} {c.paper.version} {c.paper.text_hash} {c.announced_on} {c.basis} {c.resurfaced}"
            f" {' '.join(c.paper.categories)} {c.paper.comments} {c.paper.withdrawn} {new:.3f}"
            for c, new in zip(pool.candidates, novelty, strict=True)
        )
    )


def _versions() -> dict[str, str]:
    versions = {"paperradar": __version__}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return versions
