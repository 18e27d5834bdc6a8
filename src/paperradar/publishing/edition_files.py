"""An edition's files: one CSV with its page and manifest beside it, and an immutable bundle of every state.

    2022-05.csv   2022-05.html   2022-05.manifest.json   bundles/2022-05/<id>.json.gz

Writing is atomic, and bytes that are there already are left alone. Two things are never written over: a bundle, and
a CSV in which somebody may have written since paperradar did.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
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


def write_edition(folder: Path, bundle: Bundle, *, replaces: str | None = None) -> WrittenFiles:
    """Write an edition's files.

    ``replaces``: SHA-256 (hex) of the CSV whose marks the caller has taken into the log. A CSV that is neither that one
    nor as paperradar last wrote it stays, the new one goes beside it (``2022-05.<id>.csv``), and a note says so.
    Raises InputError for a damaged bundle of the same name, TryAgainLater where a file is held by another program.
    """
    paths, name = edition_paths(folder, bundle["edition"]), bundle_id(bundle)
    sheet, page = render(bundle, "csv"), render(bundle, "html")
    csv_path, notes = paths.csv, list[str]()
    if not _may_replace(paths, sheet, replaces):
        csv_path = paths.csv.with_name(f"{bundle['edition']}.{name}.csv")
        notes.append(
            f"{paths.csv} holds changes that are not in the decisions log, so it was left as it is;"
            f" the new list is beside it: {csv_path}"
        )
    bundle_path = paths.bundles / f"{name}.json.gz"
    facts = manifest(
        bundle,
        bundle_path=bundle_path.relative_to(folder).as_posix(),
        files={"csv": (csv_path.name, sheet), "html": (paths.html.name, page)},
    )
    # The bundle first and the manifest last: a manifest never names what is not there.
    changed = [bundle_path] if _keep_bundle(bundle_path, bundle) else []
    for path, data in ((csv_path, sheet), (paths.html, page), (paths.manifest, manifest_bytes(facts))):
        if _write(path, data):
            changed.append(path)
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


def _may_replace(paths: EditionPaths, sheet: bytes, replaces: str | None) -> bool:
    """Whether nothing is lost when the CSV is written over."""
    try:
        present = sha256_file(paths.csv)
    except FileNotFoundError:
        return True
    return present in (sha256_bytes(sheet), replaces, _last_written(paths))


def _last_written(paths: EditionPaths) -> str | None:
    """SHA-256 of the CSV as the last manifest has it, None where that is not known."""
    try:
        value: Any = json.loads(paths.manifest.read_bytes())
        written = value["files"]["csv"]
        return str(written["sha256"]) if written["name"] == paths.csv.name else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


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
