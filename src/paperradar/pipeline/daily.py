"""The working day's run: fetch what was announced, close recent gaps, encode, rank, and refresh the running edition.

`run_daily` does it all, for cron; the Prefect flow calls the same steps one by one. Each step can be killed at any
point and run again. What happened is in the table of runs, which `paperradar status` shows.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from paperradar.calendar import arxiv_day, running_edition
from paperradar.clock import Clock
from paperradar.errors import NotFoundError, PaperradarError, StoreBusy
from paperradar.pipeline.embedding import embed
from paperradar.pipeline.fetching import CategoryReport, fetch
from paperradar.pipeline.opening import open_store
from paperradar.pipeline.outcomes import DAILY, Outcome
from paperradar.pipeline.repairing import GapReport, gaps, repair
from paperradar.pipeline.shortlisting import make_shortlist, publish_shortlist
from paperradar.pipeline.upstream import Sleep
from paperradar.progress import Progress, silent
from paperradar.workspace import Workspace

# A machine that was off for two weeks catches up by itself; older gaps are for `paperradar repair`.
_CATCH_UP = dt.timedelta(days=14)
_SHOWN = 10  # rows of a refreshed list
_SATURDAY = 5
_EXIT_CODES = {Outcome.DONE: 0, Outcome.LATER: 75, Outcome.FAILED: 1}


@dataclass(frozen=True, slots=True)
class DailyPlan:
    """What a run has before it.

    ``day``: the listing that is due (America/New_York), None at week-ends. ``gaps``: recent days to repair.
    ``run_id``: the run's row in the store.
    """

    run_id: int
    day: dt.date | None
    edition: str
    gaps: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class TopRow:
    """One of the first rows of a refreshed list. Texts are arXiv's and not to be trusted as markup."""

    rank: int
    score: int
    identifier: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The running edition's list after the run. ``changed``: names of files whose bytes are new. ``note``: why there
    is no list, where there is none."""

    edition: str
    rows: int = 0
    encoded: int = 0
    changed: tuple[str, ...] = ()
    coverage: str = ""
    top: tuple[TopRow, ...] = ()
    csv: str = ""
    page: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DailyReport:
    """What a run did. ``outcome``: the worst of its parts."""

    plan: DailyPlan
    fetched: tuple[CategoryReport, ...]
    repaired: tuple[GapReport, ...]
    refreshed: Refreshed | None
    outcome: Outcome

    @property
    def exit_code(self) -> int:
        """The exit status of the command line: 0 done, 75 try again later, 1 failed."""
        return _EXIT_CODES[self.outcome]

    @property
    def line(self) -> str:
        """What happened, in one line."""
        if self.plan.day is None:
            said = "arXiv announces nothing at week-ends"
        else:
            new = sum(report.new for report in self.fetched)
            done = sum(report.outcome is Outcome.DONE for report in self.fetched)
            said = f"{self.plan.day}: {done} of {len(self.fetched)} categories done, {new:,} new papers"
            trouble = [
                f"{item.category} {item.state} ({item.detail})"
                for item in self.fetched
                if item.outcome is not Outcome.DONE
            ]
            if trouble:
                said += f"; not done: {'; '.join(trouble[:3])}" + (
                    f" and {len(trouble) - 3} more" if len(trouble) > 3 else ""
                )
        if self.repaired:
            said += f"; repaired: {', '.join(f'{item.day} ({item.after})' for item in self.repaired)}"
        if self.refreshed is not None:
            said += f"; {self.refreshed.note or f'edition {self.refreshed.edition}: {self.refreshed.rows:,} rows'}"
        return said

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "outcome": str(self.outcome),
            "line": self.line,
            "day": self.plan.day.isoformat() if self.plan.day else None,
            "edition": self.plan.edition,
            "fetched": [item.as_dict() for item in self.fetched],
            "repaired": [item.as_dict() for item in self.repaired],
            "refreshed": self.refreshed.as_dict() if self.refreshed else None,
        }


def start_daily(workspace: Workspace, *, clock: Clock, started_by: str) -> DailyPlan:
    """Plan a run and write down that it began. ``started_by``: ``cron``, ``prefect`` or ``hand``."""
    today = arxiv_day(clock)
    day = today if today.weekday() < _SATURDAY else None
    with open_store(workspace).writing() as session:
        run_id = session.start_run(DAILY, started_by, clock())
    return DailyPlan(
        run_id=run_id,
        day=day,
        edition=running_edition(today, workspace.settings.edition),
        # Before the first day of which anything is known there is nothing to catch up with.
        gaps=gaps(workspace, today - _CATCH_UP, today, clock=clock),
    )


def close_gaps(
    workspace: Workspace, plan: DailyPlan, *, clock: Clock, sleep: Sleep = time.sleep, progress: Progress = silent
) -> tuple[GapReport, ...]:
    """Repair the plan's gaps."""
    return repair(workspace, plan.gaps, clock=clock, sleep=sleep, progress=progress)


def refresh(workspace: Workspace, plan: DailyPlan, *, clock: Clock, progress: Progress = silent) -> Refreshed:
    """Encode what is new, rank the running edition's window, and write its files.

    Where the window holds no paper yet there is no list, and the note says so.
    """
    encoded = embed(open_store(workspace), workspace.settings.encoder, progress=progress).encoded
    try:
        made = make_shortlist(
            workspace,
            plan.edition,
            rows=workspace.settings.ranking.rows,
            today=arxiv_day(clock),
            progress=progress,
        )
    except NotFoundError as error:
        return Refreshed(plan.edition, encoded=encoded, note=f"no list: {error}")
    written = publish_shortlist(workspace, made, clock=clock)
    rows = made.bundle["rows"]
    return Refreshed(
        edition=plan.edition,
        rows=len(rows),
        encoded=encoded,
        changed=tuple(path.name for path in written.changed),
        coverage=made.coverage.line,
        top=tuple(
            TopRow(row["rank"], row["score"], row["identifier"], row["title"], row["why"]) for row in rows[:_SHOWN]
        ),
        csv=str(written.csv),
        page=str(written.html),
    )


def finish_daily(
    workspace: Workspace,
    plan: DailyPlan,
    fetched: Sequence[CategoryReport],
    repaired: Sequence[GapReport],
    refreshed: Refreshed | None,
    *,
    clock: Clock,
) -> DailyReport:
    """Write down how a run ended. A gap that stays is no failure of this run: coverage tells of it."""
    outcomes = {report.outcome for report in fetched}
    if refreshed is None:
        outcomes.add(Outcome.FAILED)
    outcome = next((one for one in (Outcome.FAILED, Outcome.LATER) if one in outcomes), Outcome.DONE)
    report = DailyReport(plan, tuple(fetched), tuple(repaired), refreshed, outcome)
    summary = {
        "line": report.line,
        "day": plan.day.isoformat() if plan.day else None,
        "edition": plan.edition,
        "new": sum(item.new for item in fetched),
    }
    with open_store(workspace).writing() as session:
        session.finish_run(plan.run_id, str(outcome), clock(), summary)
    return report


def run_daily(
    workspace: Workspace,
    *,
    clock: Clock,
    started_by: str,
    sleep: Sleep = time.sleep,
    progress: Progress = silent,
) -> DailyReport:
    """The whole run, as cron calls it. Raises what is not arXiv's trouble: StoreBusy, ModelError and the like."""
    plan = start_daily(workspace, clock=clock, started_by=started_by)
    try:
        return _run(workspace, plan, clock, sleep, progress)
    except PaperradarError as error:
        abandon_daily(workspace, plan, error, clock=clock)
        raise


def abandon_daily(workspace: Workspace, plan: DailyPlan, error: PaperradarError, *, clock: Clock) -> None:
    """Write down that a run ended with an error; says nothing where the store itself is the trouble."""
    with suppress(StoreBusy), open_store(workspace).writing() as session:
        session.finish_run(plan.run_id, str(Outcome.of(error)), clock(), {"line": str(error), "edition": plan.edition})


def _run(workspace: Workspace, plan: DailyPlan, clock: Clock, sleep: Sleep, progress: Progress) -> DailyReport:
    fetched = fetch(workspace, day=plan.day, clock=clock, sleep=sleep, progress=progress) if plan.day else ()
    repaired = close_gaps(workspace, plan, clock=clock, sleep=sleep, progress=progress)
    refreshed = refresh(workspace, plan, clock=clock, progress=progress)
    return finish_daily(workspace, plan, fetched, repaired, refreshed, clock=clock)
