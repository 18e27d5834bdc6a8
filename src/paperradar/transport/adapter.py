"""The adapters of requests through which everything goes: a polite one to the network, one to kept documents.

Whoever uses the session, paperradar or the ``arxiv`` package, cannot get around the turnstile, the back-off, the
User-Agent or the bounds. Answers are handed out whole, from memory; a raw one is kept before anybody parses it.
Knows HTTP, and nothing of papers.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from paperradar.errors import NotFoundError, UpstreamError
from paperradar.settings import FetchSettings
from paperradar.transport.backoff import GaveUp, Trouble, http_date, retry_after, trouble_of, wait_before
from paperradar.transport.connections import POOLS, Broken, Deadline, TooBig, innermost, read_body
from paperradar.transport.documents import Document
from paperradar.transport.turnstile import Sleep, Turnstile, host_group

ACCEPT = "application/atom+xml, application/rss+xml, application/xml, text/xml;q=0.9, */*;q=0.5"

_MEGABYTE = 1_000_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# These speak of the transfer, which is over.
_OF_THE_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"})
_TAG = re.compile(r"<[^<>]*>")

Keep = Callable[[Document], object]
_Timeout = float | tuple[float, float] | tuple[float, None] | None
_Certificate = bytes | str | tuple[bytes | str, bytes | str] | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one attempt came to: a document, or trouble and how long to wait after it."""

    document: Document | None = None
    trouble: Trouble | None = None
    said: str = ""
    wait: float = 0.0


class PoliteAdapter(HTTPAdapter):
    """Asks the hosts of ``settings.urls``, one request at a time and one connection a request, and backs off.

    Every whole answer (2xx, and the 4xx that are no "slow down") goes to ``keep`` before it is handed out.
    ``clock`` dates documents; waiting goes by the machine's clock. Times are in seconds.

    `send` raises GaveUp when trying again has not helped, UpstreamError for an answer that cannot get better, and
    UsageError where the folder of the turnstiles cannot be used; no errors of requests.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        user_agent: str,
        keep: Keep,
        clock: Callable[[], dt.datetime],
        sleep: Sleep,
        lock_folder: Path,
        random: Callable[[], float],
    ) -> None:
        self._settings, self._user_agent, self._keep = settings, user_agent, keep
        self._clock, self._sleep, self._random = clock, sleep, random
        self._turnstiles: dict[str, Turnstile] = {}
        self._allowed: dict[str, set[str]] = {}
        for url in (settings.urls.rss, settings.urls.api, settings.urls.oai):
            group = host_group(url)
            self._allowed.setdefault(group, {"https"}).add(urlsplit(url).scheme)
            self._turnstiles[group] = Turnstile(
                lock_folder,
                group,
                interval=settings.interval_seconds,
                longest_wait=settings.longest_backoff_seconds,
                sleep=sleep,
            )
        # urllib3 tries nothing again by itself: it would not pass the turnstile.
        super().__init__(max_retries=Retry(0, read=False, respect_retry_after_header=False))

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object) -> None:
        """Make the pools, of connections that heed a deadline."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: object) -> urllib3.PoolManager:
        """The same for a proxy that the environment names."""
        manager: urllib3.PoolManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        if isinstance(manager, urllib3.ProxyManager):  # SOCKS has connections of its own
            manager.pool_classes_by_scheme = dict(POOLS)
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: _Timeout = None,
        verify: bool | str = True,
        cert: _Certificate = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request (requests sends each hop of a redirect through here), until it is answered or hopeless.

        ``stream`` and ``timeout`` are the settings' and not the caller's.
        """
        del stream, timeout
        url = request.url or ""
        turnstile = self._turnstiles[self._allowed_group(url)]
        self._dress(request)
        for attempt in range(self._settings.attempts):
            with turnstile.pass_through() as passage:
                try:
                    outcome = self._ask(request, attempt, verify, cert, proxies)
                finally:
                    self.close()  # the next process opens a connection of its own: there is never more than one
                if outcome.trouble is Trouble.THROTTLED:
                    passage.hold_off(outcome.wait)
            if outcome.document is not None:
                return self._answer(request, outcome.document)
            if outcome.wait > self._settings.longest_backoff_seconds:
                break
            # After "slow down" the turnstile makes everybody wait, this process too.
            if outcome.trouble is Trouble.PASSING and attempt + 1 < self._settings.attempts:
                self._sleep(outcome.wait)
        raise GaveUp(_given_up(url, attempt + 1, outcome))

    def _allowed_group(self, url: str) -> str:
        group, scheme = host_group(url), urlsplit(url).scheme
        if group not in self._allowed:
            raise UpstreamError(f"{group} is none of the hosts of fetch.urls, and is not asked for {url[:200]}")
        if scheme not in self._allowed[group]:
            raise UpstreamError(f"{url[:200]} is not asked without TLS; check fetch.urls in config/paperradar.toml")
        return group

    def _dress(self, request: requests.PreparedRequest) -> None:
        request.headers["User-Agent"] = self._user_agent
        request.headers["Accept"] = ACCEPT
        request.headers["Accept-Encoding"] = "gzip"
        request.headers["Connection"] = "close"

    def _ask(
        self,
        request: requests.PreparedRequest,
        attempt: int,
        verify: bool | str,
        cert: _Certificate,
        proxies: Mapping[str, str] | None,
    ) -> _Outcome:
        settings, url = self._settings, request.url or ""
        with Deadline(settings.longest_seconds) as deadline:
            try:
                response = super().send(
                    request, stream=True, timeout=settings.timeout_seconds, verify=verify, cert=cert, proxies=proxies
                )
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                return self._no_answer(url, error, deadline, attempt)
            try:
                headers = {name.lower(): value for name, value in response.headers.items()}
                trouble = trouble_of(response.status_code)
                if trouble in (Trouble.THROTTLED, Trouble.PASSING):
                    return self._troubled(trouble, f"answered {response.status_code}", attempt, headers)
                body = b""
                if response.status_code not in _REDIRECTS:
                    body = read_body(response.raw, deadline, round(settings.largest_megabytes * _MEGABYTE))
            except Broken as error:
                return self._troubled(Trouble.PASSING, f"cannot be used: {error}", attempt)
            except TooBig as error:
                raise UpstreamError(
                    f"{url}: the answer is larger than {settings.largest_megabytes:g} MB; if that is right, raise "
                    "fetch.largest_megabytes in config/paperradar.toml"
                ) from error
            finally:
                response.close()
        return _Outcome(Document(url, response.status_code, body, self._clock(), headers))

    def _no_answer(self, url: str, error: Exception, deadline: Deadline, attempt: int) -> _Outcome:
        reason = innermost(error)
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidProxyURL):
            raise UpstreamError(f"{url[:200]} cannot be asked: {reason}") from error
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise UpstreamError(
                f"{url}: the server's certificate is not to be trusted ({reason}); check this machine's clock and "
                "certificates, and fetch.urls"
            ) from error
        if deadline.passed:
            reason = f"no answer within {deadline.seconds:g} s"
        return self._troubled(Trouble.PASSING, f"cannot be reached: {reason}", attempt)

    def _troubled(
        self, trouble: Trouble, said: str, attempt: int, headers: Mapping[str, str] | None = None
    ) -> _Outcome:
        headers = headers or {}
        # A date in Retry-After is by the server's clock.
        now = http_date(headers.get("date")) or dt.datetime.now(dt.UTC)
        asked = retry_after(headers.get("retry-after"), now)
        return _Outcome(
            trouble=trouble, said=said, wait=wait_before(attempt, trouble, asked, self._settings, self._random)
        )

    def _answer(self, request: requests.PreparedRequest, document: Document) -> requests.Response:
        if document.status in _REDIRECTS and (location := document.headers.get("location")):
            self._check_redirect(document.url, location)
            return rebuilt(self, request, document)
        if 300 <= document.status < 400:
            raise UpstreamError(f"{document.url} answers {document.status} and does not say where to ask instead")
        self._keep(document)
        return rebuilt(self, request, document)

    def _check_redirect(self, url: str, location: str) -> None:
        try:
            target = urljoin(url, location.encode("latin-1").decode())  # as requests reads it
        except ValueError as error:
            raise UpstreamError(f"{url} redirects to {location[:200]!r}, which is no web address") from error
        group = host_group(target)
        if group not in self._allowed:
            host = urlsplit(target).netloc.rpartition("@")[2]
            raise UpstreamError(
                f"{url} redirects to {host}, which is not followed; check fetch.urls in config/paperradar.toml"
            )
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise UpstreamError(
                f"{url} redirects to {target[:200]} without TLS, which is not followed; check fetch.urls"
            )


class ReplayAdapter(HTTPAdapter):
    """Serves kept documents by URL, without a network: a URL's documents in their order, the last again and again.

    `send` raises NotFoundError for a URL that was not kept, UpstreamError for a document of a refusal.
    """

    def __init__(self, documents: Iterable[Document], *, keep: Keep) -> None:
        super().__init__()
        self._keep = keep
        self._documents: dict[str, list[Document]] = {}
        for document in documents:
            self._documents.setdefault(prepared(document.url), []).append(document)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: _Timeout = None,
        verify: bool | str = True,
        cert: _Certificate = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The next document of the request's URL."""
        del stream, timeout, verify, cert, proxies
        kept = self._documents.get(request.url or "")
        if kept is None:
            raise NotFoundError(f"no answer of {request.url} was kept; replay a day on which it was asked")
        document = kept.pop(0) if len(kept) > 1 else kept[0]
        self._keep(document)
        return rebuilt(self, request, document)


def prepared(url: str) -> str:
    """A URL as requests sends it, the form in which documents of one URL are found."""
    return requests.Request("GET", url).prepare().url or url


def rebuilt(adapter: HTTPAdapter, request: requests.PreparedRequest, document: Document) -> requests.Response:
    """The response of requests that a document was. Raises UpstreamError for a refusal."""
    if trouble_of(document.status) is not None:
        raise UpstreamError(
            f"{document.url} answered {document.status}: {_words(document.body) or 'nothing else'}; "
            "trying again cannot help"
        )
    raw = urllib3.HTTPResponse(
        body=io.BytesIO(document.body),
        headers={name: value for name, value in document.headers.items() if name.lower() not in _OF_THE_TRANSFER},
        status=document.status,
        preload_content=False,
    )
    return adapter.build_response(request, raw)


def _words(body: bytes) -> str:
    """The first 200 characters of a body, tags left out, safe to print."""
    text = _TAG.sub(" ", body[:20_000].decode("utf-8", "replace"))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:200]


def _given_up(url: str, attempts: int, outcome: _Outcome) -> str:
    times = "once" if attempts == 1 else f"{attempts} times"
    text = f"{url} {outcome.said}, tried {times}"
    until = dt.datetime.fromtimestamp(time.time() + outcome.wait, dt.UTC)
    if outcome.trouble is Trouble.THROTTLED:
        return f"{text}: it asks to slow down; run again after {until:%Y-%m-%d %H:%M} UTC"
    return f"{text}; run again later, for instance after {until:%Y-%m-%d %H:%M} UTC"
