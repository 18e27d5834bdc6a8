"""Learn the prior that ships with paperradar, ``src/paperradar/data/prior.npz``, from public lists of picks.

``make prior`` runs it. It reads what lies in a folder of data: lists of picks (``picks/*.csv``), snapshots
(``snapshot/*.jsonl.gz``) and titles (``titles-*.csv.gz``). Papers and vectors are kept in a workspace of its own, so a
second run encodes nothing. The same data gives the same bytes. docs/taste.md says what the file holds and why.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from paperradar.calendar import edition_window, estimate_announcement_day
from paperradar.decisions import Pick, read_picks
from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError
from paperradar.files import write_atomically
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.papers import Paper, identifier_month, identifier_order
from paperradar.pipeline.features import features_of
from paperradar.pipeline.importing import import_snapshot
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.pool_files import read_pool_files
from paperradar.pipeline.pooling import build_pool, in_scope, title_alone
from paperradar.progress import Progress, progress
from paperradar.ranking import Examples, Known, PastPick, Taste, rank
from paperradar.settings import EditionSettings, Settings, TasteSettings
from paperradar.store import Store
from paperradar.taste import learn
from paperradar.taste.keeping import taste_bytes
from paperradar.taste.prior import PRIOR_FILE, PRIOR_VIEWS
from paperradar.workspace import init_workspace, read_workspace

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "src" / "paperradar" / "data" / PRIOR_FILE
# Nothing that was decided later is learnt from.
UNTIL = dt.date(2025, 5, 31)
# The editions of the bundled sample: their papers are neither picks nor ordinary papers here.
LEFT_OUT = (("zeta-alpha", "2022-03"), ("zeta-alpha", "2022-05"))
# Months whose listings the snapshots have nearly whole. Papers of others are learnt from by title alone, and ordinary
# ones only where there is a list of titles. Leaving out the picks of other months made the prior worse.
WHOLE_MONTHS = ("2021-05", "2021-06", "2021-07", "2021-08", "2025-03", "2025-04", "2025-05")
# For each pick so many ordinary papers of the same month, where they are known: else years would be told apart.
PER_PICK = 8
MOST_TERMS = 5_000
LARGEST = 300_000  # bytes of the file


@dataclass(frozen=True, slots=True)
class Material:
    """The papers to learn from, by identifier, with their announcement days; who picked which; whom never to use."""

    papers: Mapping[str, tuple[Paper, dt.date]]
    picks: Mapping[str, tuple[PastPick, ...]]
    barred: frozenset[str]


def gather(store: Store, settings: Settings, picks: Sequence[Pick], titles: Sequence[Paper]) -> Material:
    """The papers that can be used, and the picks among them."""
    listed = [Paper(pick.identifier, pick.title) for pick in picks if pick.title]
    papers: dict[str, tuple[Paper, dt.date]] = {}
    for paper in (*listed, *titles):
        if identifier_month(paper.identifier) not in WHOLE_MONTHS:
            papers[paper.identifier] = title_alone(paper), estimate_announcement_day(paper)[0]
    with store.reading() as session:
        span = session.announced_days()
        stored = session.papers_announced(*span) if span else []
    for item in stored:
        month = identifier_month(item.paper.identifier)
        if month in WHOLE_MONTHS and not item.paper.withdrawn and in_scope(item.paper, settings.categories):
            papers[item.paper.identifier] = item.paper, item.announced_on
    left_out = {pick.identifier for pick in picks if (pick.source, pick.edition) in LEFT_OUT}
    used: dict[str, list[PastPick]] = defaultdict(list)
    for pick in sorted(picks, key=lambda pick: (pick.decided_on, pick.source, pick.edition, pick.role)):
        if pick.decided_on <= UNTIL and pick.identifier in papers and pick.identifier not in left_out:
            used[pick.identifier].append(PastPick(pick.source, pick.edition, pick.role, pick.decided_on))
    # A paper that somebody picked later, or for the sample's editions, is no ordinary one either.
    barred = frozenset(pick.identifier for pick in picks) - used.keys()
    return Material(papers, {key: tuple(value) for key, value in used.items()}, barred)


def examples_of(store: Store, settings: Settings, material: Material, titles_only: bool, bar: Progress) -> Examples:
    """The picks and their ordinary papers, with what learning sees of them. Encodes what has no vector yet."""
    wanted = Counter(identifier_month(identifier) for identifier in material.picks)
    by_month: dict[str, list[str]] = defaultdict(list)
    for identifier in material.papers:
        if identifier not in material.picks and identifier not in material.barred:
            by_month[identifier_month(identifier)].append(identifier)
    chosen = set(material.picks)
    for month, count in wanted.items():
        chosen |= set(sorted(by_month[month], key=_lot)[: PER_PICK * count])
    rows = [material.papers[key] for key in sorted(chosen, key=identifier_order)]
    papers = [title_alone(paper) if titles_only else paper for paper, _ in rows]
    features = features_of(store, settings, papers, progress=bar)
    return Examples(
        papers=tuple(papers),
        picks=tuple(material.picks.get(paper.identifier, ()) for paper in papers),
        days=tuple(day for _, day in rows),
        vectors=features.vectors,
        title_vectors=features.title_vectors,
        tokens=features.tokens,
        title_tokens=features.title_tokens,
    )


def learn_prior(examples: Examples, settings: Settings, lists: Sequence[str]) -> Taste:
    """One group of all sources, called `PRIOR_VIEWS`; ``lists`` name where the picks came from.

    Raises NotFoundError where there is nothing to learn from.
    """
    sources = sorted({pick.source for picks in examples.picks for pick in picks})
    until = max((pick.decided_on for picks in examples.picks for pick in picks), default=UNTIL)
    encoder = encoder_card(settings.encoder).fingerprint
    taste = learn(examples, sources, TasteSettings(), encoder=encoder, until=until, most_terms=MOST_TERMS)
    if taste is None:
        raise NotFoundError("nothing to learn from: no pick of these lists is among the papers")
    picked = len(examples.picked_by())
    card = {
        **taste.card,
        "picks": {PRIOR_VIEWS: picked},
        "lists": sorted(lists),
        "left_out": [f"{source} {edition}" for source, edition in LEFT_OUT],
        "ordinary_for_each_pick": PER_PICK,
        "terms_of_each_view": MOST_TERMS,
        "words": LEXICAL_FINGERPRINT,
    }
    return replace(taste, views=tuple(replace(view, source=PRIOR_VIEWS) for view in taste.views), card=card)


def check(
    store: Store, settings: Settings, taste: Taste, picks: Sequence[Pick], titles: Sequence[Paper], bar: Progress
) -> dict[str, object]:
    """By left-out edition, the ranks of its entries among all titles of its window, by the prior alone.

    The prior has seen later years, so this says whether it is of any use, not how well it would have done then.
    """
    found: dict[str, object] = {}
    for source, edition in LEFT_OUT:
        window = edition_window(edition, settings.edition)
        pool = build_pool(store, settings, window=window, extra=titles, titles_only=True, progress=bar)
        known = Known(as_of=window.last, topics=(), taste=taste)
        order = [row.candidate.paper.identifier for row in rank(pool, known, settings.ranking).rows]
        place = {identifier: number for number, identifier in enumerate(order, start=1)}
        entries = {
            pick.identifier for pick in picks if (pick.source, pick.edition) == (source, edition) and pick.is_entry
        }
        found[f"{source} {edition}"] = {
            "candidates": len(order),
            "ranks": sorted(place[identifier] for identifier in entries & place.keys()),
        }
    return found


def read_lists(files: Sequence[Path], bounds: EditionSettings) -> list[Pick]:
    """The picks of all files; counts of attention are none."""
    return [pick for path in files for pick in read_picks(path, bounds).picks]


def _lot(identifier: str) -> bytes:
    return hashlib.blake2b(identifier.encode(), digest_size=8).digest()


def main() -> None:
    """Import, encode, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with picks/, snapshot/ and titles-*.csv.gz")
    parser.add_argument("--workspace", type=Path, default=ROOT / "build" / "prior", metavar="DIR")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE")
    parser.add_argument("--titles-only", action="store_true", help="learn from titles alone, which is quick")
    parser.add_argument("--no-check", action="store_true", help="do not rank the left-out editions")
    arguments = parser.parse_args()
    init_workspace(arguments.workspace)
    workspace = read_workspace(arguments.workspace)
    settings, store = workspace.settings, open_store(workspace)
    for path in sorted(arguments.data.glob("snapshot/*.jsonl.gz")):
        import_snapshot(store, path, progress=progress)
    files = [path for path in sorted(arguments.data.glob("picks/*.csv")) if not path.name.startswith("attention")]
    picks = read_lists(files, settings.edition)
    titles, _ = read_pool_files(sorted(arguments.data.glob("titles-*.csv.gz")))
    material = gather(store, settings, picks, titles)
    examples = examples_of(store, settings, material, arguments.titles_only, progress)
    taste = learn_prior(examples, settings, [path.stem for path in files])
    if not arguments.no_check:
        checked = check(store, settings, taste, picks, titles, progress)
        taste = replace(taste, card={**taste.card, "check": checked})
    data = taste_bytes(taste)
    if len(data) > LARGEST:
        sys.exit(f"the prior has {len(data):,} bytes, more than {LARGEST:,}; lower MOST_TERMS")
    write_atomically(arguments.out, data)
    print(f"{arguments.out}: {len(data):,} bytes")
    for key, value in taste.card.items():
        print(f"  {key}: {value}")


if __name__ == "__main__":
    main()
