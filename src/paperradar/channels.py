"""Where digests go: ``config/channels.toml``. Secrets may stand in the environment instead. See docs/publishing.md.

An address holds passwords and tokens, so no message of paperradar's ever shows one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from paperradar.errors import SettingsError
from paperradar.tomlfiles import Table, read_table

DigestName = Literal["daily", "monthly"]
DIGESTS: tuple[DigestName, ...] = ("daily", "monthly")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Whatever a mistake shows of the file, it shows no value, as an address may stand in the wrong place or lack its
# scheme; nor a key that is one.
_VALUE = re.compile(r" = .*(?=: expected )")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://.*?(?= \(entry|: |$)")


def _is_a_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("expected a name of letters, digits, dots and hyphens")
    return text


def _is_a_variable(text: str) -> str:
    if text and not _VARIABLE.fullmatch(text):
        raise ValueError("expected the name of an environment variable, such as PAPERRADAR_SLACK_URL")
    return text


class Channel(Table):
    """One place to send digests to. The address is ``url``, or in the environment variable ``url_env``."""

    name: Annotated[str, AfterValidator(_is_a_name)]
    url: Annotated[str, Field(repr=False)] = ""
    url_env: Annotated[str, AfterValidator(_is_a_variable)] = ""
    digests: tuple[DigestName, ...] = DIGESTS
    enabled: bool = True

    def address(self, environ: Mapping[str, str]) -> str:
        """Where to send to. Raises SettingsError where the variable is not set."""
        if self.url:
            return self.url
        if found := environ.get(self.url_env, "").strip():
            return found
        raise SettingsError(f"the environment variable {self.url_env} is not set; it holds the channel's address")


class ChannelsFile(Table):
    """The whole of ``config/channels.toml``: one ``[[channel]]`` each."""

    channel: tuple[Channel, ...] = ()


def load_channels(path: Path) -> tuple[Channel, ...]:
    """The channels of a file, none where there is no such file. Raises SettingsError, which shows no address."""
    if not path.exists():
        return ()
    try:
        channels = read_table(path, ChannelsFile).channel
    except SettingsError as error:
        # Without its cause, which has the whole of the file in it.
        raise SettingsError(_ADDRESS.sub("(an address)", _VALUE.sub("", str(error)))) from None
    for number, channel in enumerate(channels, start=1):
        if bool(channel.url) == bool(channel.url_env):
            raise SettingsError(f"{path}: channel {channel.name}: expected one of url and url_env")
        if channel.name in {other.name for other in channels[: number - 1]}:
            raise SettingsError(f"{path}: channel.name (entry {number}): there are two channels called {channel.name}")
    return channels
