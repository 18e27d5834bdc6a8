"""An edition's files: one CSV with its page and manifest beside it, and an immutable bundle of every state.

    2022-05.csv   2022-05.html   2022-05.manifest.json   bundles/2022-05/<id>.json.gz

Writing is atomic, and bytes that are there already are left alone. Two things are never written over: a bundle, and
a CSV in which somebody may have written since paperradar did. Where such a CSV cannot be read, the new one goes beside
it (``2022-05.<id>.csv``) until it can.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from paperradar.errors import InputError
from paperradar.files import may_replace, sha256_bytes, write_atomically, write_if_changed
from paperradar.publishing.bundle import Bundle, bundle_bytes, bundle_id
from paperradar.publishing.csv_sheet import render_csv
from paperradar.publishing.manifest import manifest, manifest_bytes

FORMATS = ("csv", "json", "html")


@dataclass(frozen=True, slots=True)
class EditionPaths:
    """Where an edition's files lie (`bundles` is a folder)."""

    csv: Path
    html: Path
    manifest: Path
    bundles: Path

    def bundle(self, name: str) -> Path:
        """Where the bundle of this id lies."""
        return self.bundles / f"{name}.json.gz"


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """Where the files lie now. ``changed``: those whose bytes are new. ``notes``: what the user must be told."""

    csv: Path
    html: Path
    manifest: Path
    bundle: Path
    bundle_id: str
    changed: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def edition_paths(folder: Path, edition: str) -> EditionPaths:
    """Where an edition's files lie in the folder of shortlists."""
    return EditionPaths(
        csv=folder / f"{edition}.csv",
        html=folder / f"{edition}.html",
        manifest=folder / f"{edition}.manifest.json",
        bundles=folder / "bundles" / edition,
    )


def render(bundle: Bundle, kind: str) -> bytes:
    """The bundle as ``csv``, ``json`` (indented, for people and programs) or ``html``."""
    if kind == "csv":
        return render_csv(bundle)
    if kind == "json":
        return (json.dumps(bundle, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    if kind == "html":
        from paperradar.publishing.page import render_page

        return render_page(bundle)
    raise ValueError(f"{kind!r} is none of {', '.join(FORMATS)}")


def sheets_of(folder: Path, edition: str) -> list[Path]:
    """The CSVs of an edition that are there: its own, and those that lie beside it."""
    beside = re.compile(rf"{re.escape(edition)}\.[0-9a-f]{{12}}(?:\.\d+)?\.csv")
    found = sorted(path for path in folder.glob(f"{edition}.*.csv") if beside.fullmatch(path.name))
    own = edition_paths(folder, edition).csv
    return [own, *found] if own.exists() else found


def write_edition(folder: Path, bundle: Bundle, *, taken: Mapping[Path, str] | None = None) -> WrittenFiles:
    """Write an edition's files.

    ``taken``: by CSV, the SHA-256 (hex) of the bytes whose marks the caller has taken into the log. A CSV that is
    neither as it was then nor as paperradar last wrote it, or that cannot be read, stays; the new one goes beside it,
    and a note says so. CSVs beside it that were taken are superseded and removed. Raises InputError for a damaged
    bundle of the same name, TryAgainLater where a file is held by another program.
    """
    taken = taken or {}
    paths, name = edition_paths(folder, bundle["edition"]), bundle_id(bundle)
    bundle_path = paths.bundle(name)
    sheet, page = render(bundle, "csv"), render(bundle, "html")
    # The bundle first: a row of the CSV never names one that is not there. The manifest last, for the same reason.
    changed = [bundle_path] if _keep_bundle(bundle_path, bundle) else []
    # Asked directly before it is written: what somebody saves after the question is lost.
    csv_path = _place_for_csv(paths, name, sheet, taken)
    changed += _write(csv_path, sheet)
    changed += _write(paths.html, page)
    facts = manifest(
        bundle,
        bundle_path=bundle_path.relative_to(folder).as_posix(),
        files={"csv": (csv_path.name, sheet), "html": (paths.html.name, page)},
    )
    changed += _write(paths.manifest, manifest_bytes(facts))
    notes = []
    if csv_path != paths.csv:
        notes.append(
            f"{paths.csv} cannot be read or holds changes that are not in the decisions log, so it was left as it is;"
            f" the new list is beside it: {csv_path}"
        )
    for path, digest in taken.items():
        if path not in (paths.csv, csv_path) and may_replace(path, {digest}) and _remove(path):
            notes.append(f"{path} was read and is superseded by {csv_path}, so it was removed")
    return WrittenFiles(csv_path, paths.html, paths.manifest, bundle_path, name, tuple(changed), tuple(notes))


def read_bundle(path: Path) -> Bundle:
    """Read a bundle and check it against its name. Raises InputError."""
    try:
        value = json.loads(gzip.decompress(path.read_bytes()))
        if isinstance(value, dict) and bundle_id(value) == _id_in(path):
            return value
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as a bundle ({error}); run the shortlist of its edition again"
        ) from error
    raise InputError(f"{path} is not what its name says; move it away and run the shortlist of its edition again")


def bundles_of(folder: Path, edition: str) -> dict[str, Path]:
    """By id, the bundles of an edition that are there; whether they are whole says `read_bundle`."""
    return {_id_in(path): path for path in sorted(edition_paths(folder, edition).bundles.glob("[!.]*.json.gz"))}


def present_bundle(folder: Path, edition: str) -> str | None:
    """The id of the bundle that an edition's files were last made from, None where there is none."""
    paths = edition_paths(folder, edition)
    try:
        name = json.loads(paths.manifest.read_bytes())["bundle"]["id"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) and paths.bundle(name).exists() else None


def _id_in(path: Path) -> str:
    return path.name.removesuffix(".json.gz")


def _place_for_csv(paths: EditionPaths, name: str, sheet: bytes, taken: Mapping[Path, str]) -> Path:
    """Where the new CSV may lie: the edition's own place if nothing is lost there, else a free one beside it."""
    new = sha256_bytes(sheet)
    if may_replace(paths.csv, {new, taken.get(paths.csv), _last_written(paths)}):
        return paths.csv
    numbered = (paths.csv.with_suffix(f".{name}.{number}.csv") for number in count(2))
    places = chain([paths.csv.with_suffix(f".{name}.csv")], numbered)
    # This ends: the bundle has just been kept in the same folder, so names that nobody uses can be told from others.
    return next(place for place in places if may_replace(place, {new, *taken.values()}))


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:  # a program holds it; it stays until the next time
        return False
    return True


def _last_written(paths: EditionPaths) -> str | None:
    """The SHA-256 of the edition's own CSV as paperradar last wrote it, None where that is not known."""
    try:
        written: Any = json.loads(paths.manifest.read_bytes())["files"]["csv"]
        return str(written["sha256"]) if written["name"] == paths.csv.name else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep_bundle(path: Path, bundle: Bundle) -> bool:
    if path.exists():
        read_bundle(path)
        return False
    write_atomically(path, gzip.compress(bundle_bytes(bundle), compresslevel=9, mtime=0))
    return True


def _write(path: Path, data: bytes) -> list[Path]:
    """Write a file unless it is so already; returns the file if it is new."""
    return [path] if write_if_changed(path, data) else []
