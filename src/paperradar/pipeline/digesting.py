"""Sending digests: which, to which channels, and what was sent already. `paperradar.delivery` sends."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from paperradar.calendar import arxiv_day
from paperradar.channels import Channel, DigestName, load_channels
from paperradar.clock import Clock
from paperradar.delivery import Message, deliver
from paperradar.errors import NotFoundError, PaperradarError, UsageError
from paperradar.pipeline.editions import view_edition
from paperradar.pipeline.issued import decided_edition, decided_names, present_list
from paperradar.pipeline.sent import SentDigests, sending
from paperradar.publishing import Bundle
from paperradar.publishing.digest import Digest, daily_digest, daily_news, list_digest, ten_digest
from paperradar.workspace import Workspace

_TEN = 10


class Ending(StrEnum):
    """How a sending ended."""

    SENT = "sent"
    NOTHING_NEW = "nothing new"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of one channel. ``detail``: the subject, or why it failed. ``passing``: it may work later."""

    channel: str
    ending: Ending
    detail: str = ""
    passing: bool = False

    @property
    def line(self) -> str:
        """In one line."""
        return f"{self.channel}: {self.ending}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of a digest, by channel. ``note``: why nobody takes it; ``error``: why it could not even be made."""

    digest: DigestName
    sendings: tuple[Sending, ...] = ()
    note: str = ""
    error: str = ""

    @property
    def exit_code(self) -> int:
        """The exit status: 0, 75 where all that failed may work later, else 1."""
        failed = [one for one in self.sendings if one.ending is Ending.FAILED]
        if not failed:
            return 1 if self.error else 0
        return 75 if all(one.passing for one in failed) else 1

    @property
    def line(self) -> str:
        """In one line."""
        return f"{self.digest} digest: " + ("; ".join(one.line for one in self.sendings) or self.note or self.error)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        sendings = [
            {"channel": one.channel, "ending": str(one.ending), "detail": one.detail, "passing": one.passing}
            for one in self.sendings
        ]
        return {"digest": self.digest, "sendings": sendings, "note": self.note, "error": self.error}


# For a channel, its digest and how to write down that it was sent; None where it has nothing new.
_Made = Callable[[SentDigests, str], "tuple[Digest, Callable[[], None]] | None"]


def send_digests(
    workspace: Workspace,
    digest: DigestName,
    *,
    clock: Clock,
    environ: Mapping[str, str] = os.environ,
    edition: str | None = None,
    channels: Sequence[str] = (),
    again: bool = False,
) -> SendReport:
    """Send a digest to the channels that take it, or to those of these names only; none stops another.

    ``edition``: by default the running one for ``daily``; for ``monthly`` the newest that is decided, else the running
    one. ``again`` also sends what was sent already. Raises UsageError for a channel that is not there, SettingsError,
    NotFoundError where there is no list, InputError where it is not known what was sent, TryAgainLater.
    """
    takers = _takers(workspace, digest, channels)
    if not takers:
        return SendReport(digest, note=f"no channel takes it; name some in {workspace.channels}")
    made = _maker(workspace, digest, edition, clock, again)
    with sending(workspace.feeds) as sent:
        return SendReport(digest, tuple(_send(workspace, taker, made, sent, environ) for taker in takers))


def preview_digest(workspace: Workspace, digest: DigestName, *, clock: Clock, edition: str | None = None) -> Digest:
    """The digest as a channel gets it that was sent none before. Raises NotFoundError where there is none."""
    bundle = _list_for(workspace, digest, edition, clock)
    if digest == "monthly":
        return _monthly(workspace, bundle)
    return _daily(workspace, bundle, daily_news(bundle["rows"], known=None, days=1))


def digest_takers(workspace: Workspace, digest: DigestName, channels: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of the channels that a digest would go to. Raises UsageError, SettingsError."""
    return tuple(channel.name for channel in _takers(workspace, digest, channels))


def send_after_run(
    workspace: Workspace, edition: str, *, clock: Clock, environ: Mapping[str, str] = os.environ
) -> SendReport | None:
    """The daily digest at the end of a run; None where no channel takes it. Raises no error of ours: it reports."""
    try:
        if not _takers(workspace, "daily", ()):
            return None
        return send_digests(workspace, "daily", clock=clock, environ=environ, edition=edition)
    except (PaperradarError, OSError) as error:
        return SendReport("daily", error=f"not sent: {error}")


def _takers(workspace: Workspace, digest: DigestName, names: Sequence[str]) -> list[Channel]:
    channels = load_channels(workspace.channels)
    takers = [channel for channel in channels if channel.enabled and digest in channel.digests]
    for name in names:
        if name not in {channel.name for channel in takers}:
            there = ", ".join(channel.name for channel in takers) or "none"
            why = "does not take it" if name in {channel.name for channel in channels} else "is not there"
            raise UsageError(f"channel {name} {why}; channels for the {digest} digest in {workspace.channels}: {there}")
    return [channel for channel in takers if not names or channel.name in names]


def _maker(workspace: Workspace, digest: DigestName, edition: str | None, clock: Clock, again: bool) -> _Made:
    bundle = _list_for(workspace, digest, edition, clock)
    if digest == "monthly":
        monthly, month = _monthly(workspace, bundle), bundle["edition"]

        def of_month(sent: SentDigests, channel: str) -> tuple[Digest, Callable[[], None]] | None:
            if sent.knows(channel, month, monthly.name) and not again:
                return None
            return monthly, lambda: sent.sent_monthly(channel, month, monthly.name, at=clock())

        return of_month
    rows, days = bundle["rows"], workspace.settings.publishing.daily_days
    listed = [row["identifier"] for row in rows]

    def of_days(sent: SentDigests, channel: str) -> tuple[Digest, Callable[[], None]] | None:
        news = daily_news(rows, known=None if again else sent.told(channel), days=days)
        if not news:
            return None
        daily = _daily(workspace, bundle, news)
        return daily, lambda: sent.sent_daily(channel, daily.name, listed, at=clock())

    return of_days


def _send(
    workspace: Workspace, channel: Channel, made: _Made, sent: SentDigests, environ: Mapping[str, str]
) -> Sending:
    found = made(sent, channel.name)
    if found is None:
        return Sending(channel.name, Ending.NOTHING_NEW)
    digest, write_down = found
    message = Message(digest.subject, digest.text, digest.html)
    try:
        delivery = deliver(channel.address(environ), message, seconds=workspace.settings.publishing.send_seconds)
    except PaperradarError as error:  # what is wrong with one channel's address is nothing to the others
        return Sending(channel.name, Ending.FAILED, str(error))
    if not delivery.sent:
        return Sending(channel.name, Ending.FAILED, delivery.detail, delivery.passing)
    write_down()
    return Sending(channel.name, Ending.SENT, digest.subject)


def _list_for(workspace: Workspace, digest: DigestName, edition: str | None, clock: Clock) -> Bundle:
    if edition is None and digest == "monthly":
        edition = next(iter(decided_names(workspace)), None)
    if edition is None:
        return present_list(workspace, arxiv_day(clock))
    return view_edition(workspace, edition).bundle


def _monthly(workspace: Workspace, bundle: Bundle) -> Digest:
    title = workspace.settings.publishing.title
    if decided := decided_edition(workspace, bundle["edition"]):
        return ten_digest(decided, title=title)
    return list_digest(bundle, title=title, most=_TEN)


def _daily(workspace: Workspace, bundle: Bundle, news: Sequence[Mapping[str, Any]]) -> Digest:
    if not news:
        raise NotFoundError(f"the list of {bundle['edition']} has no paper that is new")
    settings = workspace.settings.publishing
    return daily_digest(bundle, news, title=settings.title, most=settings.daily_rows)
