"""The encoder on sentence-transformers: the one module that imports it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paperradar.encoding.batches import plan_batches
from paperradar.encoding.card import TEMPLATES, Role
from paperradar.encoding.environment import prepare_environment
from paperradar.encoding.machine import Precision, choose_device, choose_precision, torch_dtype
from paperradar.encoding.modelfiles import locate_model
from paperradar.errors import ModelError
from paperradar.settings import EncoderSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

# The prompts that sentence-transformers looks for, in its order.
_PROMPTS: dict[Role, tuple[str, ...]] = {"document": ("document", "passage", "corpus"), "query": ("query",)}


class SentenceEncoder:
    """An `Encoder` (see `paperradar.encoding.card`). One text gets the same bytes in any company."""

    def __init__(self, model: SentenceTransformer, *, max_tokens: int, batch_size: int, precision: Precision) -> None:
        self._model = model
        self._size = batch_size
        self._limit = max_tokens
        self.precision = precision
        self.device = str(model.device)
        self.dimension = _dimension(model)

    @classmethod
    def load(cls, settings: EncoderSettings) -> SentenceEncoder:
        """Load the model from its files; see `paperradar.encoding.load_encoder`."""
        files = locate_model(settings)
        prepare_environment()
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        _silence()
        device = choose_device(settings)
        precision = choose_precision(settings, device)
        try:
            model = SentenceTransformer(
                str(files.folder),
                device=device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": torch_dtype(precision), "use_safetensors": True},
            )
        except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
            reason = str(error).strip().split("\n", maxsplit=1)[0]
            raise ModelError(
                f"the model in {files.folder} cannot be loaded ({reason}); choose another encoder.model"
            ) from error
        limit = min(settings.max_tokens, _positions(model))
        model.max_seq_length = limit
        return cls(model, max_tokens=limit, batch_size=settings.batch_size, precision=precision)

    def encode_documents(self, texts: Sequence[tuple[str, str]]) -> Vectors:
        """Encode (title, abstract) pairs: (n, dimension). Raises ModelError."""
        template = TEMPLATES["document"]
        joined = [template.format(title=title, abstract=abstract).strip() for title, abstract in texts]
        return self._encode(joined, "document", self._model.encode_document)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode queries: (n, dimension). Raises ModelError."""
        template = TEMPLATES["query"]
        return self._encode([template.format(query=text) for text in texts], "query", self._model.encode_query)

    def _encode(self, texts: list[str], role: Role, encode: Callable[..., Any]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in plan_batches(self._lengths(texts, role), self._size, self._limit):
            company = [texts[row] for row in batch.rows]
            company += company[-1:] * (self._size - len(company))
            shape = {"padding": "max_length", "max_length": batch.width, "truncation": True}
            rows = encode(company, batch_size=self._size, show_progress_bar=False, processing_kwargs={"text": shape})
            vectors[list(batch.rows)] = np.asarray(rows, dtype=np.float32)[: len(batch.rows)]
        return _unit(vectors)

    def _lengths(self, texts: list[str], role: Role) -> list[int]:
        """Each text's length in tokens with the model's prompt, cut at the limit."""
        if not texts:
            return []
        prompts = self._model.prompts
        prompt = next((prompts[name] for name in _PROMPTS[role] if name in prompts), "") or ""
        tokens = self._model.tokenizer([prompt + text for text in texts], truncation=True, max_length=self._limit)
        return [len(ids) for ids in tokens["input_ids"]]


def _silence() -> None:
    """Switch off the bars that loading weights draws; no variable does."""
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _dimension(model: SentenceTransformer) -> int:
    ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
    dimension = ask()
    if not dimension:
        raise ModelError("the model does not tell the length of its vectors; choose another encoder.model")
    return int(dimension)


def _positions(model: SentenceTransformer) -> int:
    """The longest text that the model has positions for; a larger number of tokens would crash it."""
    config = getattr(model.transformers_model, "config", None)
    positions = getattr(config, "max_position_embeddings", None)
    if not isinstance(positions, int) or positions <= 0:
        return 1 << 20
    # RoBERTa and its kin count positions from behind the padding token's.
    offset = 2 if getattr(config, "model_type", "") in {"roberta", "xlm-roberta", "camembert", "mpnet"} else 0
    return positions - offset


def _unit(vectors: Vectors) -> Vectors:
    """Rows of length 1. Raises ModelError where a row is zero or not finite: stored, it would poison every ranking."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    bad = ~np.isfinite(lengths[:, 0]) | (lengths[:, 0] == 0)
    if bad.any():
        raise ModelError(
            f"the model gave no usable vector for {int(bad.sum())} of {len(vectors)} texts; set"
            ' encoder.precision = "float32", or choose another encoder.model'
        )
    unit: Vectors = vectors / lengths
    return unit
