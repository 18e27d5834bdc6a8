"""What ships with paperradar beside its code: ``config/``, ``data/sample`` and ``data/editions``.

In a wheel they lie inside the package under ``_bundled``; in a clone, and so in an editable install, at the
clone's own root.
"""

from __future__ import annotations

from pathlib import Path

from paperradar.errors import NotFoundError


def bundled_root(package: Path = Path(__file__).parent) -> Path:
    """The folder that holds ``config`` and ``data``. ``package`` is the folder of the installed package.

    Raises NotFoundError where neither place has them: then the installation is broken.
    """
    inside = package / "_bundled"
    if (inside / "config").is_dir():
        return inside
    for folder in package.resolve().parents:
        if (folder / "pyproject.toml").is_file() and (folder / "data" / "sample").is_dir():
            return folder
    raise NotFoundError("the settings and the sample that ship with paperradar are missing; install it again")
