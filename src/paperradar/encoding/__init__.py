"""Texts into vectors: sentence-transformers behind one small protocol.

Knows models and this machine; no store, no papers. Importing it, and asking for an encoder's card, imports no
torch; only `load_encoder` and `describe_machine` do. See docs/encoding.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperradar.encoding.card import Encoder, EncoderCard, encoder_card
from paperradar.encoding.machine import MachineReport, describe_machine
from paperradar.encoding.modelfiles import BUNDLED_PACKAGE, BUNDLED_SHA256, ModelFiles, locate_model
from paperradar.settings import EncoderSettings

if TYPE_CHECKING:
    from paperradar.encoding.sentences import SentenceEncoder

__all__ = [
    "BUNDLED_PACKAGE",
    "BUNDLED_SHA256",
    "Encoder",
    "EncoderCard",
    "MachineReport",
    "ModelFiles",
    "describe_machine",
    "encoder_card",
    "load_encoder",
    "locate_model",
]


def load_encoder(settings: EncoderSettings) -> SentenceEncoder:
    """Load the model that the settings name; imports torch, which takes seconds.

    Raises ModelError where its files are missing or not the expected ones, UsageError where the settings ask
    for something that this machine does not have.
    """
    from paperradar.encoding.sentences import SentenceEncoder

    return SentenceEncoder.load(settings)
