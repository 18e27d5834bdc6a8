"""The settings, and the file that shows them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from paperradar.errors import SettingsError
from paperradar.settings import DEFAULT_CATEGORIES, Settings, load_settings


def keys(table: BaseModel, prefix: str = "") -> dict[str, object]:
    """Every dotted key with its default."""
    found: dict[str, object] = {}
    for name in type(table).model_fields:
        value = getattr(table, name)
        if isinstance(value, BaseModel):
            found |= keys(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def written_keys(values: dict[str, object], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in values.items():
        found |= written_keys(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}"}
    return found


def test_the_shipped_file_equals_the_defaults(root: Path) -> None:
    assert load_settings(root / "config" / "paperradar.toml") == Settings()


def test_the_shipped_file_and_the_docs_show_every_key(root: Path) -> None:
    text = (root / "config" / "paperradar.toml").read_text(encoding="utf-8")
    written = written_keys(tomllib.loads(text))
    docs = (root / "docs" / "configuration.md").read_text(encoding="utf-8")
    for key, default in keys(Settings()).items():
        name = key.rpartition(".")[2]
        if default is None:  # TOML cannot write it: the key stands in a comment
            assert re.search(rf"^# {name} = ", text, re.MULTILINE), key
        else:
            assert key in written
        assert f"`{key}`" in docs


def test_the_default_categories_hold_the_required_ones() -> None:
    required = {"cs.CL", "cs.CV", "cs.LG", "cs.IR", "cs.AI", "cs.NE", "cs.SD", "cs.RO", "cs.CR", "cs.MM"}
    assert required | {"eess.AS", "stat.ML"} <= set(DEFAULT_CATEGORIES)


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "paperradar.toml") == Settings()


def test_a_mistake_names_file_key_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "paperradar.toml"
    path.write_text("[ranking.weights]\nnovlety = 80\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"paperradar\.toml: ranking\.weights\.novlety: .*did you mean novelty\?"):
        load_settings(path)
    path.write_text('[paths]\ndatabase = ""\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"paths\.database = \"\": expected a path"):
        load_settings(path)
    path.write_text('categories = ["cs.CL", "CS-CV"]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"categories \(entry 2\) = \"CS-CV\": .*did you mean cs\.CV\?"):
        load_settings(path)
