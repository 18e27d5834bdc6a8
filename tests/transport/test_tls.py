"""The same over TLS: a deadline, a certificate nobody vouches for, and no way back to plain HTTP."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from paperradar.errors import UpstreamError
from paperradar.transport import GaveUp
from tests.transport.builders import session_to
from tests.transport.servers import answer, raw, serving

if shutil.which("openssl") is None:
    pytest.skip("needs openssl to make a certificate", allow_module_level=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that signs itself, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True, timeout=60
    )
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


@pytest.fixture(scope="module")
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_a_good_answer(tmp_path: Path, tls: ssl.SSLContext) -> None:
    with serving(answer(), tls=tls) as server, session_to(server, tmp_path) as session:
        assert session.get(f"{server.url}/rss", label="a").body == b"<feed/>"


def test_a_certificate_that_nobody_vouches_for_ends_it(tmp_path: Path, tls: ssl.SSLContext) -> None:
    with serving(answer(), tls=tls) as server, session_to(server, tmp_path) as session:
        with pytest.raises(UpstreamError, match=r"certificate is not to be trusted .*check this machine's clock"):
            session.get(f"{server.url}/rss", label="a")
        assert server.seen == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "head", [b"Content-Length: 500\r\n\r\n", b"\r\n", b"X-Long: "], ids=["length", "none", "header"]
)
def test_a_server_that_trickles_is_cut_off_at_the_deadline(tmp_path: Path, tls: ssl.SSLContext, head: bytes) -> None:
    began, reply = time.monotonic(), raw(b"HTTP/1.1 200 OK\r\n" + head + b"x" * 500, piece=1, pause=0.005)
    with serving(reply, tls=tls) as server, session_to(server, tmp_path, attempts=1, longest_seconds=0.4) as session:
        with pytest.raises(GaveUp, match=r"0\.4 s"):
            session.get(f"{server.url}/rss", label="a")
        assert time.monotonic() - began < 2


@pytest.mark.usefixtures("trusted")
def test_a_redirect_to_plain_http_is_not_followed(tmp_path: Path, tls: ssl.SSLContext) -> None:
    with serving(answer()) as plain, serving(answer(302, b"", {"Location": f"{plain.url}/rss"}), tls=tls) as server:
        urls = {"rss": f"{server.url}/rss", "api": f"{plain.url}/api", "oai": f"{plain.url}/oai"}
        session = session_to(server, tmp_path, urls=urls)
        with session, pytest.raises(UpstreamError, match=r"without TLS, which is not followed"):
            session.get(f"{server.url}/rss", label="a")
        assert plain.seen == []
