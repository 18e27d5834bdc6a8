"""Sending a message by e-mail or to a chat, by apprise. The only module that knows that library.

An address names its service by its scheme, such as ``mailtos://`` or ``slack://``. Only services that send over the
network to people are allowed. Addresses hold secrets: no result, error or log shows one.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperradar.errors import InputError

if TYPE_CHECKING:
    from apprise import AppriseAsset

# No scheme that writes files, runs or talks to programs on this machine (syslog, dbus, windows, gnome, macosx, ...).
SCHEMES = (
    "mailto", "mailtos", "slack", "discord", "workflows", "matrix", "matrixs", "tgram", "mmost", "mmosts", "rocket",
    "rockets", "zulip", "gchat", "webex", "ntfy", "ntfys", "gotify", "gotifys", "json", "jsons", "form", "forms",
)  # fmt: skip
# What people write for one of these.
_ALSO = {"msteams": "workflows", "telegram": "tgram", "http": "json", "https": "jsons", "smtp": "mailto"}
_MAIL = ("mailto", "mailtos")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)://")
_TRIED_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_HTTP_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")
_SMTP_STATUS = re.compile(r"\(([45]\d\d), ")
_NO_CONNECTION = re.compile(r"connection error", re.IGNORECASE)
# What chats take for a call to everybody; a word joiner in the middle makes it plain text.
_CALLS = re.compile(r"(?<=<)(?=[!@#])|(?<=@)(?=(?:everyone|here|channel|all|room)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """A digest in its two forms. ``subject`` is one line; ``html`` is a whole body without style or script."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a sending ended. ``detail``: why it failed, without the address. ``passing``: it may work later."""

    sent: bool
    detail: str = ""
    passing: bool = False


def check_address(address: str) -> str:
    """The scheme of an address that may be sent to. Raises InputError, which does not show the address."""
    if not address.strip().isprintable():
        raise InputError("its address holds characters that cannot be seen, or that are no UTF-8; write it again")
    found = _SCHEME.match(address)
    if found is None:
        raise InputError("its address has no scheme; it must begin with one such as mailtos:// or slack://")
    scheme = found[1].lower()
    if scheme not in SCHEMES:
        meant = f"; did you mean {_ALSO[scheme]}://?" if scheme in _ALSO else ""
        raise InputError(f"{scheme}:// is not among the services that are allowed ({', '.join(SCHEMES)}){meant}")
    return scheme


def deliver(address: str, message: Message, *, seconds: float) -> Delivery:
    """Send a message, waiting ``seconds`` at most. A failure is a result; an address that is none raises InputError.

    Mail gets the HTML, from which apprise makes the plain part; chats get the text.
    """
    scheme = check_address(address)
    from apprise import Apprise, NotifyFormat
    from apprise.common import OverflowMode

    with _silent(), warnings.catch_warnings():
        # Its plugins are imported here; what they import is deprecated at times, and no user's business.
        warnings.simplefilter("ignore", DeprecationWarning)
        service = Apprise.instantiate(address.strip(), asset=_asset(seconds))
        if service is None:
            raise InputError(f"its address is not what {scheme}:// needs; see https://appriseit.com/services/")
        service.socket_connect_timeout = service.socket_read_timeout = seconds
        service.overflow_mode = OverflowMode.SPLIT
        sender = Apprise(service, asset=service.asset)
        mail = scheme in _MAIL
        result = sender.notify(
            title=message.subject,
            body=message.html if mail else _CALLS.sub("\N{WORD JOINER}", message.text),
            body_format=NotifyFormat.HTML if mail else NotifyFormat.TEXT,
            log_level=logging.DEBUG,
        )
        attempts = [attempt for one in result for attempt in one.attempts]
        logs = [str(entry.message) for entry in result.logs()]
    # By what was tried: a service that the address calls optional counts as sent for apprise in any case.
    if attempts and attempts[-1].status.name == "SUCCESS":
        return Delivery(True)
    if attempts and attempts[-1].status.name == "TIMEOUT":
        return Delivery(False, f"no answer within {seconds:g} s", passing=True)
    return _failure(logs, mail=mail)


def _failure(logs: list[str], *, mail: bool) -> Delivery:
    """Why it failed. Of the log only numbers are told: its texts may hold names and addresses."""
    said = "\n".join(logs)
    if found := (_SMTP_STATUS if mail else _HTTP_STATUS).search(said):
        status = int(found[1])
        passing = status < 500 if mail else status in _TRIED_AGAIN
        return Delivery(False, f"the server answered {status}", passing=passing)
    if _NO_CONNECTION.search(said):
        return Delivery(False, "there is no connection to the server, or it broke", passing=True)
    return Delivery(False, "it was not accepted")


def _asset(seconds: float) -> AppriseAsset:
    """apprise without what it does by itself: no files, no plugins from elsewhere, no pictures from its site."""
    from apprise import AppriseAsset, PersistentStoreMode

    return AppriseAsset(
        app_id="paperradar",
        app_desc="paperradar",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        interpret_escapes=False,
        interpret_emojis=False,
        http_redirects=False,
        pgp_autogen=False,
        pem_autogen=False,
        secure_logging=True,
        storage_mode=PersistentStoreMode.MEMORY,
        service_timeout=seconds,
        allow_templates=False,
    )


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing that apprise logs gets further: it names hosts and people."""
    logger, nowhere = logging.getLogger("apprise"), logging.NullHandler()
    propagate, level = logger.propagate, logger.level
    logger.addHandler(nowhere)
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(nowhere)
        logger.propagate = propagate
        logger.setLevel(level)
