"""What is known of sent digests."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from paperradar.errors import InputError, TryAgainLater
from paperradar.pipeline import sent as module
from paperradar.pipeline.sent import SentDigests, sending
from tests.pipeline.listed import NOW


def test_what_was_written_down_is_known_afterwards(tmp_path: Path) -> None:
    with sending(tmp_path / "feeds") as sent:
        assert sent.told("team") is None
        assert not sent.knows("team", "2022-05", "ab")
        sent.sent_daily("team", "cd", ["2204.00002", "2204.00001"], at=NOW)
        sent.sent_monthly("team", "2022-05", "ab", at=NOW)
        sent.sent_monthly("team", "2022-04", "ef", at=NOW)
    again = SentDigests(tmp_path / "feeds")
    assert again.told("team") == frozenset({"2204.00001", "2204.00002"})
    assert again.told("other") is None
    assert again.knows("team", "2022-05", "ab")
    assert again.knows("team", "2022-04", "ef")
    assert not again.knows("team", "2022-05", "ef")
    assert not again.knows("other", "2022-05", "ab")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"channels": []}', '{"channels": {"a": {"daily": {"list": 5}}}}', '{"channels": {"a": 1}}'],
)
def test_a_damaged_file_is_named_and_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sent.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"sent\.json is damaged; move it away"):
        SentDigests(tmp_path)
    assert path.read_text(encoding="utf-8") == text


def test_one_process_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from paperradar.decisions.locking import exclusive

    monkeypatch.setattr(module, "exclusive", lambda file, path: exclusive(file, path, wait_seconds=0.2))
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with sending(tmp_path):
            inside.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(30)
    try:
        with pytest.raises(TryAgainLater), sending(tmp_path):
            pass
    finally:
        done.set()
        thread.join()
    with sending(tmp_path):
        pass
