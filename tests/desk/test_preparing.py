"""Facts for the side pages are made beside the desk, and given up with it."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from paperradar.desk.preparing import prepare, preparing
from paperradar.pipeline.desk_facts import load_desk_facts
from paperradar.workspace import init_workspace, read_workspace
from tests.pipeline.curated import EDITION, write_list

TODAY = dt.date(2022, 5, 3)


def test_facts_are_made_of_a_store_without_papers_too(tmp_path: Path) -> None:
    init_workspace(tmp_path)
    workspace = read_workspace(tmp_path)
    write_list(workspace)
    prepare(workspace, EDITION, TODAY)
    facts = load_desk_facts(workspace, EDITION)
    assert facts
    assert facts.made_on == TODAY


def test_what_is_expected_to_fail_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init_workspace(tmp_path)
    prepare(read_workspace(tmp_path), EDITION, TODAY)
    said = capsys.readouterr().err
    assert said.startswith("warning: the side pages lack their facts: no list of edition 2022-05")
    assert said.count("\n") == 1


def test_the_end_of_the_desk_ends_it(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    init_workspace(tmp_path)
    with preparing(read_workspace(tmp_path), EDITION, TODAY):
        assert signal.getsignal(signal.SIGINT) is before
        children = {child.pid for child in multiprocessing.active_children() if child.pid}
        assert children
    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
