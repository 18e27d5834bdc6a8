"""The as-of rule, held by planting leaks: decisions that would give the sought papers away, made too late to be known.

Each leak is planted a second time as it may be known, to see that it would have moved the orders.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from paperradar.calendar import Window
from paperradar.decisions import DecisionLog, Pick
from paperradar.encoding import encoder_card
from paperradar.evaluation import METHOD
from paperradar.evaluation.report import Run
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import DayBasis, Paper, text_hash
from paperradar.pipeline.backtesting import backtest
from paperradar.pipeline.examples import PoolKind
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.ranking.builders import DIMENSION, unit

SOUGHT = "2204.00050"
OTHER = "2204.00007"
# Eight papers of January that say what the sought one says.
GIVEAWAYS = [f"2201.{number:05}" for number in range(1, 9)]
# And eight about something else that somebody picked long ago, so that there is always something to learn from.
PLAIN = [f"2201.{number:05}" for number in range(9, 17)]
WORDS = (
    "plasma", "galaxies", "proofs", "waves", "bounds", "lemmas", "tubes", "colouring", "weather", "proteins",
    "molecules", "speech", "lattices",
)  # fmt: skip
LEARNING = (METHOD, "centroid", "tfidf-svm")


@dataclass(frozen=True)
class Kind:
    """A kind of pool of April 2022, and the days on which a decision is just known and just too late."""

    pool: PoolKind
    known: str
    late: str
    options: Mapping[str, object] = field(default_factory=dict)


Clean = Mapping[str, Mapping[str, Run]]  # orders by their name, by kind of pool

KINDS = (
    Kind("window", known="2022-03-24", late="2022-03-25", options={"editions": ["2022-05"]}),
    Kind("id-month", known="2022-03-31", late="2022-04-01", options={"editions": ["2022-04"]}),
    Kind(
        "days",
        known="2022-04-03",
        late="2022-04-04",
        options={"days": [Window(dt.date(2022, 4, 4), dt.date(2022, 4, 30))]},
    ),
)
KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.pool)


def nonsense(number: int) -> str:
    """Words that other titles have too."""
    return f"{WORDS[number % 13].title()} {WORDS[number * 5 % 11]} {WORDS[number * 3 % 7]}"


def direction(number: int) -> np.ndarray:
    """Away from the giveaways' axis, and from each other."""
    return unit(0, *np.random.default_rng(number).normal(size=DIMENSION - 1))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 60 papers of April and 76 of January, whose vectors are chosen."""
    folder = tmp_path_factory.mktemp("leaks")
    workspace = Workspace(folder, Settings(), ())
    placed = []
    for number in range(1, 61):
        identifier, day = f"2204.{number:05}", dt.date(2022, 4, 4 + number % 20)
        same = identifier == SOUGHT
        title = "Sparse retrieval with tokens" if same else nonsense(number)
        placed.append((Paper(identifier, title, f"{title} said."), day, unit(1, 0.1) if same else direction(number)))
    for number in range(1, 77):
        identifier = f"2201.{number:05}"
        close = identifier in GIVEAWAYS
        title = f"Sparse retrieval tokens {number}" if close else nonsense(number + 100)
        vector = unit(1, 0.02 * number) if close else direction(number + 100)
        placed.append((Paper(identifier, title, f"{title} said."), dt.date(2022, 1, 10), vector))
    encoder = encoder_card(workspace.settings.encoder).fingerprint
    with Store(workspace.database).writing() as session:
        session.upsert_papers([(paper, day, DayBasis.SUBMITTED) for paper, day, _ in placed], source="test")
        vectors = np.stack([vector for *_, vector in placed])
        session.put_vectors(encoder, [paper.text_hash for paper, *_ in placed], vectors)
        session.put_vectors(encoder, [text_hash(paper.title, "") for paper, *_ in placed], vectors)
        texts = {paper.text_hash: f"{paper.title} {paper.abstract}" for paper, *_ in placed}
        texts |= {text_hash(paper.title, ""): paper.title for paper, *_ in placed}
        session.put_tokens(LEXICAL_FINGERPRINT, list(texts), [tokenise(text) for text in texts.values()])
    return workspace.database


@pytest.fixture(scope="module")
def clean(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """By kind of pool, the orders where nothing was planted."""
    return {kind.pool: orders(filled, tmp_path_factory.mktemp(kind.pool) / "clean", kind, []) for kind in KINDS}


def orders(filled: Path, folder: Path, kind: Kind, planted: Sequence[Pick], sought: str = SOUGHT) -> Mapping[str, Run]:
    """All orders of the pool, in a workspace whose log has the planted picks beside the sought one and old ones."""
    workspace = Workspace(folder, Settings(), ())
    workspace.database.parent.mkdir(parents=True)
    workspace.database.write_bytes(filled.read_bytes())
    old = [pick(identifier, source, "2022-01-20") for identifier in PLAIN for source in ("ours", "theirs")]
    mine = pick(sought, "ours", "2022-05", role="top10", rank=1)
    DecisionLog(workspace.decisions).add_picks([*old, mine, *planted], at=at(0))
    report = backtest(workspace, sources=["ours"], pool=kind.pool, **kind.options)  # type: ignore[arg-type]
    (measured,) = report.editions
    assert sought in measured.entries.present
    return measured.runs


def given_away(source: str, edition: str, identifiers: Sequence[str] = GIVEAWAYS) -> list[Pick]:
    return [pick(identifier, source, edition, role="top10", rank=1) for identifier in identifiers]


@KIND
def test_a_decision_of_the_first_day_or_later_is_not_known(
    filled: Path, tmp_path: Path, clean: Clean, kind: Kind
) -> None:
    # Of another source, in the sought paper's own words; and of the sought paper itself.
    late = [*given_away("theirs", kind.late), pick(SOUGHT, "theirs", kind.late)]
    assert orders(filled, tmp_path / "late", kind, late) == clean[kind.pool]
    known = orders(filled, tmp_path / "known", kind, given_away("ours", kind.known))
    for name in LEARNING:
        assert rank_in(known[name]) < rank_in(clean[kind.pool][name]), name


@KIND
def test_later_editions_of_the_tested_source_are_not_known(
    filled: Path, tmp_path: Path, clean: Clean, kind: Kind
) -> None:
    later = [*given_away("ours", "2022-06"), *given_away("ours", "2022-W40"), *given_away("ours", "2022")]
    assert orders(filled, tmp_path / "later", kind, later) == clean[kind.pool]


@KIND
def test_the_sought_picks_themselves_change_nothing(filled: Path, tmp_path: Path, clean: Clean, kind: Kind) -> None:
    assert orders(filled, tmp_path / "other", kind, [], sought=OTHER) == clean[kind.pool]


def test_a_window_knows_the_tested_sources_editions_before_it(filled: Path, tmp_path: Path, clean: Clean) -> None:
    window = KINDS[0]
    earlier = orders(filled, tmp_path / "earlier", window, given_away("ours", "2022-04"))
    for name in LEARNING:
        assert rank_in(earlier[name]) < rank_in(clean["window"][name]), name
    # What another source decided on the same day lies in the window.
    assert orders(filled, tmp_path / "theirs", window, given_away("theirs", "2022-04")) == clean["window"]


def rank_in(run: Run) -> int:
    return next(rank for rank, row in enumerate(run, start=1) if SOUGHT in ((row,) if isinstance(row, str) else row))
