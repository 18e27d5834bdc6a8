"""The desk's files: what pages name is there, nothing comes from elsewhere, and an address changes with its file."""

from __future__ import annotations

import re

import pytest

from paperradar.publishing.desk_page import DESK_POLICY, asset_url, asset_version, desk_asset, render_desk
from paperradar.publishing.page import template_text

FILES = ("page.css", "desk.css", "desk.js", "icon.svg")


@pytest.mark.parametrize("name", FILES)
def test_files_name_nothing_outside(name: str) -> None:
    found = desk_asset(name)
    assert found
    text = found[0].decode().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "://" not in text
    assert "@import" not in text
    assert "url(" not in text
    assert re.fullmatch(r"/assets/[\w.]+\?v=[0-9a-f]{10}", asset_url(name))


def test_the_script_runs_no_text() -> None:
    script = template_text("desk/desk.js")
    assert not re.search(r"\beval\(|new Function|document\.write|localStorage|setTimeout\(\"", script)
    # What the server made, escaped, is the only text that becomes markup.
    assert script.count("innerHTML") == 1


def test_what_is_no_file_of_the_desk_is_none() -> None:
    for name in ("row.html.j2", "desk/desk.js", "../page.py", ""):
        assert desk_asset(name) is None
        assert asset_version(name) == ""


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in DESK_POLICY.split(";"))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("frame-ancestors") == "'none'"
    assert set(rules.values()) == {"'self'"}


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(Exception, match="undefined"):
        render_desk("problem", message="m")
