"""What an encoder is, told without loading it: the card and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from paperradar.encoding.modelfiles import locate_model
from paperradar.settings import EncoderSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Role = Literal["document", "query"]

# How a text is put together before the model's own prompt, if it has one for the role.
TEMPLATES: dict[Role, str] = {"document": "{title}\n{abstract}", "query": "{query}"}


class Encoder(Protocol):
    """Turns texts into unit vectors. Rows are float32, of Euclidean length 1."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def precision(self) -> str:
        """The precision that the model computes in."""

    def encode_documents(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Encode (title, abstract) pairs: (n, dimension). Raises ModelError for a vector that cannot be used."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode queries: (n, dimension). Raises ModelError for a vector that cannot be used."""


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """All that decides what a text's vector means. ``fingerprint`` is a short hash of the rest.

    ``revision`` is a hub model's commit, else names the model's small files (tokeniser, pooling, prompts).
    ``checksum`` is the SHA-256 of the weights.

    Device, precision and batch size are not part of it. bfloat16 and float32 vectors of one text have a cosine
    of 0.9999 (docs/encoding.md), so that they may stand side by side; and the fingerprint must be known without
    importing torch, which alone can tell what a GPU is able to do. A store says which precision it was written
    with in the encoder's description.
    """

    fingerprint: str
    model: str
    revision: str
    checksum: str
    max_tokens: int
    template: str
    role: Role

    def as_dict(self) -> dict[str, object]:
        """The card as plain values, for JSON."""
        return asdict(self)


def encoder_card(settings: EncoderSettings, role: Role = "document") -> EncoderCard:
    """The card of the encoder that the settings name. Imports no torch, but reads the weights once for the checksum.

    A hub model that is not on this machine yet is fetched, unless ``offline`` is set. Raises ModelError.
    """
    files = locate_model(settings)
    parts: dict[str, object] = {
        "model": files.name,
        "revision": files.revision,
        "checksum": files.checksum,
        "max_tokens": settings.max_tokens,
        "template": TEMPLATES[role],
        "role": role,
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return EncoderCard(
        fingerprint=hashlib.blake2b(text.encode(), digest_size=8).hexdigest(),
        model=files.name,
        revision=files.revision,
        checksum=files.checksum,
        max_tokens=settings.max_tokens,
        template=TEMPLATES[role],
        role=role,
    )
