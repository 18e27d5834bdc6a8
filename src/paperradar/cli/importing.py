"""``paperradar import``: bring arXiv's metadata snapshot into the store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, many, note, open_workspace, print_json, raise_problems
from paperradar.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperradar.pipeline.importing import ImportReport
    from paperradar.store import SetAsideRecord

_SHOWN = 5


def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files of arXiv's metadata snapshot: JSON lines, plain or .gz."),
    ],
    again: Annotated[
        bool, typer.Option("--again", help="Read files in full that were imported before, in whole or in part.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import papers from files of arXiv's metadata snapshot.

    Can be stopped at any time and run again: it goes on where it was. The higher version of a paper wins.
    Records that cannot be used are set aside with their line and the reason, and never stop the rest.
    """
    from paperradar.pipeline.importing import ImportStopped, import_snapshot
    from paperradar.pipeline.opening import open_store
    from paperradar.progress import progress

    place = open_workspace(workspace)
    store = open_store(place)
    reports: list[ImportReport] = []
    problems: list[str] = []
    aside: dict[str, list[SetAsideRecord]] = {}
    for path in files:
        try:
            reports.append(import_snapshot(store, path, again=again, progress=progress))
        except ImportStopped as stop:
            reports.append(stop.report)
            problems.append(str(stop))
        except InputError as error:
            problems.append(str(error))
            continue
        if not as_json:
            print(_sentence(reports[-1]))
        with store.reading() as session:
            aside[reports[-1].file] = session.set_aside_records(reports[-1].file)
        if reports[-1].set_aside:
            _note_set_aside(reports[-1], aside[reports[-1].file])
    with store.reading() as session:
        papers = session.count_papers()
    if as_json:
        print_json(
            {
                "files": [
                    asdict(report) | {"set_aside_records": [asdict(record) for record in aside[report.file]]}
                    for report in reports
                ],
                "papers": papers,
                "problems": problems,
            }
        )
    else:
        print(f"the store holds {many(papers, 'paper')}")
    raise_problems(problems)


def _sentence(report: ImportReport) -> str:
    if report.skipped_as_done and not report.read:
        return f"{report.file}: {many(report.skipped_as_done, 'record')} imported before (--again reads them anew)"
    counts = {
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "of older versions": report.older,
        "set aside": report.set_aside,
        "imported before": report.skipped_as_done,
    }
    parts = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    return f"{report.file}: {many(report.read, 'record')} in {report.seconds:.1f} s" + (f": {parts}" if parts else "")


def _note_set_aside(report: ImportReport, records: Sequence[SetAsideRecord]) -> None:
    """Say on stderr what was set aside, the first few in full."""
    for record in records[:_SHOWN]:
        note(f"{report.file}, line {record.line}: set aside: {record.reason}")
    if len(records) > _SHOWN:
        note(f"{report.file}: {len(records) - _SHOWN:,} more were set aside; --json names them all")
    if report.set_aside == report.read:
        note(f"{report.file}: none of its records could be used; is it arXiv's metadata snapshot (JSON lines)?")
