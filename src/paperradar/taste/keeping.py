"""Tastes on disk: arrays and a card in one file each, and a log of which was adopted when.

A file is an npz of plain numbers and one JSON text; nothing in it is ever executed. Its name is the checksum of what
it holds, so a taste is never changed: another one is added, and the log says which counts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from paperradar.errors import InputError, NotFoundError
from paperradar.files import write_atomically
from paperradar.ranking import Taste, View

_FORMAT = 1
_ARRAYS = ("weights", "terms", "idf")
_NUMBERS = ("bias", "mean", "deviation", "share")
_DTYPES = {"weights": np.float32, "terms": np.uint64, "idf": np.float32}
_HISTORY = "history.jsonl"
_NAME = re.compile(r"[0-9a-f]{12}", re.ASCII)
ADOPT, REFUSE, ROLLBACK = "adopt", "refuse", "rollback"


@dataclass(frozen=True, slots=True)
class Adoption:
    """That a taste was adopted (``action`` ``adopt``), refused (``refuse``), or taken back for an earlier one.

    With ``rollback`` the name is that of the earlier one. ``at`` is aware, in UTC.

    ``comparison``: the figures on which that was decided, for people.
    """

    name: str
    at: dt.datetime
    action: str
    comparison: Mapping[str, object] = field(default_factory=dict)


def taste_bytes(taste: Taste) -> bytes:
    """The taste as the bytes of an npz file; the same taste gives the same bytes."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    views = []
    for number, view in enumerate(taste.views):
        for name in _ARRAYS:
            arrays[f"{number}.{name}"] = np.ascontiguousarray(getattr(view, name), dtype=_DTYPES[name])
        views.append({"source": view.source, "kind": view.kind} | {name: getattr(view, name) for name in _NUMBERS})
    head = {
        "format": _FORMAT,
        "trained_until": taste.trained_until.isoformat(),
        "encoder": taste.encoder,
        "card": dict(taste.card),
        "views": views,
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    buffer = io.BytesIO()
    # numpy.savez stamps its members with the time of day; a fixed one keeps the bytes the same.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "head.json", text)
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, allow_pickle=False)
            _add(archive, f"{name}.npy", member.getvalue())
    return buffer.getvalue()


def read_taste(path: Path) -> Taste:
    """Read a file that `taste_bytes` made. Raises InputError for any other."""
    try:
        with zipfile.ZipFile(path) as archive:
            head = json.loads(archive.read("head.json"))
            if head["format"] != _FORMAT:
                raise InputError(f"{path}: a taste of format {head['format']}; upgrade paperradar")
            views = []
            for number, facts in enumerate(head["views"]):
                arrays = {name: _array(archive, f"{number}.{name}.npy", _DTYPES[name]) for name in _ARRAYS}
                views.append(View(**facts, **arrays))
            return Taste(
                tuple(views), dt.date.fromisoformat(head["trained_until"]), str(head["encoder"]), dict(head["card"])
            )
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not a taste ({error}); train one with: paperradar taste train") from error


class TasteShelf:
    """The tastes of a workspace, in one folder. A missing folder holds none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, taste: Taste) -> str:
        """Keep a taste and return its name; a damaged file of that name is mended."""
        content = taste_bytes(taste)
        name = hashlib.sha256(content).hexdigest()[:12]
        path = self._path(name)
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        return name

    def load(self, name: str) -> Taste:
        """The taste of a name. Raises NotFoundError, InputError."""
        if not _NAME.fullmatch(name) or not self._path(name).is_file():
            raise NotFoundError(f"no taste {name[:40]!r} in {self._folder}; list them with: paperradar taste show")
        return read_taste(self._path(name))

    def adopted_name(self) -> str:
        """The name of the taste that counts now, empty before the first was adopted. Raises InputError."""
        return next((item.name for item in reversed(self.history()) if item.action != REFUSE), "")

    def adopted(self) -> tuple[str, Taste] | None:
        """The taste that counts now, None before the first was adopted. Raises NotFoundError, InputError."""
        name = self.adopted_name()
        return (name, self.load(name)) if name else None

    def adopt(self, name: str, *, at: dt.datetime, comparison: Mapping[str, object]) -> None:
        """Let a taste count from now on. Raises NotFoundError, InputError."""
        self._append(name, ADOPT, at, comparison)

    def refuse(self, name: str, *, at: dt.datetime, comparison: Mapping[str, object]) -> None:
        """Write down that a taste was learnt and not adopted, and why. Raises NotFoundError, InputError."""
        self._append(name, REFUSE, at, comparison)

    def _append(self, name: str, action: str, at: dt.datetime, comparison: Mapping[str, object]) -> None:
        self.load(name)
        at = at.astimezone(dt.UTC).replace(microsecond=0)
        entry = {"name": name, "at": at.isoformat(), "action": action, "comparison": dict(comparison)}
        before = self._history_path.read_bytes() if self._history_path.exists() else b""
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        write_atomically(self._history_path, before + line)

    def rollback(self, *, at: dt.datetime) -> str:
        """Let the taste before the present one count again, and return its name. Raises NotFoundError."""
        stack: list[str] = []
        for item in self.history():
            if item.action == REFUSE:
                continue
            if item.action == ROLLBACK:
                stack.pop()
            elif not stack or stack[-1] != item.name:
                stack.append(item.name)
        if len(stack) < 2:
            raise NotFoundError("there is no earlier taste to go back to")
        self._append(stack[-2], ROLLBACK, at, {})
        return stack[-2]

    def history(self) -> tuple[Adoption, ...]:
        """What was adopted, oldest first. Raises InputError where the log is damaged."""
        if not self._history_path.exists():
            return ()
        entries = []
        for number, line in enumerate(self._history_path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                entry = json.loads(line)
                at = dt.datetime.fromisoformat(entry["at"])
                entries.append(Adoption(str(entry["name"]), at, str(entry["action"]), dict(entry["comparison"])))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"{self._history_path}:{number}: damaged ({error}); mend or remove the line"
                ) from error
        return tuple(entries)

    @property
    def _history_path(self) -> Path:
        return self._folder / _HISTORY

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.npz"


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def _array(archive: zipfile.ZipFile, name: str, dtype: Any) -> Any:
    array = np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)
    if array.dtype != dtype or array.ndim != 1:
        raise ValueError(f"{name} is of another kind")
    return array
