"""A file that the system refuses is one line on stderr, as a process shows it; what is not expected is a traceback."""

from __future__ import annotations

import errno
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from paperradar.workspace import init_workspace
from tests.pipeline.builders import PROFILE, Placed, fan, filled, paper

FILE_IN_THE_WAY = "a file lies where a folder is needed; move it away or name another place"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Three papers; the profile that their vectors are chosen for is the only one."""
    init_workspace(tmp_path)
    for profile in (tmp_path / "config" / "topics").glob("*.toml"):
        profile.unlink()
    (tmp_path / "config" / "topics" / "first.toml").write_text(
        f'name = "First"\ndescription = "{PROFILE.description}"\ninclude = ["first things"]\n'
        '[[seeds]]\nidentifier = "1901.00001"\ntitle = "A seed"\n',
        encoding="utf-8",
    )
    filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(3), start=1)])
    return tmp_path


def last_line(folder: Path, *arguments: str) -> str:
    """The last line on stderr of a call that must fail with exit code 1 and without a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "paperradar", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr.splitlines()[-1]


def test_an_output_that_is_a_folder(workspace: Path) -> None:
    taken = workspace.resolve() / "taken"
    taken.mkdir()
    call = ("shortlist", "--month", "2022-05", "--format", "csv", "-o")
    for output, folder in ((str(taken), str(taken)), (".", ".")):
        assert last_line(workspace, *call, output) == (
            f"paperradar: {folder}: Is a directory; a folder lies where a file is needed;"
            " move it away or name another place"
        )
    assert list(taken.iterdir()) == []


def test_an_output_into_a_folder_that_cannot_be_made(workspace: Path) -> None:
    taken = workspace.resolve() / "taken"
    taken.write_bytes(b"")
    call = ("shortlist", "--month", "2022-05", "-o")
    assert last_line(workspace, *call, f"{taken}/a.csv") == f"paperradar: {taken}: File exists; {FILE_IN_THE_WAY}"
    assert last_line(workspace, *call, f"{taken}/b/a.csv") == (
        f"paperradar: {taken / 'b'}: Not a directory; {FILE_IN_THE_WAY}"
    )


def test_a_folder_of_shortlists_that_cannot_be_written(workspace: Path) -> None:
    folder = workspace / "data" / "shortlists"
    folder.write_bytes(b"")
    said = last_line(workspace, "shortlist", "--month", "2022-05")
    assert said.startswith(f"paperradar: {folder}")
    assert said.endswith(f": Not a directory; {FILE_IN_THE_WAY}")
    assert folder.read_bytes() == b""


def test_a_decisions_log_that_cannot_be_written(workspace: Path) -> None:
    (workspace / "data" / "decisions").write_bytes(b"")
    said = last_line(workspace, "resurface", "2201.00001", "--why", "code is out", "--edition", "2022-05")
    assert said.startswith(f"paperradar: {workspace / 'data' / 'decisions'}")
    assert said.endswith(f": Not a directory; {FILE_IN_THE_WAY}")


def raised(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Run `main` on a command that raises this."""
    broken = typer.Typer(pretty_exceptions_enable=False)

    @broken.command()
    def fail() -> None:
        raise error

    door = importlib.import_module("paperradar.cli.app")  # the package has a name app of its own
    monkeypatch.setattr(door, "app", broken)
    monkeypatch.setattr(sys, "argv", ["paperradar"])
    door.main()


def test_a_failed_renaming_names_the_file_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        raised(monkeypatch, OSError(errno.EBUSY, os.strerror(errno.EBUSY), ".a.tmp", None, "a.csv"))
    assert end.value.code == 1
    assert capsys.readouterr().err == (
        f"paperradar: a.csv: {os.strerror(errno.EBUSY)}; see to that file, then run the same command again\n"
    )


def test_an_error_of_the_system_that_names_no_file_is_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OSError, match="Cannot allocate memory"):
        raised(monkeypatch, OSError(errno.ENOMEM, "Cannot allocate memory"))


def test_a_closed_pipe_says_nothing_and_ctrl_c_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupted = "paperradar: interrupted; run it again to go on\n"
    for error, exit_code, said in (
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""), (KeyboardInterrupt(), 130, interrupted)
    ):  # fmt: skip
        with monkeypatch.context() as patch:
            # Typer puts stand-ins for closed streams in their place.
            patch.setattr(sys, "stdout", sys.stdout)
            patch.setattr(sys, "stderr", sys.stderr)
            with pytest.raises(SystemExit) as end:
                raised(patch, error)
        assert end.value.code == exit_code
        assert capsys.readouterr().err == said
