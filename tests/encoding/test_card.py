"""Cards: what decides a vector is in the fingerprint, what does not is left out, and no torch is needed to tell."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.encoding import BUNDLED_SHA256, EncoderCard, encoder_card
from paperradar.encoding.card import Role
from paperradar.settings import EncoderSettings

DEFAULTS = EncoderSettings()


def changed(**keys: object) -> EncoderSettings:
    return EncoderSettings.model_validate(DEFAULTS.model_dump() | keys)


@pytest.mark.parametrize(("role", "fingerprint"), [("document", "646e66578237457b"), ("query", "73c0f05d5f2d2c6a")])
def test_the_bundled_encoder_keeps_its_fingerprint(role: Role, fingerprint: str) -> None:
    # Another one here would mean that everybody's stored vectors are made again.
    assert encoder_card(DEFAULTS, role).fingerprint == fingerprint


def test_the_card_of_the_bundled_encoder() -> None:
    card = encoder_card(DEFAULTS)
    assert (card.model, card.checksum, card.max_tokens) == ("all-MiniLM-L6-v2", BUNDLED_SHA256, 256)
    assert (card.role, card.template) == ("document", "{title}\n{abstract}")
    assert EncoderCard(**json.loads(json.dumps(card.as_dict()))) == card


@pytest.mark.parametrize(
    "keys", [{"device": "cpu"}, {"precision": "float32"}, {"batch_size": 7}, {"offline": False}, {"revision": "main"}]
)
def test_what_does_not_decide_a_vectors_meaning_leaves_the_card_alone(keys: dict[str, object]) -> None:
    assert encoder_card(changed(**keys)) == encoder_card(DEFAULTS)


def test_the_token_limit_and_the_role_decide() -> None:
    roles: tuple[Role, ...] = ("document", "query")
    cards = [encoder_card(changed(max_tokens=limit), role) for limit in (128, 256) for role in roles]
    assert len({card.fingerprint for card in cards}) == 4
    assert [(card.max_tokens, card.role) for card in cards] == [
        (128, "document"), (128, "query"), (256, "document"), (256, "query"),
    ]  # fmt: skip


def test_name_weights_and_small_files_decide(tmp_path: Path) -> None:
    def card(name: str = "model", weights: bytes = b"weights", tokeniser: str = "{}") -> EncoderCard:
        folder = tmp_path / f"{name}-{weights.decode()}-{tokeniser}" / name
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(weights)
        (folder / "tokenizer.json").write_text(tokeniser)
        return encoder_card(changed(model=str(folder)))

    one, *others = card(), card(name="other"), card(weights=b"others"), card(tokeniser="[]")
    assert len({one.fingerprint, *(other.fingerprint for other in others)}) == 4
    # Each of them differs from the first in one entry beside the fingerprint.
    for other, entry in zip(others, ("model", "checksum", "revision"), strict=True):
        same = {"fingerprint": one.fingerprint, entry: getattr(one, entry)}
        assert getattr(other, entry) != getattr(one, entry)
        assert replace(other, **same) == one


def test_asking_for_a_card_imports_no_model_library() -> None:
    code = (
        "import sys\nfrom paperradar.encoding import encoder_card, load_encoder\n"
        "from paperradar.settings import EncoderSettings\nencoder_card(EncoderSettings())\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'huggingface_hub'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout == "[]\n"
