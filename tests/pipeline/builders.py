"""A workspace whose papers have chosen vectors, so that no model is needed. The store is a real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paperradar.encoding import encoder_card
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import DayBasis, Paper, text_hash
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.topics import SeedPaper, TopicProfile
from paperradar.workspace import Workspace
from tests.ranking.builders import DIMENSION, unit

PROFILE = TopicProfile(
    slug="first",
    name="First",
    description="About the first axis.",
    seeds=(SeedPaper(identifier="1901.00001", title="A seed"),),
    include=("first things",),
)
NOW = dt.datetime(2022, 4, 28, 9, 30, tzinfo=dt.UTC)


def clock() -> dt.datetime:
    return NOW


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper for the store, the day it was announced, and the angle (radians) from the profile's axis."""

    paper: Paper
    day: dt.date = dt.date(2022, 4, 20)
    angle: float | None = 0.5
    basis: DayBasis = DayBasis.SUBMITTED


def paper(number: int, month: str = "2204", **keys: object) -> Paper:
    return Paper(f"{month}.{number:05}", f"Title {number}", f"Abstract {number}.", **keys)  # type: ignore[arg-type]


def at_angle(angle: float) -> np.ndarray:
    return unit(float(np.cos(angle)), float(np.sin(angle)))


def fan(count: int) -> list[float]:
    """Angles from the first axis on; up to six are too far apart for two neighbours to be a story."""
    return [float(angle) for angle in np.linspace(0, np.pi, count)]


def filled(folder: Path, placed: Sequence[Placed], settings: Settings | None = None) -> Workspace:
    """A workspace with one profile, these papers, and features for all texts that a ranking asks for."""
    workspace = Workspace(folder, settings or Settings(), (PROFILE,))
    put(workspace, placed)
    documents = encoder_card(workspace.settings.encoder).fingerprint
    queries = encoder_card(workspace.settings.encoder, "query").fingerprint
    with Store(workspace.database).writing() as session:
        session.put_vectors(queries, [text_hash(PROFILE.description)], unit(1)[None, :])
        session.put_vectors(documents, [text_hash(PROFILE.seeds[0].title, "")], unit(0, 0, 1)[None, :])
        session.put_tokens(LEXICAL_FINGERPRINT, [text_hash(PROFILE.seeds[0].title, "")], [tokenise("A seed")])
    return workspace


def put(workspace: Workspace, placed: Sequence[Placed]) -> None:
    """More papers for a workspace's store; one without an angle gets no vector."""
    fingerprint = encoder_card(workspace.settings.encoder).fingerprint
    with Store(workspace.database).writing() as session:
        session.upsert_papers([(item.paper, item.day, item.basis) for item in placed], source="test")
        vectors = [(item.paper.text_hash, at_angle(item.angle)) for item in placed if item.angle is not None]
        if vectors:
            stacked = np.stack([vector for _, vector in vectors]).reshape(-1, DIMENSION)
            session.put_vectors(fingerprint, [key for key, _ in vectors], stacked)
            alone = {text_hash(item.paper.title, ""): at_angle(item.angle) for item in placed if item.angle is not None}
            session.put_vectors(fingerprint, list(alone), np.stack(list(alone.values())).reshape(-1, DIMENSION))
        texts = {item.paper.text_hash: f"{item.paper.title}\n{item.paper.abstract}" for item in placed}
        texts |= {text_hash(item.paper.title, ""): item.paper.title for item in placed}
        session.put_tokens(LEXICAL_FINGERPRINT, list(texts), [tokenise(text) for text in texts.values()])
