"""arXiv's categories as far as the stand-in needs them: what is one, and how OAI-PMH names it.

Source: https://arxiv.org/category_taxonomy and https://info.arxiv.org/help/oa/index.html
"""

from __future__ import annotations

from collections.abc import Iterable

from paperradar.categories import archives, categories

_OF_PHYSICS = "astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics quant-ph"
_PHYSICS = frozenset(_OF_PHYSICS.split())
GROUPS = tuple(sorted({"physics"} | (archives().keys() - _PHYSICS)))


def is_category(name: str) -> bool:
    """Whether arXiv has such a category or archive."""
    return name in categories() or name in archives()


def holds(asked: str, category: str) -> bool:
    """Whether a request for ``asked`` (a category, or a whole archive such as ``cs``) takes in a category."""
    return category == asked or ("." not in asked and category.startswith(f"{asked}."))


def set_spec(category: str) -> str:
    """OAI-PMH's name: ``cs:cs:IR`` for cs.IR, ``physics:hep-th`` for hep-th."""
    archive, _, subject = category.partition(".")
    spec = f"{'physics' if archive in _PHYSICS else archive}:{archive}"
    return f"{spec}:{subject}" if subject else spec


def is_set(spec: str) -> bool:
    """Whether arXiv has such a set."""
    category = of_set(spec)
    return spec in GROUPS or (is_category(category) and set_spec(category) == spec)


def in_set(spec: str, names: Iterable[str]) -> bool:
    """Whether one of some categories lies in the set."""
    return any(name == spec or name.startswith(f"{spec}:") for name in map(set_spec, names))


def of_set(spec: str) -> str:
    """The category that a full set names, for instance cs.IR for ``cs:cs:IR``."""
    return spec.partition(":")[2].replace(":", ".")
