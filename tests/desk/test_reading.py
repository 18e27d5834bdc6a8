"""What was read is kept small, apart from the decisions, and a broken file only forgets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from paperradar.desk.reading import Reading, ReadingFiles

EDITION = "2022-05"
NINE = dt.datetime(2022, 5, 3, 9, tzinfo=dt.UTC)


def later(minutes: float) -> dt.datetime:
    return NINE + dt.timedelta(minutes=minutes)


def test_read_and_not_read_after_all(tmp_path: Path) -> None:
    files = ReadingFiles(tmp_path)
    assert files.of(EDITION, "Ann") == Reading()
    files.mark(EDITION, "Ann", ["a", "b"])
    files.mark(EDITION, "Ann", ["a"], read=False)
    assert ReadingFiles(tmp_path).of(EDITION, "Ann").read == {"b"}
    assert files.of(EDITION, "Bo").read == frozenset()
    assert files.of("2022-06", "Ann").read == frozenset()


def test_a_look_after_a_pause_begins_anew(tmp_path: Path) -> None:
    files = ReadingFiles(tmp_path)
    first = files.look(EDITION, "Ann", ["a"], NINE)
    assert first.before_at is None
    soon = files.look(EDITION, "Ann", ["a", "b"], later(20))
    assert soon.before_at is None
    assert soon.seen == {"a", "b"}
    next_day = files.look(EDITION, "Ann", ["a", "b", "c"], later(900))
    assert next_day.before == {"a", "b"}
    assert next_day.before_at == later(20)
    assert files.look(EDITION, "Ann", ["a", "b", "c"], later(905)).before_at == later(20)


def test_a_look_right_after_another_is_not_written(tmp_path: Path) -> None:
    files = ReadingFiles(tmp_path)
    files.look(EDITION, "Ann", ["a"], NINE)
    assert files.look(EDITION, "Ann", ["a"], later(0.5)).seen_at == NINE
    assert files.look(EDITION, "Ann", ["a", "b"], later(0.5)).seen_at == later(0.5)


def test_being_through_is_kept_beside_what_was_read(tmp_path: Path) -> None:
    files = ReadingFiles(tmp_path)
    files.mark(EDITION, "Ann", ["a"])
    files.be_through(EDITION, "Ann", True)
    assert files.of(EDITION, "Ann").through
    assert files.of(EDITION, "Ann").read == {"a"}
    files.be_through(EDITION, "Ann", False)
    assert not files.of(EDITION, "Ann").through


def test_names_make_no_paths_and_broken_files_count_as_none(tmp_path: Path) -> None:
    files = ReadingFiles(tmp_path)
    files.mark(EDITION, "../../Ann/é\x00", ["a"])
    (written,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written.parent == tmp_path / "reading" / EDITION
    for broken in (b"", b"{", b"[]", b'{"read": 1}', b"\xff"):
        written.write_bytes(broken)
        assert files.of(EDITION, "../../Ann/é\x00") == Reading()
    files.mark(EDITION, "../../Ann/é\x00", ["b"])
    assert files.of(EDITION, "../../Ann/é\x00").read == {"b"}
