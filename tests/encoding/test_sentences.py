"""The real bundled model: the same bytes in any company, unit length, and no more tokens than it has places for."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from numpy.typing import NDArray

from paperradar.encoding import Encoder, load_encoder, locate_model, sentences
from paperradar.errors import ModelError, UsageError
from paperradar.settings import EncoderSettings
from tests.encoding.builders import one_thread

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

    from paperradar.encoding.sentences import SentenceEncoder

WORDS = [
    "attention",
    "dense",
    "retrieval",
    "of",
    "graphs",
    "diffusion",
    "protein",
    "folding",
    "zero-shot",
    "李",
    "naïve",
]
Pairs = list[tuple[str, str]]


def settings(**keys: object) -> EncoderSettings:
    return EncoderSettings.model_validate({"device": "cpu", "precision": "float32", "batch_size": 8} | keys)


def texts(count: int, *, seed: int = 0, longest: int = 90) -> Pairs:
    """Made-up papers of very different lengths."""
    draw = random.Random(seed)
    return [(f"Paper {number}", " ".join(draw.choices(WORDS, k=draw.randrange(longest)))) for number in range(count)]


@pytest.fixture(scope="module", autouse=True)
def threads() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder(settings())


@pytest.fixture(scope="module")
def halved() -> SentenceEncoder:
    """In bfloat16, with the default batch size."""
    return load_encoder(settings(precision="bfloat16", batch_size=32))


def copied_model(folder: Path, **files: str) -> Path:
    """The bundled model with some of its small files written anew; the weights are a link."""
    original = locate_model(EncoderSettings()).folder
    for path in original.rglob("*"):
        if path.is_file() and path.suffix != ".safetensors":
            target = folder / path.relative_to(original)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (folder / "model.safetensors").symlink_to(original / "model.safetensors")
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content)
    return folder


def test_it_is_an_encoder(encoder: SentenceEncoder) -> None:
    protocol: Encoder = encoder
    assert (protocol.dimension, protocol.precision, encoder.device) == (384, "float32", "cpu")


@pytest.mark.parametrize("which", ["encoder", "halved"])
def test_one_text_gets_the_same_bytes_alone_and_in_any_company(which: str, request: pytest.FixtureRequest) -> None:
    under_test: SentenceEncoder = request.getfixturevalue(which)
    papers = texts(41)
    together = under_test.encode_documents(papers)
    for row in (0, 7, 40):
        assert under_test.encode_documents([papers[row]])[0].tobytes() == together[row].tobytes()
    order = random.Random(1).sample(range(len(papers)), len(papers))
    shuffled = under_test.encode_documents([papers[row] for row in order])
    assert shuffled.tobytes() == together[order].tobytes()
    split = [under_test.encode_documents(papers[:13]), under_test.encode_documents(papers[13:])]
    assert np.concatenate(split).tobytes() == together.tobytes()


def test_the_model_sees_nothing_but_full_batches_of_few_widths(encoder: SentenceEncoder) -> None:
    # On some processors a short batch rounds as a full one does, so that bytes alone would not show it.
    seen: list[tuple[int, ...]] = []

    def look(_: object, features: tuple[dict[str, torch.Tensor]]) -> None:
        seen.append(tuple(features[0]["input_ids"].shape))

    hook = encoder._model[0].register_forward_pre_hook(look)
    encoder.encode_documents(texts(21))
    encoder.encode_queries(["word " * 999])
    hook.remove()
    assert {rows for rows, _ in seen} == {8}
    assert {32, 256} <= {width for _, width in seen} <= {32, 64, 96, 128, 160, 192, 224, 256}


COMPANY = st.lists(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join), max_size=9)


@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), COMPANY, COMPANY)
def test_whatever_the_text_and_its_company(
    encoder: SentenceEncoder, text: str, before: list[str], after: list[str]
) -> None:
    alone = encoder.encode_queries([text])
    assert alone.shape == (1, 384)
    assert np.linalg.norm(alone[0]) == pytest.approx(1, abs=1e-6)
    assert encoder.encode_queries([*before, text, *after])[len(before)].tobytes() == alone[0].tobytes()


@pytest.mark.parametrize("which", ["encoder", "halved"])
def test_rows_are_float32_and_of_unit_length(which: str, request: pytest.FixtureRequest) -> None:
    vectors = request.getfixturevalue(which).encode_documents(texts(12, seed=2))
    assert (vectors.dtype, vectors.shape) == (np.float32, (12, 384))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_an_empty_text_has_a_vector_and_no_text_has_none(encoder: SentenceEncoder) -> None:
    empty = encoder.encode_documents([("", ""), ("", "")])
    assert np.isfinite(empty).all()
    assert empty[0].tobytes() == empty[1].tobytes() == encoder.encode_queries([""])[0].tobytes()
    assert encoder.encode_documents([]).shape == encoder.encode_queries([]).shape == (0, 384)


def test_title_and_abstract_are_joined_by_the_template(encoder: SentenceEncoder) -> None:
    documents = encoder.encode_documents([("A title", "An abstract."), ("A title", ""), ("{title}", "{x} % {")])
    queries = encoder.encode_queries(["A title\nAn abstract.", "A title", "{title}\n{x} % {"])
    assert documents.tobytes() == queries.tobytes()


def test_vectors_agree_with_sentence_transformers_own_batching(
    encoder: SentenceEncoder, halved: SentenceEncoder
) -> None:
    papers = texts(12, seed=3, longest=200)
    plain = [f"{title}\n{abstract}" for title, abstract in papers]
    own: NDArray[np.float32] = encoder._model.encode(plain, normalize_embeddings=True)
    ours, theirs = encoder.encode_documents(papers), np.asarray(own)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)  # what pads a batch leaves no trace but in the last bits
    assert np.sum(halved.encode_documents(papers) * ours, axis=1).min() > 0.999


def test_what_is_near_in_meaning_is_near(encoder: SentenceEncoder) -> None:
    documents = encoder.encode_documents(
        [
            ("Dense passage retrieval", "We find passages with learned vectors."),
            ("Star formation in dwarf galaxies", ""),
        ]
    )
    near, far = documents @ encoder.encode_queries(["semantic search over text"])[0]
    assert near > far + 0.2


def test_what_is_beyond_the_token_limit_is_cut() -> None:
    short = load_encoder(settings(max_tokens=16))
    same = "word " * 20
    vectors = short.encode_queries([same + "galaxies", same + "proteins", "galaxies " + same])
    assert vectors[0].tobytes() == vectors[1].tobytes()
    assert vectors[0].tobytes() != vectors[2].tobytes()


def test_more_tokens_than_the_model_has_positions_for_are_not_asked_of_it() -> None:
    most = load_encoder(settings(max_tokens=8192, batch_size=2))
    word = "word " * 400
    vectors = most.encode_queries([word, word + "galaxies", word * 2 + "galaxies", word * 3])
    assert vectors[0].tobytes() != vectors[1].tobytes()  # 402 and 403 tokens
    assert vectors[2].tobytes() == vectors[3].tobytes()  # cut at 512


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"max_position_embeddings": 512, "model_type": "bert"}, 512),
        ({"max_position_embeddings": 514, "model_type": "xlm-roberta"}, 512),
        ({"max_position_embeddings": 514, "model_type": "mpnet"}, 512),
        ({"max_position_embeddings": -1}, 1 << 20),
        ({}, 1 << 20),
        (None, 1 << 20),
    ],
)
def test_positions_of_a_model(config: dict[str, object] | None, expected: int) -> None:
    transformer = None if config is None else SimpleNamespace(config=SimpleNamespace(**config))
    model = cast("SentenceTransformer", SimpleNamespace(transformers_model=transformer))
    assert sentences._positions(model) == expected


def test_a_models_own_prompts_are_put_before_and_counted(tmp_path: Path, encoder: SentenceEncoder) -> None:
    prompt = "represent this sentence for searching relevant passages of scientific papers: "
    config = json.dumps({"prompts": {"query": prompt, "document": "passage: "}, "default_prompt_name": None})
    folder = copied_model(tmp_path / "prompted", config_sentence_transformers=config)
    prompted = load_encoder(settings(model=str(folder)))
    # With the prompt the second one needs another width: it must not be cut at its own.
    asked = ["graphs", " ".join(["graphs"] * 28 + ["proteins"])]
    queries = encoder.encode_queries([prompt + text for text in asked])
    assert prompted.encode_queries(asked).tobytes() == queries.tobytes()
    documents = encoder.encode_documents([("passage: Title", "Abstract.")])
    assert prompted.encode_documents([("Title", "Abstract.")]).tobytes() == documents.tobytes()


def test_float16_on_a_cpu_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"would be a ModelError")
    with pytest.raises(UsageError, match="float16"):
        load_encoder(settings(model=str(tmp_path), precision="float16"))


@pytest.mark.parametrize("damage", ["garbage", "cut short", "other shape", "no config", "broken json"])
def test_a_model_that_cannot_be_loaded_is_said_in_one_line(tmp_path: Path, damage: str) -> None:
    folder = copied_model(tmp_path / "model")
    weights, config = folder / "model.safetensors", folder / "config.json"
    if damage == "other shape":
        config.write_text(config.read_text().replace('"hidden_size": 384', '"hidden_size": 768'))
    elif damage == "no config":
        config.unlink()
        (folder / "modules.json").unlink()
    elif damage == "broken json":
        (folder / "modules.json").write_text("{nope")
    else:
        start = b"garbage" * 100 if damage == "garbage" else weights.read_bytes()[:100_000]
        weights.unlink()  # the link, not what it leads to
        weights.write_bytes(start)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder(settings(model=str(folder)))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_vectors_without_a_direction_are_refused(value: float) -> None:
    vectors = np.ones((3, 4), dtype=np.float32)
    vectors[1] = value
    with pytest.raises(ModelError, match="no usable vector for 1 of 3 texts"):
        sentences._unit(vectors)


def test_loading_and_encoding_say_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    load_encoder(settings()).encode_queries(["graphs"])
    assert tuple(capfd.readouterr()) == ("", "")
