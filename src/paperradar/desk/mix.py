"""The mix of the ten: which shares of it are of which topic, lane and category, beside the issues before.

It rests on bundles, picks and the desk's facts, never on the papers' database: a paper of an earlier issue counts where
it is a row of that edition's list (for its category, where the facts know it too), and how many do is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paperradar.errors import PaperradarError
from paperradar.pipeline.desk_facts import DeskFacts
from paperradar.pipeline.editions import EditionView, bundle_of
from paperradar.publishing import Bundle, edition_paths, present_bundle
from paperradar.workspace import Workspace

_SHOWN = 8
_NO_TOPIC = "no profile"
_KINDS = ("topic", "lane", "category")
# One's own shares come first in the order of what is compared.
_OWN_WEIGHT = 1000


@dataclass(frozen=True, slots=True)
class IssueMix:
    """What an issue is made of. By kind, ``known``: the entries of which it is known; ``shares``: of these, by name, in
    percent.
    """

    edition: str
    entries: int
    known: Mapping[str, int]
    shares: Mapping[str, Mapping[str, int]]


def mix_of(
    workspace: Workspace, view: EditionView, before: Mapping[str, Sequence[str]], facts: DeskFacts | None = None
) -> dict[str, Any]:
    """This issue (``own``), those ``before`` it, and by kind the names to compare, the most frequent first.

    ``before``: entries by edition. ``facts`` know the categories of entries that no list has.
    """
    chosen = [place.identifier for place in view.ten]
    labels = {lane["slug"]: lane["label"] for lane in view.bundle["lanes"]}
    own = _issue(view.edition, chosen, view.bundle, labels, facts)
    earlier = [
        _issue(edition, entries, _bundle(workspace, edition), labels, facts) for edition, entries in before.items()
    ]
    kinds = []
    for kind in _KINDS:
        counted: Counter[str] = Counter()
        for issue in (own, *earlier):
            for name, share in issue.shares[kind].items():
                counted[name] += share * (_OWN_WEIGHT if issue is own else 1)
        kinds.append({"name": kind, "rows": [name for name, _ in counted.most_common(_SHOWN)]})
    return {"own": own, "earlier": earlier, "kinds": [kind for kind in kinds if kind["rows"]]}


def _bundle(workspace: Workspace, edition: str) -> Bundle | None:
    """The edition's list, None where there is none or it cannot be read: for a comparison no page shall fail."""
    name = present_bundle(workspace.shortlists, edition)
    if name is None:
        return None
    try:
        return bundle_of(edition_paths(workspace.shortlists, edition).bundle(name))
    except PaperradarError:
        return None


def _issue(
    edition: str, entries: Sequence[str], bundle: Bundle | None, labels: Mapping[str, str], facts: DeskFacts | None
) -> IssueMix:
    rows = {row["identifier"]: row for row in bundle["rows"]} if bundle else {}
    found = [rows[identifier] for identifier in entries if identifier in rows]
    topics = {topic["slug"]: topic["name"] for topic in bundle["topics"]} if bundle else {}
    papers = facts.papers if facts else {}
    categories = [row["categories"][:1] for row in found]
    categories += [papers[name].categories[:1] for name in entries if name not in rows and name in papers]
    said: Mapping[str, Sequence[Sequence[str]]] = {
        "topic": [[topics.get(row["topic"], row["topic"]) or _NO_TOPIC] for row in found],
        "lane": [[labels.get(slug, slug) for slug in row["lanes"]] for row in found],
        "category": [names for names in categories if names],
    }
    return IssueMix(
        edition,
        len(entries),
        {kind: len(names) for kind, names in said.items()},
        {kind: _shares(names) for kind, names in said.items()},
    )


def _shares(names: Sequence[Sequence[str]]) -> dict[str, int]:
    counted = Counter(name for several in names for name in several)
    return {name: round(100 * count / len(names)) for name, count in sorted(counted.items())}
