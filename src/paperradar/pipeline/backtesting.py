"""The backtest: how high the method and the baselines have the papers that people picked.

Each pool is ranked as it would have been then, by the functions that make a shortlist: `build_pool`, `known_as_of` and
`rank`. What people decided about the tested edition itself never takes part: neither marks on its sheet nor papers that
curators asked back. See docs/evaluation.md.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from paperradar.calendar import Window, edition_window, identifier_days, parse_edition
from paperradar.decisions import Pick, decided_on
from paperradar.encoding import encoder_card
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.evaluation import (
    BASELINES,
    DEPTHS,
    METHOD,
    RESAMPLES,
    BacktestReport,
    Baseline,
    FoundPick,
    Labels,
    MeasuredEdition,
    judge,
    run_of,
    unite,
)
from paperradar.evaluation.baselines import SEED
from paperradar.papers import Paper, identifier_month
from paperradar.pipeline.examples import AsOf, PoolKind
from paperradar.pipeline.knowledge import known_as_of, pool_as_of, topics_as_of
from paperradar.pipeline.measured import MeasuredBefore, digest_of
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.picking import known_picks
from paperradar.pipeline.pooling import build_pool
from paperradar.progress import Progress, silent
from paperradar.ranking import COMPONENTS, Known, Pool, Shortlist, rank
from paperradar.settings import EditionSettings, RankingSettings
from paperradar.store import Store
from paperradar.workspace import Workspace

# A pick's row is compared with the median of the method's first rows.
_TYPICAL_ROWS = 100
_REMEDY = "import them with: paperradar picks import FILE"


@dataclass(frozen=True, slots=True)
class Part:
    """One pool to measure: its name (an edition, a month, or FROM..TO), its rule, and the picks to find in it.

    ``picks`` may hold later ones of papers outside the pool; `_labels` takes those that count.
    """

    name: str
    rule: AsOf
    picks: tuple[Pick, ...]


def backtest(
    workspace: Workspace,
    *,
    sources: Sequence[str],
    editions: Sequence[str] = (),
    pool: PoolKind = "window",
    days: Sequence[Window] = (),
    extra: Sequence[Paper] = (),
    titles_only: bool = False,
    today: dt.date | None = None,
    baselines: bool = True,
    fresh: bool = False,
    progress: Progress = silent,
) -> BacktestReport:
    """Rank each pool and find the sources' picks in it.

    ``window``: the edition's window of announcement days and the picks of that edition. ``id-month``: the papers
    whose identifier is of that month, and every pick of such a paper, whatever the edition. ``days``: each range is a
    pool of the papers announced in it; sought are the picks of those papers and, as outside, other papers picked in
    these days; ``editions`` keep only picks of these months, weeks, days or years, or decided in them.

    A pick that was decided before the pool's first day is known, not sought. Main entries (roles ``top10`` and
    ``pick``) of all sources are united by identifier. ``extra`` papers (of pool files) take part like stored ones.
    With ``titles_only`` everything but title and day is blank. ``today`` as for `known_picks`. Without ``baselines``
    the method is measured alone, and the report can neither compare it nor be told as a whole. A pool that was measured
    before, with nothing changed that it depends on, is not measured again but with ``fresh``. Raises UsageError for a
    wrong edition, NotFoundError where there are no picks, or no papers in any pool.
    """
    sought = tuple(dict.fromkeys(sources))
    picks = _picks_of(known_picks(workspace, today=today), sought)
    parts = (
        _parts_of_days(picks, sought, list(dict.fromkeys(days)), editions)
        if pool == "days"
        else _parts_of_editions(workspace, picks, sought, editions, pool)
    )
    store = open_store(workspace)
    before = MeasuredBefore(workspace, store, fresh=fresh)
    options = {"titles_only": titles_only, "baselines": baselines}
    # What `today` decides is in the parts: the picks.
    call = {"extra": digest_of(extra), **options}
    tested = []
    with progress("backtest", len(parts), unit="pools") as advance:
        for part in parts:
            measure_it = partial(_measure_part, workspace, store, part, extra, **options, progress=progress)
            tested.append(before.measured((part, call), measure_it))
            advance(1)
    if not any(item.candidates for item in tested):
        raise NotFoundError(
            "there are no papers of these days; import some with: paperradar import FILE, or give --pool-file FILE"
        )
    if not any(item.entries.total or item.mentions.total for item in tested):
        raise NotFoundError(f"no pick of {', '.join(sought)} is of these days; {_REMEDY}")
    protocol = _protocol(workspace, sought, tested, pool) | {"titles_only": titles_only, "pool_file_papers": len(extra)}
    return BacktestReport(tuple(tested), protocol, before.reused)


def _measure_part(
    workspace: Workspace,
    store: Store,
    part: Part,
    extra: Sequence[Paper],
    *,
    titles_only: bool,
    baselines: bool,
    progress: Progress,
) -> MeasuredEdition:
    rule, settings = part.rule, workspace.settings
    candidates = build_pool(
        store,
        settings,
        window=Window(rule.first, rule.last) if rule.kind == "window" else None,
        month=part.name if rule.kind == "id-month" else None,
        days=Window(rule.first, rule.last) if rule.kind == "days" else None,
        extra=extra,
        titles_only=titles_only,
        progress=progress,
    )
    # A seed paper of these days may have become one because of the picks that are to be found.
    then = replace(workspace, topics=topics_as_of(workspace.topics, rule.first - dt.timedelta(days=1)))
    started = time.perf_counter()
    known = known_as_of(then, store, rule=rule, extra=extra, titles_only=titles_only, progress=progress)
    seconds = time.perf_counter() - started
    there = {candidate.paper.identifier for candidate in candidates.candidates}
    measured = measure(
        pool_as_of(candidates, rule.last),
        known,
        settings.ranking,
        _labels(part, there),
        part.name,
        Window(rule.first, rule.last),
        baselines=BASELINES if baselines else {},
    )
    return replace(measured, seconds={"known": seconds, **measured.seconds})


def measure(
    pool: Pool,
    known: Known,
    settings: RankingSettings,
    labels: Labels,
    edition: str,
    window: Window,
    *,
    baselines: Mapping[str, Baseline] = BASELINES,
) -> MeasuredEdition:
    """Rank one pool by the method and by each baseline; ``window`` is only reported. Pure but for the stop-watch."""
    # Marks on the tested edition's own sheet are what is to be found.
    fair = replace(known, chosen=frozenset())
    started = time.perf_counter()
    shortlist = rank(pool, fair, settings)
    seconds = {METHOD: time.perf_counter() - started}
    # Older papers that came back in vain take no part; the baselines must not be made to rank thousands of them.
    vain = {item.candidate.paper.identifier for item in shortlist.left_out if item.reason == "resurfaced"}
    identifiers = {candidate.paper.identifier for candidate in pool.candidates} - vain
    runs: dict[str, Sequence[str | tuple[str, ...]]] = {METHOD: run_of(shortlist)}
    chosen: dict[str, Mapping[str, object]] = {}
    fair_pool = pool.only(identifiers)
    for name, baseline in baselines.items():
        started = time.perf_counter()
        ordered = baseline(fair_pool, fair)
        seconds[name] = time.perf_counter() - started
        runs[name] = ordered.identifiers
        if ordered.setting:
            chosen[name] = ordered.setting
    entries, mentions = judge(labels.entries, identifiers), judge(labels.mentions, identifiers)
    return MeasuredEdition(
        edition=edition,
        first=window.first,
        last=window.last,
        as_of=known.as_of,
        candidates=len(identifiers),
        entries=entries,
        mentions=mentions,
        runs=runs,
        settings=chosen,
        seconds=seconds,
        found=_found(shortlist, entries.present, mentions.present),
        typical=_typical(shortlist),
        learnt=_learnt(known),
    )


def _found(shortlist: Shortlist, entries: Collection[str], mentions: Collection[str]) -> tuple[FoundPick, ...]:
    """The picks in the pool with their rows: entries before mentions, each by rank, those left out last."""
    wanted = {*entries, *mentions}
    found = [
        FoundPick(
            identifier=candidate.paper.identifier,
            title=candidate.paper.title,
            mention=candidate.paper.identifier in mentions,
            rank=row.rank,
            row=row.candidate.paper.identifier,
            components=dict(row.components),
            why=row.why,
        )
        for row in shortlist.rows
        for candidate in (row.candidate, *(member.candidate for member in row.story))
        if candidate.paper.identifier in wanted
    ]
    for item in shortlist.left_out:
        if (identifier := item.candidate.paper.identifier) in wanted:
            title, reason = item.candidate.paper.title, f"left out: {item.reason}"
            found.append(FoundPick(identifier, title, identifier in mentions, None, identifier, {}, reason))
    return tuple(sorted(found, key=lambda pick: pick.mention))


def _typical(shortlist: Shortlist) -> dict[str, float]:
    """By component, the median of the first rows."""
    rows = shortlist.rows[:_TYPICAL_ROWS]
    return {
        item.name: float(statistics.median(row.components[item.name] for row in rows)) for item in COMPONENTS if rows
    }


def _learnt(known: Known) -> dict[str, object]:
    """From how much the order was learnt."""
    examples = known.examples
    days = [pick.decided_on for picks in examples.picks for pick in picks]
    return {
        "picked_papers": len(examples.picked_by()),
        "of_the_sources": len(examples.picked_by(known.sources)),
        "ordinary_papers": len(examples.ordinary()),
        "latest_decision": max(days).isoformat() if days else None,
    }


def _picks_of(picks: Sequence[Pick], sources: Sequence[str]) -> tuple[Pick, ...]:
    """The picks of the sources. Raises NotFoundError for a source without any."""
    for source in sources:
        if not any(pick.source == source for pick in picks):
            there = ", ".join(sorted({pick.source for pick in picks})) or "none"
            raise NotFoundError(f"no pick of {source!r} is known (there are: {there}); {_REMEDY}")
    return tuple(pick for pick in picks if pick.source in sources)


def _parts_of_editions(
    workspace: Workspace, picks: Sequence[Pick], sources: tuple[str, ...], editions: Sequence[str], pool: PoolKind
) -> list[Part]:
    """A part for each edition or month. Raises UsageError, and NotFoundError for one without a pick."""
    parts = []
    for edition in dict.fromkeys(parse_edition(edition) for edition in editions):
        if pool == "window":
            window = edition_window(edition, workspace.settings.edition)
            rule = AsOf(pool, window.first, window.last, sources, edition)
            found = tuple(pick for pick in picks if pick.edition == edition)
        else:
            # New identifiers of a month are announced until the next one's first days.
            first, last = dt.date.fromisoformat(f"{edition}-01"), identifier_days(edition).last
            rule = AsOf(pool, first, last, sources)
            found = tuple(pick for pick in picks if identifier_month(pick.identifier) == edition)
        if not found:
            what = "for the edition" if pool == "window" else "with an identifier of the month"
            raise NotFoundError(f"no pick of {', '.join(sources)} is known {what} {edition}; {_REMEDY}")
        parts.append(Part(edition, rule, found))
    if not parts:
        raise UsageError(f"a pool of the kind {pool} needs an edition")
    return parts


def _parts_of_days(
    picks: Sequence[Pick], sources: tuple[str, ...], days: Sequence[Window], editions: Sequence[str]
) -> list[Part]:
    """A part for each range of days."""
    if not days:
        raise UsageError("a pool of days needs its days")
    for edition in editions:
        try:
            decided_on(edition, EditionSettings())
        except InputError as error:
            raise UsageError(str(error)) from error
    wanted = tuple(pick for pick in picks if not editions or not _names(pick).isdisjoint(editions))
    return [Part(f"{span.first}..{span.last}", AsOf("days", span.first, span.last, sources), wanted) for span in days]


def _names(pick: Pick) -> set[str]:
    """The pick's edition, and the day, week, month and year in which it was decided, as editions are named."""
    day = pick.decided_on
    year, week, _ = day.isocalendar()
    return {pick.edition, day.isoformat(), f"{year}-W{week:02}", f"{day:%Y-%m}", f"{day:%Y}"}


def _labels(part: Part, pool: Collection[str]) -> Labels:
    """The papers to find: a pick that was decided before the pool's first day is known, and none of them.

    In a pool of days, a pick of a paper outside is one of these days only if it was decided in them.
    """
    rule = part.rule

    def counts(pick: Pick) -> bool:
        if pick.decided_on < rule.first:
            return False
        return rule.kind != "days" or pick.decided_on <= rule.last or pick.identifier in pool

    return unite(pick for pick in part.picks if counts(pick))


def _protocol(
    workspace: Workspace, sources: Sequence[str], tested: Sequence[MeasuredEdition], pool: PoolKind
) -> dict[str, object]:
    return {
        "pool": pool,
        "sources": list(sources),
        "depths": list(DEPTHS),
        "seed": SEED,
        "resamples": RESAMPLES,
        "encoder": encoder_card(workspace.settings.encoder).fingerprint,
        "topics": [profile.slug for profile in workspace.topics],
        "editions": {
            item.edition: {
                "first": item.first.isoformat(),
                "last": item.last.isoformat(),
                "as_of": item.as_of.isoformat(),
                "learnt": dict(item.learnt),
                "settings": {name: dict(setting) for name, setting in item.settings.items()},
                "outside": list(item.entries.outside),
                "mentions_outside": list(item.mentions.outside),
            }
            for item in tested
        },
    }
