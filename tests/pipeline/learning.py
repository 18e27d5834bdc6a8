"""A workspace with something to learn: each month has papers that the team picks, which say and lie alike.

Months 2201 to 2204 have ten such papers (numbers 1 to 10) and thirty others each. The edition after a month picked the
first eight of them. Vectors are chosen, the store is a real one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from paperradar.decisions import OWN, DecisionLog, Pick
from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import DayBasis, Paper, text_hash
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.decisions.builders import at, pick
from tests.ranking.builders import DIMENSION, unit

MONTHS = ("2201", "2202", "2203", "2204")
EDITIONS = ("2022-02", "2022-03", "2022-04", "2022-05")
LIKED = 10
OTHERS = 30
PICKED = 8
WORDS = ("plasma", "galaxies", "proofs", "waves", "bounds", "lemmas", "tubes", "colouring", "weather", "proteins")
# After the last edition closed.
NOW = dt.datetime(2022, 5, 10, 9, 30, tzinfo=dt.UTC)


def clock() -> dt.datetime:
    return NOW


def a_title(month: str, number: int) -> str:
    seed = int(month) * 7 + number
    rest = f"{WORDS[seed % 10]} {WORDS[seed * 3 % 7]} {month}"
    return f"Sparse retrieval {rest}" if number <= LIKED else f"{WORDS[number % 9].title()} and {rest}"


def a_vector(month: str, number: int) -> np.ndarray:
    noise = np.random.default_rng(int(month) * 100 + number).normal(size=DIMENSION)
    return unit(*(noise * 0.4 + (np.eye(DIMENSION)[0] * 1.5 if number <= LIKED else 0)))


def papers() -> list[tuple[Paper, dt.date, np.ndarray]]:
    """Each paper with its announcement day and its vector."""
    made = []
    for month in MONTHS:
        for number in range(1, LIKED + OTHERS + 1):
            title = a_title(month, number)
            paper = Paper(f"{month}.{number:05}", title, f"{title}. It was measured.")
            made.append((paper, dt.date(2022, int(month[2:]), 10 + number % 15), a_vector(month, number)))
    return made


def workspace_to_learn(folder: Path, settings: Settings | None = None) -> Workspace:
    """The workspace, without any pick yet."""
    made = Workspace(folder, settings or Settings(), ())
    rows = papers()
    vectors = np.stack([vector for *_, vector in rows])
    with Store(made.database).writing() as session:
        session.upsert_papers([(paper, day, DayBasis.SUBMITTED) for paper, day, _ in rows], source="test")
        texts = {paper.text_hash: f"{paper.title} {paper.abstract}" for paper, *_ in rows}
        texts |= {text_hash(paper.title, ""): paper.title for paper, *_ in rows}
        session.put_tokens(LEXICAL_FINGERPRINT, list(texts), [tokenise(text) for text in texts.values()])
    put_vectors(made, vectors)
    return made


def put_vectors(workspace: Workspace, vectors: np.ndarray) -> None:
    """The vectors of all papers, of titles and of whole texts, under the present encoder's name."""
    encoder = encoder_card(workspace.settings.encoder).fingerprint
    with Store(workspace.database).writing() as session:
        session.put_vectors(encoder, [paper.text_hash for paper, *_ in papers()], vectors)
        session.put_vectors(encoder, [text_hash(paper.title, "") for paper, *_ in papers()], vectors)


def picked(edition: str, source: str = OWN, numbers: Sequence[int] = range(1, PICKED + 1)) -> list[Pick]:
    """An edition's picks, of the month before it."""
    month = MONTHS[EDITIONS.index(edition)]
    return [pick(f"{month}.{n:05}", source, edition, role="top10", rank=n, title=a_title(month, n)) for n in numbers]


def decide(workspace: Workspace, *editions: str, source: str = OWN) -> None:
    """Let the editions be known."""
    picks = [item for edition in editions or EDITIONS for item in picked(edition, source)]
    DecisionLog(workspace.decisions).add_picks(picks, at=at(0))


def with_settings(workspace: Workspace, **changes: object) -> Workspace:
    """The workspace with other settings of taste or encoder: ``taste={"words_c": 2.0}``."""
    settings = workspace.settings.model_dump()
    for table, values in changes.items():
        settings[table] = {**settings[table], **values}  # type: ignore[dict-item]
    return replace(workspace, settings=Settings.model_validate(settings))
