"""What imports remember."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from paperradar.store import ImportState, SetAside, SetAsideRecord, Store

STATE = ImportState("a.jsonl", 100, 3, 3, "00", "11", done=False)


def test_state_is_replaced_and_found_by_bytes_when_done(tmp_path: Path) -> None:
    store = Store(tmp_path / "p.duckdb")
    with store.writing() as session:
        assert session.import_state("a.jsonl") is None
        session.save_import_state(STATE)
        assert session.finished_import("11") is None
        session.save_import_state(replace(STATE, position=200, done=True))
        session.save_import_state(replace(STATE, source="b.jsonl"))
    with store.reading() as session:
        assert session.import_state("a.jsonl") == replace(STATE, position=200, done=True)
        assert session.finished_import("11") == replace(STATE, position=200, done=True)
        assert session.finished_import("00") is None


def test_what_was_set_aside_is_kept_once_a_line(tmp_path: Path) -> None:
    store = Store(tmp_path / "p.duckdb")
    with store.writing() as session:
        session.set_aside("b", [SetAside(7, "no id", "{"), SetAside(2, "old"), SetAside(2, "no title", "x")])
        session.set_aside("b", [SetAside(7, "not JSON", "{")])
        session.set_aside("a", [SetAside(9, "no id")])
        session.set_aside("a", [])
    with store.reading() as session:
        assert session.set_aside_records("b") == [
            SetAsideRecord(2, "no title", "x", "b"),
            SetAsideRecord(7, "not JSON", "{", "b"),
        ]
        assert [(record.source, record.line) for record in session.set_aside_records()] == [
            ("a", 9),
            ("b", 2),
            ("b", 7),
        ]
    with store.writing() as session:
        session.forget_set_aside("b", 2, 6)
        assert len(session.set_aside_records("b")) == 2
        session.forget_set_aside("b", 2)
        assert [record.line for record in session.set_aside_records("b")] == [2]
        session.forget_set_aside("b", 0, 2)
        assert [record.source for record in session.set_aside_records()] == ["a"]
