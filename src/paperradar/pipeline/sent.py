"""Which digest went to which channel: ``data/feeds/sent.json``, so that nothing is sent twice.

It holds channels' names and papers' identifiers, no address. Losing it costs a digest that comes twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from paperradar.decisions.locking import exclusive
from paperradar.errors import InputError
from paperradar.files import write_atomically

SENT_FILE = "sent.json"
_FORMAT = 1


class SentDigests:
    """The file as it was read; each word about a sent digest is written at once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SENT_FILE
        self._channels = self._read()

    def told(self, channel: str) -> frozenset[str] | None:
        """The identifiers on the list when the channel was last sent a daily digest; None: never."""
        daily = self._channels.get(channel, {}).get("daily")
        return frozenset(daily["list"]) if daily else None

    def knows(self, channel: str, edition: str, digest: str) -> bool:
        """Whether the channel was last sent this very digest of an edition's month."""
        monthly = self._channels.get(channel, {}).get("monthly", {}).get(edition)
        return bool(monthly and monthly["digest"] == digest)

    def sent_daily(self, channel: str, digest: str, listed: Iterable[str], *, at: dt.datetime) -> None:
        """Write down a daily digest, by its name, and the identifiers that were on the list then."""
        word = {"at": _text(at), "digest": digest, "list": sorted(listed)}
        self._channels.setdefault(channel, {})["daily"] = word
        self._write()

    def sent_monthly(self, channel: str, edition: str, digest: str, *, at: dt.datetime) -> None:
        """Write down a monthly digest, by its name."""
        word = {"at": _text(at), "digest": digest}
        self._channels.setdefault(channel, {}).setdefault("monthly", {})[edition] = word
        self._write()

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            value = json.loads(self._path.read_bytes())
            channels: dict[str, dict[str, Any]] = value["channels"]
            for of_one in channels.values():
                _check(of_one)
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{self._path} is damaged; move it away, and the next digests may be sent once more"
            ) from error
        return channels

    def _write(self) -> None:
        value = {"format": _FORMAT, "channels": self._channels}
        data = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_atomically(self._path, data.encode())


@contextmanager
def sending(folder: Path) -> Iterator[SentDigests]:
    """The sent digests, for one process at a time. Raises TryAgainLater where another one is sending, InputError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{SENT_FILE}.lock"
    with path.open("ab") as file, exclusive(file.fileno(), path):
        yield SentDigests(folder)


def _check(of_one: dict[str, Any]) -> None:
    """Raises KeyError or TypeError where a key is missing or something else."""
    if "daily" in of_one:
        _ = of_one["daily"]["digest"], frozenset(of_one["daily"]["list"])
    for word in of_one.get("monthly", {}).values():
        _ = word["digest"]


def _text(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")
