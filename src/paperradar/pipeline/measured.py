"""What backtests measured before: kept on disk, and read back where nothing that it depends on has changed.

The name of a kept file is a checksum of all that decides its figures: the program, the libraries that compute, Python
and the type of machine; settings, profiles and encoder; what the store, the decisions log and the published editions
hold; and what was asked for. Too much in it costs a measurement; too little would tell old figures as new ones. So
whatever a ranking reads counts as a whole, later days included. Vectors and token ids do not: they follow from the
texts and the encoder, and the first run itself adds them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import sysconfig
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import paperradar
from paperradar.encoding import encoder_card
from paperradar.errors import InputError
from paperradar.evaluation import MeasuredEdition
from paperradar.evaluation.plain import measured_bytes, read_measured
from paperradar.files import sha256_bytes, sha256_file, write_atomically
from paperradar.store import Store
from paperradar.workspace import Workspace

_log = logging.getLogger(__name__)

# So many files are kept, the newest: a few hundred kilobytes each.
KEPT = 200
_LIBRARIES = ("bm25s", "faiss-cpu", "ir-measures", "numpy", "scikit-learn", "scipy")


class MeasuredBefore:
    """The kept measurements of a workspace, for one backtest.

    ``reused`` counts those that were read back. With ``fresh`` none is, and each is measured and kept anew.
    """

    def __init__(self, workspace: Workspace, store: Store, *, fresh: bool = False) -> None:
        self.reused = 0
        self._workspace = workspace
        self._store = store
        self._fresh = fresh
        self._folder = workspace.cache / "backtests"
        self._state = _state(workspace, store)

    def measured(self, asked: object, measure: Callable[[], MeasuredEdition]) -> MeasuredEdition:
        """The measurement of what is asked for: read back, else made by ``measure`` and kept.

        The ``repr`` of ``asked`` must tell all of it. A file that cannot be read is measured again.
        """
        path = self._folder / f"{sha256_bytes(f'{self._state} {asked!r}'.encode())}.json"
        if not self._fresh and (found := _read(path)) is not None:
            self.reused += 1
            return found
        made = measure()
        before, self._state = self._state, _state(self._workspace, self._store)
        # What changed meanwhile may be in the figures or not: nobody could say which state they are of.
        if before == self._state:
            _keep(path, made)
        return made


def digest_of(values: Iterable[object]) -> str:
    """A checksum of many values whose ``repr`` tells all of them, in their order."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(f"{value!r}\n".encode())
    return digest.hexdigest()


def _state(workspace: Workspace, store: Store) -> str:
    """A checksum of everything but the question that a measurement depends on. Raises ModelError, StoreBusy."""
    with store.reading() as session:
        content = session.content_digest()
    state = {
        "program": _program(),
        "settings": workspace.settings.model_dump(mode="json"),
        "topics": [profile.model_dump(mode="json") for profile in workspace.topics],
        "encoder": encoder_card(workspace.settings.encoder).fingerprint,
        "store": content,
        "decisions": _files(workspace.decisions, "*.jsonl"),
        "editions": _files(workspace.editions, "*.csv"),
    }
    return sha256_bytes(json.dumps(state, sort_keys=True).encode())


@cache
def _program() -> dict[str, object]:
    """The code that measures, and what it runs on."""
    return {
        "paperradar": _files(Path(paperradar.__file__).parent, "*"),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "python": sys.version_info[:2],
        "machine": sysconfig.get_platform(),
    }


def _files(folder: Path, pattern: str) -> dict[str, str]:
    """The checksums of a folder's files, by their path in it, folders below included; empty for a missing folder."""
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): sha256_file(path) for path in paths}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # another build of it, under another name
        return ""


def _read(path: Path) -> MeasuredEdition | None:
    try:
        return read_measured(path.read_bytes())
    except (OSError, InputError):
        return None


def _keep(path: Path, made: MeasuredEdition) -> None:
    """Write a measurement, and remove the oldest beyond KEPT. A disk that takes none is told, and stops nothing."""
    try:
        write_atomically(path, measured_bytes(made))
    except OSError as error:
        _log.warning("what was measured is not kept, the next backtest measures it again: %s", error)
        return
    with suppress(OSError):  # another process removes files too
        files = sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        for old in files[:-KEPT]:
            old.unlink(missing_ok=True)
