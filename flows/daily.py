"""The working day as a Prefect flow: the steps of `paperradar.pipeline.daily.run_daily`, one task each.

What it adds: a random wait under a schedule (Prefect's cron has no jitter), tries again that show in Prefect, and two
artifacts. At the end it sends the daily digest, as ``paperradar run daily`` does. Tasks run one after another: arXiv is
asked by one connection at a time.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.states import Completed, Failed

from flows.common import (
    clock_of,
    escaped,
    markdown_table,
    open_workspace,
    report_of,
    retry_rule,
    state_of,
    worth_another_try,
)
from paperradar.errors import PaperradarError
from paperradar.pipeline.daily import (
    DailyPlan,
    DailyReport,
    Refreshed,
    abandon_daily,
    close_gaps,
    finish_daily,
    refresh,
    start_daily,
)
from paperradar.pipeline.digesting import SendReport, send_after_run
from paperradar.pipeline.fetching import CategoryReport, fetch_category, settle_day, settled
from paperradar.pipeline.outcomes import Outcome
from paperradar.pipeline.repairing import GapReport
from paperradar.workspace import Workspace

COVERAGE_ARTIFACT = "daily-coverage"
SHORTLIST_ARTIFACT = "daily-shortlist"


@flow(name="daily")
def daily(workspace: str | None = None, late_minutes: int | None = None) -> State[dict[str, Any]]:
    """Fetch today's listing, close recent gaps, encode, rank and refresh the running edition.

    ``late_minutes``: wait a random time up to this first. Default: ``fetch.late_minutes`` where the schedule started
    the run, 0 where a person did. Ends Completed where everything is done, else Failed with one line that says why.
    """
    place = open_workspace(workspace)
    _wait(place, late_minutes)
    clock, root = clock_of(place), str(place.root)
    plan = start_daily(place, clock=clock, started_by="prefect")
    try:
        fetched = _fetched(place, plan.day) if plan.day else ()
        repaired = repair.with_options(**retry_rule(place))(root, plan)
        refreshed = rank.with_options(**retry_rule(place))(root, plan)
    except PaperradarError as error:
        abandon_daily(place, plan, error, clock=clock)
        raise
    report = finish_daily(place, plan, fetched, repaired, refreshed, clock=clock)
    told = (tell(root, plan, return_state=True).message or "") if place.channels.exists() else ""
    _show(report, refreshed, told)
    if report.outcome is Outcome.DONE:
        return Completed(message=report.line, data=report.as_dict())
    return Failed(message=report.line, data=report.as_dict())


@task(task_run_name="fetch {category}", cache_policy=NO_CACHE, retry_condition_fn=worth_another_try)
def fetch(workspace: str, category: str, day: dt.date, last_look: bool = False) -> State[CategoryReport]:
    """Fetch a category's listing of a day. Where its report says later, the state is so called, or Failed at the last
    look, so that Prefect tries again as often as it is told to."""
    place = open_workspace(workspace)
    report = fetch_category(place, category, day=day, clock=clock_of(place))
    return state_of(category, report, last_look=last_look)


@task(task_run_name="settle {day}", cache_policy=NO_CACHE, retry_condition_fn=worth_another_try)
def settle(workspace: str, day: dt.date) -> frozenset[str]:
    """Call the categories complete that had nothing on a day on which others had something."""
    return settle_day(open_workspace(workspace), day)


@task(task_run_name="repair gaps", cache_policy=NO_CACHE, retry_condition_fn=worth_another_try)
def repair(workspace: str, plan: DailyPlan) -> tuple[GapReport, ...]:
    """Close the gaps of recent days. One that stays is no failure: coverage tells of it."""
    place = open_workspace(workspace)
    return close_gaps(place, plan, clock=clock_of(place))


@task(task_run_name="rank {plan.edition}", cache_policy=NO_CACHE, retry_condition_fn=worth_another_try)
def rank(workspace: str, plan: DailyPlan) -> Refreshed:
    """Encode what is new, rank the running edition, and write its files."""
    place = open_workspace(workspace)
    return refresh(place, plan, clock=clock_of(place))


@task(task_run_name="send the digest", cache_policy=NO_CACHE)
def tell(workspace: str, plan: DailyPlan) -> State[SendReport]:
    """Send the daily digest to the channels that take it. Where one fails, the task does and the flow does not."""
    place = open_workspace(workspace)
    report = send_after_run(place, plan.edition, clock=clock_of(place)) or SendReport("daily", note="nobody takes it")
    ended = Failed if report.exit_code else Completed
    return ended(message=report.line, data=report)


def seconds_to_wait(place: Workspace, late_minutes: int | None, *, scheduled: bool) -> float:
    """A random time up to so many minutes; see `daily`."""
    most = late_minutes if late_minutes is not None else place.settings.fetch.late_minutes if scheduled else 0
    return random.uniform(0, most * 60)


def _wait(place: Workspace, late_minutes: int | None) -> None:
    context = FlowRunContext.get()
    scheduled = context is not None and context.flow_run is not None and bool(context.flow_run.auto_scheduled)
    if seconds := seconds_to_wait(place, late_minutes, scheduled=scheduled):
        get_run_logger().info("waiting %.0f s first", seconds)
        time.sleep(seconds)


def _fetched(place: Workspace, day: dt.date) -> tuple[CategoryReport, ...]:
    """Every category once; then those again, patiently, that are still not done when the day is settled.

    A category with nothing new looks like one whose feed is late, until others have had something.
    """
    root, reports = str(place.root), dict[str, CategoryReport]()
    for category in place.settings.categories:
        reports[category] = report_of(fetch(root, category, day, return_state=True))
    first_look = settled(tuple(reports.values()), _settled(place, day))
    late, exhausted = [one.category for one in first_look if one.outcome is Outcome.LATER], 0
    for category in late:
        patient = fetch.with_options(**retry_rule(place, exhausted))
        reports[category] = report_of(patient(root, category, day, last_look=True, return_state=True))
        exhausted += reports[category].outcome is Outcome.LATER
    return settled(tuple(reports.values()), _settled(place, day)) if late else first_look


def _settled(place: Workspace, day: dt.date) -> frozenset[str]:
    return settle.with_options(**retry_rule(place))(str(place.root), day)


def _show(report: DailyReport, refreshed: Refreshed, told: str) -> None:
    rows = [
        {"category": one.category, "state": str(one.state), "expected": one.expected, "received": one.received}
        | {"new": one.new, "detail": one.detail}
        for one in report.fetched
    ]
    create_table_artifact(table=rows, key=COVERAGE_ARTIFACT, description=escaped(report.line))
    create_markdown_artifact(markdown=shortlist_markdown(report.line, refreshed, told), key=SHORTLIST_ARTIFACT)


def shortlist_markdown(line: str, refreshed: Refreshed, told: str = "") -> str:
    """What a run did, as Markdown: one line, the coverage, the first rows of the list, where its files lie, and what
    became of the digest (``told``)."""
    parts = [f"# Edition {escaped(refreshed.edition)}", escaped(line), escaped(refreshed.coverage)]
    if refreshed.top:
        rows = [(row.rank, row.score, row.identifier, row.title, row.why) for row in refreshed.top]
        parts.append(markdown_table(("rank", "score", "paper", "title", "why"), rows))
        parts.append(f"- CSV: {escaped(refreshed.csv)}\n- page: {escaped(refreshed.page)}")
        parts.append(f"Written anew: {escaped(', '.join(refreshed.changed)) or 'nothing, all is as it was'}.")
    parts.append(escaped(told))
    return "\n\n".join(part for part in parts if part) + "\n"
