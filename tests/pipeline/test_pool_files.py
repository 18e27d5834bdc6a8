"""Several pool files together."""

from __future__ import annotations

from pathlib import Path

from paperradar.pipeline.pool_files import read_pool_files


def test_the_first_file_that_has_a_paper_counts(tmp_path: Path) -> None:
    for name, rows in (("a", ["2205.00001,One,"]), ("b", ["2205.00001,Another,", "2205.00002,Two,"])):
        (tmp_path / name).write_text("\n".join(["id,title,submitted", *rows]), encoding="utf-8")
    papers, notes = read_pool_files([tmp_path / "a", tmp_path / "b"])
    assert [(paper.identifier, paper.title) for paper in papers] == [("2205.00001", "One"), ("2205.00002", "Two")]
    assert notes == ()
    assert read_pool_files([]) == ((), ())


def test_the_first_broken_rows_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title,submitted\n" + "none,One,\n" * 8, encoding="utf-8")
    papers, notes = read_pool_files([path])
    assert papers == ()
    assert notes[0].startswith(f"{path}, line 2: set aside: 'none'")
    assert len(notes) == 6
    assert notes[-1] == f"{path}: 3 more rows were set aside"
