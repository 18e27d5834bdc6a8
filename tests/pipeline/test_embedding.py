"""Filling a store with vectors: only what is missing, never mixed, and no model where there is nothing to do."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paperradar.encoding import Encoder, encoder_card, load_encoder
from paperradar.lexical import LEXICAL_FINGERPRINT, tokenise
from paperradar.papers import DayBasis, Paper, text_hash
from paperradar.pipeline import embedding
from paperradar.pipeline.embedding import Vectors, document_vectors, embed, query_vectors
from paperradar.progress import Advance
from paperradar.settings import EncoderSettings
from paperradar.store import Store
from tests.encoding.builders import one_thread

SETTINGS = EncoderSettings(device="cpu", precision="float32", batch_size=4)
SHORTER = EncoderSettings(device="cpu", precision="float32", batch_size=4, max_tokens=16)
PAPERS = [Paper(f"2204.{number:05}", f"Paper {number}", f"On graphs{', again' * number}.") for number in range(1, 8)]


class Recorded:
    """The real encoder, and what it was asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.dimension, self.precision = encoder.dimension, encoder.precision
        self.loaded: list[EncoderSettings] = []
        self.documents: list[tuple[str, str]] = []
        self.queries: list[str] = []

    def load(self, settings: EncoderSettings) -> Encoder:
        self.loaded.append(settings)
        return self

    def encode_documents(self, texts: Sequence[tuple[str, str]]) -> Vectors:
        self.documents += texts
        return self._encoder.encode_documents(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.queries += texts
        return self._encoder.encode_queries(texts)


@pytest.fixture(scope="module", autouse=True)
def threads() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module")
def model() -> Encoder:
    return load_encoder(SETTINGS)


@pytest.fixture
def recorded(model: Encoder) -> Recorded:
    return Recorded(model)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "papers.duckdb", wait_seconds=20)


def no_model(settings: EncoderSettings) -> Encoder:
    raise AssertionError(f"nothing is missing, but a model was loaded: {settings}")


def add(store: Store, papers: Sequence[Paper]) -> None:
    with store.writing() as session:
        session.upsert_papers([(p, dt.date(2022, 4, 20), DayBasis.SUBMITTED) for p in papers], source="test")


def stored(store: Store, papers: Sequence[Paper], settings: EncoderSettings = SETTINGS) -> Vectors:
    """The papers' vectors, all of which must be there."""
    with store.reading() as session:
        vectors, found = session.vectors([p.text_hash for p in papers], encoder_card(settings).fingerprint)
    assert found.all()
    return vectors


# embed


def test_every_paper_gets_a_vector_and_tokens(store: Store, recorded: Recorded, model: Encoder) -> None:
    add(store, PAPERS)
    report = embed(store, SETTINGS, load=recorded.load)
    assert (report.texts, report.encoded, report.already, report.tokenised) == (7, 7, 0, 7)
    assert report.fingerprint == encoder_card(SETTINGS).fingerprint
    assert report.seconds > 0
    assert json.loads(json.dumps(report.as_dict())) == report.as_dict()
    expected = model.encode_documents([(p.title, p.abstract) for p in PAPERS])
    np.testing.assert_array_equal(stored(store, PAPERS), expected.astype(np.float16))
    with store.reading() as session:
        tokens = session.tokens([p.text_hash for p in PAPERS], LEXICAL_FINGERPRINT)
    for paper, ids in zip(PAPERS, tokens, strict=True):
        assert ids is not None
        np.testing.assert_array_equal(ids, tokenise(f"{paper.title}\n{paper.abstract}"))


def test_only_what_is_missing_is_encoded(store: Store, recorded: Recorded) -> None:
    first = embed(store, SETTINGS, PAPERS[:3], load=recorded.load)
    before = stored(store, PAPERS[:3])
    recorded.documents.clear()
    second = embed(store, SETTINGS, PAPERS, load=recorded.load)
    assert (first.encoded, second.encoded, second.already, second.tokenised) == (3, 4, 3, 4)
    assert sorted(recorded.documents) == sorted((p.title, p.abstract) for p in PAPERS[3:])
    assert stored(store, PAPERS[:3]).tobytes() == before.tobytes()


def test_one_text_of_several_papers_is_encoded_once(store: Store, recorded: Recorded) -> None:
    twin = replace(PAPERS[0], identifier="2204.09999", comments="Another paper with the same text")
    report = embed(store, SETTINGS, [PAPERS[0], twin, PAPERS[0]], load=recorded.load)
    assert (report.texts, report.encoded, len(recorded.documents)) == (1, 1, 1)


def test_a_text_that_changed_is_encoded_again(store: Store, recorded: Recorded) -> None:
    embed(store, SETTINGS, PAPERS[:1], load=recorded.load)
    report = embed(store, SETTINGS, [replace(PAPERS[0], abstract="Another one.")], load=recorded.load)
    assert (report.encoded, report.already) == (1, 0)


def test_with_nothing_to_encode_no_model_is_loaded(store: Store, recorded: Recorded) -> None:
    assert embed(store, SETTINGS, load=no_model).texts == 0
    embed(store, SETTINGS, PAPERS, load=recorded.load)
    report = embed(store, SETTINGS, PAPERS, load=no_model)
    assert (report.texts, report.encoded, report.already, report.tokenised) == (7, 0, 7, 0)
    # Device, precision and batch size are no reason to encode anew.
    assert embed(store, EncoderSettings(precision="bfloat16"), PAPERS, load=no_model).already == 7


def test_a_paper_without_any_text_is_passed_over(store: Store, recorded: Recorded) -> None:
    assert embed(store, SETTINGS, [Paper("2204.00001", "")], load=no_model).texts == 0
    report = embed(store, SETTINGS, [Paper("2204.00001", ""), Paper("2204.00002", "Title")], load=recorded.load)
    assert (report.texts, report.encoded, recorded.documents) == (1, 1, [("Title", "")])


def test_another_token_limit_is_another_encoder_and_never_mixed(store: Store, recorded: Recorded) -> None:
    embed(store, SETTINGS, PAPERS, load=recorded.load)
    before = stored(store, PAPERS)
    report = embed(store, SHORTER, PAPERS[:2], load=load_encoder)
    assert (report.encoded, report.tokenised) == (2, 0)
    assert report.fingerprint != encoder_card(SETTINGS).fingerprint
    assert stored(store, PAPERS).tobytes() == before.tobytes()
    with store.reading() as session:
        assert session.count_vectors(report.fingerprint) == 2
        described = session.encoders()
    assert described[report.fingerprint]["max_tokens"] == 16
    assert described[encoder_card(SETTINGS).fingerprint] == {
        **encoder_card(SETTINGS).as_dict(),
        "precision": "float32",
        "dimension": 384,
    }
    assert embed(store, SHORTER, PAPERS, load=recorded.load).encoded == 5


def test_work_is_stored_in_chunks_with_the_store_closed_between(
    store: Store, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "CHUNK", 3)
    told: list[object] = []

    @contextmanager
    def watch(label: str, total: int | None, *, unit: str = "") -> Iterator[Advance]:
        told.append((label, total, unit))

        def advance(n: int) -> None:
            with store.reading() as session:  # would raise if the store were still open
                told.append((n, session.count_vectors(encoder_card(SETTINGS).fingerprint)))

        yield advance

    embed(store, SETTINGS, PAPERS, progress=watch, load=recorded.load)
    assert told == [("Encoding", 7, "texts"), (3, 3), (3, 6), (1, 7)]
    assert len(recorded.loaded) == 1
    lengths = [len(title) + len(abstract) for title, abstract in recorded.documents]
    assert lengths == sorted(lengths, reverse=True)


def test_chunks_and_order_do_not_change_a_vector(
    tmp_path: Path, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, split = Store(tmp_path / "whole.duckdb"), Store(tmp_path / "split.duckdb")
    embed(whole, SETTINGS, PAPERS, load=recorded.load)
    monkeypatch.setattr(embedding, "CHUNK", 2)
    embed(split, SETTINGS, PAPERS[4:], load=recorded.load)
    embed(split, SETTINGS, PAPERS[::-1], load=recorded.load)
    assert stored(split, PAPERS).tobytes() == stored(whole, PAPERS).tobytes()


# document_vectors and query_vectors


def test_documents_are_encoded_as_papers_are(store: Store, recorded: Recorded) -> None:
    texts = [("A title", "An abstract."), ("", ""), ("A title", "")]
    first = document_vectors(store, SETTINGS, texts, load=recorded.load)
    assert first.shape == (3, 384)
    assert not first[1].any()
    again = document_vectors(store, SETTINGS, texts[::-1], load=no_model)
    assert again[::-1].tobytes() == first.tobytes()
    paper = Paper("2204.00001", "A title", "An abstract.")
    assert embed(store, SETTINGS, [paper], load=no_model).already == 1
    assert stored(store, [paper]).tobytes() == first[:1].tobytes()


def test_the_first_answer_to_a_query_equals_the_second(store: Store, recorded: Recorded, model: Encoder) -> None:
    texts = ["dense retrieval", "", "mixture of experts", "dense retrieval"]
    first = query_vectors(store, SETTINGS, texts, load=recorded.load)
    second = query_vectors(store, SETTINGS, texts, load=no_model)
    assert first.tobytes() == second.tobytes()
    assert recorded.queries == ["dense retrieval", "mixture of experts"]
    assert first[0].tobytes() == first[3].tobytes()
    assert not first[1].any()
    np.testing.assert_array_equal(first[[0, 2]], model.encode_queries([texts[0], texts[2]]).astype(np.float16))


def test_only_a_query_that_is_new_is_encoded(store: Store, recorded: Recorded) -> None:
    one = query_vectors(store, SETTINGS, ["graphs"], load=recorded.load)
    two = query_vectors(store, SETTINGS, ["proteins", "graphs"], load=recorded.load)
    assert recorded.queries == ["graphs", "proteins"]
    assert two[1].tobytes() == one[0].tobytes()


def test_queries_and_documents_of_one_text_are_kept_apart(store: Store, recorded: Recorded) -> None:
    query_vectors(store, SETTINGS, ["graphs"], load=recorded.load)
    document_vectors(store, SETTINGS, [("graphs", "")], load=recorded.load)
    with store.reading() as session:
        for role in ("query", "document"):
            assert session.count_vectors(encoder_card(SETTINGS, role).fingerprint) == 1
        assert session.encoders()[encoder_card(SETTINGS, "query").fingerprint]["role"] == "query"
        assert not session.vectors([text_hash("graphs")], encoder_card(SETTINGS).fingerprint)[1].any()


def test_nothing_asked_needs_no_model_and_no_store(store: Store) -> None:
    assert query_vectors(store, SETTINGS, [], load=no_model).shape == (0, 0)
    assert document_vectors(store, SETTINGS, [], load=no_model).shape == (0, 0)
    assert query_vectors(store, SETTINGS, ["", ""], load=no_model).shape == (2, 0)
    assert document_vectors(store, SETTINGS, [("", "")], load=no_model).shape == (1, 0)
    assert not store.path.exists()


WITHOUT_TORCH = """
import sys
from pathlib import Path
from paperradar.pipeline.embedding import document_vectors, embed, query_vectors
from paperradar.settings import EncoderSettings
from paperradar.store import Store
store, settings = Store(Path(sys.argv[1])), EncoderSettings()
report = embed(store, settings)
query = query_vectors(store, settings, ["graphs"])
document = document_vectors(store, settings, [("Paper 1", "On graphs, again.")])
print(report.already, report.encoded, query.any(), document.any())
print(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
"""


def test_a_process_that_finds_all_vectors_imports_no_torch(store: Store, recorded: Recorded) -> None:
    add(store, PAPERS)
    embed(store, SETTINGS, load=recorded.load)
    query_vectors(store, SETTINGS, ["graphs"], load=recorded.load)
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(store.path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert run.stdout == "7 0 True True\n[]\n"
