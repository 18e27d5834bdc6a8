"""The file of channels."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.channels import load_channels
from paperradar.errors import SettingsError

SECRET = "slack://T1/s3cret/x"


def write(folder: Path, text: str) -> Path:
    path = folder / "channels.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_file_has_no_channel(tmp_path: Path) -> None:
    assert load_channels(tmp_path / "channels.toml") == ()


def test_defaults_and_the_environment(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f"""[[channel]]
name = "team"
url_env = "PAPERRADAR_TEAM_URL"
[[channel]]
name = "list"
url = "{SECRET}"
digests = ["monthly"]
enabled = false
""",
    )
    team, other = load_channels(path)
    assert (team.digests, team.enabled) == (("daily", "monthly"), True)
    assert (other.digests, other.enabled) == (("monthly",), False)
    assert team.address({"PAPERRADAR_TEAM_URL": f" {SECRET}\n"}) == SECRET
    assert other.address({}) == SECRET
    assert SECRET not in repr(other)
    with pytest.raises(SettingsError, match="PAPERRADAR_TEAM_URL is not set"):
        team.address({"PAPERRADAR_TEAM_URL": " "})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'[[channel]]\nname = "a"\nulr = "{SECRET}"\n', "unknown key; did you mean url"),
        (f'[[channel]]\nname = "a"\nurl = ["{SECRET}"]\n', "channel.url (entry 1)"),
        (f'channel = "{SECRET}"\n', "expected a list"),
        (f'[[channel]]\nurl = "{SECRET}"\n', "name"),
        (f'[[channel]]\nname = "{SECRET}"\n', "expected a name"),
        (f'[[channel]]\nname = "a"\nurl_env = "{SECRET}"\n', "the name of an environment variable"),
        (f'[[channel]]\nname = "a"\nurl = "{SECRET}"\nurl_env = "X"\n', "expected one of url and url_env"),
        ('[[channel]]\nname = "a"\n', "expected one of url and url_env"),
        (f'[[channel]]\nname = "a"\nurl = "{SECRET}"\ndigests = ["weekly"]\n', "one of daily, monthly"),
        (f'[[channel]]\nname = "a"\nurl = "{SECRET}"\n' * 2, "two channels called a"),
        (f'[[channel]]\nname = "a"\nurl = {SECRET}\n', "not valid TOML"),
        (
            '[[channel]]\nname = "a"\nurl = ["mailtos://me:a,s3cret@h.example"]\n',
            "channel.url (entry 1): expected a text",
        ),
        ('[channel]\nname = "a"\nurl = "mailtos://me:a}s3cret@h.example"\n', "channel: expected a list"),
        ('[[channel]]\nname = "a"\nurl_env = "xoxb-s3cret"\n', "the name of an environment variable"),
        ('[[channel]]\nname = "a"\n"mailtos://me:a,s3cret@h.example" = 1\n', "unknown key"),
    ],
)
def test_a_mistake_is_one_line_that_shows_no_address(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_channels(write(tmp_path, text))
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None or "s3cret" not in str(caught.value.__cause__)
