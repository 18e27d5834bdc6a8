"""An edition's files: nothing of a curator's is lost, nothing immutable changes, nothing is written for nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from paperradar import files
from paperradar.decisions import Mark
from paperradar.errors import InputError, TryAgainLater
from paperradar.files import sha256_bytes, sha256_file, write_atomically
from paperradar.publishing import (
    bundle_bytes,
    bundle_id,
    edition_files,
    edition_paths,
    read_bundle,
    render,
    sheets_of,
    write_edition,
)
from tests.publishing.builders import bundle, many, row

TASTE = {"name": "abcabcabcabc", "trained_until": "2022-04-05"}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_files_and_manifest(tmp_path: Path) -> None:
    made = many(3)
    written = write_edition(tmp_path, made)
    state = bundle_id(made)
    assert written.bundle_id == state
    assert names(tmp_path) == {
        "2022-05.csv",
        "2022-05.html",
        "2022-05.manifest.json",
        f"bundles/2022-05/{state}.json.gz",
    }
    assert written.csv.read_bytes() == render(made, "csv")
    assert written.html.read_bytes() == render(made, "html")
    facts = json.loads(written.manifest.read_bytes())
    assert facts["window"]["first"] == "2022-03-25"
    assert facts["counts"]["by_basis"]["submitted"] == 3300
    assert facts["encoder"]["fingerprint"] == "f" * 32
    assert facts["topics"][0]["hash"] == "ab" * 16
    assert facts["bundle"] == {
        "id": state,
        "path": f"bundles/2022-05/{state}.json.gz",
        "sha256": sha256_bytes(bundle_bytes(made)),
    }
    for kind, path in (("csv", written.csv), ("html", written.html)):
        assert facts["files"][kind] == {
            "name": path.name,
            "sha256": sha256_file(path),
            "bytes": path.stat().st_size,
        }
    assert read_bundle(written.bundle) == made
    assert written.bundle.read_bytes()[4:8] == bytes(4)  # gzip's time of making, RFC 1952


def test_the_manifest_tells_taste_and_depth_where_the_bundle_does(tmp_path: Path) -> None:
    depth = {"picks": 24, "line": "Reading the first 100 rows finds about 4 of 10 picks (2 to 6)"}
    told = json.loads(write_edition(tmp_path, bundle([row(1)], depth=depth, taste=TASTE)).manifest.read_bytes())
    assert (told["depth"], told["taste"]) == (depth, TASTE)
    older = {key: value for key, value in many(1).items() if key not in ("taste", "depth")}
    facts = json.loads(write_edition(tmp_path / "older", older).manifest.read_bytes())
    assert not {"taste", "depth"} & facts.keys()


def test_the_same_state_again_touches_no_file(tmp_path: Path) -> None:
    first = write_edition(tmp_path, many(3))
    assert len(first.changed) == 4
    before = {path: path.stat().st_mtime_ns for path in first.changed}
    second = write_edition(tmp_path, many(3))
    assert second.changed == ()
    assert {path: path.stat().st_mtime_ns for path in first.changed} == before


def test_two_folders_get_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_edition(tmp_path / name, many(3))
    assert names(tmp_path / "a") == names(tmp_path / "b")
    for name in names(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_an_untouched_sheet_is_refreshed_and_both_bundles_stay(tmp_path: Path) -> None:
    first = write_edition(tmp_path, many(3))
    second = write_edition(tmp_path, many(4))
    assert second.csv == first.csv
    assert second.notes == ()
    assert second.csv.read_bytes() == render(many(4), "csv")
    assert read_bundle(first.bundle) == many(3)
    assert first.bundle != second.bundle


def test_a_sheet_that_somebody_changed_is_never_written_over(tmp_path: Path) -> None:
    sheet = write_edition(tmp_path, many(3)).csv
    changed = sheet.read_bytes().replace(b",,,\r\n", b",pick,good,Ann\r\n")
    sheet.write_bytes(changed)
    written = write_edition(tmp_path, many(4))
    assert sheet.read_bytes() == changed
    assert written.csv.name == f"2022-05.{bundle_id(many(4))}.csv"
    assert written.csv.read_bytes() == render(many(4), "csv")
    (note,) = written.notes
    assert str(sheet) in note
    assert str(written.csv) in note
    facts = json.loads(written.manifest.read_bytes())
    assert facts["files"]["csv"]["name"] == written.csv.name
    # Still so the next time, though the manifest now names another file.
    write_edition(tmp_path, many(5))
    assert sheet.read_bytes() == changed


def test_a_sheet_whose_marks_were_read_is_refreshed(tmp_path: Path) -> None:
    sheet = write_edition(tmp_path, many(3)).csv
    sheet.write_bytes(sheet.read_bytes().replace(b",,,\r\n", b",pick,good,Ann\r\n", 1))
    made = bundle([row(rank) for rank in range(1, 5)], {"2204.00001": Mark("pick", "good", "Ann")})
    written = write_edition(tmp_path, made, taken={sheet: sha256_file(sheet)})
    assert written.csv == sheet
    assert written.notes == ()
    assert b",pick,good,Ann\r\n" in sheet.read_bytes()


def test_a_sheet_changed_after_it_was_read_stays(tmp_path: Path) -> None:
    sheet = write_edition(tmp_path, many(3)).csv
    sheet.write_bytes(sheet.read_bytes() + b"one")
    read = sha256_file(sheet)
    sheet.write_bytes(sheet.read_bytes() + b"two")
    assert write_edition(tmp_path, many(4), taken={sheet: read}).csv != sheet
    assert sheet.read_bytes().endswith(b"onetwo")


def test_a_sheet_without_a_manifest_that_can_be_read_stays(tmp_path: Path) -> None:
    written = write_edition(tmp_path, many(3))
    written.manifest.write_bytes(b"{]")
    assert write_edition(tmp_path, many(4)).csv != written.csv


def test_a_damaged_bundle_is_an_error_and_stays(tmp_path: Path) -> None:
    written = write_edition(tmp_path, many(3))
    damaged = gzip.compress(b'{"edition": "2022-06"}')
    written.bundle.write_bytes(damaged)
    with pytest.raises(InputError, match="is not what its name says"):
        write_edition(tmp_path, many(3))
    assert written.bundle.read_bytes() == damaged
    written.bundle.write_bytes(b"no gzip")
    with pytest.raises(InputError, match="cannot be read as a bundle"):
        read_bundle(written.bundle)
    with pytest.raises(InputError, match="cannot be read as a bundle"):
        read_bundle(tmp_path / "none.json.gz")


def test_a_file_that_another_program_holds_is_a_passing_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_edition(tmp_path, many(3))

    def held(path: Path, data: bytes) -> None:
        if path.suffix == ".csv":  # as Windows does while Excel has the file open
            raise PermissionError(13, "Permission denied")
        write_atomically(path, data)

    monkeypatch.setattr(files, "write_atomically", held)
    with pytest.raises(TryAgainLater, match="close the program"):
        write_edition(tmp_path, many(4))


def test_where_files_lie(tmp_path: Path) -> None:
    paths = edition_paths(tmp_path, "2022-05")
    assert paths.csv == tmp_path / "2022-05.csv"
    assert paths.bundles == tmp_path / "bundles" / "2022-05"


def test_json_is_the_bundle() -> None:
    assert json.loads(render(many(2), "json")) == many(2)
    assert render(many(2), "json").endswith(b"}\n")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="csv, json, html"):
        render(many(1), "pdf")


def test_which_sheets_an_edition_has(tmp_path: Path) -> None:
    assert sheets_of(tmp_path, "2022-05") == []
    own = write_edition(tmp_path, many(3)).csv
    own.write_bytes(b"changed")
    beside = write_edition(tmp_path, many(4)).csv
    for stranger in ("2022-05.csv.bak", "2022-05.notes.csv", "2022-04.0123456789ab.csv", "x2022-05.csv"):
        (tmp_path / stranger).write_bytes(b"")
    assert sheets_of(tmp_path, "2022-05") == [own, beside]


@pytest.mark.parametrize("what", ["a folder", "no permission"])
def test_a_sheet_that_cannot_be_read_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    own = write_edition(tmp_path, many(3)).csv
    if what == "a folder":
        own.unlink()
        own.mkdir()
    else:
        hashed = sha256_file

        def refused(path: Path) -> str:  # tests may run as root, who may read everything
            if path == own:
                raise PermissionError(13, "Permission denied", str(path))
            return hashed(path)

        monkeypatch.setattr(files, "sha256_file", refused)
    written = write_edition(tmp_path, many(4))
    assert written.csv.name == f"2022-05.{bundle_id(many(4))}.csv"
    assert own.is_dir() or own.read_bytes() == render(many(3), "csv")
    assert "cannot be read" in written.notes[0]


def test_a_sheet_saved_while_the_bundle_was_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = write_edition(tmp_path, many(3)).csv

    def saved_meanwhile(path: Path, data: bytes) -> None:
        if path.suffix == ".gz":
            own.write_bytes(b"saved late")
        write_atomically(path, data)

    monkeypatch.setattr(edition_files, "write_atomically", saved_meanwhile)
    assert write_edition(tmp_path, many(4), taken={own: sha256_file(own)}).csv != own
    assert own.read_bytes() == b"saved late"


def test_a_filled_sheet_beside_is_not_written_over_either(tmp_path: Path) -> None:
    own = write_edition(tmp_path, many(3)).csv
    own.write_bytes(b"cannot be read")
    beside = write_edition(tmp_path, many(4)).csv
    beside.write_bytes(b"cannot be read either")
    second = write_edition(tmp_path, many(4)).csv
    assert second.name == f"2022-05.{bundle_id(many(4))}.2.csv"
    assert beside.read_bytes() == b"cannot be read either"
    assert write_edition(tmp_path, many(4)).csv == second


def test_sheets_beside_that_were_taken_are_removed_unless_they_changed_since(tmp_path: Path) -> None:
    own = write_edition(tmp_path, many(3)).csv
    own.write_bytes(b"cannot be read")
    kept, gone = write_edition(tmp_path, many(4)).csv, write_edition(tmp_path, many(5)).csv
    taken = {path: sha256_file(path) for path in (kept, gone, own)}
    kept.write_bytes(b"somebody went on")
    written = write_edition(tmp_path, many(6), taken=taken)
    assert written.csv == own
    assert sheets_of(tmp_path, "2022-05") == [own, kept]
    (note,) = written.notes
    assert str(gone) in note
