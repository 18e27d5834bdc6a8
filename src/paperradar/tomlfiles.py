"""Reading a TOML file into a checked, frozen value; a mistake becomes one line naming file, key and remedy.

What a key allows is read from the table's own JSON schema, so a message can't disagree with the check.
"""

from __future__ import annotations

import difflib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from paperradar.categories import check_category
from paperradar.errors import SettingsError

Schema = Mapping[str, Any]
Location = tuple[int | str, ...]

# Words of configuration files that more than one kind of file uses.
Category = Annotated[
    str,
    Field(description="an arXiv category such as cs.CL"),
    AfterValidator(check_category),
]

_SHOWN_CHARACTERS = 60


class Table(BaseModel):
    """Base of every table in a configuration file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


T = TypeVar("T", bound=Table)


def read_table(path: Path, kind: type[T]) -> T:
    """Read and check a TOML file. Raises SettingsError with one line that names file, key and what is allowed.

    Types are taken strictly: ``"5"`` is no number and ``1`` is not true. Of several mistakes the first is told
    and the others are counted.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: the file is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        # By way of JSON, because there strict checking still takes lists for tuples and text for paths.
        return kind.model_validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        raise SettingsError(f"{path}: {_first_mistake(error, kind)}") from error


def _first_mistake(error: ValidationError, kind: type[Table]) -> str:
    mistakes = error.errors(include_url=False)
    rest = len(mistakes) - 1
    more = f" (and {rest} more mistake{'s' if rest > 1 else ''})" if rest else ""
    return _describe(mistakes[0], kind) + more


def _describe(mistake: Mapping[str, Any], kind: type[Table]) -> str:
    root = kind.model_json_schema()
    location: Location = mistake["loc"]
    key = _key(location)
    if mistake["type"] == "extra_forbidden":
        return f"{key}: unknown key; {_allowed_keys(root, location)}"
    expected = _allowed(_node(root, location), root)
    if mistake["type"] == "missing":
        return f"{key}: missing; expected {expected}"
    shown = f"{key} = {_shown(mistake['input'])}" if key else "the file"
    if mistake["type"] == "value_error":
        # A check of our own; its message already says what is allowed.
        return f"{shown}: {mistake['ctx']['error']}"
    return f"{shown}: expected {expected}"


def _key(location: Location) -> str:
    """``ranking.weights.seeds``, or ``seeds.title (entry 2)`` inside a list; people count from one."""
    names = ".".join(part for part in location if isinstance(part, str))
    entries = "".join(f" (entry {part + 1})" for part in location if isinstance(part, int))
    return names + entries


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def _allowed_keys(root: Schema, location: Location) -> str:
    """The nearest key and the keys that the table allows."""
    wanted = str(location[-1])
    keys = list(_node(root, location[:-1]).get("properties", ()))
    elsewhere = [key for key in _all_keys(root, root) if key.rpartition(".")[2] == wanted]
    near = difflib.get_close_matches(wanted, keys, n=1, cutoff=0.6)
    # An exact key of another table is more likely meant than a similar one of this table.
    guess = elsewhere[0] if len(elsewhere) == 1 else near[0] if near else ""
    table = _key(location[:-1])
    return (f"did you mean {guess}? " if guess else "") + (
        f"allowed {f'in {table} ' if table else ''}{'is' if len(keys) == 1 else 'are'} {', '.join(keys)}"
    )


def _all_keys(node: Schema, root: Schema, prefix: str = "") -> Sequence[str]:
    found: list[str] = []
    for name, child in node.get("properties", {}).items():
        resolved = _resolve(child, root)
        if "properties" in resolved:
            found += _all_keys(resolved, root, f"{prefix}{name}.")
        else:
            found.append(prefix + name)
    return found


def _node(root: Schema, location: Location) -> Schema:
    """The schema of the value at a location; empty where the schema doesn't know it."""
    node = _resolve(root, root)
    for part in location:
        child = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
        node = _resolve(child, root)
    return node


def _resolve(node: Schema, root: Schema) -> Schema:
    """Follow a reference and drop the ``null`` of an optional value, which TOML cannot write."""
    if "anyOf" in node:
        kinds = [kind for kind in node["anyOf"] if kind.get("type") != "null"]
        return _resolve(kinds[0], root) if len(kinds) == 1 else node
    if "$ref" in node:
        resolved: Schema = root["$defs"][node["$ref"].rpartition("/")[2]]
        return resolved
    return node


def _allowed(node: Schema, root: Schema) -> str:
    """What a value may be, in words."""
    if "enum" in node:
        return f"one of {', '.join(map(str, node['enum']))}"
    match node.get("type"):
        case "object":
            return f"a table with the keys {', '.join(node.get('properties', ()))}"
        case "array":
            return f"a list, each entry {_allowed(_resolve(node.get('items', {}), root), root)}"
        case "boolean":
            return "true or false"
        case "integer":
            return "a whole number" + _range(node)
        case "number":
            return "a number" + _range(node)
        case "string":
            return str(node.get("description") or ("a path" if node.get("format") == "path" else "a text"))
    return "something else"


def _range(node: Schema) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f" from {_number(low)} to {_number(high)}"
    bounds = [
        f"{words} {_number(node[name])}"
        for name, words in (
            ("minimum", "at least"),
            ("exclusiveMinimum", "more than"),
            ("maximum", "at most"),
            ("exclusiveMaximum", "less than"),
        )
        if name in node
    ]
    return f", {' and '.join(bounds)}" if bounds else ""


def _number(value: float) -> str:
    return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)
