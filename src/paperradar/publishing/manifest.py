"""The manifest of an edition: what its list was made from, small enough to read, with the checksums of its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from paperradar.files import sha256_bytes
from paperradar.publishing.bundle import Bundle, bundle_bytes, bundle_id

_FROM_BUNDLE = (
    "format", "edition", "sample", "window", "counts", "lanes", "topics", "coverage", "encoder", "settings_hash",
    "versions", "papers_digest", "notes",
)  # fmt: skip
_SOME_BUNDLES = ("frozen", "taste", "depth")


def manifest(bundle: Bundle, *, bundle_path: str, files: Mapping[str, tuple[str, bytes]]) -> dict[str, Any]:
    """The manifest as a plain value.

    ``bundle_path``: where the bundle lies, relative to the manifest. ``files``: by format, a file's name and bytes.
    """
    return {
        **{key: bundle[key] for key in _FROM_BUNDLE},
        # Older bundles have not all of them.
        **{key: bundle[key] for key in _SOME_BUNDLES if key in bundle},
        "components": [part["name"] for part in bundle["components"]],
        "bundle": {"id": bundle_id(bundle), "path": bundle_path, "sha256": sha256_bytes(bundle_bytes(bundle))},
        "files": {
            kind: {"name": name, "bytes": len(data), "sha256": sha256_bytes(data)}
            for kind, (name, data) in files.items()
        },
    }


def manifest_bytes(value: Mapping[str, Any]) -> bytes:
    """The manifest's bytes: JSON for people, keys sorted, so that two editions can be laid side by side."""
    return (json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2) + "\n").encode()
