"""Freezing the month's edition as a Prefect flow. It is called every morning, and acts on one day a month."""

from __future__ import annotations

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.common import clock_of, escaped, open_workspace, retry_rule, worth_another_try
from paperradar.calendar import arxiv_day
from paperradar.pipeline.freezing import Frozen, due_edition, freeze_edition

ARTIFACT = "edition"


@flow(name="edition")
def edition(workspace: str | None = None, month: str | None = None) -> State[str]:
    """Freeze the list of the edition ``month``, such as 2021-07. Default: that of the present month, while it is open.

    Before ``edition.freezes_on_day`` (America/New_York) it only says so. An edition that is frozen stays as it is. Of a
    month whose edition has closed nothing is frozen unless it is named: a workspace that is new has no papers of it.
    """
    place = open_workspace(workspace)
    name, line = due_edition(place, month, arxiv_day(clock_of(place)))
    if name:
        line = freeze.with_options(**retry_rule(place))(str(place.root), name).line
    create_markdown_artifact(markdown=escaped(line) + "\n", key=ARTIFACT)
    return Completed(message=line, data=line)


@task(task_run_name="freeze {name}", cache_policy=NO_CACHE, retry_condition_fn=worth_another_try)
def freeze(workspace: str, name: str) -> Frozen:
    """Freeze an edition's list. Tried again where the store is busy."""
    place = open_workspace(workspace)
    return freeze_edition(place, name, clock=clock_of(place), by="prefect")
