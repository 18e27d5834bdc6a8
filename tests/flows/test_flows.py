"""The flows on a real Prefect server, against the stand-in for arXiv.

`pytest --dist loadgroup` gives all of this folder to one worker, so that one server starts (see `tests.conftest`);
without it, every worker that gets a test of these starts its own.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from tests.flows.builders import run_outcomes, stored, watch
from tests.receivers import webhook
from tests.standin import Scenario, StandIn, World
from tests.standin.scenarios import parse_scenario

pytestmark = pytest.mark.usefixtures("prefect_server")

THURSDAY, FRIDAY, MONDAY = dt.date(2021, 6, 10), dt.date(2021, 6, 11), dt.date(2021, 6, 14)
MORNING = dt.datetime.fromisoformat("2021-06-14T04:30:00-04:00")
SATURDAY = dt.datetime.fromisoformat("2021-06-12T04:30:00-04:00")


@pytest.fixture(scope="module")
def world() -> World:
    return World.made([THURSDAY, FRIDAY, MONDAY])


def artifact(key: str) -> Any:
    """What the newest artifact of a key holds. (Prefect's own ``Artifact.get`` leaves its connection open.)"""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
    from prefect.client.schemas.sorting import ArtifactSort

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])), sort=ArtifactSort.UPDATED_DESC, limit=1
        )
    return found[0].data


def table(key: str) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", json.loads(artifact(key)))


def task_runs(flow_run_id: object) -> list[tuple[str, str, int]]:
    """Name, final state and number of tries of a flow run's tasks."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    assert isinstance(flow_run_id, UUID)
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id])))
    return [(run.name, run.state_name or "", run.run_count) for run in runs]


def test_a_day_is_fetched_ranked_and_shown(place: Path, world: World) -> None:
    from flows.daily import daily

    with StandIn(world, now=MORNING) as arxiv:
        state = daily(watch(place, arxiv, MORNING), return_state=True)
        assert state.is_completed(), state.message
        assert state.message is not None
        assert state.message.startswith("2021-06-14: 2 of 2 categories done")
        assert not arxiv.overlaps()

    rows = table("daily-coverage")
    assert [row["category"] for row in rows] == ["cs.CL", "cs.IR"]
    assert {row["state"] for row in rows} == {"complete"}
    assert all(row["expected"] == row["received"] for row in rows)
    shown = artifact("daily-shortlist")
    assert shown.count("\n| ") >= 6
    assert "2021\\-07" in shown
    assert "shortlists" in shown
    assert list(place.glob("data/shortlists/**/*.csv"))
    assert run_outcomes(place) == ["done"]


def test_the_digest_is_sent_and_trouble_with_it_fails_its_task_only(place: Path, world: World) -> None:
    from flows.daily import daily

    with StandIn(world, now=MORNING) as arxiv, webhook(500) as hook:
        where = watch(place, arxiv, MORNING)
        channels = place / "config" / "channels.toml"
        channels.write_text(f'[[channel]]\nname = "chat"\nurl = "{hook.url}"\n', encoding="utf-8")
        state = daily(where, return_state=True)
        assert state.is_completed(), state.message
        assert ("send the digest", "Failed", 1) in task_runs(state.state_details.flow_run_id)
        assert "chat\\: failed \\(the server answered 500\\)" in artifact("daily-shortlist")
        hook.status = 200
        again = daily(where, return_state=True)
        assert ("send the digest", "Completed", 1) in task_runs(again.state_details.flow_run_id)
    assert "chat\\: sent" in artifact("daily-shortlist")
    assert "s3cret" not in artifact("daily-shortlist")
    assert len(hook.posts) == 2


def test_a_second_run_changes_nothing(place: Path, world: World) -> None:
    from flows.daily import daily

    with StandIn(world, now=MORNING) as arxiv:
        where = watch(place, arxiv, MORNING)
        assert daily(where, return_state=True).is_completed()
        before, files = stored(place), {path: path.read_bytes() for path in place.glob("data/shortlists/**/*.*")}
        arxiv.clear()
        again = daily(where, return_state=True)
        assert again.is_completed(), again.message
        assert arxiv.log == []

    assert before["papers"]
    assert stored(place) == before
    assert {path: path.read_bytes() for path in place.glob("data/shortlists/**/*.*")} == files
    assert "nothing, all is as it was" in artifact("daily-shortlist")


def test_a_category_that_fails_is_named_and_stops_no_other(place: Path, world: World) -> None:
    from flows.daily import daily

    with StandIn(world, now=MORNING, scenario=refusing("cs.CL", 404)) as arxiv:
        state = daily(watch(place, arxiv, MORNING), return_state=True)

    assert state.is_failed()
    assert state.message is not None
    assert "cs.CL" in state.message
    assert "cs.IR" not in state.message
    rows = {row["category"]: row for row in table("daily-coverage")}
    assert rows["cs.CL"]["state"] != "complete"
    assert rows["cs.CL"]["detail"]
    assert rows["cs.IR"]["state"] == "complete"
    assert stored(place)["papers"]
    assert run_outcomes(place) == ["failed"]
    tasks = task_runs(state.state_details.flow_run_id)
    assert ("fetch cs.CL", "Failed", 1) in tasks
    assert ("fetch cs.IR", "Completed", 1) in tasks
    assert "cs\\.CL" in artifact("daily-shortlist")


def test_what_passes_is_tried_again_and_prefect_shows_it(place: Path, world: World) -> None:
    from flows.daily import daily

    # Refused: two sources, two attempts each, at the first look and at the first try of the last one.
    with StandIn(world, now=MORNING, scenario=refusing("cs.CL", 503, times=8)) as arxiv:
        state = daily(watch(place, arxiv, MORNING), return_state=True)

    assert state.is_completed(), state.message
    tasks = task_runs(state.state_details.flow_run_id)
    assert ("fetch cs.CL", "Later", 1) in tasks
    assert ("fetch cs.CL", "Completed", 2) in tasks
    assert ("fetch cs.IR", "Completed", 1) in tasks
    assert {row["state"] for row in table("daily-coverage")} == {"complete"}


def test_what_does_not_pass_ends_as_failed_with_the_others_stored(place: Path, world: World) -> None:
    from flows.common import RETRIES
    from flows.daily import daily

    with StandIn(world, now=MORNING, scenario=refusing("cs.CL", 503)) as arxiv:
        state = daily(watch(place, arxiv, MORNING), return_state=True)

    assert state.is_failed()
    assert state.message is not None
    assert "not done: cs.CL" in state.message
    assert ("fetch cs.CL", "Failed", 1 + RETRIES) in task_runs(state.state_details.flow_run_id)
    assert {row["category"]: row["state"] for row in table("daily-coverage")}["cs.IR"] == "complete"
    assert run_outcomes(place) == ["later"]


def test_when_arxiv_is_down_patience_is_spent_once(place: Path, world: World) -> None:
    from flows.daily import daily

    with StandIn(world, now=MORNING, scenario=refusing("", 503)) as arxiv:
        state = daily(watch(place, arxiv, MORNING), return_state=True)

    assert state.is_failed()
    last_looks = [
        count for name, state_name, count in task_runs(state.state_details.flow_run_id) if state_name == "Failed"
    ]
    assert sorted(last_looks) == [2, 3]


def test_a_category_that_had_nothing_is_asked_once(place: Path, world: World) -> None:
    from flows.daily import daily

    with StandIn(world, now=MORNING) as arxiv:
        state = daily(watch(place, arxiv, MORNING, '"cs.SI", "cs.CL"'), return_state=True)

    assert state.is_completed(), state.message
    assert [run for run in task_runs(state.state_details.flow_run_id) if run[0].startswith("fetch cs.SI")] == [
        ("fetch cs.SI", "Later", 1)
    ]
    assert {row["category"]: row["state"] for row in table("daily-coverage")} == {
        "cs.SI": "complete",
        "cs.CL": "complete",
    }


def test_a_week_end_is_completed_with_nothing_asked(place: Path, world: World) -> None:
    from flows.daily import daily

    with StandIn(world, now=SATURDAY) as arxiv:
        state = daily(watch(place, arxiv, SATURDAY), return_state=True)
        assert arxiv.log == []

    assert state.is_completed()
    assert table("daily-coverage") == []


def test_a_workspace_that_is_none_fails_before_anything_is_asked(tmp_path: Path) -> None:
    from flows.daily import daily

    state = daily(str(tmp_path), return_state=True)
    assert state.is_failed()
    assert state.message is not None
    assert "is not a workspace" in state.message


def test_backfill_fetches_a_month_by_days_of_submission(place: Path, world: World) -> None:
    from flows.backfill import backfill

    with StandIn(world, now=MORNING) as arxiv:
        where = watch(place, arxiv, MORNING)
        state = backfill("2021-07", where, return_state=True)
        assert not arxiv.overlaps()
        rows = {row["submitted"]: row for row in table("backfill")}
        again = backfill("2021-07", where, return_state=True)

    assert state.is_completed(), state.message
    assert sum(row["new"] for row in rows.values()) == len(stored(place)["papers"]) > 0
    assert all(row["expected"] == row["received"] for row in rows.values())
    # Not finished, and so asked again: days of which not all had been announced.
    open_days = {day for day, row in rows.items() if row["state"] == "unknown"}
    assert {row["state"] for row in rows.values()} == {"complete-by-submission", "unknown"}
    assert again.is_completed(), again.message
    assert {row["submitted"] for row in table("backfill")} == open_days


def test_a_backfill_that_is_refused_fails_and_names_the_day(place: Path, world: World) -> None:
    from flows.backfill import backfill

    with StandIn(world, now=MORNING, scenario=refusing("", 404)) as arxiv:
        state = backfill("2021-07", watch(place, arxiv, MORNING), return_state=True)

    assert state.is_failed()
    assert state.message is not None
    assert "not complete: 2021-" in state.message
    assert "not tried: " in state.message


def test_an_edition_is_frozen_on_its_day_and_once(place: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.daily import daily
    from flows.edition import edition

    with StandIn(world, now=MORNING) as arxiv:
        where = watch(place, arxiv, MORNING)
        assert daily(where, return_state=True).is_completed()

    early = edition(where, "2021-07", return_state=True)
    assert early.is_completed()
    assert early.message == "edition 2021-07 is not due: its list freezes on 2021-07-01"
    monkeypatch.setenv("PAPERRADAR_CLOCK", "2021-07-01T06:30:00-04:00")
    frozen, again = edition(where, return_state=True), edition(where, return_state=True)
    assert frozen.message is not None
    assert frozen.message.startswith("edition 2021-07 is frozen, on 2021-07-01: ")
    assert again.message is not None
    assert again.message.startswith("edition 2021-07 was frozen already, on 2021-07-01: ")
    assert "was frozen already" in artifact("edition")
    monkeypatch.setenv("PAPERRADAR_CLOCK", "2021-07-06T06:30:00-04:00")
    closed = edition(where, return_state=True)
    assert closed.is_completed()
    assert closed.message == "edition 2021-07 closed on 2021-07-05; if its list is not frozen, name the month"


def test_the_wait_is_for_the_schedule_only(tmp_path: Path) -> None:
    from flows.daily import seconds_to_wait

    from paperradar.workspace import init_workspace, read_workspace

    init_workspace(tmp_path)
    workspace = read_workspace(tmp_path)
    assert seconds_to_wait(workspace, None, scheduled=False) == 0
    assert seconds_to_wait(workspace, 0, scheduled=True) == 0
    waits = [seconds_to_wait(workspace, None, scheduled=True) for _ in range(300)]
    assert 0 <= min(waits) < 60
    assert 240 < max(waits) <= 300
    assert max(seconds_to_wait(workspace, 1, scheduled=False) for _ in range(50)) <= 60


@pytest.mark.parametrize("name", ["daily", "backfill", "edition"])
def test_the_entrypoints_of_the_deployments_load_by_their_path(
    name: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.flows import load_flow_from_entrypoint

    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    entrypoints = re.findall(r"entrypoint: (\S+)", (root / "prefect.yaml").read_text(encoding="utf-8"))
    entrypoint = next(found for found in entrypoints if found.endswith(f":{name}"))
    assert load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False).name == name


@pytest.mark.parametrize(
    "text",
    [
        "[click](http://example.org)",
        "<script>alert(1)</script>",
        "# a heading | a cell",
        "two\nlines\r\n\r\nand a third",
        "see https://example.org or www.example.org",
        "=1+1 `code` *strong* _weak_ ~gone~ ![picture](x.png) &lt;",
    ],
    ids=["link", "script", "heading", "lines", "bare-address", "rest"],
)
def test_a_title_is_no_markup(text: str) -> None:
    from flows.common import escaped, markdown_table

    shown = escaped(text)
    assert "\n" not in shown
    # CommonMark: a backslash before ASCII punctuation makes it literal, so none may stand there without one.
    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[^-`{-~]", shown.replace("\\\\", ""))
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == " ".join(text.split())
    assert len(markdown_table(("title",), [(text,)]).splitlines()) == 3


def refusing(category: str, status: int, times: int = -1) -> Scenario:
    """All that asks for a category (empty: for any) is refused, so many times (-1: always)."""
    rule = {"source": "any", "action": "status", "status": status, "category": category, "times": times}
    return parse_scenario("refusing", {"rules": [rule]})
