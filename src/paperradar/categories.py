"""arXiv's categories: which there are, and which one was meant by a name that is none.

A feed of a category that arXiv does not have is empty for ever, which looks like a quiet day; so a wrong name must be
found before anybody asks. The list is a data file, ``data/arxiv_categories.toml``.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def archives() -> Mapping[str, tuple[str, ...]]:
    """arXiv's archives, each with its categories: ``cs`` has cs.CL and others, ``hep-th`` has itself alone."""
    table = tomllib.loads((files("paperradar") / "data" / "arxiv_categories.toml").read_text(encoding="utf-8"))
    return {
        archive: tuple(f"{archive}.{subject}" for subject in subjects) or (archive,)
        for archive, subjects in table["archives"].items()
    }


@lru_cache(maxsize=1)
def categories() -> frozenset[str]:
    """All categories of arXiv."""
    return frozenset(name for names in archives().values() for name in names)


def check_category(name: str) -> str:
    """Return a category's name unchanged. Raises ValueError, naming the nearest, for one that arXiv does not have."""
    if name in categories():
        return name
    if name in archives():
        raise ValueError(f"{name} is an archive; name its categories, such as {archives()[name][0]}")
    near = _nearest(name)
    raise ValueError(
        f"{name} is no category of arXiv;{f' did you mean {near}?' if near else ''} https://arxiv.org/category_taxonomy"
        " lists them; one that arXiv added since belongs in paperradar's data/arxiv_categories.toml"
    )


def _nearest(name: str) -> str:
    """The category that was most likely meant; nothing where none is near."""
    # Sorted: equally near ones must not depend on the order of a set.
    folded = {known.casefold(): known for known in sorted(categories())}
    wanted = name.casefold().replace("_", "-")
    found = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""
