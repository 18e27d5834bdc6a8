"""What `paperradar doctor` looks at: installation, machine, model, workspace, database, decisions; and the remedies."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from paperradar import __version__
from paperradar.calendar import holidays_known_until, holidays_warning
from paperradar.decisions import DecisionLog
from paperradar.encoding import describe_machine, encoder_card, locate_model
from paperradar.errors import PaperradarError, WorkspaceError
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.settings import EncoderSettings
from paperradar.store import Store
from paperradar.workspace import Workspace, find_workspace

_LIBRARIES = (
    "bm25s", "duckdb", "faiss-cpu", "ir-measures", "jinja2", "numpy", "pydantic", "rich", "sentence-transformers",
    "torch", "transformers", "typer",
)  # fmt: skip


class Status(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    NOTE = "note"  # worth knowing, nothing is broken
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` says what to do where the status is not ok."""

    name: str
    status: Status
    detail: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain values, for JSON."""
        return {key: str(value) for key, value in asdict(self).items()}


def examine(explicit: Path | None, environ: Mapping[str, str], start: Path, *, today: dt.date) -> Iterator[Finding]:
    """Look at everything, one finding after the other. What is broken is a finding and never an exception.

    The arguments but the last are those of `paperradar.workspace.find_workspace`.
    """
    yield Finding("paperradar", Status.OK, f"{__version__}, Python {platform.python_version()} ({sys.executable})")
    yield _libraries()
    workspace, finding = _workspace(explicit, environ, start)
    yield finding
    settings = workspace.settings.encoder if workspace else EncoderSettings()
    yield _model(settings)
    yield _machine(settings)
    if workspace is not None:
        yield Finding("topics", *_topics(workspace))
        yield _database(workspace)
        yield _decisions(workspace)
        yield from _writable(workspace)
    yield _calendar(today)


def _libraries() -> Finding:
    found, missing = [], []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("libraries", Status.PROBLEM, f"missing: {', '.join(missing)}", "install paperradar again")
    return Finding("libraries", Status.OK, ", ".join(found))


def _workspace(explicit: Path | None, environ: Mapping[str, str], start: Path) -> tuple[Workspace | None, Finding]:
    try:
        workspace = find_workspace(explicit, environ, start)
    except WorkspaceError as error:
        named = explicit is not None or environ.get("PAPERRADAR_WORKSPACE")
        status = Status.PROBLEM if named else Status.NOTE  # --sample and init need none
        return None, Finding("workspace", status, str(error), "paperradar init DIR")
    except PaperradarError as error:
        return None, Finding("workspace", Status.PROBLEM, str(error), "mend the file that is named")
    return workspace, Finding("workspace", Status.OK, str(workspace.root))


def _model(settings: EncoderSettings) -> Finding:
    try:
        files = locate_model(settings)
        card = encoder_card(settings)
    except PaperradarError as error:
        return Finding("model", Status.PROBLEM, str(error), "see the setting encoder.model in docs/configuration.md")
    return Finding(
        "model",
        Status.OK,
        f"{files.name} in {files.folder}, weights sha256 {files.checksum}, fingerprint {card.fingerprint}",
    )


def _machine(settings: EncoderSettings) -> Finding:
    try:
        machine = describe_machine(settings)
    except (ImportError, OSError) as error:  # OSError: a shared library of torch is missing
        return Finding("torch", Status.PROBLEM, f"cannot be imported ({error})", "install torch again; see the README")
    except PaperradarError as error:
        return Finding("torch", Status.PROBLEM, str(error), "change the encoder's settings")
    detail = (
        f"{machine.torch} ({machine.build}), device {machine.device} ({machine.device_name}),"
        f" precision {machine.precision}, {machine.threads} threads"
    )
    if machine.build.startswith("CUDA") and machine.device == "cpu":
        return Finding(
            "torch",
            Status.NOTE,
            f"{detail}; a CUDA build, but no GPU is used",
            "the CPU build is gigabytes smaller: see the README",
        )
    return Finding("torch", Status.OK, detail)


def _topics(workspace: Workspace) -> tuple[Status, str, str]:
    if not workspace.topics:
        return Status.NOTE, "there are no topic profiles", "paperradar topics new SLUG"
    return Status.OK, ", ".join(profile.slug for profile in workspace.topics), ""


def _database(workspace: Workspace) -> Finding:
    path = workspace.database
    if not path.exists():
        return Finding("database", Status.NOTE, f"{path} is not there yet", "paperradar import FILE")
    try:
        card = encoder_card(workspace.settings.encoder)
    except PaperradarError:
        card = None
    try:
        with Store(path, wait_seconds=min(workspace.settings.store.wait_seconds, 5.0)).reading() as session:
            papers, days = session.count_papers(), session.announced_days()
            missing = len(session.texts_without(card.fingerprint, LEXICAL_FINGERPRINT)) if card else 0
            aside = len(session.set_aside_records())
    except PaperradarError as error:
        return Finding("database", Status.PROBLEM, str(error), "see the message")
    span = f", announced from {days[0]} to {days[1]}" if days else ""
    detail = f"{path} ({path.stat().st_size / 1e6:,.1f} MB): papers: {papers:,}{span}; records set aside: {aside:,}"
    if not papers:
        return Finding("database", Status.NOTE, detail, "paperradar import FILE")
    if missing:
        return Finding("database", Status.NOTE, f"{detail}; texts without features: {missing:,}", "paperradar embed")
    return Finding("database", Status.OK, detail)


def _decisions(workspace: Workspace) -> Finding:
    log = DecisionLog(workspace.decisions, workspace.settings.edition)
    try:
        problems = log.problems()
        entries = len(log.entries())
    except (PaperradarError, OSError) as error:
        return Finding("decisions", Status.PROBLEM, str(error), "see the message")
    detail = f"{workspace.decisions}, entries: {entries:,}"
    if problems:
        return Finding(
            "decisions",
            Status.PROBLEM,
            f"{detail}; damaged lines: {len(problems):,}, the first: {problems[0]}",
            "restore the line from a backup or from git; see docs/decisions.md",
        )
    return Finding("decisions", Status.OK, detail)


def _writable(workspace: Workspace) -> Iterator[Finding]:
    for name, folder in (
        ("database", workspace.database.parent),
        ("decisions", workspace.decisions),
        ("shortlists", workspace.shortlists),
    ):
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if not there.is_dir():
            yield Finding(f"paths.{name}", Status.PROBLEM, f"{there} is a file, not a folder", "move it away")
        elif not os.access(there, os.W_OK):
            yield Finding(f"paths.{name}", Status.PROBLEM, f"{there} cannot be written to", "change its permissions")


def _calendar(today: dt.date) -> Finding:
    if warning := holidays_warning(today):
        text, _, remedy = warning.partition("; ")
        return Finding("calendar", Status.NOTE, text, remedy)
    return Finding("calendar", Status.OK, f"arXiv's holidays are known until {holidays_known_until()}")
