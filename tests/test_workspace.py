"""Finding, making and reading workspaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperradar.bundled import bundled_root
from paperradar.errors import SettingsError, WorkspaceError
from paperradar.settings import Settings
from paperradar.topics import load_topics
from paperradar.workspace import find_workspace, init_workspace, sample_workspace


def settings_file(folder: Path, text: str = "") -> Path:
    path = folder / "config" / "paperradar.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_found_by_walking_up(tmp_path: Path) -> None:
    settings_file(tmp_path / "outer")
    settings_file(tmp_path / "outer" / "inner")
    deep = tmp_path / "outer" / "inner" / "data" / "x"
    deep.mkdir(parents=True)
    assert find_workspace(None, {}, deep).root == tmp_path / "outer" / "inner"
    assert find_workspace(None, {}, tmp_path / "outer").root == tmp_path / "outer"


def test_the_option_beats_the_variable_beats_the_folder(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        settings_file(tmp_path / name)
    environ = {"PAPERRADAR_WORKSPACE": str(tmp_path / "b")}
    assert find_workspace(Path("../a"), environ, tmp_path / "c").root.resolve() == tmp_path / "a"
    assert find_workspace(None, environ, tmp_path / "c").root == tmp_path / "b"
    assert find_workspace(None, {"PAPERRADAR_WORKSPACE": ""}, tmp_path / "c").root == tmp_path / "c"


def test_no_workspace_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="paperradar init DIR") as caught:
        find_workspace(None, {}, tmp_path)
    assert caught.value.exit_code == 2
    with pytest.raises(WorkspaceError, match=r"--workspace: none is not a workspace.*paperradar init none"):
        find_workspace(Path("none"), {}, tmp_path)
    with pytest.raises(WorkspaceError, match="PAPERRADAR_WORKSPACE: none is not a workspace"):
        find_workspace(None, {"PAPERRADAR_WORKSPACE": "none"}, tmp_path)


def test_paths_stand_against_the_root(tmp_path: Path) -> None:
    settings_file(tmp_path, '[paths]\ndatabase = "db/p.duckdb"\neditions = "../editions"\nshortlists = "/elsewhere"\n')
    workspace = find_workspace(tmp_path, {}, Path("/"))
    assert workspace.database == tmp_path / "db" / "p.duckdb"
    assert workspace.editions == tmp_path / ".." / "editions"
    assert workspace.shortlists == Path("/elsewhere")
    assert workspace.decisions == tmp_path / "data" / "decisions"
    assert workspace.cache == tmp_path / "data" / "cache"
    assert workspace.desk == tmp_path / "data" / "desk"
    assert workspace.settings.paths.database == Path("db/p.duckdb")


def test_mistakes_in_its_files_are_told(tmp_path: Path) -> None:
    settings_file(tmp_path, "rows = 10\n")
    with pytest.raises(SettingsError, match=r"rows: unknown key; did you mean ranking\.rows\?"):
        find_workspace(None, {}, tmp_path)


def test_init_writes_a_workspace_that_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "one"
    written = init_workspace(folder)
    assert [path.relative_to(folder).as_posix() for path in written] == [
        "config/paperradar.toml",
        "config/topics/diffusion.toml",
        "config/topics/information-retrieval.toml",
        "config/topics/mixture-of-experts.toml",
        "config/topics/multimodal.toml",
    ]
    assert list((folder / "data").iterdir()) == []
    workspace = find_workspace(None, {}, folder)
    assert workspace.settings == Settings()
    assert workspace.topics == load_topics(bundled_root() / "config" / "topics")


def test_init_never_overwrites(tmp_path: Path) -> None:
    mine = settings_file(tmp_path, "[ranking]\nrows = 7\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_text("x", encoding="utf-8")
    assert mine not in init_workspace(tmp_path)
    assert init_workspace(tmp_path) == []
    workspace = find_workspace(None, {}, tmp_path)
    assert (workspace.settings.ranking.rows, len(workspace.topics)) == (7, 4)
    assert (tmp_path / "data" / "x").read_text(encoding="utf-8") == "x"


def test_init_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="choose another folder"):
        init_workspace(tmp_path / "file")


def test_the_sample_has_a_folder_of_its_own(tmp_path: Path) -> None:
    workspace = sample_workspace({"PAPERRADAR_SAMPLE_DIR": str(tmp_path / "s")})
    assert workspace.root == tmp_path / "s"
    for place in (workspace.database, workspace.decisions, workspace.shortlists, workspace.cache, workspace.desk):
        assert place.is_relative_to(tmp_path / "s")
    assert workspace.editions == bundled_root() / "data" / "editions"
    assert workspace.topics == load_topics(bundled_root() / "config" / "topics")
    assert workspace.settings.ranking == Settings().ranking
    assert not (tmp_path / "s").exists()


def test_where_the_sample_lies_by_default(tmp_path: Path) -> None:
    cache, home = tmp_path / "cache", tmp_path / "home"
    both = {"XDG_CACHE_HOME": str(cache), "HOME": str(home)}
    assert sample_workspace(both).root == cache / "paperradar" / "sample"
    for environ in ({"HOME": str(home)}, {**both, "XDG_CACHE_HOME": "relative"}):
        assert sample_workspace(environ).root == home / ".cache" / "paperradar" / "sample"


def test_the_samples_folder_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    root = sample_workspace({"PAPERRADAR_SAMPLE_DIR": "data/sample-store"}).root
    assert root == Path.cwd() / "data" / "sample-store"
