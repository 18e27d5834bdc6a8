"""``paperradar doctor``."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, print_json


def doctor(as_json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Say what is wrong here and how to mend it.

    Looks at the installation, the machine, the model, the workspace, its database and its decisions log. Exit
    status 1 where something is broken.
    """
    import datetime as dt

    from paperradar.calendar import ARXIV_ZONE
    from paperradar.pipeline.checkup import Status, examine

    today = dt.datetime.now(ARXIV_ZONE).date()
    findings = []
    for finding in examine(workspace, os.environ, Path.cwd(), today=today):
        findings.append(finding)
        if not as_json:
            print(f"{finding.status:<8} {finding.name:<12} {finding.detail}")
            if finding.remedy:
                print(f"{'':<21} -> {finding.remedy}")
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    if any(finding.status is Status.PROBLEM for finding in findings):
        raise typer.Exit(1)
