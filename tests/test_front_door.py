"""The command line from outside, as a process: exit codes, where output goes, one line an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import paperradar


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "paperradar", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=280,
    )


def assert_one_line_error(done: subprocess.CompletedProcess[str], exit_code: int) -> None:
    assert done.returncode == exit_code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("paperradar: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_version(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"paperradar {paperradar.__version__}\n", "")


def test_the_installed_script_is_the_same_door(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("paperradar")
    if not script.exists():
        pytest.skip("paperradar is not installed in this environment")
    done = subprocess.run([script, "--version"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, f"paperradar {paperradar.__version__}\n")


def test_help_names_the_commands(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    for command in (
        "shortlist",
        "import",
        "embed",
        "similar",
        "search",
        "topics",
        "picks",
        "backtest",
        "doctor",
        "init",
    ):
        assert f"\n  {command} " in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["--frobnicate"], ["shortlist", "--frobnicate"], ["shortlist"], ["topics", "frobnicate"]],
)
def test_a_wrong_call_is_exit_2_and_names_help(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "-h' for help" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_no_workspace_is_exit_2_and_says_how_to_make_one(tmp_path: Path) -> None:
    done = run("topics", "list", cwd=tmp_path)
    assert_one_line_error(done, 2)
    assert "paperradar init" in done.stderr


def test_a_workspace_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    assert_one_line_error(run("topics", "list", "--workspace", tmp_path / "nowhere", cwd=tmp_path), 2)
    assert_one_line_error(run("topics", "list", cwd=tmp_path, PAPERRADAR_WORKSPACE=str(tmp_path / "nowhere")), 2)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    done = run("init", folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_wrong_setting_is_one_line_that_names_file_and_key(workspace: Path) -> None:
    settings = workspace / "config" / "paperradar.toml"
    settings.write_text("[encoder]\ndevise = 'cpu'\n", encoding="utf-8")
    done = run("topics", "list", cwd=workspace)
    assert_one_line_error(done, 2)
    assert "paperradar.toml" in done.stderr
    assert "devise" in done.stderr


def test_a_wrong_month_is_exit_2(workspace: Path) -> None:
    assert_one_line_error(run("shortlist", "--month", "May", cwd=workspace), 2)


def test_a_file_that_is_not_there_is_one_line(workspace: Path) -> None:
    done = run("import", "nowhere.jsonl", cwd=workspace)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    assert "nowhere.jsonl" in done.stderr


def test_the_sample_gives_a_shortlist_and_the_second_run_loads_no_torch(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    call = ("shortlist", "--month", "2022-05", "--sample")
    first = run(*call, cwd=tmp_path, PAPERRADAR_SAMPLE_DIR=store)
    assert first.returncode == 0, first.stderr
    assert "CSV:" in first.stdout
    assert "Page:" in first.stdout
    for label in ("CSV:", "Page:"):
        (line,) = [line for line in first.stdout.splitlines() if line.startswith(label)]
        assert (tmp_path / line.removeprefix(label).strip()).is_file()
    # What other commands ran before must not show in a list.
    assert run("shortlist", "--month", "2022-03", "--sample", cwd=tmp_path, PAPERRADAR_SAMPLE_DIR=store).returncode == 0

    second = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from paperradar.cli import main; sys.argv = sys.argv[1:]\n"
            "try: main()\n"
            "except SystemExit as end: assert not end.code, end.code\n"
            "heavy = {'torch', 'sentence_transformers', 'prefect', 'sklearn'} & set(sys.modules)\n"
            "print(*sorted(heavy), file=sys.stderr)",
            "paperradar",
            *call,
        ],
        cwd=tmp_path,
        env=os.environ | {"PAPERRADAR_SAMPLE_DIR": store},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert second.returncode == 0, second.stderr
    assert second.stderr.splitlines()[-1] == ""
    assert second.stdout == first.stdout


def test_a_terminal_that_lacks_characters_gets_the_list_all_the_same(workspace: Path) -> None:
    done = run("topics", "show", "diffusion", cwd=workspace, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    topic = workspace / "config" / "topics" / "diffusion.toml"
    topic.write_text('description = "Schr\u00f6dinger bridges"\n', encoding="utf-8")
    done = run("topics", "show", "diffusion", cwd=workspace, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Schr\\xf6dinger bridges" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="needs a shell's way to close a stream")
def test_a_closed_stdout_is_no_error(workspace: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m paperradar topics list >&-', sys.executable],
        cwd=workspace,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
