"""A month's papers as a Prefect flow: a task for each day of submission, then what became of them.

The same steps as `paperradar backfill`. Slices that are finished are not asked again, so a run that was stopped is
started anew and goes on where it was.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.common import clock_of, escaped, open_workspace, report_of, retry_rule, state_of, worth_another_try
from paperradar.calendar import edition_window
from paperradar.pipeline.backfilling import BackfillReport, SliceReport, ends_the_rest, fetch_slice, plan_slices
from paperradar.pipeline.outcomes import Outcome

ARTIFACT = "backfill"


@flow(name="backfill")
def backfill(month: str, workspace: str | None = None) -> State[dict[str, Any]]:
    """Fetch what was announced in the window of the edition ``month``, such as 2021-07, by days of submission.

    Ends Completed where every slice is finished, else Failed with one line that says which are not.
    """
    place = open_workspace(workspace)
    window = edition_window(month, place.settings.edition)
    days, reports = plan_slices(place, window, clock=clock_of(place)), list[SliceReport]()
    for day in days:
        one = slice_of.with_options(**retry_rule(place))
        reports.append(report_of(one(str(place.root), day, return_state=True)))
        if ends_the_rest(reports[-1]):
            break
    report = BackfillReport(window, tuple(reports), len(days) - len(reports))
    _show(month, report)
    if report.outcome is Outcome.DONE:
        return Completed(message=report.line, data=report.as_dict())
    return Failed(message=report.line, data=report.as_dict())


@task(task_run_name="submitted {day}", cache_policy=NO_CACHE, retry_condition_fn=worth_another_try)
def slice_of(workspace: str, day: dt.date) -> State[SliceReport]:
    """Fetch what was submitted on a day (UTC). Tried again where its report says later, or the store is busy."""
    place = open_workspace(workspace)
    return state_of(str(day), fetch_slice(place, day, clock=clock_of(place)), last_look=True)


def _show(month: str, report: BackfillReport) -> None:
    rows = [
        {"submitted": str(one.day), "state": str(one.state), "expected": one.expected, "received": one.received}
        | {"new": one.new, "detail": one.detail}
        for one in report.slices
    ]
    create_table_artifact(table=rows, key=ARTIFACT, description=escaped(f"{month}: {report.line}"))
