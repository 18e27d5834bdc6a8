"""What the flows share: the workspace, its clock, how a report becomes a Prefect state, and safe Markdown.

Tasks get small plain values (texts, days, frozen reports) and open the workspace themselves. Nothing here decides
anything about arXiv: that is `paperradar.pipeline`, which the command line calls too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, TypedDict, TypeVar, cast

from prefect.client.schemas.objects import State, TaskRun
from prefect.exceptions import MissingResult
from prefect.states import Completed, Failed
from prefect.tasks import Task

from paperradar.clock import CLOCK_VARIABLE, Clock, clock_from
from paperradar.errors import TryAgainLater
from paperradar.pipeline.outcomes import Outcome
from paperradar.workspace import Workspace, find_workspace

# How often a piece of work is tried again. The patience of `[fetch]` (attempts, backoff) is in every try already.
RETRIES = 2

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class Report(Protocol):
    """What the pipeline says about a piece of work: a category's listing, or a slice of a month."""

    @property
    def outcome(self) -> Outcome:
        """Whether it worked, may work later, or cannot work."""

    @property
    def detail(self) -> str:
        """What is wrong, in words; empty where nothing is."""


class RetryRule(TypedDict):
    """Options of a task: how often it is tried again, and after how many seconds."""

    retries: int
    retry_delay_seconds: float


R = TypeVar("R", bound=Report)


def open_workspace(place: str | None) -> Workspace:
    """The workspace: ``place``, else PAPERRADAR_WORKSPACE, else the nearest from the working directory upwards.

    Raises WorkspaceError or SettingsError.
    """
    return find_workspace(Path(place) if place else None, os.environ, Path.cwd())


def clock_of(workspace: Workspace) -> Clock:
    """The workspace's clock. That of a replay starts once a process, so that time goes on from task to task."""
    return _clock(os.environ.get(CLOCK_VARIABLE, ""), workspace.settings.fetch.clock)


@cache
def _clock(variable: str, setting: str) -> Clock:
    return clock_from({CLOCK_VARIABLE: variable}, setting)


def state_of(about: str, report: R, *, last_look: bool) -> State[R]:
    """A task's state for a report; its result is the report in any case.

    Completed, or Failed with what is wrong. Before the ``last_look``, what may work later is Completed under the name
    Later: whether something is wrong is not known yet.
    """
    message = f"{about}: {report.detail or report.outcome}"
    if report.outcome is Outcome.DONE:
        return Completed(message=message, data=report)
    if report.outcome is Outcome.LATER and not last_look:
        return Completed(name="Later", message=message, data=report)
    return Failed(message=message, data=report)


def report_of(state: State[State[R]]) -> R:
    """The report in a task's final state. Raises what the task raised, such as StoreBusy."""
    found: object = state.result(raise_on_failure=False)
    if isinstance(found, BaseException):
        raise found
    return cast(R, found)


def worth_another_try(task: Task[..., object], run: TaskRun, state: State[object]) -> bool:
    """Prefect's ``retry_condition_fn``: whether the report says later, or a busy store or the like was raised."""
    try:
        found: object = state.result(raise_on_failure=False)
    except MissingResult:
        return False
    return isinstance(found, TryAgainLater) or getattr(found, "outcome", None) is Outcome.LATER


def retry_rule(workspace: Workspace, exhausted: int = 0) -> RetryRule:
    """How often a task is tried again: as long a wait apart as arXiv is given at most (``longest_backoff_seconds``).

    ``exhausted``: how many pieces of work before this one used up their tries in vain. Each takes one from the rest:
    where arXiv is down as a whole, the run does not wait for each category anew.
    """
    wait = workspace.settings.fetch.longest_backoff_seconds
    return {"retries": max(RETRIES - exhausted, 0), "retry_delay_seconds": wait}


def escaped(text: str) -> str:
    """A text on one line that no Markdown renderer takes for markup, HTML or a link."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; its cells are escaped."""
    cells = [[escaped(str(cell)) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *cells])
