"""``paperradar doctor``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperradar.cli.common import JsonOption, WorkspaceOption, clock_of, note, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from paperradar.pipeline.checkup import Finding
    from paperradar.pipeline.live_documents import LiveDocument, Made
    from paperradar.sources.shapes import Comparison

_INDENT = " " * 4
_WIDTH = 14


def doctor(
    live: Annotated[
        bool,
        typer.Option("--live", help="Ask arXiv as well: six small requests, to see whether it writes as expected."),
    ] = False,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Say what is wrong here and how to mend it.

    Looks at the installation, the machine, the model, the workspace, its database and its decisions log. Exit
    status 1 where something is broken, 75 where nothing is but arXiv could not be asked.
    """
    import datetime as dt

    from paperradar.calendar import ARXIV_ZONE
    from paperradar.errors import Unavailable
    from paperradar.pipeline.checkup import Status, examine

    today = dt.datetime.now(ARXIV_ZONE).date()
    findings: list[Finding] = []
    shown: list[object] = []
    reached = True
    for finding in examine(workspace, os.environ, Path.cwd(), today=today):
        findings.append(finding)
        shown.append(finding.as_dict())
        if not as_json:
            _print_finding(finding)
    for finding, document in _live(workspace) if live else ():
        shown.append(finding.as_dict() if document is None else document.as_dict())
        if document is not None and not document.is_reached:
            reached = False
        else:
            findings.append(finding)
        if not as_json:
            _print_finding(finding)
            for line in document_lines(document) if document is not None else ():
                print(f"{_INDENT}{line}")
    if as_json:
        print_json(shown)
    if any(finding.status is Status.PROBLEM for finding in findings):
        raise typer.Exit(1)
    if not reached:
        raise typer.Exit(Unavailable.exit_code)


def _live(explicit: Path | None) -> Iterator[tuple[Finding, LiveDocument | None]]:
    """What asking arXiv finds. Nothing is asked where there is no workspace to keep the answers in."""
    from paperradar.errors import PaperradarError
    from paperradar.pipeline.checkup import Finding, Status
    from paperradar.pipeline.live_check import examine_live
    from paperradar.workspace import find_workspace

    try:
        place = find_workspace(explicit, os.environ, Path.cwd())
    except PaperradarError as error:
        yield Finding("live", Status.PROBLEM, f"arXiv was not asked: {error}", "paperradar init DIR"), None
        return
    if not place.settings.fetch.contact:
        said = "fetch.contact is not set, so arXiv does not know whom to write to"
        yield Finding("contact", Status.NOTE, said, "set fetch.contact in config/paperradar.toml"), None
    clock = clock_of(place)
    for document in examine_live(place, clock=clock, note=note):
        yield document.finding, document


def _print_finding(finding: Finding) -> None:
    print(f"{finding.status:<8} {finding.name:<12} {finding.detail}")
    if finding.remedy:
        print(f"{'':<21} -> {finding.remedy}")


def document_lines(document: LiveDocument) -> Iterator[str]:
    """A document that was asked for, in full: as much as is needed to mend its parser."""
    yield _line("address", document.url)
    yield from (_line("redirected", hop) for hop in document.redirects)
    if document.status is None:
        return
    headers = "".join(f"; {name}: {value}" for name, value in (document.headers or {}).items())
    yield _line("answer", f"{document.status}, {document.size:,} bytes{headers}")
    yield _line("kept in", str(document.kept or "nowhere"))
    if document.shape is not None:
        yield from _shape_lines(document.shape)
    if document.made is not None:
        yield from _made_lines(document.made)


def _shape_lines(shape: Comparison) -> Iterator[str]:
    yield _line("root", shape.root)
    yield _line("namespaces", ", ".join(f"{prefix or '(none)'}={space}" for space, prefix in shape.namespaces.items()))
    for lack in shape.lacks:
        yield _line("missing", f"{lack.path}: {lack.have:,} of {lack.of:,} have it")
    for path in shape.unseen:
        yield _line("did not come", path)
    for item in shape.unknown:
        yield _line("unknown", f"{item.path} ({item.count:,} times): {item.example!r}")
    for path, values in shape.values.items():
        yield _line("values", f"{path}: {_counted(values)}")
    for path, ways in shape.times.items():
        yield _line("times", f"{path}: " + ", ".join(f"{way} ({example})" for way, example in ways.items()))


def _made_lines(made: Made) -> Iterator[str]:
    parts = [f"{made.papers:,} papers of {made.records:,} records"]
    if made.broken_records:
        parts.append(f"{made.broken_records:,} set aside")
    if made.deleted:
        parts.append(f"{made.deleted:,} deleted")
    if made.total is not None:
        parts.append(f"{made.total:,} in all")
    if made.resumes:
        parts.append("more pages to come")
    if made.kinds is not None:
        parts.append(f"day {made.day}")
    yield _line("parsed", ", ".join(parts))
    if made.kinds:
        yield _line("announced", _counted(made.kinds))
    if made.papers and made.fields:
        yield _line("papers with", _counted(made.fields))
    for item in made.broken:
        yield _line("set aside", f"record {item.place}: {item.reason}; it begins: {item.excerpt!r}")


def _counted(values: Mapping[str, int]) -> str:
    return ", ".join(f"{value} {count:,}" for value, count in values.items())


def _line(name: str, text: str) -> str:
    return f"{name:<{_WIDTH}}{text}"
