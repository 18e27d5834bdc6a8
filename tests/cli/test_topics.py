"""``paperradar topics``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.topics import app
from paperradar.errors import NotFoundError, PaperradarError, UsageError
from tests.pipeline.builders import Placed, filled, paper


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_list(workspace: Path) -> None:
    result = run("list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "diffusion", "information-retrieval", "mixture-of-experts", "multimodal",
    ]  # fmt: skip
    assert "10 seed papers" in lines[0]
    listed = json.loads(run("list", "--json").stdout)
    assert [item["slug"] for item in listed] == [line.split()[0] for line in lines]
    assert len({item["profile_hash"] for item in listed}) == 4


def test_list_without_profiles(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "paperradar.toml").write_text("", encoding="utf-8")
    result = run("list", "--workspace", str(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "paperradar topics new" in result.stderr
    assert json.loads(run("list", "--json", "--workspace", str(tmp_path)).stdout) == []


def test_show(workspace: Path) -> None:
    result = run("show", "mixture-of-experts")
    assert result.exit_code == 0
    assert "sparsely gated" in result.stdout
    assert "1701.06538  Outrageously Large" in result.stdout
    shown = json.loads(run("show", "mixture-of-experts", "--json").stdout)
    assert (shown["slug"], shown["floor"], shown["seeds"][0]["identifier"]) == (
        "mixture-of-experts",
        None,
        "1701.06538",
    )


def test_an_unknown_profile_names_those_there_are(workspace: Path) -> None:
    for command in ("show", "check"):
        error = run(command, "nothing").exception
        assert isinstance(error, NotFoundError)
        assert "information-retrieval" in str(error)


def test_new_writes_a_profile_that_can_be_used_at_once(workspace: Path) -> None:
    result = run("new", "speech-recognition")
    assert result.exit_code == 0
    path = Path(result.stdout.strip())
    assert path == workspace / "config" / "topics" / "speech-recognition.toml"
    assert run("show", "speech-recognition").exit_code == 0
    before = path.read_bytes()
    assert isinstance(run("new", "speech-recognition").exception, UsageError)
    assert path.read_bytes() == before


def test_new_wants_a_good_slug_and_no_other_profile(workspace: Path) -> None:
    assert isinstance(run("new", "../up").exception, UsageError)
    (workspace / "config" / "topics" / "broken.toml").write_text("x = 1", encoding="utf-8")
    assert isinstance(run("list").exception, PaperradarError)
    assert run("new", "fine").exit_code == 0


def test_check_shows_both_sides_of_the_threshold(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("check")
    (folder / "config" / "topics").mkdir(parents=True)
    (folder / "config" / "paperradar.toml").write_text("", encoding="utf-8")
    (folder / "config" / "topics" / "first.toml").write_text(
        'description = "About the first axis."\nthreshold = 300\n', encoding="utf-8"
    )
    monkeypatch.chdir(folder)
    filled(folder, [Placed(paper(n), angle=n * 0.25) for n in range(1, 5)])
    result = run("check", "first", "--limit", "1", "--month", "2022-05")
    assert result.exit_code == 0, result.exception
    assert "catches 2 of 4 papers announced from 2022-03-25 to 2022-05-05 (threshold 300)" in result.stdout
    assert result.stdout.index("Title 1") < result.stdout.index("nearly caught") < result.stdout.index("Title 3")
    (every,) = json.loads(run("check", "--json").stdout)
    assert (every["slug"], every["first"], every["last"]) == ("first", "2022-03-21", "2022-04-20")
    assert [match["identifier"] for match in every["caught"]] == ["2204.00001", "2204.00002"]
    assert isinstance(run("check", "--month", "2030-01").exception, NotFoundError)


def test_evaluate_prints_a_table_and_json(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("evaluate")
    (folder / "config" / "topics").mkdir(parents=True)
    (folder / "config" / "paperradar.toml").write_text("", encoding="utf-8")
    (folder / "config" / "topics" / "first.toml").write_text(
        'description = "About the first axis."\n', encoding="utf-8"
    )
    filled(folder, [Placed(paper(n), angle=n * 0.01) for n in range(1, 101)])
    labels = folder / "labels.csv"
    labels.write_text("topic,arxiv_id\nfirst,2204.00001\nfirst,2204.00020\nother,2204.00002\nfirst,1901.00001\n")
    arguments = ("evaluate", "--labels", str(labels), "--workspace", str(folder))
    result = run(*arguments)
    assert result.exit_code == 0, result.exception
    lines = result.stdout.splitlines()
    assert lines[0] == "first: recall of 2 labels in the pools"
    assert lines[2].split() == ["2022-04", "100", "2", "2", "0.500", "0.500", "0.500", "0.500", "1.000"]
    assert lines[3].split() == ["overall", "2", "2", "0.500", "0.500", "0.500", "0.500", "1.000"]
    assert "'other': 1 label left out" in result.stderr
    assert "1 month (2019-01; 1 label) of which the store holds no papers" in result.stderr
    assert "positives only" in result.stderr
    shown = json.loads(run(*arguments, "--json", "--month", "2022-04").stdout)
    assert shown["profiles"]["first"]["overall"]["recall@5%"] == 0.5
    assert shown["profiles"]["first"]["months"]["2022-04"]["ranks"] == {"2204.00001": 1, "2204.00020": 20}
    assert shown["protocol"]["skipped"] == {}
    assert isinstance(run(*arguments, "--month", "2022-13").exception, UsageError)
