"""How the stand-in misbehaves: scenarios, each a list of rules, read from ``scenarios.toml``.

A rule says which requests it harms (`source`, `category`, after `first` unharmed ones, `times` of them) and how.
"""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCES = ("rss", "api", "oai")
FILE = Path(__file__).with_name("scenarios.toml")

Value = int | float | str | bool
_STATUSES = (403, 404, 406, 429, 500, 502, 503)


class ScenarioError(ValueError):
    """A scenario that cannot be used; the message names scenario, rule and key."""


@dataclass(frozen=True, slots=True)
class _Action:
    """An action's parameters with their defaults (a type where there is none), and the sources that it fits."""

    parameters: Mapping[str, Value | type] = field(default_factory=dict)
    sources: tuple[str, ...] = SOURCES


ACTIONS: Mapping[str, _Action] = {
    # instead of an answer
    "status": _Action({"status": int, "retry_after": ""}),
    "need_accept": _Action(),
    "html": _Action(),
    "error_feed": _Action(sources=("rss", "api")),
    "bad_token": _Action(sources=("oai",)),
    "redirect": _Action({"location": ""}),
    # another content
    "empty_page": _Action(sources=("api",)),
    "short_page": _Action({"missing": 1}, ("api", "oai")),
    "total_changes": _Action({"by": 1}, ("api", "oai")),
    "no_list_size": _Action(sources=("oai",)),
    "deleted_record": _Action({"identifier": "2001.00001"}, ("oai",)),
    "stale": _Action(sources=("rss",)),
    "short_feed": _Action({"missing": 1}, ("rss",)),
    "full_feed": _Action({"items": int, "pad_to": 0}, ("rss",)),
    "broken_item": _Action(sources=("rss",)),
    # another body
    "truncate": _Action({"promise_all": False}),
    "hostile": _Action(),
    # another delivery
    "trickle": _Action({"seconds": 1.0}),
    "reset": _Action(),
    "slow": _Action({"seconds": 0.2}),
}
_COMMON = ("source", "action", "category", "first", "times")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done to the requests of a source (``any``: of all), perhaps of one category.

    ``first`` requests pass unharmed, then ``times`` of them (-1: all) are harmed.
    """

    source: str
    action: str
    category: str = ""
    first: int = 0
    times: int = 1
    parameters: Mapping[str, Value] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """A parameter as a whole number."""
        return int(self.parameters[name])

    def seconds(self, name: str) -> float:
        """A parameter in seconds."""
        return float(self.parameters[name])

    def text(self, name: str) -> str:
        """A parameter as text."""
        return str(self.parameters[name])

    def fits(self, source: str, categories: Iterable[str], *, resumed: bool) -> bool:
        """Whether a request is one of those that the rule counts."""
        if self.action == "bad_token" and not resumed:
            return False
        sources = ACTIONS[self.action].sources if self.source == "any" else (self.source,)
        return source in sources and (not self.category or self.category in categories)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named list of rules. The first rule that harms a request decides; all that fit it count it."""

    name: str
    rules: tuple[Rule, ...]
    about: str = ""


class Play:
    """A scenario while it is played: it counts requests. Thread safe."""

    def __init__(self, scenario: Scenario | None) -> None:
        self._rules = scenario.rules if scenario else ()
        self._counted = [0] * len(self._rules)
        self._lock = threading.Lock()

    def harm(self, source: str, categories: Iterable[str], *, resumed: bool = False) -> Rule | None:
        """The rule that harms this request, if one does."""
        categories = tuple(categories)
        chosen = None
        with self._lock:
            for place, rule in enumerate(self._rules):
                if rule.fits(source, categories, resumed=resumed):
                    turn = self._counted[place] - rule.first
                    self._counted[place] += 1
                    if chosen is None and turn >= 0 and (rule.times < 0 or turn < rule.times):
                        chosen = rule
        return chosen


def scenario_names(file: Path = FILE) -> tuple[str, ...]:
    """The scenarios of the file, in its order."""
    return tuple(_tables(file))


def load_scenario(name: str, file: Path = FILE) -> Scenario:
    """A scenario by name. Raises ScenarioError, which names the key, for an unknown name or a wrong table."""
    tables = _tables(file)
    if name not in tables:
        raise ScenarioError(f"no scenario {name!r}; there are: {', '.join(tables)}")
    return parse_scenario(name, tables[name])


def parse_scenario(name: str, table: object) -> Scenario:
    """A scenario from its TOML table. Raises ScenarioError, which names the key."""
    if not isinstance(table, dict):
        raise ScenarioError(f"scenario {name}: expected a table with the keys about and rules")
    if unknown := table.keys() - {"about", "rules"}:
        raise ScenarioError(f"scenario {name}: unknown key {min(unknown)}; there are: about, rules")
    about, rules = table.get("about", ""), table.get("rules", [])
    if not isinstance(about, str):
        raise ScenarioError(f"scenario {name}: about must be text")
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        raise ScenarioError(f"scenario {name}: rules must be a list of at least one table")
    return Scenario(
        name, tuple(_rule(f"scenario {name}, rule {place}", rule) for place, rule in enumerate(rules, 1)), about
    )


def _tables(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _rule(where: str, table: Mapping[str, object]) -> Rule:
    action = str(_typed(where, table, "action", str))
    if action not in ACTIONS:
        raise ScenarioError(f"{where}: action {action!r} is none of: {', '.join(ACTIONS)}")
    known = ACTIONS[action]
    if unknown := table.keys() - {*_COMMON, *known.parameters}:
        there_are = ", ".join((*_COMMON, *known.parameters))
        raise ScenarioError(f"{where}: unknown key {min(unknown)} for {action}; there are: {there_are}")
    source = str(_typed(where, table, "source", str))
    if source != "any" and source not in known.sources:
        raise ScenarioError(
            f"{where}: source {source!r} does not go with {action}; use {', '.join(known.sources)} or any"
        )
    parameters = {name: _typed(where, table, name, default) for name, default in known.parameters.items()}
    if action == "status" and parameters["status"] not in _STATUSES:
        raise ScenarioError(f"{where}: status must be one of {', '.join(map(str, _STATUSES))}")
    first, times = int(_typed(where, table, "first", 0)), int(_typed(where, table, "times", 1))
    if first < 0:
        raise ScenarioError(f"{where}: first must not be negative")
    if times < -1 or times == 0:
        raise ScenarioError(f"{where}: times must be at least 1, or -1 for ever")
    return Rule(source, action, str(_typed(where, table, "category", "")), first, times, parameters)


def _typed(where: str, table: Mapping[str, object], name: str, default: Value | type) -> Value:
    """The value of a key, checked to be of the default's type; a default that is a type makes it required."""
    wanted = default if isinstance(default, type) else type(default)
    if name not in table:
        if isinstance(default, type):
            raise ScenarioError(f"{where}: {name} is missing")
        return default
    value = table[name]
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted or not isinstance(value, (int, float, str, bool)):
        raise ScenarioError(f"{where}: {name} must be of type {wanted.__name__}")
    return value
