"""Bars for terminals, silence elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from paperradar.progress import Progress, progress, silent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(bar: Progress, total: int | None = 20, unit: str = "papers") -> None:
    with bar("[Encoding]", total, unit=unit) as advance:
        advance(5)
        advance(15)


@pytest.mark.parametrize("bar", [silent, progress])
def test_nothing_is_drawn_without_a_terminal(bar: Progress, capfd: pytest.CaptureFixture[str]) -> None:
    run(bar)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("total", "unit", "drawn"),
    [
        (20, "papers", "20 of 20 papers"),
        (None, "papers", "20 papers"),
        (20, "bytes", "20/20 bytes"),
        (20, "", "20 of 20"),
    ],
)
def test_a_terminal_gets_label_and_counts(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    total: int | None,
    unit: str,
    drawn: str,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    run(progress, total, unit)
    assert "[Encoding]" in terminal.getvalue()
    assert drawn in terminal.getvalue()
    assert capfd.readouterr().out == ""


def test_an_error_inside_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ValueError, match="inside"), progress("Encoding", 2):
        raise ValueError("inside")
