"""Listening and stopping, as processes do it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from paperradar.desk.serving import listen
from paperradar.errors import UsageError
from paperradar.workspace import init_workspace, read_workspace
from tests.desk.visiting import served
from tests.pipeline.curated import listed, write_list


def test_a_taken_port_says_what_to_do() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UsageError, match=rf"port {port} is taken.*--port {port + 1}"):
            listen("127.0.0.1", port)


def test_a_host_that_is_none() -> None:
    with pytest.raises(UsageError, match=r"--host nowhere\.invalid is no address of this machine"):
        listen("nowhere.invalid", 0)
    with pytest.raises(UsageError, match="choose another --host or --port"):
        listen("192.0.2.1", 0)


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with served(listed(tmp_path)) as address:
        assert httpx.get(f"{address}/who").status_code == 200
        port = int(address.rpartition(":")[2])
        with socket.socket() as other:
            other.settimeout(2)
            assert other.connect_ex((_another_address(), port)) != 0


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_and_stops_cleanly(tmp_path: Path, sent: signal.Signals) -> None:
    init_workspace(tmp_path)
    write_list(read_workspace(tmp_path))
    child = subprocess.Popen(
        [sys.executable, "-m", "paperradar", "desk", "--port", "0", "--workspace", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    try:
        address = child.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.get(f"{address}2022-05", timeout=30)
        assert answer.status_code == 200
        assert "server" not in answer.headers
        child.send_signal(sent)
        rest, said = child.communicate(timeout=30)
    finally:
        child.kill()
    assert rest == ""
    assert child.returncode == (0 if sent is signal.SIGINT else -signal.SIGTERM)
    assert "Traceback" not in said
    assert "GET" not in said


def _another_address() -> str:
    """An address of this machine that is not loopback; one of documentation's where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return "192.0.2.1"
