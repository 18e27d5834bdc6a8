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
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from paperradar.errors import InputError, TryAgainLater
from paperradar.files import sha256_bytes, sha256_file, write_atomically
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


def written_from(folder: Path, edition: str, sheet: Path) -> Bundle | None:
    """The bundle that a CSV of `sheets_of` was written from, None where that is not known any more."""
    paths = edition_paths(folder, edition)
    if sheet == paths.csv:
        name = _own_sheet(paths).get("bundle", "")
    else:
        name = sheet.name.removeprefix(f"{edition}.").partition(".")[0]
    try:
        return read_bundle(paths.bundles / f"{name}.json.gz")
    except InputError:
        return None


def write_edition(folder: Path, bundle: Bundle, *, taken: Mapping[Path, str] | None = None) -> WrittenFiles:
    """Write an edition's files.

    ``taken``: by CSV, the SHA-256 (hex) of the bytes whose marks the caller has taken into the log. A CSV that is
    neither as it was then nor as paperradar last wrote it stays, the new one goes beside it, and a note says so. CSVs
    beside it that were taken are superseded and removed. Raises InputError for a damaged bundle of the same name,
    TryAgainLater where a file is held by another program.
    """
    taken = taken or {}
    paths, name = edition_paths(folder, bundle["edition"]), bundle_id(bundle)
    sheet, page = render(bundle, "csv"), render(bundle, "html")
    csv_path, notes = paths.csv, list[str]()
    own = _own_sheet(paths)
    if not _may_replace(paths.csv, {sha256_bytes(sheet), taken.get(paths.csv), own.get("sha256")}):
        csv_path = _free_place_beside(paths.csv, name, {sha256_bytes(sheet), *taken.values()})
        notes.append(
            f"{paths.csv} holds changes that are not in the decisions log, so it was left as it is;"
            f" the new list is beside it: {csv_path}"
        )
    bundle_path = paths.bundles / f"{name}.json.gz"
    facts = manifest(
        bundle,
        bundle_path=bundle_path.relative_to(folder).as_posix(),
        files={"csv": (csv_path.name, sheet), "html": (paths.html.name, page)},
        left=own if csv_path != paths.csv else {},
    )
    # The bundle first and the manifest last: a manifest never names what is not there.
    changed = [bundle_path] if _keep_bundle(bundle_path, bundle) else []
    for path, data in ((csv_path, sheet), (paths.html, page), (paths.manifest, manifest_bytes(facts))):
        if _write(path, data):
            changed.append(path)
    for path, digest in taken.items():
        if path not in (paths.csv, csv_path) and _may_replace(path, {digest}) and _remove(path):
            notes.append(f"{path} was read and is superseded by {csv_path}, so it was removed")
    return WrittenFiles(csv_path, paths.html, paths.manifest, bundle_path, name, tuple(changed), tuple(notes))


def read_bundle(path: Path) -> Bundle:
    """Read a bundle and check it against its name. Raises InputError."""
    try:
        value = json.loads(gzip.decompress(path.read_bytes()))
        if isinstance(value, dict) and bundle_id(value) == path.name.removesuffix(".json.gz"):
            return value
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as a bundle ({error}); run the shortlist of its edition again"
        ) from error
    raise InputError(f"{path} is not what its name says; move it away and run the shortlist of its edition again")


def _may_replace(path: Path, known: Collection[str | None]) -> bool:
    """Whether nothing is lost when the CSV is written over: it is not there, or its SHA-256 is a known one."""
    try:
        return sha256_file(path) in known
    except FileNotFoundError:
        return True


def _free_place_beside(path: Path, name: str, known: Collection[str]) -> Path:
    numbered = (path.with_suffix(f".{name}.{number}.csv") for number in count(2))
    return next(place for place in chain([path.with_suffix(f".{name}.csv")], numbered) if _may_replace(place, known))


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:  # a program holds it; it stays until the next time
        return False
    return True


def _own_sheet(paths: EditionPaths) -> dict[str, str]:
    """The edition's own CSV as paperradar last wrote it: ``name``, ``sha256`` and ``bundle``; empty where unknown."""
    try:
        facts: Any = json.loads(paths.manifest.read_bytes())
        written = facts["files"]["csv"]
        if written["name"] == paths.csv.name:
            return {"name": written["name"], "sha256": written["sha256"], "bundle": facts["bundle"]["id"]}
        return {key: str(facts["left"][key]) for key in ("name", "sha256", "bundle") if facts["left"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _keep_bundle(path: Path, bundle: Bundle) -> bool:
    if path.exists():
        read_bundle(path)
        return False
    write_atomically(path, gzip.compress(bundle_bytes(bundle), compresslevel=9, mtime=0))
    return True


def _write(path: Path, data: bytes) -> bool:
    try:
        if path.exists() and path.read_bytes() == data:
            return False
        write_atomically(path, data)
    except PermissionError as error:
        raise TryAgainLater(f"{path} cannot be written ({error.strerror}); close the program that holds it") from error
    return True
