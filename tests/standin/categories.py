"""arXiv's categories as far as the stand-in needs them: what is one, and how OAI-PMH names it.

Source: https://arxiv.org/category_taxonomy and https://info.arxiv.org/help/oa/index.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_OF_PHYSICS = "astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics quant-ph"
_WITH_SUBJECTS = "astro-ph cond-mat cs econ eess math nlin physics q-bio q-fin stat"
_PHYSICS = frozenset(_OF_PHYSICS.split())
_DIVIDED = frozenset(_WITH_SUBJECTS.split())
ARCHIVES = _PHYSICS | _DIVIDED
GROUPS = tuple(sorted({"physics"} | (ARCHIVES - _PHYSICS)))
_SUBJECT = re.compile(r"[A-Z]{2}|[a-z]+(?:-[a-z]+)*", re.ASCII)


def is_category(name: str) -> bool:
    """Whether arXiv may have such a category or archive; subjects are told by their form alone."""
    archive, dot, subject = name.partition(".")
    return archive in ARCHIVES and (not dot or (archive in _DIVIDED and _SUBJECT.fullmatch(subject) is not None))


def holds(asked: str, category: str) -> bool:
    """Whether a request for ``asked`` (a category, or a whole archive such as ``cs``) takes in a category."""
    return category == asked or ("." not in asked and category.startswith(f"{asked}."))


def set_spec(category: str) -> str:
    """OAI-PMH's name: ``cs:cs:IR`` for cs.IR, ``physics:hep-th`` for hep-th."""
    archive, _, subject = category.partition(".")
    spec = f"{'physics' if archive in _PHYSICS else archive}:{archive}"
    return f"{spec}:{subject}" if subject else spec


def is_set(spec: str) -> bool:
    """Whether arXiv may have such a set."""
    category = of_set(spec)
    return spec in GROUPS or (is_category(category) and set_spec(category) == spec)


def in_set(spec: str, categories: Iterable[str]) -> bool:
    """Whether one of the categories lies in the set."""
    return any(name == spec or name.startswith(f"{spec}:") for name in map(set_spec, categories))


def of_set(spec: str) -> str:
    """The category that a full set names, for instance cs.IR for ``cs:cs:IR``."""
    return spec.partition(":")[2].replace(":", ".")
